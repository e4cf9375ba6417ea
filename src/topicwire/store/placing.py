"""Placing: what topics' verdicts change, in their placements and their editions."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
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

from topicwire.model.judging import Placed, StandingTopic, Verdict
from topicwire.model.road import Mark
from topicwire.model.watch import Counted
from topicwire.store import rows, tallies
from topicwire.store.arranging import arrange, depart
from topicwire.store.carriers import choose_carriers
from topicwire.store.judged import Judged, changes
from topicwire.store.rows import AnyRow, Values
from topicwire.store.sources import sliced
from topicwire.store.tables import entries, placements, topics, verdicts
from topicwire.store.topics import IS_LISTED, judged_from, standing_version, touch

# The queries of every turn are made once: to make one takes several times as long as to ask it.
_IS_NAMED = topics.c.id.in_(bindparam("names", expanding=True))
_STARTS = (
    select(
        topics.c.id,
        topics.c.catch_up,
        standing_version.label("version"),
        judged_from().label("start"),
    )
    .where(IS_LISTED, _IS_NAMED)
    .with_for_update()
)
_RANGE = (
    select(
        entries.c.id,
        entries.c.seq,
        entries.c.published,
        entries.c.revised,
        entries.c.retracted,
        func.coalesce(entries.c.story, entries.c.id).label("story"),
    )
    .where(entries.c.seq > bindparam("after"), entries.c.seq <= bindparam("through"))
    .order_by(entries.c.seq)
)
_THROUGH = bindparam("through", type_=topics.c.judged_seq.type)
_ADVANCE = (
    update(topics)
    .where(_IS_NAMED)
    .values(
        judged_version=standing_version,
        judged_seq=case((judged_from() > _THROUGH, judged_from()), else_=_THROUGH),
    )
)
_EDITIONS = select(topics.c.id, topics.c.edition).where(_IS_NAMED)


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
    starts, catching_up = _starts(connection, standings)
    found = _range(connection, after=min(starts.values(), default=through), through=through)
    unseen = max((row.seq for row in found if row.id not in judged), default=0)
    going = {topic_id: start for topic_id, start in starts.items() if start >= unseen}
    by_id = {row.id: row for row in found}
    made = changes(connection, standings, going, given=given, found=by_id, judged=judged)
    moved, changed = _settle(connection, made, now=now)
    _advance(connection, going.keys(), through=through)
    done = {name for name in going if starts[name] < catching_up.get(name, 0) <= through}
    changed |= {name for name in moved | done if arrange(connection, name, now=now)}
    touch(connection, changed, now=now)
    return _placed(connection, standings, going, [row.seq for row in found], made)


def entered(
    connection: Connection, topic_id: str, *, since: datetime, limit: int
) -> tuple[Mark, ...]:
    """Return the latest entries that came into a topic since then and are published there."""
    query = (
        select(entries.c.id, entries.c.revision, entries.c.revised)
        .join(placements, placements.c.entry_id == entries.c.id)
        .where(
            placements.c.topic_id == topic_id,
            placements.c.page.is_not(None),
            placements.c.placed > since,
        )
        .order_by(placements.c.placed.desc(), entries.c.id.desc())
        .limit(limit)
    )
    return tuple(Mark(*row) for row in connection.execute(query))


def replace_verdict(
    connection: Connection,
    standing: StandingTopic,
    entry_id: int,
    decide: Callable[[Verdict], Verdict],
    *,
    now: datetime,
) -> Placed:
    """Store what `decide` makes of the verdict that this version of the topic has on an entry.

    Nothing is stored when the topic was changed meanwhile, the entry revised, or no verdict kept.
    """
    name = standing.topic.id
    kept = connection.execute(
        select(entries.c.seq, verdicts)
        .join(entries, entries.c.id == verdicts.c.entry_id)
        .where(
            verdicts.c.topic_id == name,
            verdicts.c.entry_id == entry_id,
            verdicts.c.version == standing.version,
            verdicts.c.revision == entries.c.revision,
        )
    ).one_or_none()
    if kept is None or name not in _starts(connection, [standing])[0]:
        (nothing,) = _placed(connection, [standing], {}, (), ())
        return nothing
    going = {name: kept.seq - 1}
    found = _range(connection, after=kept.seq - 1, through=kept.seq)
    verdict = decide(rows.verdict_of(kept))
    made = changes(
        connection,
        [standing],
        going,
        given={name: [verdict]},
        found={row.id: row for row in found},
        judged={entry_id: verdict.revision},
    )
    moved, changed = _settle(connection, made, now=now)
    changed |= {each for each in moved if arrange(connection, each, now=now)}
    touch(connection, changed, now=now)
    (placed,) = _placed(connection, [standing], going, [kept.seq], made)
    return placed


def _settle(
    connection: Connection, made: Sequence[Judged], *, now: datetime
) -> tuple[set[str], set[str]]:
    """Store verdicts and what they change in the topics.

    Returns the topics that something came into or left, and those whose documents are others
    now, whatever is published of what came.
    """
    _keep(connection, made, now=now)
    _move(connection, made, now=now)
    stories: dict[str, set[int]] = {}
    for each in made:
        if each.enters or each.leaves:
            stories.setdefault(each.topic_id, set()).add(each.story)
    changed = {each.topic_id for each in made if each.leaves or each.stays_changed}
    for topic_id, moved in stories.items():
        if choose_carriers(connection, topic_id, moved, now=now):
            changed.add(topic_id)
    return set(stories), changed


def _starts(
    connection: Connection, standings: Sequence[StandingTopic]
) -> tuple[dict[str, int], dict[str, int]]:
    """Return where judging goes on, by topic, and how far those go that judge anew.

    Those that are no longer what they were are not among them.
    """
    versions = {standing.topic.id: standing.version for standing in standings}
    found = [
        row
        for part in sliced(sorted(versions))
        for row in connection.execute(_STARTS, {"names": part})
        if row.version == versions[row.id]
    ]
    return {row.id: row.start for row in found}, {row.id: row.catch_up for row in found}


def _range(connection: Connection, *, after: int, through: int) -> Sequence[AnyRow]:
    """Return the entries of a range of `seq`, in order."""
    return connection.execute(_RANGE, {"after": after, "through": through}).all()


def _keep(connection: Connection, judged: Sequence[Judged], *, now: datetime) -> None:
    """Store the verdicts that are worth a row, over those kept before."""
    new = [_values(each) for each in judged if each.is_worth_keeping and each.before is None]
    again = [_keyed(_values(each)) for each in judged if each.before]
    if new:
        connection.execute(insert(verdicts), new)
        misses = (each["topic_id"] for each in new if not each["accepted"])
        tallies.add(connection, Counted.MISSES, misses, now=now)
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
        fresh = (
            each.topic_id
            for each in judged
            if each.enters and each.published >= now - tallies.FRESH
        )
        tallies.add(connection, Counted.PLACEMENTS, fresh, now=now)
    for topic_id, numbers in _by_topic(each for each in judged if each.leaves):
        depart(connection, topic_id, numbers, now=now)
    if leaving:
        connection.execute(delete(placements).where(*_key(placements)), leaving)
    if staying:
        connection.execute(update(placements).where(*_key(placements)), staying)


def _by_topic(judged: Iterable[Judged]) -> Iterator[tuple[str, list[int]]]:
    """Yield the topics, each with the numbers of its entries."""
    found: dict[str, list[int]] = {}
    for each in judged:
        found.setdefault(each.topic_id, []).append(each.verdict.entry_id)
    yield from found.items()


def _names(judged: Judged) -> Values:
    return {"topic_id": judged.topic_id, "entry_id": judged.verdict.entry_id}


def _keyed(values: Values) -> Values:
    """Return the values with the key moved to where `_key` looks for it."""
    rest = {name: value for name, value in values.items() if name not in {"topic_id", "entry_id"}}
    return rest | {"of_topic": values["topic_id"], "of_entry": values["entry_id"]}


def _key(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.topic_id == bindparam("of_topic"), table.c.entry_id == bindparam("of_entry")


def _advance(connection: Connection, names: AbstractSet[str], *, through: int) -> None:
    """Note that the topics have judged what goes up to `through`."""
    for part in sliced(sorted(names)):
        connection.execute(_ADVANCE, {"names": part, "through": through})


def _placed(
    connection: Connection,
    standings: Sequence[StandingTopic],
    going: Mapping[str, int],
    seqs: Sequence[int],
    judged: Sequence[Judged],
) -> tuple[Placed, ...]:
    """Return what came of each topic, in the order given."""
    came_in: dict[str, list[Mark]] = {}
    for each in judged:
        if each.enters:
            came_in.setdefault(each.topic_id, []).append(each.mark)
    left = Counter(each.topic_id for each in judged if each.leaves)
    names = sorted(standing.topic.id for standing in standings)
    editions = {
        row.id: row.edition
        for part in sliced(names)
        for row in connection.execute(_EDITIONS, {"names": part})
    }
    return tuple(
        Placed(
            topic_id=name,
            judged=len(seqs) - bisect_right(seqs, going[name]) if name in going else 0,
            entered=len(came_in.get(name, ())),
            left=left[name],
            edition=editions.get(name, standing.edition),
            came_in=tuple(came_in.get(name, ())),
        )
        for standing in standings
        for name in (standing.topic.id,)
    )
