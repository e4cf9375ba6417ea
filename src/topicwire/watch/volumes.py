"""Whether a source or a topic gives more or less than it usually does, and why that may be."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from topicwire.model.watch import About, Incident, Kind, Share
from topicwire.model.wire import Health, Polled
from topicwire.watch.baseline import WEEK, Deviation, deviations
from topicwire.words import counted, listed

LARGE = 0.5  # share of a change that one source makes, from which on it is the cause
LOST = 0.2  # share of a topic that a source gave, from which on its silence matters


@dataclass(frozen=True, slots=True)
class Series:
    """What there was by day of a source or a topic, the latest day last."""

    about: About
    name: str
    counts: Sequence[int]


def unusual(series: Series, *, standing: Collection[Kind], now: datetime) -> Incident | None:
    """Return that a source or topic leaves its own baseline, without a cause yet.

    `standing` are the incidents about it that last: one does until all is calm again.
    """
    found = deviations(series.counts)
    more = next((each for each in found if each.is_more), None)
    less = next((each for each in found if each.is_less), None)
    if more is None and less is None:
        return _lasting(series, found, standing, now=now)
    kind, deviation = (Kind.MORE, more) if more is not None else (Kind.LESS, less)
    assert deviation is not None
    return _incident(series, kind, deviation, now=now)


def _lasting(
    series: Series, found: tuple[Deviation, ...], standing: Collection[Kind], *, now: datetime
) -> Incident | None:
    kind = next((each for each in (Kind.MORE, Kind.LESS) if each in standing), None)
    restless = next((each for each in found if not each.is_calm), None)
    if kind is None or restless is None:
        return None
    return _incident(series, kind, restless, now=now)


def _incident(series: Series, kind: Kind, deviation: Deviation, *, now: datetime) -> Incident:
    period = "on the last day" if deviation.days == 1 else "in the last week"
    return Incident(
        about=series.about,
        name=series.name,
        kind=kind,
        began=now,
        what=f"{counted(deviation.count, 'entry')} {period}, where {deviation.usual}"
        f" would be usual.",
        mend=f"See what came: `topicwire entry list --{series.about} {series.name}`.",
    )


def cause_in_source(polled: Polled, kind: Kind, others: Collection[Kind]) -> str:
    """Return why a source probably gives more or less; `others` are its other late incidents."""
    if Kind.RESHAPED in others:
        return "Its feed has changed its shape; the same columns may have come under new ids."
    if Kind.MOVED in others:
        return "It has moved, and may be another feed there."
    if kind is Kind.LESS and polled.state.health is not Health.OK:
        return f"Its polls fail: {polled.state.error}."
    if polled.feed_warnings:
        return f"Its feed has faults: {polled.feed_warnings[0]}."
    return "Its publisher does" + (" more" if kind is Kind.MORE else " less") + " than before."


def cause_in_topic(
    kind: Kind,
    shares: Sequence[Share],
    changes: Sequence[int],
    troubles: Mapping[str, str],
) -> str:
    """Return why a topic probably has more or less.

    `changes` counts those of its rule by day, the latest last; `troubles` says what is wrong with
    its sources, by id.
    """
    if sum(changes[-2 * WEEK :]):
        back = next(back for back, count in enumerate(reversed(changes), 1) if count)
        return f"Its rule was changed {counted(back, 'day')} ago."
    return _gone(shares, troubles) if kind is Kind.LESS else _flood(shares)


def _gone(shares: Sequence[Share], troubles: Mapping[str, str]) -> str:
    total = sum(each.before for each in shares) or 1
    quiet = [each for each in shares if not each.lately and each.before / total >= LOST]
    if not quiet:
        return "Its sources have all given less, each for itself."
    names = tuple(each.source_id for each in quiet)
    part = sum(each.before for each in quiet) * 100 // total
    said = f"Nothing came from {listed(names)}, which gave {part} % of it before"
    why = [f"{name}: {troubles[name]}" for name in names if name in troubles]
    return f"{said} ({'; '.join(why)})." if why else f"{said}."


def _flood(shares: Sequence[Share]) -> str:
    grown = {each.source_id: each.lately - each.before / 4 for each in shares}
    excess = sum(grown.values())
    name = max(grown, key=grown.__getitem__, default=None)
    if name is not None and grown[name] >= LARGE * excess > 0:
        return f"Most of it comes from {name}."
    return "Many of its sources have written about it at once."
