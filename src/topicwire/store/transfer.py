"""Moving everything from one database into another, of whichever kind, and comparing each row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select
from sqlalchemy.exc import DBAPIError

from topicwire.errors import StoreError
from topicwire.store import migrate
from topicwire.store.database import Database
from topicwire.store.dialects.named import named
from topicwire.store.tables import counters, metadata

BATCH = 500  # rows moved at once

Progress = Callable[[int, int], None]  # told how many rows are done, of how many


def transfer(origin: str, target: str, *, progress: Progress) -> Mapping[str, int]:
    """Copy all rows of the database at `origin` into the empty one at `target`; count them by table.

    The origin is only read, as of one moment. All of it is copied and found the same, row by row,
    or nothing is. Both have this program's schema already.

    Raises:
        StoreError: one of them cannot be used or is of another schema, the target holds
            something, or a row cannot be kept there as it is.
    """
    check_origin(origin)
    migrate.check(target)
    before, after = Database(named(origin)), Database(named(target))
    with (
        closing(before),
        closing(after),
        before.reading() as reading,
        after.writing() as writing,
    ):
        _refuse_filled(writing, after.dialect.shown)
        counts = {table.name: _count(reading, table) for table in metadata.sorted_tables}
        work = _Steps(progress, 2 * sum(counts.values()))
        for table in metadata.sorted_tables:
            _copy(table, reading, writing, work)
        for table in metadata.sorted_tables:
            after.dialect.renumber(writing, table)
            _compare(table, reading, writing, work)
    return counts


def check_origin(origin: str) -> None:
    """Refuse a database that cannot be copied, and say what to do about that one.

    Raises:
        StoreError: it is missing, of another schema or something else.
    """
    shown = named(origin).shown
    found = migrate.revision(origin)
    migrate.refuse_newer(found, shown)
    if found is None:
        raise StoreError(f"There is no database {shown} to copy: name the one that you have.")
    if found != migrate.head():
        raise StoreError(
            f"The database {shown}, which is to be copied, is at schema {found}, this program "
            f"needs {migrate.head()}: run `topicwire db migrate` with TOPICWIRE_DATABASE_URL set "
            "to it first."
        )


class _Steps:
    """Rows that are done, of how many."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def add(self, count: int) -> None:
        self._done += count
        self._progress(self._done, self._total)


def _refuse_filled(connection: Connection, shown: str) -> None:
    for table in metadata.sorted_tables:
        if table is not counters and connection.execute(select(table).limit(1)).first():
            raise StoreError(
                f"The database {shown} is not empty: its table {table.name} holds rows already. "
                "Name a new database in TOPICWIRE_DATABASE_URL; nothing was changed."
            )
    connection.execute(counters.delete())  # those of the origin come in their place


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _copy(table: Table, reading: Connection, writing: Connection, work: _Steps) -> None:
    for rows in _batches(table, reading):
        values = [dict(row._mapping) for row in rows]  # noqa: SLF001 (its public name)
        try:
            writing.execute(insert(table), values)
        except DBAPIError as error:
            raise StoreError(
                f"Rows of the table {table.name}, from {_key(table, rows[0])} to "
                f"{_key(table, rows[-1])}, cannot be kept there: {error.orig}. "
                "Nothing was changed."
            ) from error
        work.add(len(rows))


def _compare(table: Table, reading: Connection, writing: Connection, work: _Steps) -> None:
    """Hold every row against its copy, in order of the key."""
    pairs = zip_longest(_batches(table, reading), _batches(table, writing), fillvalue=())
    for given, kept in pairs:
        for one, other in zip_longest(given, kept):
            if one is None or other is None or tuple(one) != tuple(other):
                row = one if one is not None else other
                assert row is not None
                raise StoreError(
                    f"The row {_key(table, row)} of the table {table.name} is not the same after "
                    "it was copied; nothing was changed. Please report this."
                )
        work.add(len(given))


def _batches(table: Table, connection: Connection) -> Iterator[Sequence[Row[Any]]]:
    query = select(table).order_by(*table.primary_key.columns)
    with connection.execute(query, execution_options={"yield_per": BATCH}) as streamed:
        yield from streamed.partitions()


def _key(table: Table, row: Row[Any]) -> str:
    given = row._mapping  # noqa: SLF001 (its public name)
    return ", ".join(f"{column.name} {given[column]}" for column in table.primary_key.columns)
