"""One request a host at a time, some way apart: for every thread, process and restart alike.

Each host has a small file. Who asks it holds the file's lock, which the kernel releases when its
holder dies; the file's time is when the last request ended, or started if its holder died.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from topicwire.errors import StoreError

FIRST_LOOK, LAST_LOOK = 0.01, 0.25  # seconds between two looks whether a host is free


class TakesTurns(Protocol):
    """Whoever keeps requests to one host apart."""

    def turn(self, host: str, *, spacing: float) -> AbstractAsyncContextManager[None]:
        """Wait for the host's turn, at least `spacing` seconds after the last request, and hold it.

        Raises:
            StoreError: nobody can know whose turn it is.
        """


class Hosts:
    """The hosts that are being asked, as files in `folder`, which is made when needed.

    Two hosts may share one of the 65,536 files; they then wait for each other as well.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @asynccontextmanager
    async def turn(self, host: str, *, spacing: float) -> AsyncIterator[None]:
        """Wait for the host's turn, at least `spacing` seconds after the last request, and hold it.

        Raises:
            StoreError: the folder cannot be written.
        """
        file = self._open(host)
        try:
            await _locked(file)
            if spacing:
                await asyncio.sleep(_wait(file, spacing))
                _touch(file)
            try:
                yield
            finally:
                if spacing:  # looking up and connecting took their time: the host saw us later
                    _touch(file)
        finally:
            os.close(file)

    def _open(self, host: str) -> int:
        path = f"{self._folder}/{blake2b(host.encode(), digest_size=2).hexdigest()}"
        try:
            return os.open(path, os.O_RDWR)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise _unwritable(path, error) from error
        try:
            self._folder.mkdir(exist_ok=True)
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:  # another was quicker
            return os.open(path, os.O_RDWR)
        except OSError as error:
            raise _unwritable(path, error) from error
        os.utime(file, ns=(0, 0))  # it was never asked
        return file


async def _locked(file: int) -> None:
    """Take the file's lock, looking again and again so that nobody else's request waits."""
    pause = FIRST_LOOK
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            await asyncio.sleep(pause)
            pause = min(2 * pause, LAST_LOOK)
        else:
            return


def _touch(file: int) -> None:
    os.utime(file, ns=(now := time.time_ns(), now))


def _wait(file: int, spacing: float) -> float:
    """Return the seconds until the host may be asked; a clock that was set back adds none."""
    since = time.time() - os.fstat(file).st_mtime
    return spacing - since if 0 <= since < spacing else 0.0


def _unwritable(path: str, error: OSError) -> StoreError:
    return StoreError(
        f"the file {path} cannot be opened: {error.strerror}; make it and its folder writable"
    )
