"""An archive of any size, written in bulk: what the acts would have left after that long."""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from bench.growth import texts
from bench.growth.marks import Marks
from bench.growth.standing import Standing
from bench.growth.texts import NOW, Written
from sqlalchemy import Connection, Engine, bindparam, create_engine, event, insert, update

from topicwire.curate.define import definitions
from topicwire.model.catalogue import Catalogue
from topicwire.store import rows
from topicwire.store.store import Store
from topicwire.store.tables import (
    counters,
    entries,
    metadata,
    sources,
    topics,
)

BATCH = 5_000
EVERY = 5.0  # seconds between two lines of progress
# Nobody else reads meanwhile, and what is lost is built again.
PRAGMAS = ("journal_mode=OFF", "synchronous=OFF", "cache_size=-200000", "foreign_keys=OFF")


def build(path: Path, count: int, *, sources: int = texts.SOURCES) -> None:
    """Write an archive of so many entries into a new SQLite file."""
    began = time.perf_counter()
    with closing(Store.open(f"sqlite:///{path}", create=True)) as store:
        wanted = Catalogue(sources=(), topics=texts.topics(), concepts=())
        store.mirror(texts.sources(sources), definitions(wanted), now=NOW, host="wire.example")
    engine = _engine(path)
    with engine.begin() as connection, _without_indexes(connection):
        _fill(connection, count, sources=sources)
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")  # as housekeeping lets the planner learn in time
    engine.dispose()
    print(f"  {count:,} entries built in {time.perf_counter() - began:.0f} s", flush=True)


def _fill(connection: Connection, count: int, *, sources: int) -> None:
    marks, standing = Marks(count), Standing(count)
    told = time.perf_counter()
    for batch in _batches(texts.archive(count, sources=sources)):
        connection.execute(insert(entries), [_values(each, count) for each in batch])
        for each in batch:
            marks.note(each)
            standing.note(each)
        if time.perf_counter() - told > EVERY:
            told = time.perf_counter()
            print(f"  {count - batch[-1].back:,} of {count:,} entries", flush=True)
    for table, made in (*standing.rows(), *marks.rows()):
        for part in _batches(made):
            connection.execute(insert(table), part)
    connection.execute(_STATE, list(marks.states(sources)))
    connection.execute(_STANDING, list(standing.states()))
    connection.execute(update(counters).where(counters.c.name == "seq").values(value=count))


_STATE = update(sources).where(sources.c.id == bindparam("where_id"))
_STANDING = (
    update(topics)
    .where(topics.c.id == bindparam("where_id"))
    .values(judged_version=topics.c.version)
)


def _values(each: Written, count: int) -> rows.Values:
    """Return the row of an entry: judged long ago, and of a story of its own or of another's."""
    number = count - each.back
    again = texts.told_again(each.back)
    return rows.entry_values(each.entry) | {
        "id": number,
        "source_id": texts.source_id(each.source),
        "uid": each.entry.uid,
        "seq": number,
        "revision": 0,
        "first_seen": each.came,
        "revised": each.came,
        "published": each.entry.published,
        "story": number if again is None or again >= count else count - again,
    }


def _batches(made: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(made)
    while part := list(islice(rest, BATCH)):
        yield part


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def hurry(connection: Any, record: object) -> None:
        del record
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    return engine


@contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    """Drop the indexes of all tables, and make them anew at the end, which is quicker."""
    indexes = [index for table in metadata.sorted_tables for index in table.indexes]
    for index in indexes:
        index.drop(connection)
    yield
    print("  indexes", flush=True)
    for index in indexes:
        index.create(connection)
