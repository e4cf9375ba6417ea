"""What every test needs: no settings of who runs it, and logs that no test has turned elsewhere."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache

from postgres import Server, server
from topicwire.config import PREFIX
from topicwire.store.store import Store
from topicwire.world.machine import collect_seldom

for _name in [each for each in os.environ if each.startswith(PREFIX)]:
    del os.environ[_name]

collect_seldom()  # thousands of tests stay for the whole run, and are no garbage

LONGEST_FIRST = ("acceptance", "integration")


class Compiled(LRUCache[tuple[Any, ...], Any]):
    """Compiled statements by the name of their dialect.

    SQLAlchemy keeps those of each engine apart. Thousands of tests open a store of their own, and
    a third of their time went into compiling the same statements anew.
    """

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        """Return what was compiled, for whichever engine."""
        dialect, *rest = key
        return super().get((dialect.name, *rest), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        dialect, *rest = key
        super().__setitem__((dialect.name, *rest), compiled)


COMPILED = Compiled(5_000)


@event.listens_for(Engine, "engine_connect")
def _compile_once(connection: Connection) -> None:
    connection.execution_options(compiled_cache=COMPILED)


@pytest.hookimpl(trylast=True)  # once they are shuffled
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that at the end no process waits for the last test of another."""
    items.sort(key=lambda each: [part not in each.path.parts for part in LONGEST_FIRST])


def pytest_collection_finish() -> None:
    """Let no search for garbage go through all tests."""
    collect_seldom()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Give a PostgreSQL server of this run's own."""
    with server() as running:
        yield running


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database without rows, to be copied: making one anew takes long."""
    path = tmp_path_factory.mktemp("empty") / "wire.sqlite"
    Store.open(f"sqlite:///{path}", create=True).close()
    return path


@pytest.fixture(scope="session")
def empty_template(postgres: Server) -> str:
    """Return the name of a database without rows, of which others are made."""
    name = postgres.create()
    Store.open(postgres.url(name), create=True).close()
    return name


@pytest.fixture(autouse=True)
def _logs_as_at_the_start() -> Iterator[None]:
    """Undo what a test, or a daemon that it started in this process, did to the logs."""
    root = logging.getLogger()
    handlers = tuple(root.handlers)
    yield
    structlog.reset_defaults()
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
