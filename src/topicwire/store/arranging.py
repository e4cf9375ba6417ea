"""Arranging: in which document of a topic each of its placements is published.

A placement stands on a page: 0 is the current document, n the n-th page of the archive; one that
has none waits, or stands behind another of its story. What is published stands on one page, so
that whoever walks from the current document through the archive meets every placement once. A
page of the archive gains no entry once it is made.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from topicwire.model.judging import Stand
from topicwire.store.columns import MICROSECOND, microseconds
from topicwire.store.rows import AnyRow, Values
from topicwire.store.sources import sliced
from topicwire.store.tables import departures, entries, placements, rulings, topics
from topicwire.store.topics import judged_from

MOST_OLD = 20  # old entries that come into the current document within a day
OLD = timedelta(weeks=1)  # what was published longer ago when it enters the topic is old
DAY = timedelta(days=1)
CURRENT = 0  # the page that is the current document

_IS_MINE = and_(
    placements.c.topic_id == bindparam("of_topic"), placements.c.entry_id == bindparam("of_entry")
)
_PUT = (
    update(placements)
    .where(_IS_MINE)
    .values(page=bindparam("on_page"), placed=bindparam("at", type_=placements.c.placed.type))
)
_MOVE = update(placements).where(_IS_MINE).values(page=bindparam("on_page"))
# The queries are made once: to make one takes several times as long as to ask it.
_TOPIC = select(
    topics.c.id,
    topics.c.pages,
    topics.c.catch_up,
    judged_from().label("start"),
    topics.c.definition["topic"]["limit"].as_integer().label("limit"),
).where(topics.c.id == bindparam("of_topic"))
_IS_OLD = and_(
    rulings.c.stand.is_(None),  # what an editor pins is to be seen
    or_(
        entries.c.seq <= bindparam("catch_up"),
        placements.c.published < bindparam("old", type_=placements.c.published.type),
    ),
)
_WAITING = (
    select(placements.c.entry_id, departures.c.page, departures.c.placed, _IS_OLD.label("is_old"))
    .select_from(placements)
    .join(entries, entries.c.id == placements.c.entry_id)
    .outerjoin(
        departures,
        and_(
            departures.c.topic_id == placements.c.topic_id,
            departures.c.entry_id == placements.c.entry_id,
        ),
    )
    .outerjoin(
        rulings,
        and_(
            rulings.c.topic_id == placements.c.topic_id,
            rulings.c.entry_id == placements.c.entry_id,
            rulings.c.stand == Stand.PIN.value,
        ),
    )
    .where(
        placements.c.topic_id == bindparam("of_topic"),
        placements.c.page.is_(None),
        placements.c.is_behind == false(),
    )
    .order_by(placements.c.published.desc(), placements.c.entry_id.desc())
)
_CURRENT = (
    select(placements.c.entry_id)
    .where(placements.c.topic_id == bindparam("of_topic"), placements.c.page == CURRENT)
    .order_by(placements.c.placed, placements.c.published, placements.c.entry_id)
)


def depart(connection: Connection, topic_id: str, numbers: Iterable[int], *, now: datetime) -> None:
    """Note that entries leave the topic's documents: those of them that stand in one."""
    query = select(
        placements.c.topic_id,
        placements.c.entry_id,
        literal(now, departures.c.departed.type),
        placements.c.placed,
        placements.c.page,
    ).where(placements.c.topic_id == topic_id, placements.c.page.is_not(None))
    names = ["topic_id", "entry_id", "departed", "placed", "page"]
    for part in sliced(sorted(numbers)):
        leaving = query.where(placements.c.entry_id.in_(part))
        connection.execute(insert(departures).from_select(names, leaving))


