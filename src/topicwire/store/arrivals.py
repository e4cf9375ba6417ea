"""The entries of a document: which are new, revised or gone, and saving them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, literal, select, update

from topicwire.model.road import Mark
from topicwire.model.watch import Counted
from topicwire.model.wire import Brought, Entry, Feed
from topicwire.store import rows, tallies, topics
from topicwire.store.known import Feeds, Key, Known, known
from topicwire.store.rows import AnyRow, Values
from topicwire.store.sources import sliced
from topicwire.store.tables import articles, counters, entries

MOST_CHURN = 24  # edits of an entry in a row, silent or beside its words, that are believed


@dataclass(frozen=True, slots=True)
class Edit:
    """What a known entry that comes again comes to.

    `churn` counts its edits in a row that were silent, or of what its fingerprint is not made of.
    """

    churn: int = 0
    is_revision: bool = True


@dataclass(frozen=True, slots=True)
class Arrival:
    """An entry that is new (`entry_id` is None) or revised, and when it was published.

    `is_wanted` says that its article's page is to be fetched.
    """

    source_id: str
    entry: Entry
    entry_id: int | None
    published: datetime
    edit: Edit = Edit()
    is_wanted: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving documents: by source, how many entries are new and revised, and which.

    `numbers` are those under which the entries that were read are stored.
    """

    new: Counter[str]
    revised: Counter[str]
    marks: Mapping[str, tuple[Mark, ...]]
    numbers: Mapping[Key, int]

    def of(self, source_id: str) -> Brought:
        """Return what came of one source."""
        marks = self.marks.get(source_id, ())
        return Brought(self.new[source_id], self.revised[source_id], marks)


def save_feeds(
    connection: Connection, feeds: Sequence[tuple[str, Feed]], *, now: datetime
) -> Saved:
    """Save the entries of documents."""
    if feeds:
        _queue(connection)
    stored = known(connection, feeds)
    beside = _edited_beside(connection, feeds, stored)
    found = (
        arrival
        for source_id, feed in feeds
        for arrival in _arrivals(source_id, feed, stored, beside, now=now)
    )
    arrivals = {(each.source_id, each.entry.uid): each for each in found}.values()
    brought = _store(connection, sorted(arrivals, key=lambda each: each.published), now=now)
    for source_id, feed in feeds:
        if feed.retractions or feed.is_complete:
            _retract(connection, source_id, feed, now=now)
    new = Counter(each.source_id for each in arrivals if each.entry_id is None)
    edits = (each for each in arrivals if each.entry_id is not None and each.edit.is_revision)
    numbers = {key: row.id for key, row in stored.items()} | {
        (row.source_id, row.uid): row.id for row in brought
    }
    return Saved(new, Counter(each.source_id for each in edits), _marks(brought), numbers)


def _queue(connection: Connection) -> None:
    """Wait for other writers before reading what is known, where the database lets them overlap."""
    connection.execute(_QUEUE)


# ---- states ----------------------------------------------------------------------------


def _arrivals(
    source_id: str, feed: Feed, stored: Known, beside: frozenset[Key], *, now: datetime
) -> Iterator[Arrival]:
    """Yield what is new or revised in a feed, the document's last entry first.

    Feeds put their newest entry first. Of entries that share a uid the first counts.
    """
    given = {entry.uid: entry for entry in reversed(feed.entries)}
    gone = {each.uid for each in feed.retractions}
    for uid, entry in given.items():
        row = stored.get((source_id, uid))
        if row is None:
            is_wanted = uid in feed.wanted
            yield Arrival(source_id, entry, None, entry.published or now, is_wanted=is_wanted)
            continue
        is_there = feed.is_complete and uid not in gone
        edit = _edit(row, entry, is_there=is_there, is_beside=(source_id, uid) in beside)
        if edit is not None:
            published = entry.published or row.published
            yield Arrival(source_id, entry, row.id, published, edit=edit)


