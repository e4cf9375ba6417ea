"""SQLite: one file, whose writers queue for its one lock."""

import sqlite3
import time
from collections.abc import Callable, Hashable
from contextlib import closing, suppress
from pathlib import Path
from shutil import disk_usage
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, Table, create_engine, event
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError

from topicwire.errors import StoreError, remedied
from topicwire.store.values import read_json, write_json

BUSY_SECONDS = 5.0  # how long a writer waits for another process
SAMPLE = 1_000  # rows of an index that the planner learns from
READERS = 5  # connections kept open to read
ROOM = 256 * 1024  # bytes without which the index of a log, of 32 KB and more, may not be made

READING = ("PRAGMA query_only=ON",)
# In WAL mode NORMAL loses no consistency in a power cut, only perhaps the last transactions,
# which the next poll brings again; it is three times as fast as FULL.
WRITING = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA foreign_keys=ON")
# A table is altered by copying it: while the old one is dropped, what refers to it hangs in the air.
MIGRATING = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=OFF")

FAILURES = (SQLAlchemyError, sqlite3.Error, OSError)

MAKE_ROOM = "Make room on the disk, then try again."

_REMEDIES = (
    ("not a database", "Name another file in TOPICWIRE_DATABASE_URL, or restore a backup."),
    ("malformed", "The file is damaged: restore a backup."),
    ("unable to open", "Check that the file exists and that this user may read and write it."),
    (
        "denied",
        "Check that this user may enter its folder, and that this user may read and write it.",
    ),
    ("readonly", "Let this user write the file and its folder."),
    ("locked", "Another process has kept it busy for too long: stop that one, or try again."),
    ("full", MAKE_ROOM),
    ("No space left", MAKE_ROOM),
    (
        "disk I/O error",
        "See the system's log (`dmesg`): where the disk fails, restore a backup on another.",
    ),
    ("no such", "The schema is incomplete: restore a backup, or start with a new file."),
)


