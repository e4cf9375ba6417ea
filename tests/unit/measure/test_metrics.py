"""Metrics are named as Prometheus wants them, and count what the acts report."""

from http.client import HTTPConnection

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_families
from prometheus_client.parser import text_string_to_metric_families

from builders import NOON
from ports import free_port
from topicwire.errors import ListenError, StoreError
from topicwire.measure.metrics import OPEN_METRICS, Metrics
from topicwire.model.figures import Figures, TopicFigures
from topicwire.model.report import Counts
from topicwire.model.status import Fleet
from topicwire.model.watch import Kind
from topicwire.model.wire import Health, PollOutcome

UNITS = ("_seconds", "_bytes")
COUNTS = Counts(sources=((Health.OK, 3),), paused=1, entries=40, topics=2, placements=12, size=4096)


def figures() -> Figures:
    return Figures(
        counts=COUNTS,
        incidents=((Kind.SILENT, 2),),
        topics=(TopicFigures("seats", 7, NOON),),
        left=5,
        subscribers=1,
        beats=(("schedule", NOON),),
        next_due=NOON,
    )


def metrics() -> Metrics:
    return Metrics(figures, lambda: NOON, lambda: Fleet(2, "wire:7", waiting=4, doing=3, aside=1))


def families(found: Metrics) -> dict[str, Metric]:
    """Return what Prometheus reads, by name."""
    text = found.text()[1].decode()
    return {each.name: each for each in text_string_to_metric_families(text)}


def value(found: Metrics, name: str, **labels: str) -> float | None:
    return found.registry.get_sample_value(name, labels)


def test_every_metric_is_named_typed_and_explained() -> None:
    """Names begin with ours or the process's, say their unit in base units, and have a help."""
    for name, family in families(metrics()).items():
        assert name.startswith(("topicwire_", "process_", "python_")), name
        assert family.documentation, name
        assert family.type in {"counter", "gauge", "histogram"}, name
        assert family.type != "histogram" or name.endswith(UNITS), name
        assert not name.endswith(("_ms", "_milliseconds", "_count", "_sum", "_bucket")), name


def test_counters_end_in_total_and_nothing_else_does() -> None:
    """The convention by which who reads a name knows what may be done with it."""
    text = metrics().text()[1].decode()
    kinds = dict(line.split()[2:4] for line in text.splitlines() if line.startswith("# TYPE"))

    assert {name for name, kind in kinds.items() if kind == "counter"} == {
        name for name in kinds if name.endswith("_total")
    }


def test_openmetrics_comes_to_whom_it_is_asked_for() -> None:
    """No two families share a name there, and nothing of the request is repeated."""
    media_type, text = metrics().text(f"{OPEN_METRICS};version=<odd>;q=0.9, text/plain")

    names = [each.name for each in open_families(text.decode())]  # type: ignore[no-untyped-call]
    assert (
        media_type
        == "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
    )
    assert len(names) == len(set(names))


def test_the_store_is_asked_at_each_scrape() -> None:
    """What it knows is told as it is now, also what there is none of."""
    found = metrics()

    assert value(found, "topicwire_database_up") == 1
    assert value(found, "topicwire_sources", health="ok") == 3
    assert value(found, "topicwire_sources", health="dead") == 0
    assert value(found, "topicwire_incidents", kind="silent") == 2
    assert value(found, "topicwire_topic_edition", topic="seats") == 7
    assert value(found, "topicwire_polls_late_seconds") == 0


def test_a_database_that_is_away_is_told_and_hides_nothing_else() -> None:
    """Metrics matter most while something is wrong."""

    def away() -> Figures:
        raise StoreError("the database is away; start it")

    found = Metrics(away, lambda: NOON)
    found.turned(2.0)

    assert value(found, "topicwire_database_up") == 0
    assert value(found, "topicwire_turn_duration_seconds_sum") == 2
    assert "topicwire_sources" not in families(found)


def test_polls_are_counted_by_what_came_of_them() -> None:
    """What a poll brought, and how long it took."""
    found = metrics()
    found.polled(PollOutcome("press", Health.OK, new=2, revised=1, elapsed=0.5))
    found.polled(PollOutcome("wire", Health.FAILING, error="HTTP 503"))

    assert value(found, "topicwire_polls_total", outcome="changed") == 1
    assert value(found, "topicwire_polls_total", outcome="failed") == 1
    assert value(found, "topicwire_polls_total", outcome="unchanged") == 0
    assert value(found, "topicwire_arrivals_total", state="new") == 2
    assert value(found, "topicwire_poll_duration_seconds_sum") == 0.5


def test_a_process_without_a_server_serves_them_by_itself() -> None:
    """At the address that the settings name, until it ends; a taken one is told."""
    port = free_port()
    with metrics().served("127.0.0.1", port):
        client = HTTPConnection("127.0.0.1", port, timeout=5)
        client.request("GET", "/metrics")
        assert b"topicwire_database_up 1.0" in client.getresponse().read()
        client.close()
        other = metrics().served("127.0.0.1", port)
        with pytest.raises(ListenError, match="TOPICWIRE_METRICS_LISTEN"):
            other.__enter__()


def test_workers_and_their_errands_are_counted() -> None:
    """How many live, whether they are led, and how much waits for them."""
    found = metrics()

    assert value(found, "topicwire_workers") == 2
    assert value(found, "topicwire_leader") == 1
    assert value(found, "topicwire_errands", stage="waiting") == 4
    assert value(found, "topicwire_errands", stage="aside") == 1
