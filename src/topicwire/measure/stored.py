"""What the store knows, asked for whenever somebody reads the metrics."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from topicwire.errors import StoreError
from topicwire.model.figures import Figures
from topicwire.model.watch import Kind
from topicwire.model.wire import Health


class Stored(Collector):
    """The figures of the store, as of the moment that they are asked for.

    Where the database is away, only that is told.
    """

    def __init__(self, figures: Callable[[], Figures], clock: Callable[[], datetime]) -> None:
        self._figures = figures
        self._clock = clock

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Return nothing: registering must not ask the store."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield all figures."""
        up = "topicwire_database_up", "Whether the database answers."
        try:
            found = self._figures()
        except StoreError:
            yield _one(*up, 0)
            return
        yield _one(*up, 1)
        yield from _amounts(found)
        yield from _topics(found)
        yield from _punctuality(found, now=self._clock())


def _amounts(found: Figures) -> Iterator[GaugeMetricFamily]:
    counts = found.counts
    yield _one("topicwire_database_bytes", "What the database takes on disk.", counts.size)
    of_health = dict(counts.sources)
    yield _many(
        "topicwire_sources",
        "Sources of the catalogue, by health.",
        "health",
        {each.value: of_health.get(each, 0) for each in Health},
    )
    yield _one("topicwire_sources_paused", "Sources that are paused.", counts.paused)
    yield _one("topicwire_entries", "Entries stored.", counts.entries)
    yield _one("topicwire_topics", "Topics of the catalogue, private ones too.", counts.topics)
    yield _one(
        "topicwire_entries_placed", "Entries that stand in a topic, all told.", counts.placements
    )
    yield _one("topicwire_judgements_left", "Judgements that are left to make.", found.left)
    yield _one("topicwire_subscribers", "Subscribers of our hub.", found.subscribers)
    lasting = dict(found.incidents)
    yield _many(
        "topicwire_incidents",
        "Incidents that last, by kind.",
        "kind",
        {each.value: lasting.get(each, 0) for each in Kind},
    )


def _topics(found: Figures) -> Iterator[GaugeMetricFamily]:
    """Yield the public topics: what is private is named nowhere."""
    yield _many(
        "topicwire_topic_edition",
        "Edition of a public topic: grows with every change of its feed.",
        "topic",
        {each.id: each.edition for each in found.topics},
    )
    yield _many(
        "topicwire_topic_changed_timestamp_seconds",
        "When the feed of a public topic last changed.",
        "topic",
        {each.id: each.changed.timestamp() for each in found.topics},
    )


def _punctuality(found: Figures, *, now: datetime) -> Iterator[GaugeMetricFamily]:
    yield _many(
        "topicwire_last_beat_timestamp_seconds",
        "When a role last showed that it works.",
        "role",
        {role: at.timestamp() for role, at in found.beats},
    )
    due = found.next_due
    late = 0.0 if due is None else max(0.0, (now - due).total_seconds())
    yield _one("topicwire_polls_late_seconds", "How late the first source that is due is.", late)


def _one(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


def _many(name: str, words: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    told = GaugeMetricFamily(name, words, labels=(label,))
    for key, value in values.items():
        told.add_metric((key,), value)
    return told
