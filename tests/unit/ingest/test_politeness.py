"""When to ask again, and how."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import NOON, a_polled, a_source, a_state
from topicwire.ingest import digests, politeness
from topicwire.ingest.raw import PARSER
from topicwire.model.wire import Feed, Health, Polled, PollState, Response

HOUR = 3_600
DAY = 24 * HOUR
URL = "https://press.example/feed"
BODY = b"<rss/>"
VALIDATORS = (("etag", 'W/"a-gzip"'), ("last-modified", "Mon, 2 Nov 2026 09:00:00 GMT"))
FEED = Feed(format="rss20", title="The Press", entries=(), gap=600.0)


def known(**changes: object) -> Polled:
    """Return a source that has been read, with `changes` to its state."""
    values: dict[str, object] = {
        "health": Health.OK,
        "etag": '"a"',
        "last_modified": "Mon, 02 Nov 2026 08:00:00 GMT",
        "validated_url": URL,
        "body_hash": digests.of(BODY),
        "parser": PARSER,
        "last_change": NOON - timedelta(days=1),
    }
    return a_polled(state=a_state(**(values | changes)), entries=5)


def of(polled: Polled, **source: object) -> Polled:
    """Return the source as the catalogue has it with `source` changed."""
    return replace(polled, source=a_source(**source))


def an_answer(
    status: int | None = 200,
    *headers: tuple[str, str],
    body: bytes = b"<rss>new</rss>",
    error: str | None = None,
) -> Response:
    """Return a response of the source's server."""
    return Response("press", URL, status, headers=headers, body=body, error=error)


def after(polled: Polled, response: Response, **changes: object) -> PollState:
    """Return the state after a poll at noon, with the least jitter unless told otherwise."""
    values: dict[str, object] = {"now": NOON, "jitter": 0.0, "min_interval": HOUR}
    return politeness.after(polled, response, **(values | changes))  # type: ignore[arg-type]


def wait(polled: Polled, response: Response, **changes: object) -> float:
    """Return the seconds until the next poll."""
    return (after(polled, response, **changes).next_poll - NOON).total_seconds()


def headers(polled: Polled, *, force: bool = False) -> dict[str, str]:
    """Return what is sent for a source."""
    return dict(politeness.request(polled, force=force).headers)


# ---- the request -----------------------------------------------------------------------


def test_validators_go_back_as_they_came() -> None:
    """F1, F2, F3, K1-K5: byte for byte, quotes, weakness and odd dates included."""
    state = after(known(), an_answer(200, *VALIDATORS), feed=FEED)

    sent = headers(replace(known(), state=state))

    assert (
        sent["If-None-Match"],
        sent["If-Modified-Since"],
    ) == ('W/"a-gzip"', "Mon, 2 Nov 2026 09:00:00 GMT")


def test_what_was_never_given_is_not_sent() -> None:
    """F3, K7, F18: the first request is bare; no header is invented, no cookie, no referrer."""
    assert {"Accept"} == set(headers(a_polled()))
    assert {"Accept", "If-None-Match", "A-IM"} == set(headers(known(last_modified=None)))
    assert {"Accept", "If-Modified-Since"} == set(headers(known(etag=None)))


@pytest.mark.parametrize(
    "polled",
    [
        pytest.param(known(validated_url="https://press.example/old"), id="another address (F8)"),
        pytest.param(known(parser=PARSER - 1), id="an older parser (F12)"),
    ],
)
def test_validators_of_something_else_are_not_sent(polled: Polled) -> None:
    """F8, F12: one unconditional request, after which the validators count again."""
    assert {"Accept"} == set(headers(polled))

    state = after(polled, an_answer(200, *VALIDATORS), feed=FEED)

    assert "If-None-Match" in headers(replace(polled, state=state))


def test_force_asks_for_everything() -> None:
    """F10: only force is unconditional."""
    assert {"Accept"} == set(headers(known(), force=True))


