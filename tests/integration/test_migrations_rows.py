"""Migrations with rows in every table: nothing is lost from any earlier schema, or of any newer."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, inspect

from commands import Run
from topicwire.store.dialects.named import file_named, named
from topicwire.store.migrate import head, known, migrate, settings
from topicwire.store.store import Store

DEFINITION = {
    "topic": {
        "id": "seats",
        "title": "Seats",
        "description": "",
        "query": "seats",
        "about": [],
        "not_about": [],
        "min_score": 0.5,
        "limit": 100,
        "language": "en",
        "examples": [],
    },
    "concepts": [],
}


@pytest.fixture
def database_url(file_url: str) -> str:
    """Return the URL of a file: what is looked at here is SQLite's own."""
    return file_url


def an_entry_row(number: int) -> dict[str, object]:
    """Return an entry's columns of every schema."""
    return {
        "id": number,
        "source_id": "press",
        "uid": f"u{number}",
        "seq": number,
        "revision": 0,
        "first_seen": 5,
        "revised": 5,
        "published": number,
        "fingerprint": f"f{number}",
        "title": f"Crews trade seats {number}",
        "url": f"https://press.example/{number}",
        "lang": "en",
        "rights": "",
        "authors": "[]",
        "tags": "[]",
        "enclosures": "[]",
        "text": "Text.",
        "summary_html": "",
        "content_html": "<p>Text.</p>",
        "story": number,
        "likeness": f"l{number}",
        "url_key": f"k{number}",
        "full_text": "More.",
    }


A_CALLBACK = {
    "id": 1,
    "topic_id": "seats",
    "format": "atom",
    "callback": "https://reader.example/",
    "host": "reader.example",
    "secret": "s",
    "edition": 2,
    "due": 5,
}
OF_ENTRY_2 = {"topic_id": "seats", "entry_id": 2}

# Rows of each table, with the columns of all schemas: a schema takes those that it has.
ROWS: dict[str, list[dict[str, object]]] = {
    "sources": [
        {
            "id": "press",
            "url": "https://press.example/feed",
            "title": "The Press",
            "republish": "feed",
            "paused": 0,
            "tags": '["space"]',
            "options": '{"backfill": 3}',
            "tag": "tag:x",
            "removed": 0,
            "entries": 3,
            "feed_title": "",
            "feed_format": "rss20",
            "feed_rights": "",
            "next_poll": 5,
            "health": "ok",
            "etag": '"e1"',
            "parser": 1,
            "failures": 0,
            "pacing": "hourly",
            "shown": "[1, 2, 3]",
        }
    ],
    "entries": [an_entry_row(number) for number in (1, 2, 3)],
    "topics": [
        {
            "id": "seats",
            "version": "v1",
            "feed_id": "tag:t",
            "edition": 2,
            "edition_time": 5,
            "judged_seq": 3,
            "judged_version": "v1+1",
            "removed": 0,
            "model": 1,
            "shadow": 0,
            "pages": 0,
            "catch_up": 3,
            "definition": json.dumps(DEFINITION),
        }
    ],
    "verdicts": [
        {
            "topic_id": "seats",
            "entry_id": number,
            "version": "v1",
            "revision": 0,
            "accepted": number == 1,
            "score": 0.9 if number == 1 else 0.3,
            "reasons": "[]",
        }
        for number in (1, 2)
    ],
    "placements": [
        {
            "topic_id": "seats",
            "entry_id": 1,
            "placed": 5,
            "published": 1,
            "story": 1,
            "is_behind": 0,
            "page": 0,
        }
    ],
    "aliases": [{"source_id": "press", "uid": "other", "entry_id": 1}],
    "articles": [{"entry_id": 1, "source_id": "press", "tries": 1, "http_status": 200}],
    "memories": [{"source_id": "press", "furniture": "[]", "recent": "[]"}],
    "outlines": [{"source_id": "press", "frame": "f", "items": "[]"}],
    "sketches": [{"hash": 8, "entry_id": 1}],
    "robots": [{"origin": "https://press.example", "fetched": 5, "body": b"User-agent: *"}],
    "subscriptions": [
        {
            "token": "t",
            "source_id": "press",
            "hub": "https://hub.example/",
            "topic": "x",
            "state": "active",
            "asked": 5,
            "reason": "",
            "tries": 0,
        }
    ],
    "deliveries": [{"source_id": "press", "received": 5, "body": b"<feed/>", "id": 1}],
    "rulings": [OF_ENTRY_2 | {"stand": "veto", "who": "ada", "why": "So.", "made": 5}],
    "labels": [OF_ENTRY_2 | {"expect": 0, "who": "ada", "by": "editor", "made": 5}],
    "learned": [
        {
            "topic_id": "seats",
            "number": 1,
            "trained": 5,
            "version": "v1",
            "figures": "{}",
            "weights": "{}",
        }
    ],
    "answers": [
        {
            "topic_id": "seats",
            "fingerprint": "f2",
            "version": "q",
            "model": "m",
            "asked": 5,
            "belongs": 0,
            "reason": "So.",
        }
    ],
    "tokens": [
        {"digest": "d", "name": "bob", "created": 5, "client": "", "topics": '["seats"]'},
    ],
    "departures": [OF_ENTRY_2 | {"departed": 5, "placed": 4, "page": 0}],
    "subscribers": [A_CALLBACK | {"created": 5, "failures": 0, "ms": 3}],
    "intents": [A_CALLBACK | {"mode": "subscribe", "lease": 60, "received": 5, "tries": 0}],
    "tallies": [{"counted": "entries", "name": "press", "day": 5, "amount": 3}],
    "incidents": [
        {
            "about": "source",
            "name": "press",
            "kind": "silent",
            "began": 4,
            "told": 5,
            "what": "It answers.",
            "cause": "",
            "mend": "",
        }
    ],
    "hours": [
        {
            "hour": 5,
            "turns": 1,
            "polls": 2,
            "failed": 1,
            "entries": 3,
            "ms": 40,
            "longest": 40,
            "memory": 9,
            "size": 9,
        }
    ],
    "heartbeats": [{"role": "schedule", "at": 5}],
}

