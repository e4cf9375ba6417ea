"""A shell completes commands, options, formats and the ids of the catalogue, and never complains."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from commands import Run
from topicwire.cli.main import topicwire


def completed(*words: str) -> list[str]:
    """Return what the last of the words is completed to."""
    shell = ShellComplete(topicwire, {}, "topicwire", "_TOPICWIRE_COMPLETE")
    return [each.value for each in shell.get_completions(list(words[:-1]), words[-1])]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(["so"], ["source"], id="command"),
        pytest.param(["topic", "pi"], ["pin"], id="verb"),
        pytest.param(["apply", "--dr"], ["--dry-run"], id="option"),
        pytest.param(
            ["source", "show", "sample-m"], ["sample-meridian"], id="source of the catalogue"
        ),
        pytest.param(["topic", "explain", "lu"], ["lunar-exploration"], id="topic"),
        pytest.param(["entry", "list", "--topic", "lu"], ["lunar-exploration"], id="in an option"),
        pytest.param(["poll", "sample-meridian", "sample-o"], ["sample-orbital-post"], id="second"),
        pytest.param(["feed", "show", "x", "--format", "r"], ["rss"], id="format"),
        pytest.param(["init", "--topic", "arms"], ["arms-control"], id="starter topic"),
    ],
)
@pytest.mark.usefixtures("run")
def test_what_is_begun_is_completed(words: list[str], found: list[str]) -> None:
    """Each word is completed to what may stand there."""
    assert completed(*words) == found


def test_readers_are_completed_from_the_database(run: Run) -> None:
    """Whoever revokes a token is offered those in use."""
    run("token", "add", "ada")
    run("token", "add", "alan")
    run("token", "revoke", "alan")

    assert completed("token", "revoke", "a") == ["ada"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("TOPICWIRE_CATALOGUE", "/nowhere", id="no catalogue"),
        pytest.param("TOPICWIRE_LISTEN", "nonsense", id="wrong setting"),
        pytest.param("TOPICWIRE_DATABASE_URL", "sqlite:////nowhere/x.sqlite", id="no database"),
    ],
)
@pytest.mark.usefixtures("run")
def test_where_there_is_nothing_it_is_silent(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong is no business of the shell's, and nothing is made for its sake."""
    monkeypatch.setenv(name, value)

    assert completed("token", "revoke", "") == []
    if name == "TOPICWIRE_CATALOGUE":
        assert completed("topic", "show", "") == []
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("run")
def test_the_settings_file_names_the_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A catalogue that only the file given with --config names is completed from too."""
    monkeypatch.delenv("TOPICWIRE_CATALOGUE")
    (tmp_path / "own" / "topics").mkdir(parents=True)
    (tmp_path / "own" / "topics" / "wind.toml").touch()
    file = tmp_path / "topicwire.toml"
    file.write_text(f'catalogue = "{tmp_path / "own"}"\n')

    assert completed("--config", str(file), "topic", "show", "") == ["wind"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_for_real(catalogue: Path) -> None:
    """The script is understood by bash, which asks the program and offers what it answers."""
    script = """
        eval "$(topicwire completion bash)"
        complete -p topicwire
        COMP_WORDS=(topicwire source show sample-p) COMP_CWORD=3
        _topicwire_completion topicwire
        echo "${COMPREPLY[@]}"
    """
    own = {
        "TOPICWIRE_CATALOGUE": str(catalogue),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    said = subprocess.run(
        ["bash", "--norc", "-c", script],
        env=os.environ | own,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.splitlines() == [
        "complete -o nosort -F _topicwire_completion topicwire",
        "sample-polyglot",
    ]
    assert said.stderr == ""


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_have_their_script(shell: str, run: Run) -> None:
    """The scripts for zsh and fish call the program by its name."""
    said = run("completion", shell)

    assert said.code == 0
    assert "_TOPICWIRE_COMPLETE=" + shell in said.out
