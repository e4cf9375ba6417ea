"""What commands say is said as people say it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

import pytest

from builders import NOON
from topicwire.cli import terminal
from topicwire.cli.terminal import ago, span, watched


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        pytest.param(0, "now", id="now"),
        pytest.param(1, "1 second", id="one second"),
        pytest.param(119, "1 minute", id="one minute"),
        pytest.param(2400, "40 minutes", id="minutes"),
        pytest.param(7200, "2 hours", id="hours"),
        pytest.param(86400 * 3, "3 days", id="days"),
    ],
)
def test_a_length_of_time_is_said_in_its_largest_unit(seconds: int, words: str) -> None:
    """Nobody reads seconds where hours are meant."""
    assert span(timedelta(seconds=seconds)) == words


def test_moments_are_said_from_now() -> None:
    """The past, the future and never each have their words."""
    said = tuple(
        ago(moment, NOON)
        for moment in (NOON - timedelta(minutes=40), NOON + timedelta(hours=2), NOON, None)
    )

    assert said == ("40 minutes ago", "in 2 hours", "now", "never")


def test_what_is_watched_comes_through_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether or not it takes so long that progress is shown."""
    assert list(watched(iter("abc"), "Reading", 3)) == ["a", "b", "c"]
    monkeypatch.setattr(terminal, "PATIENCE", 0.0)
    assert list(watched(iter("abc"), "Reading", 3)) == ["a", "b", "c"]
    assert list(watched((), "Reading", 0)) == []


def test_what_is_done_within_a_second_shows_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar that flashes is worse than none."""
    shown: list[str] = []

    def progress(title: str, _total: int) -> AbstractContextManager[Callable[..., None]]:
        shown.append(title)
        return nullcontext(lambda *_: None)

    monkeypatch.setattr(terminal, "progress", progress)
    list(watched(iter("abc"), "Quick", 3))
    monkeypatch.setattr(terminal, "PATIENCE", 0.0)
    list(watched(iter("abc"), "Slow", 3))
    assert shown == ["Slow"]
