"""Copies of the SQLite file: made while others write, found whole, and put in a database's place."""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from topicwire.errors import BusyError, StoreError
from topicwire.store.dialects.sqlite import BUSY_SECONDS

STEP = 2048  # pages that are copied at once
OPERATIONS = 100_000  # of SQLite's machine between two signs of life
ATTEMPTS = 3  # at finding nothing in the log of a database that others write to
BESIDE = ("-wal", "-shm", "-journal")

Progress = Callable[[int, int], None]  # told how many pages are copied, of how many


@dataclass(frozen=True, slots=True)
class Content:
    """What a copy holds: the version of its schema and the number of its entries."""

    schema: str
    entries: int


@contextmanager
def part(target: Path, *, mode: int) -> Iterator[Path]:
    """Give the path of an empty file beside the target, which nobody else writes meanwhile.

    It is gone afterwards, unless it was put in the target's place. What a process that was
    killed left there is used again.

    Raises:
        BusyError: another process writes it.
        OSError: it cannot be made.
    """
    path = target.with_name(f".{target.name}.part")
    file = os.open(path, os.O_RDWR | os.O_CREAT, mode)
    try:
        if not _is_mine(file):
            raise BusyError(f"Another process is writing {target}: wait until it has done so.")
        os.ftruncate(file, 0)
        _remove_beside(path)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)
            _remove_beside(path)
    finally:
        os.close(file)


def remove_parts(folder: Path, pattern: str) -> None:
    """Remove the parts of targets called like `pattern` that killed processes left."""
    for path in folder.glob(f".{pattern}.part"):
        with suppress(OSError), path.open("rb") as file:
            if _is_mine(file.fileno()):
                path.unlink()
                _remove_beside(path)


def _is_mine(file: int) -> bool:
    """Whether nobody else holds the file; SQLite locks in another way, which this leaves alone."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove_beside(path: Path) -> None:
    for end in BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)


def copy(origin: Path, target: Path, *, is_live: bool, progress: Progress) -> int:
    """Copy a database as of one moment, one that `is_live` while others use it; return its pages.

    Raises:
        sqlite3.Error, OSError: one of them cannot be read or written.
    """
    how = "mode=rw" if is_live else _untouched(origin)
    source = sqlite3.connect(f"{origin.as_uri()}?{how}", uri=True, timeout=BUSY_SECONDS)
    with closing(source), closing(sqlite3.connect(target)) as made:
        made.execute("PRAGMA synchronous=OFF")  # it is synced as a whole when it is done
        source.execute("BEGIN")
        # What is read from now on is of this moment; else copying would begin again whenever
        # somebody else has written.
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(made, pages=STEP, progress=lambda _, left, all_: progress(all_ - left, all_))
        (pages,) = made.execute("PRAGMA page_count").fetchone()
    make_single(target)
    return int(pages)


def _untouched(path: Path) -> str:
    """Return how to open a database so that nothing is written beside it, if it has no log."""
    log = path.with_name(f"{path.name}-wal")
    has_log = log.exists() and log.stat().st_size > 0
    return "mode=ro" if has_log else "mode=ro&immutable=1"


def make_single(path: Path) -> None:
    """Let a database that nobody uses be one file, with all that is in its log, safe on the disk."""
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode=DELETE")
    sync(path)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are safe on the disk."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def verified(path: Path, *, called: Path, waiting: Callable[[], None]) -> Content:
    """Return what a copy holds, once it is found whole; calls `waiting` now and then meanwhile.

    Raises:
        StoreError: it is damaged, refers to what is not there, or is no database of Topicwire.
    """
    damaged = f"{called} is damaged"
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as made:
            made.set_progress_handler(waiting, OPERATIONS)
            (first, *_) = made.execute("PRAGMA integrity_check(1)").fetchone()
            if first != "ok":
                raise StoreError(f"{damaged}: {first}. Use another backup.")
            if made.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise StoreError(f"{damaged}: rows refer to rows that are not there. Use another.")
            return _content(made, called)
    except sqlite3.Error as error:
        raise StoreError(f"{called} cannot be read: {error}. Use another backup.") from error


def _content(made: sqlite3.Connection, called: Path) -> Content:
    tables = {name for (name,) in made.execute("SELECT name FROM sqlite_master")}
    if not {"alembic_version", "entries"} <= tables:
        raise StoreError(f"{called} is no database of Topicwire. Name another file.")
    (schema,) = made.execute("SELECT version_num FROM alembic_version").fetchone()
    (entries,) = made.execute("SELECT count(*) FROM entries").fetchone()
    return Content(schema, entries)


def put_in_place(made: Path, path: Path, *, aside: Path) -> None:
    """Put a single file in the place of a database, which goes on under the name `aside`.

    At every moment there is a whole database under `path`, if there was one and the file system
    has hard links. Its log and index go aside with it: SQLite would take them for those of the
    new file.

    Raises:
        BusyError: somebody reads or writes the old database for too long.
    """
    if path.exists():
        with _quiet(path):
            _keep(path, aside)
            _move_beside(path, aside)
            made.replace(path)
        _close(aside)
    else:
        _move_beside(path, aside)
        made.replace(path)
    sync(path.parent)


def _keep(path: Path, aside: Path) -> None:
    """Give a file a second name; where a file can have but one, that name alone."""
    try:
        os.link(path, aside)
    except OSError:
        path.rename(aside)


def _move_beside(path: Path, aside: Path) -> None:
    for end in BESIDE:
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).replace(aside.with_name(aside.name + end))


def _close(path: Path) -> None:
    """Remove the log and index of a database unless another process still has it open."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(path)) as database:
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()


@contextmanager
def _quiet(path: Path) -> Iterator[None]:
    """Let nobody write a database, all of which is in its one file; one that is damaged, as it is.

    Connections of others that are open stay with the old file, also when it has another name:
    SQLite sees that it was moved, and then leaves the log under the old name alone.
    """
    database = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    with closing(database):
        try:
            _empty_log(database, path)
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise BusyError(f"Another process keeps {path} busy: stop it first.") from error
            # It is damaged: that is what is being mended.
        yield


def _empty_log(database: sqlite3.Connection, path: Path) -> None:
    """Move what is in the log into the file, and take the right to write."""
    log = path.with_name(f"{path.name}-wal")
    for _ in range(ATTEMPTS):
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        database.execute("BEGIN IMMEDIATE")
        if not log.exists() or log.stat().st_size == 0:
            return
        database.execute("ROLLBACK")
    raise BusyError(
        f"Somebody reads the database {path} all the time: stop `topicwire serve` and other "
        "commands, then try again."
    )
