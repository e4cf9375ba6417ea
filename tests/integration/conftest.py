"""What integration tests are given."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from commands import FEEDS, SAMPLES, Run, Said
from postgres import Server, empty, needs_postgres
from topicwire.cli.main import main
from topicwire.config import Settings
from topicwire.store.store import Store


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """Return the URL of a file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'topicwire.sqlite'}"


@pytest.fixture(scope="session")
def shared_server_url(postgres: Server, empty_template: str) -> str:
    """Return the URL of the PostgreSQL database that tests use one after the other."""
    return postgres.url(postgres.create(empty_template))


@pytest.fixture
def server_url(shared_server_url: str) -> str:
    """Return the URL of a PostgreSQL database without rows."""
    empty(shared_server_url)
    return shared_server_url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=needs_postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a new database, of each kind in turn."""
    found: str = request.getfixturevalue("file_url" if request.param == "sqlite" else "server_url")
    return found


@pytest.fixture
def store(database_url: str, empty_file: Path) -> Iterator[Store]:
    """Give a new store."""
    if database_url.startswith("sqlite"):
        shutil.copy(empty_file, database_url.removeprefix("sqlite:///"))
    with closing(Store.open(database_url)) as opened:
        yield opened


@pytest.fixture(scope="session")
def polled_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database after the first poll of the samples, to be copied."""
    folder = tmp_path_factory.mktemp("polled")
    path = folder / "wire.sqlite"
    settings = {
        "TOPICWIRE_DATABASE_URL": f"sqlite:///{path}",
        "TOPICWIRE_CATALOGUE": str(a_catalogue(folder)),
        "TOPICWIRE_ALLOW_FILES": "true",
    }
    command = (sys.executable, "-m", "topicwire", "poll")
    subprocess.run(command, env=os.environ | settings, check=True, capture_output=True)
    return path


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Return a catalogue with the sample sources and the starter topics."""
    return a_catalogue(tmp_path)


def a_catalogue(parent: Path) -> Path:
    """Make a catalogue with the sample sources and the starter topics."""
    root = parent / "feeds"
    for folder in ("topics", "concepts", "samples"):
        shutil.copytree(FEEDS / folder, root / folder)
    (root / "sources").mkdir()
    for name in SAMPLES:
        shutil.copy(FEEDS / "sources" / f"{name}.toml", root / "sources")
    return root


@pytest.fixture
def run(
    tmp_path: Path,
    catalogue: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Return a function that runs a command against a database and catalogue of its own."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TOPICWIRE_{name.upper()}", raising=False)
    monkeypatch.setenv("TOPICWIRE_DATABASE_URL", f"sqlite:///{tmp_path / 'wire.sqlite'}")
    monkeypatch.setenv("TOPICWIRE_CATALOGUE", str(catalogue))
    monkeypatch.setenv("TOPICWIRE_ALLOW_FILES", "true")

    def command(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["topicwire", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        said = capsys.readouterr()
        return Said(int(stop.value.code or 0), said.out, said.err)

    return command


@pytest.fixture
def polled(run: Run, tmp_path: Path, polled_database: Path) -> Run:
    """Give a command line over the samples, polled and judged."""
    shutil.copy(polled_database, tmp_path / "wire.sqlite")
    return run
