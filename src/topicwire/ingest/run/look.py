"""Looking: what an address answers now, without storing anything of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from topicwire.errors import CatalogueError, WebError
from topicwire.ingest import charset, politeness, scrape
from topicwire.ingest.discover import Candidate, candidates
from topicwire.ingest.read import ReadJob, read
from topicwire.ingest.run import faults
from topicwire.ingest.run.robots import origin, rules
from topicwire.model.catalogue import FullText, Source
from topicwire.model.wire import Feed, Outline, Request, Response
from topicwire.store.store import Store
from topicwire.world.files import Files
from topicwire.world.web import Web
from topicwire.world.workers import Workers


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that a page names: what is in it, or why it is none."""

    candidate: Candidate
    feed: Feed | None
    error: str | None = None


def look(
    source: Source, *, store: Store, web: Web, files: Files, workers: Workers, now: datetime
) -> tuple[Response, Feed]:
    """Return what a source answers and the feed in it, without storing anything of it.

    Raises:
        WebError: no document came, or robots.txt forbids the page.
        ParseError: it is no feed that can be read.
    """
    if source.page is not None and (reason := forbidden(store, web, source.url, now=now)):
        raise WebError(f"{source.url}: {reason}")
    request = politeness.first_request(source)
    (response,) = (files.fetch(request),) if source.is_file else web.fetch([request])
    if reason := politeness.refusal(response):
        raise WebError(f"{source.url}: {reason}")
    return response, workers.submit(read, read_job(response, source, now=now)).result()


def discover(
    url: str, *, store: Store, web: Web, workers: Workers, now: datetime, guess: bool = False
) -> tuple[Found, ...]:
    """Return the feeds that the page at `url` names, the surest first, each looked at.

    Raises:
        WebError: the page cannot be had.
    """
    if reason := forbidden(store, web, url, now=now):
        raise WebError(f"{url}: {reason}")
    (page,) = web.fetch([Request(key=url, url=url)])
    if reason := politeness.refusal(page):
        raise WebError(f"{url}: {reason}")
    text = charset.decoded(page.body, content_type=page.header("content-type"))
    headers = [value for name, value in page.headers if name == "link"]
    named = candidates(text, url=page.url, headers=headers, guess=guess)
    sources = {each.url: Source(each.url, each.url, title="") for each in named}
    answers = web.fetch([politeness.first_request(each) for each in sources.values()])
    found = {each.key: _read(each, sources[each.key], workers, now=now) for each in answers}
    return tuple(Found(each, *found[each.url]) for each in named)


def forbidden(store: Store, web: Web, url: str, *, now: datetime) -> str | None:
    """Return why robots.txt lets nobody read a page, None when it may be read."""
    found = rules(store, web, [url], now=now)[origin(url)]
    return None if found.allows(url) else found.reason


def check_pages(sources: Iterable[Source]) -> None:
    """Refuse selectors that are none.

    Raises:
        CatalogueError: naming source, key and what is wrong.
    """
    problems = tuple(
        f"sources/{source.id}.toml: [page] {key} = {given!r}: {problem}; correct it"
        for source in sources
        if source.page is not None
        for key in ("items", "link", "title", "date", "author")
        if (given := getattr(source.page, key)) and (problem := scrape.problem(given))
    )
    if problems:
        raise CatalogueError(problems)


def read_job(
    response: Response,
    source: Source,
    *,
    now: datetime,
    full_text: FullText | None = None,
    outline: Outline | None = None,
) -> ReadJob:
    """Return what a worker needs to read the answer of a source.

    `full_text` stands in for what the source says of its articles' pages. `outline` is of the
    source's last document.
    """
    return ReadJob(
        body=response.body,
        content_type=response.header("content-type"),
        url=response.url,
        site=source.site,
        now=now,
        links=tuple(value for name, value in response.headers if name == "link"),
        page=source.page,
        full_text=FullText.NEVER if source.is_file else full_text or source.full_text,
        outline=outline,
    )


def _read(
    response: Response, source: Source, workers: Workers, *, now: datetime
) -> tuple[Feed | None, str | None]:
    """Return the feed in an answer, or why there is none."""
    if reason := politeness.refusal(response):
        return None, reason
    future = workers.submit(read, read_job(response, source, now=now))
    if fault := future.exception():
        return None, faults.of_reading(fault)
    return future.result(), None
