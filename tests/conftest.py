"""What every test needs: logs that no earlier test has turned elsewhere."""

import logging
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def _logs_as_at_the_start() -> Iterator[None]:
    """Undo what a test, or a daemon that it started in this process, did to the logs."""
    root = logging.getLogger()
    handlers = tuple(root.handlers)
    yield
    structlog.reset_defaults()
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
