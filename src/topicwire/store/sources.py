"""The sources: which are due, and what is remembered of each."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import TypeVar
from urllib.parse import urlsplit

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    TextClause,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
    type_coerce,
    update,
)

from topicwire.model.catalogue import Source
from topicwire.model.push import PushState
from topicwire.model.wire import Health, Polled
from topicwire.store import rows
from topicwire.store.columns import MICROSECOND
from topicwire.store.missing import missing
from topicwire.store.tables import OLDER, sources, subscriptions

Key = TypeVar("Key")
RAMP = timedelta(seconds=0.2)  # between two sources that become due one after another
HANDICAP = timedelta(hours=1)  # of a source that was in trouble, among those that are due
OVERDUE = timedelta(minutes=10)  # a source that has been due so long was not asked by anybody
THROTTLED = "its host wants fewer requests"  # why a source is due when another was refused
SLICE = 1000  # keys in one IN (…): databases limit the parameters of a statement

_IS_NAMED = sources.c.id.in_(bindparam("names", expanding=True))
_AS_WANTED = select(
    sources.c.id,
    sources.c.url,
    sources.c.title,
    sources.c.site,
    sources.c.republish,
    sources.c.interval,
    sources.c.paused,
    sources.c.tags,
    sources.c.options,
).where(_IS_NAMED)
_IS_PUSHED = exists().where(
    subscriptions.c.source_id == sources.c.id,
    subscriptions.c.state == PushState.ACTIVE.value,
)
POLLED = [sources.c[name] for name in rows.POLLED]
_ALL = select(*POLLED, _IS_PUSHED.label("pushed")).order_by(sources.c.id)
_BY_ID = _ALL.where(_IS_NAMED, sources.c.removed.is_(False))


def sliced(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Yield the keys in slices that fit into one statement."""
    return batches(keys, SLICE)


def batches(keys: Sequence[Key], size: int) -> Iterator[Sequence[Key]]:
    """Yield the keys `size` at a time."""
    return (keys[start : start + size] for start in range(0, len(keys), size))


def active() -> ColumnElement[bool]:
    """Whether a source is polled at all."""
    return and_(
        sources.c.paused.is_(False),
        sources.c.removed.is_(False),
        sources.c.health.not_in((Health.GONE.value, Health.MERGED.value)),
    )


def due(
    connection: Connection, now: datetime, *, limit: int | None, with_new: bool = False
) -> tuple[Polled, ...]:
    """Return the sources whose next poll has come, those of different hosts in turn.

    Those that were in trouble let pass what falls due within HANDICAP after them, so that they
    hold up no others, and yet have their turn where more is always due than can be asked. With
    `with_new` also all that were never polled, though their turn may be later.
    """
    names = in_turn(due_addresses(connection, now, with_new=with_new))[:limit]
    found = _by_id(connection, names)
    return tuple(found[name] for name in names)