def test_feeds_are_wanted_most_and_anything_least() -> None:
    """F16: every format is named; */* comes last, since some servers refuse without it."""
    kinds = headers(a_polled())["Accept"].split(", ")

    wanted = (
        "application/atom+xml",
        "application/rss+xml",
        "application/rdf+xml",
        "application/feed+json",
    )
    assert set(wanted) <= set(kinds)
    assert kinds[-1] == "*/*;q=0.1"


def test_the_address_is_used_as_it_is() -> None:
    """F18, K13: nothing is added to it."""
    url = "https://press.example/feed?b=2&a=1#x"

    assert url == politeness.request(a_polled(source=a_source(url=url))).url


# ---- the state after -------------------------------------------------------------------


def test_a_200_overwrites_both_validators() -> None:
    """F4, F7: what the answer does not give is forgotten."""
    state = after(known(), an_answer(200, ("etag", '"b"')), feed=FEED)

    assert (state.etag, state.last_modified, state.validated_url) == ('"b"', None, URL)
    assert digests.of(b"<rss>new</rss>") == state.body_hash
    assert (state.health, state.last_poll, state.last_success, state.http_status, state.parser) == (
        Health.OK,
        NOON,
        NOON,
        200,
        PARSER,
    )


def test_a_200_with_the_same_body_still_overwrites_them() -> None:
    """F4, F13, K4: the body need not be read, the validators are."""
    polled, answer = known(gap=60.0), an_answer(200, *VALIDATORS, body=BODY)

    state = after(polled, answer)

    assert politeness.is_read(polled, digests.of(answer.body))
    assert (state.etag, state.gap, state.error) == ('W/"a-gzip"', 60.0, None)


def test_a_304_renews_what_it_names_and_clears_nothing() -> None:
    """F5: RFC 9111 section 4.3.4."""
    state = after(known(failures=3, error="x"), an_answer(304, ("etag", '"c"'), body=b""))

    assert (state.etag, state.last_modified) == ('"c"', "Mon, 02 Nov 2026 08:00:00 GMT")
    assert (state.health, state.failures, state.error, state.last_success) == (
        Health.OK,
        0,
        None,
        NOON,
    )


def test_a_304_without_entries_leads_to_one_full_request() -> None:
    """F11: entries that are lost come back; a feed that never had any is left alone."""
    lost, empty = (replace(known(last_change=at), entries=0) for at in (NOON, None))

    states = [after(polled, an_answer(304, body=b"")) for polled in (lost, empty)]

    assert [{"Accept"}, {"Accept", "If-None-Match", "If-Modified-Since", "A-IM"}] == [
        set(headers(replace(lost, state=state))) for state in states
    ]


def test_a_body_that_cannot_be_read_leaves_no_validators() -> None:
    """F7: the repaired feed must not come as a 304."""
    state = after(known(), an_answer(200, *VALIDATORS), error="the document is a web page")

    assert ('"a"', known().state.body_hash) == (state.etag, state.body_hash)
    assert (state.health, state.failures, state.error) == (
        Health.FAILING,
        1,
        "the document is a web page",
    )


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(
            an_answer(404),
            "the server answered 404 (not found); check the address of the source",
            id="404 (F47)",
        ),
        pytest.param(
            an_answer(403), "the server answered 403 (forbidden); it refuses us", id="403 (F47)"
        ),
        pytest.param(
            an_answer(429),
            "the server answered 429 (too many requests); it wants fewer requests",
            id="429",
        ),
        pytest.param(
            an_answer(503), "the server answered 503 (service unavailable)", id="503 (F47)"
        ),
        pytest.param(an_answer(799), "the server answered 799", id="a status nobody knows"),
        pytest.param(an_answer(302), "the server answered 302 (found)", id="a redirect to nowhere"),
        pytest.param(
            an_answer(204, body=b""), "the server answered 204 (no content)", id="204 (F49)"
        ),
        pytest.param(
            an_answer(200, body=b""),
            "the server answered 200 with nothing in it",
            id="empty 200 (F49)",
        ),
        pytest.param(
            an_answer(None, error="no route to host"), "no route to host", id="no answer (F47)"
        ),
        pytest.param(an_answer(None), "the server could not be reached", id="no answer, no reason"),
        pytest.param(
            an_answer(403, ("cf-mitigated", "challenge")),
            "the server answered 403 with a challenge for browsers; ask its owner for access",
            id="challenge (F48)",
        ),
        pytest.param(
            an_answer(200, ("cf-mitigated", "challenge")),
            "the server answered 200 with a challenge for browsers; ask its owner for access",
            id="challenge with 200 (F48)",
        ),
    ],
)
def test_a_failure_is_said_in_plain_words_and_forgets_nothing(
    answer: Response, reason: str
) -> None:
    """F6, F47-F49: validators, hash and past successes stay."""
    before = known(failures=1).state

    state = after(known(failures=1), answer)

    assert (reason, Health.FAILING, 2) == (state.error, state.health, state.failures)
    assert before == replace(
        state,
        next_poll=before.next_poll,
        health=before.health,
        error=None,
        pacing="",
        failing_since=None,
        failures=1,
        http_status=None,
        last_poll=None,
    )


