"""An origin and an installation of Topicwire for each test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from acceptance.formats import FORMATS
from acceptance.origin import Origin
from acceptance.wire import Wire
from postgres import Server, needs_postgres

KINDS = ("sqlite", pytest.param("postgres", marks=needs_postgres))


@pytest.fixture
def origin() -> Iterator[Origin]:
    """Return a running origin server."""
    with Origin() as running:
        yield running


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Return the name of each kind of database in turn."""
    return str(request.param)


def kind_in_group(name: str) -> Any:
    """Return a `kind` for a module whose tests share what is slow to make.

    Of processes that test side by side one alone has the module's tests of a kind of database.
    """

    def group(kind: str) -> pytest.MarkDecorator:
        return pytest.mark.xdist_group(f"{name}-{kind}")

    kinds = (
        pytest.param("sqlite", marks=group("sqlite")),
        pytest.param("postgres", marks=[needs_postgres, group("postgres")]),
    )

    @pytest.fixture(scope="module", name="kind", params=kinds)
    def kind_in_turn(request: pytest.FixtureRequest) -> str:
        return str(request.param)

    return kind_in_turn


@pytest.fixture
def database_url(request: pytest.FixtureRequest, kind: str) -> Iterator[str]:
    """Give the URL of an empty database of a server, or nothing: then it is a file."""
    yield from _database_url(request, kind)


@pytest.fixture(scope="module")
def shared_database_url(request: pytest.FixtureRequest, kind: str) -> Iterator[str]:
    """Give the same for a database that the tests of a module have in common."""
    yield from _database_url(request, kind)


def _database_url(request: pytest.FixtureRequest, kind: str) -> Iterator[str]:
    if kind == "sqlite":
        yield ""
        return
    server: Server = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def wire(tmp_path: Path, origin: Origin, database_url: str) -> Wire:
    """Return an installation whose sources are the origin's feeds, one of each format."""
    installed = Wire(tmp_path, database_url)
    installed.add(**{name: origin.url(name) for name in FORMATS})
    return installed
