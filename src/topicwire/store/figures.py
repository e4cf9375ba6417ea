"""The store in numbers, cheap enough to be asked for every few seconds."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from topicwire.model.figures import Figures, TopicFigures
from topicwire.model.watch import Kind
from topicwire.store.counts import counts
from topicwire.store.judging import left_count
from topicwire.store.sources import next_due
from topicwire.store.subscribers import IS_PUBLIC
from topicwire.store.tables import heartbeats, incidents, subscribers, topics


def figures(connection: Connection, *, size: int) -> Figures:
    """Return the figures of a database that takes `size` bytes; private topics are not named."""
    return Figures(
        counts=counts(connection, size=size),
        incidents=_incidents(connection),
        topics=_topics(connection),
        left=left_count(connection),
        subscribers=connection.scalar(select(func.count()).select_from(subscribers)) or 0,
        beats=_beats(connection),
        next_due=next_due(connection),
    )


def _incidents(connection: Connection) -> tuple[tuple[Kind, int], ...]:
    query = select(incidents.c.kind, func.count().label("incidents"))
    lasting = query.where(incidents.c.ended.is_(None)).group_by(incidents.c.kind)
    return tuple((Kind(row.kind), row.incidents) for row in connection.execute(lasting))


def _topics(connection: Connection) -> tuple[TopicFigures, ...]:
    query = select(topics.c.id, topics.c.edition, topics.c.edition_time).order_by(topics.c.id)
    return tuple(TopicFigures(*row) for row in connection.execute(query.where(IS_PUBLIC)))


def _beats(connection: Connection) -> tuple[tuple[str, datetime], ...]:
    """Return the beats of roles, not of the workers, of which there may be many."""
    query = select(heartbeats.c.role, heartbeats.c.at).order_by(heartbeats.c.role)
    query = query.where(~heartbeats.c.role.contains(" "))
    return tuple((row.role, row.at) for row in connection.execute(query))
