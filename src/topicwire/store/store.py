"""The store: the one value through which acts and doors meet the database."""

from collections.abc import Generator, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from topicwire.model.catalogue import Definition, Source
from topicwire.model.judging import (
    StoredEntry,
    Verdict,
)
from topicwire.model.report import Change, Counts, Finding, Pruned
from topicwire.store import (
    check,
    counts,
    entries,
    judging,
    migrate,
    mirror,
    pruning,
    settling,
    subscribers,
    tallies,
    watching,
)
from topicwire.store.acts.curating import Curating
from topicwire.store.acts.editing import Editing
from topicwire.store.acts.ingesting import Ingesting
from topicwire.store.acts.publishing import Publishing
from topicwire.store.acts.watching import Watching
from topicwire.store.database import Database
from topicwire.store.dialects.named import named
from topicwire.store.dialects.sqlite import lock_path
from topicwire.store.sources import batches


class Store(Ingesting, Curating, Editing, Publishing, Watching):
    """An open database; its methods may be called from any thread.

    Each method is one transaction: all of it is stored, or nothing. Each raises StoreError when
    the database cannot be used.
    """

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
        return cls(Database(named(url)))

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    @property
    def lock_path(self) -> Path | None:
        """The file by which one process alone may lock the work; None where a server keeps it."""
        path = self._database.dialect.path
        return None if path is None else lock_path(path)

    def clock_gap(self, now: datetime) -> timedelta:
        """Return by how much `now` is ahead of the database's clock, 0 where this host's is its."""
        with self._database.reading() as connection:
            there = self._database.dialect.time(connection)
        return timedelta() if there is None else now - there

    # ---- the catalogue ---------------------------------------------------------------

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

    # ---- the archive -----------------------------------------------------------------

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

    # ---- upkeep ----------------------------------------------------------------------

    def counts(self) -> Counts:
        """Return how much the store holds."""
        with self._database.reading() as connection:
            return counts.counts(connection, size=self._database.dialect.size(connection))

    def housekeeping(self, now: datetime) -> None:
        """Forget what is of no more use, and keep the database quick; meant for once a day."""
        with self._database.writing() as connection:
            settling.forget_sketches(connection, now)
            subscribers.end_leases(connection, now)
            tallies.forget(connection, now)
            watching.forget(connection, now)
        self._database.tidy()

    def prunable(self, now: datetime, *, keep_days: int) -> tuple[Pruned, ...]:
        """Return what `prune` would remove, of each source and topic where that is something."""
        with self._database.reading() as connection:
            found = pruning.policies(connection, keep_days=keep_days, now=now)
            counted = [
                Pruned(each.kind, each.id, len(pruning.outdated(connection, each, now=now)))
                for each in found
            ]
        return tuple(each for each in counted if each.count)

    def prune(self, now: datetime, *, keep_days: int) -> Generator[Pruned]:
        """Remove what is older than it is to be kept and of no more use to anybody.

        Sources and topics say how long that is; `keep_days` is for the sources that do not, 0:
        for ever. Each batch is a transaction, and yielded once it is stored.
        """
        with self._database.reading() as connection:
            found = pruning.policies(connection, keep_days=keep_days, now=now)
        for policy in found:
            with self._database.reading() as connection:
                numbers = pruning.outdated(connection, policy, now=now)
            for part in batches(numbers, pruning.BATCH):
                with self._database.writing() as connection:
                    count = pruning.remove(connection, policy, part, now=now)
                yield Pruned(policy.kind, policy.id, count)

    def unread_sources(self, *, keep_days: int) -> tuple[str, ...]:
        """Return the sources that keep everything only until their documents are read again."""
        with self._database.reading() as connection:
            return pruning.waiting(connection, keep_days=keep_days)

    def compact(self) -> None:
        """Give the room of what was removed back to the disk; nobody else may be writing."""
        self._database.compact()

    def check(self, *, quick: bool = False) -> tuple[Finding, ...]:
        """Return what is wrong in the database, as of one moment.

        A `quick` look does not hold the indexes against their tables.
        """
        with self._database.reading() as connection:
            return check.check(connection, self._database.dialect, quick=quick)
