"""Baselines: whether a day or a week is otherwise than that source or topic usually is.

Counts are compared as twice their square roots (Anscombe), whose spread is one whatever their
height, with medians, which a few odd days do not move. A day is compared with the same day of
earlier weeks, a week with earlier weeks, so that quiet weekends alarm nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, sqrt
from statistics import fmean, median, pstdev

WEEK = 7  # days
DAYS = 9 * WEEK  # that are looked at: the last week, and eight to compare it with
LEAST = 5 * WEEK  # days that there must be something to compare with
SIGMA = 1.4826  # median absolute deviations that a standard deviation takes
MORE = 6.0  # standard deviations above the baseline: bursts are common, and one tail is long
LESS = 5.0  # below it
CALM = 2.0  # within which it is the usual again
PATIENCE = 9.0  # standard deviations from gap to silence: gaps by chance have a long tail
FEWEST_DAYS = 4  # with something, of which a rhythm can be told
FEWEST = 10  # entries above the baseline, below which more is no news


@dataclass(frozen=True, slots=True)
class Deviation:
    """How far the latest days are from the baseline, in standard deviations of it.

    `count` is what there was in the `days` (1 or 7) that are furthest from the `usual` count.
    """

    score: float
    count: int
    usual: int
    days: int

    @property
    def is_more(self) -> bool:
        """Whether it is alarmingly more."""
        return self.score >= MORE and self.count - self.usual >= FEWEST

    @property
    def is_less(self) -> bool:
        """Whether it is alarmingly less: a whole week, for a day says little."""
        return self.score <= -LESS and self.days == WEEK

    @property
    def is_calm(self) -> bool:
        """Whether it is as usual."""
        return abs(self.score) < CALM


def deviations(counts: Sequence[int]) -> tuple[Deviation, ...]:
    """Return how the last day and the last week compare; nothing where too little is known.

    `counts` are by day, the latest last. What is before the first entry ever is not counted.
    """
    first = next((place for place, count in enumerate(counts) if count), len(counts))
    known = counts[first:]
    if len(known) < LEAST:
        return ()
    heights = [_height(count) for count in known]
    by_weekday = [heights[-1 - back :: -WEEK] for back in range(WEEK)]
    usual = [median(each[1:]) for each in by_weekday]
    noise = _spread([height - usual[n] for n, each in enumerate(by_weekday) for height in each])
    peers = known[-1 - WEEK :: -WEEK]
    day = Deviation((heights[-1] - usual[0]) / noise, known[-1], round(median(peers)), 1)
    return day, _week(known, noise=noise)


def _week(counts: Sequence[int], *, noise: float) -> Deviation:
    """Return how the last week compares; weeks vary at least as days do, for entries come in flocks."""
    weeks = [sum(counts[end - WEEK : end]) for end in range(len(counts), WEEK - 1, -WEEK)]
    last, *before = weeks
    heights = [_height(count) for count in before]
    usual = median(heights)
    spread = max(noise, _spread([height - usual for height in heights]))
    return Deviation((_height(last) - usual) / spread, last, round(median(before)), WEEK)


def _height(count: int) -> float:
    return 2 * sqrt(count + 3 / 8)


def _spread(noise: Sequence[float]) -> float:
    """Return the standard deviation of noise around zero; counts never have less than one."""
    return max(1.0, SIGMA * median(map(abs, noise)))


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How many days pass without anything: at most so far, and beyond which it is a silence."""

    longest: int
    most: int


def rhythm(counts: Sequence[int]) -> Rhythm | None:
    """Return how long nothing comes from time to time; None of too few days with something.

    `counts` are by day; what is before the first and after the last does not count. Who writes on
    fixed days is missed soon, who writes by chance only after nine standard deviations.
    """
    active = [day for day, count in enumerate(counts) if count]
    if len(active) < FEWEST_DAYS:
        return None
    gaps = [later - earlier - 1 for earlier, later in pairwise(active)]
    longest = max(gaps)
    by_chance = ceil(fmean(gaps) + PATIENCE * pstdev(gaps))
    return Rhythm(longest, max(WEEK, 2 * longest + 1, by_chance))
