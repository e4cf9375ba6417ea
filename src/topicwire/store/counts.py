"""How much the store holds."""

from sqlalchemy import Connection, func, select

from topicwire.model.report import Counts
from topicwire.model.wire import Health
from topicwire.store.tables import sources, topics
from topicwire.store.topics import IS_LISTED
from topicwire.store.totals import totals


def counts(connection: Connection, *, size: int) -> Counts:
    """Return how much there is, in a database that takes `size` bytes."""
    by_health = (
        select(sources.c.health, func.count().label("sources"))
        .where(sources.c.removed.is_(False))
        .group_by(sources.c.health)
    )
    found = {row.health: row.sources for row in connection.execute(by_health)}
    paused = select(func.count()).where(sources.c.removed.is_(False), sources.c.paused.is_(True))
    listed = connection.scalars(select(topics.c.id).where(IS_LISTED)).all()
    standing = totals(connection)
    return Counts(
        sources=tuple((health, found[health]) for health in Health if health in found),
        paused=connection.scalar(paused) or 0,
        entries=connection.scalar(select(func.sum(sources.c.entries))) or 0,
        topics=len(listed),
        placements=sum(standing[name].entries for name in listed),
        size=size,
    )
