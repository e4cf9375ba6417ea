"""Types of columns that SQLAlchemy does not have: times, and text as a server sent it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    Integer,
    Text,
    TypeDecorator,
    type_coerce,
)

# SQLite numbers rows by itself only where the type is INTEGER, which is as large there.
NUMBER = BigInteger().with_variant(Integer, "sqlite")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def microseconds(column: ColumnElement[datetime]) -> ColumnElement[int]:
    """Return a column of times as the numbers that they are kept as, to reckon with."""
    return type_coerce(column, BigInteger)


class Instant(TypeDecorator[datetime]):
    """An aware time in UTC, kept as whole microseconds since 1970: sorts the same everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the microseconds of `value`; a naive time raises TypeError."""
        del dialect
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the time that was kept."""
        del dialect
        return None if value is None else EPOCH + timedelta(microseconds=value)


class WireText(TypeDecorator[str]):
    """Text as a server sent it, whose stray bytes the web decoded as lone surrogates.

    Each byte is kept as one Latin-1 character, so that an ETag comes back byte for byte (F1).
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return `value` as text that every database can hold."""
        del dialect
        return None if value is None else value.encode("utf-8", "surrogateescape").decode("latin-1")

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as it was given."""
        del dialect
        return None if value is None else value.encode("latin-1").decode("utf-8", "surrogateescape")
