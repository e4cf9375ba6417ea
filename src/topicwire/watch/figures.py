"""Figures of what took how long, from single observations."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from statistics import median

from topicwire.model.status import Way
from topicwire.model.watch import Lag

_MOST = 0.95  # share of entries that stay below what is called the most


def to_readers(lags: Iterable[Lag]) -> list[float]:
    """Return the seconds from a source's publication to ours, where the source says when that was."""
    return [
        (each.placed - each.appeared).total_seconds() for each in lags if each.appeared is not None
    ]


def way(seconds: Sequence[float]) -> Way:
    """Return the middle and the far end of how long entries took."""
    if not seconds:
        return Way(None, None, 0)
    ranked = sorted(seconds)
    return Way(median(ranked), ranked[int(_MOST * (len(ranked) - 1))], len(ranked))


def by_day(lags: Sequence[Lag], *, days: int, until: date) -> tuple[float | None, ...]:
    """Return the median way to readers of each of the `days` days before `until`, in seconds."""
    first = until - timedelta(days=days)
    found: dict[date, list[Lag]] = {}
    for each in lags:
        found.setdefault(each.placed.date(), []).append(each)
    dates = (first + timedelta(days=day) for day in range(days))
    return tuple(way(to_readers(found.get(day, ()))).median for day in dates)
