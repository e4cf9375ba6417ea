"""The steps that are measured, in the order in which they follow one another."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.growth.house import House

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Step:
    """A step by name; what is quick is done so many `times` for one measurement."""

    name: str
    work: Callable[[House], None]
    times: int = 1


# Between a source and its readers. The second entry is judged as the daemon does it, in one.
ROAD = (
    Step("look for due sources, 500 of 10,000", House.due),
    Step("poll 500 sources, all unchanged", House.poll),
    Step("save a document of 20, one of them new", House.save),
    Step("settle the new entry", House.settle),
    Step("look whether anything is to judge", House.is_unjudged, times=20),
    Step("judge it by 200 topics", House.judge),
    Step("place it in its topics", House.place),
    Step("look which topics have changed", House.look),
    Step("topic page: Atom, first time", House.atom),
    Step("topic page: HTML, first time", House.page),
    Step("topic page: answer that is ready", House.ready, times=200),
    Step("archive page: the newest", House.newest_archive),
    Step("archive page: from the middle", House.archive),
)
SECOND = (
    Step("", House.save),
    Step("", House.settle),
    Step("judge and place, as the daemon does", House.curate),
)
BESIDE = (
    Step("page of all topics", House.index),
    Step("status", House.status),
    Step("metrics", House.metrics),
    Step("look what is wrong", House.watch),
    Step("list the newest entries", House.list_all),
    Step("list those of a source", House.list_source),
    Step("list those of a topic", House.list_topic),
    Step("look what is to be removed of a source", House.prunable),
    Step("nightly housekeeping", House.housekeeping),
)


def round_of(house: House, clock: Clock, *, once: bool = False) -> dict[str, float]:
    """Let an archive's house do each step, what is quick but `once`; return the milliseconds."""
    taken: dict[str, float] = {}
    house.prepare()
    for steps in (ROAD, SECOND):
        house.write()
        taken |= {each.name: _measured(each, house, clock, once=once) for each in steps}
    house.refresh()
    return taken | {each.name: _measured(each, house, clock, once=once) for each in BESIDE}


def _measured(step: Step, house: House, clock: Clock, *, once: bool) -> float:
    times = 1 if once else step.times
    began = clock()
    for _ in range(times):
        step.work(house)
    return (clock() - began) * 1_000 / times


CPU: Clock = time.process_time
WALL: Clock = time.perf_counter