Columns = dict[str, set[str]]


def columns(connection: Connection) -> Columns:
    """Return the columns of the tables that rows are put into."""
    found = inspect(connection)
    names = set(found.get_table_names()) - {"alembic_version", "counters"}
    return {name: {each["name"] for each in found.get_columns(name)} for name in names}


def fill(connection: Connection, known_columns: Columns) -> None:
    for table, names in known_columns.items():
        for row in ROWS[table]:
            mine = {name: value for name, value in row.items() if name in names}
            marks = ", ".join("?" * len(mine))
            statement = f"INSERT INTO {table} ({', '.join(mine)}) VALUES ({marks})"
            connection.exec_driver_sql(statement, tuple(mine.values()))
    connection.exec_driver_sql("UPDATE counters SET value = 3 WHERE name = 'seq'")


def kept(path: Path, known_columns: Columns) -> dict[str, list[dict[str, object]]]:
    """Return what stands in columns of an earlier schema, by table."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return {
            table: [
                {name: row[name] for name in names}
                for row in connection.execute(f"SELECT * FROM {table}")
            ]
            for table, names in known_columns.items()
        }


@pytest.mark.parametrize("version", known())
def test_every_earlier_schema_keeps_its_rows(database_url: str, version: str) -> None:
    """What stood in any table is there afterwards, is sound, and is published as before."""
    path = file_named(database_url).path
    engine = named(database_url).migrating()
    with engine.begin() as connection:
        command.upgrade(settings(connection), version)
        before = columns(connection)
        fill(connection, before)
    engine.dispose()
    given = kept(path, before)

    migrate(database_url)

    assert kept(path, before) == given
    assert all(given.values())
    with closing(Store.open(database_url)) as store:
        assert store.check() == ()
        assert [each.stored.id for each in store.edition("seats").placements] == [1]
        assert store.sources()[0].source.tags == ("space",)
        assert [each.entry.title[-1] for each in store.entries(limit=9)] == ["3", "2", "1"]


def test_every_table_is_filled(database_url: str) -> None:
    """A table that is added is given rows here, too."""
    migrate(database_url)
    engine = named(database_url).migrating()
    with engine.begin() as connection:
        assert columns(connection).keys() == ROWS.keys()
    engine.dispose()


@pytest.mark.parametrize(
    "words",
    [("status",), ("db", "migrate"), ("db", "backup"), ("db", "check"), ("db", "prune"), ("poll",)],
    ids=" ".join,
)
def test_a_newer_schema_is_left_alone(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    """What a newer program has migrated is neither read nor written, and it is said what to do."""
    path = tmp_path / "wire.sqlite"
    migrate(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("PRAGMA journal_mode=DELETE")
    before = path.read_bytes()

    said = run(*words)

    assert said.code == 1
    assert f"is at schema 9999, newer than {head()}" in said.err
    assert "install the newer Topicwire" in said.err
    assert path.read_bytes() == before
