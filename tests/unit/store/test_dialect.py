import sqlite3
from pathlib import Path

import pytest

from topicwire.errors import StoreError
from topicwire.store.dialect import database_path, explained


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
    assert path == database_path(url)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("wire.sqlite", "cannot be read"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("postgresql://wire:secret@db.example/wire", "is not SQLite"),
    ],
    ids=["a path", "nothing", "memory", "another database"],
)
def test_a_url_that_names_no_file_is_refused(url: str, reason: str) -> None:
    """The message says how to write one, and shows no password."""
    with pytest.raises(StoreError, match="sqlite:////absolute/path") as caught:
        database_path(url)

    assert reason in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("database is locked", "stop that one"),
        ("database or disk is full", "Make room"),
        ("attempt to write a readonly database", "write the file and its folder"),
        ("database disk image is malformed", "restore a backup"),
        ("something never seen", "topicwire doctor"),
    ],
    ids=["locked", "full", "read-only", "damaged", "unknown"],
)
def test_a_failure_says_what_to_do(reason: str, remedy: str) -> None:
    """The operator reads which database, what is wrong with it and what mends it."""
    message = str(explained(sqlite3.OperationalError(reason), Path("/srv/wire.sqlite")))

    assert message.startswith(f"The database /srv/wire.sqlite cannot be used: {reason}. ")
    assert remedy in message
