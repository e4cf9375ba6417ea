"""Documents rendered from the store, on demand."""

from datetime import UTC, datetime
from hashlib import blake2b

from topicwire.errors import NotFoundError
from topicwire.model.document import Document, Format, TopicState
from topicwire.publish import atom, html, jsonfeed, opml, rss
from topicwire.publish.compose import Site, compose
from topicwire.publish.own import OwnReader
from topicwire.store.store import Store

_RENDERERS = {
    Format.ATOM: (atom.render, "application/atom+xml; charset=utf-8"),
    Format.RSS: (rss.render, "application/rss+xml; charset=utf-8"),
    Format.JSON: (jsonfeed.render, "application/feed+json"),
    Format.HTML: (html.render_topic, "text/html; charset=utf-8"),
}
_ASSETS = {"style.css": "text/css; charset=utf-8", "favicon.svg": "image/svg+xml"}

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # when what has no time of its own last changed


class Publisher:
    """Renders documents: the same edition gives the same bytes, on every node and at any time."""

    def __init__(self, store: Store, site: Site) -> None:
        self._store = store
        self._site = site

    def topics(self) -> tuple[TopicState, ...]:
        """Return the state of every topic, also of those that are no more.

        Cheap enough for every second.
        """
        return self._store.topic_states()

    def topic(
        self, topic_id: str, form: Format, *, page: int = 0, reader: str | None = None
    ) -> Document:
        """Return a topic's current document (page 0) or a page of its archive.

        For the reader of that digest it is a feed of their own.

        Raises:
            NotFoundError: when there is no such topic or page.
        """
        edition = self._store.edition(topic_id, page=page)
        render, media_type = _RENDERERS[form]
        body = render(compose(edition, self._site, own=OwnReader(reader) if reader else None))
        return _document(body, media_type, edition.standing.edition_time)

    def about(self) -> Document:
        """Return the page that says what this site is and how to use it."""
        raise NotFoundError("the page follows")

    def index(self) -> Document:
        """Return the page that lists all topics."""
        summaries = tuple(
            each for each in self._store.summaries() if not each.standing.topic.private
        )
        modified = max((one.standing.edition_time for one in summaries), default=_LONG_AGO)
        body = html.render_index(summaries, self._site)
        return _document(body, "text/html; charset=utf-8", modified)

    def opml(self) -> Document:
        """Return the subscription list of all topics."""
        topics = tuple(each for each in self._store.standing_topics() if not each.topic.private)
        modified = max((one.edition_time for one in topics), default=_LONG_AGO)
        body = opml.render(topics, self._site, modified=modified)
        return _document(body, "text/x-opml; charset=utf-8", modified)

    def asset(self, name: str) -> Document:
        """Return a file that the pages link to: style.css or favicon.svg.

        Raises:
            NotFoundError: when there is no such file.
        """
        if name not in _ASSETS:
            raise NotFoundError(
                f"there is no file {name!r}; the pages link to style.css and favicon.svg"
            )
        return _document(html.asset(name), _ASSETS[name], _LONG_AGO)


def _document(body: bytes, media_type: str, modified: datetime) -> Document:
    digest = blake2b(body, digest_size=16).hexdigest()
    return Document(body=body, media_type=media_type, etag=f'"{digest}"', modified=modified)
