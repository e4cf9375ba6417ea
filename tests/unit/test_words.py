"""How counts, lengths of time and lists are said."""

from datetime import timedelta

import pytest

from builders import NOON
from topicwire.words import ago, be, counted, length, listed


@pytest.mark.parametrize(
    ("count", "noun", "expected"),
    [
        (0, "day", "0 days"),
        (1, "day", "1 day"),
        (2000, "entry", "2,000 entries"),
        (3, "judgement", "3 judgements"),
    ],
    ids=["none", "one", "entries", "judgements"],
)
def test_counted(count: int, noun: str, expected: str) -> None:
    """A count has its noun in the right number."""
    assert counted(count, noun) == expected


def test_a_count_has_its_verb() -> None:
    """One thing is, none and several are."""
    assert [be(0), be(1), be(2)] == ["are", "is", "are"]


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (timedelta(days=3, hours=20), "3 days"),
        (timedelta(hours=1, minutes=59), "1 hour"),
        (timedelta(seconds=61), "1 minute"),
        (timedelta(seconds=59), "59 seconds"),
        (timedelta(milliseconds=900), "now"),
    ],
    ids=["days", "hour", "minute", "seconds", "now"],
)
def test_length(time: timedelta, expected: str) -> None:
    """A length of time is said in its largest fitting unit."""
    assert length(time) == expected


def test_ago_looks_both_ways() -> None:
    """What was and what will be are told apart; what never was is said to be so."""
    assert ago(NOON - timedelta(minutes=40), NOON) == "40 minutes ago"
    assert ago(NOON + timedelta(hours=2), NOON) == "in 2 hours"
    assert ago(NOON, NOON) == "now"
    assert ago(None, NOON) == "never"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param((), "", id="none"),
        pytest.param(("a",), "a", id="one"),
        pytest.param(("a", "b", "c"), "a, b and c", id="three"),
    ],
)
def test_listed(words: tuple[str, ...], expected: str) -> None:
    """Words are listed as a sentence lists them."""
    assert expected == listed(words)
