"""Settling: entries that are not ready to be judged, and what makes them so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    exists,
    insert,
    select,
    update,
)

from topicwire.model.article import Block, Furnishing, Memory, Recent, Settled
from topicwire.model.judging import StoredEntry
from topicwire.store import rows
from topicwire.store.columns import EPOCH
from topicwire.store.rows import Values
from topicwire.store.sources import sliced
from topicwire.store.tables import articles, counters, entries, memories, sketches

PATIENCE = timedelta(minutes=15)  # that an entry waits for the first try at its article's page
REMEMBERED = timedelta(days=14)  # how long a sketch is kept

# Made once: to make a query takes several times as long as to ask it.
_RECALL = select(memories).where(memories.c.source_id.in_(bindparam("names", expanding=True)))
_REMEMBER = (
    update(memories)
    .where(memories.c.source_id == bindparam("of_source"))
    .values({name: bindparam(name) for name in ("furniture", "recent")})
)
_SETTLE = update(entries).where(entries.c.id == bindparam("where_id"))
_SEQS = (
    update(counters)
    .where(counters.c.name == "seq")
    .values(value=counters.c.value + bindparam("more"))
    .returning(counters.c.value)
)
_FORGET_SKETCHES = delete(sketches).where(
    sketches.c.entry_id.in_(bindparam("numbers", expanding=True))
)


def is_awaited(now: datetime) -> ColumnElement[bool]:
    """Return whether an entry's page is still to be tried for the first time, and soon."""
    return exists().where(
        articles.c.entry_id == entries.c.id,
        articles.c.due <= now + PATIENCE,  # later where its site has refused another page
        articles.c.tries == 0,
        entries.c.first_seen > now - PATIENCE,
        entries.c.first_seen <= now + PATIENCE,  # later only by a clock that was wrong
    )


def unsettled(connection: Connection, now: datetime, *, limit: int) -> tuple[StoredEntry, ...]:
    """Return entries that can be made ready to be judged, those that came first first."""
    query = (
        select(entries)
        .where(entries.c.seq < 0, ~is_awaited(now))
        .order_by(entries.c.seq.desc())
        .limit(limit)
    )
    return tuple(rows.stored_of(row) for row in connection.execute(query))


def recall(connection: Connection, names: Iterable[str]) -> dict[str, Memory]:
    """Return the memories of the named sources, empty ones for those that have none."""
    wanted = sorted(set(names))
    found = {
        row.source_id: _memory_of(row)
        for part in sliced(wanted)
        for row in connection.execute(_RECALL, {"names": part})
    }
    return {name: found.get(name, Memory(name)) for name in wanted}


def settle(
    connection: Connection,
    settled: Sequence[Settled],
    remembered: Sequence[Memory],
) -> None:
    """Make the entries ready to be judged, in the order given, and keep the memories."""
    seqs = _seqs(connection, len(settled))
    for has_story in (True, False):
        values = [
            _values(each, seq=seq)
            for seq, each in zip(seqs, settled, strict=True)
            if (each.story is not None) is has_story
        ]
        if values:
            connection.execute(_SETTLE, values)
    for memory in remembered:
        _keep(connection, memory)


def keep_sketches(connection: Connection, given: Mapping[int, Sequence[int]]) -> None:
    """Keep the sketches of the entries instead of those that they had."""
    for part in sliced(sorted(given)):
        connection.execute(_FORGET_SKETCHES, {"numbers": part})
    values = [
        {"hash": each, "entry_id": entry_id}
        for entry_id, hashes in given.items()
        for each in sorted(set(hashes))
    ]
    if values:
        connection.execute(insert(sketches), values)


def forget_sketches(connection: Connection, now: datetime) -> None:
    """Remove the sketches of entries that are too old to be told again."""
    # Not by all entries that are old: those are nearly all that are stored.
    numbers = connection.scalars(select(sketches.c.entry_id).distinct()).all()
    for part in sliced(numbers):
        is_old = entries.c.id.in_(part) & (entries.c.first_seen < now - REMEMBERED)
        old = select(entries.c.id).where(is_old)
        connection.execute(delete(sketches).where(sketches.c.entry_id.in_(old)))


def _seqs(connection: Connection, count: int) -> range:
    """Return the next `count` numbers of the sequence that orders what is to be judged."""
    last = connection.scalars(_SEQS, {"more": count}).one()
    return range(last - count + 1, last + 1)


def _values(settled: Settled, *, seq: int) -> Values:
    values: Values = {"where_id": settled.entry_id, "seq": seq, "furniture": settled.furniture}
    return values if settled.story is None else values | {"story": settled.story}


def _keep(connection: Connection, memory: Memory) -> None:
    values = {
        "furniture": [
            asdict(each) | {"last_seen": (each.last_seen - EPOCH).total_seconds()}
            for each in memory.furniture
        ],
        "recent": [
            [each.entry_id, each.title, list(map(tuple, each.blocks))] for each in memory.recent
        ],
    }
    if connection.execute(_REMEMBER, values | {"of_source": memory.source_id}).rowcount == 0:
        connection.execute(insert(memories).values(values | {"source_id": memory.source_id}))


def _memory_of(row: Any) -> Memory:
    return Memory(
        source_id=row.source_id,
        recent=tuple(
            Recent(entry_id, title, tuple(map(Block._make, blocks)))
            for entry_id, title, blocks in row.recent
        ),
        furniture=tuple(
            Furnishing(**(each | {"last_seen": EPOCH + timedelta(seconds=each["last_seen"])}))
            for each in row.furniture
        ),
    )
