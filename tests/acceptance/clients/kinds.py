"""What the tests ask of a feed reader that is not ours, and what is known of its ways."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from acceptance.wire import ROOT

INSTALLED = ROOT / "build" / "clients"
PATIENCE = 60  # seconds that one run of a reader may take


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as its reader has it; `sound` is the address of what there is to play."""

    title: str
    link: str
    sound: str = ""


class Reader(Protocol):
    """One reader with one subscription."""

    def subscribe(self, url: str) -> None:
        """Note an address, without asking it."""

    def poll(self) -> None:
        """Ask the address, once."""

    def entries(self) -> tuple[Entry, ...]:
        """Return everything it has, in no particular order."""


class AtEdit(Enum):
    """What a reader does when the title of an entry changes."""

    UPDATES = "shows the new title"
    KEEPS = "keeps the old title"
    SHOWS_BOTH = "shows the old title and the new one"


class AtRemoval(Enum):
    """What a reader does when a document does not have an entry any more."""

    KEEPS = "keeps it"
    DROPS = "drops it, unless it was downloaded"


@dataclass(frozen=True, slots=True)
class Kind:
    """A reader that can be had, the formats it understands, and where it goes its own way."""

    name: str
    package: str  # and where it comes from, for who has to install it
    forms: tuple[str, ...]
    is_installed: Callable[[], bool]
    start: Callable[[Path], Reader]  # in a folder of its own
    plays: tuple[str, ...] = ()  # the formats in which it says where the sound of an entry is
    at_edit: AtEdit = AtEdit.UPDATES
    at_removal: AtRemoval = AtRemoval.KEEPS
    confirmed: tuple[str, ...] = ("unchanged", "settled")  # the chapters in which 304 is due


def has(*programs: str) -> Callable[[], bool]:
    """Return whether programs are on the path, as a question."""
    return lambda: all(shutil.which(each) for each in programs)


def has_module(name: str) -> Callable[[], bool]:
    """Return whether an npm package is installed for these tests, as a question."""
    return lambda: bool(shutil.which("node")) and (INSTALLED / "node_modules" / name).is_dir()


def output(home: Path, *command: str, environment: Mapping[str, str] | None = None) -> str:
    """Run a program that must succeed, at home in a folder, and return what it printed."""
    done = subprocess.run(
        command,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
        | dict(environment or {}),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(
            f"{command[0]} ended with {done.returncode}: {done.stderr or done.stdout}"
        )
    return done.stdout
