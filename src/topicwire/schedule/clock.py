"""The daemon's clock: polls, judges and announces what there is, and keeps house at night."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from topicwire.app import App
from topicwire.bell import Act
from topicwire.errors import TopicwireError
from topicwire.model.document import TopicState
from topicwire.schedule.beats import Beats
from topicwire.schedule.rounds import Rounds
from topicwire.schedule.tell import Teller
from topicwire.trace.wanted import is_wanted

TICK = 1.0  # seconds between two looks at what is to do
HUBS = 60.0  # seconds between two looks at which hubs are to be asked
ARCHIVES = 10.0  # seconds between two documents of one source's archive
QUESTIONS = 5.0  # seconds between two looks at what the second reader is to be asked
SITE = 10.0  # seconds between two looks at whether the static site is to be written anew
WATCH = 300.0  # seconds between two looks at what is wrong
BATCH = 500  # sources a turn polls at most
ABREAST = 6  # turns that tell subscribers at once: who answers slowly holds back no other
HOUSEKEEPING_HOUR = 4  # UTC
JUMP = timedelta(minutes=10)  # between two looks at the time, after which it did not just pass


class Schedule:
    """Lets each act work whenever the store has work for it, and stops within a step when asked.

    Each kind of work has turns of its own, so that a source, a hub or a subscriber that answers
    slowly delays nobody else. Where one leaves work to another, as a push to judging, it rings
    for it.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._counted = app.metrics
        self._tell = Teller(app.metrics, app.tracer)
        self._beats = Beats(app.beat)
        self._log = self._tell.log
        self._stopping = False
        self._last: dict[str, float] = {}  # when something was last done, on the monotonic clock
        self._seen: datetime | None = None  # the time at the last look
        self._shown: tuple[TopicState, ...] | None = None  # what the static site shows

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then finish what is being saved and return."""
        rounds = Rounds()
        for act in (self._poll, self._push, self._subscribe, self._complete, self._judge):
            rounds.add(_name(act), partial(self._safely, act))
        for act in (self._consult, self._write_site, self._watch):
            rounds.add(_name(act), partial(self._safely, act))
        for act in (self._verify, self._announce):
            rounds.add(_name(act), partial(self._safely, act), most=ABREAST)
        ticking = rounds.names
        rounds.add("keep_house", partial(self._safely, self._keep_house))
        scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        scheduler.add_job(_begin, "cron", hour=HOUSEKEEPING_HOUR, args=(rounds,))
        self._safely(self._catch_up)
        self._app.bell.heard_by(rounds.ring)
        scheduler.start()
        if self._app.tracer is None and is_wanted():
            self._log.warning("trace.missing", mend='pip install "topicwire[trace]"')
        ticks = asyncio.create_task(_tick(rounds, ticking))
        self._log.info("schedule.started", sources=len(self._app.store.sources()))
        await stop.wait()
        self._stopping = True
        ticks.cancel()
        scheduler.shutdown(wait=False)
        await rounds.close()
        self._log.info("schedule.stopped")

    def _safely(self, work: Callable[[], None]) -> None:
        name = _name(work)
        try:
            work()
        except TopicwireError as error:
            self._counted.failed(name)
            self._log.error(f"{name}.failed", error=str(error))
        except Exception:  # noqa: BLE001 (a door: told in full, and must not end the daemon)
            self._counted.failed(name)
            self._log.exception(f"{name}.failed")

    def _is_time(self, what: str, seconds: float) -> bool:
        """Whether something that is not done every tick is to be done now."""
        now = time.monotonic()
        if now - self._last.get(what, -seconds) < seconds:
            return False
        self._last[what] = now
        return True

    def _catch_up(self) -> None:
        """Spread what fell due while nobody polled, and tell whom nobody told."""
        now, window = self._app.clock(), self._app.settings.min_interval
        self._seen = now
        ahead = self._app.store.turn_back(now)
        if ahead:
            self._log.warning("clock.was_ahead", seconds=round(ahead.total_seconds()))
        count = self._app.store.spread_overdue(now, window=window)
        if count:
            self._log.info("schedule.overdue", sources=count)
        self._app.store.release_claims(now)

    def _mind_the_clock(self) -> None:
        """Catch up when the clock was turned, or the machine slept."""
        now, seen = self._app.clock(), self._seen
        self._seen = now
        if seen is not None and abs(now - seen) > JUMP:
            self._catch_up()

    def _poll(self) -> None:
        self._beats.show()
        self._mind_the_clock()
        due = self._app.store.due(self._app.clock(), limit=BATCH)
        if not due:
            return
        began = time.monotonic()
        with closing(self._app.ingest(due, stopping=lambda: self._stopping)) as outcomes:
            for outcome in outcomes:
                self._tell.polled(outcome)
                self._beats.polled(outcome)
                self._beats.show()
                if self._stopping:  # what is not yet saved is simply still due
                    break
        seconds = time.monotonic() - began
        ms = round(seconds * 1000)
        self._counted.turned(seconds)
        self._beats.turned(ms)
        self._log.info("turn.done", sources=len(due), ms=ms)

    def _push(self) -> None:
        with closing(self._app.read_deliveries()) as outcomes:
            for outcome in outcomes:
                self._tell.polled(outcome)
                if outcome.new or outcome.revised:
                    self._app.bell.ring(Act.JUDGE)
                if outcome.revised:
                    self._app.bell.ring(Act.ANNOUNCE)
                if self._stopping:
                    return

    def _subscribe(self) -> None:
        if not self._is_time("hubs", HUBS):
            return
        with closing(self._app.subscribe()) as answers:
            for each in answers:
                self._tell.asked(each)

    def _complete(self) -> None:
        for outcome in self._app.backfill() if self._is_time("archives", ARCHIVES) else ():
            self._tell.polled(outcome)
            if self._stopping:
                return
        with closing(self._app.complete(stopping=lambda: self._stopping)) as outcomes:
            for each in outcomes:
                self._tell.fetched(each)

    def _judge(self) -> None:
        for ready in self._app.settle(stopping=lambda: self._stopping):
            self._tell.settled(ready)
        if not self._app.store.has_unjudged():
            return
        has_changed = False
        with closing(self._app.curate()) as batches:
            for placed in batches:
                self._tell.judged(placed)
                has_changed = has_changed or bool(placed.entered or placed.left)
                if self._stopping:
                    break
        if has_changed:
            self._app.bell.ring(Act.ANNOUNCE)

    def _verify(self) -> None:
        with closing(self._app.verify(stopping=lambda: self._stopping)) as outcomes:
            for each in outcomes:
                self._tell.verified(each)

    def _announce(self) -> None:
        with closing(self._app.announce(stopping=lambda: self._stopping)) as outcomes:
            for each in outcomes:
                self._tell.told(each)

    def _consult(self) -> None:
        if not self._is_time("questions", QUESTIONS):
            return
        with closing(self._app.consult(stopping=lambda: self._stopping)) as answers:
            for each in answers:
                self._tell.consulted(each)

    def _write_site(self) -> None:
        root = self._app.settings.site
        if root is None or not self._is_time("site", SITE):
            return
        states = self._app.publisher.topics()
        if states == self._shown:
            return
        with self._app.building(root) as building:
            for _ in building.stage():
                if self._stopping:
                    return
            report = building.finish()
        self._shown = states
        self._tell.written(report, to=root)

    def _watch(self) -> None:
        if not self._is_time("watch", WATCH):
            return
        for incident in self._app.watch():
            self._tell.incident(incident)

    def _keep_house(self) -> None:
        removed: Counter[str] = Counter()
        with closing(self._app.prune()) as batches:
            for each in batches:
                removed[each.kind] += each.count
                if self._stopping:
                    break
        self._tell.pruned(entries=removed["source"], verdicts=removed["topic"])
        self._app.store.housekeeping(self._app.clock())


async def _begin(rounds: Rounds) -> None:
    rounds.begin("keep_house")


async def _tick(rounds: Rounds, names: tuple[str, ...]) -> None:
    """Begin all work every tick, by a clock that nobody can turn.

    APScheduler goes by the time of day: when that is set back by a day, it waits a day.
    """
    while True:
        for name in names:
            rounds.begin(name)
        await asyncio.sleep(TICK)


def _name(work: Callable[[], None]) -> str:
    return work.__name__.strip("_")
