"""A lock between processes, which the kernel releases when its holder dies."""

import errno
import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from topicwire.errors import BusyError, StoreError

MOMENT = 0.05  # seconds, in which who only asks for the holder is done


class Lock:
    """A context manager that at most one process holds for the same `path`.

    The file at `path` is made when absent, holds the holder's process id while it is held, and
    stays behind empty: removing it would let two processes lock two files of one name.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def holder(self) -> str | None:
        """Return the process that holds the lock, "unknown" where that is not said; None: nobody.

        Its file alone does not tell: a process that was killed wrote its id too, and by now that
        may be another's.
        """
        try:
            file = os.open(self._path, os.O_RDONLY)
        except OSError:
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _said(file)
        finally:
            os.close(file)
        return None

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            BusyError: another process holds it.
            StoreError: the file cannot be written.
        """
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            is_full = error.errno == errno.ENOSPC
            mend = "make room on the disk" if is_full else "make its folder writable"
            raise StoreError(
                f"the lock {self._path} cannot be opened: {error.strerror}; {mend}"
            ) from error
        try:
            _take(self._file)
        except BlockingIOError as error:
            holder = _said(self._file)
            os.close(self._file)
            raise BusyError(
                f"another topicwire daemon (process {holder}) already works on this database "
                f"(lock {self._path}); stop it first, or give this one its own with "
                "TOPICWIRE_DATABASE_URL"
            ) from error
        self._say(f"{os.getpid()}\n")
        return self

    def __exit__(self, *failure: object) -> None:
        self._say("")
        os.close(self._file)

    def _say(self, holder: str) -> None:
        """Say for people who holds the lock, where the disk has room for it."""
        with suppress(OSError):
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, holder.encode(), 0)


def _take(file: int) -> None:
    """Take the lock, also from who holds it for the moment of asking who does.

    Raises:
        BlockingIOError: another process holds it.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(MOMENT)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _said(file: int) -> str:
    """Return which process the holder says it is."""
    return os.pread(file, 20, 0).decode("ascii", "replace").strip() or "unknown"
