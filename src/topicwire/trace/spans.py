"""One trace a column: spans of its whole road, sent to whom the environment names (OTLP/HTTP).

The trace of an entry is derived from the site's address, the entry's number and its revision, and
so is its first span. So each act adds its span without being handed anything: in whichever
process it works, and after a restart too. The only user of opentelemetry.
"""

import os
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib.metadata import version
from typing import Any, Protocol

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from topicwire.model.article import Ready
from topicwire.model.hub import Told
from topicwire.model.judging import Placed
from topicwire.model.road import Mark, Step
from topicwire.model.wire import PollOutcome

FRESH = timedelta(days=1)  # what came longer ago is judged anew: that is no part of its road
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Entered(Protocol):
    """Gives the entries that came into a topic since a time."""

    def __call__(self, topic_id: str, *, since: datetime) -> Iterable[Mark]:
        """Return them."""


class _Ids(RandomIdGenerator):
    """Random ids, but for those that were set for the next span of this thread."""

    def __init__(self) -> None:
        self._next = threading.local()

    def set(self, ids: tuple[int, int]) -> None:
        """Give the next span without a parent this trace, and this id of its own."""
        self._next.trace, self._next.span = ids

    def generate_trace_id(self) -> int:
        """Return the trace that was set."""
        return self._taken("trace") or super().generate_trace_id()

    def generate_span_id(self) -> int:
        """Return the id that was set, else a random one."""
        return self._taken("span") or super().generate_span_id()

    def _taken(self, which: str) -> int:
        found: int = getattr(self._next, which, 0)
        setattr(self._next, which, 0)
        return found


class Tracer:
    """Makes spans of what the acts report; each method may be called from any thread.

    `site` tells this site's entries from those of others.
    """

    def __init__(
        self, site: str, *, entered: Entered, exporter: SpanExporter | None = None
    ) -> None:
        self._site = site
        self._entered = entered
        self._ids = _Ids()
        self._provider = TracerProvider(
            resource=_resource(), id_generator=self._ids, shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("topicwire", version("topicwire"))

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()

    def polled(self, outcome: PollOutcome) -> None:
        """Begin the trace of each entry that came: how it was fetched, parsed and saved."""
        if not outcome.steps:
            return
        whole = Step("arrive", outcome.steps[0].began, outcome.steps[-1].ended)
        for mark in outcome.entries:
            if mark.came < whole.began:  # known, and only read otherwise than before
                continue
            self._ids.set(self._known(mark))
            which = f"{mark.entry_id}.{mark.revision}"
            self._add(None, whole, source=outcome.source_id, entry=which)
            self._ids.set((0, 0))  # where a sampler or the SDK took none
            for step in outcome.steps:
                self._add(mark, step, source=outcome.source_id)

    def settled(self, ready: Ready) -> None:
        """Add that entries were made ready to be judged."""
        for mark in ready.entries:
            self._add_fresh(mark, ready.step, together=len(ready.entries))

    def judged(self, placed: Placed) -> None:
        """Add that entries were judged, and which came into the topic."""
        for step in placed.steps:
            if step.name == "judge":
                for mark in placed.seen:
                    self._add_fresh(mark, step, together=len(placed.seen))
            else:
                for mark in placed.came_in:
                    self._add_fresh(mark, step, topic=placed.topic_id, edition=placed.edition)

    def told(self, told: Told) -> None:
        """Add that a subscriber was told of what came into the topic since it was last told."""
        if told.step is None or told.since is None:
            return
        subscriber = told.subscriber
        about = {"topic": subscriber.topic_id, "format": subscriber.format.value}
        for mark in self._entered(subscriber.topic_id, since=told.since):
            self._add_fresh(
                mark,
                told.step,
                error=told.error,
                **about,
                edition=subscriber.edition,
                host=subscriber.host,
                http=told.status or 0,
            )

    def _add_fresh(self, mark: Mark, step: Step, *, error: str | None = None, **said: Any) -> None:
        if step.ended - mark.came < FRESH:
            self._add(mark, step, error=error, **said)

    def _add(self, mark: Mark | None, step: Step, *, error: str | None = None, **said: Any) -> None:
        span = self._tracer.start_span(
            step.name,
            context=Context() if mark is None else self._within(mark),
            start_time=_nanoseconds(step.began),
            attributes={f"topicwire.{key}": value for key, value in said.items()},
        )
        if error is not None:
            span.set_status(Status(StatusCode.ERROR, error))
        span.end(_nanoseconds(max(step.began, step.ended)))

    def _within(self, mark: Mark) -> Context:
        """Return what says that a span belongs to the entry's trace, if that one is sampled."""
        trace_id, span_id = self._known(mark)
        decision = self._provider.sampler.should_sample(None, trace_id, "arrive").decision
        is_sampled = decision is Decision.RECORD_AND_SAMPLE
        flags = TraceFlags.SAMPLED if is_sampled else TraceFlags.DEFAULT
        parent = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags))
        return set_span_in_context(NonRecordingSpan(parent), Context())

    def _known(self, mark: Mark) -> tuple[int, int]:
        """Return the ids of an entry's trace and of its first span."""
        text = f"{self._site} {mark.entry_id} {mark.revision}"
        digest = sha256(text.encode()).digest()
        return int.from_bytes(digest[:16]), int.from_bytes(digest[16:24])


def _resource() -> Resource:
    given = os.environ.get("OTEL_SERVICE_NAME") or "topicwire"
    return Resource.create({SERVICE_NAME: given, SERVICE_VERSION: version("topicwire")})


def _nanoseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1) * 1000
