"""Each import contract goes red when it is broken: a contract that cannot fail guards nothing."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the copy in `folder`."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a copy of the sources with the contracts."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        pytest.param(
            "model/wire.py", "from topicwire import config", "Imports point", id="upwards"
        ),
        pytest.param("utils.py", "", "Imports point", id="a module nobody placed"),
        pytest.param("ingest/utils.py", "", "Ingest:", id="a stage nobody placed"),
        pytest.param(
            "ingest/clean.py", "from topicwire.ingest import parse", "Ingest:", id="stages meet"
        ),
        pytest.param(
            "curate/text.py", "from topicwire.curate import score", "Curate:", id="text knows score"
        ),
        pytest.param(
            "publish/atom.py", "from topicwire.publish import rss", "Publish:", id="formats meet"
        ),
        pytest.param(
            "ingest/run/polls.py",
            "from topicwire.curate import text",
            "Imports point",
            id="acts meet",
        ),
        pytest.param(
            "curate/score.py",
            "from topicwire.store import store",
            "Only run and the doors",
            id="a stage reaches the store",
        ),
        pytest.param("curate/score.py", "import time", "pure", id="a stage reads the clock"),
        pytest.param("publish/atom.py", "import pathlib", "pure", id="a stage touches the disk"),
        pytest.param(
            "ingest/clean.py", "import feedparser", "has one owner", id="a library's second user"
        ),
        pytest.param(
            "curate/index.py", "import ahocorasick_rs", "has one owner", id="another automaton"
        ),
        pytest.param(
            "cli/topic/edit.py", "import sqlalchemy", "has one owner", id="SQL at the door"
        ),
        pytest.param(
            "world/guard.py", "from topicwire.world import web", "No cycles", id="a cycle"
        ),
    ],
)
def test_a_broken_contract_is_seen(house: Path, module: str, line: str, broken: str) -> None:
    """One forbidden import or module makes the check fail and names the contract."""
    path = house / "src" / "topicwire" / module
    path.write_text((path.read_text() if path.exists() else '"""New."""\n') + f"\n{line}\n")

    result = lint(house)

    red = [row for row in result.stdout.splitlines() if "BROKEN" in row]
    assert result.returncode == 1
    assert any(broken in row for row in red), result.stdout


def test_every_owned_library_is_guarded(house: Path) -> None:
    """A module that imports every library that has an owner breaks the contract of each."""
    contracts = tomllib.loads((house / "pyproject.toml").read_text())["tool"]["importlinter"]
    owned = [
        each["protected_modules"][0]
        for each in contracts["contracts"]
        if each["name"].endswith("has one owner")
    ]
    with (house / "src" / "topicwire" / "errors.py").open("a") as module:
        module.writelines(f"import {library}\n" for library in owned)

    red = [row for row in lint(house).stdout.splitlines() if "has one owner BROKEN" in row]

    assert sorted(red) == sorted(f"{library} has one owner BROKEN" for library in owned)


def test_the_house_as_it_is_keeps_its_contracts(house: Path) -> None:
    """The unchanged sources pass, so that what fails above fails for its one line."""
    assert lint(house).returncode == 0
