"""What every test needs: no settings of who runs it, and logs that no test has turned elsewhere."""

import logging
import os
from collections.abc import Iterator

import pytest
import structlog

from postgres import Server, server
from topicwire.config import PREFIX

for _name in [each for each in os.environ if each.startswith(PREFIX)]:
    del os.environ[_name]


LONGEST_FIRST = ("acceptance", "integration")


@pytest.hookimpl(trylast=True)  # once they are shuffled
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that at the end no process waits for the last test of another."""
    items.sort(key=lambda each: [part not in each.path.parts for part in LONGEST_FIRST])


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Give a PostgreSQL server of this run's own."""
    with server() as running:
        yield running


@pytest.fixture(autouse=True)
def _logs_as_at_the_start() -> Iterator[None]:
    """Undo what a test, or a daemon that it started in this process, did to the logs."""
    root = logging.getLogger()
    handlers = tuple(root.handlers)
    yield
    structlog.reset_defaults()
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
