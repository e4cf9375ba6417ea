"""The models that topics have learned, and which of them decides or is only heard."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from topicwire.errors import NotFoundError
from topicwire.model.judging import Learned
from topicwire.store.rows import AnyRow
from topicwire.store.tables import learned, topics
from topicwire.store.topics import last_seq, standing


def models(connection: Connection, topic_id: str) -> tuple[Learned, ...]:
    """Return the models of a topic, the latest first."""
    query = select(learned).where(learned.c.topic_id == topic_id)
    return tuple(
        _learned(row) for row in connection.execute(query.order_by(learned.c.number.desc()))
    )


def model(connection: Connection, topic_id: str, number: int) -> Learned:
    """Return one model of a topic.

    Raises:
        NotFoundError: it has none of that number.
    """
    query = select(learned).where(learned.c.topic_id == topic_id, learned.c.number == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFoundError(
            f"{topic_id} has no model {number}; `topicwire topic models {topic_id}` lists them"
        )
    return _learned(row)


def keep(
    connection: Connection,
    topic_id: str,
    *,
    version: str,
    figures: Mapping[str, object],
    weights: Mapping[str, object],
    now: datetime,
) -> int:
    """Keep a model, let it be heard in shadow from now on, and return its number."""
    standing(connection, topic_id)
    last = select(func.coalesce(func.max(learned.c.number), 0)).where(
        learned.c.topic_id == topic_id
    )
    number = (connection.scalar(last) or 0) + 1
    values = {
        "topic_id": topic_id,
        "number": number,
        "trained": now,
        "version": version,
        "figures": dict(figures),
        "weights": dict(weights),
    }
    connection.execute(insert(learned).values(values))
    connection.execute(update(topics).where(topics.c.id == topic_id).values(shadow=number))
    return number


def promote(connection: Connection, topic_id: str, number: int) -> None:
    """Let a model decide, 0: the rule; the archive is judged anew, and no shadow is heard.

    Raises:
        NotFoundError: there is no such topic or model.
    """
    standing(connection, topic_id)
    if number:
        model(connection, topic_id, number)
    values = {"model": number, "shadow": 0, "catch_up": last_seq(connection)}
    connection.execute(update(topics).where(topics.c.id == topic_id).values(values))


def _learned(row: AnyRow) -> Learned:
    return Learned(
        topic_id=row.topic_id,
        number=row.number,
        trained=row.trained,
        version=row.version,
        figures=row.figures,
        weights=row.weights,
    )
