"""What proving a topic asks of the store: what stands in it, and what was said of its entries."""

from sqlalchemy import Connection, select

from topicwire.model import Held, Label, LabelledBy, Stand, StoredEntry
from topicwire.store import rows
from topicwire.store.tables import entries, labels, placements, rulings, verdicts


def labelled(connection: Connection, topic_id: str) -> tuple[tuple[Label, StoredEntry], ...]:
    """Return the labels in a topic with their entries, in the order they were given."""
    query = (
        select(entries, labels)
        .join(labels, labels.c.entry_id == entries.c.id)
        .where(labels.c.topic_id == topic_id)
        .order_by(labels.c.made, labels.c.entry_id)
    )
    return tuple(
        (
            Label(
                topic_id=row.topic_id,
                entry_id=row.entry_id,
                expect=row.expect,
                who=row.who,
                by=LabelledBy(row.by),
                made=row.made,
            ),
            rows.stored_of(row),
        )
        for row in connection.execute(query)
    )


def held(connection: Connection, topic_id: str) -> dict[int, Held]:
    """Return by entry what stands of it in a topic: placement, score, ruling."""
    in_it = select(placements.c.entry_id).where(placements.c.topic_id == topic_id)
    placed = set(connection.scalars(in_it))
    scored = select(verdicts.c.entry_id, verdicts.c.score).where(verdicts.c.topic_id == topic_id)
    ruled = select(rulings.c.entry_id, rulings.c.stand).where(rulings.c.topic_id == topic_id)
    scores = {row.entry_id: row.score for row in connection.execute(scored)}
    stands = {row.entry_id: Stand(row.stand) for row in connection.execute(ruled)}
    return {
        number: Held(number in placed, scores.get(number), stands.get(number))
        for number in placed | scores.keys() | stands.keys()
    }
