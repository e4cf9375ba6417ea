"""What is done with a database alone: while a daemon or a worker has it, it is refused."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import delete, insert, update

from commands import Run
from ports import free_port
from postgres import Server, needs_postgres
from stores import fill
from topicwire.app import App
from topicwire.cli import daemon
from topicwire.cli.door import clock
from topicwire.crew import ALIVE
from topicwire.store.dialects.named import named
from topicwire.store.dialects.sqlite import lock_path
from topicwire.store.migrate import VERSIONS, head, known, migrate, revision, settings
from topicwire.store.store import Store
from topicwire.store.tables import heartbeats
from topicwire.world.engine import lead
from topicwire.world.lock import Lock

OLDER = known()[-2]


@pytest.fixture
def server_url(postgres: Server) -> Iterator[str]:
    """Return the URL of a PostgreSQL database without a schema."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def ours(run: Run, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a command line on a database of each kind."""
    monkeypatch.setenv("TOPICWIRE_DATABASE_URL", database_url)
    return run


def make_older(url: str) -> None:
    """Make a database as the program before this one did."""
    engine = named(url).migrating()
    with engine.begin() as connection:
        command.upgrade(settings(connection), OLDER)
    engine.dispose()


def beat(url: str, role: str, *, ago: timedelta = timedelta()) -> None:
    """Let a process have shown that it works, whatever the schema."""
    engine = named(url).writing()
    with engine.begin() as connection:
        connection.execute(delete(heartbeats))
        connection.execute(insert(heartbeats).values(role=role, at=clock() - ago))
    engine.dispose()


def held_by_a_daemon(url: str) -> AbstractContextManager[object]:
    """Return what a daemon holds while it works."""
    path = named(url).path
    return lead.alone(url) if path is None else Lock(lock_path(path))


def test_a_schema_does_not_change_beside_a_daemon(ours: Run, database_url: str) -> None:
    """The daemon would go on writing what it knows into a newer schema."""
    make_older(database_url)
    with held_by_a_daemon(database_url):
        refused = ours("db", "migrate")
        schema = revision(database_url)
    after = ours("db", "migrate")

    assert (refused.code, schema) == (1, OLDER)
    assert "already works on this database" in refused.err
    assert (after.code, revision(database_url)) == (0, head())


def test_migrating_again_is_nothing_beside_a_daemon(ours: Run, database_url: str) -> None:
    """Where the schema is this program's already, nobody is in the way."""
    migrate(database_url)
    with held_by_a_daemon(database_url):
        said = ours("db", "migrate")

    assert said.code == 0, said.err
    assert f"already at schema {head()}" in said.out


@needs_postgres
def test_a_schema_does_not_change_beside_workers(
    run: Run, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers are told of by name, also while no scheduler hands them anything."""
    monkeypatch.setenv("TOPICWIRE_DATABASE_URL", server_url)
    make_older(server_url)
    beat(server_url, "work there:7")
    refused = run("db", "migrate")
    schema = revision(server_url)
    beat(server_url, "work there:7", ago=ALIVE)
    after = run("db", "migrate")

    assert (refused.code, schema) == (1, OLDER)
    assert "workers (there:7) work on the database postgresql://" in refused.err
    assert (after.code, revision(server_url)) == (0, head()), after.err


def test_nothing_is_copied_beside_a_daemon(ours: Run, database_url: str, tmp_path: Path) -> None:
    """What the daemon of either side stores after the copy's moment would be missing in it."""
    origin = f"sqlite:///{tmp_path / 'origin.sqlite'}"
    migrate(origin)
    migrate(database_url)
    with held_by_a_daemon(origin):
        of_origin = ours("db", "migrate", "--from", origin)
    with held_by_a_daemon(database_url):
        of_target = ours("db", "migrate", "--from", origin)

    assert (of_origin.code, of_target.code) == (1, 1)
    assert "already works on this database" in of_origin.err
    assert "already works on this database" in of_target.err
    assert ours("db", "migrate", "--from", origin).code == 0


def test_nothing_is_made_smaller_beside_a_daemon(ours: Run, database_url: str) -> None:
    """All would wait until it is done."""
    migrate(database_url)
    with held_by_a_daemon(database_url):
        refused = ours("db", "prune", "--vacuum")

    assert refused.code == 1
    assert "already works on this database" in refused.err
    assert ours("db", "prune", "--vacuum").code == 0


@needs_postgres
def test_nothing_is_copied_from_a_fleet_that_works(run: Run, server_url: str) -> None:
    """Neither beside its scheduler nor beside its workers, who finish what they were handed."""
    migrate(server_url)
    with held_by_a_daemon(server_url):
        led = run("db", "migrate", "--from", server_url)
    beat(server_url, "work there:7")
    worked = run("db", "migrate", "--from", server_url)

    assert (led.code, worked.code) == (1, 1)
    assert "already works on this database" in led.err
    assert "workers (there:7) work on the database postgresql://" in worked.err


def test_a_database_is_not_copied_into_itself(ours: Run, database_url: str) -> None:
    """It is refused for what it holds, and not as if another process had it."""
    with closing(Store.open(database_url, create=True)) as store:
        fill(store)
    said = ours("db", "migrate", "--from", database_url)

    assert said.code == 1
    assert "is not empty" in said.err


def test_what_cannot_be_copied_is_named_and_left_alone(run: Run, tmp_path: Path) -> None:
    """What is said to do is about the other database; nothing is made beside it, or migrated."""
    older = tmp_path / "older.sqlite"
    make_older(f"sqlite:///{older}")
    before = {each.name for each in tmp_path.iterdir()}

    missing = run("db", "migrate", "--from", f"sqlite:///{tmp_path}/nosuch.sqlite")
    outdated = run("db", "migrate", "--from", f"sqlite:///{older}")

    assert (missing.code, outdated.code) == (1, 1)
    assert f"There is no database {tmp_path}/nosuch.sqlite to copy" in missing.err
    assert f"{older}, which is to be copied, is at schema {OLDER}" in outdated.err
    assert "with TOPICWIRE_DATABASE_URL set to it first" in outdated.err
    assert {each.name for each in tmp_path.iterdir()} == before


def test_who_runs_ends_when_the_schema_is_no_longer_its_own(
    ours: Run, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server, which holds no lock, ends by itself too, and its supervisor starts the new program."""

    async def upgraded_meanwhile(_app: App, stop: asyncio.Event) -> None:
        engine = named(database_url).writing()
        with engine.begin() as connection:
            connection.execute(update(VERSIONS).values(version_num="9999"))
        engine.dispose()
        await asyncio.wait_for(stop.wait(), 20)

    migrate(database_url)
    monkeypatch.setenv("TOPICWIRE_LISTEN", f"127.0.0.1:{free_port()}")
    monkeypatch.setattr(daemon, "SCHEMA", 0.1)
    monkeypatch.setattr(daemon, "_serve", upgraded_meanwhile)

    said = ours("serve")

    assert said.code == 1
    assert "the database was migrated to schema 9999 while this process ran" in said.err
