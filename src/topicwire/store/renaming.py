"""Renaming: a topic that goes on under another id, with all that was ever said of it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, and_, delete, exists, insert, select, update

from topicwire.model.catalogue import Definition
from topicwire.model.watch import About
from topicwire.store import tallies
from topicwire.store.tables import incidents, metadata, tokens, topics

_OF_TOPICS = tuple(each for each in metadata.sorted_tables if "topic_id" in each.c)
_OTHER = topics.alias()
# What went on under another id left nothing but its own. A topic whose addresses lead to one that
# there was already, as when two are made one, has all it had, and a feed of its own.
HAS_GONE_ON = and_(
    topics.c.successor.is_not(None),
    exists().where(_OTHER.c.feed_id == topics.c.feed_id, _OTHER.c.id != topics.c.id),
)


def renames(connection: Connection, definitions: Sequence[Definition]) -> dict[str, str]:
    """Return the ids of topics that are to go on under new ids, by new id.

    That is what a definition which the database does not know names as an id of before.
    """
    wanted = {definition.topic.id for definition in definitions}
    known = set(connection.scalars(select(topics.c.id).where(~HAS_GONE_ON)))
    found: dict[str, str] = {}
    for definition in definitions:
        old = (name for name in definition.topic.formerly if name in known - wanted)
        first = next(old, None)
        if definition.topic.id not in known and first is not None:
            found[definition.topic.id] = first
    return found


def rename(connection: Connection, names: Mapping[str, str]) -> None:
    """Let topics go on under new ids, by new id; the old ids remain as those of before."""
    for new, old in names.items():
        free(connection, new)
        row = connection.execute(select(topics).where(topics.c.id == old)).one()
        connection.execute(insert(topics).values(row._asdict() | {"id": new}))
        for table in _OF_TOPICS:
            mine = update(table).where(table.c.topic_id == old)
            connection.execute(mine.values(topic_id=new))
        _grant(connection, old, new)
        tallies.rename(connection, old, new)
        is_its = (incidents.c.about == About.TOPIC.value) & (incidents.c.name == old)
        connection.execute(update(incidents).where(is_its).values(name=new))


def lead_on(connection: Connection, definitions: Sequence[Definition]) -> None:
    """Let the addresses of former ids lead to the topics that name them."""
    wanted = {definition.topic.id for definition in definitions}
    for definition in definitions:
        former = [name for name in definition.topic.formerly if name not in wanted]
        values = {"successor": definition.topic.id, "removed": True}
        connection.execute(update(topics).where(topics.c.id.in_(former)).values(values))
    connection.execute(update(topics).where(topics.c.id.in_(wanted)).values(successor=None))


def free(connection: Connection, name: str) -> None:
    """Forget that a topic once had this id, if it did: it is another's from now on."""
    connection.execute(delete(topics).where(topics.c.id == name, HAS_GONE_ON))


def _grant(connection: Connection, old: str, new: str) -> None:
    """Let the tokens that open a topic open it under its new id."""
    for row in connection.execute(select(tokens.c.digest, tokens.c.topics)).all():
        if old in row.topics:
            renamed = [new if each == old else each for each in row.topics]
            mine = update(tokens).where(tokens.c.digest == row.digest)
            connection.execute(mine.values(topics=renamed))
