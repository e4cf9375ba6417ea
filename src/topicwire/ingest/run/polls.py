"""Polling: ask what is due, read what changed, save each poll as one thing."""

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import inf

from topicwire.errors import ParseError, SlowError, StoreError
from topicwire.ingest import digests, politeness
from topicwire.ingest.read import read
from topicwire.ingest.run import faults
from topicwire.ingest.run.look import read_job
from topicwire.ingest.run.robots import origin, rules
from topicwire.model.catalogue import Source
from topicwire.model.road import Step
from topicwire.model.wire import Feed, Outline, Poll, Polled, PollOutcome, Request, Response
from topicwire.store.store import Store
from topicwire.world.files import Files
from topicwire.world.web import Web
from topicwire.world.workers import Workers

BATCH = 50  # polls saved in one transaction, at most
TICK = 0.05  # seconds without an answer after which finished polls are saved
WHOLE = 200
PART = 226  # the status of an answer that brings what is new alone (RFC 3229)
WITH_FEED = (WHOLE, PART)
QUICK = (0.5, 4e-6)  # seconds that a first reading may take: for any document, and a byte


def ingest(
    polled: Sequence[Polled],
    *,
    store: Store,
    web: Web,
    files: Files,
    workers: Workers,
    clock: Callable[[], datetime],
    jitter: Callable[[], float],
    min_interval: int,
    force: bool = False,
    most: float = inf,
    stopping: Callable[[], bool] = lambda: False,
) -> Generator[PollOutcome]:
    """Poll the sources; yield each outcome once it is stored.

    Answers are read in worker processes as they arrive and saved in small batches. Closing the
    generator drops what is not yet saved: those sources are simply still due. Once `stopping` is
    true, what has been read is saved, and the rest dropped. After `most` seconds no request is
    begun: sources whose host is busy, or hangs, are still due and hold up no others. One source's
    failure, of any kind, is that source's outcome and stops no other.

    Raises:
        StoreError: the database is away, or nobody knew whose turn it is at some host: its
            sources are still due, and what the others brought is saved.
    """
    unknown: list[StoreError] = []
    turn = _Turn(polled, store, workers, clock=clock, jitter=jitter, min_interval=min_interval)
    turn.refuse_forbidden(web)
    requests = turn.requests(force=force)
    arrivals = _arrivals(requests, web=web, files=files, most=most, unknown=unknown)
    with closing(turn), closing(arrivals):
        for responses in arrivals:
            if stopping():
                break
            turn.recall(responses)
            for response in responses:
                turn.take(response)
                while turn.is_full and not stopping():
                    yield from turn.wait()
                if turn.has_batch:
                    yield from turn.save()
            turn.collect(timeout=0)
            if not responses:
                yield from turn.save()
                if not turn.is_reading:
                    turn.begins_slow()
        while not stopping() and (turn.is_reading or turn.begins_slow()):
            yield from turn.wait()
        yield from turn.save()
    if unknown:
        raise unknown[0]


def _arrivals(
    requests: Sequence[tuple[Source, Request]],
    *,
    web: Web,
    files: Files,
    most: float,
    unknown: list[StoreError],
) -> Generator[tuple[Response, ...]]:
    """Yield the answers as they come: those of files at once, then those of the web.

    Why hosts were not asked, as nobody knew whose turn it is, is added to `unknown`.
    """
    for source, request in requests:
        if source.is_file:
            yield (files.fetch(request),)
    remote = [request for source, request in requests if not source.is_file]
    try:
        yield from web.arrivals(remote, tick=TICK, most=most)
    except StoreError as error:
        unknown.append(error)


@dataclass(frozen=True, slots=True)
class _Done:
    """A poll that may be saved, with the answer it came from and what was done."""

    response: Response
    poll: Poll
    steps: tuple[Step, ...] = ()


