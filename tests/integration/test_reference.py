"""The reference of the command line is what the commands say of themselves."""

from pathlib import Path

from topicwire.cli.reference import reference

DOCS = Path(__file__).parents[2] / "docs" / "cli.md"


def test_the_reference_is_made_from_the_commands() -> None:
    """Whoever changes a command's help writes docs/cli.md anew: `make docs`."""
    assert DOCS.read_text(encoding="utf-8") == reference()
