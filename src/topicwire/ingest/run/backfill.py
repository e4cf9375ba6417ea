"""Backfill: the archive of a new source (RFC 5005), a few documents back."""

from collections.abc import Callable, Generator
from contextlib import closing
from datetime import datetime
from http import HTTPStatus

from topicwire.errors import StoreError
from topicwire.ingest import politeness
from topicwire.ingest.read import read
from topicwire.ingest.run import faults
from topicwire.ingest.run.look import read_job
from topicwire.model.catalogue import FullText
from topicwire.model.wire import Brought, Feed, Polled, PollOutcome, Response
from topicwire.store.store import Store
from topicwire.world.web import Web
from topicwire.world.workers import Workers

TICK = 0.5  # seconds between two looks at whether to stop
PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)


def backfill(
    store: Store,
    web: Web,
    workers: Workers,
    *,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> Generator[PollOutcome]:
    """Read the next older document of each source that has one; yield what each brought.

    How far a source has come is stored with the entries, so that nothing is read twice. A
    document that cannot be had now is tried again after the source's next poll; one that is not
    there, or cannot be read or stored, ends its source's backfill. Neither ends another's. Soon
    after `stopping` is true nothing is waited for.

    Raises:
        StoreError: the database is away.
    """
    sources = {each.source.id: each for each in store.backfilling()}
    requests = [
        politeness.first_request(each.source, url=each.state.older_url) for each in sources.values()
    ]
    with closing(web.arrivals(requests, tick=TICK)) as arrivals:
        for responses in arrivals:
            for response in responses:
                yield _outcome(store, workers, response, sources[response.key], clock=clock)
            if stopping():
                return


def _outcome(
    store: Store,
    workers: Workers,
    response: Response,
    polled: Polled,
    *,
    clock: Callable[[], datetime],
) -> PollOutcome:
    """Take what came of asking for a document, and say what it brought."""
    if _is_passing(response) and polled.state.older_left > 1:
        store.put_off_backfill(polled.source.id)
        why = f"its archive is read on after the next poll: {politeness.refusal(response)}"
        return _told(response, polled, Brought(), why)
    feed, error = _read(response, polled, workers, now=clock())
    brought, fault = _save(store, polled, feed, now=clock())
    return _told(response, polled, brought, error or fault)


def _told(response: Response, polled: Polled, brought: Brought, error: str | None) -> PollOutcome:
    return PollOutcome(
        polled.source.id,
        polled.state.health,
        new=brought.new,
        revised=brought.revised,
        error=error,
        http_status=response.status,
    )


def _is_passing(response: Response) -> bool:
    """Whether what cannot be had now may be had later."""
    status = response.status
    return status is None or status in PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _read(
    response: Response, polled: Polled, workers: Workers, *, now: datetime
) -> tuple[Feed | None, str | None]:
    """Return the document, or why there is none."""
    if reason := politeness.refusal(response):
        return None, f"its archive ends: {reason}"
    job = read_job(response, polled.source, now=now, full_text=FullText.NEVER)
    future = workers.submit(read, job)
    if fault := future.exception():
        return None, f"its archive ends: {faults.of_reading(fault)}"
    return future.result(), None


def _save(
    store: Store, polled: Polled, feed: Feed | None, *, now: datetime
) -> tuple[Brought, str | None]:
    """Save the document, and which is next; return what it brought, or why it cannot be stored."""
    name = polled.source.id
    try:
        return store.save_backfill(name, feed, older=_older(feed, polled), now=now), None
    except StoreError:
        raise
    except Exception as error:
        if feed is None:
            raise
        store.save_backfill(name, None, older=None, now=now)
        return Brought(), f"its archive ends: {faults.of_storing(error)}"


def _older(feed: Feed | None, polled: Polled) -> str | None:
    """Return the next older document, None at the end; one that points at itself is the end."""
    seen = {polled.state.older_url, polled.url}
    return feed.older if feed is not None and feed.older not in seen else None
