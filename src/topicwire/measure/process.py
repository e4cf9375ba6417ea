"""What this process counted since it began; each method may be called from any thread."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from topicwire.model.article import ArticleOutcome, Ready
from topicwire.model.hub import Told, Verified
from topicwire.model.judging import Consulted, Placed
from topicwire.model.wire import PollOutcome

ANSWERS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)  # seconds
FETCHES = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60)
READINGS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
TURNS = (0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1800)

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which nobody asks for


def _of_each_status() -> list[int]:
    return [0] * 600


class Requests(Collector):
    """Requests by kind of address, then by status, as plain numbers: nothing may cost less.

    Each of the two threads that answer has numbers of its own, so that none needs a lock.
    """

    def __init__(self) -> None:
        self.at_once: defaultdict[str, list[int]] = defaultdict(_of_each_status)
        self.later: defaultdict[str, list[int]] = defaultdict(_of_each_status)

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Yield them by class of status."""
        told = CounterMetricFamily(
            "topicwire_http_requests",
            "Requests answered, by kind of address, class of status, and whether at once.",
            labels=("route", "status", "at_once"),
        )
        for counted, at_once in ((self.at_once, "true"), (self.later, "false")):
            sums: Tally[tuple[str, str]] = Tally()
            for kind, counts in counted.copy().items():
                for status, count in enumerate(counts):
                    if count:
                        sums[kind, f"{status // 100}xx"] += count
            for (kind, status_class), count in sorted(sums.items()):
                told.add_metric((kind, status_class, at_once), count)
        yield told


class Process:
    """The counters of this process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        build = Info("topicwire_build", "Which Topicwire this is.", registry=self.registry)
        build.info({"version": version("topicwire")})
        self.requests = Requests()
        self.registry.register(self.requests)
        self._answers = self._histogram(
            "topicwire_http_request_duration_seconds",
            "Time that requests took which were not answered at once, by kind of address.",
            ANSWERS,
            "route",
        )
        self._add_polling()
        self._add_judging()
        self._add_telling()
        self._turns = self._histogram(
            "topicwire_turn_duration_seconds", "Time that a turn of polls took.", TURNS
        )
        self._faults = self._by(
            "act", (), "topicwire_faults_total", "Turns of an act that ended in an error."
        )

    def _add_polling(self) -> None:
        self._polls = self._by(
            *("outcome", ("changed", "unchanged", "failed")),
            "topicwire_polls_total",
            "Polls and deliveries of hubs, by what came of them.",
        )
        self._fetches = self._histogram(
            "topicwire_poll_duration_seconds", "Time that a source took to answer.", FETCHES
        )
        self._readings = self._histogram(
            "topicwire_parse_duration_seconds",
            "Time from an answer to its feed, waiting for a worker included.",
            READINGS,
        )
        self._entries = self._by(
            *("state", ("new", "revised")),
            "topicwire_arrivals_total",
            "Entries that were new or revised when they came.",
        )
        self._articles = self._by(
            *("outcome", ("read", "failed")),
            "topicwire_articles_total",
            "Articles' pages fetched, by what came of it.",
        )

    def _add_judging(self) -> None:
        self._settled = self._counter(
            "topicwire_settled_total", "Entries that became ready to be judged."
        )
        self._judgements = self._counter(
            "topicwire_judgements_total", "Entries judged, counted once for each topic."
        )
        self._placements = self._counter(
            "topicwire_placements_total", "Entries that came into a topic."
        )
        self._departures = self._counter("topicwire_departures_total", "Entries that left a topic.")
        self._consultations = self._by(
            *("outcome", ("answered", "failed")),
            "topicwire_consultations_total",
            "Questions to the second reader, by what came of them.",
        )

    def _add_telling(self) -> None:
        self._deliveries = self._by(
            *("outcome", ("told", "failed")),
            "topicwire_deliveries_total",
            "Subscribers told of an edition, by what came of it.",
        )
        self._tellings = self._histogram(
            "topicwire_delivery_duration_seconds", "Time that a subscriber took to answer.", FETCHES
        )
        self._verifications = self._by(
            *("outcome", ("confirmed", "denied")),
            "topicwire_verifications_total",
            "Callbacks asked whether they meant it.",
        )

    def _counter(self, name: str, words: str) -> Counter:
        return Counter(name, words, registry=self.registry)

    def _by(self, label: str, values: tuple[str, ...], name: str, words: str) -> Counter:
        """Return a counter by label, in which what has not happened yet is 0."""
        counter = Counter(name, words, (label,), registry=self.registry)
        for each in values:
            counter.labels(each)
        return counter

    def _histogram(
        self, name: str, words: str, buckets: tuple[float, ...], *labels: str
    ) -> Histogram:
        return Histogram(name, words, labels, buckets=buckets, registry=self.registry)

    def answered(self, kind: str, status: int, seconds: float) -> None:
        """Count a request that was not answered at once; called in the event loop alone."""
        self.requests.later[kind][status] += 1
        self._answers.labels(kind).observe(seconds)

    def polled(self, outcome: PollOutcome) -> None:
        """Count a poll or a delivery, with what it brought."""
        self._polls.labels(_came_of(outcome)).inc()
        if outcome.elapsed:
            self._fetches.observe(outcome.elapsed)
        for step in outcome.steps:
            if step.name == "parse":
                self._readings.observe(step.seconds)
        self._entries.labels("new").inc(outcome.new)
        self._entries.labels("revised").inc(outcome.revised)

    def fetched(self, outcome: ArticleOutcome) -> None:
        """Count an article's page."""
        self._articles.labels("read" if outcome.error is None else "failed").inc()

    def settled(self, ready: Ready) -> None:
        """Count entries that became ready to be judged."""
        self._settled.inc(len(ready.entries))

    def judged(self, placed: Placed) -> None:
        """Count what judging a batch came to in a topic."""
        self._judgements.inc(placed.judged)
        self._placements.inc(placed.entered)
        self._departures.inc(placed.left)

    def consulted(self, consulted: Consulted) -> None:
        """Count a question to the second reader."""
        self._consultations.labels("failed" if consulted.answer is None else "answered").inc()

    def told(self, told: Told) -> None:
        """Count a subscriber who was told, or could not be."""
        self._deliveries.labels("told" if told.error is None else "failed").inc()
        self._tellings.observe(told.elapsed)

    def verified(self, verified: Verified) -> None:
        """Count a callback that was asked whether it meant it."""
        self._verifications.labels("confirmed" if verified.error is None else "denied").inc()

    def turned(self, seconds: float) -> None:
        """Count a turn of polls."""
        self._turns.observe(seconds)

    def failed(self, act: str) -> None:
        """Count a turn that ended in an error."""
        self._faults.labels(act).inc()


def _came_of(outcome: PollOutcome) -> str:
    if outcome.error is not None:
        return "failed"
    return "changed" if outcome.new or outcome.revised else "unchanged"
