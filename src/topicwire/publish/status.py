"""The status page: reads like a ship's log, what is wrong first, then how it goes."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from topicwire.model.status import SourceStatus, Status
from topicwire.model.watch import Hour
from topicwire.model.wire import Health
from topicwire.publish.charts import Chart, bars, strokes
from topicwire.publish.compose import Site
from topicwire.publish.days import short_day
from topicwire.publish.pages import Head, rendered
from topicwire.publish.plot import plot
from topicwire.words import ago, be, counted, length

MOST_SOURCES = 500  # in the table; those in trouble come first
MEGABYTE = 1_000_000
HOUR = timedelta(hours=1)
WEEK = 7 * 24  # hours

_HEALTH = {
    Health.NEW: "not polled yet",
    Health.OK: "well",
    Health.FAILING: "fails",
    Health.DEAD: "dead",
    Health.GONE: "gone",
    Health.MERGED: "polled as another source",
}


def render(status: Status, site: Site) -> bytes:
    """Return the status page as HTML in UTF-8."""
    head = Head("Status", headline(status))
    return rendered(
        "status.html",
        head,
        site,
        status=status,
        headline=headline(status),
        pace=pace(status),
        charts=charts(status),
        sources=status.sources[:MOST_SOURCES],
        hidden=max(0, len(status.sources) - MOST_SOURCES),
        condition=condition,
        counted=counted,
        be=be,
        ago=lambda moment: ago(moment, status.at),
        plot=plot,
    )


def headline(status: Status) -> str:
    """Return in one sentence whether all is well."""
    if not status.wrong:
        ill = sum(not each.is_well for each in status.sources)
        return f"All is well, but for {counted(ill, 'source')}." if ill else "All is well."
    return f"{counted(status.wrong, 'thing')} {be(status.wrong)} wrong."


def pace(status: Status) -> str:
    """Return in a few sentences what there is and how quickly it goes."""
    sources, topics = len(status.sources), len(status.topics)
    entries = counted(status.counts.entries, "entry")
    said = [
        f"{', '.join((counted(sources, 'source'), entries, counted(topics, 'topic')))}.",
    ]
    if status.beat is None:
        said.append("No daemon has worked here yet.")
    elif status.next_due is not None and status.late is None:
        due = "now" if status.next_due <= status.at else ago(status.next_due, status.at)
        said.append(f"The next poll is due {due}.")
    if status.fleet is not None:
        workers, waiting = counted(status.fleet.workers, "worker"), status.fleet.waiting
        verb = "lives" if status.fleet.workers == 1 else "live"
        said.append(f"{workers} {verb}; errands that wait: {waiting:,}.")
    if status.to_readers.median is not None and status.to_readers.most is not None:
        said.append(
            f"Half of the entries are published here within {_lasting(status.to_readers.median)} of"
            f" appearing at their source, and 95 of 100 within {_lasting(status.to_readers.most)}."
        )
    if status.unjudged:
        unjudged = counted(status.unjudged, "judgement")
        said.append(f"{unjudged} {be(status.unjudged)} still to be made.")
    return " ".join(said)


def condition(source: SourceStatus) -> str:
    """Return in a few words how a source does."""
    state = source.polled.state
    if source.polled.source.paused:
        return "paused"
    if state.failures and state.error:
        return f"{_HEALTH[state.health]}: {state.error}"
    if source.is_troubled and state.health is Health.OK:
        return "see above"
    return _HEALTH[state.health]


def charts(status: Status) -> tuple[Chart, ...]:
    """Return what is drawn of the last four weeks, and of the last week hour by hour."""
    return (*_by_day(status), *_by_hour(status))


def _by_day(status: Status) -> tuple[Chart, ...]:
    entries = _sums(each.daily for each in status.sources)
    placements = _sums(each.daily for each in status.topics)
    misses = _sums(each.misses for each in status.topics)
    days = len(entries) or len(status.to_readers_by_day)
    times = (short_day(status.at - timedelta(days=max(days - 1, 0))), "today")
    minutes = [None if each is None else each / 60 for each in status.to_readers_by_day]
    return (
        bars(entries, title="New entries a day", words=_total(entries, "new entry"), times=times),
        bars(
            placements,
            title="Entries into topics a day",
            words=f"{_total(placements, 'entry')}; {sum(misses):,} just missed",
            times=times,
        ),
        strokes(
            minutes,
            title="From a source to readers, minutes",
            words=_most([each for each in minutes if each is not None], "minutes"),
            times=times,
        ),
    )


def _by_hour(status: Status) -> tuple[Chart, ...]:
    hours = {each.began: each for each in status.hours}
    last = status.at.replace(minute=0, second=0, microsecond=0)
    times = (short_day(last - (WEEK - 1) * HOUR), "now")
    week = [hours.get(last - back * HOUR) for back in range(WEEK - 1, -1, -1)]
    polls = [each.work.polls if each else 0 for each in week]
    failed = [each.work.failed if each else 0 for each in week]
    return (
        bars(
            polls,
            title="Polls an hour, and those that failed",
            words=f"{counted(sum(polls), 'poll')}, {sum(failed):,} of them failed",
            times=times,
            parts=failed,
        ),
        _stroke(week, lambda one: one.work.longest / 1000, "Longest turn, seconds", times),
        _stroke(week, lambda one: one.work.memory / MEGABYTE, "Memory, MB", times),
        _stroke(week, lambda one: one.size / MEGABYTE, "Database, MB", times),
    )


def _stroke(
    week: Sequence[Hour | None],
    value: Callable[[Hour], float],
    title: str,
    times: tuple[str, str],
) -> Chart:
    values = [None if each is None else value(each) for each in week]
    known = [each for each in values if each is not None]
    unit = title.rpartition(", ")[2]
    return strokes(values, title=title, words=_most(known, unit), times=times)


def _sums(daily: Iterable[tuple[int, ...]]) -> list[int]:
    return [sum(day) for day in zip(*daily, strict=True)]


def _total(values: Sequence[int], noun: str) -> str:
    days = counted(len(values), "day")
    return f"{counted(sum(values), noun)} in {days}, at most {max(values, default=0):,} in one"


def _most(values: Sequence[float], unit: str) -> str:
    if not values:
        return "nothing is known yet"
    return f"now {values[-1]:,.3g} {unit}, at most {max(values):,.3g}"


def _lasting(seconds: float) -> str:
    words = length(timedelta(seconds=seconds))
    return "a second" if words == "now" else words
