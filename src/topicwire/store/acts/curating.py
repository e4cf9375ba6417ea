"""What the act of curate asks of the store, and what it saves."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from topicwire.model.catalogue import Source
from topicwire.model.judging import (
    Answer,
    Held,
    Learned,
    Placed,
    StandingTopic,
    StoredEntry,
    Verdict,
)
from topicwire.store import (
    answers,
    judging,
    learned,
    placing,
    proving,
    sources,
    topics,
)
from topicwire.store.acts.base import OnDatabase


class Curating(OnDatabase):
    """What the act of curate asks of the store, and what it saves."""

    # ---- curate ----------------------------------------------------------------------

    def standing_topics(self) -> tuple[StandingTopic, ...]:
        """Return the topics of the catalogue, by id."""
        with self._database.reading() as connection:
            return topics.standing_topics(connection)

    def standing(self, topic_id: str) -> StandingTopic:
        """Return the topic.

        Raises:
            NotFoundError: the catalogue has none of that id.
        """
        with self._database.reading() as connection:
            return topics.standing(connection, topic_id)

    def unsure(
        self, topic_id: str, *, around: float, limit: int
    ) -> tuple[tuple[StoredEntry, Verdict], ...]:
        """Return the entries that nobody labelled in a topic, by how near to a score theirs is."""
        with self._database.reading() as connection:
            return judging.unsure(connection, topic_id, around=around, limit=limit)

    def models(self, topic_id: str) -> tuple[Learned, ...]:
        """Return the models that a topic has learned, the latest first."""
        with self._database.reading() as connection:
            return learned.models(connection, topic_id)

    def model(self, topic_id: str, number: int) -> Learned:
        """Return one model of a topic.

        Raises:
            NotFoundError: it has none of that number.
        """
        with self._database.reading() as connection:
            return learned.model(connection, topic_id, number)

    def keep_model(
        self,
        topic_id: str,
        *,
        version: str,
        figures: Mapping[str, object],
        weights: Mapping[str, object],
        now: datetime,
    ) -> int:
        """Keep a learned model, to be heard in shadow from now on; return its number."""
        with self._database.writing() as connection:
            return learned.keep(
                connection, topic_id, version=version, figures=figures, weights=weights, now=now
            )

    def promote(self, topic_id: str, number: int) -> None:
        """Let a model decide for its topic, or with 0 the rule; the archive is judged anew.

        Raises:
            NotFoundError: there is no such topic or model.
        """
        with self._database.writing() as connection:
            learned.promote(connection, topic_id, number)

    def has_unjudged(self) -> bool:
        """Return whether an entry is left to judge for any topic: cheap enough for every second."""
        with self._database.reading() as connection:
            return topics.has_unjudged(connection)

    def sources_of(self, names: Iterable[str]) -> dict[str, Source]:
        """Return the sources of these ids by id, also those that left the catalogue."""
        with self._database.reading() as connection:
            return sources.sources_of(connection, names)

    def left_by_topic(self) -> tuple[tuple[str, int], ...]:
        """Return how many entries, at most, each topic has not judged, the most first."""
        with self._database.reading() as connection:
            return topics.left_by_topic(connection)

    def unjudged(self, standing: StandingTopic, *, limit: int) -> tuple[StoredEntry, ...]:
        """Return the first entries, by `seq`, that this version of the topic has not judged.

        There are none when the topic was changed or removed meanwhile.
        """
        with self._database.reading() as connection:
            return judging.unjudged(connection, standing, limit=limit)

    def settled_after(self, seq: int, *, limit: int) -> tuple[StoredEntry, ...]:
        """Return the first entries after a `seq` that can be judged, in order, without HTML."""
        with self._database.reading() as connection:
            return judging.settled_after(connection, seq, limit=limit)

    def left_count(self) -> int:
        """Return how many judgements are left to make, over all topics."""
        with self._database.reading() as connection:
            return judging.left_count(connection)

    def unjudged_count(self, standing: StandingTopic) -> int:
        """Return how many entries this version of the topic has not judged."""
        with self._database.reading() as connection:
            return judging.unjudged_count(connection, standing)

    def place(
        self,
        standing: StandingTopic,
        verdicts: Sequence[Verdict],
        *,
        through: int,
        now: datetime,
    ) -> Placed:
        """Store the verdicts on the entries unjudged up to the `seq` `through`.

        Every entry that `unjudged` gave needs its verdict. Nothing is stored (`judged` is 0)
        when one is lacking or the topic was changed meanwhile.
        """
        with self._database.writing() as connection:
            return placing.place(connection, standing, verdicts, through=through, now=now)

    # ---- the second reader -----------------------------------------------------------

    def uncertain(
        self, standing: StandingTopic, asked: answers.Asked, *, limit: int
    ) -> tuple[StoredEntry, ...]:
        """Return entries whose score is in the band and that were not asked of, the latest first.

        Those that an editor has ruled on, or that are not judged as they are now, are not among
        them.
        """
        with self._database.reading() as connection:
            return answers.uncertain(connection, standing, asked, limit=limit)

    def undecided(
        self, standing: StandingTopic, asked: answers.Asked
    ) -> tuple[tuple[int, Answer], ...]:
        """Return entries whose verdict says other than the answer that is kept, with that answer."""
        with self._database.reading() as connection:
            return answers.undecided(connection, standing, asked)

    def answers(
        self, topic_id: str, version: str, model: str, fingerprints: Iterable[str]
    ) -> dict[str, Answer]:
        """Return the answers kept of entries in a topic, by the entries' fingerprints."""
        with self._database.reading() as connection:
            return answers.kept(connection, topic_id, version, model, fingerprints)

    def asked_since(self, topic_id: str, since: datetime) -> int:
        """Return how many answers the topic has had from a time on."""
        with self._database.reading() as connection:
            return answers.asked_since(connection, topic_id, since)

    def save_answer(
        self,
        standing: StandingTopic,
        entry_id: int,
        answer: Answer,
        decide: Callable[[Verdict], Verdict],
        *,
        now: datetime,
    ) -> Placed:
        """Keep an answer, and store what `decide` makes of the verdict on the entry.

        The verdict stays when the topic or the entry was changed meanwhile, or an editor has
        ruled on it; the answer is kept all the same.
        """
        with self._database.writing() as connection:
            return answers.save(connection, standing, entry_id, answer, decide, now=now)

    def place_all(
        self,
        standings: Sequence[StandingTopic],
        verdicts: Mapping[str, Sequence[Verdict]],
        *,
        judged: Mapping[int, int],
        through: int,
        now: datetime,
    ) -> tuple[Placed, ...]:
        """Store the verdicts of many topics, by topic, as `place` does for one.

        `judged` is the revision, by entry, of all that was judged; where no verdict is given on
        one it is refused.
        """
        with self._database.writing() as connection:
            return placing.place_all(
                connection, standings, verdicts, judged=judged, through=through, now=now
            )

    # ---- proving ---------------------------------------------------------------------

    def held(self, topic_id: str) -> dict[int, Held]:
        """Return by entry what stands of it in a topic, none for one that says nothing."""
        with self._database.reading() as connection:
            return proving.held(connection, topic_id)
