"""Judging: what a topic has yet to judge, and what is held of an entry."""

from sqlalchemy import Connection, Select, bindparam, exists, func, literal, select

from topicwire.model.judging import StandingTopic, StoredEntry, Verdict
from topicwire.store import rows
from topicwire.store.sources import sliced
from topicwire.store.tables import entries, labels, topics, verdicts
from topicwire.store.topics import IS_LISTED, judged_from, last_seq, standing_version

_HTML = frozenset({"summary_html", "content_html", "full_html"})
JUDGED = tuple(
    literal("").label(column.name) if column.name in _HTML else column for column in entries.c
)

_SETTLED_AFTER = (
    select(*JUDGED)
    .where(entries.c.seq > bindparam("after"))
    .order_by(entries.c.seq)
    .limit(bindparam("most"))
)


def unjudged(
    connection: Connection, standing: StandingTopic, *, limit: int
) -> tuple[StoredEntry, ...]:
    """Return the first entries, by `seq`, that this version of the topic has not judged.

    There are none when the topic was changed or removed meanwhile.
    """
    start = connection.scalar(start_of(standing))
    return () if start is None else settled_after(connection, start, limit=limit)


def settled_after(connection: Connection, seq: int, *, limit: int) -> tuple[StoredEntry, ...]:
    """Return the first entries after a `seq`, in order, without their HTML: nobody judges that."""
    found = connection.execute(_SETTLED_AFTER, {"after": seq, "most": limit})
    return tuple(rows.stored_of(row) for row in found)


def left_count(connection: Connection) -> int:
    """Return how many judgements are left to make, over all topics."""
    start = judged_from().label("start")
    starts = select(start, func.count().label("topics")).where(IS_LISTED).group_by(start)
    total = after = 0
    above = last_seq(connection)
    for row in connection.execute(starts.order_by(start.desc())).all():
        # each range but once: thousands of topics may be at as many places
        between = select(func.count()).where(entries.c.seq > row.start, entries.c.seq <= above)
        after += connection.scalar(between) or 0
        above = min(above, row.start)
        total += row.topics * after
    return total


def unjudged_count(connection: Connection, standing: StandingTopic) -> int:
    """Return how many entries this version of the topic has not judged."""
    start = connection.scalar(start_of(standing))
    if start is None:
        return 0
    count = select(func.count()).select_from(entries).where(entries.c.seq > start)
    return connection.scalar(count) or 0


def start_of(standing: StandingTopic) -> Select[int]:
    """Ask where judging goes on: no row when the topic is no longer what `standing` says."""
    return select(judged_from()).where(
        topics.c.id == standing.topic.id, standing_version == standing.version, IS_LISTED
    )


def unsure(
    connection: Connection, topic_id: str, *, around: float, limit: int
) -> tuple[tuple[StoredEntry, Verdict], ...]:
    """Return the entries that nobody labelled in a topic, by how near to a score theirs is."""
    is_labelled = exists().where(
        labels.c.topic_id == topic_id, labels.c.entry_id == verdicts.c.entry_id
    )
    query = (
        select(entries)
        .join(verdicts, verdicts.c.entry_id == entries.c.id)
        .where(verdicts.c.topic_id == topic_id, ~is_labelled, entries.c.retracted.is_(None))
        .order_by(func.abs(verdicts.c.score - around), entries.c.id)
        .limit(limit)
    )
    kept = select(verdicts).where(verdicts.c.topic_id == topic_id)
    found = [rows.stored_of(row) for row in connection.execute(query)]
    held: dict[int, Verdict] = {}
    for part in sliced([each.id for each in found]):
        for row in connection.execute(kept.where(verdicts.c.entry_id.in_(part))):
            held[row.entry_id] = rows.verdict_of(row)
    return tuple((each, held[each.id]) for each in found)


def verdicts_of(connection: Connection, entry_id: int) -> tuple[tuple[str, Verdict], ...]:
    """Return what the topics of the catalogue hold of the entry, as (topic id, verdict) by id."""
    query = (
        select(verdicts)
        .join(topics, topics.c.id == verdicts.c.topic_id)
        .where(verdicts.c.entry_id == entry_id, IS_LISTED)
        .order_by(verdicts.c.topic_id)
    )
    return tuple((row.topic_id, rows.verdict_of(row)) for row in connection.execute(query))
