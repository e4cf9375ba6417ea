"""Backfill: the archive of a new source (RFC 5005), a few documents back."""

from collections.abc import Callable, Generator
from datetime import datetime

from topicwire.errors import ParseError
from topicwire.ingest import politeness
from topicwire.ingest.read import read
from topicwire.ingest.run.look import read_job
from topicwire.model.catalogue import FullText
from topicwire.model.wire import Feed, Polled, PollOutcome, Response
from topicwire.store.store import Store
from topicwire.world.web import Web
from topicwire.world.workers import Workers


def backfill(
    store: Store, web: Web, workers: Workers, *, clock: Callable[[], datetime]
) -> Generator[PollOutcome]:
    """Read the next older document of each source that has one; yield what each brought.

    How far a source has come is stored with the entries, so that nothing is read twice. A
    document that cannot be had or read ends its source's backfill.
    """
    sources = {each.source.id: each for each in store.backfilling()}
    requests = [
        politeness.first_request(each.source, url=each.state.older_url) for each in sources.values()
    ]
    for response in web.fetch(requests):
        polled = sources[response.key]
        feed, error = _read(response, polled, workers, now=clock())
        older = _older(feed, polled)
        brought = store.save_backfill(response.key, feed, older=older, now=clock())
        yield PollOutcome(
            response.key,
            polled.state.health,
            new=brought.new,
            revised=brought.revised,
            error=error,
            http_status=response.status,
        )


def _read(
    response: Response, polled: Polled, workers: Workers, *, now: datetime
) -> tuple[Feed | None, str | None]:
    """Return the document, or why there is none."""
    if reason := politeness.refusal(response):
        return None, f"its archive ends: {reason}"
    job = read_job(response, polled.source, now=now, full_text=FullText.NEVER)
    try:
        return workers.submit(read, job).result(), None
    except ParseError as error:
        return None, f"its archive ends: {error}"


def _older(feed: Feed | None, polled: Polled) -> str | None:
    """Return the next older document, None at the end; one that points at itself is the end."""
    seen = {polled.state.older_url, polled.url}
    return feed.older if feed is not None and feed.older not in seen else None
