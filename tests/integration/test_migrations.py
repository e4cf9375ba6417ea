from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text

from topicwire.store import schema
from topicwire.store.migrate import folder, head, known, migrate, revision, settings
from topicwire.store.tables import metadata

CHECKOUT = Path(__file__).parents[2]


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
