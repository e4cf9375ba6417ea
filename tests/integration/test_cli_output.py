"""What commands print where the output cannot take it as it is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from commands import Run


def test_a_terminal_of_another_encoding_shows_what_it_can(
    polled: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question mark stands for a letter that Latin-1 has not; JSON is in UTF-8 nevertheless."""
    whole = polled("entry", "list", "--source", "sample-polyglot", "--json").json
    assert any(ord(letter) > 0xFF for each in whole for letter in each["title"])
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    listed = "topicwire entry list --source sample-polyglot"

    said = shell(f"{listed} && {listed} --json >&2")

    assert (said.returncode, b"?" in said.stdout) == (0, True)
    assert json.loads(said.stderr.decode()) == whole


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(
    "command",
    ["topic list", "entry list", "entry list --json", "--help", "feed show sanctions-policy"],
)
@pytest.mark.usefixtures("polled")
def test_an_output_that_is_full_is_told(command: str) -> None:
    """In one line, and the exit code says it too."""
    said = shell(f"topicwire {command} > /dev/full")

    words = b"topicwire: the output cannot be written: No space left on device\n"
    assert (said.returncode, said.stderr) == (1, words)


def test_an_output_that_is_closed_takes_anything(run: Run) -> None:
    """Nobody wants to read it, which is no fault."""
    run("apply")

    said = shell("topicwire topic list >&- && topicwire topic list 2>&- >&-")

    assert (said.returncode, said.stderr) == (0, b"")


def shell(line: str) -> subprocess.CompletedProcess[bytes]:
    """Return what a line of a shell came to, in which `topicwire` is the command."""
    line = line.replace("topicwire", f"{sys.executable} -m topicwire")
    return subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=False)
