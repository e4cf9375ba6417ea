"""Moves, ends, wishes and hints: what politeness makes of them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOON, a_polled, a_source, a_state
from stores import a_feed
from topicwire.ingest import pacing, politeness
from topicwire.ingest.raw import PARSER
from topicwire.model.wire import Feed, Health, Polled, PollState, Response

HOUR = timedelta(hours=1)
NEW = "https://new.example/feed"


def known(**state: object) -> Polled:
    """Return a source that was polled an hour ago and gave an ETag."""
    values = {
        "health": Health.OK,
        "etag": '"v1"',
        "validated_url": a_source().url,
        "body_hash": "h",
        "parser": PARSER,
        "last_poll": NOON - HOUR,
        "last_success": NOON - HOUR,
        "next_poll": NOON,
    }
    return a_polled(state=a_state(**(values | state)), entries=3)


def waiting(**state: object) -> Polled:
    """Return a source that was polled an hour ago, and is to be polled tomorrow."""
    return known(**({"next_poll": NOON + 24 * HOUR} | state))


def an_answer(status: int | None = 200, *headers: tuple[str, str], **more: object) -> Response:
    values: dict[str, object] = {"body": b"x" if status == 200 else b"", "headers": headers}
    return Response("press", a_source().url, status, **(values | more))  # type: ignore[arg-type]


def after(
    polled: Polled, response: Response, *, now: datetime = NOON, feed: Feed | None = None
) -> PollState:
    return politeness.after(polled, response, now=now, jitter=0.5, min_interval=3600, feed=feed)


def moved_for(*days: float, target: str = NEW) -> PollState:
    """Return the state after polls on these days that were all redirected for good."""
    polled = known()
    for day in days:
        response = an_answer(200, ("etag", '"v1"'), permanent_url=target)
        state = after(polled, response, now=NOON + timedelta(days=day), feed=a_feed())
        polled = replace(polled, state=state)
    return polled.state


@pytest.mark.parametrize(
    ("days", "moved"),
    [
        pytest.param((0,), None, id="once"),
        pytest.param((0, 1, 2), None, id="three times in two days"),
        pytest.param((0, 3), None, id="twice in three days"),
        pytest.param((0, 1, 3), NEW, id="three times over three days"),
    ],
)
def test_a_move_is_believed_after_confirmations(days: tuple[float, ...], moved: str | None) -> None:
    """F40, F41: three successes over three days, with the same target."""
    assert moved_for(*days).moved_url == moved


def test_another_answer_begins_anew() -> None:
    """F40: a day without the redirect, or with another target, counts from the start."""
    polled = replace(known(), state=moved_for(0, 1))
    straight = after(polled, an_answer(200, ("etag", '"v1"')), feed=a_feed())
    other = after(polled, an_answer(200, permanent_url="https://other.example/"), feed=a_feed())

    assert (straight.move_target, straight.move_count) == (None, 0)
    assert (other.move_target, other.move_count) == ("https://other.example/", 1)


def test_a_failure_confirms_nothing() -> None:
    """F40: the target must parse as a feed."""
    polled = replace(known(), state=moved_for(0, 1))
    state = politeness.after(
        polled,
        an_answer(200, permanent_url=NEW),
        now=NOON + timedelta(days=9),
        jitter=0.5,
        min_interval=3600,
        error="it is no feed",
    )

    assert (state.moved_url, state.move_count) == (None, 2)


@pytest.mark.parametrize(
    ("status", "days", "url"),
    [
        pytest.param(410, 0, a_source().url, id="F46 it is gone there"),
        pytest.param(404, 30, a_source().url, id="F47 nothing there for a month"),
        pytest.param(None, 30, a_source().url, id="nobody there for a month"),
        pytest.param(404, 29, NEW, id="not for so long"),
        pytest.param(200, 30, NEW, id="it is back"),
    ],
)
def test_a_move_to_where_nothing_is_any_more_is_taken_back(
    status: int | None, days: int, url: str
) -> None:
    """F40: many feeds move to a service and come back when that ends; the catalogue names them."""
    since = NOON - timedelta(days=days)
    polled = known(moved_url=NEW, failing_since=since, failures=9)

    state = after(polled, an_answer(status), feed=a_feed() if status == 200 else None)
    again = replace(polled, state=state)

    assert (state.health is Health.GONE, politeness.request(again).url) == (False, url)
    assert state.next_poll < NOON + timedelta(days=8)
    is_back = url != NEW
    assert ("its address of before is asked again" in (state.error or "")) == is_back
    assert after(again, an_answer(410)).health is (Health.GONE if is_back else Health.FAILING)


def test_the_new_address_is_asked_once_without_validators() -> None:
    """F8: validators belong to the address that gave them."""
    polled = replace(known(), state=moved_for(0, 1, 3))
    request = politeness.request(polled)

    assert request.url == NEW
    assert {"If-None-Match", "A-IM"}.isdisjoint(dict(request.headers))


def test_a_part_is_asked_for_and_taken_for_one() -> None:
    """F14: with an ETag `A-IM: feed` goes too; 226 is success, and says nothing of the whole."""
    assert dict(politeness.request(known()).headers)["A-IM"] == "feed"

    state = after(
        known(gap=100.0),
        an_answer(226, ("etag", '"v2"'), ("im", "feed"), body=b"part"),
        feed=a_feed(),
    )
    assert (state.health, state.etag, state.body_hash, state.gap) == (Health.OK, '"v2"', "h", 100.0)


@pytest.mark.parametrize("status", [403, 406, 429], ids=str)
def test_refusals_lead_to_no_other_name(status: int) -> None:
    """F29: neither at once nor later is a refused source asked under another name."""
    state = after(known(), an_answer(status))
    again = politeness.request(replace(known(), state=state))

    assert state.next_poll >= NOON + HOUR
    assert "User-Agent" not in dict(again.headers)


def test_a_source_may_have_a_name_of_its_own() -> None:
    """F17: the catalogue may say what to send instead of our name."""
    polled = a_polled(source=a_source(user_agent="Reader/1"))

    assert dict(politeness.request(polled).headers)["User-Agent"] == "Reader/1"


def test_a_month_of_nothing_is_the_end() -> None:
    """F47: after thirty days of 404 a source is dead and asked once a week; success revives it."""
    fresh = after(known(), an_answer(404))
    old = after(known(failing_since=NOON - timedelta(days=30), failures=9), an_answer(404))
    busy = after(known(failing_since=NOON - timedelta(days=30), failures=9), an_answer(503))
    revived = after(replace(known(), state=old), an_answer(200), feed=a_feed())

    assert (fresh.health, old.health, busy.health) == (Health.FAILING, Health.DEAD, Health.FAILING)
    assert old.next_poll >= NOON + timedelta(days=6)
    assert (revived.health, revived.failing_since) == (Health.OK, None)


@pytest.mark.parametrize(
    ("polled", "force", "objection"),
    [
        pytest.param(known(), False, None, id="an hour later"),
        pytest.param(
            known(last_poll=NOON - HOUR / 3),
            False,
            "it was asked 20 minutes ago",
            id="K10 too early",
        ),
        pytest.param(known(last_poll=NOON - HOUR / 3), True, None, id="F10 forced"),
        pytest.param(
            known(last_poll=NOON - HOUR / 90), True, "less than a minute ago", id="F10 cooldown"
        ),
        pytest.param(
            known(not_before=NOON + HOUR), False, "it may be asked again in 1 hour", id="K15 hint"
        ),
        pytest.param(known(not_before=NOON + HOUR), True, None, id="forced over max-age"),
        pytest.param(
            known(not_before=NOON + HOUR, health=Health.FAILING, failures=1),
            True,
            "in 1 hour",
            id="K14 Retry-After",
        ),
        pytest.param(
            known(failures=3, next_poll=NOON + 2 * HOUR), False, "wait 2 hours", id="F28 back-off"
        ),
        pytest.param(known(etag=None), False, "no validators", id="K9 a day without"),
        pytest.param(known(skip_hours=(12,)), False, "wait 1 hour", id="F32 skipped hour"),
        pytest.param(known(health=Health.GONE), False, None, id="F46 revived by name"),
        pytest.param(
            replace(known(health=Health.MERGED), merged_into="other"),
            True,
            "the address of other, which is polled instead",
            id="F45 merged",
        ),
        pytest.param(a_polled(), False, None, id="never asked"),
    ],
)
def test_a_wish_is_no_reason_to_be_impolite(
    polled: Polled, objection: str | None, *, force: bool
) -> None:
    """F10, K10: somebody who wants a poll now is told when it may be."""
    found = politeness.objection(polled, now=NOON, min_interval=3600, force=force)

    assert (found is None) == (objection is None)
    assert (objection or "") in (found or "")


@pytest.mark.parametrize(
    ("polled", "due"),
    [
        pytest.param(waiting(), NOON, id="at once"),
        pytest.param(waiting(last_poll=NOON - HOUR / 3), NOON + HOUR * 2 / 3, id="an hour apart"),
        pytest.param(replace(waiting(), pushed=True), NOON, id="no safety net"),
        pytest.param(waiting(not_before=NOON + 5 * HOUR), NOON + 5 * HOUR, id="K15 Retry-After"),
        pytest.param(waiting(not_before=NOON - HOUR), NOON, id="a hint that is over"),
        pytest.param(waiting(skip_hours=(12,)), NOON + HOUR, id="F32 skipped hour"),
        pytest.param(waiting(next_poll=NOON - HOUR), None, id="due already"),
        pytest.param(waiting(failures=3, health=Health.FAILING), None, id="F28 back-off"),
        pytest.param(waiting(failures=30, health=Health.DEAD), None, id="dead"),
        pytest.param(waiting(health=Health.GONE), None, id="gone"),
        pytest.param(waiting(health=Health.MERGED), None, id="merged"),
        pytest.param(a_polled(state=a_state(next_poll=NOON + 24 * HOUR)), None, id="never asked"),
    ],
)
def test_a_hub_shortens_no_wait_of_its_publishers(polled: Polled, due: datetime | None) -> None:
    """W14: a source of whose news a hub told in vain is asked earlier where that is polite."""
    assert due == politeness.sooner(polled, now=NOON, min_interval=3600)


def test_a_new_source_with_an_archive_is_read_back() -> None:
    """PEERS 10: on its first success, as many documents as the catalogue allows."""
    feed = replace(a_feed(), older="https://press.example/old")
    first = after(a_polled(), an_answer(200), feed=feed)
    later = after(known(), an_answer(200), feed=feed)

    assert (first.older_url, first.older_left) == ("https://press.example/old", 10)
    assert later.older_url is None


def test_a_304_is_being_caught_up() -> None:
    """F9, K6, K8, K19: it is a success that keeps the validators, for ever and unchanged."""
    state = after(known(failures=4), an_answer(304), now=NOON + timedelta(days=400))

    assert (state.health, state.failures, state.etag, state.last_modified) == (
        Health.OK,
        0,
        '"v1"',
        None,
    )


def test_a_quiet_source_is_asked_less() -> None:
    """F36, K16: half its usual pause, and once a week after a month of silence."""
    monthly = after(known(gap=40 * 86_400.0), an_answer(304))
    silent = after(known(last_change=NOON - timedelta(days=31)), an_answer(304))

    assert monthly.next_poll >= NOON + timedelta(hours=21)
    assert silent.next_poll >= NOON + timedelta(days=6)
    assert silent.pacing == "it has brought nothing new for over a month"


@given(
    st.datetimes(NOON.replace(tzinfo=None), datetime(2027, 1, 1)),  # noqa: DTZ001 (given a zone below)
    st.sets(st.integers(0, 23)),
    st.sets(st.integers(0, 6)),
    st.floats(0, 1),
)
def test_a_time_that_is_skipped_moves_on(
    naive: datetime, hours: set[int], days: set[int], jitter: float
) -> None:
    """F32: never earlier, within the first hour allowed; all of them skipped means none."""
    when = naive.replace(tzinfo=NOON.tzinfo)
    found = pacing.unskipped(when, tuple(hours), tuple(days), jitter=jitter)

    assert found >= when
    assert found.hour not in hours or len(hours) == 24
    assert found.weekday() not in days or len(days) == 7
    if len(hours) == 24 and len(days) == 7:
        assert found == when


@given(st.integers(1, 60), st.floats(0, 1))
def test_back_off_never_shrinks(failures: int, jitter: float) -> None:
    """A6: monotone in the number of failures, from an hour to a week, spread by a tenth."""
    one, next_one = (pacing.back_off(n, 3600).seconds for n in (failures, failures + 1))

    assert 3600 <= one <= next_one <= 7 * 86_400
    assert 0.9 * one <= pacing.spread(one, 0, jitter) <= 1.1 * one * (1 + 1e-9)
