"""Processor time that this process and all that it has started have spent."""

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PARENT, TIMES = 1, slice(11, 15)  # of /proc/PID/stat behind the name: own and waited-for children's


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds that something took: by the clock, and of processor time."""

    clock: float
    processor: float


def spent() -> float:
    """Return the processor seconds so far, of everybody below this process as well."""
    found = _found()
    return sum(found[pid][1] for pid in _family(found)) / TICKS


def family(*, but: int) -> tuple[int, ...]:
    """Return the numbers of this process and of all that it has started, without one of them."""
    found = _found()
    found.pop(but, None)
    return tuple(_family(found))


def _found() -> dict[int, tuple[int, int]]:
    return dict(filter(None, map(_read, Path("/proc").glob("[0-9]*"))))


def _family(found: dict[int, tuple[int, int]]) -> set[int]:
    mine = {os.getpid()}
    while more := {pid for pid, (parent, _) in found.items() if parent in mine} - mine:
        mine |= more
    return mine


def _read(process: Path) -> tuple[int, tuple[int, int]] | None:
    """Return a process's number, its parent's, and its ticks; None once it has ended."""
    try:
        fields = (process / "stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(process.name), (int(fields[PARENT]), sum(map(int, fields[TIMES])))
