"""Outlines: what the last document of each source held that need not be read again."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from topicwire.model.wire import Feed, Item, Outline
from topicwire.store.columns import EPOCH, MICROSECOND
from topicwire.store.sources import sliced
from topicwire.store.tables import outlines

Numbers = Mapping[str, int]  # of the stored entries, by uid

_IS_NAMED = outlines.c.source_id.in_(bindparam("names", expanding=True))
_KEPT = select(outlines).where(_IS_NAMED)
_NAMES = select(outlines.c.source_id).where(_IS_NAMED)
_FORGET = delete(outlines).where(_IS_NAMED)


def kept(connection: Connection, names: Sequence[str]) -> dict[str, Outline]:
    """Return the outlines of the named sources, of those that have one."""
    return {
        row.source_id: Outline(row.frame, tuple(map(_item_of, row.items)))
        for part in sliced(names)
        for row in connection.execute(_KEPT, {"names": part})
    }


def keep(connection: Connection, given: Mapping[str, tuple[Feed, Numbers]]) -> None:
    """Keep the outlines of these feeds, by source, with the numbers of the entries in them.

    A feed that was not read whole and whose source's outline was forgotten meanwhile leaves none.
    """
    standing = _standing(connection, list(given))
    values = [
        {
            "source_id": source_id,
            "frame": feed.outline.frame,
            "items": [_values_of(item, numbers) for item in feed.outline.items],
        }
        for source_id, (feed, numbers) in given.items()
        if feed.outline and (source_id in standing or not feed.unread)
    ]
    forget(connection, standing)
    if values:
        connection.execute(insert(outlines), values)


def _standing(connection: Connection, names: Sequence[str]) -> list[str]:
    return [name for part in sliced(names) for name in connection.scalars(_NAMES, {"names": part})]


def forget(connection: Connection, names: Sequence[str]) -> None:
    """Let the next documents of the named sources be read whole."""
    for part in sliced(names):
        connection.execute(_FORGET, {"names": part})


def _values_of(item: Item, numbers: Numbers) -> list[object]:
    moment = item.published and (item.published - EPOCH) // MICROSECOND
    return [*item[:2], moment, *item[3:6], numbers[item.uid]]


def _item_of(values: list[Any]) -> Item:
    digest, uid, moment, *rest = values
    return Item(digest, uid, None if moment is None else EPOCH + moment * MICROSECOND, *rest)
