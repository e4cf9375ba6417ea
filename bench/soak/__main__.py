"""Soak: a simulated month of 2,000 sources and 50 topics, by a clock of its own.

`python -m bench.soak [DAYS] [SOURCES] [KEEP_DAYS]`. The house with its store, workers and
schedule works on a web that answers at once; time jumps from turn to turn. Reported are memory,
the size of the database and the duration of turns over time (build/soak.svg), how late polls
were, and what publishers would complain of. It fails when anything drifts.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

import structlog
from bench.memory import memory
from bench.plots import Plot, small_multiples
from bench.report import machine, show
from bench.soak.feeds import DAY, HOUR, START
from bench.soak.wire import Soaked, sources, topics

from topicwire.config import Settings
from topicwire.model.document import Format
from topicwire.model.errand import Act
from topicwire.model.hub import Intent, Mode
from topicwire.schedule.clock import HOUSEKEEPING_HOUR, Schedule

TOPICS = 50
TURN = 300  # simulated seconds between two turns
ACTS = (Act.POLL, Act.COMPLETE, Act.JUDGE, Act.ANNOUNCE)
PICTURE = Path("build/soak.svg")
MOST_LATE = TURN + 1  # seconds that a poll may come after its time: the turn it fell due in
MOST_GROWTH = 1.25  # of memory and turns, from the second quarter to the last
MOST_DUE = 2  # days, of whose entries as many may wait for the next night to remove them
MOST_LOG = 64.0  # megabytes of write-ahead log


@dataclass(frozen=True, slots=True)
class Hour:
    """What was measured in a simulated hour; memory and sizes are in megabytes.

    Turns are in milliseconds of the daemon's own processor time, which others on the machine do
    not lengthen.
    """

    day: float
    memory: float
    workers: float
    database: float
    log: float
    turn_ms: float
    late: float
    polls: int


@dataclass
class Soak:
    """A run of the house; `moment` holds the time."""

    app: Soaked
    days: float
    moment: list[datetime]
    hours: list[Hour] = field(default_factory=list)

    def run(self) -> None:
        """Let time go by, turn after turn, and measure every hour."""
        schedule, turns, has_kept_house = Schedule(self.app), [], True
        began = time.perf_counter()
        while (at := (self.moment[0] - START).total_seconds()) < self.days * DAY:
            turn = time.process_time()
            for act in ACTS:
                schedule.have_done(act)
            schedule.look()
            if self.moment[0].minute == 0:
                schedule.have_done(Act.WATCH)
            turns.append(1000 * (time.process_time() - turn))
            if self.moment[0].hour == HOUSEKEEPING_HOUR and not has_kept_house:
                schedule.have_done(Act.KEEP_HOUSE)
            has_kept_house = self.moment[0].hour == HOUSEKEEPING_HOUR
            self.moment[0] += timedelta(seconds=TURN)
            if (at + TURN) % HOUR == 0:
                self._measure(at / DAY, turns)
                turns = []
                if self.moment[0].hour == 0:
                    _progress(at / DAY, self.days, time.perf_counter() - began)

    def _measure(self, day: float, turns: list[float]) -> None:
        path = Path(self.app.settings.database_url.removeprefix("sqlite:///"))
        late, self.app.late = self.app.late, []
        polls = self.app.web.polls.total() - sum(each.polls for each in self.hours)
        taken = memory(os.getpid())
        self.hours.append(
            Hour(
                day=day,
                memory=taken["daemon"],
                workers=taken["largest worker"],
                database=path.stat().st_size / 1e6,
                log=size(path.with_name(f"{path.name}-wal")) / 1e6,
                turn_ms=fmean(turns),
                late=max(late, default=0.0),
                polls=polls,
            )
        )


def size(path: Path) -> int:
    """Return the size of a file, 0 when there is none."""
    return path.stat().st_size if path.exists() else 0


def opened(folder: str, *, keep_days: int) -> dict[str, Any]:
    """Return the settings of the house, with the retention policy."""
    return {
        "database_url": f"sqlite:///{folder}/soak.sqlite",
        "base_url": "https://wire.example",
        "push": "off",
        "similarity": False,
        "keep_days": keep_days,
    }


def subscribe(app: Soaked) -> None:
    """Let a callback be subscribed to each topic, as if it had confirmed."""
    for number in range(TOPICS):
        intent = Intent(
            topic_id=f"topic-{number}",
            format=Format.ATOM,
            callback=f"http://reader.example/{number}",
            host="reader.example",
            mode=Mode.SUBSCRIBE,
            lease=DAY,
            received=START,
            due=START,
        )
        app.store.ask(intent)
        app.store.verified(intent, now=START, until=START + timedelta(days=400))


def wrong(soak: Soak, failures: Counter[str]) -> list[tuple[str, object]]:
    """Return (what, figure) for all that is not as it should be."""
    quarter = max(len(soak.hours) // 4, 1)
    early, last = soak.hours[quarter : 2 * quarter], soak.hours[-quarter:]
    found: list[tuple[str, object]] = [(f"event {name}", n) for name, n in failures.items()]
    for name in ("memory", "workers", "turn_ms"):
        growth = _mean(last, name) / max(_mean(early, name), 1e-9)
        if growth > MOST_GROWTH:
            found.append((f"{name} grew from the second quarter to the last, times", growth))
    # In the first hour all sources are new at once, and a turn asks only so many.
    late = max((each.late for each in soak.hours[1:]), default=0.0)
    if late > MOST_LATE:
        found.append(("latest poll, seconds", late))
    if (log := max(each.log for each in soak.hours)) > MOST_LOG:
        found.append(("write-ahead log, MB", log))
    store, keep_days = soak.app.store, soak.app.settings.keep_days
    due = sum(each.count for each in store.prunable(soak.moment[0], keep_days=keep_days))
    came = max((each.id for each in store.entries(limit=1)), default=0)
    if due > MOST_DUE * came / soak.days:
        found.append(("entries kept too long", due))
    found += [(f"complaint {rule}", n) for (rule, _), n in soak.app.web.complaints.items()]
    return found


def _mean(hours: list[Hour], name: str) -> float:
    return fmean(getattr(each, name) for each in hours)


def draw(hours: list[Hour]) -> str:
    """Return the plots."""
    plots = (
        ("Memory of the daemon", "MB", "memory"),
        ("Memory of its largest worker", "MB", "workers"),
        ("Database", "MB", "database"),
        ("Write-ahead log", "MB", "log"),
        ("A turn, mean of an hour", "CPU ms", "turn_ms"),
        ("Polls", "an hour", "polls"),
        ("Latest poll of an hour", "s late", "late"),
    )
    return small_multiples(
        "A simulated month",
        [
            Plot(title, unit, [(each.day, getattr(each, name)) for each in hours])
            for title, unit, name in plots
        ],
    )


def report(soak: Soak, count: int, seconds: float) -> None:
    """Print what was measured, and draw it."""
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(draw(soak.hours), encoding="utf-8")
    quarter = max(len(soak.hours) // 4, 1)
    head = ("quarter", "memory MB", "workers MB", "database MB", "turn ms", "polls an hour")
    names = ("memory", "workers", "database", "turn_ms", "polls")
    parts = [soak.hours[n * quarter : (n + 1) * quarter] for n in range(4)]
    rows = [(n + 1, *(_mean(part, name) for name in names)) for n, part in enumerate(parts)]
    show(f"{soak.days:g} simulated days of {count} sources and {TOPICS} topics", head, rows)
    counts, web = soak.app.store.counts(), soak.app.web
    print(f"\n{web.polls.total()} polls, {counts.entries} entries, {counts.placements} placements")
    print(
        f"{web.told} deliveries; latest poll {max(h.late for h in soak.hours):.0f} s after its time"
    )
    print(f"{seconds:.0f} s: {soak.days * DAY / seconds:,.0f} times as fast as time; {PICTURE}")


def listening(failures: Counter[str]) -> Callable[..., Any]:
    """Return what hears the log: it counts what failed, and prints nothing."""

    def hear(_: object, method: str, event: dict[str, Any]) -> dict[str, Any]:
        if method == "error":
            failures[f"{event['event']} {event.get('error', '')}"] += 1
        raise structlog.DropEvent

    return hear


def _progress(day: float, days: float, seconds: float) -> None:
    print(f"day {day:.0f} of {days:g} after {seconds:.0f} s", file=sys.stderr, flush=True)


def main(days: float, count: int, keep_days: int) -> None:
    """Run the month, report it, and exit 1 when anything is wrong."""
    failures: Counter[str] = Counter()
    structlog.configure(processors=[listening(failures)])
    began = time.perf_counter()
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)  # its memory and that of its workers are read by their group
    with tempfile.TemporaryDirectory() as folder:
        moment = [START]
        settings = Settings(**opened(folder, keep_days=keep_days))
        with Soaked.open(settings, clock=lambda: moment[0]) as app:
            app.store.mirror(sources(count), topics(TOPICS), now=START, host="wire.example")
            subscribe(app)
            soak = Soak(app, days, moment)
            soak.run()
            report(soak, count, time.perf_counter() - began)
            found = wrong(soak, failures)
    show("what is wrong", ("what", "figure"), found or [("nothing", "")])
    machine("topicwire")
    sys.exit(bool(found))


if __name__ == "__main__":
    given = [float(each) for each in sys.argv[1:]]
    days, count, keep = given + [30.0, 2_000.0, 10.0][len(given) :]
    main(days, int(count), int(keep))