def test_a_304_that_nobody_asked_for_is_a_failure() -> None:
    """F11: a server that answers 304 to a first request gives us nothing."""
    state = after(a_polled(), an_answer(304, body=b""))

    assert state.error == "the server answered 304 (not modified), but nothing was asked"


def test_a_source_that_is_gone_is_asked_no_more_but_can_come_back() -> None:
    """F46: ten years are as good as never; an answer after all revives it."""
    gone = after(known(), an_answer(410))

    assert (Health.GONE, NOON + timedelta(days=3_650)) == (gone.health, gone.next_poll)
    assert (
        gone.error
        == "the server answered 410 (gone); it will not be asked again unless you poll it by name"
    )
    assert after(known(health=Health.GONE), an_answer(200), feed=FEED).health == Health.OK


def test_an_older_parser_reads_the_same_body_again() -> None:
    """F12: nothing is unchanged that was read otherwise."""
    digest = digests.of(BODY)

    assert politeness.is_read(known(), digest)
    assert not politeness.is_read(known(parser=PARSER - 1), digest)
    assert not politeness.is_read(known(), digests.of(b""))


# ---- when ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        pytest.param({"gap": None}, HOUR, id="unknown"),
        pytest.param({"gap": 60.0}, HOUR, id="often: the least (F21, K9)"),
        pytest.param({"gap": 10.0 * HOUR}, 4.5 * HOUR, id="half the gap, less a tenth (A6)"),
        pytest.param({"gap": 100.0 * DAY}, 0.9 * DAY, id="seldom: a day at most (A6)"),
        pytest.param(
            {"last_change": NOON - timedelta(days=31)}, 0.9 * 7 * DAY, id="silent: a week (A6, F36)"
        ),
        pytest.param({"gap": 60.0, "ttl": 2 * HOUR}, 2 * HOUR, id="ttl (F31)"),
        pytest.param({"gap": 60.0, "ttl": 99 * DAY}, 31 * DAY, id="absurd ttl (F26)"),
        pytest.param({"etag": None, "last_modified": None}, DAY, id="no validators (F21, K9)"),
    ],
)
def test_the_interval_after_a_success(changes: dict[str, object], seconds: float) -> None:
    """A6, F21, F36: as often as a source writes, within limits."""
    assert seconds == wait(known(**changes), an_answer(304, body=b""))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param([("cache-control", "max-age=7200")], 2 * HOUR, id="max-age (F23)"),
        pytest.param(
            [("cache-control", "public"), ("cache-control", "max-age=7200")],
            2 * HOUR,
            id="on a second line",
        ),
        pytest.param([("cache-control", "Max-Age=7200, public")], 2 * HOUR, id="in any case"),
        pytest.param([("cache-control", "max-age=60")], HOUR, id="never shorter (F23)"),
        pytest.param([("cache-control", "no-cache, max-age=7200")], HOUR, id="no-cache (F25)"),
        pytest.param([("cache-control", "no-store")], HOUR, id="no-store (F25)"),
        pytest.param([("cache-control", "max-age=0, must-revalidate")], HOUR, id="max-age=0 (F25)"),
        pytest.param([("cache-control", "max-age=abc")], HOUR, id="letters (F26)"),
        pytest.param([("cache-control", "max-age=-7200")], HOUR, id="negative (F26)"),
        pytest.param([("cache-control", 'max-age="7200"')], HOUR, id="quoted (F26)"),
        pytest.param([("cache-control", "max-age=1000000000000")], 31 * DAY, id="absurd (F26)"),
        pytest.param([("cache-control", "max-age=" + "9" * 5_000)], 31 * DAY, id="endless (F26)"),
        pytest.param([("cache-control", "s-maxage=7200")], HOUR, id="for shared caches"),
        pytest.param([("expires", "Mon, 02 Nov 2026 14:00:00 GMT")], 2 * HOUR, id="Expires (F23)"),
        pytest.param(
            [
                ("expires", "Mon, 02 Nov 2026 14:00:00 GMT"),
                ("date", "Mon, 02 Nov 2026 11:00:00 GMT"),
            ],
            3 * HOUR,
            id="Expires less Date (F23)",
        ),
        pytest.param(
            [("expires", "Mon, 02 Nov 2026 14:00:00 GMT"), ("cache-control", "max-age=0")],
            HOUR,
            id="max-age over Expires",
        ),
        pytest.param([("expires", "0")], HOUR, id="Expires that is no date (F26)"),
        pytest.param(
            [("expires", "Thu, 01 Jan 1970 00:00:00 GMT")], HOUR, id="Expires in the past"
        ),
        pytest.param([("retry-after", "7200")], 2 * HOUR, id="Retry-After (F27)"),
        pytest.param(
            [("retry-after", "Mon, 02 Nov 2026 14:00:00 GMT")],
            2 * HOUR,
            id="Retry-After as a date (F27)",
        ),
        pytest.param(
            [("retry-after", "Mon, 02 Nov 2026 10:00:00 GMT")],
            HOUR,
            id="Retry-After in the past (F27)",
        ),
        pytest.param([("retry-after", "soon")], HOUR, id="Retry-After that is none (F27)"),
        pytest.param(
            [("retry-after", str(20 * DAY))], 20 * DAY, id="Retry-After beyond our longest (F27)"
        ),
    ],
)
@pytest.mark.parametrize("status", [200, 304, 429, 503])
def test_what_the_server_asks_for_lengthens_the_wait(
    given: list[tuple[str, str]], expected: float, status: int
) -> None:
    """F23-F27, K14, K15: on every kind of answer, and never the other way."""
    answer = an_answer(status, *given, *VALIDATORS)

    seconds = wait(known(), answer, feed=replace(FEED, gap=None))

    assert expected == (max(HOUR, seconds))


