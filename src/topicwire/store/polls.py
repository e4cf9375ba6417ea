"""Saving polls: their states, with the entries they brought."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, String, bindparam, func, select, update

from topicwire.model.catalogue import Throttle
from topicwire.model.wire import Brought, Feed, Poll, PollOutcome
from topicwire.store import outlines, rows, subscriptions, topics
from topicwire.store.arrivals import Saved, save_feeds
from topicwire.store.rows import AnyRow, Values
from topicwire.store.sources import go_on, hold_back_hosts, merge_moved, sliced
from topicwire.store.tables import sources

TOO_MANY = 429

KnownSources = Mapping[str, AnyRow]

_KNOWN_SOURCES = select(
    sources.c.id,
    sources.c.url,
    sources.c.options,
    sources.c.moved_url,
    sources.c.title,
    sources.c.site,
    sources.c.feed_title,
    sources.c.feed_site,
    sources.c.feed_id,
    sources.c.feed_rights,
).where(sources.c.id.in_(bindparam("names", expanding=True)), sources.c.removed.is_(False))


def save(
    connection: Connection, polls: Sequence[Poll], *, now: datetime
) -> tuple[PollOutcome, ...]:
    """Save the polls, each with its entries; return one outcome a poll, in the same order.

    A poll of a source that left the catalogue meanwhile, or has another address there, changes
    nothing. Of two polls of one source the later gives the state.
    """
    known = _known_sources(connection, [poll.source_id for poll in polls if _tells_more(poll)])
    kept = [poll for poll in polls if not _tells_more(poll) or _still_counts(poll, known)]
    feeds = [(poll.source_id, poll.feed) for poll in kept if poll.feed]
    saved = save_feeds(connection, feeds, now=now)
    new, revised = saved.new, saved.revised
    shown = _shown(feeds, saved)
    outcomes = tuple(_outcome(poll, saved.of(poll.source_id)) for poll in polls)
    last = list({poll.source_id: poll for poll in kept}.values())
    _save_states(connection, last, shown, new=new, revised=revised, now=now)
    if waiting := [poll.source_id for poll in last if poll.state.older_left < 0]:
        go_on(connection, waiting)
    read = {poll.source_id: poll.feed for poll in last if poll.feed}
    outlines.keep(connection, {name: (feed, shown[name]) for name, feed in read.items()})
    _touch_topics(connection, last, known, now=now)
    if found := [name for name, count in new.items() if count]:
        subscriptions.distrust(connection, found, now=now)
    merge_moved(connection, _newly_moved(last, known))
    if throttled := _throttled(last, known):
        hold_back_hosts(connection, throttled)
    return outcomes


def save_feed(connection: Connection, source_id: str, feed: Feed, *, now: datetime) -> Brought:
    """Save the entries of a document that no poll brought.

    Nothing of the source's state changes but the count of its entries; what was known of its
    document no longer tells what is stored.
    """
    if source_id not in _known_sources(connection, [source_id]):
        return Brought()
    saved = save_feeds(connection, [(source_id, feed)], now=now)
    outlines.forget(connection, [source_id])
    count = sources.c.entries + saved.new[source_id]
    connection.execute(update(sources).where(sources.c.id == source_id).values(entries=count))
    return saved.of(source_id)


def _tells_more(poll: Poll) -> bool:
    """Whether what a poll changes depends on what is stored, and not only on its state."""
    state = poll.state
    return poll.feed is not None or state.moved_url is not None or state.http_status == TOO_MANY


def _still_counts(poll: Poll, known: KnownSources) -> bool:
    row = known.get(poll.source_id)
    return row is not None and poll.url in {None, row.url}


def _known_sources(connection: Connection, names: list[str]) -> KnownSources:
    """Return of the sources still in the catalogue what a feed may change and readers see."""
    return {
        row.id: row
        for part in sliced(names)
        for row in connection.execute(_KNOWN_SOURCES, {"names": part})
    }


def _newly_moved(polls: list[Poll], known: KnownSources) -> Iterator[tuple[str, str]]:
    for poll in polls:
        moved = poll.state.moved_url
        if moved is not None and moved != known[poll.source_id].moved_url:
            yield poll.source_id, moved


def _throttled(polls: list[Poll], known: KnownSources) -> dict[str, datetime]:
    """Return by host until when it wants no request, where the catalogue holds it back whole."""
    return {
        urlsplit(row.moved_url or row.url).hostname or "": poll.state.next_poll
        for poll in polls
        if poll.state.http_status == TOO_MANY
        and (row := known[poll.source_id]).options.get("throttle") == Throttle.HOST.value
    }


_SAVE_UNREAD = update(sources).where(
    sources.c.id == bindparam("where_id"),
    sources.c.removed.is_(False),
    sources.c.url == func.coalesce(bindparam("polled_url", type_=String), sources.c.url),
)
_SAVE_READ = _SAVE_UNREAD.values(entries=sources.c.entries + bindparam("arrived"))


def _outcome(poll: Poll, brought: Brought) -> PollOutcome:
    return PollOutcome(
        source_id=poll.source_id,
        health=poll.state.health,
        new=brought.new,
        revised=brought.revised,
        entries=brought.entries,
        error=poll.state.error,
        http_status=poll.state.http_status,
    )


def _shown(feeds: Sequence[tuple[str, Feed]], saved: Saved) -> dict[str, dict[str, int]]:
    """Return by source, and by id, the numbers of the stored entries that its documents show."""
    found: dict[str, dict[str, int]] = {}
    for source_id, feed in feeds:
        shown = found.setdefault(source_id, {})
        shown |= {item.uid: item.number for item in feed.unread if item.number is not None}
        shown |= {each.uid: saved.numbers[source_id, each.uid] for each in feed.entries}
    return found


def _save_states(
    connection: Connection,
    polls: list[Poll],
    shown: Mapping[str, Mapping[str, int]],
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
        values = rows.state_values(state, is_read=poll.feed is not None)
        values |= {"where_id": name, "polled_url": poll.url}
        if poll.feed is None:
            unread.append(values)
        else:
            values |= _feed_values(poll.feed) | {"arrived": new[name]}
            read.append(values | {"shown": sorted(set(shown[name].values()))})
    if read:
        connection.execute(_SAVE_READ, read)
    if unread:
        connection.execute(_SAVE_UNREAD, unread)


def _feed_values(feed: Feed) -> Values:
    return {
        "feed_title": feed.title,
        "feed_site": feed.site,
        "feed_id": feed.id,
        "feed_format": feed.format,
        "feed_rights": feed.rights,
        "feed_hub": feed.hub,
        "feed_self": feed.self_url,
        "feed_warnings": feed.warnings,
        "shape": None if feed.shape is None else asdict(feed.shape),
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
