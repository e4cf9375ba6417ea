"""What the schedule logs: one event for each unit of work, a lasting fault only once."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from topicwire import observe
from topicwire.measure.process import Process
from topicwire.model.article import ArticleOutcome, Ready
from topicwire.model.hub import Told, Verified
from topicwire.model.judging import Consulted, Placed
from topicwire.model.push import Subscription
from topicwire.model.report import SiteReport
from topicwire.model.watch import Incident
from topicwire.model.wire import PollOutcome

if TYPE_CHECKING:
    from topicwire.trace.spans import Tracer

_PATH = re.compile(r"(https?://[^/\s'\"?#]+)[^\s'\"]*")
LONG = 500  # entries judged at once are told even when nothing came of them


class Teller:
    """Logs and counts what the acts report, and traces it where that is wanted."""

    def __init__(
        self, counted: Process, tracer: "Tracer | None" = None, *, role: str = "schedule"
    ) -> None:
        self._counted = counted
        self._tracer = tracer
        self.log = observe.logger(role=role)
        self._told: set[str] = set()  # topics whose error was told, so that it is told once
        self._failing: dict[str, str] = {}  # acts that fail at every turn, and why
        self._is_reader_failing = False  # so that a failing second reader is told once, too

    def did(self, act: str) -> None:
        """Remember that a turn of an act went well."""
        self._failing.pop(act, None)

    def failed(self, act: str, error: str) -> None:
        """Count a turn that failed, and tell why, unless the one before failed of the same."""
        self._counted.failed(act)
        if self._failing.get(act) != error:
            self._failing[act] = error
            self.log.error(f"{act}.failed", error=error)  # noqa: G004 (an event has a name)

    def asked(self, subscription: Subscription) -> None:
        """Tell what came of asking a hub for a source."""
        self.log.info(
            "hub.asked",
            source=subscription.source_id,
            hub=subscription.hub,
            state=subscription.state,
            why=subscription.reason,
        )

    def fetched(self, outcome: ArticleOutcome) -> None:
        """Tell what came of fetching an article's page."""
        self._counted.fetched(outcome)
        self.log.info(
            "article.fetched",
            entry=outcome.entry_id,
            source=outcome.source_id,
            http=outcome.http_status,
            error=outcome.error,
        )

    def written(self, report: SiteReport, *, to: Path) -> None:
        """Tell what of the static site was written anew, if anything."""
        if report.written or report.removed:
            counts = {"files": len(report.written), "removed": len(report.removed)}
            self.log.info("site.written", **counts, to=str(to))

    def pruned(self, *, entries: int, verdicts: int) -> None:
        """Tell what was removed because it was older than it is kept, if anything."""
        if entries or verdicts:
            self.log.info("store.pruned", entries=entries, verdicts=verdicts)

    def verified(self, verified: Verified) -> None:
        """Tell whether a callback confirmed what was asked for it.

        Who knows a callback can write to it: its host alone is named.
        """
        self._counted.verified(verified)
        intent = verified.intent
        self.log.info(
            "callback.verified" if verified.error is None else "callback.denied",
            topic=intent.topic_id,
            format=intent.format,
            mode=intent.mode,
            host=intent.host,
            error=_without_paths(verified.error),
        )

    def told(self, told: Told) -> None:
        """Tell whether a subscriber was told of an edition."""
        self._counted.told(told)
        if self._tracer is not None:
            self._tracer.told(told)
        subscriber = told.subscriber
        self.log.info(
            "subscriber.told" if told.error is None else "subscriber.failed",
            topic=subscriber.topic_id,
            format=subscriber.format,
            edition=subscriber.edition,
            host=subscriber.host,
            http=told.status,
            error=_without_paths(told.error),
            ended=told.is_ended,
            ms=subscriber.ms,
        )

    def polled(self, outcome: PollOutcome) -> None:
        """Tell what came of a poll or a delivery."""
        self._counted.polled(outcome)
        if self._tracer is not None:
            self._tracer.polled(outcome)
        if outcome.error is not None:
            self.log.warning(
                "source.failed",
                source=outcome.source_id,
                http=outcome.http_status,
                error=outcome.error,
            )
            return
        self.log.info(
            "source.polled",
            source=outcome.source_id,
            http=outcome.http_status,
            new=outcome.new,
            revised=outcome.revised,
            ms=round(outcome.elapsed * 1000),
        )

    def settled(self, ready: Ready) -> None:
        """Count what is ready to be judged: nobody reads of it."""
        self._counted.settled(ready)
        if self._tracer is not None:
            self._tracer.settled(ready)

    def judged(self, placed: Placed) -> None:
        """Tell what judging changed in a topic."""
        self._counted.judged(placed)
        if self._tracer is not None:
            self._tracer.judged(placed)
        if placed.note is not None:
            if placed.note not in self._told:
                self._told.add(placed.note)
                self.log.warning("topic.by_rule", topic=placed.topic_id, why=placed.note)
            return
        if placed.error is not None:
            if placed.topic_id not in self._told:
                self._told.add(placed.topic_id)
                self.log.error("topic.failed", topic=placed.topic_id, error=placed.error)
            return
        self._told.discard(placed.topic_id)
        if not placed.entered and not placed.left and placed.judged < LONG:
            return  # of thousands of topics only a few have something to tell
        self.log.info(
            "topic.judged",
            topic=placed.topic_id,
            judged=placed.judged,
            entered=placed.entered,
            left=placed.left,
            edition=placed.edition,
        )

    def incident(self, incident: Incident) -> None:
        """Tell what has begun to be wrong, or is over."""
        named = {"kind": incident.kind.value, incident.about.value: incident.name or "all"}
        if incident.number and incident.ended is not None:
            self.log.info("incident.over", **named)
            return
        said = {"what": incident.what, "cause": incident.cause, "mend": incident.mend}
        self.log.warning("incident.begun", **named, **said)

    def consulted(self, consulted: Consulted) -> None:
        """Tell what the second reader answered."""
        self._counted.consulted(consulted)
        if consulted.answer is None:
            if not self._is_reader_failing:
                self.log.warning("second_reader.failed", error=consulted.error)
            self._is_reader_failing = True
            return
        if self._is_reader_failing:
            self.log.info("second_reader.back")
        self._is_reader_failing = False
        self.log.info(
            "entry.consulted",
            topic=consulted.topic_id,
            entry=consulted.entry_id,
            belongs=consulted.answer.belongs,
            moved=consulted.is_moved,
        )


def _without_paths(error: str | None) -> str | None:
    """Return an error without what follows the hosts in it: who knows a callback can write to it."""
    return None if error is None else _PATH.sub(r"\1/…", error)
