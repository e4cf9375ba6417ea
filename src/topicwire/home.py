"""Where the catalogue and the database are, unless a setting says otherwise."""

import os
from pathlib import Path
from urllib.parse import quote

_PACKAGE = Path(__file__).resolve().parent


def checkout() -> Path | None:
    """Return the root of the checkout this code runs from, None when it is installed."""
    root = _PACKAGE.parents[1]
    return root if (root / "pyproject.toml").is_file() and (root / "feeds").is_dir() else None


def starter() -> Path:
    """Return the folder of the catalogue that comes with the program."""
    root = checkout()
    return root / "feeds" if root is not None else _PACKAGE / "_feeds"


def is_ours(folder: Path) -> bool:
    """Whether a catalogue is part of the installed program, so that no user may edit it."""
    return checkout() is None and folder == starter()


def own_catalogue() -> Path:
    """Return the folder in which an installed program looks for the user's own catalogue."""
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "topicwire" / "feeds"


def catalogue() -> Path:
    """Return the folder of the catalogue: the user's own if there is one, else the starter."""
    own = own_catalogue()
    return own if checkout() is None and own.is_dir() else starter()


def database_url() -> str:
    """Return the URL of the database: in a checkout beside its schema, else among the user's data."""
    root = checkout()
    if root is not None:
        return file_url(root / "db" / "topicwire.sqlite")
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return file_url(Path(home) / "topicwire" / "topicwire.sqlite")


def file_url(path: Path) -> str:
    """Return the URL of the SQLite database at `path`, in which `%` and `?` mean something."""
    return f"sqlite:///{quote(str(path), safe='/ ')}"
