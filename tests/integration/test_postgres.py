"""PostgreSQL as it behaves: its schema, its order, and what happens when it is away."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg import sql
from sqlalchemy import Connection, event, inspect

from builders import NOON, a_source, an_entry
from ports import free_port
from postgres import Server, needs_postgres
from stores import a_poll, fill, settle
from topicwire.errors import StoreError
from topicwire.store.database import Database
from topicwire.store.dialects.named import named
from topicwire.store.migrate import known, migrate, revision, settings
from topicwire.store.store import Store
from topicwire.store.tables import metadata

pytestmark = needs_postgres


@pytest.fixture
def connection(postgres: Server) -> Iterator[Connection]:
    """Give a connection to an empty database, in a transaction that alters it."""
    name = postgres.create()
    engine = named(postgres.url(name)).migrating()
    with engine.begin() as opened:
        yield opened
    engine.dispose()
    postgres.drop(name)


@pytest.fixture
def database_url(server_url: str) -> str:
    """Return the URL of a database of PostgreSQL."""
    return server_url


def test_migrations_give_the_tables_of_the_code(connection: Connection) -> None:
    """A database that was migrated step by step is the one that the program knows."""
    command.upgrade(settings(connection), "head")

    context = MigrationContext.configure(connection, opts={"compare_type": True})
    assert compare_metadata(context, metadata) == []


def test_migrations_go_down_and_up_again(connection: Connection) -> None:
    """Each migration undoes what it did, and can be done again."""
    config = settings(connection)
    for number in known():
        command.upgrade(config, number)
    for _ in known():
        command.downgrade(config, "-1")

    assert inspect(connection).get_table_names() == ["alembic_version"]
    command.upgrade(config, "head")


def test_a_database_of_others_is_refused_untouched(postgres: Server) -> None:
    """A mistyped name never harms what it names."""
    name = postgres.create()
    with psycopg.connect(postgres.url(name)) as other:
        other.execute("CREATE TABLE diary (day date)")

    with pytest.raises(StoreError, match="holds something other than Topicwire's tables"):
        migrate(postgres.url(name))

    with psycopg.connect(postgres.url(name)) as other:
        assert other.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall() == [("diary",)]
    postgres.drop(name)


def test_text_is_in_the_order_of_its_bytes(store: Store) -> None:
    """Whatever language the server speaks, lists are in the same order as in a file."""
    names = ("a-b", "ab", "B", "a_b", "Zebra", "ä")
    fill(store, sources=tuple(a_source(id=name) for name in names))

    assert [each.source.id for each in store.sources()] == sorted(names)


def test_a_text_that_cannot_be_kept_is_not_the_databases_fault(store: Store) -> None:
    """The poll is told apart that brought it; the others of its batch can be saved."""
    fill(store)

    with pytest.raises(Exception, match="NUL") as caught:
        store.save_polls([a_poll(an_entry(title="a\x00b"))], now=NOON)

    assert not isinstance(caught.value, StoreError)


def test_an_id_of_any_length_is_kept(store: Store) -> None:
    """PostgreSQL cannot index text of more than 2,700 bytes: ids are shorter, addresses may be longer."""
    chance = random.Random(1)
    long = "".join(chr(chance.randrange(0x400, 0x500)) for _ in range(2_000))
    entry = an_entry(uid=long[:1_000], url_key=f"https://press.example/{long}")
    fill(store, entry)

    assert [each.entry.uid for each in store.entries(limit=9)] == [entry.uid]


def test_who_reads_sees_one_moment(store: Store, database_url: str) -> None:
    """A document is composed from one state, though others write while it is read."""
    fill(store, an_entry())
    with store._database.reading() as connection:
        first = connection.exec_driver_sql("SELECT count(*) FROM entries").scalar()
        with closing(Store.open(database_url)) as other:
            other.save_polls([a_poll(an_entry(uid="2", fingerprint="2"))], now=NOON)
        again = connection.exec_driver_sql("SELECT count(*) FROM entries").scalar()

    assert (first, again) == (1, 1)


def test_writers_queue(store: Store, database_url: str) -> None:
    """Who writes has read what nobody changes meanwhile, in whichever process the others are."""
    fill(store)
    is_in, has_written = Event(), Event()

    def write() -> None:
        with closing(Store.open(database_url)) as other:
            is_in.set()
            other.save_polls([a_poll(an_entry())], now=NOON)
            has_written.set()

    with store._database.writing():
        thread = Thread(target=write)
        thread.start()
        assert is_in.wait(30)
        assert not has_written.wait(0.3)
    assert has_written.wait(30)
    thread.join()


def test_writers_queue_whatever_transactions_are_by_default(postgres: Server) -> None:
    """What was read is so until the end also where the server's transactions are of one moment."""
    name = postgres.create()
    with psycopg.connect(postgres.url(name)) as other:
        other.execute("CREATE TABLE counter AS SELECT 0 AS value")
        other.execute(
            sql.SQL(
                "ALTER DATABASE {} SET default_transaction_isolation = 'repeatable read'"
            ).format(sql.Identifier(name))
        )

    def count() -> None:
        with closing(Database(named(postgres.url(name)))) as database:
            for _ in range(20):
                with database.writing() as connection:
                    value = connection.exec_driver_sql("SELECT value FROM counter").scalar_one()
                    connection.exec_driver_sql(f"UPDATE counter SET value = {value + 1}")

    with ThreadPoolExecutor(2) as threads:
        for each in [threads.submit(count) for _ in range(2)]:
            each.result()

    with psycopg.connect(postgres.url(name)) as other:
        assert other.execute("SELECT value FROM counter").fetchone() == (40,)
    postgres.drop(name)


