"""Rulings: what editors decide of single entries, whatever the topics' verdicts."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, insert, select

from topicwire.errors import NotFoundError
from topicwire.model.judging import Placed, Ruling, Stand, StoredEntry
from topicwire.store import rows, topics
from topicwire.store.arranging import arrange, depart
from topicwire.store.carriers import choose_carriers
from topicwire.store.entries import entry
from topicwire.store.rows import AnyRow
from topicwire.store.tables import entries, placements, rulings, verdicts
from topicwire.store.tables import topics as topics_table


def belongs(stand: Stand | None, *, accepted: bool, is_retracted: bool) -> bool:
    """Return whether an entry stands in a topic: a ruling goes before the verdict.

    What its source has taken back stands nowhere, not even where it is pinned: to publish it on
    would go against those whose work it is.
    """
    if is_retracted:
        return False
    return accepted if stand is None else stand is Stand.PIN


def rule(connection: Connection, ruling: Ruling) -> Placed:
    """Make a ruling, instead of the one there was, and place the entry by it.

    An entry that has never been settled is placed later, when it is judged.

    Raises:
        NotFoundError: there is no such topic or entry.
    """
    topics.standing(connection, ruling.topic_id)
    entry(connection, ruling.entry_id)
    before = _ruling(connection, ruling.topic_id, ruling.entry_id)
    _forget(connection, ruling.topic_id, ruling.entry_id)
    connection.execute(insert(rulings).values(_values(ruling)))
    return _place(
        connection, ruling.topic_id, ruling.entry_id, before=before, after=ruling, now=ruling.made
    )


def release(connection: Connection, topic_id: str, entry_id: int, *, now: datetime) -> Placed:
    """Take a ruling back, so that the verdict decides again.

    Raises:
        NotFoundError: there is no such topic or entry, or no ruling on that entry in it.
    """
    topics.standing(connection, topic_id)
    entry(connection, entry_id)
    before = _ruling(connection, topic_id, entry_id)
    if before is None:
        raise NotFoundError(
            f"There is no ruling on entry {entry_id} in {topic_id}. "
            f"`topicwire topic rulings {topic_id}` shows all of them."
        )
    _forget(connection, topic_id, entry_id)
    return _place(connection, topic_id, entry_id, before=before, after=None, now=now)


def of_topic(connection: Connection, topic_id: str) -> tuple[tuple[Ruling, StoredEntry], ...]:
    """Return the rulings in a topic with their entries, the latest first.

    Raises:
        NotFoundError: the catalogue has no topic of that id.
    """
    topics.standing(connection, topic_id)
    query = (
        select(entries, rulings)
        .join(rulings, rulings.c.entry_id == entries.c.id)
        .where(rulings.c.topic_id == topic_id)
        .order_by(rulings.c.made.desc(), rulings.c.entry_id)
    )
    return tuple((_of(row), rows.stored_of(row)) for row in connection.execute(query))


def of_entry(connection: Connection, entry_id: int) -> tuple[Ruling, ...]:
    """Return the rulings on an entry in the topics of the catalogue, by topic."""
    query = (
        select(rulings)
        .join(topics_table, topics_table.c.id == rulings.c.topic_id)
        .where(rulings.c.entry_id == entry_id, topics.IS_LISTED)
        .order_by(rulings.c.topic_id)
    )
    return tuple(_of(row) for row in connection.execute(query))


def _place(
    connection: Connection,
    topic_id: str,
    entry_id: int,
    *,
    before: Ruling | None,
    after: Ruling | None,
    now: datetime,
) -> Placed:
    """Let the entry into the topic or out of it, with a new edition if its feed changed."""
    row = _standing(connection, topic_id, entry_id)
    # An entry without a verdict was not accepted when it was judged: what is accepted is kept.
    # One that is not judged yet has none either, and is placed by what is found then.
    is_in = belongs(
        after.stand if after else None,
        accepted=bool(row.accepted),
        is_retracted=row.retracted is not None,
    )
    was_in = row.placed is not None
    enters = is_in and not was_in and row.story is not None
    leaves = was_in and not is_in
    if enters:
        connection.execute(insert(placements).values(_placement(topic_id, row, now=now)))
    if leaves:
        depart(connection, topic_id, [entry_id], now=now)
        mine = placements.c.topic_id == topic_id, placements.c.entry_id == entry_id
        connection.execute(delete(placements).where(*mine))
    is_shown_otherwise = was_in and is_in and _is_pin(before) is not _is_pin(after)
    if enters or leaves or is_shown_otherwise:
        choose_carriers(connection, topic_id, [row.told], now=now)
        arrange(connection, topic_id, now=now)
        topics.touch(connection, [topic_id], now=now)
    edition = topics.standing(connection, topic_id).edition
    return Placed(topic_id, judged=0, entered=int(enters), left=int(leaves), edition=edition)


def _standing(connection: Connection, topic_id: str, entry_id: int) -> AnyRow:
    """Return the entry with its verdict and placement in the topic, if any.

    `story` is None until it has been settled; `told` is the story that its placement has.
    """
    query = (
        select(
            entries.c.id,
            entries.c.story,
            func.coalesce(placements.c.story, entries.c.story, entries.c.id).label("told"),
            entries.c.published,
            entries.c.retracted,
            verdicts.c.accepted,
            placements.c.placed,
        )
        .outerjoin(
            verdicts, and_(verdicts.c.entry_id == entries.c.id, verdicts.c.topic_id == topic_id)
        )
        .outerjoin(
            placements,
            and_(placements.c.entry_id == entries.c.id, placements.c.topic_id == topic_id),
        )
        .where(entries.c.id == entry_id)
    )
    return connection.execute(query).one()


def _placement(topic_id: str, row: AnyRow, *, now: datetime) -> rows.Values:
    return {
        "topic_id": topic_id,
        "entry_id": row.id,
        "placed": now,
        "published": row.published,
        "story": row.story,
        "is_behind": True,  # until it is chosen to carry its story
    }


def _ruling(connection: Connection, topic_id: str, entry_id: int) -> Ruling | None:
    query = select(rulings).where(rulings.c.topic_id == topic_id, rulings.c.entry_id == entry_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _of(row)


def _forget(connection: Connection, topic_id: str, entry_id: int) -> None:
    mine = rulings.c.topic_id == topic_id, rulings.c.entry_id == entry_id
    connection.execute(delete(rulings).where(*mine))


def _is_pin(ruling: Ruling | None) -> bool:
    return ruling is not None and ruling.stand is Stand.PIN


def _values(ruling: Ruling) -> rows.Values:
    return asdict(ruling) | {"stand": ruling.stand.value}


def _of(row: AnyRow) -> Ruling:
    return Ruling(
        topic_id=row.topic_id,
        entry_id=row.entry_id,
        stand=Stand(row.stand),
        who=row.who,
        why=row.why,
        made=row.made,
    )
