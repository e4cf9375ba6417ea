"""The reference of the command line is what the commands say of themselves."""

import os
import subprocess
import sys
from pathlib import Path

from topicwire.cli.reference import reference

DOCS = Path(__file__).parents[2] / "docs" / "cli.md"


def test_the_reference_is_made_from_the_commands() -> None:
    """Whoever changes a command's help writes docs/cli.md anew: `make docs`."""
    assert DOCS.read_text(encoding="utf-8") == reference()


def test_help_imports_no_command(tmp_path: Path) -> None:
    """It is there at once, because what commands need is imported when they are asked for."""
    imported = imported_by("--help", folder=tmp_path)

    assert {name for name in imported if name.startswith("topicwire.")} == {
        *("topicwire.cli", "topicwire.cli.door", "topicwire.cli.lazy", "topicwire.cli.main"),
        *("topicwire.cli.terminal", "topicwire.errors"),
    }
    assert not {"asyncio", "pydantic", "rich", "sqlalchemy"} & imported


def test_a_command_that_looks_into_the_store_imports_no_act(tmp_path: Path) -> None:
    imported = imported_by("source", "list", folder=tmp_path)

    assert "topicwire.store.store" in imported
    assert not {"topicwire.curate.run", "topicwire.ingest.run.polls", "lark"} & imported
    assert not {"jinja2", "prometheus_client", "pycurl", "requests", "uvloop"} & imported


def imported_by(*arguments: str, folder: Path) -> set[str]:
    """Return the modules that are there after a command."""
    script = (
        "import sys\n"
        "from topicwire.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: print(*sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"TOPICWIRE_DATABASE_URL": f"sqlite:///{folder}/wire.sqlite"},
    )
    return set(said.stdout.splitlines()[-1].split())
