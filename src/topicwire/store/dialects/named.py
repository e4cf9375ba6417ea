"""Which database a URL names."""

import re
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from topicwire.errors import StoreError
from topicwire.store.dialects.base import Dialect
from topicwire.store.dialects.postgres import Postgres
from topicwire.store.dialects.sqlite import Sqlite
from topicwire.veil import veiled_database

EXAMPLE = "write sqlite:///relative/path, sqlite:////absolute/path or postgresql://user@host/name"

_BARE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")


def named(url: str) -> Dialect:
    """Return the database that `url` names, of whichever kind.

    Raises:
        StoreError: the URL names no database of a kind that is known.
    """
    parsed, shown = _parsed(url), veiled_database(url)
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return Sqlite(Path(parsed.database).resolve())
        case "postgresql" if parsed.database:
            return Postgres(parsed)
        case "sqlite" | "postgresql":
            raise StoreError(f"The database URL {shown} names no database: {EXAMPLE}.")
        case _:
            raise StoreError(f"The database {shown} is neither SQLite nor PostgreSQL: {EXAMPLE}.")


def _parsed(url: str) -> URL:
    """Return the parts of a URL.

    Raises:
        StoreError: it cannot be read, or not by everybody in the same way.
    """
    whole = "postgresql" + url.removeprefix("postgres") if url.startswith("postgres://") else url
    try:
        parsed = make_url(whole)
    except (ArgumentError, ValueError):
        raise _unreadable(url) from None  # it quotes the port, of which a password may be part
    if parsed.get_backend_name() != "sqlite" and _is_ambiguous(whole, parsed):
        raise _unreadable(url)
    return parsed


def _is_ambiguous(url: str, parsed: URL) -> bool:
    """Whether libpq reads another password or host, or nothing: one of their signs is not escaped."""
    authority = url.partition("://")[2].partition("/")[0]
    is_cut = bool(parsed.password) and "@" not in authority
    return is_cut or "@" in (parsed.host or "") or _BARE_PERCENT.search(url) is not None


def _unreadable(url: str) -> StoreError:
    return StoreError(
        f"The database URL {veiled_database(url)} cannot be read: {EXAMPLE}, in "
        "TOPICWIRE_DATABASE_URL or after --from. In a password / is %2F, @ is %40 and % is %25."
    )


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
