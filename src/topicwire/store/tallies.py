"""Tallies: what there was of something on each day, counted as it comes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from topicwire.model.watch import Counted
from topicwire.store.columns import EPOCH
from topicwire.store.sources import sliced
from topicwire.store.tables import sources, tallies

FRESH = timedelta(weeks=1)  # what was published longer ago when it comes is no news of that day
KEPT = timedelta(days=400)
_IS_IT = (
    (tallies.c.counted == bindparam("of_counted"))
    & (tallies.c.name == bindparam("of_name"))
    & (tallies.c.day == bindparam("of_day"))
)
_KNOWN = select(tallies.c.name).where(
    tallies.c.counted == bindparam("of_counted"),
    tallies.c.day == bindparam("of_day"),
    tallies.c.name.in_(bindparam("names", expanding=True)),
)
_FIRST = select(func.min(tallies.c.day)).where(
    tallies.c.counted == Counted.ENTRIES.value, tallies.c.name == sources.c.id
)
_BEGUN = select(sources.c.id, _FIRST.scalar_subquery().label("day")).where(
    sources.c.id.in_(bindparam("names", expanding=True))
)
_ADD = update(tallies).where(_IS_IT).values(amount=tallies.c.amount + bindparam("more"))


def add(connection: Connection, counted: Counted, names: Iterable[str], *, now: datetime) -> None:
    """Count today one more for each name, as often as it is given."""
    found = Counter(names)
    if not found:
        return
    day = day_number(now.date())
    known = {
        name
        for part in sliced(sorted(found))
        for name in connection.scalars(
            _KNOWN, {"of_counted": counted.value, "of_day": day, "names": part}
        )
    }
    again = [
        {"of_counted": counted.value, "of_name": name, "of_day": day, "more": found[name]}
        for name in sorted(known)
    ]
    new = [
        {"counted": counted.value, "name": name, "day": day, "amount": found[name]}
        for name in sorted(found.keys() - known)
    ]
    if again:
        connection.execute(_ADD, again)
    if new:
        connection.execute(insert(tallies), new)


def by_name(
    connection: Connection, counted: Counted, *, days: int, until: date
) -> Mapping[str, tuple[int, ...]]:
    """Return by name the counts of the `days` days before `until`, oldest first.

    A name of which there was nothing in all that time is left out.
    """
    first = day_number(until) - days
    query = select(tallies.c.name, tallies.c.day, tallies.c.amount).where(
        tallies.c.counted == counted.value, tallies.c.day >= first, tallies.c.day < first + days
    )
    found: dict[str, list[int]] = {}
    for row in connection.execute(query):
        found.setdefault(row.name, [0] * days)[row.day - first] = row.amount
    return {name: tuple(counts) for name, counts in found.items()}


def first_days(connection: Connection, names: Iterable[str]) -> dict[str, date]:
    """Return the first day of which new entries were counted, by source, of those named.

    It is looked up for each: of all days to take the least reads years of them.
    """
    return {
        row.id: EPOCH.date() + timedelta(days=row.day)
        for part in sliced(sorted(names))
        for row in connection.execute(_BEGUN, {"names": part})
        if row.day is not None
    }


def rename(connection: Connection, old: str, new: str) -> None:
    """Let what was counted of a topic go on under its new id."""
    of_topics = [each.value for each in Counted if each is not Counted.ENTRIES]
    for name, change in ((new, delete(tallies)), (old, update(tallies).values(name=new))):
        connection.execute(change.where(tallies.c.counted.in_(of_topics), tallies.c.name == name))


def forget(connection: Connection, now: datetime) -> None:
    """Remove the tallies of days that nobody asks for any more."""
    last = day_number((now - KEPT).date())
    each = tallies.c.counted.in_([counted.value for counted in Counted])  # finds their index
    connection.execute(delete(tallies).where(each, tallies.c.day < last))


def day_number(day: date) -> int:
    """Return a day as the tallies name it: counted since 1970."""
    return (day - EPOCH.date()).days
