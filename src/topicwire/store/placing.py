"""Placing: what a topic's verdicts change, in its placements and its edition.

A ruling of an editor goes before a verdict; the verdict is kept all the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from topicwire.model import Placed, Stand, StandingTopic, Verdict
from topicwire.store import rows
from topicwire.store.carriers import choose_carriers
from topicwire.store.judging import start_of
from topicwire.store.rows import AnyRow, Values
from topicwire.store.rulings import belongs
from topicwire.store.tables import entries, placements, rulings, topics, verdicts
from topicwire.store.topics import touch

# What scores less is not kept unless it once did better: that a recipe is no column on space
# needs no row, while an editor asks of near misses why they missed.
KEPT_SCORE = 0.2


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry in its topic: what was held of it before, and the verdict now.

    `story` is the entry that first told the same. `before` is None when no verdict was kept.
    `placed` is the publication that its placement is sorted by, None when it has no placement.
    `stand` is what an editor decided, None where the verdict decides.
    """

    verdict: Verdict
    published: datetime
    story: int
    before: Verdict | None
    placed: datetime | None
    stand: Stand | None = None
    is_retracted: bool = False

    @property
    def belongs(self) -> bool:
        """Whether the entry stands in the topic from now on."""
        return belongs(self.stand, accepted=self.verdict.accepted, is_retracted=self.is_retracted)

    @property
    def enters(self) -> bool:
        """Whether the entry comes into the topic."""
        return self.belongs and self.placed is None

    @property
    def leaves(self) -> bool:
        """Whether the entry goes out of the topic."""
        return not self.belongs and self.placed is not None

    @property
    def stays_changed(self) -> bool:
        """Whether it stays, but where, or for what reasons, is no longer the same."""
        if not self.belongs or self.placed is None:
            return False
        if self.stand is not None or self.before is None:  # then it shows no reasons
            return self.published != self.placed
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
    """Store the verdicts on the entries unjudged up to the `seq` `through`.

    Nothing is stored when the topic was changed meanwhile, or when the verdict on an entry of
    that range is lacking: the entries are then asked for again. A verdict on an entry outside
    the range is left out: another process has judged it, or it was revised meanwhile.
    """
    start = connection.scalar(start_of(standing).with_for_update())
    verdict_on = {verdict.entry_id: verdict for verdict in given}
    found = () if start is None else _range(connection, standing, after=start, through=through)
    judged = tuple(_judged(row, verdict_on[row.id]) for row in found if row.id in verdict_on)
    if start is None or len(judged) < len(found):
        return _placed(connection, standing, ())
    progress: Values = {
        "judged_version": standing.version,
        "judged_seq": max(start, through),
    }
    if _settle(connection, standing, judged, now=now):
        progress |= {"edition": topics.c.edition + 1, "edition_time": now}
    connection.execute(update(topics).where(topics.c.id == standing.topic.id).values(progress))
    return _placed(connection, standing, judged)


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
    kept = connection.execute(
        select(entries.c.seq, verdicts)
        .join(entries, entries.c.id == verdicts.c.entry_id)
        .where(
            verdicts.c.topic_id == standing.topic.id,
            verdicts.c.entry_id == entry_id,
            verdicts.c.version == standing.version,
            verdicts.c.revision == entries.c.revision,
        )
    ).one_or_none()
    if kept is None or connection.scalar(start_of(standing).with_for_update()) is None:
        return _placed(connection, standing, ())
    verdict = decide(rows.verdict_of(kept))
    found = _range(connection, standing, after=kept.seq - 1, through=kept.seq)
    judged = tuple(_judged(row, verdict) for row in found)
    if _settle(connection, standing, judged, now=now):
        touch(connection, (standing.topic.id,), now=now)
    return _placed(connection, standing, judged)


def _settle(
    connection: Connection, standing: StandingTopic, judged: Sequence[Judged], *, now: datetime
) -> bool:
    """Store verdicts and what they change in the topic; return whether its feed is another now."""
    _keep(connection, standing, judged)
    _move(connection, standing, judged, now=now)
    moved = {each.story for each in judged if each.enters or each.leaves}
    choose_carriers(connection, standing.topic.id, moved)
    return any(each.enters or each.leaves or each.stays_changed for each in judged)


