"""The way of files into a folder that others read from: whole, or not at all."""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from topicwire.world.inside import inside, is_taken, size

NAME = ".topicwire-staging"
_SECOND = 1_000_000_000  # nanoseconds


class Staging:
    """Files of a folder at `root` that wait beside its others until they are to be seen.

    Every method raises OSError when the disk refuses, and SiteError for a name that leads out.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._staged = root / NAME

    def clear(self) -> None:
        """Forget what is staged, by this process or one that died."""
        if is_taken(self._staged):
            shutil.rmtree(self._staged)

    def write(self, name: str, body: bytes) -> None:
        """Keep a file on the disk, where nobody sees it."""
        staged = self._staged / name
        staged.parent.mkdir(parents=True, exist_ok=True)
        with staged.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())

    def move(self, names: Iterable[str]) -> None:
        """Let the files take their places, one after the other."""
        changed = set()
        for name in names:
            place = self._root / name if name.startswith(".") else inside(self._root, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            staged = self._staged / name
            _rejuvenate(staged, place)
            staged.replace(place)
            changed |= {each for each in place.parents if each.is_relative_to(self._root)}
        for folder in changed:
            _sync(folder)

    def remove(self, names: Iterable[str]) -> None:
        """Remove files from their places, and the folders that are empty then."""
        for name in names:
            place = inside(self._root, name)
            place.unlink(missing_ok=True)
            with suppress(OSError):  # files are left in it
                for folder in place.parents[: len(Path(name).parents) - 1]:
                    folder.rmdir()


def _rejuvenate(staged: Path, place: Path) -> None:
    """Let a file be a second younger than the one it replaces.

    A host makes the validator of a file from its size and the second of its last change.
    """
    if size(place) is None:
        return
    old, new = place.stat().st_mtime_ns, staged.stat().st_mtime_ns
    if new // _SECOND <= old // _SECOND:
        os.utime(staged, ns=(new, old + _SECOND))


def _sync(folder: Path) -> None:
    """Have the names in a folder on the disk, not only in memory."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
