"""How everything speaks of counts, lengths of time and lists: the same words at every door."""

from datetime import datetime, timedelta

_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: "1 day", "3 days", "2,000 entries"."""
    if count == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"
    return f"{count:,} {plural}"


def be(count: int) -> str:
    """Return the verb that says of so many things what they are: "is" of one, else "are"."""
    return "is" if count == 1 else "are"


def length(time: timedelta) -> str:
    """Return a length of time in its largest fitting unit: "3 days"; "now" below a second."""
    seconds = int(time.total_seconds())
    for noun, unit in _UNITS:
        if seconds >= unit:
            return counted(seconds // unit, noun)
    return "now"


def ago(moment: datetime | None, now: datetime) -> str:
    """Return how far a moment is from now as people say it: "40 minutes ago", "in 2 hours"."""
    if moment is None:
        return "never"
    words = length(abs(now - moment))
    if words == "now":
        return words
    return f"{words} ago" if moment <= now else f"in {words}"


def listed(words: tuple[str, ...]) -> str:
    """Return the words as a sentence lists them: "a", "a and b", "a, b and c"."""
    *head, last = words or ("",)
    return f"{', '.join(head)} and {last}" if head else last
