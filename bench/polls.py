"""Polls a second, first, unchanged and changed, beside the `reader` package on the same origin.

`python -m bench.polls [SOURCES]`. `make bench` installs reader into build/bench. Both poll part for
part of the sources, in turns; the ratio is that of all their seconds.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import product

from bench.hosts import address, change, part
from bench.origin import ENTRIES
from bench.peers import PEERS, PHASES, measured
from bench.pollers import ROOT, obey, ready
from bench.report import goal, lacks, machine, measured_with, said_by, show
from bench.spent import Spent

from topicwire.app import App
from topicwire.config import Settings
from topicwire.model.catalogue import Source
from topicwire.world.machine import collect_seldom

THEIR_PYTHON = ROOT / "build" / "bench" / "bin" / "python"
PORTS = {"ours": 18471, "theirs": 18472, "others": 18474}
PARTS = 10  # in which they are polled, in turns: as many at once as the daemon polls
FEWEST = 100  # sources in a part
ROUNDS = {"unchanged": 3}  # times that a phase is gone through
FEW = 200  # sources that show what programs take that need tens of milliseconds for each
GOALS = {"unchanged": 8, "changed": 15}  # times the rate of reader
HEAD = ("phase", "topicwire", "ms a poll", "reader", "ms a poll", "ratio", "worst", "best")

Row = tuple[object, ...]
Program = tuple[int, tuple[str, ...]]  # the port of its origin, and the command without arguments
OURS: Program = (PORTS["ours"], (sys.executable, "-m", "bench.polls", "poll"))
THEIRS: Program = (PORTS["theirs"], (str(THEIR_PYTHON), "-m", "bench.reader_polls"))


@dataclass(frozen=True, slots=True)
class Figures:
    """What a poller took for a phase: polls a second, and milliseconds of processor time a poll."""

    rate: float
    cost: float


def main(sources: int) -> None:
    parts = max(1, min(PARTS, sources // FEWEST))
    pollers = {"topicwire": OURS}
    if THEIR_PYTHON.exists():
        pollers["reader"] = THEIRS
    else:
        lacks("reader is not installed: `make bench` installs it into build/bench")
    taken = measure(pollers, sources, parts)
    figures = {name: figures_of(each, sources) for name, each in taken.items()}
    ratios = {phase: ratios_of(taken, phase) for phase in PHASES} if "reader" in taken else {}
    show(
        f"Sources polled a second, and processor time: {sources:,} sources of {ENTRIES} entries "
        f"of 5 KB, in {parts} parts, in turns",
        HEAD,
        [row(phase, figures, ratios.get(phase)) for phase in PHASES],
    )
    machine("topicwire", "pycurl", "feedparser", "sqlalchemy")
    if ratios:
        code = "from importlib.metadata import version; print('reader', version('reader'))"
        measured_with(said_by(str(THEIR_PYTHON), "-c", code))
        for phase, least in GOALS.items():
            is_met = ratios[phase][0] >= least
            goal(f"{phase} sources at {least} times the rate of reader", is_met=is_met)
    show_others(figures["topicwire"], sources)


def measure(
    pollers: Mapping[str, Program], sources: int, parts: int
) -> dict[str, dict[str, list[Spent]]]:
    """Return by poller and phase what each part took; they poll it one right after the other.

    Nothing changes between the rounds of a phase, and they all count.
    """
    taken: dict[str, dict[str, list[Spent]]] = {
        name: {phase: [] for phase in PHASES} for name in pollers
    }
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        ready_ones = {}
        for name, (port, program) in pollers.items():
            stack.enter_context(origin(port))
            command = (*program, str(port), f"{folder}/{name}.sqlite", str(sources), str(parts))
            ready_ones[name] = stack.enter_context(ready(command))
        for phase in PHASES:
            if phase == "changed":
                for port, _ in pollers.values():
                    change(port)
            for _, number in product(range(ROUNDS.get(phase, 1)), range(parts)):
                for name, poller in ready_ones.items():
                    taken[name][phase].append(poller.poll(number))
        counts = {name: poller.entries() for name, poller in ready_ones.items()}
    if len(set(counts.values())) > 1:
        sys.exit(f"not the same work: {counts} entries")
    return taken


def figures_of(taken: Mapping[str, Sequence[Spent]], sources: int) -> dict[str, Figures]:
    """Return the figures of a poller, by phase."""
    found = {}
    for phase, each in taken.items():
        polls = sources * ROUNDS.get(phase, 1)
        clock, processor = sum(one.clock for one in each), sum(one.processor for one in each)
        found[phase] = Figures(polls / clock, 1_000 * processor / polls)
    return found


def ratios_of(
    taken: Mapping[str, Mapping[str, Sequence[Spent]]], phase: str
) -> tuple[float, float, float]:
    """Return how many times the rate of reader ours is: over all, and in the worst and best part."""
    ours = [each.clock for each in taken["topicwire"][phase]]
    theirs = [each.clock for each in taken["reader"][phase]]
    parts = [their / our for our, their in zip(ours, theirs, strict=True)]
    return sum(theirs) / sum(ours), min(parts), max(parts)


def row(
    phase: str, figures: Mapping[str, Mapping[str, Figures]], ratios: Sequence[float] | None
) -> Row:
    """Return the figures of both for a phase; without reader there are no ratios."""
    ours = figures["topicwire"][phase]
    if ratios is None:
        return (phase, ours.rate, ours.cost, *("-" for _ in range(5)))
    theirs = figures["reader"][phase]
    return (phase, ours.rate, ours.cost, theirs.rate, theirs.cost, *ratios)


def show_others(ours: Mapping[str, Figures], sources: int) -> None:
    """Measure and show what other programs take, by processor time."""
    port, count = PORTS["others"], min(sources, FEW)
    urls = [address(number, port) for number in range(count)]
    costs = {"topicwire": [ours[phase].cost for phase in PHASES]}
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


def poll(port: int, database: str, count: int, parts: int) -> None:
    """Poll the parts that we are told."""
    settings = Settings(
        database_url=f"sqlite:///{database}",
        allow_private=("127.0.0.0/8",),
        min_interval=0,
        host_spacing=0,
    )
    sources = [Source(f"s{each}", address(each, port), "") for each in range(count + 1)]
    with App.open(settings, clock=now) as app:
        app.store.mirror(sources, (), now=now(), host="localhost")

        def poll_all(ids: Sequence[str]) -> None:
            outcomes = app.ingest(app.store.polled(ids))
            failed = [each.error for each in outcomes if each.error]
            assert not failed, failed[0]

        poll_all([sources[0].id])  # so that the parsing processes are there
        collect_seldom()  # as the daemon does
        obey(
            lambda number: poll_all([f"s{each}" for each in part(number, count, parts)]),
            lambda: sum(each.entries for each in app.store.sources()),
        )


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (a measurement is a door)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["poll", port, database, count, parts]:
            poll(int(port), database, int(count), int(parts))
        case [number]:
            main(int(number))
        case _:
            main(200)
