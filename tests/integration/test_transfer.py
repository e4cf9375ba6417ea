"""Moving into another database: everything, as it was, or nothing."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, select, update

from builders import NOON, an_entry
from commands import Run
from integration.test_migrations_rows import columns
from integration.test_migrations_rows import fill as fill_every_table
from postgres import needs_postgres
from stores import a_poll, fill, judge
from topicwire.errors import StoreError
from topicwire.store.dialects.base import Dialect
from topicwire.store.dialects.named import named
from topicwire.store.dialects.postgres import Postgres
from topicwire.store.migrate import migrate
from topicwire.store.store import Store
from topicwire.store.tables import entries, metadata, sources
from topicwire.store.transfer import transfer

pytestmark = needs_postgres


def silent(_done: int, _total: int) -> None:
    """Take note of no progress."""


@pytest.fixture
def full(file_url: str) -> str:
    """Return the URL of a file with rows in every table."""
    migrate(file_url)
    engine = named(file_url).migrating()
    with engine.begin() as connection:
        fill_every_table(connection, columns(connection))
    engine.dispose()
    return file_url


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows, by table."""
    engine = named(url).reading()
    with engine.begin() as connection:
        found = {
            table.name: [
                tuple(row)
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return found


def test_everything_is_there_and_back_again(full: str, server_url: str, tmp_path: Path) -> None:
    """Each row of each table comes into PostgreSQL, and from there into a file, unchanged."""
    given = rows(full)
    assert all(given.values())
    told: list[tuple[int, int]] = []

    copied = transfer(full, server_url, progress=lambda *step: told.append(step))

    assert rows(server_url) == given
    assert copied == {name: len(found) for name, found in given.items()}
    assert told[-1] == (2 * sum(copied.values()),) * 2
    back = f"sqlite:///{tmp_path / 'back.sqlite'}"
    migrate(back)
    transfer(server_url, back, progress=silent)
    assert rows(back) == given


def test_the_wire_goes_on_where_it_was(full: str, server_url: str) -> None:
    """What comes afterwards is numbered after what was there, and feeds have the same bytes."""
    with closing(Store.open(full)) as store:
        editions = store.editions()
    transfer(full, server_url, progress=silent)

    with closing(Store.open(server_url)) as store:
        assert store.check() == ()
        assert store.editions() == editions
        last = max(each.id for each in store.entries(limit=99))
        source = store.sources()[0].source.id
        fresh = an_entry(uid="after", title="After", fingerprint="after")
        store.save_polls([a_poll(fresh, source_id=source)], now=NOON)
        assert max(each.id for each in store.entries(limit=99)) == last + 1


def test_what_is_not_empty_is_left_alone(full: str, server_url: str) -> None:
    """Two databases are never mixed."""
    with closing(Store.open(server_url)) as store:
        fill(store)
    before = rows(server_url)

    with pytest.raises(StoreError, match="is not empty: its table sources holds rows"):
        transfer(full, server_url, progress=silent)

    assert rows(server_url) == before


def test_a_row_that_changes_on_the_way_stops_all_of_it(
    full: str, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy that is not the same in one column is no copy: nothing of it stays."""

    def careless(self: Dialect, connection: Connection, table: Table) -> None:
        del self
        if table is entries:
            connection.execute(update(entries).where(entries.c.id == 2).values(title="Altered"))

    monkeypatch.setattr(Postgres, "renumber", careless)
    with pytest.raises(StoreError, match="row id 2 of the table entries is not the same"):
        transfer(full, server_url, progress=silent)

    assert not rows(server_url)["entries"]


def test_a_row_that_cannot_be_kept_is_named(full: str, server_url: str) -> None:
    """PostgreSQL holds no NUL in a text: the message says in which rows one is."""
    engine = named(full).writing()
    with engine.begin() as connection:
        connection.execute(update(sources).values(title="a\x00b"))
    engine.dispose()

    with pytest.raises(StoreError, match=r"table sources, from id .* cannot be kept there: .*NUL"):
        transfer(full, server_url, progress=silent)

    assert not rows(server_url)["sources"]


def test_the_command_moves_into_the_database_of_the_settings(
    run: Run, tmp_path: Path, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever outgrows a file sets one setting, and types one command."""
    origin = f"sqlite:///{tmp_path / 'small.sqlite'}"
    with closing(Store.open(origin, create=True)) as store:
        fill(store, an_entry())
        judge(store)
    monkeypatch.setenv("TOPICWIRE_DATABASE_URL", server_url)

    said = run("db", "migrate", "--from", origin)
    again = run("db", "migrate", "--from", origin)

    assert said.code == 0, said.err
    assert "found each the same" in said.out
    assert "1 entry." in run("db", "check").out
    assert again.code == 1
    assert "is not empty" in again.err
