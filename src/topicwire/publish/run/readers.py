"""Readers with feeds of their own: who they are, and what they say of entries."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from topicwire.errors import NotFoundError, StoreError
from topicwire.model.document import heir
from topicwire.model.judging import Label, LabelledBy
from topicwire.publish import html, own
from topicwire.publish.address import web_url
from topicwire.publish.compose import Site, topic_path
from topicwire.publish.own import Answer, OwnReader
from topicwire.publish.wording import excerpt, line
from topicwire.store.store import Store

_NOTED = {
    True: "It is noted that this entry is on topic.",
    False: "It is noted that this entry is not on topic.",
}
_DECIDED = "An editor has decided on this entry already, and that stands."


class Readers:
    """Those who read with a feed of their own: who they are, and what they say of entries."""

    def __init__(self, store: Store, site: Site, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._site = site
        self._clock = clock

    def admit(self, token: str, *, client: str, topic_id: str) -> OwnReader | None:
        """Return whose token it is if it opens the topic, and note that they came, else None."""
        found = self._store.admitted(own.digest_of(token), topic_id)
        if found is None:
            return None
        with suppress(StoreError):  # a busy database must not keep a reader from reading
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
            topic_id=given.topic_id,
            entry_id=given.entry_id,
            expect=given.is_on_topic,
            who=who,
            by=LabelledBy.FEEDBACK,
            made=self._clock(),
        )
        (stands,) = self._store.label((label,))
        outcome = _NOTED[label.expect] if stands == label else _DECIDED
        return html.render_feedback(replace(asked, outcome=outcome), self._site)

    def _signed(self, path: str) -> tuple[Answer, str]:
        """Return the answer of a link, and the name of the reader that it was signed for.

        Readers keep what they have read: a link may name the topic by an earlier id.
        """
        given = own.signed_answer(path)
        in_use = (each for each in self._store.tokens() if each.revoked is None)
        for token in in_use if given else ():
            if given and OwnReader(token.digest).has_signed(given):
                topic = self._store.standing(self._heir(given.answer.topic_id)).topic
                if token.opens(topic.id, is_private=topic.private):
                    return replace(given.answer, topic_id=topic.id), token.name
        raise NotFoundError("this link was signed for no reader; see `topicwire token list`")

    def _heir(self, topic_id: str) -> str:
        """Return the id under which a topic goes on."""
        states = {each.id: each for each in self._store.topic_states()}
        return heir(states[topic_id], states.get).id if topic_id in states else topic_id

    def _asked(self, given: Answer) -> html.Asked:
        topic = self._store.standing(given.topic_id).topic
        stored = self._store.entry(given.entry_id)
        return html.Asked(
            title=line(stored.entry.title) or excerpt(stored.entry.text, 100) or "Untitled",
            url=web_url(stored.entry.url),
            topic_title=line(topic.title) or topic.id,
            topic_path=None if topic.private else topic_path(topic.id),
            is_on_topic=given.is_on_topic,
        )
