"""What proving a topic asks of the store: what stands in it."""

from sqlalchemy import Connection, select

from topicwire.model.judging import Held, Stand
from topicwire.store.tables import placements, rulings, verdicts


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
