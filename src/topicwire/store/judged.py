"""Judged entries: what a topic held of each before, and what the verdict makes of it.

A ruling of an editor goes before a verdict; the verdict is kept all the same.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, Table, bindparam, select

from topicwire.model.judging import SECOND_READER, Stand, StandingTopic, Verdict
from topicwire.model.road import Mark
from topicwire.store import rows
from topicwire.store.rows import AnyRow
from topicwire.store.rulings import belongs
from topicwire.store.sources import sliced
from topicwire.store.tables import placements, rulings, verdicts

# What scores less is not kept unless it once did better: that a recipe is no column on space
# needs no row, while an editor asks of near misses why they missed.
KEPT_SCORE = 0.2
# By how much the score of an entry that stands in a topic may fall below the least before it
# leaves: who corrects a column again and again must not make it come and go with its readers.
HYSTERESIS = 0.05
FEW = 20  # topics that are looked up one by one


def _held_of(table: Table, *, is_few: bool) -> Select[AnyRow]:
    """Return the query for what topics hold of entries, a few named topics or all."""
    query = select(table).where(table.c.entry_id.in_(bindparam("numbers", expanding=True)))
    return (
        query.where(table.c.topic_id.in_(bindparam("names", expanding=True))) if is_few else query
    )


_HELD = {
    (table, is_few): _held_of(table, is_few=is_few)
    for table in (verdicts, placements, rulings)
    for is_few in (True, False)
}


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry in a topic: what was held of it before, and the verdict now.

    `story` is the entry that first told the same. `before` is None when no verdict was kept.
    `placed` is the publication that its placement is sorted by, None when it has no placement.
    `stand` is what an editor decided, None where the verdict decides. `is_held` says that it
    stays although it is not accepted any more, because it misses by so little. `came` is when
    the entry, or its last revision, came.
    """

    topic_id: str
    version: str
    verdict: Verdict
    published: datetime
    came: datetime
    story: int
    before: Verdict | None
    placed: datetime | None
    stand: Stand | None = None
    is_retracted: bool = False
    is_held: bool = False

    @property
    def mark(self) -> Mark:
        """By what the entry is known on its road."""
        return Mark(self.verdict.entry_id, self.verdict.revision, self.came)

    @property
    def belongs(self) -> bool:
        """Whether the entry stands in the topic from now on."""
        accepted = self.verdict.accepted or self.is_held
        return belongs(self.stand, accepted=accepted, is_retracted=self.is_retracted)

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


def changes(
    connection: Connection,
    standings: Sequence[StandingTopic],
    going: Mapping[str, int],
    *,
    given: Mapping[str, Sequence[Verdict]],
    found: Mapping[int, AnyRow],
    judged: Mapping[int, int],
) -> list[Judged]:
    """Return the entries that a verdict is given on, or that a topic held something of before.

    `going` gives the `seq` after which each topic judges; `found` are the entries by number, with
    `seq`, `published`, `revised`, `story` and `retracted`.
    """
    by_name = {standing.topic.id: standing for standing in standings}
    now = {(name, v.entry_id): v for name, each in given.items() for v in each}
    before = _held(connection, verdicts, going.keys(), found.keys())
    placed = _held(connection, placements, going.keys(), found.keys())
    ruled = _held(connection, rulings, going.keys(), found.keys())
    return [
        _judged(
            by_name[name],
            now.get((name, entry_id)) or _refusal(entry_id, judged[entry_id]),
            found[entry_id],
            before=before.get((name, entry_id)),
            placed=placed.get((name, entry_id)),
            ruled=ruled.get((name, entry_id)),
        )
        for name, entry_id in sorted(now.keys() | before.keys() | placed.keys() | ruled.keys())
        if name in going and entry_id in found and found[entry_id].seq > going[name]
    ]


def _judged(
    standing: StandingTopic,
    verdict: Verdict,
    entry: AnyRow,
    *,
    before: AnyRow | None,
    placed: AnyRow | None,
    ruled: AnyRow | None,
) -> Judged:
    is_same_rule = before is not None and before.version == standing.version
    is_close = verdict.score >= standing.topic.min_score - HYSTERESIS
    is_by_score = all(reason.clause != SECOND_READER for reason in verdict.reasons)
    return Judged(
        topic_id=standing.topic.id,
        version=standing.version,
        verdict=verdict,
        published=entry.published,
        came=entry.revised,
        story=entry.story,
        before=None if before is None else rows.verdict_of(before),
        placed=None if placed is None else placed.published,
        stand=None if ruled is None else Stand(ruled.stand),
        is_retracted=entry.retracted is not None,
        is_held=placed is not None and is_same_rule and is_close and is_by_score,
    )


def _refusal(entry_id: int, revision: int) -> Verdict:
    return Verdict(entry_id, revision, accepted=False, score=0.0)


def _held(
    connection: Connection, table: Table, names: AbstractSet[str], numbers: AbstractSet[int]
) -> dict[tuple[str, int], AnyRow]:
    """Return the rows of the topics on the entries, by topic and entry.

    A few topics are looked up by their key; of many, what is held of each entry is gone through.
    """
    is_few = len(names) <= FEW
    asked = {"names": sorted(names)} if is_few else {}
    query = _HELD[table, is_few]
    return {
        (row.topic_id, row.entry_id): row
        for part in sliced(sorted(numbers))
        for row in connection.execute(query, asked | {"numbers": part})
        if row.topic_id in names
    }
