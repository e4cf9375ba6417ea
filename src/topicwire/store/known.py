"""Which entries of a document are known already, under whatever id their source calls them now."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from sqlalchemy import Connection, Select, insert, select

from topicwire.model.wire import Entry, Feed, Item
from topicwire.store.rows import AnyRow
from topicwire.store.sources import sliced
from topicwire.store.tables import aliases, entries

COLUMNS = (
    entries.c.uid,
    entries.c.id,
    entries.c.fingerprint,
    entries.c.published,
    entries.c.feed_updated,
    entries.c.churn,
    entries.c.retracted,
    entries.c.title,
    entries.c.url_key,
    entries.c.likeness,
)

Known = Mapping[str, AnyRow]


def known(
    connection: Connection, source_id: str, given: Mapping[str, Entry], unread: Sequence[Item] = ()
) -> Known:
    """Return by id those of the given entries that are stored, and note what they are called now.

    A source that changes the scheme of its ids shows the same columns under new ones: an entry
    of an unknown id is a stored one when it has its address and title, or all its words, and the
    stored one's own id is no longer in the document, nor is it one of the `unread`.
    """
    found = _by_id(connection, source_id, list(given)) | _by_alias(connection, source_id, given)
    unknown = [entry for uid, entry in given.items() if uid not in found]
    taken = {row.id for row in found.values()} | {item.number for item in unread}
    ids = {*given, *(item.uid for item in unread)}
    renamed = dict(_renamed(connection, source_id, unknown, ids, taken)) if unknown else {}
    if renamed:
        values = [
            {"source_id": source_id, "uid": uid, "entry_id": row.id} for uid, row in renamed.items()
        ]
        connection.execute(insert(aliases), values)
    return found | renamed


def shown_by(
    connection: Connection, feeds: Sequence[tuple[str, Feed]]
) -> dict[str, dict[str, int]]:
    """Return by source, and by id, the numbers of the stored entries that its documents show."""
    found: dict[str, dict[str, int]] = {}
    for source_id, feed in feeds:
        given = {entry.uid: entry for entry in feed.entries}
        stored = _by_id(connection, source_id, list(given))
        stored |= _by_alias(connection, source_id, given)
        shown = found.setdefault(source_id, {})
        shown |= {item.uid: item.number for item in feed.unread if item.number is not None}
        shown |= {uid: row.id for uid, row in stored.items()}
    return found


def _by_id(connection: Connection, source_id: str, uids: list[str]) -> dict[str, AnyRow]:
    mine = select(*COLUMNS).where(entries.c.source_id == source_id)
    return {
        row.uid: row
        for part in sliced(uids)
        for row in connection.execute(mine.where(entries.c.uid.in_(part)))
    }


def _by_alias(
    connection: Connection, source_id: str, given: Mapping[str, Entry]
) -> dict[str, AnyRow]:
    query = (
        select(aliases.c.uid.label("alias"), *COLUMNS)
        .join(entries, entries.c.id == aliases.c.entry_id)
        .where(aliases.c.source_id == source_id)
    )
    return {
        row.alias: row
        for part in sliced(list(given))
        for row in connection.execute(query.where(aliases.c.uid.in_(part)))
    }


def _renamed(
    connection: Connection,
    source_id: str,
    unknown: Sequence[Entry],
    ids: set[str],
    taken: set[int | None],
) -> Iterator[tuple[str, AnyRow]]:
    """Yield the unknown ids of stored entries, each stored entry once.

    `ids` are all of the document's, and `taken` the numbers of the entries that are known by them.
    """
    by_url, by_words = _alike(connection, source_id, unknown)
    for entry in unknown:
        same_page = by_url.get(entry.url_key or "", [])
        same_words = by_words.get(entry.likeness or "", [])
        for row in (*same_words, *(row for row in same_page if row.title == entry.title)):
            if row.id not in taken and row.uid not in ids:
                taken.add(row.id)
                yield entry.uid, row
                break


def _alike(
    connection: Connection, source_id: str, unknown: Sequence[Entry]
) -> tuple[dict[str, list[AnyRow]], dict[str, list[AnyRow]]]:
    """Return the source's entries at the addresses, and of the words, of the unknown ones."""
    mine = select(*COLUMNS).where(entries.c.source_id == source_id)
    urls = [entry.url_key for entry in unknown if entry.url_key]
    words = [entry.likeness for entry in unknown if entry.likeness]
    by_url = _rows(connection, mine, "url_key", urls)
    return by_url, _rows(connection, mine, "likeness", words)


def _rows(
    connection: Connection, query: Select[AnyRow], column: str, values: list[str]
) -> dict[str, list[AnyRow]]:
    grouped: dict[str, list[AnyRow]] = {}
    parts = (
        connection.execute(query.where(entries.c[column].in_(part)).order_by(entries.c.id))
        for part in sliced(sorted(set(values)))
    )
    for row in chain.from_iterable(parts):
        grouped.setdefault(getattr(row, column), []).append(row)
    return grouped
