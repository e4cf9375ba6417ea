"""The daemon's clock: says when each act is to be done, by whoever carries it."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from math import inf

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from topicwire import observe
from topicwire.app import App
from topicwire.errands.acts import Acts
from topicwire.errands.beats import Beats
from topicwire.errors import TopicwireError
from topicwire.model.errand import ABREAST, Act, Errand
from topicwire.schedule.handing import Handing
from topicwire.schedule.rounds import Rounds
from topicwire.trace.wanted import is_wanted

TICK = 1.0  # seconds between two looks at what is to do
HUBS = 60.0  # seconds between two looks at which hubs are to be asked
ARCHIVES = 10.0  # seconds between two documents of one source's archive
QUESTIONS = 5.0  # seconds between two looks at what the second reader is to be asked
SITE = 10.0  # seconds between two looks at whether the static site is to be written anew
RESCUE = 5.0  # seconds between two looks at what workers that died have left
WATCH = 300.0  # seconds between two looks at what is wrong
HOUSEKEEPING_HOUR = 4  # UTC
JUMP = timedelta(minutes=10)  # between two looks at the time, after which it did not just pass

Carry = Callable[[Errand], None]


class Schedule:
    """Has each act done whenever the store has work for it, and stops within a step when asked.

    Each kind of work has turns of its own, so that a source, a hub or a subscriber that answers
    slowly delays nobody else.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._log = observe.logger(role="schedule")
        self._beats = Beats(app.beat)
        self._stopping = False
        acts = Acts(app, self._beats, stopping=lambda: self._stopping)
        self._handing = None if app.engine is None else Handing(app, app.engine, acts)
        self._carry: Carry = self._handing.hand if self._handing else acts.do
        self._seen: datetime | None = None  # the time at the last look

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then finish what is being saved and return."""
        rounds = Rounds()
        for act in Act:
            rounds.add(act, partial(self.have_done, act), most=ABREAST.get(act, 1))
        rounds.add("look", self.look)
        periods = _periods()
        if self._handing is None:
            self._app.bell.heard_by(rounds.ring)
        else:
            rounds.add("rescue", partial(self._safely, self._handing.rescue))
            periods |= {"rescue": RESCUE}
        scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        scheduler.add_job(_begin, "cron", hour=HOUSEKEEPING_HOUR, args=(rounds,))
        self._safely(self._catch_up)
        scheduler.start()
        if self._app.tracer is None and is_wanted():
            self._log.warning("trace.missing", mend='pip install "topicwire[trace]"')
        ticks = asyncio.create_task(_tick(rounds, periods))
        self._log.info("schedule.started", sources=len(self._app.store.sources()))
        await stop.wait()
        self._stopping = True
        ticks.cancel()
        scheduler.shutdown(wait=False)
        await rounds.close()
        self._log.info("schedule.stopped")

    def have_done(self, act: Act) -> None:
        """Have what there is of an act done, here or by whoever carries it."""
        if self._handing is not None:
            self._safely(partial(self._carry, Errand(act)))
            return
        with suppress(Exception):  # a door: it is told already, and must not end the daemon
            self._carry(Errand(act))

    def look(self) -> None:
        """Show that the daemon works, and mind what the time of day does."""
        self._safely(self._beats.show)
        self._safely(self._mind_the_clock)

    def _safely(self, work: Callable[[], None]) -> None:
        try:
            work()
        except TopicwireError as error:
            self._app.metrics.failed("look")
            self._log.error("look.failed", error=str(error))
        except Exception:  # noqa: BLE001 (a door: told in full, and must not end the daemon)
            self._app.metrics.failed("look")
            self._log.exception("look.failed")

    def _mind_the_clock(self) -> None:
        """Catch up when the clock was turned, or the machine slept."""
        now, seen = self._app.clock(), self._seen
        self._seen = now
        if seen is not None and abs(now - seen) > JUMP:
            self._catch_up()

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
        if self._handing is None:  # else they may be those of workers that live
            self._app.store.release_claims(now)


def _periods() -> dict[str, float]:
    """Return after how many seconds, at least, each piece of work is to be done again."""
    seldom = {
        Act.SUBSCRIBE: HUBS,
        Act.BACKFILL: ARCHIVES,
        Act.CONSULT: QUESTIONS,
        Act.WRITE_SITE: SITE,
        Act.WATCH: WATCH,
    }
    often = [act for act in Act if act not in seldom and act is not Act.KEEP_HOUSE]
    return {"look": 0.0} | dict.fromkeys(often, 0.0) | seldom


async def _begin(rounds: Rounds) -> None:
    rounds.begin(Act.KEEP_HOUSE)


async def _tick(rounds: Rounds, periods: dict[str, float]) -> None:
    """Begin what is to be done again every tick, by a clock that nobody can turn.

    APScheduler goes by the time of day: when that is set back by a day, it waits a day.
    """
    begun: dict[str, float] = {}
    while True:
        now = time.monotonic()
        for name, seconds in periods.items():
            if now - begun.get(name, -inf) >= seconds:
                begun[name] = now
                rounds.begin(name)
        await asyncio.sleep(TICK)
