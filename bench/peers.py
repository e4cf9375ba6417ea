"""Other programs that poll from the command line, on the origin that ours is measured on.

Each polls the same feeds three times: first, unchanged, and with one new entry each. What counts
is processor time, of the program and all that it starts: they need some tens of milliseconds a
feed, so that a few hundred feeds tell enough.

None of them does all of what a poll does here: newsboat keeps the entries as they came, in
SQLite; sfeed writes a text file a feed, asks unconditionally, and starts several programs for
each; rss2email keeps no text, only which entries it has seen. None judges.
"""

import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.report import lacks, measured_with, said_by
from bench.spent import Spent

PHASES = ("first", "unchanged", "changed")
LONGEST = 600  # seconds that a phase may take


@dataclass(frozen=True, slots=True)
class Peer:
    """A program: how its folder is prepared for some feeds, and what polls them all."""

    name: str
    prepare: Callable[[Path, Sequence[str]], None]
    command: tuple[str, ...]
    version: tuple[str, ...]


def _newsboat(folder: Path, urls: Sequence[str]) -> None:
    (folder / "urls").write_text("\n".join(urls) + "\n", encoding="utf-8")
    (folder / "config").write_text("reload-threads 1\nauto-reload no\n", encoding="utf-8")


def _sfeed(folder: Path, urls: Sequence[str]) -> None:
    feeds = "\n".join(f"  feed f{number} {url}" for number, url in enumerate(urls))
    text = f'sfeedpath="{folder}/feeds"\nmaxjobs=2\nfeeds() {{\n{feeds}\n}}\n'
    (folder / "sfeedrc").write_text(text, encoding="utf-8")


def _rss2email(folder: Path, urls: Sequence[str]) -> None:
    head = "[DEFAULT]\nfrom = a@wire.example\nto = b@wire.example\nverbose = error\n"
    feeds = "".join(f"[feed.f{number}]\nurl = {url}\n" for number, url in enumerate(urls))
    (folder / "r2e.cfg").write_text(head + feeds, encoding="utf-8")


PEERS = (
    Peer(
        "newsboat",
        _newsboat,
        ("newsboat", "-x", "reload", "-u", "urls", "-C", "config", "-c", "cache.db"),
        ("newsboat", "--version"),
    ),
    Peer("sfeed", _sfeed, ("sfeed_update", "sfeedrc"), ("dpkg-query", "-W", "sfeed")),
    Peer(
        "rss2email",
        _rss2email,
        ("r2e", "-c", "r2e.cfg", "-d", "r2e.json", "run", "--no-send"),
        ("r2e", "--version"),
    ),
)


def measured(
    peer: Peer, urls: Sequence[str], change: Callable[[], None]
) -> Mapping[str, Spent] | None:
    """Return what a peer takes for each phase, None when it is not installed, which is told.

    `change` lets the origin give each of the feeds one new entry.
    """
    if shutil.which(peer.command[0]) is None:
        lacks(f"{peer.name} is not installed")
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peer.prepare(folder, urls)
        taken = {}
        for phase in PHASES:
            if phase == "changed":
                change()
            taken[phase] = _run(peer, folder)
    measured_with(said_by(*peer.version))
    return taken


def _run(peer: Peer, folder: Path) -> Spent:
    began, before = time.perf_counter(), _processor()
    subprocess.run(
        peer.command,
        cwd=folder,
        env=os.environ | {"HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=LONGEST,
        check=True,
    )
    return Spent(time.perf_counter() - began, _processor() - before)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
