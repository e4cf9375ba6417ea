"""Entries as the database keeps them: what a row says is read once, and known by the row itself.

A document is made of a hundred entries, of which one is new: to read JSON and times of all of
them takes longer than to fetch them.
"""

from datetime import timedelta
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ColumnElement, Text, cast, type_coerce

from topicwire.model.judging import Reason, StoredEntry
from topicwire.store import rows
from topicwire.store.columns import EPOCH, Instant
from topicwire.store.rows import AnyRow
from topicwire.store.tables import entries, verdicts
from topicwire.store.values import read_json

KEPT = 2_000  # entries; twenty feeds of an ordinary length
LONGEST = 40_000  # characters of one that is kept


def _unread(column: Column[Any]) -> ColumnElement[Any]:
    """Return a column as text or as a number, under its name."""
    if isinstance(column.type, JSON):
        return cast(column, Text).label(column.name)
    if isinstance(column.type, Instant):
        return type_coerce(column, BigInteger).label(column.name)
    return column


ENTRY = tuple(map(_unread, entries.c))
REASONS = _unread(verdicts.c.reasons)


def stored_of(row: AnyRow) -> StoredEntry:
    """Return the stored entry that the columns of ENTRY give; the row may go on after them."""
    values = tuple(row[: len(ENTRY)])
    length = len(row.text) + len(row.content_html) + len(row.full_text or "")
    return _stored(values) if length <= LONGEST else _stored.__wrapped__(values)


@lru_cache(maxsize=KEPT)
def _stored(values: tuple[Any, ...]) -> StoredEntry:
    pairs = zip(entries.c, values, strict=True)
    row: Any = SimpleNamespace(**{column.name: _read(column, value) for column, value in pairs})
    return rows.stored_of(row)


def _read(column: Column[Any], value: Any) -> Any:
    """Return what a value says that was not read."""
    if value is None:
        return None
    if isinstance(column.type, JSON):
        return read_json(value)
    if isinstance(column.type, Instant):
        return EPOCH + timedelta(microseconds=value)
    return value


@lru_cache(maxsize=KEPT)
def reasons_of(text: str | None) -> tuple[Reason, ...]:
    """Return the reasons that the column REASONS gives; none where there is no verdict."""
    return rows.reasons_of(read_json(text)) if text else ()
