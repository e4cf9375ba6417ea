"""How much the store holds."""

from sqlalchemy import Connection, func, select

from topicwire.model.report import Counts
from topicwire.model.wire import Health
from topicwire.store.tables import placements, sources, topics
from topicwire.store.topics import IS_LISTED


def counts(connection: Connection, *, size: int) -> Counts:
    """Return how much there is, in a database that takes `size` bytes."""
    by_health = (
        select(sources.c.health, func.count().label("sources"))
        .where(sources.c.removed.is_(False))
        .group_by(sources.c.health)
    )
    found = {row.health: row.sources for row in connection.execute(by_health)}
    paused = select(func.count()).where(sources.c.removed.is_(False), sources.c.paused.is_(True))
    standing = (
        select(func.count())
        .select_from(placements)
        .join(topics, topics.c.id == placements.c.topic_id)
        .where(IS_LISTED)
    )
    return Counts(
        sources=tuple((health, found[health]) for health in Health if health in found),
        paused=connection.scalar(paused) or 0,
        entries=connection.scalar(select(func.sum(sources.c.entries))) or 0,
        topics=connection.scalar(select(func.count()).where(IS_LISTED)) or 0,
        placements=connection.scalar(standing) or 0,
        size=size,
    )
