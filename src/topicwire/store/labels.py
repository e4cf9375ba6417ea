"""Labels: what editors and readers say of entries, to measure topics with and to learn from."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select, update

from topicwire.model.judging import Label, LabelledBy, StoredEntry
from topicwire.store import rows, topics
from topicwire.store.entries import entry
from topicwire.store.rows import AnyRow
from topicwire.store.sources import sliced
from topicwire.store.tables import entries, labels
from topicwire.store.tables import topics as topics_table


def give(connection: Connection, given: Sequence[Label]) -> tuple[Label, ...]:
    """Label entries, instead of what was said of them before; return the labels that now stand.

    What an editor said stays, whatever readers say after.

    Raises:
        NotFoundError: there is no such topic or entry; then nothing is labelled.
    """
    return tuple(_give(connection, each) for each in given)


def remove(connection: Connection, topic_id: str, numbers: Sequence[int]) -> int:
    """Remove the labels of these entries in a topic; return how many there were.

    Raises:
        NotFoundError: there is no such topic or entry; then no label is removed.
    """
    topics.standing(connection, topic_id)
    for each in numbers:
        entry(connection, each)
    mine = delete(labels).where(labels.c.topic_id == topic_id)
    parts = sliced(sorted(set(numbers)))
    return sum(connection.execute(mine.where(labels.c.entry_id.in_(p))).rowcount for p in parts)


def of_topic(connection: Connection, topic_id: str) -> tuple[tuple[Label, StoredEntry], ...]:
    """Return the labels in a topic with their entries, in the order they were given.

    Raises:
        NotFoundError: the catalogue has no topic of that id.
    """
    topics.standing(connection, topic_id)
    query = (
        select(entries, labels)
        .join(labels, labels.c.entry_id == entries.c.id)
        .where(labels.c.topic_id == topic_id)
        .order_by(labels.c.made, labels.c.entry_id)
    )
    return tuple((_of(row), rows.stored_of(row)) for row in connection.execute(query))


def of_entry(connection: Connection, entry_id: int) -> tuple[Label, ...]:
    """Return the labels of an entry in the topics of the catalogue, by topic."""
    query = (
        select(labels)
        .join(topics_table, topics_table.c.id == labels.c.topic_id)
        .where(labels.c.entry_id == entry_id, topics.IS_LISTED)
        .order_by(labels.c.topic_id)
    )
    return tuple(_of(row) for row in connection.execute(query))


def _give(connection: Connection, given: Label) -> Label:
    topics.standing(connection, given.topic_id)
    entry(connection, given.entry_id)
    mine = (labels.c.topic_id == given.topic_id) & (labels.c.entry_id == given.entry_id)
    row = connection.execute(select(labels).where(mine)).one_or_none()
    if row is None:
        connection.execute(insert(labels).values(_values(given)))
        return given
    if given.by is LabelledBy.FEEDBACK and row.by == LabelledBy.EDITOR:
        return _of(row)
    connection.execute(update(labels).where(mine).values(_values(given)))
    return given


def _values(label: Label) -> rows.Values:
    return asdict(label) | {"by": label.by.value}


def _of(row: AnyRow) -> Label:
    return Label(
        topic_id=row.topic_id,
        entry_id=row.entry_id,
        expect=row.expect,
        who=row.who,
        by=LabelledBy(row.by),
        made=row.made,
    )
