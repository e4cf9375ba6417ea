"""Polls a second, first, unchanged and changed, beside the `reader` package on the same origin.

`python -m bench.polls [SOURCES]`. `make bench` installs reader into build/bench.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.hosts import address, change
from bench.origin import ENTRIES
from bench.peers import PEERS, PHASES, measured
from bench.report import goal, lacks, machine, measured_with, said_by, show
from bench.spent import spent

from topicwire.app import App
from topicwire.config import Settings
from topicwire.model.catalogue import Source
from topicwire.world.machine import collect_seldom

ROOT = Path(__file__).parents[1]
THEIR_PYTHON = ROOT / "build" / "bench" / "bin" / "python"
PORTS = {"ours": 18471, "theirs": 18472, "others": 18474}
FEW = 200  # sources that show what programs take that need tens of milliseconds for each
GOALS = {"unchanged": 8, "changed": 15}  # times the rate of reader
HEAD = ("phase", "topicwire", "ms a poll", "reader", "ms a poll", "ratio")

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """What a poller did: by phase its seconds and processor seconds, and how many entries it has."""

    phases: dict[str, tuple[float, float]]
    entries: int

    def figures(self, phase: str, sources: int) -> tuple[float, float]:
        """Return the polls a second, and the milliseconds of processor time a poll."""
        seconds, used = self.phases[phase]
        return sources / seconds, 1_000 * used / sources


def main(sources: int) -> None:
    ours = measure("ours", sources)
    theirs = measure("theirs", sources) if THEIR_PYTHON.exists() else None
    show(
        f"Sources polled a second, and processor time: {sources:,} sources of {ENTRIES} entries "
        "of 5 KB, one run each",
        HEAD,
        rows(ours, theirs, sources),
    )
    if theirs is None:
        lacks("reader is not installed: `make bench` installs it into build/bench")
    elif ours.entries != theirs.entries:
        print(f"not the same work: {ours.entries} entries here, {theirs.entries} there")
    machine("topicwire", "pycurl", "feedparser", "sqlalchemy")
    if theirs is not None:
        code = "from importlib.metadata import version; print('reader', version('reader'))"
        measured_with(said_by(str(THEIR_PYTHON), "-c", code))
        for phase, least in GOALS.items():
            ratio = theirs.phases[phase][0] / ours.phases[phase][0]
            goal(f"{phase} sources at {least} times the rate of reader", is_met=ratio >= least)
    show_others(ours, sources)


def show_others(ours: Run, sources: int) -> None:
    """Measure and show what other programs take, by processor time."""
    port, count = PORTS["others"], min(sources, FEW)
    urls = [address(number, port) for number in range(count)]
    costs = {"topicwire": [ours.figures(phase, sources)[1] for phase in PHASES]}
    for peer in PEERS:
        with origin(port):
            taken = measured(peer, urls, partial(change, port))
        if taken is not None:
            costs[peer.name] = [1_000 * taken[phase].processor / count for phase in PHASES]
    own = costs["topicwire"]
    show(
        f"Milliseconds of processor time a poll, and times ours: {count} of the sources",
        ("program", *PHASES, *(f"{phase}, ratio" for phase in PHASES)),
        [
            (name, *taken, *(each / mine for each, mine in zip(taken, own, strict=True)))
            for name, taken in costs.items()
        ],
    )


def rows(ours: Run, theirs: Run | None, sources: int) -> list[Row]:
    """Return the figures of both, a row a phase."""
    found: list[Row] = []
    for phase in PHASES:
        rate, cost = ours.figures(phase, sources)
        if theirs is None:
            found.append((phase, rate, cost, "-", "-", "-"))
        else:
            their_rate, their_cost = theirs.figures(phase, sources)
            found.append((phase, rate, cost, their_rate, their_cost, rate / their_rate))
    return found


def measure(who: str, sources: int) -> Run:
    """Run one poller in a process of its own against an origin of its own."""
    port = PORTS[who]
    program = (
        (sys.executable, "-m", "bench.polls", "poll")
        if who == "ours"
        else (str(THEIR_PYTHON), "-m", "bench.reader_polls")
    )
    with origin(port), tempfile.TemporaryDirectory() as folder:
        command = (*program, str(port), f"{folder}/db.sqlite", str(sources))
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
        return Run(**json.loads(done.stdout))


@contextmanager
def origin(port: int) -> Iterator[None]:
    """Run the origin in a process of its own."""
    command = (sys.executable, "-m", "bench.origin", str(port))
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.terminate()


def poll(port: int, database: str, count: int) -> None:
    """Poll all sources three times; print the seconds and the processor seconds, as JSON."""
    settings = Settings(
        database_url=f"sqlite:///{database}",
        allow_private=("127.0.0.0/8",),
        min_interval=0,
        host_spacing=0,
    )
    sources = tuple(
        Source(id=f"s{number}", url=address(number, port), title="") for number in range(count + 1)
    )
    warm_up, *ids = (source.id for source in sources)
    phases = {}
    with App.open(settings, clock=now) as app:
        app.store.mirror(sources, (), now=now(), host="localhost")
        list(app.ingest(app.store.polled([warm_up])))  # so that the parsing processes are there
        collect_seldom()  # as the daemon does
        for phase in PHASES:
            if phase == "changed":
                change(port)
            began, used = time.perf_counter(), spent()
            outcomes = list(app.ingest(app.store.polled(ids)))
            phases[phase] = (time.perf_counter() - began, spent() - used)
            failed = [each.error for each in outcomes if each.error]
            assert not failed, failed[0]
        entries = sum(each.entries for each in app.store.sources())
    print(json.dumps({"phases": phases, "entries": entries}))


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (a measurement is a door)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["poll", port, database, count]:
            poll(int(port), database, int(count))
        case [number]:
            main(int(number))
        case _:
            main(200)
