"""Measures everything in bench/, each part in a process of its own, and writes bench/RESULTS.md.

`python -m bench.suite [quick] [PART…]`. With parts, the sections of the others stay as they are.
`quick` takes small sizes, to try whether it works, and writes build/RESULTS.md instead. It fails when
a part does, when one lacks something; the other parts run all the same. A goal that is missed is
said, and no failure.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from platform import python_version, release
from sqlite3 import sqlite_version

from bench.report import NOTES, noted, processor
from bench.results import Machine, Part, page

ROOT = Path(__file__).parents[1]
PAGE = "bench/RESULTS.md"
LONGEST = 2_700  # seconds that a part may take
PACKAGES = ("topicwire", "sqlalchemy", "pycurl", "feedparser", "granian", "lxml")


@dataclass(frozen=True, slots=True)
class Measurement:
    """A part of the suite: its module's name, its arguments, also for a quick run, and what it is."""

    name: str
    arguments: tuple[str, ...]
    quick: tuple[str, ...]
    about: str


MEASUREMENTS = (
    Measurement("help", (), ("3",), "A start of the program, beside one of the interpreter."),
    Measurement("judge", (), ("30",), "Judging by the starter topics."),
    Measurement("topics", (), ("100",), "Judging by many topics, beside FTS5 and expressions."),
    Measurement("rejudge", ("10000",), ("500",), "Judging the archive anew when a topic changed."),
    Measurement("render", (), ("5",), "From an edition to documents that are ready."),
    Measurement(
        "arrival", ("20",), ("5", "60"), "The road of one new entry to its published bytes."
    ),
    Measurement("serve", (), ("1",), "Requests a second, beside nginx."),
    Measurement("shelf", (), ("200",), "Serving many topics."),
    Measurement("polls", ("5000",), ("100",), "Polling, beside other programs on the same origin."),
    Measurement("growth", (), ("2000", "8000"), "What each step costs as the archive grows."),
    Measurement(
        "workers", ("300", "3000", "1"), ("40", "200"), "One worker and two, on two cores."
    ),
    Measurement("push", (), ("5",), "From a hub to a subscriber."),
    Measurement("hostile", (), ("50", "5"), "Good sources among hostile ones."),
    Measurement("politeness", (), ("2",), "What a publisher would complain of."),
    Measurement("drift", (), ("1",), "How often the drift alarm is wrong."),
    Measurement("memory", ("500",), ("100", "20"), "The daemon's memory with many sources."),
)


def main(names: tuple[str, ...], *, is_quick: bool) -> int:
    """Run the parts and write the page; return the status to exit with."""
    chosen = [each for each in MEASUREMENTS if not names or each.name in names]
    load, parts = os.getloadavg()[0], []
    path = ROOT / ("build/RESULTS.md" if is_quick else PAGE)
    path.parent.mkdir(exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() and not is_quick else ""
    order = [each.name for each in MEASUREMENTS]
    for number, each in enumerate(chosen, 1):
        print(f"\n---- {each.name}, {number} of {len(chosen)}", flush=True)
        parts.append(measured(each, is_quick=is_quick))
        told = parts[-1].failure or "done"
        print(f"\n{each.name}: {told} after {parts[-1].took.total_seconds():.0f} s", flush=True)
        # Each time: whoever stops it half an hour later has what was measured until then.
        path.write_text(page(parts, machine(load), before=before, order=order), encoding="utf-8")
    print(f"\nWritten to {path.relative_to(ROOT)}")
    return int(not all(each.is_whole for each in parts))


def measured(part: Measurement, *, is_quick: bool) -> Part:
    """Run a part in a process of its own; return what came of it."""
    module, arguments = f"bench.{part.name}", part.quick if is_quick else part.arguments
    began, begun = time.monotonic(), datetime.now(UTC)  # noqa: TID251 (a door)
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes"
        notes.touch()
        failure = run((sys.executable, "-m", module, *arguments), notes)
        found = noted(notes.read_text(encoding="utf-8").splitlines())
    return Part(
        name=part.name,
        command=" ".join(("python -m", module, *arguments)),
        about=part.about,
        notes=found,
        begun=begun,
        took=timedelta(seconds=time.monotonic() - began),
        commit=commit(),
        failure=failure,
    )


def run(command: tuple[str, ...], notes: Path) -> str | None:
    """Run a command whose measurements go into the file; return in words why it failed, if so."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | {NOTES: str(notes)},
            stderr=subprocess.PIPE,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"stopped after {LONGEST} s"
    print(done.stderr, end="", file=sys.stderr)
    *_, last = ("", *done.stderr.strip().splitlines())
    return f"exit status {done.returncode}: {last.strip()}" if done.returncode else None


def commit() -> str:
    """Return what is measured: the commit, with a mark when something else is in the files.

    What the parts before have written to the page counts for nothing.
    """
    found = git("describe", "--always")
    if not found:
        return "no commit"
    return found + "-dirty" * bool(git("diff", "--name-only", "HEAD", "--", ".", f":!{PAGE}"))


def git(*arguments: str) -> str:
    """Return what git says; nothing where there is none, or no repository."""
    command = ("git", *arguments)
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


def machine(load: float) -> Machine:
    """Return what is measured on."""
    lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("MemTotal"))
    return Machine(
        processor=processor(),
        cores=os.cpu_count() or 1,
        memory=kilobytes / 1e6,
        kernel=f"Linux {release()}",
        versions=(
            f"CPython {python_version()}",
            f"SQLite {sqlite_version}",
            *(f"{name} {version(name)}" for name in PACKAGES),
        ),
        load=load,
    )


if __name__ == "__main__":
    given = tuple(sys.argv[1:])
    sys.exit(main(tuple(each for each in given if each != "quick"), is_quick="quick" in given))
