"""Chaos: the whole system killed, starved and misled at random, and then held to account.

`make chaos`, or `python -m bench.chaos [KILLS [SEED [DATABASE]]]` with `tests` on the path;
DATABASE is `sqlite` or `postgres`. The daemon, in one process or in one for each role, with its
workers and a subscriber, reads an origin that changes at every request. Any of its processes is
killed at random moments; between the kills the disk fills up or is read-only, the database is
busy, or its server is away, hangs, takes no writes or cuts its connections, the clock is wrong,
and the network is cut. In the end the store and the site are compared with all that was ever shown.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from bench.chaos.faults import Fault, endure, faults_of, is_mounted
from bench.chaos.findings import compare, has_all, is_told
from bench.chaos.origin import Origin, served
from bench.chaos.system import SOURCES, System, came_about
from bench.chaos.witness import Witness, post
from bench.report import machine, show

from cable import Cable, cable, is_allowed
from postgres import Server, server
from topicwire.publish import hub

LONGEST = 3.0  # seconds between two kills
OWN_MOUNTS = "CHAOS_MOUNTS"  # set in the process that may mount


def enter_own_mounts() -> None:
    """Run anew where a disk can be mounted that nobody else sees, if this is allowed."""
    if OWN_MOUNTS in os.environ or not shutil.which("unshare"):
        return
    for flags in (("--mount",), ("--user", "--map-root-user", "--mount")):
        if not subprocess.run(
            ("unshare", *flags, "true"), capture_output=True, check=False
        ).returncode:
            os.environ[OWN_MOUNTS] = "1"
            os.execvp(
                "unshare", ("unshare", *flags, sys.executable, "-m", "bench.chaos", *sys.argv[1:])
            )


@dataclass
class Trial:
    """A system and all that befalls it; `done` counts what was done, `wrong` what came of it."""

    system: System
    origin: Origin
    chance: random.Random
    faults: tuple[Fault, ...]
    done: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def run(self, kills: int) -> None:
        """Kill so often, let each fault come once in between, and let all come to rest."""
        self.system.start()
        waiting = list(self.faults)
        for number in range(kills):
            self._kill()
            while waiting and (len(self.faults) - len(waiting)) * kills <= number * len(
                self.faults
            ):
                self._endure(waiting.pop(0))
            _progress(f"{number + 1} of {kills} kills, {len(waiting)} faults to come")
        for fault in waiting:
            self._endure(fault)
        _progress("waiting until all has come to rest")
        self.origin.is_calm = True
        self._catches_up("the kills")
        if not came_about(lambda: is_told(self.system, self.origin)):
            self.wrong["the subscriber was not told"] += 1

    def _kill(self) -> None:
        time.sleep(self.chance.uniform(0, LONGEST))
        for name in self.system.ended():
            self.wrong[f"{name} ended by itself"] += 1
        self.done[f"kills of {self.system.kill()}"] += 1
        self.system.start()

    def _endure(self, fault: Fault) -> None:
        """Let a fault come and go: what ran before must work on, and not have been started anew."""
        _progress(f"{fault.name}")
        self._catches_up(f"the kills before {fault.name}")
        endure(fault, self.system, self.origin)
        self.done[fault.name] += 1
        for name in self.system.ended():
            self.wrong[f"{fault.name}: {name} ended"] += 1
        self.system.start()
        self._catches_up(fault.name)

    def _catches_up(self, what: str) -> None:
        """Wait until every source is asked again, and all that was shown is stored and judged."""
        began = time.monotonic()
        is_up = came_about(lambda: subscribe(self.system))
        before = Counter(self.origin.asked)
        names = [f"s{number}" for number in range(SOURCES)]
        is_up = is_up and came_about(
            lambda: all(self.origin.asked[name] > before[name] + 1 for name in names)
        )
        shown, matching = dict(self.origin.shown), self.origin.matching()
        if not is_up or not came_about(lambda: has_all(self.system, shown, matching)):
            self.wrong[f"it did not work on after {what}"] += 1
        _progress(f"caught up after {time.monotonic() - began:.1f} s")


def subscribe(system: System) -> bool:
    """Ask the hub for the topic, as subscribers do again and again; whether it took that."""
    fields = {
        "hub.mode": "subscribe",
        "hub.topic": f"http://127.0.0.1:{system.port}/topics/seats.atom",
        "hub.callback": f"http://127.0.0.1:{system.origin_port}/callback",
    }
    try:
        return post(system.port, hub.PATH, urlencode(fields).encode()) == 202
    except OSError:
        return False


def _progress(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main(kills: int, seed: int, database: Server | None, wire: Cable | None) -> None:
    """Run the trial and say what came of it; exit 1 when anything is wrong."""
    began, origin = time.perf_counter(), Origin(random.Random(seed + 1))
    with tempfile.TemporaryDirectory() as scratch, served(origin) as port:
        system = System(Path(scratch), port, random.Random(seed + 2), database, wire)
        has_disk = database is None and is_mounted(system)
        lacking = {
            need for need, has in (("disk of its own", has_disk), ("cable", wire)) if not has
        }
        possible = faults_of(system)
        faults = tuple(each for each in possible if each.needs not in lacking)
        trial = Trial(system, origin, random.Random(seed), faults)
        try:
            with Witness(system.port) as witness:
                trial.run(kills)
            found = compare(system, origin)
            if not system.stop():
                trial.wrong["it did not stop in good order"] += 1
            came_about(lambda: not system.processes(), seconds=10)
            trial.wrong["processes left behind"] += len(system.processes())
        finally:
            system.kill_all()
            if has_disk:
                subprocess.run(("umount", "--lazy", system.disk), check=False)
    show(f"what was done (seed {seed})", ("what", "times"), sorted(trial.done.items()))
    shown = ("entries shown", len(origin.shown)), ("of them for the topic", len(origin.matching()))
    served_rows = [(f"answers {status}", count) for status, count in sorted(witness.read.items())]
    show(
        "what was there",
        ("what", "count"),
        [*shown, *served_rows, ("deliveries", len(origin.told))],
    )
    wrong = [*found, ("documents not valid", witness.faults.total()), *sorted(trial.wrong.items())]
    show("what is wrong", ("what", "count"), wrong)
    for each, count in witness.faults.most_common(10):
        print(f"  {count} x {each}")
    for fault in possible:
        if fault not in faults:
            print(f"left out, for there can be no {fault.needs} here: {fault.name}")
    print(f"{time.perf_counter() - began:.0f} s")
    machine("topicwire")
    sys.exit(any(count for _, count in wrong))


if __name__ == "__main__":
    given, otherwise = sys.argv[1:], ("300", "1", "sqlite")
    times, of_chance, kind = (*given, *otherwise[len(given) :])
    if kind == "postgres":
        with cable() if is_allowed() else nullcontext() as laid, server(laid) as running:
            main(int(times), int(of_chance), running, laid)
    else:
        enter_own_mounts()
        main(int(times), int(of_chance), None, None)
