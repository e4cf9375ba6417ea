"""When to ask a source again, and how: nothing unasked for, nothing too early, nothing twice."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus

from topicwire.ingest import digests, pacing
from topicwire.ingest.pacing import DAY, HOUR, WEEK, Wait, span
from topicwire.ingest.raw import PARSER
from topicwire.model.catalogue import Source
from topicwire.model.wire import Feed, Health, Polled, PollState, Request, Response

NEVER = timedelta(days=3_650)
CONFIRMATIONS = 3  # times that a source must be found moved for good,
CONFIRMED_OVER = timedelta(hours=72)  # over so long, before we believe it
MOURNING = timedelta(days=30)  # of nothing there, after which a source is dead
COOLDOWN = timedelta(seconds=60)  # between two polls that are forced

Asked = Callable[..., PollState]  # gives the state of before with what a poll changes

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.2, */*;q=0.1"
)
ADVICE = {
    401: "; it wants a password",
    403: "; it refuses us",
    404: "; check the address of the source",
    429: "; it wants fewer requests",
}
FAREWELL = "; it will not be asked again unless you poll it by name"  # after 410


def request(polled: Polled, *, force: bool = False) -> Request:
    """Return the request for a source, conditional unless `force`.

    The validators go back byte for byte, and only to the address that gave them, for a body
    that the present parser has read (RFC 9110 section 13.1). A server that knows how may answer
    with what is new alone (RFC 3229).
    """
    state = polled.state
    is_known = state.validated_url == polled.url and state.parser == PARSER
    conditions = (
        ("If-None-Match", state.etag),
        ("If-Modified-Since", state.last_modified),
        ("A-IM", "feed" if state.etag else None),
    )
    sent = ((name, value) for name, value in conditions if value and is_known and not force)
    return first_request(polled.source, url=polled.url, conditions=sent)


def first_request(
    source: Source, *, url: str | None = None, conditions: Iterable[tuple[str, str]] = ()
) -> Request:
    """Return the request for a source, at `url` if it has moved; without conditions a first one."""
    agent = (("User-Agent", source.user_agent),) if source.user_agent else ()
    headers = (("Accept", ACCEPT), *agent, *conditions)
    return Request(key=source.id, url=url or source.url, headers=headers)


def objection(polled: Polled, *, now: datetime, min_interval: int, force: bool) -> str | None:
    """Return in words why a source must not be asked now though somebody wants it, else None.

    `force` overrides our own waits, never what a server in trouble asks for.
    """
    state = polled.state
    if state.health is Health.MERGED:
        return f"it has moved onto the address of {polled.merged_into}, which is polled instead"
    if polled.source.is_file or state.last_poll is None or state.health is Health.GONE:
        return None
    since = now - state.last_poll
    held = ((state.not_before or now) - now).total_seconds()
    if held > 0 and (not force or state.health is Health.FAILING):
        return f"it may be asked again in {span(held)}: {state.pacing}"
    if force:
        too_soon = since < min(COOLDOWN, timedelta(seconds=min_interval))
        return "it was asked less than a minute ago" if too_soon else None
    due, why = _soonest(polled, state.last_poll, now=now, min_interval=min_interval)
    if due <= now:
        return None
    rest = span((due - now).total_seconds())
    asked = span(since.total_seconds())
    return f"it was asked {asked} ago; wait {rest} ({why}), or use --force"


def sooner(polled: Polled, *, now: datetime, min_interval: int) -> datetime | None:
    """Return when to ask a source of whose news a hub told in vain, None not to do so any sooner.

    Neither its server's wishes nor the waits after a failure are shortened.
    """
    state = polled.state
    is_in_trouble = state.failures > 0 or state.health in (Health.GONE, Health.MERGED)
    if state.last_poll is None or is_in_trouble:
        return None
    unpushed = replace(polled, pushed=False)  # it is no safety net that is wanted
    allowed = max(now, state.not_before or now)
    due, _ = _soonest(unpushed, state.last_poll, now=allowed, min_interval=min_interval)
    return due if due < state.next_poll else None


def _soonest(
    polled: Polled, last_poll: datetime, *, now: datetime, min_interval: int
) -> tuple[datetime, str]:
    """Return when a source may be asked because somebody wants it, from `now` on, and why then."""
    state = polled.state
    wait = pacing.longest(_floors(state, polled, min_interval=min_interval))
    due = last_poll + timedelta(seconds=wait.seconds)
    if state.failures:  # nor does a wish shorten the wait after a failure
        due, wait = max(due, state.next_poll), Wait(0, state.pacing)
    due = pacing.unskipped(max(due, now), state.skip_hours, state.skip_days, jitter=0)
    return due, wait.why


def is_read(polled: Polled, digest: str) -> bool:
    """Whether the body of this digest is the one that was read last, and by the present parser."""
    return digest == polled.state.body_hash and polled.state.parser == PARSER


def after(
    polled: Polled,
    response: Response,
    *,
    now: datetime,
    jitter: float,
    min_interval: int,
    feed: Feed | None = None,
    error: str | None = None,
    is_slow: bool = False,
    digest: str | None = None,
) -> PollState:
    """Return the state of a source after a poll, and with it when to ask again.

    `feed` is what was read, None when there was nothing to read; `error` says why it could not
    be read, and `is_slow` that it took too long. `jitter` in 0..1 comes from the caller, and so
    may the body's `digest`, if it is known.
    """
    reason = error or _failure(polled, response)
    asked = partial(
        replace, polled.state, last_poll=now, http_status=response.status, is_slow=is_slow
    )
    if response.status == HTTPStatus.GONE and polled.state.moved_url is None:
        why, said = "its server says that it is gone for good", f"{reason}{FAREWELL}"
        return asked(health=Health.GONE, error=said, next_poll=now + NEVER, pacing=why)
    if reason:
        state = _failed(asked, polled.state, response, reason, now=now)
        state = _gone_back(state, response, now=now)
    else:
        state = _succeeded(asked, polled, response, feed=feed, now=now, digest=digest)
        state = _moved(state, polled, response, now=now)
    return _paced(state, polled, response, now=now, jitter=jitter, min_interval=min_interval)


def _paced(
    state: PollState,
    polled: Polled,
    response: Response,
    *,
    now: datetime,
    jitter: float,
    min_interval: int,
) -> PollState:
    """Return the state with the time of the next poll, and why it is then."""
    own = _own_wait(state, polled, now=now, min_interval=min_interval)
    hint = pacing.asked(response, state.ttl, now=now)
    floors = _floors(state, polled, min_interval=min_interval)
    least = max(hint.seconds, *(each.seconds for each in floors))
    when = now + timedelta(seconds=pacing.spread(own.seconds, least, jitter))
    allowed = pacing.unskipped(when, state.skip_hours, state.skip_days, jitter=jitter)
    why = pacing.longest((hint, own, *floors)).why
    return replace(
        state,
        next_poll=allowed,
        not_before=now + timedelta(seconds=hint.seconds) if hint.seconds else None,
        pacing=why if allowed == when else f"{why}; it asks to be left alone until then",
    )


def _own_wait(state: PollState, polled: Polled, *, now: datetime, min_interval: int) -> Wait:
    if state.failures:
        return pacing.back_off(state.failures, min_interval)
    if polled.source.is_file:
        return Wait(float(min_interval), "it is a file")
    return pacing.rhythm(state.gap, state.last_change, now=now, min_interval=min_interval)


def _floors(state: PollState, polled: Polled, *, min_interval: int) -> tuple[Wait, ...]:
    """Return the waits that the next poll is never earlier than."""
    pace = min(min_interval, HOUR) / HOUR
    floors = [
        Wait(float(min_interval), f"polls of one source are {span(min_interval)} apart"),
        Wait(float(polled.source.interval or 0), "the catalogue says so"),
    ]
    if state.health is Health.DEAD:
        floors.append(Wait(WEEK * pace, "nothing has been there for a month"))
    if not state.failures and polled.pushed:
        floors.append(Wait(DAY * pace, "a hub tells of what is new"))
    if not state.failures and _wants_validators(polled, state, min_interval):
        floors.append(Wait(float(DAY), "it has no validators, so each poll costs all of it"))
    return tuple(floors)


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


def _failed(
    asked: Asked, state: PollState, response: Response, reason: str, *, now: datetime
) -> PollState:
    """Return the state after a failure: what was known stays known."""
    since = state.failing_since or now
    is_nothing = response.status == HTTPStatus.NOT_FOUND
    is_dead = is_nothing and (state.health is Health.DEAD or now - since >= MOURNING)
    return asked(
        health=Health.DEAD if is_dead else Health.FAILING,
        error=reason,
        failures=state.failures + 1,
        failing_since=since,
    )


def _gone_back(state: PollState, response: Response, *, now: datetime) -> PollState:
    """Return the state after a failure, without a move to where nothing is any more.

    Many sites move to somebody who serves their feed for them, and come back. The address of before
    leads on to the new one where it is right after all.
    """
    since = state.failing_since or now
    is_lost = response.status == HTTPStatus.GONE or now - since >= MOURNING
    if state.moved_url is None or not is_lost:
        return state
    error = f"at {state.moved_url} {state.error}; its address of before is asked again"
    gone_back = replace(state, moved_url=None, error=error)
    return replace(gone_back, move_target=None, move_count=0, move_since=None)


def _succeeded(
    asked: Asked,
    polled: Polled,
    response: Response,
    *,
    feed: Feed | None,
    now: datetime,
    digest: str | None,
) -> PollState:
    """Return the state after an answer, with the validators it leaves us."""
    state = polled.state
    healthy = partial(
        asked,
        health=Health.OK,
        error=None,
        failures=0,
        failing_since=None,
        last_success=now,
    )
    etag, modified = response.header("etag"), response.header("last-modified")
    if response.status == HTTPStatus.NOT_MODIFIED:  # it renews what it names (RFC 9111 4.3.4)
        # Entries that were here and are gone can come back only with an unconditional request.
        is_lost = polled.entries == 0 and state.last_change is not None
        return healthy(
            etag=etag or state.etag,
            last_modified=modified or state.last_modified,
            validated_url=None if is_lost else state.validated_url,
        )
    healthy = partial(healthy, etag=etag, last_modified=modified, validated_url=polled.url)
    if response.status == HTTPStatus.IM_USED:  # a part says nothing of the whole (RFC 3229)
        return healthy()
    read = healthy(body_hash=digest or digests.of(response.body), parser=PARSER)
    return read if feed is None else _read(read, polled, feed)


def _read(state: PollState, polled: Polled, feed: Feed) -> PollState:
    """Return the state with what a document says of itself."""
    is_first = polled.state.last_success is None
    wants_older = is_first and feed.older is not None and polled.source.backfill > 0
    return replace(
        state,
        gap=feed.gap,
        ttl=feed.ttl,
        skip_hours=feed.skip_hours,
        skip_days=feed.skip_days,
        older_url=feed.older if wants_older else state.older_url,
        older_left=polled.source.backfill if wants_older else state.older_left,
    )


def _moved(state: PollState, polled: Polled, response: Response, *, now: datetime) -> PollState:
    """Return the state after a success, with a move that has been confirmed often enough.

    Many sites redirect for good by mistake, or for a day (F40).
    """
    target = response.permanent_url
    if target is None or target == polled.url:
        is_moving = state.move_target is not None
        return (
            replace(state, move_target=None, move_count=0, move_since=None) if is_moving else state
        )
    if target != state.move_target or state.move_since is None:
        return replace(state, move_target=target, move_count=1, move_since=now)
    count = state.move_count + 1
    if count < CONFIRMATIONS or now - state.move_since < CONFIRMED_OVER:
        return replace(state, move_count=count)
    return replace(state, moved_url=target, move_target=None, move_count=0, move_since=None)


def _wants_validators(polled: Polled, state: PollState, min_interval: int) -> bool:
    """Whether a server gives us no way to ask for less than everything."""
    has_none = state.etag is None and state.last_modified is None
    return has_none and min_interval >= HOUR and not polled.source.is_file
