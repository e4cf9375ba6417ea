"""Which entries of documents are known already, under whatever ids their sources call them now."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from sqlalchemy import ColumnElement, Connection, Select, insert, select, tuple_

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
    found = _by_id(connection, keys) | _by_alias(connection, keys)
    renamed = dict(_renamed(connection, feeds, found))
    if renamed:
        values = [
            {"source_id": source_id, "uid": uid, "entry_id": row.id}
            for (source_id, uid), row in renamed.items()
        ]
        connection.execute(insert(aliases), values)
    return found | renamed


def _by_id(connection: Connection, keys: Sequence[Key]) -> dict[Key, AnyRow]:
    own = tuple_(entries.c.source_id, entries.c.uid)
    return {(row.source_id, row.uid): row for row in _rows(connection, select(*COLUMNS), own, keys)}


def _by_alias(connection: Connection, keys: Sequence[Key]) -> dict[Key, AnyRow]:
    query = select(aliases.c.uid.label("alias"), *COLUMNS).join(
        entries, entries.c.id == aliases.c.entry_id
    )
    called = tuple_(aliases.c.source_id, aliases.c.uid)
    return {(row.source_id, row.alias): row for row in _rows(connection, query, called, keys)}


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
    return _grouped(connection, "url_key", urls), _grouped(connection, "likeness", words)


def _grouped(connection: Connection, column: str, keys: Sequence[Key]) -> dict[Key, list[AnyRow]]:
    query = select(*COLUMNS).order_by(entries.c.id)
    alike = tuple_(entries.c.source_id, entries.c[column])
    grouped: dict[Key, list[AnyRow]] = {}
    for row in _rows(connection, query, alike, sorted(set(keys))):
        grouped.setdefault((row.source_id, getattr(row, column)), []).append(row)
    return grouped


def _rows(
    connection: Connection, query: Select[AnyRow], key: ColumnElement[Key], keys: Sequence[Key]
) -> Iterator[AnyRow]:
    parts = (connection.execute(query.where(key.in_(part))) for part in sliced(keys))
    return chain.from_iterable(parts)
