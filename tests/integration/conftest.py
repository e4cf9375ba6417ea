"""What integration tests are given."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from topicwire.store.store import Store


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Return the URL of a database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'topicwire.sqlite'}"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Give a new store in a real file."""
    with closing(Store.open(database_url, create=True)) as opened:
        yield opened
