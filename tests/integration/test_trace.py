"""Traces: one a column, with its whole road, whatever works on it and however often that restarts."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from builders import a_source, a_topic
from origin import Origin, Seen, answer
from topicwire.app import App
from topicwire.config import Settings
from topicwire.curate.define import definitions
from topicwire.errands.tell import Teller
from topicwire.model.catalogue import Catalogue, FullText

BASE = "https://wire.example"
ROAD = ["arrive", "fetch", "parse", "save", "settle", "judge", "place", "deliver"]
FEED = b"""<rss version="2.0"><channel><title>The Press</title>
<item><guid isPermaLink="false">u1</guid><title>NASA trades seats</title></item>
<item><guid isPermaLink="false">u2</guid><title>A cake for the council</title></item>
</channel></rss>"""


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (what runs here is a daemon)


def world(seen: Seen) -> bytes:
    """Be a source, a subscriber, and who collects traces."""
    if seen.path == "/feed":
        return answer(200, FEED)
    challenge = parse_qs(urlsplit(seen.path).query).get("hub.challenge", [""])
    return answer(200, challenge[0].encode())


def spans(origin: Origin) -> list[Span]:
    """Return all spans that were sent, in order of their beginning."""
    requests = (
        ExportTraceServiceRequest.FromString(seen.body)
        for seen in origin.seen
        if seen.path == "/v1/traces"
    )
    found = [
        span
        for request in requests
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    return sorted(found, key=lambda span: (span.start_time_unix_nano, ROAD.index(span.name)))


@contextmanager
def at_work(settings: Settings) -> Iterator[tuple[App, Teller]]:
    """Have a process at work, as far as it reports what it does."""
    with App.open(settings, clock=now) as app:
        assert app.tracer is not None
        yield app, Teller(app.metrics, app.tracer)


def subscribe(app: App, origin: Origin) -> None:
    """Let there be a subscriber of the topic."""
    fields = {
        "hub.mode": "subscribe",
        "hub.callback": origin.url("/callback/a-secret"),
        "hub.topic": f"{BASE}/topics/seats.json",
    }
    assert app.hub is not None
    app.hub.request(urlencode(fields).encode(), "application/x-www-form-urlencoded")
    assert [each.error for each in app.verify()] == [None]


def walk(settings: Settings, origin: Origin) -> None:
    """Take two columns their whole road, by a process that polls and another that does the rest."""
    with at_work(settings) as (app, tell):
        topics = definitions(
            Catalogue(sources=(), topics=(a_topic(query="nasa", min_score=0.01),), concepts=())
        )
        source = a_source(url=origin.url("/feed"), full_text=FullText.NEVER)
        app.store.mirror((source,), topics, now=now(), host="wire.example")
        subscribe(app, origin)
        for outcome in app.ingest(app.store.sources()):
            assert outcome.new == 2
            tell.polled(outcome)
    with at_work(settings) as (app, tell):
        for ready in app.settle():
            tell.settled(ready)
        for placed in app.curate():
            tell.judged(placed)
        for told in app.announce():
            tell.told(told)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> list[Span]:
    """Return the spans of two columns, of which one came into a topic."""
    settings = Settings(
        database_url=f"sqlite:///{tmp_path_factory.mktemp('walk') / 'w.sqlite'}",
        base_url=BASE,
        allow_private=("127.0.0.1",),
        similarity=False,
    )
    with Origin(world) as origin, pytest.MonkeyPatch.context() as patch:
        patch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", origin.url(""))
        walk(settings, origin)
        return spans(origin)


def said(span: Span) -> Mapping[str, object]:
    """Return the attributes of a span."""
    return {
        each.key.removeprefix("topicwire."): each.value.string_value or each.value.int_value
        for each in span.attributes
    }


def test_one_column_is_one_trace_with_its_whole_road_in_order(walked: list[Span]) -> None:
    """The trace of a column goes on in another process, as a child of its first span."""
    (delivered,) = (each for each in walked if each.name == "deliver")
    trace = [each for each in walked if each.trace_id == delivered.trace_id]

    assert [each.name for each in trace] == ROAD
    root, *others = trace
    assert root.parent_span_id == b""
    assert {each.parent_span_id for each in others} == {root.span_id}
    assert all(each.start_time_unix_nano <= each.end_time_unix_nano for each in trace)
    ends = [each.end_time_unix_nano for each in others]
    assert ends == sorted(ends)


def test_what_belongs_to_no_topic_has_a_trace_too(walked: list[Span]) -> None:
    """Each column has its own trace, which ends where its road ended."""
    (delivered,) = (each for each in walked if each.name == "deliver")
    other = [each.name for each in walked if each.trace_id != delivered.trace_id]

    assert other == ROAD[:6]


def test_spans_say_what_was_done_with_what_and_no_callback(walked: list[Span]) -> None:
    """S20: a span names source, topic and host; who knows a callback can write to it."""
    by_name = {each.name: said(each) for each in walked}

    assert by_name["arrive"]["source"] == "press"
    assert by_name["place"] == {"topic": "seats", "edition": 2}
    assert by_name["deliver"] == {
        "topic": "seats",
        "format": "json",
        "edition": 2,
        "host": "127.0.0.1",
        "http": 200,
    }
    assert all(b"a-secret" not in each.SerializeToString() for each in walked)


def test_nothing_of_it_is_imported_where_nobody_wants_it(tmp_path: Path) -> None:
    """Without an address to send to the extra costs nothing."""
    program = (
        "import sys\nfrom topicwire.app import App\nfrom topicwire.config import Settings\n"
        f"app = App.open(Settings(database_url='sqlite:///{tmp_path / 'w.sqlite'}'), clock=None)\n"
        "assert app.tracer is None\n"
        "assert not [each for each in sys.modules if each.startswith('opentelemetry')]"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={})
