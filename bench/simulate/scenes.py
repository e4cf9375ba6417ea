"""The days that are simulated, and what is told of each."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from bench.plots import Plot
from bench.simulate.engine import HOUR, Setup, Simulation
from bench.simulate.record import MINUTE, Late, Record
from bench.simulate.web import DAY, Floats, Web

SEED = 1
BEFORE, STOP, BACK, END = 12 * HOUR, 24 * HOUR, 25 * HOUR, 36 * HOUR  # of the ordinary day
ANEW = 36 * HOUR
TRIED = 6 * HOUR  # with other numbers of workers
STEP = 10 * MINUTE

Tell = Callable[[str, float, int], None]  # what is simulated, the time, and the polls until then
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """What is simulated, for how long, and what came of it."""

    name: str
    until: float
    record: Record
    setup: Setup


def ordinary(web: Web, setup: Setup, costs: dict[str, float], tell: Tell) -> Scene:
    """Simulate a day and a half, with an hour in which nobody polls."""
    run = Simulation(web, setup, costs, np.random.default_rng(SEED))
    run.begin()
    run.stop_between(STOP, BACK)
    return _passed("An ordinary day, and an outage", run, setup, END, tell)


def anew(web: Web, setup: Setup, costs: dict[str, float], tell: Tell) -> Scene:
    """Simulate a catalogue that is new all at once."""
    run = Simulation(web, setup, costs, np.random.default_rng(SEED))
    run.begin_anew()
    return _passed("All sources new at once", run, setup, ANEW, tell)


def tried(web: Web, setup: Setup, costs: dict[str, float], tell: Tell) -> Scene:
    """Simulate some hours with another setup."""
    run = Simulation(web, setup, costs, np.random.default_rng(SEED))
    run.begin()
    return _passed(f"{setup.workers} workers", run, setup, TRIED, tell)


def others(setup: Setup) -> list[Setup]:
    """Return the setups to try beside the usual one."""
    more = [replace(setup, workers=number) for number in (1, 8)]
    return [*more, replace(setup, of_host=10), replace(setup, shards=256, abreast=16)]


def _passed(name: str, run: Simulation, setup: Setup, until: float, tell: Tell) -> Scene:
    for now in run.run(until):
        tell(name, now, run.record.polls)
    return Scene(name, until, run.record, setup)


def late_rows(scene: Scene) -> list[Row]:
    """Return how late polls were: day by day, then after the outage, off platforms and on them."""
    spans = (
        ("an ordinary day", BEFORE, STOP),
        ("the first half hour after an outage", BACK, BACK + HOUR / 2),
        ("the second", BACK + HOUR / 2, BACK + HOUR),
        ("the hour after that", BACK + HOUR, BACK + 2 * HOUR),
    )
    rows = [_late(name, scene.record.late(since, until)) for name, since, until in spans]
    crowded = scene.record.late(BEFORE, STOP, crowded=True)
    return [*rows, _late("an ordinary day, on a platform", crowded)]


def _late(name: str, late: Late) -> Row:
    figures = (late.median, late.most_of_20, late.most_of_1000, late.most)
    return (name, late.polls, *map(said, figures))


def tried_row(scene: Scene) -> Row:
    """Return how a setup did after its first two hours."""
    setup, late = scene.setup, scene.record.late(2 * HOUR, scene.until)
    busy = sum(scene.record.busy.values()) / 1e6 / scene.until / setup.workers
    queue = max(scene.record.queue.values())
    return (
        setup.workers,
        setup.abreast,
        setup.shards,
        setup.of_host,
        *map(said, (late.median, late.most_of_20, late.most_of_1000)),
        f"{busy:.0%}",
        queue,
    )


def platform_rows(scene: Scene, web: Web) -> list[Row]:
    """Return what becomes of the sources of great hosts."""
    asked = scene.record.asked(STOP - DAY, STOP)
    rows: list[Row] = []
    for host in (0, web.throttled, web.throttled + 1, web.throttled + 2):
        gaps = scene.record.gaps(host, 18 * HOUR)
        spread = np.quantile(gaps, [0.05, 0.5, 0.95]).tolist() if len(gaps) else [0.0] * 3
        rows.append((web.sizes[host], asked[host], *map(said, spread)))
    return rows


def plots(day: Scene, new: Scene) -> list[Plot]:
    """Return the small multiples of docs/scale.svg."""
    return [
        Plot("Polls, an outage on day 1", "a second", _timed(day.record.rates(END))),
        Plot("Late, 99th of 100", "s", _timed(day.record.lateness(END))),
        Plot("Workers' cores", "busy", _minutes(day.record.busy, END)),
        Plot("Database, one writer", "busy", _minutes(day.record.database, END)),
        Plot("Polls, all sources new", "a second", _timed(new.record.rates(ANEW))),
        Plot("Late, all sources new", "s", _timed(new.record.lateness(ANEW))),
    ]


def _timed(values: Floats) -> list[tuple[float, float]]:
    return [(place * STEP / DAY, value) for place, value in enumerate(values.tolist())]


def _minutes(spent: dict[int, int], until: float) -> list[tuple[float, float]]:
    """Return seconds a second, from microseconds by minute, step by step."""
    size = int(STEP / MINUTE)
    sums = [
        sum(spent.get(minute, 0) for minute in range(start, start + size)) / 1e6 / STEP
        for start in range(0, int(until / MINUTE), size)
    ]
    return _timed(np.array(sums))


def said(seconds: float) -> str:
    """Say a time in its largest fitting unit."""
    if seconds == inf:
        return "not by then"
    for unit, name in ((HOUR, "h"), (MINUTE, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.1f} {name}"
    return f"{seconds:.1f} s"