@pytest.mark.parametrize(
    ("failures", "hours"),
    [(0, 1), (1, 1.8), (2, 3.6), (7, 115.2), (8, 151.2), (9, 151.2), (10_000, 151.2)],
)
@pytest.mark.parametrize(
    "answer",
    [an_answer(500), an_answer(429), an_answer(None, error="x")],
    ids=["500", "429", "none"],
)
def test_failures_double_the_wait_up_to_a_week(
    failures: int, hours: float, answer: Response
) -> None:
    """F28, F47, A6: an hour, doubling, a week at most, less a tenth of jitter but never an hour."""
    assert hours * HOUR == pytest.approx(wait(known(failures=failures), answer))


@pytest.mark.parametrize(
    ("polled", "min_interval", "expected"),
    [
        pytest.param(known(), 7_200, 7_200, id="the setting is the floor"),
        pytest.param(known(), 1, 1, id="a short setting is the floor too"),
        pytest.param(known(gap=10.0 * HOUR), 1, 4.5, id="our own waits shrink with it"),
        pytest.param(
            known(etag=None, last_modified=None), 1, 1, id="no day for servers without validators"
        ),
        pytest.param(known(ttl=HOUR), 1, HOUR, id="what a feed asks for does not shrink"),
        pytest.param(
            of(known(), interval=2 * HOUR), HOUR, 2 * HOUR, id="the source's own interval"
        ),
        pytest.param(of(known(), interval=60), HOUR, HOUR, id="the source's own is never shorter"),
        pytest.param(
            of(known(gap=99.0 * HOUR, etag=None, last_modified=None), url="samples/a.xml"),
            HOUR,
            HOUR,
            id="files of the catalogue",
        ),
    ],
)
def test_settings_bound_the_wait(polled: Polled, min_interval: int, expected: float) -> None:
    """F21, K9, K10: the least interval holds everywhere."""
    answer = an_answer(304, body=b"")

    assert expected == pytest.approx(wait(polled, answer, min_interval=min_interval))


