"""Kin: stored entries that may tell the same story as another."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, literal, or_, select

from topicwire.model.article import Kin
from topicwire.model.judging import StoredEntry
from topicwire.store.rows import AnyRow
from topicwire.store.tables import entries, sketches

MOST = 50
FEWEST = (3, 2)  # hashes of text, or of the title, that make kin


def _is_of(kind: int) -> ColumnElement[bool]:
    """Whether a hash is of text (0), a title (1) or an id (2), as ingest/stories makes them."""
    return sketches.c.hash.bitwise_and(7) == literal(kind)


# The queries are made once: thousands of entries are settled in a turn.
_texts, _titles, _ids = (func.sum(case((_is_of(kind), 1), else_=0)) for kind in range(3))
_SHARING = (
    select(sketches.c.entry_id, _texts.label("shared"))
    .where(
        sketches.c.hash.in_(bindparam("hashes", expanding=True)),
        sketches.c.entry_id != bindparam("own"),
    )
    .group_by(sketches.c.entry_id)
    .having(or_(_texts >= FEWEST[0], _titles >= FEWEST[1], _ids > 0))
    .order_by(_texts.desc(), _titles.desc(), sketches.c.entry_id)
    .limit(MOST)
)
_KNOWN = select(
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
_BY_ID = _KNOWN.where(entries.c.id.in_(bindparam("numbers", expanding=True)))
_SAME = (
    _KNOWN.where(
        or_(entries.c.url_key == bindparam("url_key"), entries.c.likeness == bindparam("likeness")),
        entries.c.id != bindparam("own"),
    )
    .order_by(entries.c.id.desc())
    .limit(MOST)
)
_HASHES = (
    select(sketches.c.entry_id, func.count().label("hashes"))
    .where(_is_of(0), sketches.c.entry_id.in_(bindparam("numbers", expanding=True)))
    .group_by(sketches.c.entry_id)
)


def kin(connection: Connection, entry: StoredEntry, sketch: Sequence[int]) -> tuple[Kin, ...]:
    """Return the entries that share enough of a sketch, an address or all words with `entry`."""
    asked = {"own": entry.id, "url_key": entry.entry.url_key, "likeness": entry.entry.likeness}
    found = {row.id: row for row in connection.execute(_SAME, asked)}
    sharing = connection.execute(_SHARING, {"own": entry.id, "hashes": list(sketch)})
    shared = {row.entry_id: row.shared for row in sharing}
    if shared:
        found |= {row.id: row for row in connection.execute(_BY_ID, {"numbers": list(shared)})}
    if not found:
        return ()
    counted = connection.execute(_HASHES, {"numbers": list(found)})
    hashes = {row.entry_id: row.hashes for row in counted}
    return tuple(_kin(row, shared, hashes) for row in found.values())


def _kin(row: AnyRow, shared: Mapping[int, int], hashes: Mapping[int, int]) -> Kin:
    return Kin(
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
