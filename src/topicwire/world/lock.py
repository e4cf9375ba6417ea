"""A lock between processes, which the kernel releases when its holder dies."""

import fcntl
import os
from pathlib import Path
from typing import Self

from topicwire.errors import BusyError, StoreError


class Lock:
    """A context manager that at most one process holds for the same `path`.

    The file at `path` is made when absent, holds the holder's process id while it is held, and
    stays behind empty: removing it would let two processes lock two files of one name.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def holder(self) -> int | None:
        """Return the process that holds the lock, None when nobody does."""
        try:
            holder = int(self._path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
        try:
            os.kill(holder, 0)  # asks only whether it lives: one that was killed wrote its id too
        except ProcessLookupError:
            return None
        except PermissionError:
            return holder  # it lives, as another user
        return holder

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            BusyError: another process holds it.
            StoreError: the file cannot be written.
        """
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StoreError(
                f"the lock {self._path} cannot be opened: {error.strerror}; make its folder writable"
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._file, 20, 0).decode("ascii", "replace").strip()
            os.close(self._file)
            raise BusyError(
                f"another topicwire daemon (process {holder or 'unknown'}) already works on this "
                f"database (lock {self._path}); stop it first, or give this one its own with "
                "TOPICWIRE_DATABASE_URL"
            ) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)
        return self

    def __exit__(self, *failure: object) -> None:
        os.ftruncate(self._file, 0)
        os.close(self._file)
