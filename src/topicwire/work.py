"""DOOR: a worker, which does what schedulers hand out; any number of them, on any host."""

import asyncio
import contextlib
from functools import partial

from topicwire import observe
from topicwire.app import App
from topicwire.errands.acts import Acts
from topicwire.errands.beats import Beats
from topicwire.errors import StoreError, TopicwireError
from topicwire.model.errand import Errand
from topicwire.watch.run.status import WORKER
from topicwire.world.machine import here

LOOK = 5.0  # seconds between two looks at whether it is time to show that this worker lives


class Work:
    """Does errands as they come, and stops within a step when asked."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._log = observe.logger(role=WORKER)
        self._role = f"{WORKER} {here()}"
        self._beats = Beats(partial(app.beat, role=self._role))
        self._stop: asyncio.Event | None = None
        self._acts = Acts(app, self._beats, stopping=self._is_stopping, role=WORKER)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then finish what is being saved, and give the rest back.

        Raises:
            ConfigError: the database is one that a single process works on.
        """
        engine = self._app.demanded_engine()
        self._stop = stop
        preparing = asyncio.create_task(asyncio.to_thread(self._prepare))
        beating = asyncio.create_task(self._beat(stop))
        self._log.info("work.started", worker=self._role)
        while not stop.is_set():
            try:
                await engine.work(self._acts.do, stop=stop, set_aside=self._set_aside)
            except StoreError as error:
                self._log.error("work.away", error=str(error))
                await _rest(stop)
        await beating
        await preparing
        self._log.info("work.stopped")

    def _prepare(self) -> None:
        """Appoint the judges, beside what else is done, so that no first entry waits for them."""
        with contextlib.suppress(TopicwireError):  # it is told where the work is
            for standing in self._app.store.standing_topics():
                if self._is_stopping():
                    return
                self._app.appoint_standing(standing)

    def _is_stopping(self) -> bool:
        return self._stop is not None and self._stop.is_set()

    def _set_aside(self, errand: Errand, reason: str) -> None:
        self._log.error("errand.set_aside", errand=errand.key, names=errand.names, why=reason)
        self._app.set_aside(errand, reason)

    async def _beat(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            with contextlib.suppress(StoreError):  # it is told where the work is
                await asyncio.to_thread(self._beats.show)
            await _rest(stop)
        with contextlib.suppress(StoreError):
            now = self._app.clock()
            await asyncio.to_thread(self._app.store.clear_beats, self._role, before=now)


async def _rest(stop: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), LOOK)
