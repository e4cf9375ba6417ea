"""What watching asks of the store: incidents, shapes, what the daemon did, and how long ways take."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Text, and_, case, cast, delete, func, insert, select, update

from topicwire.model.watch import About, Hour, Incident, Kind, Lag, Share, Work
from topicwire.model.wire import Shape
from topicwire.store import tallies
from topicwire.store.columns import EPOCH
from topicwire.store.rows import AnyRow, Values
from topicwire.store.tables import (
    entries,
    heartbeats,
    hours,
    incidents,
    placements,
    sources,
)

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
KEPT = timedelta(days=400)  # what the daemon did, and what went wrong and is over


def latest(connection: Connection, *, limit: int) -> tuple[Incident, ...]:
    """Return the incidents that last, and the latest that are over: the latest first."""
    query = select(incidents).order_by(incidents.c.told.desc(), incidents.c.id.desc())
    over = query.where(incidents.c.ended.is_not(None)).limit(limit)
    found = (
        *connection.execute(query.where(incidents.c.ended.is_(None))),
        *connection.execute(over),
    )
    return tuple(
        _incident(row) for row in sorted(found, key=lambda row: (row.told, row.id), reverse=True)
    )


def lasting(connection: Connection) -> tuple[Incident, ...]:
    """Return the incidents that last, the earliest first."""
    query = select(incidents).where(incidents.c.ended.is_(None))
    return tuple(map(_incident, connection.execute(query.order_by(incidents.c.id))))


def save(
    connection: Connection, begun: Sequence[Incident], ended: Sequence[Incident], *, now: datetime
) -> None:
    """Store incidents that have begun, and that others are over since now."""
    if begun:
        connection.execute(insert(incidents), [_values(each) | {"told": now} for each in begun])
    for each in ended:
        is_it = incidents.c.id == each.number
        connection.execute(update(incidents).where(is_it).values(ended=now))


def _incident(row: AnyRow) -> Incident:
    return Incident(
        about=About(row.about),
        name=row.name,
        kind=Kind(row.kind),
        began=row.began,
        what=row.what,
        cause=row.cause,
        mend=row.mend,
        ended=row.ended,
        number=row.id,
        told=row.told,
    )


def _values(incident: Incident) -> Values:
    values = asdict(incident)
    del values["number"]
    return values


def shapes(connection: Connection) -> tuple[tuple[str, Shape, Shape | None], ...]:
    """Return the sources whose last document is not like the usual one: id, shape, usual shape."""
    now, usual = (cast(each, Text) for each in (sources.c.shape, sources.c.usual_shape))
    is_other = sources.c.usual_shape.is_(None) | (now != usual)
    query = select(sources.c.id, sources.c.shape, sources.c.usual_shape).where(
        sources.c.removed.is_(False), sources.c.shape.is_not(None), is_other
    )
    return tuple(
        (row.id, Shape(**row.shape), None if row.usual_shape is None else Shape(**row.usual_shape))
        for row in connection.execute(query)
    )


def accept_shape(connection: Connection, source_id: str, shape: Shape) -> None:
    """Let what a source's document is like be what it usually is."""
    query = update(sources).where(sources.c.id == source_id)
    connection.execute(query.values(usual_shape=asdict(shape)))


def shares(connection: Connection, topic_id: str, *, until: datetime) -> tuple[Share, ...]:
    """Return what each source gave to a topic lately, and before, by id."""
    is_late = placements.c.published >= until - WEEK
    query = (
        select(
            entries.c.source_id,
            func.sum(case((is_late, 1), else_=0)).label("lately"),
            func.sum(case((is_late, 0), else_=1)).label("before"),
        )
        .join(entries, entries.c.id == placements.c.entry_id)
        .where(
            placements.c.topic_id == topic_id,
            placements.c.published >= until - 5 * WEEK,
            placements.c.published < until,
        )
        .group_by(entries.c.source_id)
        .order_by(entries.c.source_id)
    )
    return tuple(Share(row.source_id, row.lately, row.before) for row in connection.execute(query))


