"""The topics as they stand, and their editions."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    ScalarSelect,
    String,
    Text,
    bindparam,
    case,
    cast,
    exists,
    func,
    select,
    type_coerce,
    update,
)

from topicwire.model.document import TopicState
from topicwire.model.judging import StandingTopic
from topicwire.store import rows
from topicwire.store.columns import MICROSECOND, Instant
from topicwire.store.missing import missing
from topicwire.store.sources import sliced
from topicwire.store.tables import counters, entries, placements, topics

IS_LISTED = topics.c.removed.is_(False)

# The definition as text: what it says is read but once.
_STANDING = select(
    *(column for column in topics.c if column is not topics.c.definition),
    cast(topics.c.definition, Text).label("definition"),
)

# A date of HTTP has no fractions: who knows an edition by its date alone must not take the next one
# for the same, though it follows at once, or from a host whose clock is behind.
_SECOND = timedelta(seconds=1) // MICROSECOND
_NEXT = (type_coerce(topics.c.edition_time, BigInteger) // _SECOND + 1) * _SECOND
_SOONEST = type_coerce(_NEXT, Instant)
_AT = bindparam("at", type_=Instant)
_TOUCH = (
    update(topics)
    .where(topics.c.id.in_(bindparam("names", expanding=True)))
    .values(
        edition=topics.c.edition + 1,
        edition_time=case((_SOONEST > _AT, _SOONEST), else_=_AT),
    )
)

# What a topic's verdicts depend on: its definition, and the learned model that decides, if any.
standing_version: ColumnElement[str] = case(
    (topics.c.model == 0, topics.c.version),
    else_=topics.c.version + "+" + cast(topics.c.model, String),
)

_STATES = select(
    topics.c.id,
    topics.c.edition,
    topics.c.edition_time,
    topics.c.pages,
    topics.c.private,
    topics.c.removed,
    topics.c.successor,
).order_by(topics.c.id)
_ALL_STANDING = _STANDING.where(IS_LISTED).order_by(topics.c.id)
_ONE_STANDING = _STANDING.where(topics.c.id == bindparam("topic"), IS_LISTED)


def standing_topics(connection: Connection) -> tuple[StandingTopic, ...]:
    """Return the topics of the catalogue, by id."""
    found = connection.execute(_ALL_STANDING)
    return tuple(rows.standing_of(row) for row in found)


def standing(connection: Connection, topic_id: str) -> StandingTopic:
    """Return the topic.

    Raises:
        NotFoundError: the catalogue has none of that id.
    """
    row = connection.execute(_ONE_STANDING, {"topic": topic_id}).one_or_none()
    if row is None:
        raise missing("topic", topic_id, connection.scalars(select(topics.c.id).where(IS_LISTED)))
    return rows.standing_of(row)


def editions(connection: Connection) -> tuple[tuple[str, int], ...]:
    """Return the id and the edition of each topic of the catalogue, by id."""
    query = select(topics.c.id, topics.c.edition).where(IS_LISTED).order_by(topics.c.id)
    return tuple((row.id, row.edition) for row in connection.execute(query))


def states(connection: Connection) -> tuple[TopicState, ...]:
    """Return what answering for each topic's addresses takes, also of those that are no more."""
    return tuple(TopicState(*row) for row in connection.execute(_STATES))


def last_seq(connection: Connection) -> int:
    """Return the greatest `seq` of what is ready to be judged, 0 where nothing is."""
    return max(0, connection.scalar(select(func.max(entries.c.seq))) or 0)


def judged_from() -> ColumnElement[int]:
    """Return the `seq` up to which the current version of a topic has judged every entry."""
    is_current = topics.c.judged_version == standing_version
    return case((is_current, topics.c.judged_seq), else_=0)


_LAST: ScalarSelect[int] = (
    select(counters.c.value).where(counters.c.name == "seq").scalar_subquery()
)
_HAS_UNJUDGED = select(exists().where(IS_LISTED, judged_from() < _LAST))


def has_unjudged(connection: Connection) -> bool:
    """Return whether an entry is left to judge for any topic."""
    return bool(connection.scalar(_HAS_UNJUDGED))


def left_by_topic(connection: Connection) -> tuple[tuple[str, int], ...]:
    """Return how many entries, at most, each topic has not judged: those furthest behind first."""
    left = (last_seq(connection) - judged_from()).label("left")
    query = select(topics.c.id, left).where(IS_LISTED, left > 0)
    return tuple(
        (row.id, row.left) for row in connection.execute(query.order_by(left.desc(), "id"))
    )


def soonest_after(edition_time: datetime) -> datetime:
    """Return the soonest that the next edition may have for its time."""
    return edition_time.replace(microsecond=0) + timedelta(seconds=1)


def touch(connection: Connection, names: Iterable[str], *, now: datetime) -> None:
    """Give the topics a new edition: their feeds are no longer what they were."""
    for part in sliced(sorted(names)):
        connection.execute(_TOUCH, {"names": part, "at": now})


def touch_by_entries(connection: Connection, numbers: Sequence[int], *, now: datetime) -> None:
    """Give a new edition to the topics in which one of the entries stands."""
    query = select(placements.c.topic_id).distinct()
    found = (
        connection.scalars(query.where(placements.c.entry_id.in_(part))) for part in sliced(numbers)
    )
    touch(connection, set(chain.from_iterable(found)), now=now)


def touch_by_sources(connection: Connection, names: Sequence[str], *, now: datetime) -> None:
    """Give a new edition to the topics in which an entry of one of the sources stands."""
    query = select(placements.c.topic_id).distinct()
    query = query.join(entries, entries.c.id == placements.c.entry_id)
    found = (
        connection.scalars(query.where(entries.c.source_id.in_(part))) for part in sliced(names)
    )
    touch(connection, set(chain.from_iterable(found)), now=now)
