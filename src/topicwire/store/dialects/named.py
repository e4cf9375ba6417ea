"""Which database a URL names."""

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from topicwire.errors import StoreError
from topicwire.store.dialects.base import Dialect
from topicwire.store.dialects.postgres import Postgres
from topicwire.store.dialects.sqlite import Sqlite

EXAMPLE = "write sqlite:///relative/path, sqlite:////absolute/path or postgresql://user@host/name"


def named(url: str) -> Dialect:
    """Return the database that `url` names, of whichever kind.

    Raises:
        StoreError: the URL names no database of a kind that is known.
    """
    try:
        parsed = make_url(
            "postgresql" + url.removeprefix("postgres") if url.startswith("postgres://") else url
        )
    except ArgumentError as error:
        raise StoreError(f"The database URL {url!r} cannot be read: {EXAMPLE}.") from error
    shown = parsed.render_as_string(hide_password=True)
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return Sqlite(Path(parsed.database).absolute())
        case "postgresql" if parsed.database:
            return Postgres(parsed)
        case "sqlite" | "postgresql":
            raise StoreError(f"The database URL {shown} names no database: {EXAMPLE}.")
        case _:
            raise StoreError(f"The database {shown} is neither SQLite nor PostgreSQL: {EXAMPLE}.")


def file_named(url: str) -> Sqlite:
    """Return the SQLite file that `url` names, for what is done with files alone.

    Raises:
        StoreError: the URL names no SQLite file.
    """
    found = named(url)
    if isinstance(found, Sqlite):
        return found
    raise StoreError(
        f"The database {found.shown} is kept by PostgreSQL, which has tools of its own for this: "
        "pg_dump makes a backup, pg_restore puts it back."
    )
