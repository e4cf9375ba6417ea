"""What a second reader answered, what it is still to be asked, and what its answers change."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, select

from topicwire.model.judging import Answer, Placed, StandingTopic, StoredEntry, Verdict
from topicwire.store import rows
from topicwire.store.placing import replace_verdict
from topicwire.store.rows import AnyRow
from topicwire.store.sources import sliced
from topicwire.store.tables import answers, entries, rulings, verdicts


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of whom: the question's version, the model, and the scores in question."""

    version: str
    model: str
    low: float
    high: float


def uncertain(
    connection: Connection, standing: StandingTopic, asked: Asked, *, limit: int
) -> tuple[StoredEntry, ...]:
    """Return entries whose score is in the band and that were not asked of, the latest first."""
    latest = (
        select(entries.c.id)  # alone, as all that is uncertain is sorted
        .join(verdicts, verdicts.c.entry_id == entries.c.id)
        .outerjoin(answers, _is_of(standing, asked))
        .where(_is_in_question(standing, asked), answers.c.fingerprint.is_(None))
        .order_by(entries.c.published.desc(), entries.c.id.desc())
        .limit(limit)
    )
    numbers = connection.scalars(latest).all()
    found = connection.execute(select(entries).where(entries.c.id.in_(numbers)))
    by_number = {row.id: rows.stored_of(row) for row in found}
    return tuple(by_number[number] for number in numbers)


def undecided(
    connection: Connection, standing: StandingTopic, asked: Asked
) -> tuple[tuple[int, Answer], ...]:
    """Return entries whose verdict says other than the answer that is kept, with that answer.

    So it is with one that reads like another that was asked of, and after a judgement anew.
    """
    query = (
        select(verdicts.c.entry_id, answers)
        .join(entries, verdicts.c.entry_id == entries.c.id)
        .join(answers, _is_of(standing, asked))
        .where(
            _is_in_question(standing, asked),
            answers.c.belongs.is_not(None),
            answers.c.belongs != verdicts.c.accepted,
        )
        .order_by(verdicts.c.entry_id)
    )
    return tuple((row.entry_id, _answer_of(row)) for row in connection.execute(query))


def _is_of(standing: StandingTopic, asked: Asked) -> ColumnElement[bool]:
    """Whether an answer is the one to an entry's question."""
    return and_(
        answers.c.topic_id == standing.topic.id,
        answers.c.fingerprint == entries.c.fingerprint,
        answers.c.version == asked.version,
        answers.c.model == asked.model,
    )


def _is_in_question(standing: StandingTopic, asked: Asked) -> ColumnElement[bool]:
    """Whether the verdict on an entry is of now, uncertain, and the reader's to say."""
    return and_(
        verdicts.c.topic_id == standing.topic.id,
        verdicts.c.version == standing.version,
        verdicts.c.revision == entries.c.revision,
        verdicts.c.score.between(asked.low, asked.high),
        entries.c.retracted.is_(None),
        ~_is_ruled(standing, entries.c.id),
    )


def _is_ruled(standing: StandingTopic, entry_id: ColumnElement[int] | int) -> ColumnElement[bool]:
    return exists().where(rulings.c.topic_id == standing.topic.id, rulings.c.entry_id == entry_id)


def kept(
    connection: Connection, topic_id: str, version: str, model: str, fingerprints: Iterable[str]
) -> dict[str, Answer]:
    """Return the answers kept of entries in a topic, by the entries' fingerprints."""
    mine = select(answers).where(
        answers.c.topic_id == topic_id, answers.c.version == version, answers.c.model == model
    )
    return {
        row.fingerprint: _answer_of(row)
        for part in sliced(sorted(set(fingerprints)))
        for row in connection.execute(mine.where(answers.c.fingerprint.in_(part)))
    }


def asked_since(connection: Connection, topic_id: str, since: datetime) -> int:
    """Return how many answers the topic has had from a time on."""
    count = select(func.count()).where(answers.c.topic_id == topic_id, answers.c.asked >= since)
    return connection.scalar(count) or 0


def save(
    connection: Connection,
    standing: StandingTopic,
    entry_id: int,
    answer: Answer,
    decide: Callable[[Verdict], Verdict],
    *,
    now: datetime,
) -> Placed:
    """Keep an answer, and store what `decide` makes of the verdict on the entry.

    The verdict stays when the topic or the entry was changed meanwhile, or an editor has ruled on
    it; the answer is kept all the same.
    """
    names = ("topic_id", "fingerprint", "version", "model")
    connection.execute(
        delete(answers).where(*(answers.c[name] == getattr(answer, name) for name in names))
    )
    connection.execute(insert(answers).values(asdict(answer)))
    is_same = exists().where(entries.c.id == entry_id, entries.c.fingerprint == answer.fingerprint)
    mine = select(is_same & ~_is_ruled(standing, entry_id))
    if not connection.scalar(mine):
        return Placed(standing.topic.id, 0, 0, 0, standing.edition)
    return replace_verdict(connection, standing, entry_id, decide, now=now)


def _answer_of(row: AnyRow) -> Answer:
    return Answer(
        topic_id=row.topic_id,
        fingerprint=row.fingerprint,
        version=row.version,
        model=row.model,
        asked=row.asked,
        belongs=row.belongs,
        reason=row.reason,
    )
