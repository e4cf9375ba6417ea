"""What the act of publish asks of the store, and what its hub saves."""

from collections.abc import Hashable, Sequence
from datetime import datetime

from topicwire.model.document import Format, TopicState, TopicSummary
from topicwire.model.hub import Behind, Intent, Load, Subscriber
from topicwire.model.judging import (
    Edition,
    Place,
)
from topicwire.model.road import Mark
from topicwire.store import (
    editions,
    intents,
    placing,
    subscribers,
    topics,
)
from topicwire.store.acts.base import OnDatabase


class Publishing(OnDatabase):
    """What the act of publish asks of the store, and what its hub saves."""

    # ---- publish ---------------------------------------------------------------------

    def editions(self) -> tuple[tuple[str, int], ...]:
        """Return the id and the edition of each topic, by id: cheap enough for every second."""
        with self._database.reading() as connection:
            return topics.editions(connection)

    def pulse(self) -> Hashable:
        """Return what differs from an earlier pulse once something was written: cheap, and no more."""
        return self._database.pulse()

    def topic_states(self) -> tuple[TopicState, ...]:
        """Return what answering for each topic's addresses takes, also of those that are no more."""
        with self._database.reading() as connection:
            return topics.states(connection)

    def edition(self, topic_id: str, *, page: int = 0) -> Edition:
        """Return the topic with the placements of its current document, as of one moment.

        With a `page`, of that page of its archive.

        Raises:
            NotFoundError: the catalogue has no topic of that id, or its archive no such page.
        """
        with self._database.reading() as connection:
            return editions.edition(connection, topic_id, page=page)

    def place_of(self, topic_id: str, entry_id: int) -> Place | None:
        """Return where an entry stands in a topic, None where it does not."""
        with self._database.reading() as connection:
            return editions.place_of(connection, topic_id, entry_id)

    def summaries(self) -> tuple[TopicSummary, ...]:
        """Return the topics of the catalogue by id, as the index page shows them."""
        with self._database.reading() as connection:
            return editions.summaries(connection)

    def placements_count(self, topic_id: str) -> int:
        """Return how many entries stand in the topic."""
        with self._database.reading() as connection:
            return editions.placements_count(connection, topic_id)

    # ---- the hub ---------------------------------------------------------------------

    def hub_load(self, topic_id: str, form: Format, *, host: str) -> Load:
        """Return how much there is to do already, beside what is asked for a callback at a host."""
        with self._database.reading() as connection:
            return intents.load(connection, topic_id, form, host=host)

    def ask(self, intent: Intent) -> bool:
        """Keep an intent instead of the callback's last one; False when there is no such topic."""
        with self._database.writing() as connection:
            return intents.ask(connection, intent)

    def claim_intents(self, now: datetime, *, until: datetime, limit: int) -> tuple[Intent, ...]:
        """Return the intents whose time has come, which nobody else is given before `until`."""
        with self._database.reading() as connection:
            if not intents.is_waiting(connection, now):
                return ()
        with self._database.writing() as connection:
            return intents.claim(connection, now, until=until, limit=limit)

    def verified(self, intent: Intent, *, now: datetime, until: datetime) -> bool:
        """Do what a callback has confirmed; False when it asked for something else meanwhile."""
        with self._database.writing() as connection:
            return intents.verified(connection, intent, now=now, until=until)

    def put_off(self, intent: Intent, later: Intent | None) -> None:
        """Keep an intent to be tried once more, or with None forget it; the subscriber stays."""
        with self._database.writing() as connection:
            intents.put_off(connection, intent, later)

    def enlist(self, address: str, *, host: str, now: datetime) -> None:
        """Let somebody else's hub be told of every document."""
        with self._database.reading() as connection:
            if not subscribers.unlisted(connection, address):
                return
        with self._database.writing() as connection:
            subscribers.enlist(connection, address, host=host, now=now)

    def claim_behind(
        self, now: datetime, *, until: datetime, hub: str | None = None, limit: int
    ) -> tuple[Behind, ...]:
        """Return who is to be told of a new edition, and is given to nobody else before `until`.

        Those that answer quickly come first. With `hub` it is that hub alone.
        """
        with self._database.reading() as connection:
            if not subscribers.is_behind(connection, now, hub=hub):
                return ()
        with self._database.writing() as connection:
            return subscribers.claim(connection, now, until=until, hub=hub, limit=limit)

    def told(self, given: Sequence[Subscriber], *, ended: Sequence[Subscriber] = ()) -> None:
        """Save what came of telling subscribers, and forget those that have ended."""
        if not given and not ended:
            return
        with self._database.writing() as connection:
            subscribers.told(connection, given, ended)

    def entered(self, topic_id: str, *, since: datetime, limit: int) -> tuple[Mark, ...]:
        """Return the latest entries that came into a topic since then and are published there."""
        with self._database.reading() as connection:
            return placing.entered(connection, topic_id, since=since, limit=limit)

    def release_claims(self, now: datetime) -> None:
        """Let all be told or verified at once that a process had claimed when it died."""
        with self._database.writing() as connection:
            subscribers.release(connection, now)
            intents.release(connection, now)

    def subscribers(self, topic_id: str) -> tuple[Subscriber, ...]:
        """Return who is told of a topic's editions, in the order they came."""
        with self._database.reading() as connection:
            return subscribers.listed(connection, topic_id)
