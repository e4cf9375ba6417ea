"""What is typed wrongly is told in one line, and what is typed twice counts once."""

from pathlib import Path

import pytest

from commands import Run
from topicwire.app import App
from topicwire.cli.door import clock
from topicwire.config import Settings

HUGE = "99999999999999999999"


@pytest.mark.parametrize(
    "line",
    ["entry list --limit", "entry search space --limit", "topic promote sanctions-policy"],
)
def test_a_number_that_no_database_takes_is_told(run: Run, line: str) -> None:
    """In one line, with what it may be."""
    run("apply")

    said = run(*line.split(), HUGE)

    assert (said.code, "is not in the range 1<=x<=1000000" in said.err) == (2, True)


@pytest.mark.parametrize("name", ["", " ", "Ada\nByron"], ids=["empty", "blank", "two lines"])
def test_a_reader_without_a_name_is_refused(run: Run, name: str) -> None:
    """What is to be typed instead is an argument, no option."""
    said = run("token", "add", name)

    assert said.code == 2
    assert "Say as NAME" in said.err
    assert "--name" not in said.err


def test_the_site_is_not_built_into_a_folder_without_a_name(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty variable in a script does not fill the folder that it runs in."""
    (here := tmp_path / "here").mkdir()
    monkeypatch.chdir(here)
    run("apply")

    said = run("build", "")

    assert (said.code, list(here.iterdir())) == (2, [])
    assert "`.` is the current one" in said.err


def test_what_is_named_twice_counts_once(run: Run) -> None:
    """Topics that are looked through or proven, and sources that are polled."""
    run("apply")
    topic, source = "sanctions-policy", "sample-meridian"

    for verb in ("lint", "test"):
        assert run("topic", verb, topic, topic, "--json") == run("topic", verb, topic, "--json")
    assert len(run("topic", "test", topic, "--json").json) > 0
    with App.open(Settings(), clock=clock) as app, app.lead():
        assert run("poll", source, source, "--json").json["handed_over"] == [source]


def test_a_daemon_is_not_said_to_poll_what_is_paused(run: Run) -> None:
    """It leaves it alone, whoever names it; without a daemon the command asks it itself."""
    source = "sample-meridian"
    run("apply")
    run("source", "pause", source)
    with App.open(Settings(), clock=clock) as app, app.lead():
        said = run("poll", source, "--json").json

    assert (said["handed_over"], list(said["not_asked"])) == ([], [source])
    assert "it is paused" in said["not_asked"][source]
