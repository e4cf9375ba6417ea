"""Subscriptions at hubs, and what hubs have pushed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, delete, exists, false, insert, select, update

from topicwire.model.push import Delivery, PushState, Subscription
from topicwire.model.wire import Polled
from topicwire.store.rows import AnyRow
from topicwire.store.sources import active, polled_by
from topicwire.store.tables import deliveries, sources, subscriptions

SETTLED = timedelta(hours=1)  # after which polling that finds what push did not speaks against it
REMEMBERED = timedelta(days=90)  # since they were asked for, of subscriptions that ended
HOPE = timedelta(days=7)  # for one that is not active, after which it counts only as the latest
VAIN = (PushState.PENDING.value, PushState.DENIED.value, PushState.UNRELIABLE.value)
MOST_WAITING = 1_000  # deliveries, beyond which hubs have to come again

_IS_EXCUSED = subscriptions.c.tries > 0
_DISTRUST = (
    update(subscriptions)
    .where(
        subscriptions.c.source_id.in_(bindparam("names", expanding=True)),
        subscriptions.c.state == PushState.ACTIVE.value,
        subscriptions.c.asked < bindparam("since", type_=subscriptions.c.asked.type),
        ~exists().where(deliveries.c.source_id == subscriptions.c.source_id),
    )
    .values(
        state=case((_IS_EXCUSED, subscriptions.c.state), else_=PushState.UNRELIABLE.value),
        reason=case(
            (_IS_EXCUSED, subscriptions.c.reason),
            else_="a poll found entries that the hub had not told of",
        ),
        asked=case(
            (_IS_EXCUSED, subscriptions.c.asked),
            else_=bindparam("at", type_=subscriptions.c.asked.type),
        ),
        tries=0,
    )
)


def pushable(connection: Connection) -> tuple[tuple[Polled, tuple[Subscription, ...]], ...]:
    """Return the sources that name a hub, each with its subscriptions, the latest first."""
    found = polled_by(
        connection,
        active(),
        sources.c.feed_hub.is_not(None),
        sources.c.feed_self.is_not(None),
    )
    kept: dict[str, list[Subscription]] = {}
    query = select(subscriptions).order_by(subscriptions.c.asked.desc(), subscriptions.c.token)
    for row in connection.execute(query):
        kept.setdefault(row.source_id, []).append(_of(row))
    return tuple((each, tuple(kept.get(each.source.id, ()))) for each in found)


def subscription(connection: Connection, token: str) -> Subscription | None:
    """Return the subscription of a callback, None when there is none."""
    query = select(subscriptions).where(subscriptions.c.token == token)
    row = connection.execute(query).one_or_none()
    return None if row is None else _of(row)


def save(connection: Connection, given: Subscription) -> None:
    """Save a subscription; one that becomes active ends the others of its source."""
    values = asdict(given) | {"state": given.state.value}
    mine = subscriptions.c.token == given.token
    if connection.execute(update(subscriptions).where(mine).values(values)).rowcount == 0:
        connection.execute(insert(subscriptions).values(values))
    if given.state is PushState.ACTIVE:
        others = (subscriptions.c.source_id == given.source_id) & ~mine
        connection.execute(update(subscriptions).where(others).values(state=PushState.ENDED.value))


def end_leases(connection: Connection, now: datetime, *, are_wanted: bool) -> None:
    """End the subscriptions whose lease is over, and forget the old ones.

    So do those of a source that left or is not to be pushed, and where none `are_wanted`, all.
    """
    is_active = subscriptions.c.state == PushState.ACTIVE.value
    is_over = is_active & (subscriptions.c.lease_until <= now)
    may_push = sources.c.options["push"].as_boolean().is_not(False)
    is_source = sources.c.id == subscriptions.c.source_id
    is_wanted = exists().where(is_source, active(), may_push) if are_wanted else false()
    lasting = subscriptions.c.state != PushState.ENDED.value
    connection.execute(
        update(subscriptions)
        .where(lasting, is_over | ~is_wanted)
        .values(state=PushState.ENDED.value)
    )
    is_ended = subscriptions.c.state == PushState.ENDED.value
    connection.execute(
        delete(subscriptions).where(is_ended, subscriptions.c.asked < now - REMEMBERED)
    )
    later = subscriptions.alias()
    is_followed = exists().where(
        later.c.source_id == subscriptions.c.source_id, later.c.asked > subscriptions.c.asked
    )
    is_vain = subscriptions.c.state.in_(VAIN)
    connection.execute(
        delete(subscriptions).where(is_vain, is_followed, subscriptions.c.asked < now - HOPE)
    )


def distrust(connection: Connection, names: Sequence[str], *, now: datetime) -> None:
    """Note that polling found what the hub of these sources should have told of.

    One that told of it in vain is excused, once.
    """
    connection.execute(_DISTRUST, {"names": names, "since": now - SETTLED, "at": now})


def excuse(connection: Connection, source_id: str) -> None:
    """Note that the hub of a source has told of what was not taken, and a poll has to find."""
    is_mine = (
        subscriptions.c.source_id == source_id,
        subscriptions.c.state == PushState.ACTIVE.value,
    )
    tried = subscriptions.c.tries + 1
    connection.execute(update(subscriptions).where(*is_mine).values(tries=tried))


def receive(connection: Connection, given: Subscription, delivery: Delivery) -> bool:
    """Keep what a hub has pushed until it is read; False when too much is waiting already."""
    waiting = connection.execute(select(deliveries.c.id).limit(MOST_WAITING + 1)).all()
    if len(waiting) > MOST_WAITING:
        return False
    values = asdict(delivery)
    del values["id"]
    connection.execute(insert(deliveries).values(values))
    mine = subscriptions.c.token == given.token
    connection.execute(update(subscriptions).where(mine).values(last_push=delivery.received))
    return True


def waiting(connection: Connection, *, limit: int) -> tuple[Delivery, ...]:
    """Return what has been pushed and not been read, the earliest first."""
    query = select(deliveries).order_by(deliveries.c.id).limit(limit)
    return tuple(Delivery(**row) for row in connection.execute(query).mappings())


def done(connection: Connection, delivery_id: int) -> None:
    """Forget a delivery that has been read."""
    connection.execute(delete(deliveries).where(deliveries.c.id == delivery_id))


def _of(row: AnyRow) -> Subscription:
    return Subscription(
        token=row.token,
        source_id=row.source_id,
        hub=row.hub,
        topic=row.topic,
        state=PushState(row.state),
        asked=row.asked,
        secret=row.secret,
        lease_until=row.lease_until,
        last_push=row.last_push,
        reason=row.reason,
        tries=row.tries,
    )
