"""Checking: what the code never lets happen in the database, looked for in its rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select, union

from topicwire.model.report import Finding
from topicwire.store.dialects.base import Dialect
from topicwire.store.rules import RESTORE, RULES
from topicwire.store.tables import departures, placements, topics

SHOWN = 5  # rows that a finding names


def check(connection: Connection, dialect: Dialect, *, quick: bool) -> tuple[Finding, ...]:
    """Return what is wrong; of a damaged file only that, as nothing else in it can be trusted.

    A `quick` look does not hold the indexes against their tables.
    """
    damages = dialect.damages(connection, quick=quick)
    if damages:
        what = "places in the file are damaged"
        return (_finding("file", what, damages, RESTORE),)
    return tuple(_found(connection, dialect))


def _found(connection: Connection, dialect: Dialect) -> Iterator[Finding]:
    hanging = dialect.dangling(connection)
    if hanging:
        yield _finding("references", "rows refer to rows that are not there", hanging, RESTORE)
    for rule in RULES:
        rows = connection.execute(rule.query).mappings().all()
        if rows:
            yield _finding(rule.check, rule.what, [_named(row) for row in rows], rule.remedy)
    missing = list(_missing_pages(connection))
    if missing:
        what = "pages of archives hold nothing and never did"
        yield _finding("archive.pages", what, missing, RESTORE)


def _finding(check: str, what: str, rows: Sequence[str], remedy: str) -> Finding:
    return Finding(check, what, len(rows), tuple(rows[:SHOWN]), remedy)


def _named(row: Mapping[Any, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items())


def _missing_pages(connection: Connection) -> Iterator[str]:
    """Yield the pages of archives that hold no entry and have never lost one."""
    held = union(
        *(
            select(table.c.topic_id, table.c.page).where(table.c.page > 0).distinct()
            for table in (placements, departures)
        )
    )
    known: dict[str, set[int]] = {}
    for row in connection.execute(held):
        known.setdefault(row.topic_id, set()).add(row.page)
    query = select(topics.c.id, topics.c.pages).where(topics.c.successor.is_(None))
    for row in connection.execute(query.order_by(topics.c.id)):
        wanted = set(range(1, row.pages + 1))
        yield from (
            f"topic {row.id}, page {page}" for page in sorted(wanted - known.get(row.id, set()))
        )
