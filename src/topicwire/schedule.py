"""The daemon's clock: polls what is due, judges what is new, and keeps house at night."""

import asyncio
import time
from collections.abc import Callable
from contextlib import closing

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from topicwire import observe
from topicwire.app import App
from topicwire.errors import TopicwireError
from topicwire.model.document import TopicState
from topicwire.model.judging import Consulted, Placed
from topicwire.model.wire import PollOutcome

TICK = 1.0  # seconds between two looks at what is to do
HUBS = 60.0  # seconds between two looks at which hubs are to be asked
ARCHIVES = 10.0  # seconds between two documents of one source's archive
QUESTIONS = 5.0  # seconds between two looks at what the second reader is to be asked
SITE = 10.0  # seconds between two looks at whether the static site is to be written anew
BATCH = 500  # sources a turn polls at most
LONG = 500  # entries judged at once are told even when nothing came of them
HOUSEKEEPING_HOUR = 4  # UTC


class Schedule:
    """Lets each act work whenever the store has work for it, and stops within a step when asked.

    Polling and judging are two jobs, so that a source that answers slowly delays no column of
    another; and so is consulting the second reader, for which nothing waits. None overlaps with
    itself.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._log = observe.logger(role="schedule")
        self._running: set[asyncio.Future[None]] = set()
        self._stopping = False
        self._last: dict[str, float] = {}  # when something was last done, on the monotonic clock
        self._told: set[str] = set()  # topics whose error was told, so that it is told once
        self._shown: tuple[TopicState, ...] | None = None  # what the static site shows
        self._is_reader_failing = False  # so that a failing second reader is told once, too

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then finish what is being saved and return."""
        scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        acts = (
            self._poll,
            self._push,
            self._complete,
            self._judge,
            self._consult,
            self._write_site,
        )
        for act in acts:
            scheduler.add_job(self._do, "interval", seconds=TICK, args=(act,))
        scheduler.add_job(self._do, "cron", hour=HOUSEKEEPING_HOUR, args=(self._keep_house,))
        self._safely(self._catch_up)
        scheduler.start()
        self._log.info("schedule.started", sources=len(self._app.store.sources()))
        await stop.wait()
        self._stopping = True
        scheduler.pause()
        await asyncio.gather(*self._running)  # shutdown would cancel what is under way
        scheduler.shutdown(wait=False)
        self._log.info("schedule.stopped")

    async def _do(self, work: Callable[[], None]) -> None:
        running = asyncio.ensure_future(asyncio.to_thread(self._safely, work))
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        await running

    def _safely(self, work: Callable[[], None]) -> None:
        name = work.__name__.strip("_")
        try:
            work()
        except TopicwireError as error:
            self._log.error(f"{name}.failed", error=str(error))
        except Exception:  # noqa: BLE001 (a door: told in full, and must not end the daemon)
            self._log.exception(f"{name}.failed")

    def _is_time(self, what: str, seconds: float) -> bool:
        """Whether something that is not done every tick is to be done now."""
        now = time.monotonic()
        if now - self._last.get(what, -seconds) < seconds:
            return False
        self._last[what] = now
        return True

    def _catch_up(self) -> None:
        """Spread what fell due while nobody polled."""
        window = self._app.settings.min_interval
        count = self._app.store.spread_overdue(self._app.clock(), window=window)
        if count:
            self._log.info("schedule.overdue", sources=count)

    def _poll(self) -> None:
        due = self._app.store.due(self._app.clock(), limit=BATCH)
        if not due:
            return
        began = time.monotonic()
        with closing(self._app.ingest(due, stopping=lambda: self._stopping)) as outcomes:
            for outcome in outcomes:
                self._tell_polled(outcome)
                if self._stopping:  # what is not yet saved is simply still due
                    break
        ms = round((time.monotonic() - began) * 1000)
        self._log.info("turn.done", sources=len(due), ms=ms)

    def _push(self) -> None:
        with closing(self._app.read_deliveries()) as outcomes:
            for outcome in outcomes:
                self._tell_polled(outcome)
                if self._stopping:
                    return
        if not self._is_time("hubs", HUBS):
            return
        with closing(self._app.subscribe()) as answers:
            for each in answers:
                self._log.info(
                    "hub.asked",
                    source=each.source_id,
                    hub=each.hub,
                    state=each.state,
                    why=each.reason,
                )

    def _complete(self) -> None:
        for outcome in self._app.backfill() if self._is_time("archives", ARCHIVES) else ():
            self._tell_polled(outcome)
            if self._stopping:
                return
        with closing(self._app.complete(stopping=lambda: self._stopping)) as outcomes:
            for each in outcomes:
                self._log.info(
                    "article.fetched",
                    entry=each.entry_id,
                    source=each.source_id,
                    http=each.http_status,
                    error=each.error,
                )

    def _judge(self) -> None:
        self._app.settle(stopping=lambda: self._stopping)
        if not self._app.store.has_unjudged():
            return
        with closing(self._app.curate()) as batches:
            for placed in batches:
                self._tell_judged(placed)
                if self._stopping:
                    break

    def _consult(self) -> None:
        if not self._is_time("questions", QUESTIONS):
            return
        with closing(self._app.consult(stopping=lambda: self._stopping)) as answers:
            for each in answers:
                self._tell_consulted(each)

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
        if report.written or report.removed:
            self._log.info(
                "site.written", files=len(report.written), removed=len(report.removed), to=str(root)
            )

    def _keep_house(self) -> None:
        self._app.store.housekeeping(self._app.clock())

    def _tell_polled(self, outcome: PollOutcome) -> None:
        if outcome.error is not None:
            self._log.warning(
                "source.failed",
                source=outcome.source_id,
                http=outcome.http_status,
                error=outcome.error,
            )
            return
        self._log.info(
            "source.polled",
            source=outcome.source_id,
            http=outcome.http_status,
            new=outcome.new,
            revised=outcome.revised,
            ms=round(outcome.elapsed * 1000),
        )

    def _tell_judged(self, placed: Placed) -> None:
        if placed.note is not None:
            if placed.note not in self._told:
                self._told.add(placed.note)
                self._log.warning("topic.by_rule", topic=placed.topic_id, why=placed.note)
            return
        if placed.error is not None:
            if placed.topic_id not in self._told:
                self._told.add(placed.topic_id)
                self._log.error("topic.failed", topic=placed.topic_id, error=placed.error)
            return
        if not placed.entered and not placed.left and placed.judged < LONG:
            return  # of thousands of topics only a few have something to tell
        self._log.info(
            "topic.judged",
            topic=placed.topic_id,
            judged=placed.judged,
            entered=placed.entered,
            left=placed.left,
            edition=placed.edition,
        )

    def _tell_consulted(self, consulted: Consulted) -> None:
        if consulted.answer is None:
            if not self._is_reader_failing:
                self._log.warning("second_reader.failed", error=consulted.error)
            self._is_reader_failing = True
            return
        if self._is_reader_failing:
            self._log.info("second_reader.back")
        self._is_reader_failing = False
        self._log.info(
            "entry.consulted",
            topic=consulted.topic_id,
            entry=consulted.entry_id,
            belongs=consulted.answer.belongs,
            moved=consulted.is_moved,
        )
