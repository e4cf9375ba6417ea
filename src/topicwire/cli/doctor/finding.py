"""What a check finds."""

from dataclasses import dataclass
from datetime import timedelta

from topicwire.words import counted

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LONG = 120  # seconds from which on a length is told in minutes


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it works, what was seen, and what would mend or better it."""

    ok: bool
    what: str
    mend: str = ""


def wrong_clock(gap: timedelta, *, whose: str) -> Finding:
    """Return that the clock here is ahead of somebody's by `gap`; behind it, when that is below 0."""
    seconds = round(abs(gap).total_seconds())
    count, unit = (seconds, "second") if seconds < LONG else (round(seconds / 60), "minute")
    side = "ahead of" if gap > timedelta() else "behind"
    return Finding(
        ok=False,
        what=f"the clock here is {counted(count, unit)} {side} that of {whose}",
        mend="Set the clock: `sudo timedatectl set-ntp true`.",
    )
