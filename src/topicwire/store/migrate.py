"""The schema's versions: which one a database has, which one this program needs, and the way up."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, select
from sqlalchemy.sql import column, table

from topicwire.errors import StoreError
from topicwire.store import watching
from topicwire.store.dialects.base import Dialect, explained
from topicwire.store.dialects.named import named
from topicwire.store.tables import heartbeats

if TYPE_CHECKING:
    from alembic.config import Config

PACKAGE = Path(__file__).resolve().parents[1]
VERSIONS = table("alembic_version", column("version_num"))


def folder() -> Path:
    """Return the folder of migrations: in the installed package, else in the checkout."""
    installed = PACKAGE / "_db" / "migrations"
    return installed if installed.is_dir() else PACKAGE.parents[1] / "db" / "migrations"


def known() -> tuple[str, ...]:
    """Return the versions that this program knows, oldest first.

    They are read from the names of the files (`0001_initial.py`): importing Alembic would cost
    every start 0.4 seconds.
    """
    return tuple(sorted(path.name[:4] for path in (folder() / "versions").glob("[0-9]*.py")))


def head() -> str:
    """Return the version that this program needs.

    Raises:
        StoreError: the migrations are not where they should be.
    """
    versions = known()
    if not versions:
        raise StoreError(f"There are no migrations in {folder()}: install Topicwire anew.")
    return versions[-1]


def revision(url: str) -> str | None:
    """Return the version of the database at `url`; None when it is missing or empty.

    Raises:
        StoreError: it cannot be read, or holds something else.
    """
    with _reading(url) as (connection, dialect):
        return None if connection is None else _revision(connection, dialect)


def beats(url: str, role: str, *, since: datetime) -> tuple[str, ...]:
    """Return which processes of a role have shown since then that they work, on whichever schema.

    Raises:
        StoreError: it cannot be read.
    """
    with _reading(url) as (connection, _):
        if connection is None or not inspect(connection).has_table(heartbeats.name):
            return ()
        return watching.beats(connection, role, since=since)


@contextmanager
def _reading(url: str) -> Iterator[tuple[Connection | None, Dialect]]:
    """Read the database at `url`, None where there is none."""
    dialect = named(url)
    engine = dialect.reading()
    try:
        if not dialect.is_there():
            yield None, dialect
            return
        with engine.begin() as connection:
            yield connection, dialect
    except dialect.failures as error:
        raise explained(error, dialect) from error
    finally:
        engine.dispose()


def _revision(connection: Connection, dialect: Dialect) -> str | None:
    tables = inspect(connection).get_table_names()
    if tables and VERSIONS.name not in tables:
        raise StoreError(
            f"The database {dialect.shown} holds something other than Topicwire's tables: "
            "name another in TOPICWIRE_DATABASE_URL."
        )
    return connection.scalar(select(VERSIONS.c.version_num)) if tables else None


def migrate(url: str) -> None:
    """Bring the database at `url` to this program's schema, all or nothing; make it if missing.

    Raises:
        StoreError: it cannot be written, holds something else, is newer than this program, or
            holds rows that refer to nothing.
    """
    dialect = named(url)
    refuse_newer(revision(url), dialect.shown)
    dialect.prepare()
    upgrade(dialect)


def upgrade(dialect: Dialect) -> None:
    """Bring a database that is not newer to this program's schema, all or nothing.

    Raises:
        StoreError: it cannot be written, or holds rows that refer to nothing.
    """
    from alembic import command  # noqa: PLC0415 (0.4 s that only migrating should cost)

    engine = dialect.migrating()
    try:
        with engine.begin() as connection:
            command.upgrade(settings(connection), "head")
            _refuse_dangling(connection, dialect)
    except dialect.failures as error:
        raise explained(error, dialect) from error
    finally:
        engine.dispose()


def _refuse_dangling(connection: Connection, dialect: Dialect) -> None:
    count = len(dialect.dangling(connection))
    if count:
        raise StoreError(
            f"The database {dialect.shown} was left as it was: {count} of its rows would refer to rows that "
            "are not there. Restore a backup, or report this with the schema's version."
        )


def settings(connection: Connection) -> "Config":
    """Return Alembic's settings for work on `connection`."""
    from alembic.config import Config  # noqa: PLC0415 (as in migrate)

    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", str(folder()).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    return made


def check(url: str) -> None:
    """Refuse a database whose schema is not the one that this program needs.

    Raises:
        StoreError: it is missing, older, newer or something else; the message says what to do.
    """
    shown = named(url).shown
    found = revision(url)
    refuse_newer(found, shown)
    if found is None:
        raise StoreError(
            f"There is no database {shown} yet: run `topicwire db migrate` to make it, "
            "or name another in TOPICWIRE_DATABASE_URL."
        )
    if found != head():
        raise StoreError(
            f"The database {shown} is at schema {found}, this program needs {head()}: "
            "run `topicwire db migrate`."
        )


def refuse_newer(found: str | None, shown: str) -> None:
    """Refuse a database that a newer program has migrated.

    Raises:
        StoreError: this program does not know the version `found`.
    """
    if found is not None and found not in known():
        raise StoreError(
            f"The database {shown} is at schema {found}, newer than {head()}, the last that this "
            "program knows: install the newer Topicwire, or restore a backup from before."
        )
