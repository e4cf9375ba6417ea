"""The engine: takes errands in from any process, and has workers on any host do them."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import procrastinate
from procrastinate import PsycopgConnector, SyncPsycopgConnector, exceptions
from procrastinate.jobs import Status
from psycopg_pool import PoolTimeout

from topicwire.errors import NotFoundError, StoreError
from topicwire.model.errand import Act, Errand, Stage, Taken
from topicwire.world.engine import jobs, schema
from topicwire.world.engine.ledger import Ledger, hand_on
from topicwire.world.engine.session import conninfo, unreachable

BEAT = 3.0  # seconds between two signs of life of a worker
SILENT = 15.0  # seconds without one after which it counts as dead
LOOK = 1.0  # seconds between two looks for what waited for another errand's end
APART = timedelta(seconds=2)  # between errands of a dead worker: one of them may have ended it
# Seconds for a connection, and until a pool makes new ones instead of waiting longer and longer.
_POOL: dict[str, Any] = {"min_size": 1, "timeout": 5.0, "reconnect_timeout": 5.0}

Do = Callable[[Errand], None]
SetAside = Callable[[Errand, str], None]  # with the reason


class Engine:
    """Errands on their way; what is not `async` may be called from any thread.

    Each method raises StoreError when the database cannot be used.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = Lock()
        self._opened: procrastinate.App | None = None

    def open(self) -> None:
        """Make sure that the engine's tables are there, and are this version's."""
        self._app()

    def hand(self, errand: Errand) -> bool:
        """Have an errand done by some worker, soon; False when the same waits already."""
        job = self._app().configure_task(jobs.TASK, **jobs.configured(errand))
        try:
            with _told():
                job.defer(**jobs.arguments(errand))
        except exceptions.AlreadyEnqueued:
            return False
        return True

    def ring(self, act: Act) -> None:
        """Have an act done at once; where that cannot be said, it is done a moment later."""
        with contextlib.suppress(StoreError):
            self.hand(Errand(act))

    def taken(self) -> tuple[Taken, ...]:
        """Return the errands that wait, are being done or were set aside, the oldest first."""
        with _told():
            found = self._app().job_manager.list_jobs(task=jobs.TASK)
        return tuple(taken for job in found if (taken := jobs.taken_of(job)) is not None)

    def retry(self, now: datetime, key: str | None = None) -> tuple[Errand, ...]:
        """Have what was set aside tried once more, all of it or one; return what that is.

        Raises:
            NotFoundError: nothing of this key was set aside.
        """
        aside = [each for each in self.taken() if each.stage is Stage.SET_ASIDE]
        wanted = [each for each in aside if key in (None, each.errand.key)]
        if key is not None and not wanted:
            known = ", ".join(each.errand.key for each in aside) or "nothing"
            raise NotFoundError(f"no errand {key} was set aside; {known} was")
        for each in wanted:
            with _told(), contextlib.suppress(exceptions.UniqueViolation):  # the same waits already
                self._app().job_manager.retry_job_by_id(each.number, retry_at=now)
        return tuple(each.errand for each in wanted)

    def rescue(self, now: datetime, set_aside: SetAside) -> tuple[Errand, ...]:
        """Have done by others what dead workers were doing; return what that is.

        What ended one worker after the other is set aside, once it is alone.
        """
        with _told():
            return asyncio.run(self._rescue(now, set_aside))

    async def _rescue(self, now: datetime, set_aside: SetAside) -> tuple[Errand, ...]:
        async with self._asynchronous(most=1).open_async() as app:
            stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT))
            for place, job in enumerate(stalled):
                errand = jobs.errand_of(job.task_kwargs)
                if job.attempts + 1 < jobs.LIVES:
                    await hand_on(app.job_manager, job, at=now + place * APART)
                    continue
                is_divided = self._divide(errand)
                await app.job_manager.finish_job(job, Status.FAILED, delete_job=is_divided)
                if not is_divided:
                    reason = f"It ended {jobs.LIVES} workers that did it."
                    await asyncio.to_thread(set_aside, errand, reason)
            return tuple(jobs.errand_of(job.task_kwargs) for job in stalled)

    def _divide(self, errand: Errand) -> bool:
        """Hand an errand on in single ones, so that what is wrong stands alone; False if it does."""
        for each in errand.singles:
            self.hand(each)
        return bool(errand.singles)

    async def work(self, do: Do, *, stop: asyncio.Event, set_aside: SetAside) -> None:
        """Do errands until `stop` is set, then finish those under way.

        Raises:
            StoreError: the database is away.
        """
        with ThreadPoolExecutor(sum(jobs.LANES.values()), "topicwire-errand") as threads:

            async def run(context: procrastinate.JobContext, /, **given: Any) -> None:
                errand = jobs.errand_of(given)
                loop = asyncio.get_running_loop()
                try:
                    await loop.run_in_executor(threads, do, errand)
                except Exception as error:
                    if await loop.run_in_executor(threads, self._divide, errand):
                        return
                    if jobs.is_last(context.job):
                        reason = f"{type(error).__name__}, {context.job.attempts + 1} times."
                        await loop.run_in_executor(threads, set_aside, errand, reason)
                    raise

            app = self._asynchronous(most=len(jobs.LANES) + 1)
            app.job_manager = Ledger(app.connector)
            app.task(name=jobs.TASK, pass_context=True, retry=jobs.Patience())(run)
            with _told():
                async with app.open_async():
                    await _until(stop, app)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
            self._opened = None

    def _app(self) -> procrastinate.App:
        """Return the engine's own door for threads, opened when it is first needed."""
        with self._lock:
            if self._opened is None:
                schema.check(self._url)
                info = conninfo(self._url, role="engine")
                connector = SyncPsycopgConnector(conninfo=info, max_size=4, **_POOL)
                self._opened = procrastinate.App(connector=connector).open()
            return self._opened

    def _asynchronous(self, *, most: int) -> procrastinate.App:
        info = conninfo(self._url, role="work")
        return procrastinate.App(connector=PsycopgConnector(conninfo=info, max_size=most, **_POOL))


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Tell that the database is away in an operator's words."""
    try:
        yield
    except (exceptions.ConnectorException, PoolTimeout) as error:
        if isinstance(error, exceptions.UniqueViolation):
            raise
        raise unreachable(error.__cause__ or error) from error


async def _lane(app: procrastinate.App, name: str) -> None:
    await app.run_worker_async(
        queues=[name],
        concurrency=jobs.LANES[name],
        delete_jobs="successful",
        install_signal_handlers=False,
        fetch_job_polling_interval=LOOK,
        update_heartbeat_interval=BEAT,
        stalled_worker_timeout=SILENT,
    )


async def _until(stop: asyncio.Event, app: procrastinate.App) -> None:
    """Let the lanes work until `stop` is set or one of them ends; each finishes what it does."""
    lanes = [asyncio.create_task(_lane(app, name)) for name in jobs.LANES]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([stopping, *lanes], return_when=asyncio.FIRST_COMPLETED)
    for each in (stopping, *lanes):
        each.cancel()
    for ended in await asyncio.gather(stopping, *lanes, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended
    if not stop.is_set():
        raise StoreError("PostgreSQL ended the sessions of this worker; it begins anew")