def beat(connection: Connection, role: str, work: Work, *, size: int, now: datetime) -> None:
    """Note that a role works, and what it did since it last said so."""
    if not connection.execute(
        update(heartbeats).where(heartbeats.c.role == role).values(at=now)
    ).rowcount:
        connection.execute(insert(heartbeats).values(role=role, at=now))
    values = asdict(work) | {"hour": (now - EPOCH) // HOUR, "size": size}
    kept = connection.execute(select(hours).where(hours.c.hour == values["hour"])).one_or_none()
    if kept is None:
        connection.execute(insert(hours).values(values))
        return
    for name in ("turns", "polls", "failed", "entries", "ms"):
        values[name] += getattr(kept, name)
    for name in ("longest", "memory"):
        values[name] = max(values[name], getattr(kept, name))
    connection.execute(update(hours).where(hours.c.hour == kept.hour).values(values))


def beats(connection: Connection, role: str, *, since: datetime) -> tuple[str, ...]:
    """Return who of a role has shown since then that it works, by name."""
    query = select(heartbeats.c.role).where(heartbeats.c.role.startswith(f"{role} "))
    found = connection.scalars(query.where(heartbeats.c.at >= since).order_by(heartbeats.c.role))
    return tuple(name.removeprefix(f"{role} ") for name in found)


def clear_beats(connection: Connection, role: str, *, before: datetime) -> None:
    """Forget those of a role, or of this very name, who have shown nothing since then."""
    is_of = (heartbeats.c.role == role) | heartbeats.c.role.startswith(f"{role} ")
    connection.execute(delete(heartbeats).where(is_of, heartbeats.c.at < before))


def last_beat(connection: Connection, role: str) -> datetime | None:
    """Return when a role last showed that it works, None when it never did."""
    found: datetime | None = connection.scalar(
        select(heartbeats.c.at).where(heartbeats.c.role == role)
    )
    return found


def hours_since(connection: Connection, since: datetime) -> tuple[Hour, ...]:
    """Return what the daemon did in each hour since then in which it worked, oldest first."""
    query = select(hours).where(hours.c.hour >= (since - EPOCH) // HOUR).order_by(hours.c.hour)
    return tuple(
        Hour(
            began=EPOCH + HOUR * row.hour,
            work=Work(
                turns=row.turns,
                polls=row.polls,
                failed=row.failed,
                entries=row.entries,
                ms=row.ms,
                longest=row.longest,
                memory=row.memory,
            ),
            size=row.size,
        )
        for row in connection.execute(query)
    )


def lags(connection: Connection, *, since: datetime, limit: int) -> tuple[Lag, ...]:
    """Return how the latest entries that came since then reached their first topic, oldest first.

    What came on the first day of its source was there before: it tells nothing.
    """
    placed = func.min(placements.c.placed).label("placed")
    query = (
        select(entries.c.source_id, entries.c.feed_published, entries.c.first_seen, placed)
        .join(
            placements, and_(placements.c.entry_id == entries.c.id, placements.c.page.is_not(None))
        )
        .where(
            entries.c.id.in_(select(entries.c.id).order_by(entries.c.id.desc()).limit(limit)),
            entries.c.first_seen >= since,
        )
        .group_by(entries.c.id)
        .order_by(entries.c.id)
    )
    found = connection.execute(query).all()
    begun = tallies.first_days(connection, {row.source_id for row in found})
    return tuple(
        Lag(_appeared(row.feed_published, row.first_seen), row.first_seen, row.placed)
        for row in found
        if row.first_seen.date() > begun.get(row.source_id, date.max)
    )


def _appeared(published: datetime | None, came: datetime) -> datetime | None:
    """Return when an entry appeared; old ones that come with a new source tell nothing."""
    is_told = published is not None and came - WEEK < published <= came
    return published if is_told else None


def forget(connection: Connection, now: datetime) -> None:
    """Remove what is long over."""
    last = now - KEPT
    connection.execute(delete(hours).where(hours.c.hour < (last - EPOCH) // HOUR))
    connection.execute(delete(incidents).where(incidents.c.ended < last))
    is_lost = and_(heartbeats.c.role.contains(" "), heartbeats.c.at < now - WEEK)
    connection.execute(delete(heartbeats).where(is_lost))  # of workers, who are many and pass
