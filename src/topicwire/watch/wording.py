"""How incidents speak: counts, lengths of time and lists in words."""

from datetime import timedelta

_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60))


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: "1 day", "3 days"."""
    if count == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"
    return f"{count:,} {plural}"


def length(time: timedelta) -> str:
    """Return a length of time in its largest fitting unit: "3 days"."""
    seconds = int(time.total_seconds())
    for noun, unit in _UNITS:
        if seconds >= unit:
            return counted(seconds // unit, noun)
    return "less than a minute"


def listed(words: tuple[str, ...]) -> str:
    """Return the words as a sentence lists them: "a", "a and b", "a, b and c"."""
    *head, last = words or ("",)
    return f"{', '.join(head)} and {last}" if head else last
