"""How everything is now, from the store."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from topicwire.model.status import Fleet, SourceStatus, Status, TopicStatus
from topicwire.model.watch import About, Counted, Incident
from topicwire.model.wire import Polled
from topicwire.store.store import Store
from topicwire.watch.figures import by_day, to_readers, way
from topicwire.watch.pace import late, undone
from topicwire.watch.sources import outage

DAYS = 28  # that are shown, today among them
HOURS = timedelta(days=7)
OVER = 20  # incidents shown that are over
WAYS = 5000  # latest entries whose way is looked at
ROLE = "schedule"  # whose beats are the daemon's
WORKER = "work"  # whose beats are a worker's, with its own name


def status(store: Store, *, now: datetime, is_public: bool, fleet: Fleet | None = None) -> Status:
    """Return how everything is; where it is for everybody, private topics are not named.

    `fleet` are those who work on the store, None where one process does everything.
    """
    until = now.date() + timedelta(days=1)
    private = {each.id for each in store.topic_states() if each.is_private}  # gone ones as well
    hidden = private if is_public else set()
    sources = store.sources()
    incidents = tuple(
        each for each in _incidents(store, sources, now=now) if not _is_of(each, hidden)
    )
    lags = store.lags(since=now - timedelta(days=DAYS), limit=WAYS)
    beat, next_due = store.last_beat(ROLE), store.next_due()
    idle = undone(None if fleet is None else fleet.workers)
    return Status(
        at=now,
        beat=beat,
        late=None if beat is None else late(beat=beat, next_due=next_due, now=now) or idle,
        next_due=next_due,
        unjudged=store.left_count(),
        counts=store.counts(),
        incidents=incidents,
        sources=_sources(store, sources, incidents, now=now),
        topics=_topics(store, hidden, now=now),
        hours=store.hours(now - HOURS),
        to_readers=way(to_readers(lags)),
        within=way([(each.placed - each.came).total_seconds() for each in lags]),
        to_readers_by_day=by_day(lags, days=DAYS, until=until),
        fleet=fleet,
    )


def _is_of(incident: Incident, topics: set[str]) -> bool:
    return incident.about is About.TOPIC and incident.name in topics


def _incidents(store: Store, sources: Sequence[Polled], *, now: datetime) -> Iterator[Incident]:
    """Yield what is wrong or was lately; that nothing can be reached is seen at once."""
    stored = store.incidents(limit=OVER)
    all_of_it = outage(sources, now=now)
    if all_of_it is not None and all_of_it.key not in {e.key for e in stored if e.ended is None}:
        yield all_of_it
    yield from stored


def _sources(
    store: Store, sources: Sequence[Polled], incidents: tuple[Incident, ...], *, now: datetime
) -> tuple[SourceStatus, ...]:
    daily = store.tallies(Counted.ENTRIES, days=DAYS, until=now.date() + timedelta(days=1))
    troubled = {
        each.name for each in incidents if each.about is About.SOURCE and each.ended is None
    }
    found = (
        SourceStatus(
            polled=each,
            daily=daily.get(each.source.id, (0,) * DAYS),
            is_troubled=each.source.id in troubled,
        )
        for each in sources
    )
    return tuple(sorted(found, key=lambda each: (each.is_well, _ease(each.polled))))


def _ease(polled: Polled) -> tuple[int, str]:
    return -polled.state.failures, polled.source.id


def _topics(store: Store, hidden: set[str], *, now: datetime) -> tuple[TopicStatus, ...]:
    until = now.date() + timedelta(days=1)
    daily = store.tallies(Counted.PLACEMENTS, days=DAYS, until=until)
    misses = store.tallies(Counted.MISSES, days=DAYS, until=until)
    totals = store.totals()
    none = (0,) * DAYS
    return tuple(
        TopicStatus(
            standing=each,
            total=totals[each.topic.id],
            daily=daily.get(each.topic.id, none),
            misses=misses.get(each.topic.id, none),
        )
        for each in store.standing_topics()
        if each.topic.id not in hidden
    )
