"""Tests of how often one address may ask."""

from math import ceil

import pytest

from topicwire.serve.limits import Limit, Proxies
from unit.serve.fakes import FakeFields, FakeRequest

LOOPBACK = ("127.0.0.0/8", "::1/128", "10.0.0.0/8")


def taken(limit: Limit, times: int, *, key: str = "a", now: float = 1000.0) -> list[int]:
    """Return what taking several times at one moment gives."""
    return [limit.take(key, now=now) for _ in range(times)]


@pytest.mark.parametrize("rate", [1, 7, 10, 600])
def test_a_minutes_worth_may_come_at_once(rate: int) -> None:
    """S29: bursts are allowed, and the first above the rate is told when to come again."""
    limit = Limit(rate)
    assert taken(limit, rate) == [0] * rate
    assert limit.take("a", now=1000.0) == ceil(60 / rate)


def test_a_bucket_fills_again_as_time_goes_by() -> None:
    """S29: whoever waits as long as they were told is served, and no more than once."""
    limit = Limit(6)
    taken(limit, 6)
    assert limit.take("a", now=1003.0) == 7
    assert limit.take("a", now=1010.0) == 0
    assert limit.take("a", now=1010.0) == 10
    assert taken(limit, 7, now=1100.0) == [0, 0, 0, 0, 0, 0, 10]


def test_one_does_not_use_up_what_is_anothers() -> None:
    """S29: each has a bucket of their own."""
    limit = Limit(2)
    taken(limit, 3)
    assert taken(limit, 2, key="b") == [0, 0]


def test_looking_takes_nothing() -> None:
    """S22: only what fails counts against guessing."""
    limit = Limit(2)
    assert [limit.wait("a", now=1000.0) for _ in range(9)] == [0] * 9
    taken(limit, 2)
    assert limit.wait("a", now=1000.0) == 30


def test_no_rate_is_no_limit() -> None:
    """A rate of 0 lets everything pass."""
    assert set(taken(Limit(0), 5000)) == {0}


def test_what_is_remembered_is_bounded() -> None:
    """S29: a flood of addresses fills no memory, and those who asked last are remembered best."""
    limit = Limit(1, largest=100)
    for number in range(5000):
        limit.take(str(number), now=1000.0)
    assert len(limit._full_at) <= 100
    assert limit.take("4999", now=1000.0) > 0


@pytest.mark.parametrize(
    ("client", "forwarded", "expected"),
    [
        pytest.param("192.0.2.7:4711", (), "192.0.2.7", id="a peer"),
        pytest.param("192.0.2.7:4711", ("203.0.113.9",), "192.0.2.7", id="a peer that lies"),
        pytest.param("[2001:db8:1:2:3::4]:80", (), "2001:db8:1:2::/64", id="a network of IPv6"),
        pytest.param("[::ffff:192.0.2.7]:80", (), "192.0.2.7", id="IPv4 in IPv6"),
        pytest.param("127.0.0.1:9", (), None, id="a proxy for itself"),
        pytest.param("[::1]:9", (), None, id="a proxy for itself, IPv6"),
        pytest.param("127.0.0.1:9", ("203.0.113.9",), "203.0.113.9", id="behind a proxy"),
        pytest.param("127.0.0.1:9", ("1.1.1.1, 203.0.113.9",), "203.0.113.9", id="the last counts"),
        pytest.param("127.0.0.1:9", ("203.0.113.9, 10.0.0.3",), "203.0.113.9", id="two proxies"),
        pytest.param("127.0.0.1:9", ("1.1.1.1", "203.0.113.9"), "203.0.113.9", id="two lines"),
        pytest.param("127.0.0.1:9", ("203.0.113.9:5555",), "203.0.113.9", id="with a port"),
        pytest.param("127.0.0.1:9", ("[2001:db8::4]:5",), "2001:db8::/64", id="IPv6 with a port"),
        pytest.param("127.0.0.1:9", ("fe80::1%eth0",), "fe80::/64", id="with a zone"),
        pytest.param("127.0.0.1:9", ("203.0.113.9, what",), "unknown", id="no address"),
        pytest.param("127.0.0.1:9", ("10.0.0.1",), None, id="proxies alone"),
    ],
)
def test_a_request_is_counted_by_who_asks(
    client: str, forwarded: tuple[str, ...], expected: str | None
) -> None:
    """S22: X-Forwarded-For is believed of our proxies alone, and only the last that is not one."""
    headers = FakeFields(x_forwarded_for=forwarded) if forwarded else FakeFields()
    assert Proxies(LOOPBACK).asker(FakeRequest(client=client, headers=headers)) == expected
