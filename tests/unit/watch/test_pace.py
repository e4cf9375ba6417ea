from datetime import timedelta

import pytest

from builders import NOON
from topicwire.watch.pace import late, undone

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("beat", "due", "words"),
    [
        (0, None, None),
        (2, 29, None),
        (2, -60, None),
        (None, None, "No daemon has worked on this database yet."),
        (4, None, "The daemon has not shown that it works for 4 minutes."),
        (0, 31, "A source has been waiting for its poll for 31 minutes."),
    ],
    ids=["new", "queue", "nothing due", "never", "no beat", "late"],
)
def test_turns_are_on_time_or_why_not(beat: int | None, due: int | None, words: str | None) -> None:
    """A daemon that beats and polls what is due is on time; else the reason is said."""
    given = {
        "beat": None if beat is None else NOON - beat * MINUTE,
        "next_due": None if due is None else NOON - due * MINUTE,
    }

    assert late(**given, now=NOON) == words


def test_that_no_worker_lives_is_told_where_some_should() -> None:
    """A daemon that does everything itself needs none."""
    assert undone(0) == "No worker does what the daemon hands out."
    assert undone(2) is None
    assert undone(None) is None
