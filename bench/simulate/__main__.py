"""A million sources on paper: whether the schedule keeps up, and what everything comes to.

`python -m bench.simulate [SOURCES]`. Simulated are a day and a half with an outage of an hour, a
catalogue that is new all at once, and some hours with other numbers of workers. The tables go to
standard output and, for a million, into docs/scale.md with the plots in docs/scale.svg.
"""

import sys
import time
from pathlib import Path

import numpy as np
from bench.plots import small_multiples
from bench.report import machine, show
from bench.simulate import scenes
from bench.simulate.costs import costs, seconds
from bench.simulate.engine import HOUR, Setup
from bench.simulate.page import PAGE, Table, plain, written
from bench.simulate.scenes import SEED, Scene, said
from bench.simulate.sizing import Day, Wanted, loads
from bench.simulate.web import DAY, Assumed, Web, made_up

ALL = 1_000_000
PICTURE = Path("docs/scale.svg")
EVERY = 4 * HOUR  # of simulated time between two lines of progress


def main(sources: int) -> None:
    began = time.process_time()
    web = made_up(sources, Assumed(), np.random.default_rng(SEED))
    setup, spent = Setup(), seconds()
    day = scenes.ordinary(web, setup, spent, tell)
    new = scenes.anew(web, setup, spent, tell)
    tried = [scenes.tried(web, each, spent, tell) for each in (setup, *scenes.others(setup))]
    for each in (day, new, *tried):
        check(each)
    tables = found(web, day, new, tried)
    for name, (head, rows) in tables.items():
        show(name, head, [[plain(cell) for cell in row] for row in rows])
    print(f"\nThe simulation took {time.process_time() - began:,.0f} s of one core.")
    machine("numpy")
    if sources == ALL:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")
        title = "A million sources, simulated: a day with an outage, and all new at once"
        PICTURE.write_text(small_multiples(title, scenes.plots(day, new)), encoding="utf-8")


def tell(name: str, now: float, polls: int) -> None:
    """Show how far it has come."""
    if now % EVERY == 0:
        print(f"{name}: {now / HOUR:.0f} h, {polls:,} polls", flush=True)


def check(scene: Scene) -> None:
    """End when a host was asked sooner than it may be."""
    spacing = scene.record.least_spacing
    if spacing < scene.setup.spacing - 1e-6:
        raise SystemExit(f"{scene.name}: a host was asked {spacing:.3f} s after its last answer")


def found(web: Web, day: Scene, new: Scene, tried: list[Scene]) -> dict[str, Table]:
    """Return the tables by name."""
    late = ("when", "polls", "median", "95 of 100", "999 of 1,000", "latest")
    setups = ("workers", "abreast", "shards", "of a host", *late[2:5], "busy", "jobs waiting")
    platforms = ("sources on one host", "requests a day", "5 of 100", "median gap", "95 of 100")
    ordinary = Day.of(day.record, (scenes.END - HOUR) / DAY)
    borne = list(loads(ordinary, Wanted(), costs()))
    return {
        "costs": (("what", "ms", "by"), [(c.what, c.ms, c.by) for c in costs().values()]),
        "day": (("a day of the schedule", ""), day_rows(ordinary, day, new)),
        "lateness": (late, scenes.late_rows(day)),
        "setups": (setups, [scenes.tried_row(each) for each in tried]),
        "platforms": (platforms, scenes.platform_rows(day, web)),
        "loads": (
            ("what", "where", "a day", "ms each", "core hours a day", "cores"),
            [(e.cost.what, e.of, e.count, e.cost.ms, e.core_hours, e.cores) for e in borne],
        ),
    }


def day_rows(ordinary: Day, day: Scene, new: Scene) -> list[tuple[object, ...]]:
    """Return what a day of the schedule comes to."""
    rates = day.record.rates(scenes.END)
    before = rates[int(scenes.BEFORE / scenes.STEP) : int(scenes.STOP / scenes.STEP)]
    return [
        ("polls", sum(ordinary.polls.values())),
        ("polls a second, mean", float(before.mean())),
        ("polls a second, busiest ten minutes", float(before.max())),
        ("polls a second, after the outage", float(rates.max())),
        ("polls a second, all sources new", float(new.record.rates(scenes.ANEW).max())),
        ("all sources new: half of them polled after", said(new.record.begun(0.5))),
        ("all sources new: 95 of 100", said(new.record.begun(0.95))),
        ("all sources new: every one", said(new.record.begun(1.0))),
        ("new entries", ordinary.entries),
        ("jobs of the engine", ordinary.jobs),
        ("sources a job", sum(ordinary.polls.values()) / ordinary.jobs),
        ("transactions a second", ordinary.transactions / DAY),
        ("least time from a host's answer to its next request, s", day.record.least_spacing),
    ]


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else ALL)
