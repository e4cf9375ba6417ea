from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text

from topicwire.errors import StoreError
from topicwire.model.catalogue import FullText
from topicwire.store import schema
from topicwire.store.dialects.named import named
from topicwire.store.migrate import folder, head, known, migrate, revision, settings
from topicwire.store.store import Store
from topicwire.store.tables import metadata

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def database_url(file_url: str) -> str:
    """Return the URL of a file: what is looked at here is SQLite's own."""
    return file_url


@pytest.fixture
def connection() -> Iterator[Connection]:
    """Give a connection to an empty database in memory, in a transaction."""
    engine = create_engine("sqlite://")
    with engine.begin() as opened:
        yield opened
    engine.dispose()


def test_migrating_brings_an_empty_database_to_the_head(database_url: str) -> None:
    """A new database has no revision, a migrated one has the latest, and migrating again is nothing."""
    assert revision(database_url) is None

    migrate(database_url)
    migrate(database_url)

    assert revision(database_url) == head()


def test_all_migrations_give_the_tables(connection: Connection) -> None:
    """The migrations and the tables that the program uses say the same."""
    command.upgrade(settings(connection), "head")

    assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_dumped_schema_is_what_all_migrations_give() -> None:
    """`db/schema.sql` is up to date; `python -m topicwire.store.schema` writes it."""
    dumped = (CHECKOUT / "db" / "schema.sql").read_text()
    assert _statements(dumped) == _statements(schema.migrated())


def test_the_dumped_schema_is_what_the_tables_say(connection: Connection) -> None:
    """Names and types, keys and indexes agree to the letter, beside the version's own table."""
    metadata.create_all(connection)

    made = schema.dump(connection)

    version = schema.migrated().split("CREATE TABLE aliases")[0]
    dumped = (CHECKOUT / "db" / "schema.sql").read_text()
    assert _statements(version + made) == _statements(dumped)


def test_an_older_database_keeps_all_it_has(database_url: str) -> None:
    """What was stored, judged and placed at the first schema is there after all migrations."""
    _at_version(database_url, "0001", OLD_ROWS)

    migrate(database_url)

    with closing(Store.open(database_url)) as store:
        (polled,) = store.sources()
        stored = store.entry(7)
        edition = store.edition("seats")
    assert (polled.source.full_text, polled.source.backfill, polled.state.etag) == (
        FullText.AUTO,
        10,
        '"e1"',
    )
    assert (stored.entry.title, stored.story, stored.furniture) == ("Crews trade seats", 7, ())
    assert [(each.stored.id, each.is_pinned) for each in edition.placements] == [(7, False)]
    assert edition.standing.topic.show_reason


def test_the_second_schema_keeps_all_it_has_on_the_way_up_and_down(database_url: str) -> None:
    """What was judged and placed at the second schema is there at the third, and again below it."""
    _at_version(database_url, "0001", OLD_ROWS)
    engine = named(database_url).migrating()
    with engine.begin() as connection:
        command.upgrade(settings(connection), "0002")
        before = _rows(connection)
        assert before["verdicts"] == [("seats", 7, "v1", 0, 1, 0.9, "[]")]

        command.upgrade(settings(connection), "0003")
        up = _rows(connection)
        command.downgrade(settings(connection), "0002")
        down = _rows(connection)
    engine.dispose()

    assert up["verdicts"] == [("seats", 7, "v1", 0, 1, 0.9, None, "[]")]
    (topic,) = before["topics"]
    assert up["topics"] == [(*topic[:-1], 0, 0, topic[-1])]
    widened = {"verdicts", "topics"}
    assert {name: up[name] for name in before if name not in widened} == {
        name: found for name, found in before.items() if name not in widened
    }
    assert down == before


def test_the_fourth_schema_arranges_what_is_published(database_url: str) -> None:
    """The latest stay in the current document, older ones go into the archive, and back again."""
    more = [
        f"INSERT INTO entries VALUES ({n}, 'press', 'u{n}', {n}, 0, 5, 5, {n}, {n}, NULL, 'f{n}', '{n}',"
        " NULL, 'en', '', '[]', '[]', '[]', NULL, 'Text.', '', '')"
        for n in range(8, 14)
    ]
    placed = [f"INSERT INTO placements VALUES ('seats', {n}, {n}, {n})" for n in range(8, 14)]
    narrow = "UPDATE topics SET definition = replace(definition, '100', '4')"
    _at_version(database_url, "0001", (*OLD_ROWS, *more, *placed, narrow))

    migrate(database_url)

    with closing(Store.open(database_url)) as store:
        walked = [
            [each.stored.id for each in store.edition("seats", page=page).placements]
            for page in range(store.standing("seats").pages + 1)
        ]
    assert walked == [[13, 12, 11], [8, 7], [10, 9]]


