"""Saving polls: their states, and the entries they brought."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from topicwire.model import Entry, Feed, Poll, PollOutcome
from topicwire.store import rows, topics
from topicwire.store.rows import AnyRow, Values
from topicwire.store.sources import sliced
from topicwire.store.tables import counters, entries, sources

_SEQ = counters.c.name == "seq"

KnownSources = Mapping[str, AnyRow]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An entry that is new (`entry_id` is None) or revised, and when it was published."""

    source_id: str
    entry: Entry
    entry_id: int | None
    published: datetime


def save(
    connection: Connection, polls: Sequence[Poll], *, now: datetime
) -> tuple[PollOutcome, ...]:
    """Save the polls, each with its entries; return one outcome a poll, in the same order.

    A poll of a source that left the catalogue meanwhile changes nothing. Of two polls of one
    source the later gives the state.
    """
    known = _known_sources(connection, [poll.source_id for poll in polls])
    kept = [poll for poll in polls if poll.source_id in known]
    if any(poll.feed for poll in kept):
        _queue(connection)
    found = (arrival for poll in kept for arrival in _arrivals(connection, poll, now=now))
    arrivals = {(each.source_id, each.entry.uid): each for each in found}.values()
    _store(connection, sorted(arrivals, key=lambda each: each.published), now=now)
    new = Counter(each.source_id for each in arrivals if each.entry_id is None)
    revised = Counter(each.source_id for each in arrivals if each.entry_id is not None)
    outcomes = tuple(_outcome(poll, new=new, revised=revised) for poll in polls)
    last = list({poll.source_id: poll for poll in kept}.values())
    _save_states(connection, last, new=new, revised=revised, now=now)
    _touch_topics(connection, last, known, now=now)
    return outcomes


def _known_sources(connection: Connection, names: list[str]) -> KnownSources:
    """Return of the sources still in the catalogue what a feed may change and readers see."""
    query = select(
        sources.c.id,
        sources.c.title,
        sources.c.site,
        sources.c.feed_title,
        sources.c.feed_site,
        sources.c.feed_id,
        sources.c.feed_rights,
    )
    return {
        row.id: row
        for part in sliced(names)
        for row in connection.execute(
            query.where(sources.c.id.in_(part), sources.c.removed.is_(False))
        )
    }


def _queue(connection: Connection) -> None:
    """Wait for other writers before reading what is known, where the database lets them overlap."""
    connection.execute(select(counters.c.value).where(_SEQ).with_for_update())


# ---- entries ---------------------------------------------------------------------------


def _arrivals(connection: Connection, poll: Poll, *, now: datetime) -> Iterator[Arrival]:
    """Yield what is new or revised in the poll's feed, the document's last entry first.

    Feeds put their newest entry first. Of entries that share a uid the first counts.
    """
    feed = poll.feed
    if feed is None:
        return
    given = {entry.uid: entry for entry in reversed(feed.entries)}
    known = _known_entries(connection, poll.source_id, list(given))
    for uid, entry in given.items():
        row = known.get(uid)
        if row is None:
            yield Arrival(poll.source_id, entry, None, entry.published or now)
        elif row.fingerprint != entry.fingerprint:
            yield Arrival(poll.source_id, entry, row.id, entry.published or row.published)


def _known_entries(connection: Connection, source_id: str, uids: list[str]) -> dict[str, AnyRow]:
    query = select(entries.c.uid, entries.c.id, entries.c.fingerprint, entries.c.published)
    return {
        row.uid: row
        for part in sliced(uids)
        for row in connection.execute(
            query.where(entries.c.source_id == source_id, entries.c.uid.in_(part))
        )
    }


def _store(connection: Connection, arrivals: list[Arrival], *, now: datetime) -> None:
    """Insert and revise in order of publication, so that `seq` rises with time."""
    if not arrivals:
        return
    seqs = _take(connection, len(arrivals))
    numbered = list(zip(seqs, arrivals, strict=True))
    new = [_inserted(a, seq=seq, now=now) for seq, a in numbered if a.entry_id is None]
    revised = [_revised(a, seq=seq, now=now) for seq, a in numbered if a.entry_id is not None]
    if new:
        connection.execute(insert(entries), new)
    if revised:
        connection.execute(_REVISE, revised)
        topics.touch_by_entries(connection, [each["where_id"] for each in revised], now=now)


def _take(connection: Connection, count: int) -> range:
    """Return the next `count` numbers of the sequence that orders all changes of entries."""
    last = connection.scalars(
        update(counters)
        .where(_SEQ)
        .values(value=counters.c.value + count)
        .returning(counters.c.value)
    ).one()
    return range(last - count + 1, last + 1)


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
        "revised": now,
        "published": arrival.published,
    }


# A feed that no longer gives the date of an entry does not take it away.
_REVISE = (
    update(entries)
    .where(entries.c.id == bindparam("where_id"))
    .values(
        revision=entries.c.revision + 1,
        feed_published=func.coalesce(
            bindparam("given_published", type_=entries.c.feed_published.type),
            entries.c.feed_published,
        ),
    )
)


# ---- states ----------------------------------------------------------------------------

_SAVE_STATE = (
    update(sources)
    .where(sources.c.id == bindparam("where_id"))
    .values(entries=sources.c.entries + bindparam("arrived"))
)


def _outcome(poll: Poll, *, new: Counter[str], revised: Counter[str]) -> PollOutcome:
    return PollOutcome(
        source_id=poll.source_id,
        health=poll.state.health,
        new=new[poll.source_id],
        revised=revised[poll.source_id],
        error=poll.state.error,
        http_status=poll.state.http_status,
    )


def _save_states(
    connection: Connection,
    polls: list[Poll],
    *,
    new: Counter[str],
    revised: Counter[str],
    now: datetime,
) -> None:
    """Save the states, and for polls that brought a feed what it says of itself."""
    read: list[Values] = []
    unread: list[Values] = []
    for poll in polls:
        name = poll.source_id
        is_changed = new[name] or revised[name]
        state = replace(poll.state, last_change=now) if is_changed else poll.state
        values = rows.state_values(state) | {"where_id": name, "arrived": new[name]}
        if poll.feed is None:
            unread.append(values)
        else:
            read.append(values | _feed_values(poll.feed))
    for group in (read, unread):
        if group:
            connection.execute(_SAVE_STATE, group)


def _feed_values(feed: Feed) -> Values:
    return {
        "feed_title": feed.title,
        "feed_site": feed.site,
        "feed_id": feed.id,
        "feed_format": feed.format,
        "feed_rights": feed.rights,
    }


def _touch_topics(
    connection: Connection, polls: list[Poll], known: KnownSources, *, now: datetime
) -> None:
    """Give a new edition to the topics whose readers see a source called otherwise than before."""
    names = [
        poll.source_id
        for poll in polls
        if poll.feed is not None and _is_renamed(known[poll.source_id], poll.feed)
    ]
    if names:
        topics.touch_by_sources(connection, names, now=now)


def _is_renamed(row: AnyRow, feed: Feed) -> bool:
    return (
        (not row.title and row.feed_title != feed.title)
        or (not row.site and row.feed_site != feed.site)
        or (row.feed_id, row.feed_rights) != (feed.id, feed.rights)
    )