class _Turn:
    """Polls under way: answers being read, and finished polls that wait to be saved."""

    def __init__(
        self,
        polled: Sequence[Polled],
        store: Store,
        workers: Workers,
        *,
        clock: Callable[[], datetime],
        jitter: Callable[[], float],
        min_interval: int,
    ) -> None:
        self._polled = {each.source.id: each for each in polled}
        self._store = store
        self._workers = workers
        self._clock = clock
        self._jitter = jitter
        self._min_interval = min_interval
        self._reading: dict[Future[Feed], Response] = {}
        self._came: dict[str, datetime] = {}  # when sources answered
        self._is_quick: dict[str, bool] = {}
        self._forbidden: set[str] = set()
        self._spacings: dict[str, float] = {}
        self._digests: dict[str, str] = {}  # of the bodies that came
        self._outlines: dict[str, Outline] = {}
        self._slow: list[Response] = []  # read when all others have been
        self._done: list[_Done] = []

    @property
    def is_reading(self) -> bool:
        """Whether a worker still reads an answer."""
        return bool(self._reading)

    @property
    def is_full(self) -> bool:
        """Whether the workers have enough to do: each a job and its next."""
        return len(self._reading) > 2 * self._workers.count

    @property
    def has_batch(self) -> bool:
        """Whether enough polls are finished to be worth a transaction."""
        return len(self._done) >= BATCH

    def refuse_forbidden(self, web: Web) -> None:
        """Ask robots.txt about the pages that are no feeds; what it forbids fails unasked."""
        pages = [each for each in self._polled.values() if each.source.page is not None]
        if not pages:
            return
        found = rules(self._store, web, (each.url for each in pages), now=self._clock())
        for each in pages:
            allowed = found[origin(each.url)]
            if allowed.allows(each.url):
                self._spacings[each.source.id] = allowed.spacing
            else:
                self._forbidden.add(each.source.id)
                response = Response(each.source.id, each.url, None, error=allowed.reason)
                self._finish(response)

    def begins_slow(self) -> bool:
        """Begin to read what takes long, now that nothing else is; whether there is any."""
        if self._slow:
            self._read(self._slow.pop(0))
        return bool(self._reading)

    def requests(self, *, force: bool) -> tuple[tuple[Source, Request], ...]:
        """Return what to ask for."""
        asked = []
        for source_id, each in self._polled.items():
            if source_id in self._forbidden:
                continue
            try:
                request = politeness.request(each, force=force)
                if spacing := self._spacings.get(source_id):
                    request = replace(request, spacing=spacing)
                asked.append((each.source, request))
            except Exception as fault:  # noqa: BLE001 (a fault over one source is that source's)
                self._finish(_unusable(Response(source_id, each.source.url, None), fault))
        return tuple(asked)

    def recall(self, responses: Sequence[Response]) -> None:
        """Remember the last documents of the sources whose answers bring a whole one."""
        names = [each.key for each in responses if each.status == WHOLE]
        self._outlines |= self._store.outlines(names) if names else {}

    def take(self, response: Response) -> None:
        """Have the answer read if it says something new."""
        self._came[response.key] = self._clock()
        try:
            self._take(response)
        except Exception as fault:  # noqa: BLE001 (a fault over one answer is that source's)
            self._finish(_unusable(response, fault))

    def _take(self, response: Response) -> None:
        polled = self._polled[response.key]
        if response.status not in WITH_FEED:
            self._finish(response)
            return
        digest = self._digests[response.key] = digests.of(response.body)
        if politeness.is_read(polled, digest):
            self._finish(response)
            return
        if polled.state.is_slow:
            self._slow.append(response)
        else:
            self._read(response, seconds=QUICK[0] + QUICK[1] * len(response.body))

    def _read(self, response: Response, *, seconds: float | None = None) -> None:
        polled = self._polled[response.key]
        # Entries that were here and are gone come back with the next document.
        outline = self._outlines.get(response.key) if polled.entries else None
        job = read_job(response, polled.source, now=self._clock(), outline=outline)
        self._reading[self._workers.submit(read, job, seconds=seconds)] = response
        self._is_quick[response.key] = seconds is not None

    def wait(self) -> Iterator[PollOutcome]:
        """Wait a little for an answer to be read; save what is finished, unless more comes soon."""
        is_soon = self.collect(timeout=TICK)
        if self.has_batch or not is_soon:
            yield from self.save()

    def collect(self, *, timeout: float) -> bool:
        """Finish the polls whose answers have been read; wait for one up to `timeout` seconds.

        Returns whether there was one.
        """
        done, _ = wait(self._reading, timeout=timeout, return_when=FIRST_COMPLETED)
        for future in [each for each in self._reading if each in done]:  # in order of arrival
            response = self._reading.pop(future)
            match future.exception():
                case None:
                    self._finish(response, feed=_whole(response, future.result()))
                case SlowError() if self._is_quick[response.key]:
                    self._slow.append(response)
                case SlowError() as error:
                    self._finish(response, error=str(error), is_slow=True)
                case ParseError() as error:
                    self._finish(response, error=str(error))
                case fault:  # over one feed is that source's failure
                    self._finish(_unusable(response, fault))
        return bool(done)

    def save(self) -> Iterator[PollOutcome]:
        """Save what is finished; yield the outcomes."""
        batch, self._done = self._done, []
        if not batch:
            return
        began = self._clock()
        for done, outcome in self._stored(batch):
            save = Step("save", began, self._clock())
            yield replace(
                outcome,
                steps=(*done.steps, save),
                error=done.poll.state.error,
                http_status=done.response.status,
                elapsed=done.response.elapsed,
            )

    def close(self) -> None:
        """Stop reading; what is not saved is still due."""
        for future in self._reading:
            future.cancel()

    def _finish(
        self,
        response: Response,
        *,
        feed: Feed | None = None,
        error: str | None = None,
        is_slow: bool = False,
    ) -> None:
        try:
            done = self._judged(response, feed=feed, error=error, is_slow=is_slow)
        except Exception as fault:  # noqa: BLE001 (a fault over one answer is that source's)
            done = self._judged(_unusable(response, fault))
        self._done.append(done)

    def _judged(
        self,
        response: Response,
        *,
        feed: Feed | None = None,
        error: str | None = None,
        is_slow: bool = False,
    ) -> _Done:
        polled = self._polled[response.key]
        state = politeness.after(
            polled,
            response,
            now=self._clock(),
            jitter=self._jitter(),
            min_interval=self._min_interval,
            feed=feed,
            error=error,
            is_slow=is_slow,
            digest=self._digests.get(response.key),
        )
        poll = Poll(response.key, state, feed, url=polled.source.url)
        return _Done(response, poll, self._steps(response, feed))

    def _steps(self, response: Response, feed: Feed | None) -> tuple[Step, ...]:
        came = self._came.get(response.key)
        if came is None:  # it was never asked
            return ()
        fetch = Step("fetch", came - timedelta(seconds=response.elapsed), came)
        return (fetch,) if feed is None else (fetch, Step("parse", came, self._clock()))

    def _stored(self, batch: list[_Done]) -> list[tuple[_Done, PollOutcome]]:
        """Store the batch; when it cannot be, one by one, to find the poll that is at fault."""
        polls = [done.poll for done in batch]
        try:
            return list(zip(batch, self._store.save_polls(polls, now=self._clock()), strict=True))
        except StoreError:
            raise
        except Exception as error:
            # What a feed may hold that the database cannot is not known beforehand.
            if len(batch) > 1:
                return [stored for done in batch for stored in self._stored([done])]
            if polls[0].feed is None:
                raise
            reason = faults.of_storing(error)
            return self._stored([self._judged(batch[0].response, error=reason)])


def _whole(response: Response, feed: Feed) -> Feed:
    """Return the feed; what a part of it lacks is not gone."""
    if response.status == WHOLE:
        return feed
    return replace(feed, is_complete=False, outline=None)


def _unusable(response: Response, fault: BaseException) -> Response:
    """Return the answer as a failure, without the parts that may have led to the fault."""
    reason = faults.of_ours(fault)
    return replace(response, status=None, headers=(), body=b"", error=reason)
