"""The stored entries, newest first."""

from typing import Any

from sqlalchemy import Connection, Select, select, tuple_

from topicwire.errors import NotFoundError
from topicwire.model.judging import StoredEntry
from topicwire.store import rows
from topicwire.store.tables import entries, placements

LARGEST = 2**63 - 1  # the largest number that a database takes


def entry(connection: Connection, entry_id: int) -> StoredEntry:
    """Return the entry.

    Raises:
        NotFoundError: no entry has that number.
    """
    is_number = 0 < entry_id <= LARGEST
    query = select(entries).where(entries.c.id == entry_id)
    row = connection.execute(query).one_or_none() if is_number else None
    if row is None:
        raise NotFoundError(
            f"There is no entry {entry_id}. `topicwire entry list` shows the newest."
        )
    return rows.stored_of(row)


def newest(
    connection: Connection,
    *,
    source: str | None,
    topic: str | None,
    limit: int,
    before: int | None,
) -> tuple[StoredEntry, ...]:
    """Return the latest published entries, of one source or topic if named.

    With `before`, those that come after the entry of that number in this order.
    """
    if before is not None:
        start = (entry(connection, before).published, before)
    query = select(entries)
    order = (entries.c.published, entries.c.id)
    if topic is not None:
        query, order = _of_topic(topic), (placements.c.published, placements.c.entry_id)
    if source is not None:
        query = query.where(entries.c.source_id == source)
    if before is not None:
        query = query.where(tuple_(*order) < start)
    query = query.order_by(*(column.desc() for column in order)).limit(limit)
    return tuple(rows.stored_of(row) for row in connection.execute(query))


def _of_topic(topic: str) -> Select[tuple[Any, ...]]:
    is_placed = placements.c.entry_id == entries.c.id
    return select(entries).join(placements, is_placed).where(placements.c.topic_id == topic)
