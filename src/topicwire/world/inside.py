"""Paths that cannot leave the folder they are below."""

import re
import stat
from pathlib import Path

from topicwire.errors import SiteError

# Neither hidden nor a way up, and no device of Windows, whatever the suffix.
_STEP = re.compile(
    r"(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$))[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?",
    re.IGNORECASE,
)


def inside(root: Path, name: str) -> Path:
    """Return the path of a file below `root`, its name with slashes, whatever the system.

    Raises:
        SiteError: the name leads elsewhere or cannot be kept on every system, or a folder on the
            way is none, a link for example.
    """
    steps = name.split("/")
    if not all(map(_STEP.fullmatch, steps)):
        raise SiteError(
            f"{name!r} is no name for a file of the site; give its topic an id of other letters"
        )
    path = root
    for step in steps[:-1]:
        path /= step
        if _kind(path) not in {None, stat.S_IFDIR}:
            raise SiteError(
                f"{path} is no folder, and files of the site belong there; move it away"
            )
    return path / steps[-1]


def size(path: Path) -> int | None:
    """Return the size of a file in bytes, None when it is not there or is no ordinary file."""
    return path.lstat().st_size if _kind(path) == stat.S_IFREG else None


def is_taken(path: Path) -> bool:
    """Whether there is anything of that name, also a link that leads nowhere."""
    return _kind(path) is not None


def _kind(path: Path) -> int | None:
    try:
        return stat.S_IFMT(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None
