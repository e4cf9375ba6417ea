"""Articles: the pages of entries whose feed gives no more than their beginning."""

from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

from topicwire.errors import ParseError, StoreError
from topicwire.ingest import politeness
from topicwire.ingest.extract import PageJob, read_page
from topicwire.ingest.robots import Rules
from topicwire.ingest.run import faults
from topicwire.ingest.run.robots import origin, rules
from topicwire.model.article import Article, ArticleOutcome, FullPage
from topicwire.model.waits import retry_after
from topicwire.model.wire import Request, Response
from topicwire.store.store import Store
from topicwire.world.web import Web
from topicwire.world.workers import Workers

BATCH = 50  # pages asked for at a time
TURN = 30.0  # seconds for which they are asked for: of a host that hangs the rest waits
TICK = 0.05  # seconds without an answer after which finished pages are saved
WAITS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))  # before another try
PAUSE = timedelta(days=1)  # of a site that refuses us
REFUSALS = frozenset({401, 402, 403, 429, 451})
LASTING = frozenset({404, 410, 415})  # what another try would not better
PAGES = ("text/html", "application/xhtml+xml", "text/plain")
ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"


def complete(
    store: Store,
    web: Web,
    workers: Workers,
    *,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> Generator[ArticleOutcome]:
    """Fetch the pages that are due; yield each outcome once it is stored.

    What robots.txt forbids is not asked for. Dropped halfway, what is not stored is still due.
    """
    while batch := store.articles_due(clock(), limit=BATCH):
        allowed = rules(store, web, (each.url for each in batch), now=clock())
        refused = [each for each in batch if not allowed[origin(each.url)].allows(each.url)]
        outcomes = tuple(_given_up(each, allowed[origin(each.url)].reason) for each in refused)
        store.save_articles(outcomes)
        yield from outcomes
        wanted = {str(each.entry_id): each for each in batch if each not in refused}
        with closing(_Pages(store, workers, wanted, clock=clock)) as pages:
            requests = [_request(each, allowed) for each in wanted.values()]
            with closing(web.arrivals(requests, tick=TICK, most=TURN)) as arrivals:
                for responses in arrivals:
                    if stopping():
                        return
                    for response in responses:
                        pages.take(response)
                    yield from pages.finished(timeout=0)
            while pages.is_reading:
                yield from pages.finished(timeout=None)


def _request(article: Article, allowed: Mapping[str, Rules]) -> Request:
    agent = article.source.source.user_agent
    return Request(
        key=str(article.entry_id),
        url=article.url,
        headers=(("Accept", ACCEPT), *((("User-Agent", agent),) if agent else ())),
        spacing=allowed[origin(article.url)].spacing,
    )


class _Pages:
    """Pages under way: answers being read, and outcomes to be stored."""

    def __init__(
        self,
        store: Store,
        workers: Workers,
        wanted: Mapping[str, Article],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._workers = workers
        self._wanted = wanted
        self._clock = clock
        self._reading: dict[Future[FullPage], tuple[Article, Response]] = {}
        self._done: list[ArticleOutcome] = []

    @property
    def is_reading(self) -> bool:
        """Whether something is left to be read or stored."""
        return bool(self._reading or self._done)

    def take(self, response: Response) -> None:
        """Have the page read, if it is one."""
        article = self._wanted[response.key]
        if reason := _failure(response):
            self._done.append(_failed(article, response, reason, now=self._clock()))
        else:
            job = _job(article, response)
            self._reading[self._workers.submit(read_page, job)] = article, response

    def finished(self, *, timeout: float | None) -> Sequence[ArticleOutcome]:
        """Store what is finished, and return it; wait for the first up to `timeout` seconds."""
        done, _ = wait(
            self._reading, timeout=0 if self._done else timeout, return_when="FIRST_COMPLETED"
        )
        for future in done:
            article, response = self._reading.pop(future)
            self._done.append(_outcome(article, response, future, now=self._clock()))
        outcomes, self._done = self._done, []
        return self._saved(outcomes)

    def _saved(self, outcomes: Sequence[ArticleOutcome]) -> Sequence[ArticleOutcome]:
        """Store the outcomes; when they cannot be, one by one, and give up the page at fault."""
        try:
            self._store.save_articles(outcomes)
        except StoreError:
            raise
        except Exception as error:
            if len(outcomes) > 1:
                return [saved for each in outcomes for saved in self._saved([each])]
            if outcomes[0].page is None:
                raise
            reason = faults.of_storing(error, "the page")
            return self._saved([replace(outcomes[0], page=None, error=reason)])
        return outcomes

    def close(self) -> None:
        """Stop reading."""
        for future in self._reading:
            future.cancel()


def _job(article: Article, response: Response) -> PageJob:
    return PageJob(
        body=response.body,
        content_type=response.header("content-type"),
        url=response.url,
        title=article.entry.title,
        teaser=article.entry.text,
        lang=article.entry.lang,
        robots=response.header("x-robots-tag"),
        tdm=response.header("tdm-reservation"),
    )


def _failure(response: Response) -> str | None:
    """Return why an answer brings no page to read, None when it brings one."""
    reason = (politeness.refusal(response) or "").partition(";")[0]
    kind = (response.header("content-type") or PAGES[0]).partition(";")[0].strip().lower()
    return reason or (None if kind in PAGES else f"it is no page but {kind}")


def _outcome(
    article: Article, response: Response, future: Future[FullPage], *, now: datetime
) -> ArticleOutcome:
    match future.exception():
        case None:
            page = future.result()
            error = None if page.text else f"it is not the article: {', '.join(page.flags)}"
            return ArticleOutcome(
                article.entry_id,
                article.source.source.id,
                page,
                error=error,
                http_status=response.status,
            )
        case ParseError() as fault:
            return _given_up(article, str(fault), response)
        case fault:  # over one page is that page's failure
            return _failed(article, response, f"{type(fault).__name__}: {fault}", now=now)


def _failed(article: Article, response: Response, reason: str, *, now: datetime) -> ArticleOutcome:
    """Return a failure, and when to try again: seldom, and never where it would not help."""
    given_up = _given_up(article, reason, response)
    asked = timedelta(seconds=retry_after(response, now))
    is_last = article.tries >= len(WAITS)
    if response.status in REFUSALS:
        until = now + max(PAUSE, asked)
        is_put_off = response.status == HTTPStatus.TOO_MANY_REQUESTS and not is_last
        return replace(given_up, pause_until=until, next_try=until if is_put_off else None)
    if response.status in LASTING or response.body or is_last:
        return given_up
    return replace(given_up, next_try=now + max(WAITS[article.tries], asked))


def _given_up(article: Article, reason: str, response: Response | None = None) -> ArticleOutcome:
    return ArticleOutcome(
        article.entry_id,
        article.source.source.id,
        page=None,
        error=reason,
        http_status=response.status if response else None,
    )
