"""Kin: stored entries that may tell the same story as another."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, literal, or_, select

from topicwire.model import Kin, StoredEntry
from topicwire.store.sources import sliced
from topicwire.store.tables import entries, sketches

MOST = 50
KIND: ColumnElement[int] = sketches.c.hash.bitwise_and(
    7
)  # as in ingest/stories: 0 text, 1 title, 2 id
FEWEST = (3, 2)  # hashes of text, or of the title, that make kin


def kin(connection: Connection, entry: StoredEntry, sketch: Sequence[int]) -> tuple[Kin, ...]:
    """Return the entries that share enough of a sketch, an address or all words with `entry`."""
    shared = _sharing(connection, entry.id, sketch)
    own = entry.entry
    same: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (entries.c.url_key, own.url_key),
            (entries.c.likeness, own.likeness),
        )
        if value is not None
    ]
    found: list[Any] = []
    columns = (
        entries.c.id,
        entries.c.story,
        entries.c.source_id,
        entries.c.uid,
        entries.c.title,
        entries.c.url_key,
        entries.c.published,
        entries.c.likeness,
        func.length(func.coalesce(entries.c.full_text, entries.c.text)).label("length"),
    )
    if same:
        query = select(*columns).where(or_(*same), entries.c.id != entry.id)
        found += connection.execute(query.order_by(entries.c.id.desc()).limit(MOST)).all()
    if shared:
        found += connection.execute(select(*columns).where(entries.c.id.in_(shared))).all()
    hashes = _hashes(connection, [row.id for row in found])
    return tuple(
        Kin(
            entry_id=row.id,
            story=row.story or row.id,
            source_id=row.source_id,
            title=row.title,
            url_key=row.url_key,
            uid=row.uid,
            length=row.length,
            published=row.published,
            likeness=row.likeness,
            shared=shared.get(row.id, 0),
            hashes=hashes.get(row.id, 0),
        )
        for row in {row.id: row for row in found}.values()
    )


def _sharing(connection: Connection, entry_id: int, sketch: Sequence[int]) -> dict[int, int]:
    """Return by entry how many hashes of text it shares, where that or its title makes it kin."""
    if not sketch:
        return {}
    texts, titles, ids = (func.sum(case((_is_of(kind), 1), else_=0)) for kind in range(3))
    query = (
        select(sketches.c.entry_id, texts.label("shared"))
        .where(sketches.c.hash.in_(sketch), sketches.c.entry_id != entry_id)
        .group_by(sketches.c.entry_id)
        .having(or_(texts >= FEWEST[0], titles >= FEWEST[1], ids > 0))
        .order_by(texts.desc(), titles.desc(), sketches.c.entry_id)
        .limit(MOST)
    )
    return {row.entry_id: row.shared for row in connection.execute(query)}


def _is_of(kind: int) -> ColumnElement[bool]:
    """Whether a hash is of text (0), a title (1) or an id (2), as ingest/stories makes them."""
    return sketches.c.hash.bitwise_and(7) == literal(kind)


def _hashes(connection: Connection, numbers: Sequence[int]) -> dict[int, int]:
    """Return by entry how many hashes of text its sketch has."""
    query = select(sketches.c.entry_id, func.count().label("hashes")).where(_is_of(0))
    return {
        row.entry_id: row.hashes
        for part in sliced(numbers)
        for row in connection.execute(
            query.where(sketches.c.entry_id.in_(part)).group_by(sketches.c.entry_id)
        )
    }
