"""A simulated morning in a publisher's log, and the judge that reads it."""

from dataclasses import replace

import pytest
from bench.politeness import HOUR, Answer, Asked, day, violations

GOOD = {"user-agent": "Topicwire/1", "accept-encoding": "gzip"}
TAGGED = Answer(200, (("ETag", '"v1"'),))


def test_a_morning_without_a_complaint() -> None:
    """F1-F49, K1-K19: every behaviour of servers, a restart, and a storm of manual polls."""
    server = day(9)

    assert len(server.log) > 300
    assert list(violations(server.log)) == []


def asked(at: float, *, path: str = "/etag", **headers: str) -> Asked:
    given = GOOD | {name.replace("_", "-"): value for name, value in headers.items()}
    return Asked(path, "127.0.1.1", at, at, at + 0.001, given, TAGGED)


FIRST = asked(0)
NEXT = asked(HOUR, if_none_match='"v1"')


@pytest.mark.parametrize(
    ("log", "rule"),
    [
        pytest.param([FIRST, replace(NEXT, at=HOUR / 2)], "K9 F21 an hour", id="too early"),
        pytest.param([FIRST, asked(HOUR)], "F1-F6 K1-K8 validators", id="unconditional"),
        pytest.param(
            [FIRST, asked(HOUR, if_none_match="v1")], "F1-F6 K1-K8 validators", id="without quotes"
        ),
        pytest.param([NEXT], "F3 K7 invented", id="invented"),
        pytest.param(
            [replace(FIRST, answer=Answer(429, wait=2 * HOUR)), asked(HOUR)],
            "F23-F28 asked to wait",
            id="a hint",
        ),
        pytest.param(
            [replace(FIRST, answer=Answer(200)), asked(2 * HOUR)],
            "K9 F21 a day without validators",
            id="no validators",
        ),
        pytest.param([asked(0, cookie="a")], "F18 K11 K12", id="cookie"),
        pytest.param([asked(0, path="/a?b")], "K13 query", id="query"),
        pytest.param([asked(0, user_agent="Mozilla")], "F17 K17", id="user agent"),
        pytest.param([asked(0, accept_encoding="identity")], "K18 gzip", id="coding"),
        pytest.param(
            [replace(FIRST, ended=9), asked(0.5, path="/b")], "F35 two at once", id="at once"
        ),
        pytest.param([FIRST, asked(0.005, path="/b")], "F34 F35 spacing", id="spacing"),
        pytest.param([FIRST] * 200, "F22 burst", id="burst"),
        pytest.param(
            [asked(0, path="/skip%20hours"), asked(2 * HOUR, path="/skip%20hours")],
            "F32 skipped hour",
            id="skipped hour",
        ),
    ],
)
def test_the_judge_sees_each_fault(log: list[Asked], rule: str) -> None:
    """A judge that complains of nothing would prove nothing."""
    assert rule in {found for found, _ in violations(log)}


def test_the_judge_lets_good_manners_pass() -> None:
    """A conditional request after an hour is what it should be."""
    assert list(violations([FIRST, NEXT])) == []
