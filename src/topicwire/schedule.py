"""The daemon's clock: a turn whenever something is due, and housekeeping at night."""

import asyncio
import contextlib
import time
from collections.abc import Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from topicwire import observe
from topicwire.app import App
from topicwire.errors import TopicwireError
from topicwire.model import Placed, PollOutcome

TICK = 1.0  # seconds between two looks at what is due
BATCH = 500  # sources a turn polls at most, so that what they bring is judged soon
HOUSEKEEPING_HOUR = 4  # UTC


class Schedule:
    """Runs turns one at a time, and stops between two steps of a turn when asked to."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._log = observe.logger(role="schedule")
        self._turn = asyncio.Lock()
        self._stopping = False

    async def run(self, stop: asyncio.Event) -> None:
        """Tick until `stop` is set; then finish what is being saved and return."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(
            self._tick,
            "interval",
            seconds=TICK,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        scheduler.add_job(
            self._housekeeping,
            "cron",
            hour=HOUSEKEEPING_HOUR,
            coalesce=True,
            misfire_grace_time=None,
        )
        scheduler.start()
        self._log.info("schedule.started", sources=len(self._app.store.sources()))
        await stop.wait()
        self._stopping = True
        scheduler.pause()
        async with self._turn:  # shutdown would cancel a turn under way
            scheduler.shutdown(wait=False)
        self._log.info("schedule.stopped")

    async def _tick(self) -> None:
        async with self._turn:
            await asyncio.to_thread(self._do, "turn", self._one_turn)

    async def _housekeeping(self) -> None:
        async with self._turn:
            await asyncio.to_thread(self._do, "housekeeping", self._app.store.housekeeping)

    def _do(self, name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except TopicwireError as error:
            self._log.error(f"{name}.failed", error=str(error))
        except Exception:  # noqa: BLE001 (a door: told in full, and must not end the daemon)
            self._log.exception(f"{name}.failed")

    def _one_turn(self) -> None:
        if not self._app.has_work():
            return
        began = time.monotonic()
        with contextlib.closing(
            self._app.turn(limit=BATCH, stopping=lambda: self._stopping)
        ) as steps:
            for step in steps:
                self._tell(step)
                if self._stopping:  # what is not yet saved is simply still due
                    break
        self._log.info("turn.done", ms=round((time.monotonic() - began) * 1000))

    def _tell(self, step: PollOutcome | Placed) -> None:
        match step:
            case PollOutcome(error=str(error)):
                self._log.warning(
                    "source.failed", source=step.source_id, http=step.http_status, error=error
                )
            case PollOutcome():
                self._log.info(
                    "source.polled",
                    source=step.source_id,
                    http=step.http_status,
                    new=step.new,
                    revised=step.revised,
                    ms=round(step.elapsed * 1000),
                )
            case Placed():
                self._log.info(
                    "topic.judged",
                    topic=step.topic_id,
                    judged=step.judged,
                    entered=step.entered,
                    left=step.left,
                    edition=step.edition,
                )
