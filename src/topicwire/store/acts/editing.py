"""What editors and readers say of single entries, and who readers are."""

from collections.abc import Sequence
from datetime import datetime

from topicwire.model.judging import (
    Label,
    Placed,
    Ruling,
    StoredEntry,
    Token,
)
from topicwire.store import (
    labels,
    rulings,
    tokens,
)
from topicwire.store.acts.base import OnDatabase


class Editing(OnDatabase):
    """What editors and readers say of single entries, and who readers are."""

    def rule(self, ruling: Ruling) -> Placed:
        """Make a ruling, instead of the one there was, and place its entry by it at once.

        An entry that is not ready to be judged yet is placed when it is.

        Raises:
            NotFoundError: there is no such topic or entry.
        """
        with self._database.writing() as connection:
            return rulings.rule(connection, ruling)

    def release(self, topic_id: str, entry_id: int, *, now: datetime) -> Placed:
        """Take a ruling back, so that the verdict decides again.

        Raises:
            NotFoundError: there is no such topic or entry, or no ruling on that entry in it.
        """
        with self._database.writing() as connection:
            return rulings.release(connection, topic_id, entry_id, now=now)

    def rulings(self, topic_id: str) -> tuple[tuple[Ruling, StoredEntry], ...]:
        """Return the rulings in a topic with their entries, the latest first.

        Raises:
            NotFoundError: the catalogue has no topic of that id.
        """
        with self._database.reading() as connection:
            return rulings.of_topic(connection, topic_id)

    def rulings_of(self, entry_id: int) -> tuple[Ruling, ...]:
        """Return the rulings on an entry, by topic."""
        with self._database.reading() as connection:
            return rulings.of_entry(connection, entry_id)

    def label(self, given: Sequence[Label]) -> tuple[Label, ...]:
        """Label entries, the last word winning; return the labels that now stand, in that order.

        What an editor said stays, whatever readers say after.

        Raises:
            NotFoundError: there is no such topic or entry; then nothing is labelled.
        """
        with self._database.writing() as connection:
            return labels.give(connection, given)

    def remove_labels(self, topic_id: str, numbers: Sequence[int]) -> int:
        """Remove the labels of these entries in a topic; return how many there were.

        Raises:
            NotFoundError: there is no such topic or entry; then no label is removed.
        """
        with self._database.writing() as connection:
            return labels.remove(connection, topic_id, numbers)

    def labels(self, topic_id: str) -> tuple[tuple[Label, StoredEntry], ...]:
        """Return the labels in a topic with their entries, in the order they were given.

        Raises:
            NotFoundError: the catalogue has no topic of that id.
        """
        with self._database.reading() as connection:
            return labels.of_topic(connection, topic_id)

    def labels_of(self, entry_id: int) -> tuple[Label, ...]:
        """Return the labels of an entry, by topic."""
        with self._database.reading() as connection:
            return labels.of_entry(connection, entry_id)

    def add_token(self, token: Token) -> None:
        """Keep a new token.

        Raises:
            NameTakenError: a token of that name is in use.
        """
        with self._database.writing() as connection:
            tokens.add(connection, token)

    def tokens(self) -> tuple[Token, ...]:
        """Return all tokens, also those revoked, by name."""
        with self._database.reading() as connection:
            return tokens.listed(connection)

    def revoke_token(self, name: str, *, now: datetime) -> None:
        """Let the token of that name open nothing any more.

        Raises:
            NotFoundError: no token of that name is in use.
        """
        with self._database.writing() as connection:
            tokens.revoke(connection, name, now=now)

    def token(self, digest: str) -> Token | None:
        """Return the token of that digest if it is in use, else None."""
        with self._database.reading() as connection:
            return tokens.token(connection, digest)

    def admitted(self, digest: str, topic_id: str) -> Token | None:
        """Return the token of that digest if it is in use and opens the topic, else None."""
        with self._database.reading() as connection:
            return tokens.admitted(connection, digest, topic_id)

    def note_use(self, token: Token, *, client: str, now: datetime) -> None:
        """Note that a token was used, and by what program; once an hour, so that reading is quick."""
        if tokens.is_due(token, now=now):
            with self._database.writing() as connection:
                tokens.note(connection, token.digest, client=client, now=now)
