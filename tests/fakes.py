"""Fakes: stand-ins for the outside that keep what they are given."""

import re
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future
from datetime import datetime
from hashlib import sha256
from math import inf, sqrt
from typing import Any, TypeVar

from topicwire.model.wire import Outline, Poll, PollOutcome, Request, Response
from topicwire.store.store import Store
from topicwire.world.guard import Guard
from topicwire.world.web import Web, WebLimits
from topicwire.world.workers import Workers

Job = TypeVar("Job")
Result = TypeVar("Result")


class FakeStore(Store):
    """A store that keeps the polls; what `refuse` raises for a poll fails its whole batch."""

    def __init__(self, *, refuse: Callable[[Poll], None] = lambda _: None) -> None:
        self.batches: list[tuple[Poll, ...]] = []
        self._refuse = refuse

    def save_polls(self, polled: Sequence[Poll], *, now: datetime) -> tuple[PollOutcome, ...]:
        """Keep the batch; every entry counts as new."""
        assert now.tzinfo is not None
        for poll in polled:
            self._refuse(poll)
        self.batches.append(tuple(polled))
        return tuple(
            PollOutcome(
                poll.source_id, poll.state.health, new=len(poll.feed.entries) if poll.feed else 0
            )
            for poll in polled
        )

    def outlines(self, names: Sequence[str]) -> dict[str, Outline]:
        """Remember no document."""
        del names
        return {}

    @property
    def saved(self) -> list[Poll]:
        """All polls, in order."""
        return [poll for batch in self.batches for poll in batch]


class FakeWeb(Web):
    """A web that answers by URL, all at once, and knows whether it was closed."""

    def __init__(self, answers: dict[str, Response]) -> None:
        super().__init__(WebLimits("Topicwire"), Guard())
        self.asked: list[Request] = []
        self.is_closed = False
        self._answers = answers

    def arrivals(
        self, requests: Iterable[Request], *, tick: float | None = None, most: float = inf
    ) -> Generator[tuple[Response, ...]]:
        """Yield the answers to all requests, then nothing for a tick."""
        del most
        self.asked += requests
        try:
            yield tuple(self._answers[request.url] for request in self.asked)
            if tick is not None:
                yield ()
        finally:
            self.is_closed = True


class FakeWorkers(Workers):
    """Workers that work at once, in this process, and keep the jobs."""

    def __init__(self) -> None:
        super().__init__(1, seconds=1)
        self.jobs: list[object] = []

    def submit(
        self, function: Callable[[Job], Result], job: Job, *, seconds: float | None = None
    ) -> Future[Result]:
        """Call the function, however long it takes."""
        del seconds
        self.jobs.append(job)
        future: Future[Result] = Future()
        try:
            future.set_result(function(job))
        except Exception as error:  # noqa: BLE001 (as a worker carries any)
            future.set_exception(error)
        return future


class BrokenWorkers(FakeWorkers):
    """Workers that fail in a way nobody thought of, over what is called broken."""

    def __init__(self, *, submitting: bool = False) -> None:
        super().__init__()
        self._submitting = submitting

    def submit(self, function: Any, job: Any, *, seconds: float | None = None) -> Any:
        """Fail over a broken body, before it is read if `submitting`, else within."""
        del seconds
        if b"broken" not in job.body:
            return super().submit(function, job)
        if self._submitting:
            raise LookupError("no worker")
        return super().submit(int, "no number")


class StuckWorkers(FakeWorkers):
    """Workers whose jobs never end, and keep their futures."""

    def __init__(self) -> None:
        super().__init__()
        self.futures: list[Future[object]] = []

    def submit(
        self, function: Callable[[Job], Result], job: Job, *, seconds: float | None = None
    ) -> Future[Result]:
        """Never begin."""
        del seconds
        self.jobs.append((function, job))
        future: Future[Result] = Future()
        self.futures.append(future)  # type: ignore[arg-type]
        return future


DIMENSIONS = 32


def embed(texts: Sequence[str]) -> list[tuple[float, ...]]:
    """Return a vector of length 1 for each text, by its words: what shares them is alike."""
    return [_bag(text) for text in texts]


def _bag(text: str) -> tuple[float, ...]:
    counts = [0.0] * DIMENSIONS
    for word in re.findall(r"\w{4,}", text.lower()) or [""]:
        digest = sha256(word.encode()).digest()
        counts[digest[0] % DIMENSIONS] += 1 if digest[1] % 2 else -1
    length = sqrt(sum(each * each for each in counts))
    return tuple(each / length for each in counts) if length else (1.0,) + (0.0,) * (DIMENSIONS - 1)
