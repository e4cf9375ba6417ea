"""Placing: what a topic's verdicts change, in its placements and its edition."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from topicwire.model import Placed, StandingTopic, Verdict
from topicwire.store import rows
from topicwire.store.rows import AnyRow, Values
from topicwire.store.sources import sliced
from topicwire.store.tables import entries, placements, topics, verdicts
from topicwire.store.topics import IS_LISTED, judged_from

# What scores less is not kept unless it once did better: that a recipe is no column on space
# needs no row, while an editor asks of near misses why they missed.
KEPT_SCORE = 0.2
FEW = 20  # topics that are looked up one by one


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry in a topic: what was held of it before, and the verdict now.

    `story` is the entry that first told the same. `before` is None when no verdict was kept.
    `placed` is the publication that its placement is sorted by, None when it has no placement.
    """

    topic_id: str
    version: str
    verdict: Verdict
    published: datetime
    story: int
    before: Verdict | None
    placed: datetime | None

    @property
    def enters(self) -> bool:
        """Whether the entry comes into the topic."""
        return self.verdict.accepted and self.placed is None

    @property
    def leaves(self) -> bool:
        """Whether the entry goes out of the topic."""
        return not self.verdict.accepted and self.placed is not None

    @property
    def stays_changed(self) -> bool:
        """Whether it stays, but where, or for what reasons, is no longer the same."""
        if not self.verdict.accepted or self.placed is None or self.before is None:
            return False
        now = (self.published, self.verdict.score, self.verdict.reasons)
        return now != (self.placed, self.before.score, self.before.reasons)

    @property
    def is_worth_keeping(self) -> bool:
        """Whether the verdict is worth a row of its own."""
        return self.verdict.accepted or self.verdict.score >= KEPT_SCORE


def place(
    connection: Connection,
    standing: StandingTopic,
    given: Sequence[Verdict],
    *,
    through: int,
    now: datetime,
) -> Placed:
    """Store the verdicts of one topic on the entries unjudged up to the `seq` `through`."""
    judged = {verdict.entry_id: verdict.revision for verdict in given}
    verdicts_by = {standing.topic.id: given}
    (placed,) = place_all(
        connection, [standing], verdicts_by, judged=judged, through=through, now=now
    )
    return placed


def place_all(
    connection: Connection,
    standings: Sequence[StandingTopic],
    given: Mapping[str, Sequence[Verdict]],
    *,
    judged: Mapping[int, int],
    through: int,
    now: datetime,
) -> tuple[Placed, ...]:
    """Store the verdicts of many topics on the entries unjudged up to the `seq` `through`.

    `judged` is the revision, by entry, of all that was judged: where no verdict is given it is a
    plain refusal, which costs nothing unless something else was held before. Nothing is stored
    of a topic that was changed meanwhile, or when an entry of its range was not judged: it is
    then asked for again. A verdict on an entry outside the range is left out: another process
    has judged it, or it was revised meanwhile.
    """
    starts = _starts(connection, standings)
    found = _range(connection, after=min(starts.values(), default=through), through=through)
    unseen = max((row.seq for row in found if row.id not in judged), default=0)
    going = {topic_id: start for topic_id, start in starts.items() if start >= unseen}
    changes = _changes(
        connection,
        standings,
        going,
        given=given,
        found={row.id: row for row in found},
        judged=judged,
    )
    _keep(connection, changes)
    _move(connection, changes, now=now)
    stories: dict[str, set[int]] = {}
    for each in changes:
        if each.enters or each.leaves:
            stories.setdefault(each.topic_id, set()).add(each.story)
    for topic_id, moved in stories.items():
        _choose_carriers(connection, topic_id, moved)
    changed = {c.topic_id for c in changes if c.enters or c.leaves or c.stays_changed}
    _advance(connection, going.keys() - changed, through=through)
    _advance(connection, changed, through=through, edition_time=now)
    return _placed(connection, standings, going, [row.seq for row in found], changes)