class Sqlite:
    """A Dialect: the SQLite file at `path`."""

    failures = FAILURES

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def shown(self) -> str:
        """What messages call the database."""
        return str(self._path)

    @property
    def path(self) -> Path:
        """Its file."""
        return self._path

    def is_there(self) -> bool:
        """Whether the file exists."""
        return self._path.exists()

    def prepare(self) -> None:
        """Make the folder of the file.

        Raises:
            StoreError: it cannot be made.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"The folder {self._path.parent} for the database cannot be made: "
                f"{error.strerror}. Make it, or name another place in TOPICWIRE_DATABASE_URL."
            ) from error

    def reading(self) -> Engine:
        """Return an engine whose transactions only read, each as of one moment."""
        return self._engine(mode="rw", pragmas=READING, begin="BEGIN", connections=READERS)

    def watching(self) -> Engine:
        """Return an engine of one connection, which notices what others write."""
        return self._engine(mode="rw", pragmas=READING, begin="BEGIN", connections=1)

    def writing(self) -> Engine:
        """Return an engine whose transactions hold the write lock from their first statement on.

        One connection: the threads of a process queue for it rather than wake each other up.
        """
        return self._engine(mode="rw", pragmas=WRITING, begin="BEGIN IMMEDIATE", connections=1)

    def migrating(self) -> Engine:
        """Return an engine that alters the schema; the file is made if it is missing.

        References are not enforced meanwhile: `dangling` says whether they hold afterwards.
        """
        return self._engine(mode="rwc", pragmas=MIGRATING, begin="BEGIN IMMEDIATE", connections=1)

    def pulse(self, connection: Connection) -> Hashable:
        """Return what differs from an earlier pulse once another connection has written.

        SQLite counts anew for every connection, so that each has a mark of its own.
        """
        mark = connection.info.setdefault("mark", object())
        return mark, connection.exec_driver_sql("PRAGMA data_version").scalar_one()

    def dangling(self, connection: Connection) -> list[str]:
        """Return the rows that refer to a row that is not there."""
        found = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        return [f"{table} row {row} to {parent}" for table, row, parent, _ in found]

    def damages(self, connection: Connection, *, quick: bool) -> list[str]:
        """Return what is damaged in the file; a `quick` look leaves out whether indexes are right."""
        pragma = "PRAGMA quick_check" if quick else "PRAGMA integrity_check"
        found: list[str] = []
        try:
            for told in connection.exec_driver_sql(pragma).scalars():
                found += told.splitlines()
        except DBAPIError as error:  # so much is lost that it cannot go on
            if "malformed" not in str(error.orig):
                raise
            found.append(str(error.orig))
            connection.rollback()  # there is nothing to commit, and to try that fails, too
        return [] if found == ["ok"] else found

    def time(self, connection: Connection) -> None:
        """Return nothing: the file is on this host."""
        del connection

    def size(self, connection: Connection | None = None) -> int:
        """Return the bytes that the database and its write-ahead log take on disk."""
        del connection
        total = 0
        for part in (self._path, self._path.with_name(f"{self._path.name}-wal")):
            with suppress(FileNotFoundError):  # the log comes and goes
                total += part.stat().st_size
        return total

    def tidy(self, engine: Engine) -> None:
        """Let the query planner learn from the rows, and move the write-ahead log into the file."""
        with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            # A sample is enough; the index of what waits, which is mostly empty, has all of its
            # table's looked through every time.
            cursor.execute(f"PRAGMA analysis_limit={SAMPLE}")
            cursor.execute("PRAGMA optimize")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def compact(self, engine: Engine) -> None:
        """Write the file anew without the room that removed rows have left in it."""
        with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute("VACUUM")

    def renumber(self, connection: Connection, table: Table) -> None:
        """Do nothing: a new row's number follows the largest."""

    def is_of_data(self, error: Exception) -> bool:
        """Whether not the database failed, but what it was given: the driver says so unwrapped."""
        del error
        return False

    def reason(self, error: Exception) -> str:
        """Return why something failed, and what to do about it."""
        return reason_of(error, self._path)

    def _engine(
        self, *, mode: str, pragmas: tuple[str, ...], begin: str, connections: int
    ) -> Engine:
        engine = create_engine(
            "sqlite+pysqlite://",
            creator=_connector(self._path, mode=mode, pragmas=pragmas),
            poolclass=QueuePool,
            pool_size=connections,
            max_overflow=10 * (connections - 1),
            json_deserializer=read_json,
            json_serializer=write_json,
        )

        @event.listens_for(engine, "begin")
        def begin_explicitly(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        _follow_the_file(engine, self._path)
        return engine


def lock_path(path: Path) -> Path:
    """Return the file by which one process alone may lock the work on the database at `path`."""
    return path.with_name(f"{path.name}.lock")


def reason_of(error: Exception, path: Path) -> str:
    """Return why something with the file at `path` failed, and what to do about it."""
    reason = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    if "disk I/O error" in reason and _is_full(path.parent):
        reason += ", for the disk is full"  # it says so itself only of what is in the file
    return remedied(reason, _REMEDIES)


def _is_full(folder: Path) -> bool:
    """Whether this user can write next to nothing more in a folder."""
    try:
        _, _, free = disk_usage(folder)
    except OSError:  # it is gone: then that is what is wrong
        return False
    return free < ROOM


def _connector(
    path: Path, *, mode: str, pragmas: tuple[str, ...]
) -> Callable[[], sqlite3.Connection]:
    """Return a function that opens the file, which unlike SQLite's default never makes one."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode={mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,  # the driver must not begin transactions of its own
            check_same_thread=False,  # the pool gives it to one thread at a time
        )
        try:
            for pragma in pragmas:
                _set(connection, pragma)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    return connect


def _set(connection: sqlite3.Connection, pragma: str) -> None:
    """Set a pragma, also while others set it.

    Of several that turn a new file to WAL at once SQLite lets one, and fails the others without
    waiting, for each holds what the other waits for.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(pragma)
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _follow_the_file(engine: Engine, path: Path) -> None:
    """Give up connections to a file that was deleted or replaced, which SQLite would not notice."""

    @event.listens_for(engine, "connect")
    def remember(connection: Any, record: Any) -> None:
        del connection
        record.info["file"] = _identity(path)

    @event.listens_for(engine, "checkout")
    def compare(connection: Any, record: Any, proxy: Any) -> None:
        del connection, proxy
        if record.info["file"] != _identity(path):
            raise DisconnectionError(f"{path} is another file than before")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
