"""What is wrong after all of it: the store and the site against what the origin ever showed."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg
from bench.chaos.origin import Origin
from bench.chaos.system import System
from bench.chaos.witness import Key, entries_of, get, ids_of, walk

from topicwire.store.store import Store

STORED = "SELECT source_id, uid, text, seq FROM entries"
PLACED = (
    "SELECT entries.source_id, entries.uid FROM placements"
    " JOIN entries ON entries.id = placements.entry_id WHERE placements.topic_id = 'seats'"
)


@dataclass(frozen=True)
class Held:
    """What a database holds: entries with text, those not settled, and the topic's entries."""

    stored: tuple[tuple[Key, str], ...]
    unsettled: int
    placed: tuple[Key, ...]


def held(system: System) -> Held:
    """Read the database beside the daemon."""
    with closing(connected(system.database_url)) as own:
        found = own.execute(STORED).fetchall()
        placed = own.execute(PLACED).fetchall()
    stored = tuple(((source, uid), text) for source, uid, text, _ in found)
    return Held(stored, sum(1 for row in found if row[3] < 0), tuple(map(tuple, placed)))


def connected(url: str) -> sqlite3.Connection | psycopg.Connection[tuple[Any, ...]]:
    """Return a connection to a database, past Topicwire."""
    path = url.removeprefix("sqlite:///")
    return psycopg.connect(url) if path == url else sqlite3.connect(path, timeout=20)


def has_all(system: System, shown: dict[Key, tuple[str, str]], matching: set[Key]) -> bool:
    """Whether the database holds these entries, judged."""
    now = held(system)
    return not shown.keys() - dict(now.stored).keys() and not matching - set(now.placed)


def compare(system: System, origin: Origin) -> list[tuple[str, int]]:
    """Return (what, count) for everything that may be wrong; every count should be 0."""
    now, documents = held(system), list(walk(system.port))
    texts, belonging = dict(now.stored), origin.matching()
    published = [key for each in documents for key in entries_of(each)]
    ids = [each for body in documents for each in ids_of(body)]
    outdated = (1 for key, (_, text) in origin.shown.items() if texts.get(key, text) != text)
    return [
        ("entries lost", len(origin.shown.keys() - texts.keys())),
        ("entries doubled", doubled(key for key, _ in now.stored)),
        ("entries outdated", sum(outdated)),
        ("entries never judged", now.unsettled),
        ("placements lost", len(belonging - set(now.placed))),
        ("placements doubled or wrong", len(now.placed) - len(belonging & set(now.placed))),
        ("entries not published", len(belonging - set(published))),
        ("entries published twice", doubled(published) + doubled(ids)),
        ("subscriber without the last edition", int(not is_told(system, origin))),
        ("faults in the database", damage(system)),
    ]


def is_told(system: System, origin: Origin) -> bool:
    """Whether what the subscriber was told last is what the site shows."""
    return origin.told[-1:] == [get(system.port, "/topics/seats.atom")[1]]


def doubled(given: Iterable[object]) -> int:
    """Return how many are there more than once."""
    return sum(count - 1 for count in Counter(given).values())


def damage(system: System) -> int:
    """Return how many rows `topicwire db check` finds fault with."""
    with closing(Store.open(system.database_url)) as store:
        return sum(each.count for each in store.check())