def test_failures_are_retried_sooner_with_a_short_setting() -> None:
    """A6: the setting stands for the hour."""
    waits = [wait(known(failures=n), an_answer(500), min_interval=2) for n in (0, 1, 2, 50)]

    assert pytest.approx(waits) == [2, 3.6, 7.2, 302.4]


STATUS = st.sampled_from([None, 200, 204, 301, 304, 404, 410, 429, 500, 503])
SECONDS = st.integers(0, 40 * DAY)
HINTS = st.lists(
    st.one_of(
        st.tuples(st.just("cache-control"), SECONDS.map("max-age={}".format)),
        st.tuples(st.just("retry-after"), SECONDS.map(str)),
        st.tuples(st.sampled_from(["cache-control", "expires", "retry-after", "date"]), st.text()),
    ),
    max_size=3,
)
JITTER = st.floats(0, 1)


@settings(deadline=None)
@given(
    status=STATUS,
    hints=HINTS,
    jitter=JITTER,
    failures=st.integers(0, 60),
    least=st.integers(1, 2 * DAY),
    gap=st.floats(0, 1e9),
)
def test_no_poll_is_earlier_than_anyone_asked(
    *,
    status: int | None,
    hints: list[tuple[str, str]],
    jitter: float,
    failures: int,
    least: int,
    gap: float,
) -> None:
    """F23-F27, K10: the least interval and every hint hold, whatever the jitter."""
    answer = an_answer(status, *hints)
    first = answer.header("retry-after") or ""
    asked = [int(first)] if first.isascii() and first.isdecimal() else []
    asked += [int(value[8:]) for _, value in hints if value.startswith("max-age=")]

    seconds = wait(known(failures=failures, gap=gap), answer, jitter=jitter, min_interval=least)

    assert seconds >= least
    assert seconds >= min(max(asked, default=0), 31 * DAY)


@settings(deadline=None)
@given(STATUS, JITTER, st.integers(0, 60), st.floats(0, 1e9))
def test_jitter_is_a_tenth_either_way(
    status: int | None, jitter: float, failures: int, gap: float
) -> None:
    """F34, A6: sources do not march in step, and none drifts far."""
    polled, answer = known(failures=failures, gap=gap), an_answer(status)

    low, some, high = (wait(polled, answer, jitter=each) for each in (0.0, jitter, 1.0))

    assert low <= some <= high <= low * 1.1 / 0.9 + 1
    assert status == 410 or low < high


@settings(deadline=None)
@given(JITTER, st.integers(0, 60), HINTS)
def test_the_wait_never_shrinks_with_more_failures(
    jitter: float, failures: int, hints: list[tuple[str, str]]
) -> None:
    """A6: monotone in the number of failures."""
    answer = an_answer(500, *hints)

    sooner, later = (
        wait(known(failures=n), answer, jitter=jitter) for n in (failures, failures + 1)
    )

    assert sooner <= later


@settings(deadline=None)
@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(9000, 1, 1)), st.text())  # noqa: DTZ001 (made aware below)
def test_any_header_can_be_read(moment: datetime, text: str) -> None:
    """F26: no header, however odd, keeps a source from being asked again."""
    now = moment.replace(tzinfo=NOON.tzinfo)
    names = ("cache-control", "expires", "date", "retry-after", "etag")

    state = after(known(), an_answer(200, *((name, text) for name in names)), now=now, feed=FEED)

    assert now + timedelta(hours=1) <= state.next_poll <= now + timedelta(days=35)
