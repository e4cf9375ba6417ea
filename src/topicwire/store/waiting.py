"""What waits to be done, of each act that finds its work in the store alone."""

from datetime import datetime

from sqlalchemy import Connection, Exists, exists, select

from topicwire.model.errand import Act
from topicwire.store import intents, subscribers
from topicwire.store.settling import is_awaited
from topicwire.store.sources import active
from topicwire.store.tables import OLDER, articles, deliveries, entries, sources


def waiting(connection: Connection, now: datetime, *, hub: str | None) -> frozenset[Act]:
    """Return the acts that have something to do; of judging, whether something is to be settled."""
    row = connection.execute(
        select(
            exists().where(deliveries.c.id.is_not(None)).label(Act.PUSH),
            _has_archive().label(Act.BACKFILL),
            _has_pages(now).label(Act.COMPLETE),
            exists().where(entries.c.seq < 0, ~is_awaited(now)).label(Act.JUDGE),
        )
    ).one()
    found = {act for act in (Act.PUSH, Act.BACKFILL, Act.COMPLETE, Act.JUDGE) if row._mapping[act]}  # noqa: SLF001 (its public name)
    if intents.is_waiting(connection, now):
        found.add(Act.VERIFY)
    is_unlisted = hub is not None and subscribers.unlisted(connection, hub)
    if is_unlisted or subscribers.is_behind(connection, now, hub=hub):
        found.add(Act.ANNOUNCE)
    return frozenset(found)


def _has_archive() -> Exists:
    return exists().where(active(), OLDER)


def _has_pages(now: datetime) -> Exists:
    return exists().where(
        articles.c.due <= now,
        sources.c.id == articles.c.source_id,
        sources.c.removed.is_(False),
        sources.c.paused.is_(False),
    )
