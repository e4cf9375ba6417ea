"""What a clock that was ahead has left in the future, brought back to the time that it is."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select, update

from topicwire.store.tables import articles, intents, robots, sources, subscribers

LEAST = timedelta(minutes=10)  # clocks differ by less


def turn_back(connection: Connection, now: datetime) -> timedelta:
    """Let what was asked by a clock that was ahead count as asked now; return how far it was.

    Without that nobody would be asked again until the time comes that it was taken to be.
    """
    latest: datetime | None = connection.scalar(select(func.max(sources.c.last_poll)))
    if latest is None or latest - now <= LEAST:
        return timedelta(0)
    ahead = latest - now
    _ask_sources(connection, now)
    for table in (subscribers, intents, articles):
        is_far = table.c.due > now + ahead / 2
        connection.execute(update(table).where(is_far).values(due=now))
    connection.execute(update(robots).where(robots.c.fetched > now).values(fetched=now))
    return ahead


def _ask_sources(connection: Connection, now: datetime) -> None:
    """Keep the wait of each source, and let it begin now."""
    columns = (sources.c.id, sources.c.last_poll, sources.c.next_poll, sources.c.not_before)
    found = connection.execute(select(*columns).where(sources.c.last_poll > now)).all()
    values = [
        {
            "where_id": row.id,
            "last_poll": now,
            "next_poll": now + (row.next_poll - row.last_poll),
            "not_before": row.not_before and now + (row.not_before - row.last_poll),
        }
        for row in found
    ]
    if values:
        connection.execute(update(sources).where(sources.c.id == bindparam("where_id")), values)