def due_addresses(
    connection: Connection, now: datetime, *, with_new: bool = False
) -> tuple[tuple[str, str], ...]:
    """Return id and URL of the sources whose next poll has come, those in trouble last."""
    has_come = sources.c.next_poll <= now
    if with_new:
        has_come = has_come | sources.c.last_poll.is_(None)
    is_troubled = sources.c.is_slow.is_(True) | (sources.c.failures > 0)
    turn = type_coerce(sources.c.next_poll, BigInteger) + case(
        (is_troubled, HANDICAP // MICROSECOND), else_=0
    )
    query = (
        select(sources.c.id, func.coalesce(sources.c.moved_url, sources.c.url).label("url"))
        .where(has_come, active())
        .order_by(turn, sources.c.id)
    )
    return tuple((row.id, row.url) for row in connection.execute(query))


def still_due(connection: Connection, names: Sequence[str], now: datetime) -> tuple[Polled, ...]:
    """Return those of the named sources whose next poll has come, those of different hosts in turn."""
    has_come = sources.c.next_poll <= now
    found = {
        each.source.id: each
        for part in sliced(names)
        for each in polled_by(connection, sources.c.id.in_(part), has_come, active())
    }
    ordered = in_turn((name, found[name].url) for name in names if name in found)
    return tuple(found[name] for name in ordered)


def in_turn(addresses: Iterable[tuple[str, str]]) -> list[str]:
    """Return the ids of (id, URL) pairs: the first of each host, then the second, and so on."""
    hosts: Counter[str | None] = Counter()
    places = []
    for name, url in addresses:
        host = urlsplit(url).hostname
        places.append((hosts[host], name))
        hosts[host] += 1
    # Sorting keeps the order of equals. Going round the hosts instead takes as many steps as there
    # are hosts, times the sources of the largest.
    return [name for _, name in sorted(places, key=itemgetter(0))]


def spread_overdue(connection: Connection, *, now: datetime, window: float) -> int:
    """Let the sources that have long been due become so one after another, within `window` seconds.

    After a downtime they would all be asked at once. Returns how many they are.
    """
    query = (
        select(sources.c.id)
        .where(sources.c.next_poll < now - OVERDUE, sources.c.last_poll.is_not(None), active())
        .order_by(sources.c.next_poll, sources.c.id)
    )
    names = list(connection.scalars(query))
    spread(connection, names, now=now, window=window)
    return len(names)


def spread(connection: Connection, names: Sequence[str], *, now: datetime, window: float) -> None:
    """Let the named sources become due one after another, within `window` seconds."""
    step = ramp(len(names), window=window)
    values = [
        {"where_id": name, "next_poll": now + step * place} for place, name in enumerate(names)
    ]
    if values:
        connection.execute(update(sources).where(sources.c.id == bindparam("where_id")), values)


def ramp(count: int, *, window: float) -> timedelta:
    """Return how far apart so many sources become due, so that the last does within `window` s."""
    return min(RAMP, timedelta(seconds=window / max(count, 1)))


def backfilling(connection: Connection) -> tuple[Polled, ...]:
    """Return the sources of whose archive a document is still to be read."""
    return polled_by(connection, active(), OLDER)


def postpone(connection: Connection, names: Sequence[str], *, until: datetime) -> None:
    """Let the named sources be due at a time, and not before."""
    for part in sliced(names):
        connection.execute(update(sources).where(sources.c.id.in_(part)).values(next_poll=until))


def bring_forward(
    connection: Connection, source_id: str, *, to: datetime, last_poll: datetime | None
) -> None:
    """Let a source be due at an earlier time, unless it was polled or held back meanwhile."""
    is_allowed = sources.c.not_before.is_(None) | (sources.c.not_before <= to)
    connection.execute(
        update(sources)
        .where(sources.c.id == source_id, sources.c.last_poll == last_poll, is_allowed)
        .where(sources.c.next_poll > to)
        .values(next_poll=to)
    )


def go_back(connection: Connection, source_id: str, *, older: str | None) -> None:
    """Note which document of a source's archive is next, None when there is no other."""
    left = sources.c.older_left - 1 if older is not None else 0
    connection.execute(
        update(sources).where(sources.c.id == source_id).values(older_url=older, older_left=left)
    )


def put_off(connection: Connection, source_id: str) -> None:
    """Let a document of a source's archive wait for the next poll; each try counts as a document."""
    left = 1 - sources.c.older_left
    connection.execute(update(sources).where(sources.c.id == source_id).values(older_left=left))


def go_on(connection: Connection, names: Sequence[str]) -> None:
    """Let what waits of these sources' archives be tried again."""
    left = func.abs(sources.c.older_left)
    connection.execute(update(sources).where(sources.c.id.in_(names)).values(older_left=left))


def merge_moved(connection: Connection, moved: Iterable[tuple[str, str]]) -> None:
    """Merge each (id, new address) into the source that is polled there already, if there is one.

    It is not polled any more; its entries stay its own, so that no reader sees them as new.
    """
    for name, url in moved:
        other = connection.scalar(
            select(sources.c.id)
            .where(
                sources.c.id != name,
                active(),
                func.coalesce(sources.c.moved_url, sources.c.url) == url,
            )
            .order_by(sources.c.id)
            .limit(1)
        )
        if other is not None:
            values = {"health": Health.MERGED.value, "merged_into": other}
            connection.execute(update(sources).where(sources.c.id == name).values(values))


def hold_back_hosts(connection: Connection, until: Mapping[str, datetime]) -> None:
    """Let no source on these hosts be asked before the time given by host."""
    rows_found = connection.execute(
        select(sources.c.id, func.coalesce(sources.c.moved_url, sources.c.url).label("url"))
    )
    for row in list(rows_found):
        moment = until.get(urlsplit(row.url).hostname or "")
        if moment is not None:
            is_this = sources.c.id == row.id
            is_free = sources.c.not_before.is_(None) | (sources.c.not_before < moment)
            connection.execute(
                update(sources)
                .where(is_this, sources.c.next_poll < moment)
                .values(next_poll=moment, pacing=THROTTLED)
            )
            connection.execute(
                update(sources)
                .where(is_this, sources.c.failures == 0, is_free)
                .values(not_before=moment)
            )


def next_due(connection: Connection) -> datetime | None:
    """Return when the next source is due, None when there is none to poll."""
    first = select(func.min(sources.c.next_poll)).where(active())
    moment: datetime | None = connection.scalar(first)
    return moment


def polled(connection: Connection, names: Sequence[str]) -> tuple[Polled, ...]:
    """Return the named sources in that order.

    Raises:
        NotFoundError: one of them is not in the catalogue's mirror.
    """
    found = _by_id(connection, names)
    _demand(connection, names, found)
    return tuple(found[name] for name in names)


def _by_id(connection: Connection, names: Sequence[str]) -> dict[str, Polled]:
    return {
        row.id: _polled_of(row)
        for part in sliced(names)
        for row in connection.execute(_BY_ID, {"names": part})
    }


def polled_by(
    connection: Connection, *conditions: ColumnElement[bool] | TextClause
) -> tuple[Polled, ...]:
    """Return the sources of which all conditions are true, by id."""
    return tuple(map(_polled_of, connection.execute(_ALL.where(*conditions))))


def _polled_of(row: rows.AnyRow) -> Polled:
    return rows.polled_of(row, pushed=bool(row.pushed))


def _demand(connection: Connection, names: Iterable[str], found: Iterable[str]) -> None:
    absent = next((name for name in names if name not in found), None)
    if absent is not None:
        known = connection.scalars(select(sources.c.id).where(sources.c.removed.is_(False)))
        raise missing("source", absent, known)


def listed(connection: Connection, *, removed: bool) -> tuple[Polled, ...]:
    """Return all sources by id; with `removed` also those that left the catalogue."""
    return polled_by(connection, *(() if removed else (sources.c.removed.is_(False),)))


def sources_of(connection: Connection, names: Iterable[str]) -> dict[str, Source]:
    """Return the sources of these ids as the catalogue wants them, also those that left it."""
    return {
        row.id: rows.source_of(row)
        for part in sliced(sorted(names))
        for row in connection.execute(_AS_WANTED, {"names": part})
    }


def ask_poll(connection: Connection, names: Sequence[str], *, now: datetime) -> None:
    """Make the named sources due, also those whose server said that they are gone.

    Raises:
        NotFoundError: one of them is not in the catalogue's mirror.
    """
    _demand(connection, names, _by_id(connection, names))
    for part in sliced(names):
        connection.execute(
            update(sources).where(sources.c.id.in_(part)).values(next_poll=now, health=revived())
        )


def revived() -> ColumnElement[str]:
    """Return the health of a source that somebody wants polled, whatever its server once said."""
    is_gone = sources.c.health == Health.GONE.value
    return case((is_gone, Health.FAILING.value), else_=sources.c.health)