def _edit(row: AnyRow, entry: Entry, *, is_there: bool, is_beside: bool) -> Edit | None:
    """Return what an entry that is known comes to, None when there is nothing new in it.

    A source that changes an entry again and again without saying so is believed only so often.
    What was taken back is there again when it is newer, or when a feed that is complete says so.
    """
    if row.retracted is not None:
        is_back = entry.updated is not None and entry.updated > row.retracted
        return Edit(churn=0) if is_back or is_there else None
    if row.fingerprint == entry.fingerprint:
        return Edit(churn=row.churn + 1, is_revision=False) if is_beside else None
    if row.fingerprint.rpartition(":")[0] != entry.fingerprint.rpartition(":")[0]:
        return Edit(churn=row.churn, is_revision=False)  # we read it otherwise than before
    if _is_newer(row, entry):
        return Edit(churn=0)
    return Edit(churn=row.churn + 1) if row.churn < MOST_CHURN else None


def _is_newer(row: AnyRow, entry: Entry) -> bool:
    return bool(entry.updated and (not row.feed_updated or entry.updated > row.feed_updated))


def _edited_beside(connection: Connection, feeds: Feeds, stored: Known) -> frozenset[Key]:
    """Return the entries that are newer and not as they are stored, though their words are.

    Links, pictures, authors and the like differ then. That the time alone differs is no edit: some
    feeds give the present one each time.
    """
    newer = {
        (source_id, entry.uid): entry
        for source_id, feed in feeds
        for entry in reversed(feed.entries)
        if (row := stored.get((source_id, entry.uid))) is not None
        and row.fingerprint == entry.fingerprint
        and row.churn < MOST_CHURN
        and _is_newer(row, entry)
    }
    kept = {
        row.id: rows.entry_of(row)
        for part in sliced(sorted({stored[key].id for key in newer}))
        for row in connection.execute(_KEPT, {"numbers": part})
    }
    return frozenset(
        key for key, entry in newer.items() if _has_changed(kept[stored[key].id], entry)
    )


def _has_changed(kept: Entry, entry: Entry) -> bool:
    """Whether an entry differs from what is stored of it in more than its id and its time."""
    published = entry.published or kept.published
    return replace(kept, uid=entry.uid, updated=entry.updated) != replace(
        entry, published=published
    )


def _store(connection: Connection, arrivals: list[Arrival], *, now: datetime) -> Sequence[AnyRow]:
    """Insert and revise in order of publication; all of it waits to be settled.

    Returns by what each is known.
    """
    if not arrivals:
        return ()
    seqs = unsettled_seqs(connection, len(arrivals))
    numbered = list(zip(seqs, arrivals, strict=True))
    new = [_inserted(a, seq=seq, now=now) for seq, a in numbered if a.entry_id is None]
    revised = [_revised(a, seq=seq, now=now) for seq, a in numbered if a.entry_id is not None]
    if new:
        connection.execute(insert(entries), new)
        _want(connection, [a for a in arrivals if a.is_wanted], now=now)
        fresh = (
            a.source_id
            for a in arrivals
            if a.entry_id is None and a.published >= now - tallies.FRESH
        )
        tallies.add(connection, Counted.ENTRIES, fresh, now=now)
    if revised:
        connection.execute(_REVISE, revised)
        topics.touch_by_entries(connection, [each["where_id"] for each in revised], now=now)
    return connection.execute(_BROUGHT, {"first": seqs[0], "last": seqs[-1]}).all()


def _marks(brought: Sequence[AnyRow]) -> dict[str, tuple[Mark, ...]]:
    found: dict[str, tuple[Mark, ...]] = {}
    for row in brought:
        mark = Mark(row.id, row.revision, row.revised)
        found[row.source_id] = (*found.get(row.source_id, ()), mark)
    return found


def unsettled_seqs(connection: Connection, count: int) -> range:
    """Return numbers below zero, of entries that are not ready to be judged, in their order.

    They fall, so that what comes later is settled later, within a document too.
    """
    last = connection.scalars(_UNSETTLED, {"more": count}).one()
    return range(last + count - 1, last - 1, -1)