def _starts(connection: Connection, standings: Sequence[StandingTopic]) -> dict[str, int]:
    """Return where judging goes on, by topic; without those that are no longer what they were."""
    versions = {standing.topic.id: standing.version for standing in standings}
    query = select(topics.c.id, topics.c.version, judged_from().label("start")).where(IS_LISTED)
    return {
        row.id: row.start
        for part in sliced(sorted(versions))
        for row in connection.execute(query.where(topics.c.id.in_(part)).with_for_update())
        if row.version == versions[row.id]
    }


def _range(connection: Connection, *, after: int, through: int) -> Sequence[AnyRow]:
    """Return the entries of a range of `seq`, in order."""
    story = func.coalesce(entries.c.story, entries.c.id).label("story")
    query = (
        select(entries.c.id, entries.c.seq, entries.c.published, story)
        .where(entries.c.seq > after, entries.c.seq <= through)
        .order_by(entries.c.seq)
    )
    return connection.execute(query).all()


def _changes(
    connection: Connection,
    standings: Sequence[StandingTopic],
    going: Mapping[str, int],
    *,
    given: Mapping[str, Sequence[Verdict]],
    found: Mapping[int, AnyRow],
    judged: Mapping[int, int],
) -> list[Judged]:
    """Return the entries that a verdict is given on, or that a topic held something of before."""
    versions = {standing.topic.id: standing.version for standing in standings}
    now = {(name, v.entry_id): v for name, each in given.items() for v in each}
    before = _held(connection, verdicts, going.keys(), found.keys())
    placed = _held(connection, placements, going.keys(), found.keys())
    return [
        Judged(
            topic_id=name,
            version=versions[name],
            verdict=now.get((name, entry_id)) or _refusal(entry_id, judged[entry_id]),
            published=found[entry_id].published,
            story=found[entry_id].story,
            before=None
            if (name, entry_id) not in before
            else rows.verdict_of(before[name, entry_id]),
            placed=None if (name, entry_id) not in placed else placed[name, entry_id].published,
        )
        for name, entry_id in sorted(now.keys() | before.keys() | placed.keys())
        if name in going and entry_id in found and found[entry_id].seq > going[name]
    ]


def _refusal(entry_id: int, revision: int) -> Verdict:
    return Verdict(entry_id, revision, accepted=False, score=0.0)


def _held(
    connection: Connection, table: Table, names: AbstractSet[str], numbers: AbstractSet[int]
) -> dict[tuple[str, int], AnyRow]:
    """Return the rows of the topics on the entries, by topic and entry.

    A few topics are looked up by their key; of many, what is held of each entry is gone through.
    """
    query = select(table)
    if len(names) <= FEW:
        query = query.where(table.c.topic_id.in_(sorted(names)))
    return {
        (row.topic_id, row.entry_id): row
        for part in sliced(sorted(numbers))
        for row in connection.execute(query.where(table.c.entry_id.in_(part)))
        if row.topic_id in names
    }


def _keep(connection: Connection, judged: Sequence[Judged]) -> None:
    """Store the verdicts that are worth a row, over those kept before."""
    new = [_values(each) for each in judged if each.is_worth_keeping and each.before is None]
    again = [_keyed(_values(each)) for each in judged if each.before]
    if new:
        connection.execute(insert(verdicts), new)
    if again:
        connection.execute(update(verdicts).where(*_key(verdicts)), again)


def _values(judged: Judged) -> Values:
    ours = {"topic_id": judged.topic_id, "version": judged.version}
    return rows.verdict_values(judged.verdict) | ours


