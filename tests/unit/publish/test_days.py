"""Days and moments in words."""

from datetime import date

import pytest

from builders import NOON
from topicwire.publish.days import day_words, exact, short_day, span


def test_day_and_time_in_words() -> None:
    """Days and times are written out in English, whatever the locale."""
    assert day_words(NOON) == "Monday, 2 November 2026"
    assert short_day(NOON) == "2 November 2026"
    assert exact(NOON) == "2 November 2026, 12:00 UTC"


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        pytest.param(date(2026, 11, 9), "on 9 November 2026", id="one day"),
        pytest.param(date(2026, 11, 2), "from 2 to 9 November 2026", id="one month"),
        pytest.param(date(2026, 3, 2), "from 2 March to 9 November 2026", id="one year"),
        pytest.param(date(2025, 11, 2), "from 2 November 2025 to 9 November 2026", id="years"),
    ],
)
def test_span(first: date, expected: str) -> None:
    """What two days have in common is said once."""
    assert span(first, date(2026, 11, 9)) == expected
