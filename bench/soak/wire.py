"""The house over a web that answers at once: what it asks is judged as publishers would."""

import random
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from math import inf

from bench.politeness import Asked, unchanged, violations
from bench.soak.feeds import START, THEMES, Publisher, theme

from topicwire.app import App
from topicwire.config import Settings
from topicwire.curate.define import definitions
from topicwire.model.catalogue import Catalogue, Definition, FullText, Source, Topic
from topicwire.model.wire import Polled, PollOutcome, Request, Response
from topicwire.store.store import Store
from topicwire.world.guard import Guard
from topicwire.world.web import Web, WebLimits

MANNERS = {"user-agent": "Topicwire/soak", "accept-encoding": "gzip"}  # what the web adds itself


class InstantWeb(Web):
    """A web of publishers and callbacks; each request is held against the one before it."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(WebLimits("Topicwire"), Guard())
        self.complaints: Counter[tuple[str, str]] = Counter()
        self.polls: Counter[int] = Counter()
        self.told = 0
        self._clock = clock
        self._last: dict[int, Asked] = {}

    def arrivals(
        self, requests: Iterable[Request], *, tick: float | None = None, most: float = inf
    ) -> Generator[tuple[Response, ...]]:
        """Yield each answer at once."""
        del most
        for request in requests:
            yield (self._answer(request),)
        if tick is not None:
            yield ()

    def _answer(self, request: Request) -> Response:
        if request.body is not None:
            self.told += 1
            return Response(request.key, request.url, 200)
        number = int(request.key.removeprefix("p"))
        at = (self._clock() - START).total_seconds()
        publisher = Publisher(number)
        answer = publisher.answer(self.polls[number], at)
        self.polls[number] += 1
        sent = MANNERS | {name.lower(): value for name, value in request.headers}
        self._judge(number, Asked("/feed", f"p{number}.example", at, at, at, sent, answer))
        headers = tuple((name.lower(), value) for name, value in answer.headers)
        if unchanged(answer, sent):
            return Response(request.key, request.url, 304, headers)
        body = publisher.body(at) if answer.status == 200 else b""
        return Response(request.key, request.url, answer.status, headers, body)

    def _judge(self, number: int, asked: Asked) -> None:
        """Keep what a publisher would complain of, as bench.politeness does."""
        before = self._last.get(number)
        if before is not None:
            # Of the earlier one only the answer counts here: it was judged when it came.
            first = replace(before, headers=MANNERS)
            self.complaints.update(violations((first, asked)))
        if before is None or asked.answer.status == 200:
            self._last[number] = asked
        else:  # an error leaves the validators as they were, but begins a wait
            kept = replace(before.answer, wait=asked.answer.wait)
            self._last[number] = replace(asked, answer=kept)


class Soaked(App):
    """The house over the instant web; it notes how late each source was asked, in seconds."""

    def __init__(self, settings: Settings, store: Store, *, clock: Callable[[], datetime]) -> None:
        super().__init__(settings, store, clock=clock)
        self.web = InstantWeb(clock)
        self.late: list[float] = []

    @cached_property
    def _web(self) -> Web:
        return self.web

    @cached_property
    def _courier(self) -> Web:
        return self.web

    def ingest(
        self,
        polled: Sequence[Polled],
        *,
        force: bool = False,
        most: float = inf,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Generator[PollOutcome]:
        """Poll, and note how late that is."""
        now = self.clock()
        self.late += [(now - each.state.next_poll).total_seconds() for each in polled]
        return super().ingest(polled, force=force, most=most, stopping=stopping)


def sources(count: int) -> tuple[Source, ...]:
    """Return so many sources, each on a host of its own."""
    return tuple(
        Source(id=f"p{n}", url=f"http://p{n}.example/feed", title="", full_text=FullText.NEVER)
        for n in random.Random(1).sample(range(count), count)
    )


def topics(count: int) -> tuple[Definition, ...]:
    """Return so many topics, each on a theme."""
    made = tuple(
        Topic(id=f"topic-{n}", title=f"Topic {n}", description="", query=theme(n), min_score=0.01)
        for n in range(min(count, THEMES))
    )
    return definitions(Catalogue(sources=(), topics=made, concepts=()))