def _range(
    connection: Connection, standing: StandingTopic, *, after: int, through: int
) -> Sequence[AnyRow]:
    """Return the entries of a range of `seq` with what the topic held of them before."""
    topic_id = standing.topic.id
    query = (
        select(
            entries.c.id,
            entries.c.published,
            entries.c.retracted,
            func.coalesce(entries.c.story, entries.c.id).label("story"),
            rulings.c.stand,
            placements.c.published.label("placed"),
            verdicts.c.entry_id,
            verdicts.c.revision,
            verdicts.c.accepted,
            verdicts.c.score,
            verdicts.c.shadow,
            verdicts.c.reasons,
        )
        .outerjoin(
            verdicts, and_(verdicts.c.entry_id == entries.c.id, verdicts.c.topic_id == topic_id)
        )
        .outerjoin(
            placements,
            and_(placements.c.entry_id == entries.c.id, placements.c.topic_id == topic_id),
        )
        .outerjoin(
            rulings, and_(rulings.c.entry_id == entries.c.id, rulings.c.topic_id == topic_id)
        )
        .where(entries.c.seq > after, entries.c.seq <= through)
    )
    return connection.execute(query).all()


def _judged(row: AnyRow, verdict: Verdict) -> Judged:
    before = None if row.entry_id is None else rows.verdict_of(row)
    return Judged(
        verdict=verdict,
        published=row.published,
        story=row.story,
        before=before,
        placed=row.placed,
        stand=None if row.stand is None else Stand(row.stand),
        is_retracted=row.retracted is not None,
    )


def _keep(connection: Connection, standing: StandingTopic, judged: Sequence[Judged]) -> None:
    """Store the verdicts that are worth a row, over those kept before."""
    ours = {"topic_id": standing.topic.id, "version": standing.version}
    new = [
        rows.verdict_values(each.verdict) | ours
        for each in judged
        if each.is_worth_keeping and each.before is None
    ]
    again = [_keyed(rows.verdict_values(each.verdict) | ours) for each in judged if each.before]
    if new:
        connection.execute(insert(verdicts), new)
    if again:
        connection.execute(update(verdicts).where(*_key(verdicts)), again)


def _move(
    connection: Connection, standing: StandingTopic, judged: Sequence[Judged], *, now: datetime
) -> None:
    """Let entries into the topic, out of it, or to their new place by publication."""
    topic_id = standing.topic.id
    entering = [
        {
            "topic_id": topic_id,
            "entry_id": each.verdict.entry_id,
            "placed": now,
            "published": each.published,
            "story": each.story,
            "is_behind": True,  # until it is chosen to carry its story
        }
        for each in judged
        if each.enters
    ]
    leaving = [_keyed(_names(each, topic_id)) for each in judged if each.leaves]
    staying = [
        _keyed(_names(each, topic_id) | {"published": each.published})
        for each in judged
        if each.stays_changed
    ]
    if entering:
        connection.execute(insert(placements), entering)
    if leaving:
        connection.execute(delete(placements).where(*_key(placements)), leaving)
    if staying:
        connection.execute(update(placements).where(*_key(placements)), staying)


def _names(judged: Judged, topic_id: str) -> Values:
    return {"topic_id": topic_id, "entry_id": judged.verdict.entry_id}


def _keyed(values: Values) -> Values:
    """Return the values with the key moved to where `_key` looks for it."""
    rest = {name: value for name, value in values.items() if name not in {"topic_id", "entry_id"}}
    return rest | {"of_topic": values["topic_id"], "of_entry": values["entry_id"]}


def _key(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.topic_id == bindparam("of_topic"), table.c.entry_id == bindparam("of_entry")


def _placed(connection: Connection, standing: StandingTopic, judged: Sequence[Judged]) -> Placed:
    topic_id = standing.topic.id
    edition = connection.scalar(select(topics.c.edition).where(topics.c.id == topic_id))
    return Placed(
        topic_id=topic_id,
        judged=len(judged),
        entered=sum(1 for each in judged if each.enters),
        left=sum(1 for each in judged if each.leaves),
        edition=standing.edition if edition is None else edition,
    )
