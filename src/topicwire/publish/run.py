"""Act 3 as the doors use it: documents rendered from the store, on demand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b

from topicwire.errors import NotFoundError
from topicwire.model.document import Document, Format, TopicState
from topicwire.model.judging import Label, LabelledBy
from topicwire.publish import atom, html, jsonfeed, opml, own, rss
from topicwire.publish.address import web_url
from topicwire.publish.compose import Site, compose, topic_path
from topicwire.publish.own import OwnReader, SignedAnswer
from topicwire.publish.wording import excerpt, line
from topicwire.store.store import Store

_RENDERERS = {
    Format.ATOM: (atom.render, "application/atom+xml; charset=utf-8"),
    Format.RSS: (rss.render, "application/rss+xml; charset=utf-8"),
    Format.JSON: (jsonfeed.render, "application/feed+json"),
    Format.HTML: (html.render_topic, "text/html; charset=utf-8"),
}
_ASSETS = {"style.css": "text/css; charset=utf-8", "favicon.svg": "image/svg+xml"}

_NOTED = {
    True: "It is noted that this entry is on topic.",
    False: "It is noted that this entry is not on topic.",
}
_DECIDED = "An editor has decided on this entry already, and that stands."

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
        del page  # the archive follows
        edition = self._store.edition(topic_id)
        render, media_type = _RENDERERS[form]
        body = render(compose(edition, self._site, own=OwnReader(reader) if reader else None))
        return _document(body, media_type, edition.standing.edition_time)

    def index(self) -> Document:
        """Return the page that lists all topics."""
        summaries = self._store.summaries()
        modified = max((one.standing.edition_time for one in summaries), default=_LONG_AGO)
        body = html.render_index(summaries, self._site)
        return _document(body, "text/html; charset=utf-8", modified)

    def opml(self) -> Document:
        """Return the subscription list of all topics."""
        topics = self._store.standing_topics()
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


class Readers:
    """Those who read with a feed of their own: who they are, and what they say of entries."""

    def __init__(self, store: Store, site: Site, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._site = site
        self._clock = clock

    def admit(self, token: str, *, client: str) -> OwnReader | None:
        """Return whose token it is, and note that they came; None when it opens nothing."""
        found = self._store.token(own.digest_of(token))
        if found is None:
            return None
        self._store.note_use(found, client=own.client(client), now=self._clock())
        return OwnReader(found.digest)

    def ask(self, path: str) -> bytes:
        """Return the page that asks for the answer of a link; nothing changes.

        Raises:
            NotFoundError: the link was signed for nobody, or what it names is not there.
        """
        given, _ = self._signed(path)
        return html.render_feedback(self._asked(given), self._site)

    def take(self, path: str) -> bytes:
        """Take the answer of a link for a label, and return the page that says so.

        Raises:
            NotFoundError: the link was signed for nobody, or what it names is not there.
        """
        given, who = self._signed(path)
        asked = self._asked(given)
        label = Label(
            topic_id=given.answer.topic_id,
            entry_id=given.answer.entry_id,
            expect=given.answer.is_on_topic,
            who=who,
            by=LabelledBy.FEEDBACK,
            made=self._clock(),
        )
        (stands,) = self._store.label((label,))
        outcome = _NOTED[label.expect] if stands == label else _DECIDED
        return html.render_feedback(replace(asked, outcome=outcome), self._site)

    def _signed(self, path: str) -> tuple[SignedAnswer, str]:
        """Return the answer of a link, and the name of the reader that it was signed for."""
        given = own.signed_answer(path)
        in_use = (each for each in self._store.tokens() if each.revoked is None)
        for token in in_use if given else ():
            if given and OwnReader(token.digest).has_signed(given):
                return given, token.name
        raise NotFoundError("this link was signed for no reader; see `topicwire token list`")

    def _asked(self, given: SignedAnswer) -> html.Asked:
        topic = self._store.standing(given.answer.topic_id).topic
        stored = self._store.entry(given.answer.entry_id)
        return html.Asked(
            title=line(stored.entry.title) or excerpt(stored.entry.text, 100) or "Untitled",
            url=web_url(stored.entry.url),
            topic_title=line(topic.title) or topic.id,
            topic_path=topic_path(topic.id),
            is_on_topic=given.answer.is_on_topic,
        )


def _document(body: bytes, media_type: str, modified: datetime) -> Document:
    digest = blake2b(body, digest_size=16).hexdigest()
    return Document(body=body, media_type=media_type, etag=f'"{digest}"', modified=modified)
