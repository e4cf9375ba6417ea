"""What each step costs with ten thousand, a hundred thousand and a million entries stored.

`python -m bench.growth [ENTRIES…] [in=FOLDER]`. 200 topics and 10,000 sources stand in each
archive, of which one is as old as the other is large: entries come at the same rate in all of
them, and the latest are the same. An archive that is found in the folder is used again.

Warm: processor time of the process, the median of rounds in which the archives take turns. Cold:
by the clock, the first time after the file was dropped from the memory of the machine.
"""

import asyncio
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from bench.growth.build import build
from bench.growth.house import opened
from bench.growth.steps import BESIDE, CPU, ROAD, SECOND, WALL, round_of
from bench.growth.texts import SOURCES
from bench.report import goal, machine, show

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 5
MOST = 1.5  # times that a step of the road may grow
SEEN = 0.05  # milliseconds below which nothing is said to have grown
Times = dict[int, list[dict[str, float]]]  # by size, of each round


def main(sizes: tuple[int, ...], folder: Path, *, rounds: int, sources: int = SOURCES) -> None:
    """Build what is missing, measure each step, and tell what has grown."""
    paths = {size: folder / f"{size}.sqlite" for size in sizes}
    for size, path in paths.items():
        if not path.exists():
            build(path, size, sources=sources)
    cold, warm = measured(paths, sizes, rounds=rounds)
    road = [each.name for each in (*ROAD, *SECOND) if each.name]
    beside = [each.name for each in BESIDE]
    head = ("step", *(f"{size:,}" for size in sizes), "growth")
    title = f"Milliseconds of processor time by entries stored, warm, median of {rounds}"
    show(f"{title}: the road", head, _rows(warm, road))
    show(f"{title}: beside it", head, _rows(warm, beside))
    show("Milliseconds by the clock, cold, once", head, _rows(cold, [*road, *beside]))
    bytes_by = [paths[size].stat().st_size for size in sizes]
    show(
        "Database",
        ("", *head[1:]),
        [
            ("MB", *(each / 1e6 for each in bytes_by), bytes_by[-1] / bytes_by[0]),
            ("KB an entry", *(b / n / 1e3 for b, n in zip(bytes_by, sizes, strict=True)), ""),
        ],
    )
    grown = max(_growth([_median(warm[size], name) for size in sizes]) for name in road)
    goal(
        f"no step of the road grows by more than {MOST} times from {sizes[0]:,} to {sizes[-1]:,} "
        f"entries; the most is {grown:.2f}",
        is_met=grown <= MOST,
    )
    machine("topicwire", "sqlalchemy")


def measured(paths: dict[int, Path], sizes: tuple[int, ...], *, rounds: int) -> tuple[Times, Times]:
    """Return the milliseconds of each step, cold and warm."""
    with asyncio.Runner() as loop, ExitStack() as stack:
        first = paths[sizes[0]]
        shutil.copy(first, other := first.with_suffix(".warm"))
        with opened(other, loop) as house:
            round_of(house, CPU)  # so that the program itself is warm
        houses = {size: stack.enter_context(opened(paths[size], loop)) for size in sizes}
        cold = {size: [round_of(house, WALL, once=True)] for size, house in houses.items()}
        warm: Times = {size: [] for size in sizes}
        for number in range(rounds):
            for size, house in houses.items():
                warm[size].append(round_of(house, CPU))
            print(f"  round {number + 1} of {rounds}", flush=True)
    return cold, warm


def _rows(times: Times, names: list[str]) -> list[tuple[object, ...]]:
    found = {name: [_median(each, name) for each in times.values()] for name in names}
    return [(name, *taken, _growth(taken)) for name, taken in found.items()]


def _median(rounds: list[dict[str, float]], name: str) -> float:
    return median(each[name] for each in rounds)


def _growth(taken: list[float]) -> float:
    return max(taken[-1], SEEN) / max(taken[0], SEEN)


if __name__ == "__main__":
    sizes = tuple(int(each) for each in sys.argv[1:] if each.isdigit()) or SIZES
    named = [each.removeprefix("in=") for each in sys.argv[1:] if each.startswith("in=")]
    with tempfile.TemporaryDirectory() as scratch:
        main(sizes, Path(named[0] if named else scratch), rounds=ROUNDS)
