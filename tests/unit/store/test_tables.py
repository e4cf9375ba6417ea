from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import make_url
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from topicwire.store.columns import Instant, WireText
from topicwire.store.tables import metadata

SQLITE = sqlite.dialect()
POSTGRESQL = make_url("postgresql://").get_dialect()()


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 2, 12, 0, 0, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
    ],
    ids=["a microsecond past noon", "before 1970", "the last", "the first"],
)
def test_a_time_comes_back_to_the_microsecond(moment: datetime) -> None:
    """A time is kept exactly, and comes back aware and in UTC."""
    kept = Instant().process_bind_param(moment, SQLITE)

    assert Instant().process_result_value(kept, SQLITE) == moment
    assert Instant().process_result_value(0, SQLITE) == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_time_in_another_zone_is_the_same_moment() -> None:
    """A time with an offset is kept as the moment it names."""
    noon = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
    elsewhere = noon.astimezone(timezone(timedelta(hours=5, minutes=45)))

    kept = Instant().process_bind_param(elsewhere, SQLITE)

    assert kept == Instant().process_bind_param(noon, SQLITE)


def test_a_naive_time_is_refused() -> None:
    """A time without a zone names no moment, so it is never stored."""
    naive = datetime(2026, 11, 2, 12, 0)  # noqa: DTZ001 (the naive time is what is tested)

    with pytest.raises(TypeError):
        Instant().process_bind_param(naive, SQLITE)


@pytest.mark.parametrize(
    "text",
    ['W/"abc-gzip"', '"caf\udce9"', '"é"', "", None],
    ids=["weak, with suffix", "a stray Latin-1 byte", "UTF-8", "empty", "none"],
)
def test_a_validator_comes_back_byte_for_byte(text: str | None) -> None:
    """F1: what a server sent as its ETag is what we send back, stray bytes included."""
    kept = WireText().process_bind_param(text, SQLITE)

    assert kept is None or kept.encode() is not None
    assert text == WireText().process_result_value(kept, SQLITE)


@pytest.mark.parametrize("name", sorted(metadata.tables), ids=str)
def test_the_tables_can_be_made_in_postgresql(name: str) -> None:
    """No table uses what only SQLite has."""
    sql = str(CreateTable(metadata.tables[name]).compile(dialect=POSTGRESQL))

    assert f"CREATE TABLE {name}" in sql
