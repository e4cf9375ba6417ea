"""Doing errands: each act once, whatever of it there is, and telling what came of it."""

import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing

from topicwire.app import App
from topicwire.errands.beats import Beats
from topicwire.errands.tell import Teller
from topicwire.errors import TopicwireError
from topicwire.model.document import TopicState
from topicwire.model.errand import Act, Errand
from topicwire.model.judging import Placed
from topicwire.model.wire import Polled

BATCH = 500  # sources a turn polls at most
TURN = 30.0  # seconds for which a turn asks; what then waits for its host waits for another


class Acts:
    """Does errands one by one or side by side, from any thread.

    Each act asks the store for unfinished work, so that what ends early, because `stopping` is
    true or the process dies, is simply still to do. Where one leaves work to another, as a push
    to judging, it rings for it.
    """

    def __init__(
        self, app: App, beats: Beats, *, stopping: Callable[[], bool], role: str = "schedule"
    ) -> None:
        self._app = app
        self._beats = beats
        self._stopping = stopping
        self._tell = Teller(app.metrics, app.tracer, role=role)
        self._log = self._tell.log
        self._shown: tuple[TopicState, ...] | None = None  # what the static site shows
        self._are_appointed = False
        self._acts: dict[Act, Callable[[Errand], None]] = {
            Act.POLL: self._poll,
            Act.PUSH: self._push,
            Act.SUBSCRIBE: self._subscribe,
            Act.BACKFILL: self._backfill,
            Act.COMPLETE: self._complete,
            Act.JUDGE: self._judge,
            Act.CONSULT: self._consult,
            Act.VERIFY: self._verify,
            Act.ANNOUNCE: self._announce,
            Act.WRITE_SITE: self._write_site,
            Act.WATCH: self._watch,
            Act.KEEP_HOUSE: self._keep_house,
        }

    def do(self, errand: Errand) -> None:
        """Do an errand; what can be expected to go wrong is told, and tried again with the next.

        Raises:
            Exception: what nobody foresaw, once it is told.
        """
        try:
            self._acts[errand.act](errand)
            self._tell.did(errand.act)
        except TopicwireError as error:
            self._tell.failed(errand.act, str(error))
        except Exception:
            self._app.metrics.failed(errand.act)
            self._log.exception(f"{errand.act}.failed")
            raise

    def _poll(self, errand: Errand) -> None:
        due = self._due(errand.names)
        if not due:
            return
        began, polled = time.monotonic(), 0
        with closing(self._app.ingest(due, most=TURN, stopping=self._stopping)) as outcomes:
            for outcome in outcomes:
                polled += 1
                self._tell.polled(outcome)
                self._beats.polled(outcome)
                if self._stopping():  # what is not yet saved is simply still due
                    break
        seconds = time.monotonic() - began
        ms = round(seconds * 1000)
        self._app.metrics.turned(seconds)
        self._beats.turned(ms)
        self._log.info("turn.done", sources=polled, ms=ms)

    def _due(self, names: tuple[str, ...]) -> tuple[Polled, ...]:
        """Return the sources to poll: of the named ones those that nobody has polled meanwhile."""
        now = self._app.clock()
        if not names:
            return self._app.store.due(now, limit=BATCH)
        return self._app.store.still_due(names, now)

    def _push(self, _: Errand) -> None:
        with closing(self._app.read_deliveries()) as outcomes:
            for outcome in outcomes:
                self._tell.polled(outcome)
                if outcome.new or outcome.revised:
                    self._app.bell.ring(Act.JUDGE)
                if outcome.revised:
                    self._app.bell.ring(Act.ANNOUNCE)
                if self._stopping():
                    return

    def _subscribe(self, _: Errand) -> None:
        with closing(self._app.subscribe(stopping=self._stopping)) as answers:
            for each in answers:
                self._tell.asked(each)

    def _backfill(self, _: Errand) -> None:
        with closing(self._app.backfill(stopping=self._stopping)) as outcomes:
            for outcome in outcomes:
                self._tell.polled(outcome)

    def _complete(self, _: Errand) -> None:
        with closing(self._app.complete(stopping=self._stopping)) as outcomes:
            for each in outcomes:
                self._tell.fetched(each)

    def _judge(self, errand: Errand) -> None:
        if errand.names:
            self._place(self._app.catch_up(errand.names))
            return
        for ready in self._app.settle(stopping=self._stopping):
            self._tell.settled(ready)
        # The first time also where there is nothing: judges are appointed, and the model of meaning
        # is loaded, before the first entry would have to wait for them.
        if not self._are_appointed or self._app.store.has_unjudged():
            self._place(self._app.curate())
            self._are_appointed = True

    def _place(self, judging: Generator[Placed]) -> None:
        has_changed = False
        with closing(judging) as batches:
            for placed in batches:
                self._tell.judged(placed)
                has_changed = has_changed or bool(placed.entered or placed.left)
                if self._stopping():
                    break
        if has_changed:
            self._app.bell.ring(Act.ANNOUNCE)

    def _verify(self, _: Errand) -> None:
        with closing(self._app.verify(stopping=self._stopping)) as outcomes:
            for each in outcomes:
                self._tell.verified(each)

    def _announce(self, _: Errand) -> None:
        with closing(self._app.announce(stopping=self._stopping)) as outcomes:
            for each in outcomes:
                self._tell.told(each)

    def _consult(self, _: Errand) -> None:
        with closing(self._app.consult(stopping=self._stopping)) as answers:
            for each in answers:
                self._tell.consulted(each)

    def _write_site(self, _: Errand) -> None:
        root = self._app.settings.site
        if root is None:
            return
        states = self._app.publisher.topics()
        if states == self._shown:
            return
        with self._app.building(root) as building:
            for _written in building.stage():
                if self._stopping():
                    return
            report = building.finish()
        self._shown = states
        self._tell.written(report, to=root)

    def _watch(self, _: Errand) -> None:
        for incident in self._app.watch():
            self._tell.incident(incident)

    def _keep_house(self, _: Errand) -> None:
        removed: Counter[str] = Counter()
        with closing(self._app.prune()) as batches:
            for each in batches:
                removed[each.kind] += each.count
                if self._stopping():
                    break
        self._tell.pruned(entries=removed["source"], verdicts=removed["topic"])
        self._app.store.housekeeping(self._app.clock())
