"""How long to wait before a source is asked again, and why, in words.

Each wait is a pure function of what is known; politeness takes the longest. `min_interval` stands
for the hour in all that follows: when it is shorter, as in tests, our own waits shrink with it.
What a server or a feed asks for is never shortened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from topicwire.model.waits import LONGEST, freshness, retry_after
from topicwire.model.wire import Response
from topicwire.words import counted

HOUR = 3_600
DAY = 24 * HOUR
WEEK = 7 * DAY
SILENCE = timedelta(days=30)  # after which a source is asked once a week
DOUBLINGS = 20  # beyond which the wait has long reached its limit
SPREAD = 0.1  # of an interval, by which it varies
ALL_HOURS, ALL_DAYS = 24, 7
AFTER_SKIP = 0.5  # of the first hour allowed, over which polls are spread


@dataclass(frozen=True, slots=True)
class Wait:
    """So many seconds, and why."""

    seconds: float
    why: str


def longest(waits: Sequence[Wait]) -> Wait:
    """Return the longest wait, the first of equals."""
    return max(waits, key=lambda each: each.seconds)


def rhythm(
    gap: float | None, last_change: datetime | None, *, now: datetime, min_interval: int
) -> Wait:
    """Return our own wait after a success: half the time a source takes between entries."""
    pace = min(min_interval, HOUR) / HOUR
    if last_change and now - last_change > SILENCE:
        return Wait(WEEK * pace, "it has brought nothing new for over a month")
    return Wait(min((gap or 0) / 2, DAY) * pace, f"it writes about once in {span(gap or 0)}")


def back_off(failures: int, min_interval: int) -> Wait:
    """Return our own wait after so many failures in a row: an hour, doubling, at most a week."""
    most = max(min_interval, min(WEEK, WEEK // HOUR * min_interval))
    seconds = float(min(min_interval << min(failures - 1, DOUBLINGS), most))
    times = "it failed" if failures == 1 else f"it failed {failures} times in a row"
    return Wait(seconds, times)


def asked(response: Response, ttl: int | None, *, now: datetime) -> Wait:
    """Return the longest wait that server and feed ask for, within a month; 0 for none."""
    waits = (
        Wait(retry_after(response, now), "its server says when to come back (Retry-After)"),
        Wait(freshness(response, now), "its server says how long its answer stays fresh"),
        Wait(float(ttl or 0), "its feed says how often to read it"),
    )
    found = longest(waits)
    return Wait(min(found.seconds, LONGEST), f"{found.why}: {span(found.seconds)}")


def spread(own: float, least: float, jitter: float) -> float:
    """Return a time around `own`, never below `least`, so that sources do not march in step."""
    low = max(least, own * (1 - SPREAD))
    high = max(low, own * (1 + SPREAD), least * (1 + SPREAD))
    return low + (high - low) * jitter


def unskipped(
    when: datetime, skip_hours: Sequence[int], skip_days: Sequence[int], *, jitter: float
) -> datetime:
    """Return `when`, or a time in the first hour after it that the feed does not skip.

    Hours are 0 to 23 and days 0 (Monday) to 6, in UTC. A feed that skips all of them is taken
    to mean nothing.
    """
    hours = set(skip_hours) if len(set(skip_hours)) < ALL_HOURS else set()
    days = set(skip_days) if len(set(skip_days)) < ALL_DAYS else set()
    if when.hour not in hours and when.weekday() not in days:
        return when
    found = when.replace(minute=0, second=0, microsecond=0)
    while found.hour in hours or found.weekday() in days:
        found += timedelta(hours=1)
    return found + timedelta(hours=jitter * AFTER_SKIP)


def span(seconds: float) -> str:
    """Say a wait in a unit that is true to it: 90 minutes are neither 1 hour nor 2.

    It is rounded: `words.length`, which says of 119 minutes that they are 1 hour, is for the past.
    """
    for unit, noun in ((DAY, "day"), (HOUR, "hour"), (60, "minute")):
        count = seconds / unit
        if count >= 2 or round(count, 1) == 1:  # noqa: PLR2004 (two of them)
            return counted(round(count), noun)
    return counted(round(seconds), "second")