def _want(connection: Connection, arrivals: list[Arrival], *, now: datetime) -> None:
    """Note the pages of new entries that are to be fetched."""
    by_source: dict[str, list[str]] = {}
    for each in arrivals:
        by_source.setdefault(each.source_id, []).append(each.entry.uid)
    for source_id, uids in by_source.items():
        query = select(
            entries.c.id,
            entries.c.source_id,
            literal(now, entries.c.revised.type),
            literal(0),
        ).where(entries.c.source_id == source_id, entries.c.uid.in_(uids))
        columns = ["entry_id", "source_id", "due", "tries"]
        connection.execute(insert(articles).from_select(columns, query))


def _inserted(arrival: Arrival, *, seq: int, now: datetime) -> Values:
    return rows.entry_values(arrival.entry) | {
        "source_id": arrival.source_id,
        "uid": arrival.entry.uid,
        "seq": seq,
        "revision": 0,
        "first_seen": now,
        "revised": now,
        "published": arrival.published,
    }


def _revised(arrival: Arrival, *, seq: int, now: datetime) -> Values:
    values = rows.entry_values(arrival.entry)
    return values | {
        "where_id": arrival.entry_id,
        "given_published": values.pop("feed_published"),
        "seq": seq,
        "counted": int(arrival.edit.is_revision),
        "given_revised": now if arrival.edit.is_revision else None,
        "churn": arrival.edit.churn,
        "retracted": None,
        "published": arrival.published,
    }


_KEPT = select(entries).where(entries.c.id.in_(bindparam("numbers", expanding=True)))
_QUEUE = select(counters.c.value).where(counters.c.name == "seq").with_for_update()
_UNSETTLED = (
    update(counters)
    .where(counters.c.name == "unsettled")
    .values(value=counters.c.value - bindparam("more"))
    .returning(counters.c.value)
)
_BROUGHT = (
    select(
        entries.c.source_id,
        entries.c.uid,
        entries.c.id,
        entries.c.revision,
        entries.c.revised,
    )
    .where(entries.c.seq <= bindparam("first"), entries.c.seq >= bindparam("last"))
    .order_by(entries.c.seq.desc())
)
# A feed that no longer gives the date of an entry does not take it away.
_REVISE = (
    update(entries)
    .where(entries.c.id == bindparam("where_id"))
    .values(
        revision=entries.c.revision + bindparam("counted"),
        revised=func.coalesce(
            bindparam("given_revised", type_=entries.c.revised.type), entries.c.revised
        ),
        feed_published=func.coalesce(
            bindparam("given_published", type_=entries.c.feed_published.type),
            entries.c.feed_published,
        ),
    )
)


def _retract(connection: Connection, source_id: str, feed: Feed, *, now: datetime) -> None:
    """Note what the feed says is gone; the row stays, so that it never comes back as new."""
    gone = {each.uid: min(each.when or now, now) for each in feed.retractions}
    there = {row.id for row in known(connection, [(source_id, feed)]).values()}
    found = [row for row in _standing(connection, source_id, feed) if row.id not in there]
    if not found:
        return
    seqs = unsettled_seqs(connection, len(found))
    values = [
        {"where_id": row.id, "seq": seq, "retracted": gone.get(row.uid, now)}
        for seq, row in zip(seqs, found, strict=True)
    ]
    connection.execute(update(entries).where(entries.c.id == bindparam("where_id")), values)
    topics.touch_by_entries(connection, [row.id for row in found], now=now)


def _standing(connection: Connection, source_id: str, feed: Feed) -> Iterator[AnyRow]:
    """Yield the source's entries that the feed may have taken back: those it names, or all."""
    mine = select(entries.c.id, entries.c.uid).where(
        entries.c.source_id == source_id, entries.c.retracted.is_(None)
    )
    if feed.is_complete:
        yield from connection.execute(mine)
        return
    for part in sliced(sorted(each.uid for each in feed.retractions)):
        yield from connection.execute(mine.where(entries.c.uid.in_(part)))