def test_rows_that_refer_to_nothing_stop_a_migration(database_url: str) -> None:
    """A migration that would leave a reference in the air changes nothing and says so."""
    _at_version(database_url, "0001", ("INSERT INTO placements VALUES ('seats', 9, 1, 1)",))

    with pytest.raises(StoreError, match="2 of its rows would refer to rows that are not there"):
        migrate(database_url)

    assert revision(database_url) == "0001"


OLD_ROWS = (
    (
        "INSERT INTO sources (id, url, title, republish, paused, tags, tag, removed, entries, feed_title,"
        " feed_format, feed_rights, next_poll, health, etag, parser, failures) VALUES ('press',"
        " 'https://press.example/feed', 'The Press', 'feed', 0, '[]', 'tag:x', 0, 1, '', 'rss20', '', 5,"
        " 'ok', '\"e1\"', 1, 0)"
    ),
    (
        "INSERT INTO entries VALUES (7, 'press', 'u1', 1, 0, 5, 5, 5, 5, NULL, 'f1', 'Crews trade seats',"
        " 'https://press.example/1', 'en', '', '[]', '[]', '[]', NULL, 'Text.', '', '<p>Text.</p>')"
    ),
    (
        "INSERT INTO topics VALUES ('seats', 'v1', 'tag:t', 2, 5, 1, 'v1', 0, json('{\"topic\": {\"id\":"
        ' "seats", "title": "Seats", "description": "", "query": "seats", "about": [], "not_about": [],'
        ' "min_score": 0.5, "limit": 100, "language": "en", "examples": []}, "concepts": []}\'))'
    ),
    "INSERT INTO verdicts VALUES ('seats', 7, 'v1', 0, 1, 0.9, '[]')",
    "INSERT INTO placements VALUES ('seats', 7, 5, 5)",
    "UPDATE counters SET value = 1",
)


def _at_version(database_url: str, version: str, statements: tuple[str, ...]) -> None:
    """Make a database at an earlier version, with rows."""
    engine = named(database_url).migrating()
    with engine.begin() as connection:
        command.upgrade(settings(connection), version)
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def _rows(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every table but Alembic's own, by its name."""
    names = set(inspect(connection).get_table_names()) - {"alembic_version"}
    return {
        name: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}")]
        for name in names
    }


def _statements(sql: str) -> list[list[str]]:
    """Return the lines of each statement; the order of a table's constraints is not ours."""
    parts = (part.splitlines() for part in sql.split(";\n"))
    return [sorted(line.rstrip(",") for line in lines) for lines in parts]


def test_migrations_go_down_and_up_again(connection: Connection) -> None:
    """Each migration undoes what it did, and can be done again."""
    config = settings(connection)
    for number in known():
        command.upgrade(config, number)
    up = schema.dump(connection)

    for _ in known():
        command.downgrade(config, "-1")
    assert inspect(connection).get_table_names() == ["alembic_version"]
    command.upgrade(config, "head")

    assert _statements(up) == _statements(schema.dump(connection))


def test_the_counters_start_at_zero(connection: Connection) -> None:
    """A new database has the counters that every entry's number is taken from."""
    command.upgrade(settings(connection), "head")

    rows = connection.execute(text("SELECT name, value FROM counters"))
    assert [tuple(row) for row in rows] == [("seq", 0), ("unsettled", 0)]


def test_the_names_of_the_files_are_the_revisions(connection: Connection) -> None:
    """The revisions read from file names, to start quickly, are those that Alembic sees."""
    scripts = ScriptDirectory.from_config(settings(connection))

    assert scripts.get_heads() == [head()]
    assert sorted(script.revision for script in scripts.walk_revisions()) == list(known())


def test_an_installed_package_finds_its_own_migrations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a wheel the migrations lie beside the code; in a checkout in `db/`."""
    assert folder().samefile(CHECKOUT / "db" / "migrations")
    package = tmp_path / "topicwire"
    (package / "_db" / "migrations").mkdir(parents=True)

    monkeypatch.setattr("topicwire.store.migrate.PACKAGE", package)

    assert folder() == package / "_db" / "migrations"
