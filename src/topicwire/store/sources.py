"""The sources: which are due, and what is remembered of each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, zip_longest
from typing import TypeVar
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, and_, case, func, select, update

from topicwire.model import Health, Polled
from topicwire.store import rows
from topicwire.store.missing import missing
from topicwire.store.tables import sources

Key = TypeVar("Key", str, int)
SLICE = 1000  # keys in one IN (…): databases limit the parameters of a statement


def sliced(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Yield the keys in slices that fit into one statement."""
    return (keys[start : start + SLICE] for start in range(0, len(keys), SLICE))


def _is_active() -> ColumnElement[bool]:
    return and_(
        sources.c.paused.is_(False),
        sources.c.removed.is_(False),
        sources.c.health != Health.GONE.value,
    )


def due(connection: Connection, now: datetime, *, limit: int | None) -> tuple[Polled, ...]:
    """Return the sources whose next poll has come, those of different hosts in turn."""
    query = (
        select(sources.c.id, sources.c.url)
        .where(sources.c.next_poll <= now, _is_active())
        .order_by(sources.c.next_poll, sources.c.id)
    )
    names = in_turn((row.id, row.url) for row in connection.execute(query))[:limit]
    found = _by_id(connection, names)
    return tuple(found[name] for name in names)


def in_turn(addresses: Iterable[tuple[str, str]]) -> list[str]:
    """Return the ids of (id, URL) pairs: the first of each host, then the second, and so on."""
    hosts: dict[str | None, list[str]] = defaultdict(list)
    for name, url in addresses:
        hosts[urlsplit(url).hostname].append(name)
    return [name for name in chain.from_iterable(zip_longest(*hosts.values())) if name is not None]


def next_due(connection: Connection) -> datetime | None:
    """Return when the next source is due, None when there is none to poll."""
    first = select(func.min(sources.c.next_poll)).where(_is_active())
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
        row.id: rows.polled_of(row)
        for part in sliced(names)
        for row in connection.execute(
            select(sources).where(sources.c.id.in_(part), sources.c.removed.is_(False))
        )
    }


def _demand(connection: Connection, names: Iterable[str], found: Iterable[str]) -> None:
    absent = next((name for name in names if name not in found), None)
    if absent is not None:
        known = connection.scalars(select(sources.c.id).where(sources.c.removed.is_(False)))
        raise missing("source", absent, known)


def listed(connection: Connection, *, removed: bool) -> tuple[Polled, ...]:
    """Return all sources by id; with `removed` also those that left the catalogue."""
    query = select(sources).order_by(sources.c.id)
    if not removed:
        query = query.where(sources.c.removed.is_(False))
    return tuple(rows.polled_of(row) for row in connection.execute(query))


def ask_poll(connection: Connection, names: Sequence[str], *, now: datetime) -> None:
    """Make the named sources due, also those whose server said that they are gone.

    Raises:
        NotFoundError: one of them is not in the catalogue's mirror.
    """
    _demand(connection, names, _by_id(connection, names))
    is_gone = sources.c.health == Health.GONE.value
    for part in sliced(names):
        connection.execute(
            update(sources)
            .where(sources.c.id.in_(part))
            .values(
                next_poll=now,
                health=case((is_gone, Health.FAILING.value), else_=sources.c.health),
            )
        )
