"""Beats: the daemon shows that it works, and what it did meanwhile."""

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Lock

from topicwire.model.watch import Work
from topicwire.model.wire import PollOutcome

EVERY = 30.0  # seconds between two beats


class Beats:
    """Counts what turns do, and says so now and then; from any thread."""

    def __init__(
        self, beat: Callable[[Work], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._beat = beat
        self._clock = clock
        self._work = Work()
        self._last: float | None = None
        self._lock = Lock()

    def polled(self, outcome: PollOutcome) -> None:
        """Count a poll."""
        with self._lock:
            work = self._work
            self._work = replace(
                work,
                polls=work.polls + 1,
                failed=work.failed + (outcome.error is not None),
                entries=work.entries + outcome.new,
            )

    def turned(self, ms: int) -> None:
        """Count a turn that took so many milliseconds."""
        with self._lock:
            work = self._work
            longest = max(work.longest, ms)
            self._work = replace(work, turns=work.turns + 1, ms=work.ms + ms, longest=longest)

    def show(self) -> None:
        """Say what was done, if it is time to; what cannot be said now is said later."""
        now = self._clock()
        if self._last is not None and now - self._last < EVERY:
            return
        with self._lock:
            self._beat(self._work)
            self._work, self._last = Work(), now
