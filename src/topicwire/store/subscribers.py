"""Who is told of new editions: subscribers of our hub, and a hub of somebody else's."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, select, update

from topicwire.model.document import Format
from topicwire.model.hub import Behind, Subscriber
from topicwire.store.rows import AnyRow, Values
from topicwire.store.tables import subscribers, topics
from topicwire.store.topics import IS_LISTED

IS_PUBLIC = and_(IS_LISTED, topics.c.private.is_(False))


def unlisted(connection: Connection, hub: str) -> tuple[str, ...]:
    """Return the topics whose documents somebody else's hub is not told of."""
    known = exists().where(subscribers.c.topic_id == topics.c.id, subscribers.c.callback == hub)
    return tuple(connection.scalars(select(topics.c.id).where(IS_PUBLIC, ~known)))


def enlist(connection: Connection, hub: str, *, host: str, now: datetime) -> None:
    """Let somebody else's hub be told of every document."""
    rows = [
        new(name, form, hub, host=host, now=now)
        for name in unlisted(connection, hub)
        for form in Format
        if form is not Format.HTML
    ]
    if rows:
        connection.execute(insert(subscribers), rows)


def is_behind(connection: Connection, now: datetime, *, hub: str | None) -> bool:
    """Return whether somebody is to be told of a new edition: cheap enough for every second."""
    query = select(subscribers.c.id).join(topics, topics.c.id == subscribers.c.topic_id)
    return connection.execute(query.where(*_due(now, hub)).limit(1)).first() is not None


def claim(
    connection: Connection, now: datetime, *, until: datetime, hub: str | None, limit: int
) -> tuple[Behind, ...]:
    """Return who is to be told of a new edition, and is given to nobody else before `until`.

    Those that answer quickly come first. With `hub` it is that hub alone.
    """
    query = (
        select(subscribers, topics.c.edition.label("current"))
        .join(topics, topics.c.id == subscribers.c.topic_id)
        .where(*_due(now, hub))
        .order_by(subscribers.c.failures, subscribers.c.ms, subscribers.c.id)
        .limit(limit)
    )
    found = connection.execute(query).all()
    numbers = [row.id for row in found]
    connection.execute(update(subscribers).where(subscribers.c.id.in_(numbers)).values(due=until))
    return tuple(Behind(_subscriber(row), row.current) for row in found)


def told(connection: Connection, given: Sequence[Subscriber], ended: Sequence[Subscriber]) -> None:
    """Save what came of telling subscribers, and forget those that have ended."""
    for each in given:
        values = {
            "edition": each.edition,
            "digest": each.digest,
            "due": each.due,
            "failures": each.failures,
            "ms": each.ms,
            "error": each.error,
        }
        connection.execute(update(subscribers).where(_row(each)).values(values))
    for each in ended:
        connection.execute(delete(subscribers).where(_row(each)))


def release(connection: Connection, now: datetime) -> None:
    """Let all be told at once whom a process was about to tell when it died."""
    is_claimed = and_(subscribers.c.due > now, subscribers.c.failures == 0)
    connection.execute(update(subscribers).where(is_claimed).values(due=now))


def end_leases(connection: Connection, now: datetime) -> None:
    """Forget the subscribers whose lease is over."""
    connection.execute(delete(subscribers).where(subscribers.c.lease_until <= now))


def listed(connection: Connection, topic_id: str) -> tuple[Subscriber, ...]:
    """Return who is told of a topic's editions, in the order they came."""
    query = select(subscribers).where(subscribers.c.topic_id == topic_id)
    found = connection.execute(query.order_by(subscribers.c.created, subscribers.c.id))
    return tuple(_subscriber(row) for row in found)


def _due(now: datetime, hub: str | None) -> tuple[ColumnElement[bool], ...]:
    lease = subscribers.c.lease_until
    is_mine = lease > now if hub is None else and_(lease.is_(None), subscribers.c.callback == hub)
    is_behind = subscribers.c.edition < topics.c.edition
    return IS_PUBLIC, is_behind, subscribers.c.due <= now, is_mine


def _row(given: Subscriber) -> ColumnElement[bool]:
    """Whether a row is this subscriber's, and not that of another who got its number since."""
    return and_(subscribers.c.id == given.id, subscribers.c.callback == given.callback)


def new(topic_id: str, form: Format, callback: str, *, host: str, now: datetime) -> Values:
    """Return a row that was told of nothing yet."""
    return {
        "topic_id": topic_id,
        "format": form.value,
        "callback": callback,
        "host": host,
        "created": now,
        "lease_until": None,
        "edition": 0,
        "due": now,
        "failures": 0,
        "ms": 0,
    }


def _subscriber(row: AnyRow) -> Subscriber:
    return Subscriber(
        id=row.id,
        topic_id=row.topic_id,
        format=Format(row.format),
        callback=row.callback,
        host=row.host,
        edition=row.edition,
        due=row.due,
        lease_until=row.lease_until,
        secret=row.secret,
        digest=row.digest,
        failures=row.failures,
        ms=row.ms,
        error=row.error,
    )
