"""Tests of how waits are said."""

import pytest

from topicwire.ingest.pacing import span


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (59, "1 minute"),
        (90, "90 seconds"),
        (3_599, "1 hour"),
        (3_600, "1 hour"),
        (5_400, "90 minutes"),
        (7_200, "2 hours"),
        (86_000, "1 day"),
        (129_600, "36 hours"),
        (604_800, "7 days"),
    ],
)
def test_a_wait_is_said_as_long_as_it_is(seconds: int, said: str) -> None:
    """Who sets 5,400 seconds reads 90 minutes, and one of a unit is said as one."""
    assert said == span(seconds)
