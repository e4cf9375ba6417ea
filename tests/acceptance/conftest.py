"""An origin and an installation of Topicwire for each test."""

import shutil
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


def in_group(name: str, kind: str) -> list[pytest.MarkDecorator]:
    """Return the marks of tests of a kind of database that share what is slow to make.

    Of processes that test side by side one alone has those of a name and a kind.
    """
    group = pytest.mark.xdist_group(f"{name}-{kind}")
    return [group] if kind == "sqlite" else [needs_postgres, group]


def kind_in_group(name: str) -> Any:
    """Return a `kind` for a module whose tests share what is slow to make."""
    kinds = [pytest.param(each, marks=in_group(name, each)) for each in ("sqlite", "postgres")]

    @pytest.fixture(scope="module", name="kind", params=kinds)
    def kind_in_turn(request: pytest.FixtureRequest) -> str:
        return str(request.param)

    return kind_in_turn


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> Iterator[str]:
    """Give the URL of a database without rows, of a file or a server."""
    yield from _database_url(request, tmp_path, kind)


@pytest.fixture(scope="module")
def shared_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, kind: str
) -> Iterator[str]:
    """Give the same for a database that the tests of a module have in common."""
    yield from _database_url(request, tmp_path_factory.mktemp("database"), kind)


def _database_url(request: pytest.FixtureRequest, folder: Path, kind: str) -> Iterator[str]:
    if kind == "sqlite":
        path = shutil.copy(request.getfixturevalue("empty_file"), folder / "wire.sqlite")
        yield f"sqlite:///{path}"
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database(request.getfixturevalue("empty_template")) as url:
        yield url


@pytest.fixture
def wire(tmp_path: Path, origin: Origin, database_url: str) -> Wire:
    """Return an installation whose sources are the origin's feeds, one of each format."""
    installed = Wire(tmp_path, database_url)
    installed.add(**{name: origin.url(name) for name in FORMATS})
    return installed
