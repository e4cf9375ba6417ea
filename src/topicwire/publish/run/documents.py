"""Documents rendered from the store, on demand."""

from collections.abc import Hashable
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b

from topicwire.errors import NotFoundError
from topicwire.model.document import Document, Format, TopicState
from topicwire.publish import atom, html, jsonfeed, opml, pages, rss
from topicwire.publish.compose import FeedPage, Site, compose
from topicwire.publish.headers import MEDIA_TYPES, OPML
from topicwire.publish.own import OwnReader
from topicwire.store.arranging import MOST_OLD
from topicwire.store.store import Store

_RENDERERS = {
    Format.ATOM: atom.render,
    Format.RSS: rss.render,
    Format.JSON: jsonfeed.render,
    Format.HTML: html.render_topic,
}
_ASSETS = {
    "style.css": "text/css; charset=utf-8",
    "favicon.svg": "image/svg+xml",
    "icon.png": "image/png",
    "apple-touch-icon.png": "image/png",
    "card.png": "image/png",
}

_PAGES_KEPT = 8  # composed for one format, and rendered soon in the others
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # when a list of no topics last changed


class Publisher:
    """Renders documents: the same edition gives the same bytes, on every node and at any time."""

    def __init__(self, store: Store, site: Site) -> None:
        self._store = store
        self._site = site
        self._composed = lru_cache(maxsize=_PAGES_KEPT)(self._compose)

    def pulse(self) -> Hashable:
        """Return what differs from an earlier pulse when there may be something new to read."""
        return self._store.pulse()

    def topics(self) -> tuple[TopicState, ...]:
        """Return the state of every topic, also of those that are no more."""
        return self._store.topic_states()

    def topic(
        self, topic_id: str, form: Format, *, page: int = 0, reader: str | None = None
    ) -> Document:
        """Return a topic's current document (page 0) or a page of its archive.

        For the reader of that digest it is a feed of their own.

        Raises:
            NotFoundError: when there is no such topic or page.
        """
        standing = self._store.standing(topic_id)
        if reader is None:
            composed = self._composed(topic_id, page, standing.edition, standing.edition_time)
        else:
            edition = self._store.edition(topic_id, page=page)
            composed = compose(edition, self._site, own=OwnReader(reader))
        return document(_RENDERERS[form](composed), MEDIA_TYPES[form], standing.edition_time)

    def _compose(self, topic_id: str, page: int, edition: int, time: datetime) -> FeedPage:
        """Return a page for all formats of an edition: they are asked for soon after one another."""
        del edition, time  # another one is another page
        return compose(self._store.edition(topic_id, page=page), self._site)

    def about(self) -> Document:
        """Return the page that says what this site is and how to use it."""
        body = html.render_about(self._site, most_old=MOST_OLD)
        return document(body, MEDIA_TYPES[Format.HTML])

    def index(self) -> Document:
        """Return the page that lists all topics."""
        summaries = tuple(
            each for each in self._store.summaries() if not each.standing.topic.private
        )
        return document(html.render_index(summaries, self._site), MEDIA_TYPES[Format.HTML])

    def opml(self) -> Document:
        """Return the subscription list of all topics."""
        topics = tuple(each for each in self._store.standing_topics() if not each.topic.private)
        modified = max((one.edition_time for one in topics), default=_LONG_AGO)
        body = opml.render(topics, self._site, modified=modified)
        return document(body, OPML)

    def assets(self) -> tuple[str, ...]:
        """Return the names of the files that the pages link to."""
        return tuple(_ASSETS)

    def asset(self, name: str) -> Document:
        """Return a file that the pages link to: the stylesheet, an icon or the preview card.

        Raises:
            NotFoundError: when there is no such file.
        """
        if name not in _ASSETS:
            raise NotFoundError(
                f"there is no file {name!r}; the pages link to {', '.join(_ASSETS)}"
            )
        return document(pages.asset(name), _ASSETS[name])


def document(body: bytes, media_type: str, modified: datetime | None = None) -> Document:
    """Return a document with the strong validator of its bytes."""
    digest = blake2b(body, digest_size=16).hexdigest()
    return Document(body=body, media_type=media_type, etag=f'"{digest}"', modified=modified)
