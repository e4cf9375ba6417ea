"""Which entries of documents are known already, under whatever ids their sources call them now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Column, Connection, Select, bindparam, insert, select

from topicwire.model.wire import Entry, Feed
from topicwire.store.rows import AnyRow
from topicwire.store.sources import sliced
from topicwire.store.tables import aliases, entries

COLUMNS = (
    entries.c.source_id,
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


def _asking(query: Select[AnyRow], column: Column[str]) -> Select[AnyRow]:
    """Return the query for the entries of sources that have one of some values in a column."""
    return (
        query.add_columns(column.label("asked"))
        .where(
            column.table.c.source_id.in_(bindparam("sources", expanding=True)),
            column.in_(bindparam("values", expanding=True)),
        )
        .order_by(entries.c.id)
    )


# Made once: to make a query takes several times as long as to ask it.
_ENTRIES = select(*COLUMNS)
_BY_ID = _asking(_ENTRIES, entries.c.uid)
_BY_ALIAS = _asking(_ENTRIES.join(aliases, entries.c.id == aliases.c.entry_id), aliases.c.uid)
_BY_URL = _asking(_ENTRIES, entries.c.url_key)
_BY_WORDS = _asking(_ENTRIES, entries.c.likeness)

Key = tuple[str, str]  # a source, and what it calls an entry
Known = Mapping[Key, AnyRow]
Feeds = Sequence[tuple[str, Feed]]


def known(connection: Connection, feeds: Feeds) -> Known:
    """Return those of the entries of documents that are stored, and note what they are called now.

    A source that changes the scheme of its ids shows the same columns under new ones: an entry
    of an unknown id is a stored one when it has its address and title, or all its words, and the
    stored one's own id is no longer in the document.
    """
    keys = [(source_id, entry.uid) for source_id, feed in feeds for entry in feed.entries]
    found = dict(_rows(connection, _BY_ID, keys)) | dict(_rows(connection, _BY_ALIAS, keys))
    renamed = dict(_renamed(connection, feeds, found))
    if renamed:
        values = [
            {"source_id": source_id, "uid": uid, "entry_id": row.id}
            for (source_id, uid), row in renamed.items()
        ]
        connection.execute(insert(aliases), values)
    return found | renamed


def _renamed(connection: Connection, feeds: Feeds, found: Known) -> Iterator[tuple[Key, AnyRow]]:
    """Yield the unknown ids of stored entries, each stored entry once."""
    unknown = [
        (source_id, entry)
        for source_id, feed in feeds
        for entry in feed.entries
        if (source_id, entry.uid) not in found
    ]
    there = {(source_id, uid) for source_id, feed in feeds for uid in feed.uids}
    taken = {row.id for row in found.values()}
    taken |= {item.number for _, feed in feeds for item in feed.unread}
    by_url, by_words = _alike(connection, unknown)
    for source_id, entry in unknown:
        same_page = by_url.get((source_id, entry.url_key or ""), [])
        same_words = by_words.get((source_id, entry.likeness or ""), [])
        for row in (*same_words, *(row for row in same_page if row.title == entry.title)):
            if row.id not in taken and (source_id, row.uid) not in there:
                taken.add(row.id)
                yield (source_id, entry.uid), row
                break


def _alike(
    connection: Connection, unknown: Sequence[tuple[str, Entry]]
) -> tuple[dict[Key, list[AnyRow]], dict[Key, list[AnyRow]]]:
    """Return the entries of the same source at the addresses, and of the words, of unknown ones."""
    urls = [(source_id, entry.url_key) for source_id, entry in unknown if entry.url_key]
    words = [(source_id, entry.likeness) for source_id, entry in unknown if entry.likeness]
    by_url, by_words = (
        _grouped(_rows(connection, query, keys))
        for query, keys in ((_BY_URL, urls), (_BY_WORDS, words))
    )
    return by_url, by_words


def _grouped(found: Iterable[tuple[Key, AnyRow]]) -> dict[Key, list[AnyRow]]:
    grouped: dict[Key, list[AnyRow]] = {}
    for key, row in found:
        grouped.setdefault(key, []).append(row)
    return grouped


def _rows(
    connection: Connection, query: Select[AnyRow], keys: Sequence[Key]
) -> Iterator[tuple[Key, AnyRow]]:
    """Yield the entries whose source, and what they have in the query's column, is one of the keys.

    More are asked for than there are keys, since SQLite finds pairs by no index.
    """
    wanted = set(keys)
    theirs = sorted({source_id for source_id, _ in keys})
    for part in sliced(sorted({value for _, value in keys})):
        for row in connection.execute(query, {"sources": theirs, "values": part}):
            if (key := (row.source_id, row.asked)) in wanted:
                yield key, row
