"""Carriers: which entry of a story stands in a topic for all of them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, select, update

from topicwire.model.judging import Stand
from topicwire.store.arranging import depart
from topicwire.store.rows import Values
from topicwire.store.sources import sliced
from topicwire.store.tables import entries, placements, rulings

_MOVE = (
    update(placements)
    .where(
        placements.c.topic_id == bindparam("of_topic"),
        placements.c.entry_id == bindparam("of_entry"),
    )
    .values(is_behind=bindparam("is_behind"), page=None)
)

# The entries of stories that stand in a topic, the best carrier of each first.
_TOLD = (
    select(placements.c.entry_id, placements.c.story, placements.c.is_behind)
    .join(entries, entries.c.id == placements.c.entry_id)
    .outerjoin(
        rulings,
        (rulings.c.topic_id == placements.c.topic_id)
        & (rulings.c.entry_id == placements.c.entry_id)
        & (rulings.c.stand == Stand.PIN.value),
    )
    .where(
        placements.c.topic_id == bindparam("of_topic"),
        placements.c.story.in_(bindparam("stories", expanding=True)),
    )
    .order_by(
        placements.c.story,
        case((rulings.c.stand.is_(None), 1), else_=0),
        placements.c.is_behind,
        placements.c.placed,
        placements.c.published,
        func.length(func.coalesce(entries.c.full_text, entries.c.text)).desc(),
        placements.c.entry_id,
    )
)


def choose_carriers(
    connection: Connection, topic_id: str, stories: Iterable[int], *, now: datetime
) -> bool:
    """Let one entry of each story stand in the topic for all of them, and the same as before.

    What an editor has pinned comes before all others. A new story is carried by the entry that
    came into the topic first; of those that came together, by the one published first, then by
    the fullest. Returns whether an entry stands behind another in one of the stories, which the
    other is published with.
    """
    carriers: dict[int, int] = {}
    moved: list[Values] = []
    is_shared = False
    for part in sliced(sorted(stories)):
        for row in connection.execute(_TOLD, {"of_topic": topic_id, "stories": part}):
            is_behind = carriers.setdefault(row.story, row.entry_id) != row.entry_id
            is_shared |= is_behind
            if row.is_behind is not is_behind:
                moved.append(
                    {"of_topic": topic_id, "of_entry": row.entry_id, "is_behind": is_behind}
                )
    if moved:
        behind = (each["of_entry"] for each in moved if each["is_behind"])
        depart(connection, topic_id, behind, now=now)
        connection.execute(_MOVE, moved)
    return is_shared
