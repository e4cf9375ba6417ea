"""Backfill: the archive of a new source (RFC 5005), a few documents back."""

from collections.abc import Callable, Generator
from datetime import datetime

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


def backfill(
    store: Store, web: Web, workers: Workers, *, clock: Callable[[], datetime]
) -> Generator[PollOutcome]:
    """Read the next older document of each source that has one; yield what each brought.

    How far a source has come is stored with the entries, so that nothing is read twice. A
    document that cannot be had, read or stored ends its source's backfill, and no other's.

    Raises:
        StoreError: the database is away.
    """
    sources = {each.source.id: each for each in store.backfilling()}
    requests = [
        politeness.first_request(each.source, url=each.state.older_url) for each in sources.values()
    ]
    for response in web.fetch(requests):
        polled = sources[response.key]
        feed, error = _read(response, polled, workers, now=clock())
        brought, fault = _save(store, polled, feed, now=clock())
        yield PollOutcome(
            response.key,
            polled.state.health,
            new=brought.new,
            revised=brought.revised,
            error=error or fault,
            http_status=response.status,
        )


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
