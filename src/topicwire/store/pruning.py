"""Pruning: removing what is older than it is to be kept, and what nobody needs any more.

Nothing goes that a document carries or may come to carry, that an editor has spoken of, or that
its source's feed still shows: that one would come again as new.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    update,
)

from topicwire.store.arranging import CURRENT, DAY
from topicwire.store.columns import MICROSECOND, Instant, microseconds
from topicwire.store.editions import TOLD
from topicwire.store.rows import Values
from topicwire.store.sources import sliced
from topicwire.store.tables import (
    aliases,
    answers,
    articles,
    departures,
    entries,
    labels,
    placements,
    rulings,
    sketches,
    sources,
    topics,
    verdicts,
)
from topicwire.store.topics import IS_LISTED, judged_from

BATCH = 200  # entries that one transaction removes

_OF_ENTRIES = (aliases, articles, sketches, verdicts, departures)


@dataclass(frozen=True, slots=True)
class Policy:
    """How long the entries of a source, or what a topic refused, is kept: what came before goes."""

    kind: str  # "source" or "topic"
    id: str
    before: datetime


def policies(connection: Connection, *, keep_days: int, now: datetime) -> tuple[Policy, ...]:
    """Return those of the sources, then of the topics, that do not keep everything.

    A source whose document was not read since it is known what it shows keeps everything, too.
    """
    is_known = sources.c.shown.is_not(None) | sources.c.removed.is_(True)
    of_sources = select(sources.c.id, sources.c.options).where(is_known).order_by(sources.c.id)
    found = [
        ("source", row.id, row.options.get("keep_days", keep_days))
        for row in connection.execute(of_sources)
    ]
    days_of_topic = topics.c.definition["topic"]["keep_days"].as_integer()
    of_topics = select(topics.c.id, days_of_topic.label("days")).order_by(topics.c.id)
    found += [("topic", row.id, row.days) for row in connection.execute(of_topics)]
    return tuple(
        Policy(kind, name, now - timedelta(days=days)) for kind, name, days in found if days
    )


def waiting(connection: Connection, *, keep_days: int) -> tuple[str, ...]:
    """Return the sources that keep everything only until their documents are read again."""
    query = select(sources.c.id, sources.c.options).where(
        sources.c.shown.is_(None), sources.c.removed.is_(False), sources.c.entries > 0
    )
    found = connection.execute(query.order_by(sources.c.id))
    return tuple(row.id for row in found if row.options.get("keep_days", keep_days))


def outdated(connection: Connection, policy: Policy, *, now: datetime) -> tuple[int, ...]:
    """Return the numbers of the entries that a policy removes, or the verdicts on, the latest first."""
    if policy.kind == "topic":
        query = select(verdicts.c.entry_id).where(_is_refused(policy))
        return tuple(connection.scalars(query.order_by(verdicts.c.entry_id.desc())))
    shown = _shown(connection, policy.id)
    found = connection.scalars(_IDLE_LATEST_FIRST, _values(policy, now=now))
    return tuple(number for number in found if number not in shown)


def remove(connection: Connection, policy: Policy, numbers: Sequence[int], *, now: datetime) -> int:
    """Remove those of the entries, or the verdicts on them, that still may go; return how many."""
    if policy.kind == "topic":
        mine = _is_refused(policy), verdicts.c.entry_id.in_(numbers)
        return connection.execute(delete(verdicts).where(*mine)).rowcount
    shown = _shown(connection, policy.id)
    query = _IDLE.where(entries.c.id.in_(numbers))
    idle = connection.execute(query, _values(policy, now=now))
    found = [row for row in idle if row.id not in shown]
    going = [row.id for row in found]
    for table in _OF_ENTRIES:
        connection.execute(delete(table).where(table.c.entry_id.in_(going)))
    connection.execute(delete(entries).where(entries.c.id.in_(going)))
    _forget_answers(connection, {row.fingerprint for row in found})
    count = sources.c.entries - len(going)
    connection.execute(update(sources).where(sources.c.id == policy.id).values(entries=count))
    return len(going)


def _shown(connection: Connection, source_id: str) -> frozenset[int]:
    """Return the entries in the last document of a source."""
    return frozenset(
        connection.scalar(select(sources.c.shown).where(sources.c.id == source_id)) or ()
    )


def _forget_answers(connection: Connection, prints: set[str]) -> None:
    """Remove what was answered of texts that no entry has any more."""
    for part in sliced(sorted(prints)):
        kept = connection.scalars(
            select(answers.c.fingerprint).distinct().where(answers.c.fingerprint.in_(part))
        ).all()
        if kept:  # few are ever asked of, and no index finds the entries of a text
            used = exists().where(entries.c.fingerprint == answers.c.fingerprint)
            connection.execute(delete(answers).where(answers.c.fingerprint.in_(kept), ~used))


def _is_refused(policy: Policy) -> ColumnElement[bool]:
    """Whether a verdict is on what the topic refused long ago, and shows nowhere."""
    is_old = exists().where(
        entries.c.id == verdicts.c.entry_id, entries.c.first_seen < policy.before
    )
    spoken = (
        exists().where(
            table.c.topic_id == verdicts.c.topic_id, table.c.entry_id == verdicts.c.entry_id
        )
        for table in (placements, rulings, labels)
    )
    return and_(
        verdicts.c.topic_id == policy.id,
        verdicts.c.accepted == false(),
        is_old,
        *(~each for each in spoken),
    )


def _is_idle() -> ColumnElement[bool]:
    """Whether an entry is old, and nobody needs it.

    The latest number and the latest `seq` stay whatever they are of: a database may give a number
    again, and who judges must find the end.
    """
    other = entries.alias()
    spoken = (
        exists().where(table.c.entry_id == entries.c.id) for table in (placements, rulings, labels)
    )
    judged = select(func.min(judged_from())).where(IS_LISTED).scalar_subquery()
    last = select(func.max(other.c.seq)).scalar_subquery()
    seq = entries.c.seq + 0  # PostgreSQL would look up nearly all entries by it, for each source
    return and_(
        entries.c.source_id == bindparam("source"),
        entries.c.first_seen < bindparam("before", type_=Instant),
        seq > 0,
        seq <= func.coalesce(judged, last),
        seq < last,
        entries.c.id < select(func.max(other.c.id)).scalar_subquery(),
        *(~each for each in spoken),
        ~_is_told(),
        ~exists().where(other.c.story == entries.c.id, other.c.id != entries.c.id),
    )


def _is_told() -> ColumnElement[bool]:
    """Whether a document says that an entry is gone, or may.

    Pages of the archive say so for good. That something was published long ago also says that a
    topic has readers, whom arranging spares a flood: as long as nothing else says it, it stays.
    """
    standing = placements.alias()
    is_followed = exists().where(
        standing.c.topic_id == departures.c.topic_id,
        standing.c.page >= CURRENT,
        standing.c.placed < bindparam("yesterday", type_=Instant),
    )
    is_late = exists().where(
        topics.c.id == departures.c.topic_id,
        microseconds(departures.c.departed)
        > microseconds(topics.c.edition_time) - TOLD // MICROSECOND,
    )
    return exists().where(
        departures.c.entry_id == entries.c.id,
        or_(departures.c.page > CURRENT, is_late, ~is_followed),
    )


# Built once: there are thousands of sources, and to build it takes longer than to carry it out.
_IDLE = select(entries.c.id, entries.c.fingerprint).where(_is_idle())
_IDLE_LATEST_FIRST = _IDLE.order_by(entries.c.id.desc())


def _values(policy: Policy, *, now: datetime) -> Values:
    return {"source": policy.id, "before": policy.before, "yesterday": now - DAY}
