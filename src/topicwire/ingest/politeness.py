"""When to ask a source again, and how: nothing unasked for, nothing too early, nothing twice.

`min_interval` stands for the hour in all that follows: when it is shorter, as in tests, our own
waits shrink with it. What a server asks for is never shortened.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus

from topicwire.ingest.dates import aware
from topicwire.ingest.raw import PARSER
from topicwire.model import Feed, Health, Polled, PollState, Request, Response, Source

HOUR = 3_600
DAY = 24 * HOUR
WEEK = 7 * DAY
LONGEST = 31 * DAY  # that a server may make us wait
SILENCE = timedelta(days=30)  # after which a source is asked once a week
NEVER = timedelta(days=3_650)
DOUBLINGS = 20  # beyond which the wait has long reached its limit
SPREAD = 0.1  # of an interval, by which it varies

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.2, */*;q=0.1"
)
MAX_AGE = re.compile(r"max-age=(\d+)")
ADVICE = {
    401: "; it wants a password",
    403: "; it refuses us",
    404: "; check the address of the source",
    410: "; it will not be asked again unless you poll it by name",
    429: "; it wants fewer requests",
}


def request(polled: Polled, *, force: bool = False) -> Request:
    """Return the request for a source, conditional unless `force`.

    The validators go back byte for byte, and only to the address that gave them, for a body
    that the present parser has read (RFC 9110 section 13.1).
    """
    state, first = polled.state, first_request(polled.source)
    is_known = state.validated_url == first.url and state.parser == PARSER
    conditions = (
        ("If-None-Match", state.etag),
        ("If-Modified-Since", state.last_modified),
    )
    sent = ((name, value) for name, value in conditions if value and is_known and not force)
    return replace(first, headers=(*first.headers, *sent))


def first_request(source: Source) -> Request:
    """Return the request for a source that nothing is remembered of."""
    return Request(key=source.id, url=source.url, headers=(("Accept", ACCEPT),))


def body_hash(body: bytes) -> str:
    """Return the digest by which a body is known again."""
    return sha256(body).hexdigest()


def unchanged(polled: Polled, response: Response) -> bool:
    """Whether the response says nothing that has not been read."""
    if response.status == HTTPStatus.NOT_MODIFIED:
        return True
    is_same = body_hash(response.body) == polled.state.body_hash
    return is_same and polled.state.parser == PARSER


def after(
    polled: Polled,
    response: Response,
    *,
    now: datetime,
    jitter: float,
    min_interval: int,
    feed: Feed | None = None,
    error: str | None = None,
) -> PollState:
    """Return the state of a source after a poll, and with it when to ask again.

    `feed` is what was read, None when there was nothing to read; `error` says why it could not
    be read. `jitter` in 0..1 comes from the caller.
    """
    state = replace(polled.state, last_poll=now, http_status=response.status)
    reason = error or _failure(polled, response)
    if response.status == HTTPStatus.GONE:
        return replace(state, health=Health.GONE, error=reason, next_poll=now + NEVER)
    if reason:
        state = _failed(state, reason)
        wait = _back_off(state.failures, min_interval)
    else:
        state = _succeeded(state, polled, response, feed=feed, now=now)
        wait = _interval(polled, state, now=now, min_interval=min_interval)
    least = max(min_interval, polled.source.interval or 0, _hint(response, state, now=now))
    if not reason and _wants_validators(polled, state, min_interval):
        least = max(least, DAY)
    return replace(state, next_poll=now + timedelta(seconds=_spread(wait, least, jitter)))


def _failure(polled: Polled, response: Response) -> str | None:
    """Return in plain words why a response is no answer, None when it is one."""
    if response.status == HTTPStatus.NOT_MODIFIED:
        is_asked = polled.state.body_hash is not None
        return None if is_asked else "the server answered 304 (not modified), but nothing was asked"
    return refusal(response)


def refusal(response: Response) -> str | None:
    """Return in plain words why a response brings no document, None when it brings one."""
    status = response.status
    if status is None:
        return response.error or "the server could not be reached"
    if response.header("cf-mitigated"):
        return (
            f"the server answered {status} with a challenge for browsers; ask its owner for access"
        )
    if status in (HTTPStatus.OK, HTTPStatus.IM_USED):
        return None if response.body else f"the server answered {status} with nothing in it"
    return f"the server answered {status}{_phrase(status)}{ADVICE.get(status, '')}"


def _phrase(status: int) -> str:
    try:
        return f" ({HTTPStatus(status).phrase.lower()})"
    except ValueError:
        return ""


def _failed(state: PollState, reason: str) -> PollState:
    """Return the state after a failure: what was known stays known."""
    return replace(state, health=Health.FAILING, error=reason, failures=state.failures + 1)


def _succeeded(
    state: PollState, polled: Polled, response: Response, *, feed: Feed | None, now: datetime
) -> PollState:
    """Return the state after an answer, with the validators it leaves us."""
    state = replace(state, health=Health.OK, error=None, failures=0, last_success=now)
    etag, modified = response.header("etag"), response.header("last-modified")
    if response.status == HTTPStatus.NOT_MODIFIED:  # it renews what it names (RFC 9111 4.3.4)
        # Entries that were here and are gone can come back only with an unconditional request.
        is_lost = polled.entries == 0 and state.last_change is not None
        return replace(
            state,
            etag=etag or state.etag,
            last_modified=modified or state.last_modified,
            validated_url=None if is_lost else state.validated_url,
        )
    return replace(
        state,
        etag=etag,
        last_modified=modified,
        validated_url=polled.source.url,
        body_hash=body_hash(response.body),
        parser=PARSER,
        gap=feed.gap if feed else state.gap,
        ttl=feed.ttl if feed else state.ttl,
    )


def _interval(polled: Polled, state: PollState, *, now: datetime, min_interval: int) -> float:
    """Return our own wait after a success: half the time a source takes between entries."""
    pace = min(min_interval, HOUR) / HOUR
    if polled.source.is_file:
        return min_interval
    if state.last_change and now - state.last_change > SILENCE:
        return WEEK * pace
    return min((state.gap or 0) / 2, DAY) * pace


def _back_off(failures: int, min_interval: int) -> float:
    """Return our own wait after so many failures in a row: an hour, doubling, at most a week."""
    longest = max(min_interval, min(WEEK, WEEK // HOUR * min_interval))
    return float(min(min_interval << min(failures - 1, DOUBLINGS), longest))


def _wants_validators(polled: Polled, state: PollState, min_interval: int) -> bool:
    """Whether a server gives us no way to ask for less than everything."""
    has_none = state.etag is None and state.last_modified is None
    return has_none and min_interval >= HOUR and not polled.source.is_file


def _spread(wait: float, least: float, jitter: float) -> float:
    """Return a time around `wait`, never below `least`, so that sources do not march in step."""
    low = max(least, wait * (1 - SPREAD))
    high = max(low, wait * (1 + SPREAD), least * (1 + SPREAD))
    return low + (high - low) * jitter


def _hint(response: Response, state: PollState, *, now: datetime) -> float:
    """Return the longest wait that server and feed ask for, in seconds, within a month."""
    asked = (retry_after(response, now), _freshness(response, now), state.ttl or 0)
    return min(max(asked), LONGEST)


def retry_after(response: Response, now: datetime) -> float:
    """Return the seconds that a server asks us to wait (RFC 9110 section 10.2.3)."""
    given = (response.header("retry-after") or "").strip()
    return _seconds(given) if given.isdecimal() else _until(given, now)


def _freshness(response: Response, now: datetime) -> float:
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


def _seconds(digits: str) -> float:
    """Return a number of seconds; one with ten digits and more is as good as the longest."""
    return int(digits) if len(digits) < len("1000000000") else LONGEST


def _until(date: str, start: datetime) -> float:
    """Return the seconds from `start` to an HTTP date, 0 when it is past or no date."""
    when = _moment(date)
    return max((when - start).total_seconds(), 0) if when else 0


def _moment(date: str) -> datetime | None:
    try:
        return aware(parsedate_to_datetime(date))
    except (ValueError, TypeError, OverflowError):
        return None
