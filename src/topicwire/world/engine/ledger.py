"""What the engine's tables say that a worker does, kept true when the database goes and comes back.

The end of an errand may be lost: nobody heard it, or a server that crashed, or took over from one
that did, knows no more of it. The tables would then say for good that a worker that lives is still
at it, and nobody would do it again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial

import psycopg
from procrastinate.connector import BaseConnector
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager, NotificationCallback

AGAIN = 1.0  # seconds until a database that was away is spoken to again


class Ledger(JobManager):
    """The engine's tables as a worker uses them; it knows itself what it is at.

    With every beat it looks what the tables take it to do. What it is not at, this time and the
    time before, it hands on.
    """

    def __init__(self, connector: BaseConnector) -> None:
        super().__init__(connector)
        self._doing: set[int] = set()
        self._suspected: dict[int, frozenset[int]] = {}  # by worker; at the last beat

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """Take a job that waits, None where there is none."""
        job = await super().fetch_job(queues, worker_id)
        if job is not None and job.id is not None:
            self._doing.add(job.id)
        return job

    async def finish_job_by_id_async(
        self,
        job_id: int,
        status: Status,
        delete_job: bool,  # noqa: FBT001 (as the engine asks)
    ) -> None:
        """Say how a job ended, if the database hears it."""
        try:
            with _perhaps():
                await super().finish_job_by_id_async(job_id, status, delete_job)
        finally:
            self._doing.discard(job_id)

    async def retry_job_by_id_async(
        self,
        job_id: int,
        retry_at: datetime,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Have a job tried again, if the database hears it."""
        try:
            with _perhaps():
                await super().retry_job_by_id_async(job_id, retry_at, priority, queue, lock)
        finally:
            self._doing.discard(job_id)

    async def update_heartbeat(self, worker_id: int) -> None:
        """Say that the worker lives, as soon as the database is there; and look what it is said to do."""
        await _steadily(partial(super().update_heartbeat, worker_id))
        with suppress(ConnectorException):  # who is away, or was quicker: the next beat looks again
            await self._compare(worker_id)

    async def listen_for_jobs(
        self, *, on_notification: NotificationCallback, queues: Iterable[str] | None = None
    ) -> None:
        """Hear of jobs as they come, until cancelled."""
        listen = super().listen_for_jobs
        await _steadily(partial(listen, on_notification=on_notification, queues=queues))

    async def _compare(self, worker_id: int) -> None:
        said = await self.list_jobs_async(worker_id=worker_id, status=Status.DOING.value)
        idle = {job.id: job for job in said if job.id is not None and job.id not in self._doing}
        before = self._suspected.get(worker_id, frozenset())
        self._suspected[worker_id] = frozenset(idle)
        for number in idle.keys() & before:
            await hand_on(self, idle[number])


async def hand_on(manager: JobManager, job: Job, *, at: datetime | None = None) -> None:
    """Have a job that nobody is at done by whoever comes; the same may wait already, and does it.

    `at` is when, at once where it is None.
    """
    try:
        await manager.retry_job(job, retry_at=at)
    except UniqueViolation:
        await manager.finish_job(job, Status.FAILED, delete_job=True)


@contextmanager
def _perhaps() -> Iterator[None]:
    """Let what is said be lost while the database is away: the beats find it and mend it."""
    try:
        yield
    except ConnectorException as error:
        if isinstance(error, UniqueViolation):
            raise


async def _steadily(speak: Callable[[], Awaitable[None]]) -> None:
    """Speak to the database, again and again while it is away."""
    while True:
        try:
            return await speak()
        except ConnectorException as error:
            if not isinstance(error.__cause__, psycopg.OperationalError):
                raise
        await asyncio.sleep(AGAIN)
