"""How long to wait before a source is asked again, and why, in words.

Each wait is a pure function of what is known; politeness takes the longest. `min_interval` stands
for the hour in all that follows: when it is shorter, as in tests, our own waits shrink with it.
What a server or a feed asks for is never shortened.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from topicwire.ingest.dates import aware
from topicwire.model.wire import Response

HOUR = 3_600
DAY = 24 * HOUR
WEEK = 7 * DAY
LONGEST = 31 * DAY  # that a server may make us wait
SILENCE = timedelta(days=30)  # after which a source is asked once a week
DOUBLINGS = 20  # beyond which the wait has long reached its limit
SPREAD = 0.1  # of an interval, by which it varies
ALL_HOURS, ALL_DAYS = 24, 7
AFTER_SKIP = 0.5  # of the first hour allowed, over which polls are spread

MAX_AGE = re.compile(r"max-age=(\d+)")


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


def retry_after(response: Response, now: datetime) -> float:
    """Return the seconds that a server asks us to wait (RFC 9110 section 10.2.3)."""
    given = (response.header("retry-after") or "").strip()
    return _seconds(given) if given.isdecimal() else _until(given, now)


def freshness(response: Response, now: datetime) -> float:
    """Return how long the response says it stays fresh: max-age, else Expires (RFC 9111 4.2.1)."""
    lines = (value for name, value in response.headers if name == "cache-control")
    directives = [each.strip().lower() for line in lines for each in line.split(",")]
    if {"no-cache", "no-store"}.intersection(directives):
        return 0
    ages = [found.group(1) for each in directives if (found := MAX_AGE.fullmatch(each))]
    if ages:
        return max(map(_seconds, ages))
    sent = _moment(response.header("date") or "")
    return _until(response.header("expires") or "", sent or now)


def span(seconds: float) -> str:
    """Say a length of time in its largest fitting unit."""
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (60, "minute")):
        if seconds >= unit:
            count = round(seconds / unit)
            return f"{count} {name}" + "s" * (count > 1)
    return f"{round(seconds)} seconds"


def _seconds(digits: str) -> float:
    """Return a number of seconds; one with ten digits and more is as good as the longest."""
    return int(digits) if len(digits) < len("1000000000") else LONGEST


def _until(date: str, start: datetime) -> float:
    """Return the seconds from `start` to an HTTP date, 0 when it is past or no date."""
    when = _moment(date)
    return max((when - start).total_seconds(), 0) if when else 0


def _moment(date: str) -> datetime | None:
    if not date:
        return None
    try:
        return aware(parsedate_to_datetime(date))
    except (ValueError, TypeError, OverflowError):
        return None
