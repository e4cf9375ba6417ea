"""The store: the one value through which acts and doors meet the database."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Self

from topicwire.model.article import (
    Article,
    ArticleCounts,
    ArticleOutcome,
    Kin,
    Memory,
    RobotsFile,
    Settled,
)
from topicwire.model.catalogue import Definition, Source
from topicwire.model.document import Format, TopicState, TopicSummary
from topicwire.model.hub import Behind, Intent, Load, Subscriber
from topicwire.model.judging import (
    Answer,
    Edition,
    Held,
    Label,
    Learned,
    Place,
    Placed,
    Ruling,
    StandingTopic,
    StoredEntry,
    Token,
    Verdict,
)
from topicwire.model.push import Delivery, Subscription
from topicwire.model.report import Change, Counts
from topicwire.model.wire import Feed, Poll, Polled, PollOutcome
from topicwire.store import (
    answers,
    articles,
    counts,
    dialect,
    editions,
    entries,
    intents,
    judging,
    kin,
    labels,
    learned,
    migrate,
    mirror,
    placing,
    polls,
    proving,
    robots,
    rulings,
    settling,
    sources,
    subscribers,
    subscriptions,
    tokens,
    topics,
)
from topicwire.store.database import Database


class Store:
    """An open database; its methods may be called from any thread.

    Each method is one transaction: all of it is stored, or nothing. Each raises StoreError when
    the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str, *, create: bool = False) -> Self:
        """Open the database at `url`; with `create`, make it if it is missing or empty.

        An older schema is never migrated here: that is for the operator to say.

        Raises:
            StoreError: it cannot be reached, is no database of Topicwire, or its schema is not
                the one that this program needs.
        """
        if create and migrate.revision(url) is None:
            migrate.migrate(url)
        migrate.check(url)
        return cls(Database(dialect.database_path(url)))

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    @property
    def lock_path(self) -> Path:
        """The file by which one process alone may lock the work on this database."""
        return self._database.path.with_name(f"{self._database.path.name}.lock")

    # ---- the catalogue ------------------------------------------------------------------

    def plan(
        self, wanted: Sequence[Source], definitions: Sequence[Definition]
    ) -> tuple[Change, ...]:
        """Return what `mirror` would change."""
        with self._database.reading() as connection:
            return mirror.plan(connection, wanted, definitions)

    def mirror(
        self,
        wanted: Sequence[Source],
        definitions: Sequence[Definition],
        *,
        now: datetime,
        host: str,
    ) -> tuple[Change, ...]:
        """Make the database want what the catalogue wants; return what changed.

        What left the catalogue is neither polled nor judged any more, but nothing of it is lost.
        `host` and the date of `now` go into the `tag:` URIs of what is new, for good.
        """
        with self._database.writing() as connection:
            return mirror.mirror(connection, wanted, definitions, now=now, host=host)

    # ---- ingest -------------------------------------------------------------------------

    def due(
        self, now: datetime, *, limit: int | None = None, with_new: bool = False
    ) -> tuple[Polled, ...]:
        """Return the sources whose next poll has come, those of different hosts in turn.

        With `with_new` also all that were never polled, though their turn may be later.
        """
        with self._database.reading() as connection:
            return sources.due(connection, now, limit=limit, with_new=with_new)

    def spread_overdue(self, now: datetime, *, window: float) -> int:
        """Let what has long been due become so one after another, within `window` seconds.

        Returns how many sources that are.
        """
        with self._database.writing() as connection:
            return sources.spread_overdue(connection, now=now, window=window)

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

    def save_polls(self, polled: Sequence[Poll], *, now: datetime) -> tuple[PollOutcome, ...]:
        """Save the polls with the entries they brought; return an outcome each, in that order.

        A poll of a source that left the catalogue meanwhile changes nothing.
        """
        with self._database.writing() as connection:
            return polls.save(connection, polled, now=now)

    def save_feed(self, source_id: str, feed: Feed, *, now: datetime) -> tuple[int, int]:
        """Save the entries of a document that no poll brought; return how many are new, revised.

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
    ) -> tuple[int, int]:
        """Save a document of a source's archive, and which is next; return new and revised.

        None as `feed` says that it could not be read; None as `older` that it was the last.
        """
        with self._database.writing() as connection:
            found = (0, 0)
            if feed is not None:
                part = replace(feed, is_complete=False, retractions=())
                found = polls.save_feed(connection, source_id, part, now=now)
            sources.go_back(connection, source_id, older=older)
            return found

    # ---- articles -----------------------------------------------------------------------

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

    # ---- push ---------------------------------------------------------------------------

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

    def end_leases(self, now: datetime) -> None:
        """End the subscriptions whose lease is over or whose source left."""
        with self._database.writing() as connection:
            subscriptions.end_leases(connection, now)

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

    # ---- settle -------------------------------------------------------------------------

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

    def keep_sketches(self, sketches: Mapping[int, Sequence[int]]) -> None:
        """Keep the sketches of the entries, by their numbers, so that kin of them is found."""
        with self._database.writing() as connection:
            settling.keep_sketches(connection, sketches)

    def kin(
        self, batch: Sequence[StoredEntry], sketches: Mapping[int, Sequence[int]]
    ) -> list[tuple[Kin, ...]]:
        """Return for each entry the others that may tell the same story."""
        with self._database.reading() as connection:
            return [kin.kin(connection, each, sketches[each.id]) for each in batch]

    def settle(self, settled: Sequence[Settled], memories: Sequence[Memory]) -> None:
        """Make the entries ready to be judged, in the order given, and keep the memories."""
        with self._database.writing() as connection:
            settling.settle(connection, settled, memories)

    # ---- curate -------------------------------------------------------------------------

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

    # ---- what editors and readers say -----------------------------------------------------

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

    # ---- the second reader --------------------------------------------------------------

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

    # ---- publish ------------------------------------------------------------------------

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

    # ---- the hub ------------------------------------------------------------------------

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

    def release_claims(self, now: datetime) -> None:
        """Let all be told or verified at once that a process had claimed when it died."""
        with self._database.writing() as connection:
            subscribers.release(connection, now)
            intents.release(connection, now)

    def subscribers(self, topic_id: str) -> tuple[Subscriber, ...]:
        """Return who is told of a topic's editions, in the order they came."""
        with self._database.reading() as connection:
            return subscribers.listed(connection, topic_id)

    # ---- the archive --------------------------------------------------------------------

    def entry(self, entry_id: int) -> StoredEntry:
        """Return the entry.

        Raises:
            NotFoundError: no entry has that number.
        """
        with self._database.reading() as connection:
            return entries.entry(connection, entry_id)

    def entries(
        self,
        *,
        source: str | None = None,
        topic: str | None = None,
        limit: int,
        before: int | None = None,
    ) -> tuple[StoredEntry, ...]:
        """Return the latest published entries, of one source or topic if named.

        With `before`, those that follow the entry of that number in this order.

        Raises:
            NotFoundError: no entry has the number `before`.
        """
        with self._database.reading() as connection:
            return entries.newest(
                connection, source=source, topic=topic, limit=limit, before=before
            )

    def archive(self, *, batch: int = 500) -> Iterator[StoredEntry]:
        """Yield all entries, the latest published first, read `batch` at a time."""
        found = self.entries(limit=batch)
        while found:
            yield from found
            found = self.entries(limit=batch, before=found[-1].id)

    def verdicts_of(self, entry_id: int) -> tuple[tuple[str, Verdict], ...]:
        """Return what the topics hold of the entry, as (topic id, verdict), by id.

        A topic that is not named has not judged it yet, or found nothing in it.
        """
        with self._database.reading() as connection:
            return judging.verdicts_of(connection, entry_id)

    # ---- proving ------------------------------------------------------------------------

    def held(self, topic_id: str) -> dict[int, Held]:
        """Return by entry what stands of it in a topic, none for one that says nothing."""
        with self._database.reading() as connection:
            return proving.held(connection, topic_id)

    # ---- upkeep -------------------------------------------------------------------------

    def counts(self) -> Counts:
        """Return how much the store holds."""
        with self._database.reading() as connection:
            return counts.counts(connection, size=dialect.size(self._database.path))

    def housekeeping(self, now: datetime) -> None:
        """Forget what is of no more use, and keep the database quick; meant for once a day."""
        with self._database.writing() as connection:
            settling.forget_sketches(connection, now)
            subscribers.end_leases(connection, now)
        self._database.tidy()