def arrange(connection: Connection, topic_id: str, *, now: datetime) -> bool:
    """Publish what has entered the topic; return whether its documents are others now.

    While the topic judges anew what was there before, nothing more is published: only at the end
    is it known which entries are the latest. Of old entries only the latest come into the current
    document, `MOST_OLD` a day, or on a topic's first day as many as it holds; the others go
    straight into the archive. What comes back takes its old place.
    """
    topic = connection.execute(_TOPIC, {"of_topic": topic_id}).one()
    if topic.start < topic.catch_up:
        return False
    waiting = _waiting(connection, topic, now=now)
    _put_back(connection, topic_id, [row for row in waiting if row.page is not None])
    new = [row for row in waiting if row.page is None]
    room = _room(connection, topic, now=now) if any(row.is_old for row in new) else 0
    old = [row.entry_id for row in new if row.is_old]
    shown = old[:room] + [row.entry_id for row in new if not row.is_old]
    pages = _pages(old[room:][::-1], topic)
    if new:
        placed = [(number, CURRENT) for number in shown] + pages
        values = [_values(topic_id, number, page) | {"at": now} for number, page in placed]
        connection.execute(_PUT, values)
    is_full = _close(connection, topic, after=max((page for _, page in pages), default=topic.pages))
    return is_full or len(waiting) > 0


def _waiting(connection: Connection, topic: AnyRow, *, now: datetime) -> Sequence[AnyRow]:
    """Return what is to be published, the latest first.

    `page` and `placed` are those that an entry had before it left, None when it is new.
    """
    asked = {"of_topic": topic.id, "catch_up": topic.catch_up, "old": now - OLD}
    return connection.execute(_WAITING, asked).all()


def _put_back(connection: Connection, topic_id: str, rows: Sequence[AnyRow]) -> None:
    """Let entries that had left take their old places."""
    if not rows:
        return
    values = [_values(topic_id, row.entry_id, row.page) | {"at": row.placed} for row in rows]
    connection.execute(_PUT, values)
    for part in sliced(sorted(row.entry_id for row in rows)):
        mine = departures.c.topic_id == topic_id, departures.c.entry_id.in_(part)
        connection.execute(delete(departures).where(*mine))


def _room(connection: Connection, topic: AnyRow, *, now: datetime) -> int:
    """Return how many old entries may come into the current document."""
    is_mine = placements.c.topic_id == topic.id, placements.c.page == CURRENT
    age = microseconds(placements.c.placed) - microseconds(placements.c.published)
    counted = select(func.count()).where(
        *is_mine, placements.c.placed > now - DAY, age > OLD // MICROSECOND
    )
    room = max(0, MOST_OLD - (connection.scalar(counted) or 0))
    if _is_followed(connection, topic.id, now=now):
        return room
    held = connection.scalar(select(func.count()).where(*is_mine)) or 0
    return max(room, int(topic.limit) - held)


def _is_followed(connection: Connection, topic_id: str, *, now: datetime) -> bool:
    """Return whether readers may have followed the topic for a day: it has published that long."""
    before = now - DAY
    of_page = exists().where(
        placements.c.topic_id == topic_id,
        placements.c.page >= CURRENT,
        placements.c.placed < before,
    )
    gone = exists().where(departures.c.topic_id == topic_id, departures.c.placed < before)
    return bool(connection.scalar(select(or_(of_page, gone))))


def _pages(numbers: Sequence[int], topic: AnyRow) -> list[tuple[int, int]]:
    """Return entries, the earliest first, each with its page after those that there are."""
    size = max(1, topic.limit // 2)
    return [(number, topic.pages + 1 + place // size) for place, number in enumerate(numbers)]


def _close(connection: Connection, topic: AnyRow, *, after: int) -> bool:
    """Move what the document cannot hold into the archive, behind the page `after`, in whole pages.

    Returns whether the topic's archive is another now.
    """
    current = connection.scalars(_CURRENT, {"of_topic": topic.id}).all()
    size, page = max(1, topic.limit // 2), after
    while len(current) > topic.limit:
        page += 1
        moved, current = current[:size], current[size:]
        connection.execute(_MOVE, [_values(topic.id, number, page) for number in moved])
    is_longer = page > int(topic.pages)
    if is_longer:
        connection.execute(update(topics).where(topics.c.id == topic.id).values(pages=page))
    return is_longer


def _values(topic_id: str, entry_id: int, page: int) -> Values:
    return {"of_topic": topic_id, "of_entry": entry_id, "on_page": page}
