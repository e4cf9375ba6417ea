"""Other programs that poll from the command line, on the origin that ours is measured on.

`python -m bench.peers [SOURCES]`. Each polls the same feeds three times: first, unchanged, and
with one new entry each. What counts is processor time, of the program and all that it starts.
None of them does all of what a poll does here: newsboat keeps the entries as they came, in
SQLite; sfeed writes a text file a feed, asks unconditionally, and starts several programs for
each; rss2email keeps no text, only which entries it has seen. None judges.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.origin import ENTRIES, change, host
from bench.report import lacks, machine, measured_with, said_by, show

ROOT = Path(__file__).parents[1]
PORT = 18_475
PHASES = ("first", "unchanged", "changed")
LONGEST = 600  # seconds that a phase may take


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds that a phase took: by the clock, and of processor time."""

    clock: float
    processor: float


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


def main(sources: int) -> None:
    """Measure each peer that is installed."""
    found = {each.name: spent for each in PEERS if (spent := measured(each, sources))}
    rows = [
        (f"{name}, {phase}", spent[phase].processor * 1000 / sources, sources / spent[phase].clock)
        for name, spent in found.items()
        for phase in PHASES
    ]
    title = f"{sources} feeds of {ENTRIES} entries"
    show(title, ("poll", "processor ms a feed", "feeds a second"), rows)
    machine()
    for each in PEERS:
        if each.name in found:
            measured_with(said_by(*each.version))


def measured(peer: Peer, sources: int, *, port: int = PORT) -> Mapping[str, Spent] | None:
    """Return what a peer takes for each phase, None when it is not installed."""
    if shutil.which(peer.command[0]) is None:
        lacks(f"{peer.name} is not installed")
        return None
    with tempfile.TemporaryDirectory() as name, origin(port, sources):
        folder = Path(name)
        peer.prepare(folder, [f"http://{host(number)}:{port}/feed" for number in range(sources)])
        taken = {}
        for phase in PHASES:
            if phase == "changed":
                change(port)
            taken[phase] = _run(peer, folder)
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


@contextmanager
def origin(port: int, hosts: int) -> Iterator[None]:
    """Run the origin in a process of its own, which is ended after what is measured."""
    command = (sys.executable, "-m", "bench.origin", str(port), str(hosts))
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.terminate()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 200)