def test_a_server_that_ended_connections_is_used_again(store: Store, postgres: Server) -> None:
    """After the server was started anew, the next call works."""
    fill(store, an_entry())
    store.pulse()
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'topicwire'"
        )

    assert len(store.entries(limit=9)) == 1
    store.save_polls([a_poll(an_entry(uid="2", fingerprint="2"))], now=NOON)
    store.pulse()
    assert len(store.entries(limit=9)) == 2


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("postgresql://wire@127.0.0.1:{closed}/wire", "Start the server"),
        ("postgresql://wire@127.0.0.1:{open}/nothing", "createdb"),
        ("postgresql://nobody@127.0.0.1:{open}/postgres", "createuser"),
    ],
    ids=["no server", "no database", "no user"],
)
def test_a_server_that_cannot_be_used_is_told(postgres: Server, url: str, remedy: str) -> None:
    """The operator reads which database, what is wrong and what mends it."""
    given = url.format(closed=free_port(), open=postgres.port)

    with pytest.raises(StoreError, match=remedy) as caught:
        revision(given)

    assert str(caught.value).startswith(f"The database {given} cannot be used: ")


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_cannot_hold_every_text_is_refused(postgres: Server, encoding: str) -> None:
    """The operator reads how to make one that can: the server's own default may be none."""
    name = f"wire_{encoding.lower()}"
    statement = "CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE 'C' LC_CTYPE 'C'"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as other:
        other.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Literal(encoding)))

    for refused in (revision, migrate, Store.open):
        with pytest.raises(StoreError, match=f"keeps text as {encoding}.* --encoding=UTF8"):
            refused(postgres.url(name))
    postgres.drop(name)


def test_what_the_url_says_of_connections_counts(postgres: Server) -> None:
    """The operator may name a schema, be more patient, and so on."""
    name = postgres.create()
    with psycopg.connect(postgres.url(name)) as other:
        other.execute("CREATE SCHEMA other")
    said = "?options=-csearch_path%3Dother%20-clock_timeout%3D7s&connect_timeout=30"
    migrate(postgres.url(name) + said)
    engine = named(postgres.url(name) + said).reading()
    with engine.begin() as connection:
        schema, patience = (
            connection.exec_driver_sql(f"SHOW {each}").scalar_one()
            for each in ("search_path", "lock_timeout")
        )
        tables = inspect(connection).get_table_names("other")
        given = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
    engine.dispose()
    postgres.drop(name)

    assert (schema, given["connect_timeout"]) == ("other", "30")
    assert set(metadata.tables) < set(tables)
    assert patience == "1min"  # what we need of the server counts more


def test_upkeep_and_its_figures_work(store: Store) -> None:
    """Housekeeping, compacting, checking and counting are the same commands as with a file."""
    fill(store, an_entry())

    store.housekeeping(NOON)
    store.compact()

    assert store.check() == ()
    assert store.counts().size > 1_000_000
    assert store.lock_path is None


def test_what_is_to_be_removed_is_not_looked_up_in_the_whole_archive(store: Store) -> None:
    """An archive may hold a million entries, of which a source has few: they alone are read."""
    names = tuple("abcdefghij")
    fill(store, sources=tuple(a_source(id=name) for name in names))
    for name in names:
        uids = (f"{name}{number}" for number in range(50))
        entries = [an_entry(uid=uid, fingerprint=uid) for uid in uids]
        store.save_polls([a_poll(*entries, source_id=name)], now=NOON)
    settle(store)
    store.housekeeping(NOON)
    asked: list[tuple[Any, ...]] = []
    event.listen(
        store._database._reader, "before_cursor_execute", lambda *said: asked.append(said[2:5])
    )

    store.prunable(NOON + timedelta(days=99), keep_days=9)

    idle = [(sql, values, at) for sql, values, at in asked if "FROM entries" in sql]
    assert len(idle) == len(names)
    assert len({id(at.invoked_statement) for _, _, at in idle}) == 1  # built once for all of them
    with store._database.reading() as connection:
        steps = connection.exec_driver_sql(f"EXPLAIN {idle[0][0]}", idle[0][1]).scalars().all()
    assert [step for step in steps if "Index Cond" in step and "seq >" in step] == []
