"""Worker processes that can be killed: hostile input is read in them, under limits.

The only user of pebble.
"""

import gc
import math
import multiprocessing
import resource
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from threading import Lock, Thread
from typing import Any, Generic, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from topicwire.errors import ParseError, SlowError

# Imported once in the fork server. Behind the first all is for workers to start fast, and to share:
# what runs them, what began the program (each of them imports it again), and what reading needs.
PRELOADED = [
    "topicwire.world.apart",
    "topicwire.world.workers",
    "topicwire.cli.main",
    "topicwire.ingest.run.warm",
]

RESTARTED = "the processes that read feeds died; they start anew"
LOOK = 1.0  # seconds between two looks at whether anything still ends
STUCK = 20.0  # seconds beyond those of a job, after which a pool where nothing ends is given up

Job = TypeVar("Job")
Result = TypeVar("Result")


class Workers:
    """A pool of `count` processes, started when first needed.

    A job that takes longer than `seconds` is killed with its process; a process has at most
    `memory` bytes of address space. Other jobs are not affected. Each process ends with its job
    when this one dies.
    """

    def __init__(self, count: int, *, seconds: float, memory: int = 1 << 30) -> None:
        self.count = count
        self._seconds = seconds
        self._memory = memory
        self._pool: ProcessPool | None = None
        self._choosing = Lock()  # several threads give jobs to one pool
        self._running: set[_Killable[Any]] = set()
        self._moved = 0.0  # when a job last ended or found nothing to do, on the monotonic clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def prepare(self) -> None:
        """Begin to load, beside what else is done, what every process will need."""
        _context()
        forkserver.ensure_running()

    def submit(
        self, function: Callable[[Job], Result], job: Job, *, seconds: float | None = None
    ) -> Future[Result]:
        """Have `function(job)` called in a worker; both must be picklable.

        `seconds` shortens the time that this job may take. Cancelling the future kills the job.
        What the function raises the future raises; a SlowError when the job was stopped, a
        ParseError also when its process died.
        """
        most = min(seconds or self._seconds, self._seconds)
        pool = self._working_pool()
        future: _Killable[Result] = _Killable(
            pool.schedule(_limited, args=(most, function, job), timeout=most), seconds=most
        )
        if not self._running:
            self._moved = time.monotonic()
        self._running.add(future)
        future.add_done_callback(self._ended)
        future.watch()
        return future

    def close(self) -> None:
        """Kill what is running and wait until every worker has ended."""
        for future in tuple(self._running):
            future.cancel()
        with self._choosing:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    def _ended(self, future: Future[Any]) -> None:
        self._moved = time.monotonic()
        self._running.discard(future)

    def _watch(self, pool: ProcessPool) -> None:
        """Give up a pool in which nothing ends any more.

        Its processes take their jobs one after another, by a lock. One that is killed meanwhile,
        as by a system that runs out of memory, holds it for ever: no other gets a job again, and
        pebble starts to count a job's time only then.
        """
        while pool is self._pool:
            time.sleep(LOOK)
            if self._running and time.monotonic() - self._moved > self._seconds + STUCK:
                with self._choosing:
                    if pool is not self._pool:
                        return
                    self._pool = None
                for future in tuple(self._running):
                    future.give_up()
                pool.stop()  # type: ignore[no-untyped-call]
                pool.join()

    def _working_pool(self) -> ProcessPool:
        """Return the pool: a new one when there is none, or all its processes died at once."""
        with self._choosing:
            if self._pool is not None and not self._pool.active:
                self._pool.join()
                self._pool = None
            if self._pool is None:
                self._pool = ProcessPool(
                    self.count, initializer=_confine, initargs=(self._memory,), context=_context()
                )
                Thread(target=self._watch, args=(self._pool,), daemon=True).start()
            return self._pool


class _Killable(Future[Result], Generic[Result]):
    """A pebble future whose failures are ParseErrors that an operator understands."""

    def __init__(self, job: Future[Result], *, seconds: float) -> None:
        super().__init__()
        self._job = job
        self._seconds = seconds

    def watch(self) -> None:
        """Follow the job to its end."""
        self._job.add_done_callback(self._settle)

    def cancel(self) -> bool:
        """Kill the job unless it has ended."""
        return self._job.cancel()

    def give_up(self) -> None:
        """Fail, for no process will do the job."""
        if not self.done():
            self.set_exception(ParseError(RESTARTED))

    def _settle(self, job: Future[Result]) -> None:
        if self.done():  # it was given up
            return
        try:
            self.set_result(job.result())
        except CancelledError:
            super().cancel()
            self.set_running_or_notify_cancel()
        except TimeoutError:
            self.set_exception(self._slow())
        except MemoryError:
            self.set_exception(ParseError("reading the feed took too much memory"))
        except ProcessExpired as error:
            reason = f"the process that read the feed died (exit code {error.exitcode})"
            # The kernel's bound of processor time may be reached before our clock is looked at.
            is_slow = error.exitcode == -signal.SIGXCPU
            self.set_exception(self._slow() if is_slow else ParseError(reason))
        except BrokenProcessPool:
            self.set_exception(ParseError(RESTARTED))
        except Exception as error:  # noqa: BLE001 (carried to who asks for the result)
            self.set_exception(error)

    def _slow(self) -> SlowError:
        return SlowError(f"reading the feed took longer than {self._seconds:g} s and was stopped")


def _context() -> BaseContext:
    """Return how processes are begun: as copies of one that has loaded what they need."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def _confine(memory: int) -> None:
    """Bound what this worker may take; runs in it before its first job."""
    gc.freeze()  # what was loaded stays: garbage is looked for in what the jobs make alone
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # die at once, also inside a library's C code
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the system does not enforce it, or refuses it
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        bound = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.setrlimit(resource.RLIMIT_AS, (bound, most))


def _limited(seconds: float, function: Callable[[Job], Result], job: Job) -> Result:
    """Call the function; the kernel stops it when nobody is left who would look at the clock."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    bound = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (bound, most))
    return function(job)
