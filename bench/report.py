"""What every measurement tells: tables, goals, what it lacks, and what it was measured on.

All of it is printed. A part of the suite is given a file in TOPICWIRE_BENCH_NOTES, and notes it
there as well, a line each, for `bench.results` to make a page of.
"""

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

NOTES = "TOPICWIRE_BENCH_NOTES"
MET = {True: "met", False: "MISSED"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures as they are shown; the first column says what they are of."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """What was to be reached, and whether it was."""

    words: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Lack:
    """What could not be measured, and why."""

    words: str


@dataclass(frozen=True, slots=True)
class Version:
    """The name of something that was measured, or measured with, and its version."""

    words: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said beside a table."""

    words: str


Note = Table | Goal | Lack | Version | Remark
_KINDS = {kind.__name__: kind for kind in (Table, Goal, Lack, Version, Remark)}


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Tell a table below its title, the first column to the left, figures to the right."""
    cells = [tuple(_plain(cell) for cell in row) for row in (head, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    print(f"\n{title}")
    for row in cells:
        first, *rest = row
        figures = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        print("  ".join((first.ljust(widths[0]), *figures)))
    _note(Table(title, cells[0], tuple(cells[1:])))


def goal(words: str, *, is_met: bool) -> None:
    """Tell a goal, and whether it was met."""
    print(f"goal: {words}: {MET[is_met]}")
    _note(Goal(words, is_met))


def lacks(words: str) -> None:
    """Tell what could not be measured, and why."""
    print(f"not measured: {words}")
    _note(Lack(words))


def remark(words: str) -> None:
    """Tell in words what no table tells."""
    print(words)
    _note(Remark(words))


def measured_with(words: str) -> None:
    """Tell a program that was measured, or measured with, and its version."""
    print(words)
    _note(Version(words))


def machine(*packages: str) -> None:
    """Tell the versions of packages; print the processor and the interpreter above them."""
    print(f"\n{os.cpu_count()} x {processor()}, {platform.system()} {platform.release()}")
    print(f"CPython {platform.python_version()}")
    for name in packages:
        measured_with(f"{name} {version(name)}")


def said_by(*command: str) -> str:
    """Return the first line a program says, on whichever stream."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip().splitlines()[0]


def processor() -> str:
    """Return what the machine's processor is called."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def noted(lines: Iterable[str]) -> tuple[Note, ...]:
    """Return what a part of the suite has noted."""
    found = []
    for line in lines:
        ((kind, values),) = json.loads(line).items()
        if kind == Table.__name__:
            values |= {"head": tuple(values["head"]), "rows": tuple(map(tuple, values["rows"]))}
        found.append(_KINDS[kind](**values))
    return tuple(found)


def _note(told: Note) -> None:
    if NOTES in os.environ:
        with Path(os.environ[NOTES]).open("a", encoding="utf-8") as file:
            file.write(json.dumps({type(told).__name__: asdict(told)}) + "\n")


def _plain(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell >= 100 else f"{cell:.2f}"
    return str(cell)
