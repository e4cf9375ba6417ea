"""What our hub was asked for and callbacks have not confirmed yet."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)

from topicwire.model.document import Format
from topicwire.model.hub import Intent, Load, Mode
from topicwire.store.rows import AnyRow, Values
from topicwire.store.subscribers import IS_PUBLIC, new
from topicwire.store.tables import intents, subscribers, topics


def load(connection: Connection, topic_id: str, form: Format, *, host: str) -> Load:
    """Return how much there is to do already, beside what is asked for a callback at this host."""

    def count(table: Table, *conditions: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(table).where(*conditions)
        return connection.scalar(query) or 0

    document = (subscribers.c.topic_id == topic_id, subscribers.c.format == form.value)
    return Load(
        subscribers=count(subscribers, *document),
        of_host=count(subscribers, subscribers.c.host == host),
        waiting=count(intents),
        waiting_of_host=count(intents, intents.c.host == host),
    )


def ask(connection: Connection, given: Intent) -> bool:
    """Keep an intent instead of the callback's last one; False when there is no such topic."""
    query = select(topics.c.edition).where(topics.c.id == given.topic_id, IS_PUBLIC)
    edition = connection.scalar(query)
    if edition is None:
        return False
    connection.execute(delete(intents).where(_same(intents, given)))
    plain: Values = {"edition": edition, "mode": given.mode.value, "format": given.format.value}
    connection.execute(insert(intents).values(asdict(given) | plain))
    return True


def is_waiting(connection: Connection, now: datetime) -> bool:
    """Return whether an intent's time has come."""
    return bool(connection.scalar(select(exists().where(intents.c.due <= now))))


def claim(
    connection: Connection, now: datetime, *, until: datetime, limit: int
) -> tuple[Intent, ...]:
    """Return the intents whose time has come, which nobody else is given before `until`."""
    query = select(intents).where(intents.c.due <= now).order_by(intents.c.due, intents.c.id)
    found = connection.execute(query.limit(limit)).all()
    numbers = [row.id for row in found]
    connection.execute(update(intents).where(intents.c.id.in_(numbers)).values(due=until))
    return tuple(_intent(row) for row in found)


def verified(connection: Connection, given: Intent, *, now: datetime, until: datetime) -> bool:
    """Do what a callback has confirmed; False when it asked for something else meanwhile.

    Who subscribes anew keeps its place, with a new secret and a lease `until` then.
    """
    if not connection.execute(delete(intents).where(_is(given))).rowcount:
        return False
    mine = _same(subscribers, given)
    if given.mode is Mode.UNSUBSCRIBE:
        connection.execute(delete(subscribers).where(mine))
        return True
    fresh: Values = {
        "secret": given.secret,
        "lease_until": until,
        "failures": 0,
        "error": None,
    }
    due = subscribers.c.due
    at_once = case((subscribers.c.failures > 0, literal(now, due.type)), else_=due)
    kept = update(subscribers).where(mine).values(fresh | {"due": at_once})
    if not connection.execute(kept).rowcount:
        row = new(given.topic_id, given.format, given.callback, host=given.host, now=now)
        connection.execute(insert(subscribers).values(row | fresh | {"edition": given.edition}))
    return True


def put_off(connection: Connection, given: Intent, later: Intent | None) -> None:
    """Keep an intent to be tried once more, or with None forget it; the subscriber stays."""
    mine = _is(given)
    if later is None:
        connection.execute(delete(intents).where(mine))
    else:
        values = {"due": later.due, "tries": later.tries}
        connection.execute(update(intents).where(mine).values(values))


def release(connection: Connection, now: datetime) -> None:
    """Let all be verified at once that a process was about to verify when it died."""
    is_claimed = and_(intents.c.due > now, intents.c.tries == 0)
    connection.execute(update(intents).where(is_claimed).values(due=now))


def _is(given: Intent) -> ColumnElement[bool]:
    """Whether a row is this very intent, and not a later one of the same callback."""
    return and_(_same(intents, given), intents.c.received == given.received)


def _same(table: Table, given: Intent) -> ColumnElement[bool]:
    return and_(
        table.c.topic_id == given.topic_id,
        table.c.format == given.format.value,
        table.c.callback == given.callback,
    )


def _intent(row: AnyRow) -> Intent:
    return Intent(
        topic_id=row.topic_id,
        format=Format(row.format),
        callback=row.callback,
        host=row.host,
        mode=Mode(row.mode),
        lease=row.lease,
        received=row.received,
        due=row.due,
        secret=row.secret,
        edition=row.edition,
        tries=row.tries,
    )
