"""What the act of ingest asks of the store, and what it saves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from topicwire.model.article import (
    Article,
    ArticleCounts,
    ArticleOutcome,
    Kin,
    Memory,
    RobotsFile,
    Settled,
)
from topicwire.model.judging import (
    StoredEntry,
)
from topicwire.model.push import Delivery, Subscription
from topicwire.model.wire import Brought, Feed, Outline, Poll, Polled, PollOutcome
from topicwire.store import (
    ahead,
    articles,
    kin,
    outlines,
    polls,
    robots,
    settling,
    sources,
    subscriptions,
)
from topicwire.store.acts.base import OnDatabase


class Ingesting(OnDatabase):
    """What the act of ingest asks of the store, and what it saves."""

    # ---- ingest ----------------------------------------------------------------------

    def due(
        self, now: datetime, *, limit: int | None = None, with_new: bool = False
    ) -> tuple[Polled, ...]:
        """Return the sources whose next poll has come, those of different hosts in turn.

        With `with_new` also all that were never polled, though their turn may be later.
        """
        with self._database.reading() as connection:
            return sources.due(connection, now, limit=limit, with_new=with_new)

    def due_addresses(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """Return id and URL of the sources whose next poll has come, those in trouble last."""
        with self._database.reading() as connection:
            return sources.due_addresses(connection, now)

    def still_due(self, names: Sequence[str], now: datetime) -> tuple[Polled, ...]:
        """Return those of the named sources whose next poll has come, as `due` would."""
        with self._database.reading() as connection:
            return sources.still_due(connection, names, now)

    def spread_overdue(self, now: datetime, *, window: float) -> int:
        """Let what has long been due become so one after another, within `window` seconds.

        Returns how many sources that are.
        """
        with self._database.writing() as connection:
            return sources.spread_overdue(connection, now=now, window=window)

    def spread(self, names: Sequence[str], now: datetime, *, window: float) -> None:
        """Let the named sources become due one after another, within `window` seconds."""
        with self._database.writing() as connection:
            sources.spread(connection, names, now=now, window=window)

    def turn_back(self, now: datetime) -> timedelta:
        """Bring back what a clock that was ahead has put off; return how far it was, if at all."""
        with self._database.writing() as connection:
            return ahead.turn_back(connection, now)

    def next_due(self) -> datetime | None:
        """Return when the next source is due, None when there is none to poll."""
        with self._database.reading() as connection:
            return sources.next_due(connection)

    def polled(self, names: Sequence[str]) -> tuple[Polled, ...]:
        """Return the sources of these ids, in that order.

        Raises:
            NotFoundError: the catalogue has none of one of these ids.
        """
        with self._database.reading() as connection:
            return sources.polled(connection, names)

    def sources(self, *, removed: bool = False) -> tuple[Polled, ...]:
        """Return all sources by id; with `removed` also those that left the catalogue."""
        with self._database.reading() as connection:
            return sources.listed(connection, removed=removed)

    def ask_poll(self, names: Sequence[str], *, now: datetime) -> None:
        """Make the sources of these ids due, also those whose server said that they are gone.

        Raises:
            NotFoundError: the catalogue has none of one of these ids.
        """
        with self._database.writing() as connection:
            sources.ask_poll(connection, names, now=now)

    def postpone(self, names: Sequence[str], *, until: datetime) -> None:
        """Let the named sources be due at a time, and not before."""
        with self._database.writing() as connection:
            sources.postpone(connection, names, until=until)

    def bring_forward(self, source_id: str, *, to: datetime, last_poll: datetime | None) -> None:
        """Let a source be due at an earlier time, unless it was polled or held back meanwhile.

        `last_poll` is when it was polled last, as far as the caller knows.
        """
        with self._database.writing() as connection:
            sources.bring_forward(connection, source_id, to=to, last_poll=last_poll)

    def outlines(self, names: Sequence[str]) -> dict[str, Outline]:
        """Return what is remembered of the last documents of these sources, where there is any."""
        with self._database.reading() as connection:
            return outlines.kept(connection, names)

    def save_polls(self, polled: Sequence[Poll], *, now: datetime) -> tuple[PollOutcome, ...]:
        """Save the polls with the entries they brought; return an outcome each, in that order.

        A poll of a source that left the catalogue meanwhile changes nothing.
        """
        with self._database.writing() as connection:
            return polls.save(connection, polled, now=now)

    def save_feed(self, source_id: str, feed: Feed, *, now: datetime) -> Brought:
        """Save the entries of a document that no poll brought.

        Nothing else of the source changes, and nothing that the document lacks is taken for gone.
        """
        part = replace(feed, is_complete=False)
        with self._database.writing() as connection:
            return polls.save_feed(connection, source_id, part, now=now)

    def backfilling(self) -> tuple[Polled, ...]:
        """Return the sources of whose archive a document is still to be read."""
        with self._database.reading() as connection:
            return sources.backfilling(connection)

    def save_backfill(
        self, source_id: str, feed: Feed | None, *, older: str | None, now: datetime
    ) -> Brought:
        """Save a document of a source's archive, and which is next.

        None as `feed` says that it could not be read; None as `older` that it was the last.
        """
        with self._database.writing() as connection:
            found = Brought()
            if feed is not None:
                part = replace(feed, is_complete=False, retractions=())
                found = polls.save_feed(connection, source_id, part, now=now)
            sources.go_back(connection, source_id, older=older)
            return found

    def put_off_backfill(self, source_id: str) -> None:
        """Let the next document of a source's archive be tried again after its next poll."""
        with self._database.writing() as connection:
            sources.put_off(connection, source_id)

    # ---- articles --------------------------------------------------------------------

    def articles_due(self, now: datetime, *, limit: int) -> tuple[Article, ...]:
        """Return the articles' pages whose time has come, those of different hosts in turn."""
        with self._database.reading() as connection:
            return articles.due(connection, now, limit=limit)

    def save_articles(self, outcomes: Sequence[ArticleOutcome]) -> None:
        """Save what articles' pages gave; entries with a new text are to be settled again."""
        with self._database.writing() as connection:
            articles.save(connection, outcomes)

    def article_counts(self, source_id: str) -> ArticleCounts:
        """Return what came of the pages of a source's articles."""
        with self._database.reading() as connection:
            return articles.counts(connection, source_id)

    def robots(self, origins: Iterable[str]) -> dict[str, RobotsFile]:
        """Return the robots.txt kept of the origins, by origin."""
        with self._database.reading() as connection:
            return robots.kept(connection, origins)

    def keep_robots(self, files: Sequence[RobotsFile]) -> None:
        """Keep the files instead of those that were there."""
        with self._database.writing() as connection:
            robots.keep(connection, files)

    # ---- push ------------------------------------------------------------------------

    def pushable(self) -> tuple[tuple[Polled, tuple[Subscription, ...]], ...]:
        """Return the sources that name a hub, each with its subscriptions, the latest first."""
        with self._database.reading() as connection:
            return subscriptions.pushable(connection)

    def subscription(self, token: str) -> Subscription | None:
        """Return the subscription of a callback, None when there is none."""
        with self._database.reading() as connection:
            return subscriptions.subscription(connection, token)

    def save_subscription(self, given: Subscription) -> None:
        """Save a subscription; one that becomes active ends the others of its source."""
        with self._database.writing() as connection:
            subscriptions.save(connection, given)

    def end_leases(self, now: datetime, *, are_wanted: bool = True) -> None:
        """End the subscriptions whose lease is over or whose source left; if none is wanted, all."""
        with self._database.writing() as connection:
            subscriptions.end_leases(connection, now, are_wanted=are_wanted)

    def excuse(self, source_id: str) -> None:
        """Note that the hub of a source has told of what was not taken, and a poll has to find."""
        with self._database.writing() as connection:
            subscriptions.excuse(connection, source_id)

    def receive(self, given: Subscription, delivery: Delivery) -> bool:
        """Keep what a hub has pushed until it is read; False when too much is waiting already."""
        with self._database.writing() as connection:
            return subscriptions.receive(connection, given, delivery)

    def deliveries(self, *, limit: int) -> tuple[Delivery, ...]:
        """Return what has been pushed and not been read, the earliest first."""
        with self._database.reading() as connection:
            return subscriptions.waiting(connection, limit=limit)

    def delivered(self, delivery_id: int) -> None:
        """Forget a delivery that has been read."""
        with self._database.writing() as connection:
            subscriptions.done(connection, delivery_id)

    # ---- settle ----------------------------------------------------------------------

    def unsettled(self, now: datetime, *, limit: int) -> tuple[StoredEntry, ...]:
        """Return entries that can be made ready to be judged, those that came first first.

        One whose article's page is still to be tried for the first time is not among them.
        """
        with self._database.reading() as connection:
            return settling.unsettled(connection, now, limit=limit)

    def memories(self, names: Iterable[str]) -> dict[str, Memory]:
        """Return what is remembered of the entries of the named sources."""
        with self._database.reading() as connection:
            return settling.recall(connection, names)

    def kin(
        self, batch: Sequence[StoredEntry], sketches: Mapping[int, Sequence[int]]
    ) -> list[tuple[Kin, ...]]:
        """Return for each entry the others that may tell the same story, in the batch and before.

        The sketches of the entries, by their numbers, are kept, so that kin of them is found.
        """
        with self._database.writing() as connection:
            settling.keep_sketches(connection, sketches)
            return [kin.kin(connection, each, sketches[each.id]) for each in batch]

    def settle(self, settled: Sequence[Settled], memories: Sequence[Memory]) -> None:
        """Make the entries ready to be judged, in the order given, and keep the memories."""
        with self._database.writing() as connection:
            settling.settle(connection, settled, memories)
