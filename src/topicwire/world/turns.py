"""Whose turn it is: hosts in rotation, one job a host at a time, starts a while apart."""

import heapq
from collections import deque
from dataclasses import dataclass
from itertools import count
from math import inf
from typing import Generic, TypeVar

Job = TypeVar("Job")


@dataclass(frozen=True, slots=True)
class Turn(Generic[Job]):
    """A job that may start at `start`, in the seconds of the clock that the caller reads."""

    host: str
    job: Job
    start: float


class Turns(Generic[Job]):
    """Jobs waiting for their host's turn.

    `spacing` is the least time between two starts on a host, in seconds. `free_at` says when
    hosts that were asked before may be asked again; it is kept up to date for the next Turns.
    """

    def __init__(self, *, spacing: float, free_at: dict[str, float]) -> None:
        self._spacing = spacing
        self._free_at = free_at
        self._waiting: dict[str, deque[Job]] = {}  # hosts with a job waiting or under way
        self._order = count()
        self._next: list[tuple[float, int, str]] = []  # a heap of the hosts not under way

    def __len__(self) -> int:
        """Return the number of hosts that have a job waiting or under way."""
        return len(self._waiting)

    def add(self, host: str, job: Job) -> None:
        """Let the job wait for its host's turn."""
        if host in self._waiting:
            self._waiting[host].append(job)
        else:
            self._waiting[host] = deque((job,))
            self._queue(host)

    def take(self, now: float, *, until: float = inf) -> Turn[Job] | None:
        """Return the next job, None when each host left has one under way.

        None also when none may start before `until`. The host gets no other turn until `done`.
        """
        if not self._next or max(now, self._next[0][0]) >= until:
            return None
        free_at, _, host = heapq.heappop(self._next)
        start = max(now, free_at)
        self._free_at[host] = start + self._spacing
        return Turn(host, self._waiting[host].popleft(), start)

    def done(self, host: str, *, started: float) -> None:
        """Give the host its next turn, after the others that wait already.

        `started` is when the job really began: a busy machine may have been late.
        """
        self._free_at[host] = started + self._spacing
        if self._waiting[host]:
            self._queue(host)
        else:
            del self._waiting[host]

    def _queue(self, host: str) -> None:
        heapq.heappush(self._next, (self._free_at.get(host, 0.0), next(self._order), host))