def _move(connection: Connection, judged: Sequence[Judged], *, now: datetime) -> None:
    """Let entries into their topics, out of them, or to their new place by publication."""
    entering = [
        {
            "topic_id": each.topic_id,
            "entry_id": each.verdict.entry_id,
            "placed": now,
            "published": each.published,
            "story": each.story,
            "is_behind": True,  # until it is chosen to carry its story
        }
        for each in judged
        if each.enters
    ]
    leaving = [_keyed(_names(each)) for each in judged if each.leaves]
    staying = [
        _keyed(_names(each) | {"published": each.published})
        for each in judged
        if each.stays_changed
    ]
    if entering:
        connection.execute(insert(placements), entering)
    if leaving:
        connection.execute(delete(placements).where(*_key(placements)), leaving)
    if staying:
        connection.execute(update(placements).where(*_key(placements)), staying)


def _choose_carriers(connection: Connection, topic_id: str, stories: set[int]) -> None:
    """Let one entry of each story stand in the topic for all of them, and the same as before.

    A new story is carried by the entry that came into the topic first; of those that came
    together, by the one published first, then by the fullest.
    """
    length = func.length(func.coalesce(entries.c.full_text, entries.c.text))
    query = (
        select(placements.c.entry_id, placements.c.story, placements.c.is_behind)
        .join(entries, entries.c.id == placements.c.entry_id)
        .where(placements.c.topic_id == topic_id)
        .order_by(
            placements.c.story,
            placements.c.is_behind,
            placements.c.placed,
            placements.c.published,
            length.desc(),
            placements.c.entry_id,
        )
    )
    carriers: dict[int, AnyRow] = {}
    for part in sliced(sorted(stories)):
        for row in connection.execute(query.where(placements.c.story.in_(part))):
            carriers.setdefault(row.story, row)
    chosen = [
        {"of_topic": topic_id, "of_entry": row.entry_id, "is_behind": False}
        for row in carriers.values()
        if row.is_behind
    ]
    if chosen:
        connection.execute(update(placements).where(*_key(placements)), chosen)


def _names(judged: Judged) -> Values:
    return {"topic_id": judged.topic_id, "entry_id": judged.verdict.entry_id}


def _keyed(values: Values) -> Values:
    """Return the values with the key moved to where `_key` looks for it."""
    rest = {name: value for name, value in values.items() if name not in {"topic_id", "entry_id"}}
    return rest | {"of_topic": values["topic_id"], "of_entry": values["entry_id"]}


def _key(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.topic_id == bindparam("of_topic"), table.c.entry_id == bindparam("of_entry")


def _advance(
    connection: Connection,
    names: AbstractSet[str],
    *,
    through: int,
    edition_time: datetime | None = None,
) -> None:
    """Note that the topics have judged what goes up to `through`, and their new edition if any."""
    start = judged_from()
    values: Values = {
        "judged_version": topics.c.version,
        "judged_seq": case((start > through, start), else_=through),
    }
    if edition_time is not None:
        values |= {"edition": topics.c.edition + 1, "edition_time": edition_time}
    for part in sliced(sorted(names)):
        connection.execute(update(topics).where(topics.c.id.in_(part)).values(values))


def _placed(
    connection: Connection,
    standings: Sequence[StandingTopic],
    going: Mapping[str, int],
    seqs: Sequence[int],
    judged: Sequence[Judged],
) -> tuple[Placed, ...]:
    """Return what came of each topic, in the order given."""
    entered = Counter(each.topic_id for each in judged if each.enters)
    left = Counter(each.topic_id for each in judged if each.leaves)
    query = select(topics.c.id, topics.c.edition)
    names = sorted(standing.topic.id for standing in standings)
    editions = {
        row.id: row.edition
        for part in sliced(names)
        for row in connection.execute(query.where(topics.c.id.in_(part)))
    }
    return tuple(
        Placed(
            topic_id=name,
            judged=len(seqs) - bisect_right(seqs, going[name]) if name in going else 0,
            entered=entered[name],
            left=left[name],
            edition=editions.get(name, standing.edition),
        )
        for standing in standings
        for name in (standing.topic.id,)
    )
