import sqlite3
from pathlib import Path

import pytest

from topicwire.errors import StoreError
from topicwire.store.dialects import sqlite
from topicwire.store.dialects.base import explained
from topicwire.store.dialects.named import named
from topicwire.store.dialects.postgres import Postgres
from topicwire.store.dialects.sqlite import Sqlite


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////var/lib/wire.sqlite", Path("/var/lib/wire.sqlite")),
        ("sqlite:///db/wire.sqlite", Path("db/wire.sqlite").absolute()),
        ("sqlite:////srv/a b/50%/é.sqlite", Path("/srv/a b/50%/é.sqlite")),
    ],
    ids=["absolute", "relative", "odd characters"],
)
def test_a_url_names_a_file(url: str, path: Path) -> None:
    """A relative path is relative to where the program was started."""
    assert path == named(url).path


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("wire.sqlite", "cannot be read"),
        ("sqlite://", "names no database"),
        ("sqlite:///:memory:", "names no database"),
        ("postgresql://wire:secret@db.example", "names no database"),
        ("mysql://wire:secret@db.example/wire", "neither SQLite nor PostgreSQL"),
        ("mysql://db.example/wire?password=secret", "neither SQLite nor PostgreSQL"),
        ("postgresql:wire:secret@db.example/wire", "URL postgresql:… cannot be read"),
        ("postgresql://wire:p@db.example:secret/wire", "URL postgresql:… cannot be read"),
        ("postgresql://wire:p/secret@h/wire", "URL postgresql://wire:***@h/wire cannot be read"),
        ("postgresql://wire:p@secret@h/wire", "URL postgresql://wire:***@h/wire cannot be read"),
        ("postgresql://wire:100%secret@h/wire", "URL postgresql://wire:***@h/wire cannot be read"),
    ],
    ids=[
        "a path",
        "nothing",
        "memory",
        "a server alone",
        "another kind",
        "another kind, password in the query",
        "without slashes",
        "a port that is none",
        "a slash in the password",
        "an @ in the password",
        "a percent sign in the password",
    ],
)
def test_a_url_that_names_no_database_is_refused(url: str, reason: str) -> None:
    """The message says how to write one, and shows no password."""
    with pytest.raises(StoreError, match="sqlite:////absolute/path") as caught:
        named(url)

    assert reason in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("database is locked", "stop that one"),
        ("database or disk is full", "Make room"),
        ("attempt to write a readonly database", "write the file and its folder"),
        ("database disk image is malformed", "restore a backup"),
        ("disk I/O error", "restore a backup on another"),
        ("[Errno 28] No space left on device", "Make room"),
        ("something never seen", "topicwire doctor"),
    ],
    ids=["locked", "full", "read-only", "damaged", "failing", "no space", "unknown"],
)
def test_a_failure_says_what_to_do(reason: str, remedy: str) -> None:
    """The operator reads which database, what is wrong with it and what mends it."""
    message = str(explained(sqlite3.OperationalError(reason), Sqlite(Path("/srv/wire.sqlite"))))

    assert message.startswith(f"The database /srv/wire.sqlite cannot be used: {reason}. ")
    assert remedy in message


def test_a_full_disk_is_told_where_sqlite_only_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without room for its log's index SQLite says no more than that the disk fails."""
    monkeypatch.setattr(sqlite, "disk_usage", lambda _: (10**9, 10**9, 4096))

    message = str(explained(sqlite3.OperationalError("disk I/O error"), Sqlite(Path("/srv/w.db"))))

    assert "disk I/O error, for the disk is full. Make room on the disk" in message


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_url_names_a_server(scheme: str) -> None:
    """However it is spelt, messages show it without its password."""
    found = named(f"{scheme}://wire:secret@db.example:5433/wire")

    assert isinstance(found, Postgres)
    assert (found.path, found.shown) == (None, "postgresql://wire:***@db.example:5433/wire")


def test_a_servers_password_in_the_query_is_not_shown() -> None:
    """Messages name the user who is asked for one, and where others are kept."""
    found = named("postgresql://db.example/wire?user=wire&password=secret&passfile=/etc/pgpass")

    assert found.shown == (
        "postgresql://db.example/wire?passfile=%2Fetc%2Fpgpass&password=***&user=wire"
    )


def test_without_its_library_a_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who installed Topicwire alone reads what else to install."""
    monkeypatch.setattr("topicwire.store.dialects.postgres.find_spec", lambda _: None)

    with pytest.raises(StoreError, match=r"pip install \"topicwire\[postgres\]\""):
        named("postgresql://wire@db.example/wire")


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ('connection to server at "::1", port 5432 failed: Connection refused', "Start the server"),
        ('FATAL:  password authentication failed for user "wire"', "Correct user and password"),
        ('FATAL:  role "wire" does not exist', "createuser"),
        ('FATAL:  database "wire" does not exist', "createdb"),
        ("could not extend file: No space left on device", "Make room"),
        ("canceling statement due to lock timeout", "stop that one"),
        ("FATAL:  sorry, too many clients already", "max_connections"),
        ("something never seen\nDETAIL:  at length", "topicwire doctor"),
    ],
    ids=["refused", "password", "user", "database", "full", "busy", "crowded", "unknown"],
)
def test_a_servers_failure_says_what_to_do(reason: str, remedy: str) -> None:
    """The operator reads which database, what is wrong with it and what mends it, in one line."""
    message = str(explained(Exception(reason), named("postgresql://wire@db.example/wire")))

    first = reason.splitlines()[0]
    assert message.startswith(
        f"The database postgresql://wire@db.example/wire cannot be used: {first}. "
    )
    assert remedy in message
