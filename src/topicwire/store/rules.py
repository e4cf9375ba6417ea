"""The rules that rows of several tables keep together, each as a query for those that break it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    case,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
)

from topicwire.model.judging import Stand
from topicwire.store.judged import HYSTERESIS
from topicwire.store.tables import (
    aliases,
    articles,
    counters,
    departures,
    entries,
    learned,
    placements,
    rulings,
    sources,
    topics,
    verdicts,
)
from topicwire.store.topics import IS_LISTED, judged_from, standing_version

RESTORE = "Restore a backup: `topicwire db restore FILE`."
TURN_OUT = (
    "Turn each out: `topicwire topic veto TOPIC ENTRY --why damaged`, then "
    "`topicwire topic release TOPIC ENTRY`."
)
REPORT = "Readers are not affected. Restore a backup if there is one; report it in any case."
ROUNDING = 1e-9  # that a score may differ by for being computed


@dataclass(frozen=True, slots=True)
class Rule:
    """What never happens in the database, and what is to be done where it did.

    `query` finds the rows; `what` goes on from how many they are.
    """

    check: str
    what: str
    remedy: str
    query: Select[Any]


def _counter(name: str) -> ColumnElement[int]:
    return select(counters.c.value).where(counters.c.name == name).scalar_subquery()


def _of_placement(table: Table) -> ColumnElement[bool]:
    return and_(
        table.c.topic_id == placements.c.topic_id, table.c.entry_id == placements.c.entry_id
    )


_STANDING = (placements.c.topic_id.label("topic"), placements.c.entry_id.label("entry"))
_LEFT = (departures.c.topic_id.label("topic"), departures.c.entry_id.label("entry"))
_ENTRY = (entries.c.source_id.label("source"), entries.c.id.label("entry"))

_is_pinned = exists().where(_of_placement(rulings), rulings.c.stand == Stand.PIN.value)
_is_vetoed = exists().where(_of_placement(rulings), rulings.c.stand == Stand.VETO.value)
_least = topics.c.definition["topic"]["min_score"].as_float() - HYSTERESIS - ROUNDING
# A verdict of an earlier version of the topic is not judged anew yet.
_is_cause = or_(
    verdicts.c.accepted == true(),
    verdicts.c.version != standing_version,
    verdicts.c.score >= _least,
)
_judged = (
    select(*_STANDING)
    .select_from(placements)
    .join(topics, topics.c.id == placements.c.topic_id)
    .join(entries, entries.c.id == placements.c.entry_id)
    .outerjoin(verdicts, _of_placement(verdicts))
)
_carriers = func.sum(case((placements.c.is_behind == false(), 1), else_=0))
_counted = (
    select(entries.c.source_id, func.count().label("stored")).group_by(entries.c.source_id)
).subquery()
_stored = func.coalesce(_counted.c.stored, 0)
_teller = entries.alias("teller")
_called = entries.alias("called")
_model_of = {
    column: exists().where(learned.c.topic_id == topics.c.id, learned.c.number == column)
    for column in (topics.c.model, topics.c.shadow)
}

RULES = (
    Rule(
        "entries.twice",
        "entries are stored more than once",
        RESTORE,
        select(entries.c.source_id.label("source"), entries.c.uid, func.count().label("times"))
        .group_by(entries.c.source_id, entries.c.uid)
        .having(func.count() > 1),
    ),
    Rule(
        "entries.seq",
        "numbers in the order of judging belong to more than one entry",
        RESTORE,
        select(entries.c.seq, func.count().label("times"))
        .group_by(entries.c.seq)
        .having(func.count() > 1),
    ),
    Rule(
        "entries.counter",
        "entries have a number in the order of judging that was not given out yet",
        RESTORE,
        select(*_ENTRY, entries.c.seq).where(
            or_(
                entries.c.seq > _counter("seq"),
                entries.c.seq < _counter("unsettled"),
                entries.c.seq == 0,
            )
        ),
    ),
    Rule(
        "entries.story",
        "entries tell the story of an entry that is not there",
        RESTORE,
        select(*_ENTRY, entries.c.story).where(
            entries.c.story.is_not(None), ~exists().where(_teller.c.id == entries.c.story)
        ),
    ),
    Rule(
        "sources.entries",
        "sources count other entries than are stored of them",
        REPORT,
        select(
            sources.c.id.label("source"),
            sources.c.entries.label("counted"),
            _stored.label("stored"),
        )
        .outerjoin(_counted, _counted.c.source_id == sources.c.id)
        .where(sources.c.entries != _stored),
    ),
    Rule(
        "aliases.source",
        "other ids are of entries of another source",
        RESTORE,
        select(
            aliases.c.source_id.label("source"), aliases.c.uid, aliases.c.entry_id.label("entry")
        )
        .join(entries, entries.c.id == aliases.c.entry_id)
        .where(entries.c.source_id != aliases.c.source_id),
    ),
    Rule(
        "aliases.stored",
        "other ids of entries are the ids of entries that are stored",
        RESTORE,
        select(
            aliases.c.source_id.label("source"), aliases.c.uid, aliases.c.entry_id.label("entry")
        ).join(
            _called,
            and_(_called.c.source_id == aliases.c.source_id, _called.c.uid == aliases.c.uid),
        ),
    ),
    Rule(
        "articles.source",
        "articles are of another source than their entries",
        RESTORE,
        select(articles.c.entry_id.label("entry"), articles.c.source_id.label("source"))
        .join(entries, entries.c.id == articles.c.entry_id)
        .where(entries.c.source_id != articles.c.source_id),
    ),
    Rule(
        "topics.judged",
        "topics have judged further than there are entries",
        RESTORE,
        select(topics.c.id.label("topic"), topics.c.judged_seq, topics.c.catch_up).where(
            or_(topics.c.judged_seq > _counter("seq"), topics.c.catch_up > _counter("seq"))
        ),
    ),
    *(
        Rule(
            f"topics.{column.name}",
            "topics name a learned model that is not there",
            "Run `topicwire topic demote TOPIC`, or restore a backup.",
            select(topics.c.id.label("topic"), column).where(
                column > 0, topics.c.successor.is_(None), ~is_there
            ),
        )
        for column, is_there in _model_of.items()
    ),
    Rule(
        "placements.story",
        "entries stand in a topic with another story than their own",
        RESTORE,
        select(*_STANDING, placements.c.story, entries.c.story.label("its_own"))
        .join(entries, entries.c.id == placements.c.entry_id)
        .where(
            or_(
                placements.c.story.is_(None),
                entries.c.story.is_(None),
                placements.c.story != entries.c.story,
            )
        ),
    ),
    Rule(
        "placements.carrier",
        "stories are carried in a topic by no entry, or by more than one",
        RESTORE,
        select(
            placements.c.topic_id.label("topic"), placements.c.story, _carriers.label("carriers")
        )
        .group_by(placements.c.topic_id, placements.c.story)
        .having(_carriers != 1),
    ),
    Rule(
        "placements.behind",
        "entries are published although another stands for them",
        RESTORE,
        select(*_STANDING, placements.c.page).where(
            placements.c.is_behind == true(), placements.c.page.is_not(None)
        ),
    ),
    Rule(
        "placements.page",
        "entries are published on a page that the topic does not have",
        RESTORE,
        select(*_STANDING, placements.c.page, topics.c.pages)
        .join(topics, topics.c.id == placements.c.topic_id)
        .where(or_(placements.c.page < 0, placements.c.page > topics.c.pages)),
    ),
    Rule(
        "departures.page",
        "entries have left a page that the topic does not have",
        RESTORE,
        select(*_LEFT, departures.c.page, topics.c.pages)
        .join(topics, topics.c.id == departures.c.topic_id)
        .where(or_(departures.c.page < 0, departures.c.page > topics.c.pages)),
    ),
    Rule(
        "departures.published",
        "entries are published and said to be gone at once",
        RESTORE,
        select(*_LEFT, placements.c.page)
        .join(placements, _of_placement(departures))
        .where(placements.c.page.is_not(None)),
    ),
    Rule(
        "placements.cause",
        "entries stand in a topic that neither a verdict nor an editor wants there",
        TURN_OUT,
        _judged.where(~_is_pinned, or_(verdicts.c.entry_id.is_(None), not_(_is_cause))),
    ),
    Rule(
        "placements.vetoed",
        "entries stand in a topic although an editor has vetoed them",
        "Make the ruling again: `topicwire topic veto TOPIC ENTRY --why …`.",
        select(*_STANDING).where(_is_vetoed),
    ),
    Rule(
        "placements.retracted",
        "entries stand in a topic although their source has taken them back",
        TURN_OUT,
        _judged.where(
            IS_LISTED, entries.c.retracted.is_not(None), entries.c.seq.between(1, judged_from())
        ),
    ),
)
