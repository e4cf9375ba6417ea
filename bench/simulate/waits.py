"""How long a source waits for its next poll: the product's own rule, asked once for each case.

`politeness.after` takes tens of microseconds, too many for millions of polls. What it returns
depends on the source's kind, the answer and the failures before, and is linear in the jitter: it
is asked with the least and the greatest jitter, and what lies between is between.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.simulate.web import Answer, Kind

from topicwire.ingest import politeness
from topicwire.ingest.pacing import DOUBLINGS
from topicwire.ingest.raw import PARSER
from topicwire.model.catalogue import Source
from topicwire.model.wire import Health, Polled, PollState, Response

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SOURCE = Source(id="s", url="https://h.example/feed", title="")
STATUS = {
    Answer.UNCHANGED: 304,
    Answer.CHANGED: 200,
    Answer.FAILED: 500,
    Answer.SILENT: None,
    Answer.TOO_MANY: 429,
    Answer.FIRST: 200,
}


@dataclass(frozen=True, slots=True)
class Wait:
    """The seconds until the next poll with no jitter, what the most adds, and the failures then."""

    least: float
    spread: float
    failures: int


class Waits:
    """The waits after every kind of poll."""

    def __init__(self, kinds: list[Kind], *, min_interval: int = 3_600) -> None:
        self._kinds = kinds
        self._min_interval = min_interval
        self._known: dict[tuple[int, int, int], Wait] = {}

    def after(self, kind: int, answer: Answer, failures: int) -> Wait:
        """Return the wait of a source of that kind that had failed so many times in a row."""
        key = (kind, answer, min(failures, DOUBLINGS))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._asked(self._kinds[kind], answer, key[2])
        return found

    def _asked(self, kind: Kind, answer: Answer, failures: int) -> Wait:
        low, high = (self.state(kind, answer, failures, jitter=jitter) for jitter in (0.0, 1.0))
        least = (low.next_poll - NOW).total_seconds()
        return Wait(least, (high.next_poll - NOW).total_seconds() - least, low.failures)

    def state(self, kind: Kind, answer: Answer, failures: int, *, jitter: float) -> PollState:
        """Return what the product says is the state after a poll at NOW."""
        return politeness.after(
            Polled(source=SOURCE, state=_before(kind, failures), tag="tag:h.example", entries=1),
            _response(kind, answer),
            now=NOW,
            jitter=jitter,
            min_interval=self._min_interval,
        )


def _before(kind: Kind, failures: int) -> PollState:
    return PollState(
        next_poll=NOW,
        health=Health.FAILING if failures else Health.OK,
        etag='"v1"' if kind.has_validators else None,
        body_hash="of another body",
        parser=PARSER,
        last_change=NOW - timedelta(days=40 if kind.is_quiet else 1),
        last_success=NOW - timedelta(days=1),
        failures=failures,
        failing_since=NOW - timedelta(days=1) if failures else None,
        gap=kind.gap,
        ttl=kind.asks or None,
    )


def _response(kind: Kind, answer: Answer) -> Response:
    is_read = STATUS[answer] in (200, 304)
    return Response(
        key=SOURCE.id,
        url=SOURCE.url,
        status=STATUS[answer],
        headers=(("etag", '"v2"'),) if is_read and kind.has_validators else (),
        body=b"<rss/>" if STATUS[answer] == 200 else b"",
        error="no answer" if answer is Answer.SILENT else None,
    )
