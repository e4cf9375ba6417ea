"""What a response says of when to ask again, and its dates (RFC 9110, RFC 9111)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from topicwire.model.wire import Response

LONGEST = 31 * 86_400  # seconds that a server may make us wait

MAX_AGE = re.compile(r"max-age=(\d+)")


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
    sent = http_date(response.header("date") or "")
    return _until(response.header("expires") or "", sent or now)


def http_date(date: str) -> datetime | None:
    """Return the moment of an HTTP date, read as UTC where it names no zone; None for no date."""
    try:
        when = parsedate_to_datetime(date)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _seconds(digits: str) -> float:
    """Return a number of seconds; one with ten digits and more is as good as the longest."""
    return int(digits) if len(digits) < len("1000000000") else LONGEST


def _until(date: str, start: datetime) -> float:
    """Return the seconds from `start` to an HTTP date, 0 when it is past or no date."""
    when = http_date(date)
    return max((when - start).total_seconds(), 0) if when else 0
