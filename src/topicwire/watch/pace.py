"""Whether the daemon keeps its time: turns that are late are told before readers notice."""

from datetime import datetime, timedelta

from topicwire.words import length

BEATS = timedelta(minutes=3)  # a daemon that works shows it every half minute
TURNS = timedelta(minutes=30)  # by which a source may be polled late: its host may have a queue


def late(*, beat: datetime | None, next_due: datetime | None, now: datetime) -> str | None:
    """Return in words why turns are not on time, None when they are.

    `beat` is when the daemon last showed that it works, None when none ever did; `next_due` is
    when the first source is, or was, to be polled.
    """
    if beat is None:
        return "No daemon has worked on this database yet."
    if now - beat > BEATS:
        return f"The daemon has not shown that it works for {length(now - beat)}."
    if next_due is not None and now - next_due > TURNS:
        return f"A source has been waiting for its poll for {length(now - next_due)}."
    return None


def undone(workers: int | None) -> str | None:
    """Return in words that nobody does what the daemon hands out, None when somebody does.

    `workers` is how many live, None where the daemon does everything itself.
    """
    return None if workers or workers is None else "No worker does what the daemon hands out."
