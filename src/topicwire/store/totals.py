"""How much stands in each topic, counted anew only where that may have changed.

What stands in a topic changes with its edition alone, unless it is judging anew what was there
before. So a connection remembers what it has counted: what is asked for every few seconds costs as
much as has changed, not as much as is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from topicwire.store.sources import sliced
from topicwire.store.tables import placements, topics
from topicwire.store.topics import judged_from

_KEPT = "totals"  # where a connection keeps them; forgotten when it is closed

Moment = tuple[int, datetime]  # an edition, which a restored database may have twice, and its time


@dataclass(frozen=True, slots=True)
class Total:
    """How many entries stand in a topic, and how many stories they tell."""

    entries: int = 0
    stories: int = 0


def totals(connection: Connection) -> Mapping[str, Total]:
    """Return how much stands in each topic by its id, also of those that are no more."""
    kept: dict[str, tuple[Moment, Total]] = connection.info.setdefault(_KEPT, {})
    is_steady = judged_from() >= topics.c.catch_up
    query = select(topics.c.id, topics.c.edition, topics.c.edition_time, is_steady.label("steady"))
    found = connection.execute(query).all()
    moments: dict[str, Moment] = {row.id: (row.edition, row.edition_time) for row in found}
    known = {
        row.id: kept[row.id][1]
        for row in found
        if row.steady and row.id in kept and kept[row.id][0] == moments[row.id]
    }
    known |= _counted(connection, sorted(moments.keys() - known.keys()))
    connection.info[_KEPT] = {name: (moments[name], total) for name, total in known.items()}
    return known


def _counted(connection: Connection, names: list[str]) -> dict[str, Total]:
    carrying = func.sum(case((placements.c.is_behind.is_(False), 1), else_=0))
    query = select(
        placements.c.topic_id, func.count().label("entries"), carrying.label("stories")
    ).group_by(placements.c.topic_id)
    counted = {
        row.topic_id: Total(row.entries, row.stories)
        for part in sliced(names)
        for row in connection.execute(query.where(placements.c.topic_id.in_(part)))
    }
    return {name: counted.get(name, Total()) for name in names}
