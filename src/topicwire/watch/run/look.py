"""Watching: looks at what the other acts left in the store, and tells what is wrong, once.

What an outage of the network here made fail it has asked again: no source by itself can know.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from topicwire.model.watch import About, Counted, Incident, Kind
from topicwire.model.wire import Polled
from topicwire.store.store import Store
from topicwire.watch.baseline import DAYS
from topicwire.watch.errands import set_aside
from topicwire.watch.shapes import reshaped
from topicwire.watch.sources import outage, silent, to_probe, unreached, wrong
from topicwire.watch.volumes import Series, cause_in_source, cause_in_topic, unusual

_NOTHING = (0,) * DAYS
HOUR = 3600.0  # seconds


def watch(
    store: Store, aside: Sequence[str] = (), *, now: datetime, window: float = HOUR
) -> tuple[Incident, ...]:
    """Look at everything; return what has begun, or is over, once it is stored.

    `aside` are the keys of the errands that workers could not do. What an outage of the network
    here has made fail is asked again within `window` seconds once that is over.
    """
    reshaped_now = _compare_shapes(store, now=now)
    lasting = store.lasting()
    look = _Look(store, lasting, reshaped_now, now=now)
    found = {each.key: each for each in look.all()}
    found |= {each.key: each for each in (set_aside(key, at=now) for key in aside)}
    known = {each.key: each for each in lasting}
    begun = [each for key, each in found.items() if key not in known]
    ended = [each for key, each in known.items() if key not in found]
    if begun or ended:
        store.save_incidents(begun, ended, now=now)
    again = _to_ask_again(look.sources, tuple(found.values()), ended, now=now)
    if again:
        store.spread(again, now, window=window)
    return (*reshaped_now, *begun, *(replace(each, ended=now) for each in ended))


def _to_ask_again(
    sources: Sequence[Polled],
    found: Sequence[Incident],
    ended: Sequence[Incident],
    *,
    now: datetime,
) -> tuple[str, ...]:
    """Return which sources are to be asked whether an outage is over, or because it is."""
    if any(each.kind is Kind.OUTAGE for each in found):
        return to_probe(sources, now=now)
    began = next((each.began for each in ended if each.kind is Kind.OUTAGE), None)
    if began is None:
        return ()
    return tuple(
        each.source.id
        for each in unreached(sources, now=now)
        if each.state.failing_since is not None and each.state.failing_since >= began
    )


def _compare_shapes(store: Store, *, now: datetime) -> tuple[Incident, ...]:
    """Tell which sources' documents are of another kind than before, which is then the usual one."""
    told, accepted = [], {}
    for source_id, shape, usual in store.shapes():
        incident = None if usual is None else reshaped(source_id, shape, usual, at=now)
        if incident is not None:
            told.append(incident)
        if usual is None or incident is not None:
            accepted[source_id] = shape
    if accepted:
        store.accept_shapes(accepted, told, now=now)
    return tuple(told)


class _Look:
    """One look at everything there is."""

    def __init__(
        self,
        store: Store,
        lasting: Sequence[Incident],
        reshaped_now: Sequence[Incident],
        *,
        now: datetime,
    ) -> None:
        self._store = store
        self._now = now
        self.sources = store.sources()
        self._kinds: dict[tuple[About, str], set[Kind]] = defaultdict(set)
        for each in (*lasting, *reshaped_now):
            self._kinds[each.about, each.name].add(each.kind)

    def all(self) -> Iterator[Incident]:
        """Yield all that is wrong now."""
        of_all = outage(self.sources, now=self._now)
        if of_all is not None:
            yield of_all
        entries = self._tallies(Counted.ENTRIES)
        for polled in self.sources:
            if polled.source.paused:  # somebody has seen to it
                continue
            yield from self._of_source(polled, entries.get(polled.source.id, _NOTHING))
        yield from self._of_topics()

    def _tallies(self, counted: Counted) -> Mapping[str, tuple[int, ...]]:
        return self._store.tallies(counted, days=DAYS, until=self._now.date())

    def _of_source(self, polled: Polled, counts: Sequence[int]) -> Iterator[Incident]:
        name = polled.source.id
        kinds = self._kinds[About.SOURCE, name]
        found = tuple(wrong(polled, now=self._now))
        yield from found
        quiet = silent(polled, counts, is_known=Kind.SILENT in kinds, now=self._now)
        if quiet is not None:
            yield quiet
            return
        series = Series(About.SOURCE, name, counts)
        volume = unusual(series, standing=kinds, now=self._now)
        if volume is not None:
            others = kinds | {each.kind for each in found}
            yield replace(volume, cause=cause_in_source(polled, volume.kind, others))

    def _of_topics(self) -> Iterator[Incident]:
        placements, changes = self._tallies(Counted.PLACEMENTS), self._tallies(Counted.CHANGES)
        troubles = {p.source.id: p.state.error for p in self.sources if p.state.error}
        for topic_id, _ in self._store.editions():
            counts = placements.get(topic_id, _NOTHING)
            kinds = self._kinds[About.TOPIC, topic_id]
            series = Series(About.TOPIC, topic_id, counts)
            volume = unusual(series, standing=kinds, now=self._now)
            if volume is not None:
                shares = self._store.shares(topic_id, until=self._now)
                rule = changes.get(topic_id, ())
                cause = cause_in_topic(volume.kind, shares, rule, troubles)
                yield replace(volume, cause=cause)
