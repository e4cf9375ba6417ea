"""Examples as the gate of `apply`, and of all that applies by itself."""

import io
import json
from pathlib import Path

import pytest

from builders import NOON
from commands import Run
from topicwire import observe
from topicwire.app import App
from topicwire.config import Settings
from topicwire.schedule.leading import mirror

FLIPPED = (
    'id = "space-safety"\ntitle = "Safety"\ndescription = "D"\nquery = "debris"\n'
    '[[example]]\nexpect = true\ntitle = "Nothing of it"\n'
)
WRONG = "example 1, “Nothing of it”, should be in but is not: score 0.00, least 0.50"


@pytest.fixture
def flipped(run: Run, catalogue: Path) -> Path:
    """Apply the catalogue, then change a topic so that its example comes out wrong."""
    run("apply")
    path = catalogue / "topics" / "space-safety.toml"
    path.write_text(FLIPPED)
    return path


@pytest.mark.usefixtures("flipped")
def test_apply_refuses_a_topic_whose_example_comes_out_wrong(run: Run, catalogue: Path) -> None:
    """Nothing at all is changed, and what is said names example, score and way out."""
    (catalogue / "topics" / "arms-control.toml").unlink()

    said = run("apply")

    assert said.code == 1
    assert WRONG in said.err
    assert "`topicwire topic explain space-safety --example 1` shows why" in said.err
    assert len(run("topic", "list", "--json").json) == 6


@pytest.mark.usefixtures("flipped")
def test_a_dry_run_says_so_too(run: Run) -> None:
    """The plan is printed, then what stands in its way."""
    said = run("apply", "--dry-run")

    assert said.code == 1
    assert "change  topic space-safety" in said.out
    assert WRONG in said.err


@pytest.mark.usefixtures("flipped")
def test_an_editor_may_apply_it_all_the_same(run: Run) -> None:
    """Then it stands, and nothing complains of it any more."""
    forced = run("apply", "--despite-examples")
    again = run("apply")

    assert (forced.code, again.code) == (0, 0)
    assert "change  topic space-safety" in forced.out
    assert "The database already holds" in again.out


@pytest.mark.usefixtures("flipped")
def test_a_poll_goes_on_with_the_topic_as_it_stands(run: Run) -> None:
    """What applies by itself holds the changed topic back, and says so."""
    said = run("poll")

    assert said.code == 0
    assert WRONG in said.err
    assert "space-safety was not applied; see `topicwire topic test space-safety`" in said.err
    assert run("topic", "show", "space-safety", "--json").json["title"] == "Space safety"


@pytest.mark.usefixtures("flipped")
def test_the_daemon_starts_with_the_topic_as_it_stands(tmp_path: Path, catalogue: Path) -> None:
    """It says in its log what it holds back and why, and mirrors all else."""
    (catalogue / "topics" / "arms-control.toml").unlink()
    url = f"sqlite:///{tmp_path / 'wire.sqlite'}"
    settings = Settings(database_url=url, catalogue=catalogue, allow_files=True)
    log = io.StringIO()
    observe.configure("json", stream=log)

    with App.open(settings, clock=lambda: NOON) as app:
        mirror(app)
        standing = {each.topic.id: each.topic.title for each in app.store.standing_topics()}

    event = json.loads(log.getvalue())
    assert (event["event"], event["level"], event["topic"]) == (
        *("topic.held_back", "error"),
        "space-safety",
    )
    assert WRONG in event["why"]
    assert standing["space-safety"] == "Space safety"
    assert "arms-control" not in standing


def test_an_edit_that_flips_an_example_is_not_written(run: Run, catalogue: Path) -> None:
    """The file stays as it was until the editor insists."""
    run("apply")
    path = catalogue / "topics" / "space-safety.toml"
    before = path.read_text()

    refused = run("topic", "edit", "space-safety", "--min-score", "0.99")
    unchanged = path.read_text()
    forced = run("topic", "edit", "space-safety", "--min-score", "0.99", "--despite-examples")

    assert (refused.code, forced.code) == (1, 0)
    assert "Nothing was written." in refused.err
    assert before == unchanged
    assert run("topic", "show", "space-safety", "--json").json["min_score"] == 0.99
