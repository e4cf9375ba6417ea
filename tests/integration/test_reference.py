"""The reference of the command line is what the commands say of themselves."""

import subprocess
import sys
from pathlib import Path

from topicwire.cli.reference import reference

DOCS = Path(__file__).parents[2] / "docs" / "cli.md"


def test_the_reference_is_made_from_the_commands() -> None:
    """Whoever changes a command's help writes docs/cli.md anew: `make docs`."""
    assert DOCS.read_text(encoding="utf-8") == reference()


def test_help_imports_no_command() -> None:
    """It is there at once, because what commands need is imported when they are asked for."""
    script = (
        "import sys; sys.argv = ['topicwire', '--help']\n"
        "from topicwire.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: print(*sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    *_, modules = said.stdout.splitlines()
    ours = {name for name in modules.split() if name.startswith("topicwire.")}
    assert ours == {
        *("topicwire.cli", "topicwire.cli.door", "topicwire.cli.lazy", "topicwire.cli.main"),
        *("topicwire.cli.terminal", "topicwire.errors"),
    }
    assert not {"asyncio", "pydantic", "rich", "sqlalchemy"} & set(modules.split())
