"""Telling subscribers of new editions, each as soon as it can be told."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import NamedTuple

from topicwire.errors import NotFoundError
from topicwire.model.document import Document, Format
from topicwire.model.hub import Behind, Told
from topicwire.model.road import Step
from topicwire.model.wire import Response
from topicwire.publish import hub
from topicwire.publish.compose import Site
from topicwire.publish.run.documents import Publisher
from topicwire.store.store import Store
from topicwire.world.web import Web

CLAIM = timedelta(minutes=2)  # longer than telling a batch can take
BATCH = 500
TICK = 0.5  # seconds between two looks at whether to stop


class _News(NamedTuple):
    """What somebody who is behind is told."""

    behind: Behind
    document: Document

    @property
    def is_known(self) -> bool:
        return hub.digest(self.document) == self.behind.subscriber.digest


def announce(
    store: Store,
    publisher: Publisher,
    web: Web,
    site: Site,
    *,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> Generator[Told]:
    """Tell who is behind of the current edition; yield what came of each once it is stored.

    It ends soon after `stopping` is true. Who has not been told is simply still behind, so that
    nothing is lost when this process dies. Several may announce at once: each takes those that
    no other has. Where somebody else's hub tells the subscribers, that hub alone is told.
    """
    if site.hub is None:
        return
    foreign = None if site.hub == site.url(hub.PATH) else site.hub
    if foreign is not None:
        store.enlist(foreign, host=hub.host(foreign), now=clock())
    while not stopping() and (found := _claimed(store, foreign, now=clock())):
        news = _news(publisher, found)
        store.told([hub.unchanged(each.behind, now=clock()) for each in news if each.is_known])
        new = {str(each.behind.subscriber.id): each for each in news if not each.is_known}
        requests = [hub.message(each.behind, each.document, site) for each in new.values()]
        with closing(web.arrivals(requests, tick=TICK)) as arrivals:
            for responses in arrivals:
                yield from _saved(store, new, responses, now=clock())
                if stopping():
                    break


def _claimed(store: Store, foreign: str | None, *, now: datetime) -> tuple[Behind, ...]:
    return store.claim_behind(now, until=now + CLAIM, hub=foreign, limit=BATCH)


def _news(publisher: Publisher, found: Sequence[Behind]) -> list[_News]:
    """Return the news for each, every document rendered once; none for a topic that left."""
    documents: dict[tuple[str, Format], Document | None] = {}
    for each in found:
        which = each.subscriber.topic_id, each.subscriber.format
        if which not in documents:
            documents[which] = _document(publisher, *which)
    rendered = ((e, documents[e.subscriber.topic_id, e.subscriber.format]) for e in found)
    return [_News(behind, document) for behind, document in rendered if document is not None]


def _document(publisher: Publisher, topic_id: str, form: Format) -> Document | None:
    try:
        return publisher.topic(topic_id, form)
    except NotFoundError:
        return None


def _saved(
    store: Store, news: Mapping[str, _News], responses: Sequence[Response], *, now: datetime
) -> list[Told]:
    """Save what came of some while others are still waited for."""
    told = [_outcome(news[each.key], each, now=now) for each in responses]
    going = [each.subscriber for each in told if not each.is_ended]
    if told:
        store.told(going, ended=[each.subscriber for each in told if each.is_ended])
    return told


def _outcome(news: _News, response: Response, *, now: datetime) -> Told:
    subscriber = hub.after(news.behind, response, digest=hub.digest(news.document), now=now)
    return Told(
        subscriber,
        response.status,
        response.elapsed,
        error=subscriber.error,
        is_ended=hub.is_ended(subscriber, response),
        step=Step("deliver", now - timedelta(seconds=response.elapsed), now),
        since=hub.told_until(news.behind.subscriber),
    )
