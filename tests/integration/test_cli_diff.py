"""`topic diff`: a change is seen before it is applied."""

from pathlib import Path

import pytest

from commands import Run


@pytest.mark.usefixtures("polled")
def test_an_unchanged_topic_moves_nothing(run: Run) -> None:
    """What stands is what the catalogue wants."""
    said = run("topic", "diff", "space-cooperation")
    assert said.out.startswith("space-cooperation: 0 of 40 entries would come in, 0 would go out, ")
    assert len(said.out.splitlines()) == 1


@pytest.mark.usefixtures("polled")
def test_a_changed_file_is_compared_without_being_applied(run: Run, catalogue: Path) -> None:
    """Entries in and out are named with their scores; the database stays as it is."""
    before = run("topic", "show", "space-safety", "--json").json
    path = catalogue / "topics" / "space-safety.toml"
    path.write_text('id = "space-safety"\ntitle = "T"\ndescription = "D"\nquery = "title:rover"\n')

    said = run("topic", "diff", "space-safety")
    data = run("topic", "diff", "space-safety", "--json").json

    assert said.out.startswith("space-safety: 1 of 40 entries would come in, ")
    assert "comes in  before  score  published   source" in said.out
    assert [each["title"] for each in data["entered"]] == [
        "Rover drills into ice in a crater that never sees the Sun"
    ]
    assert len(data["left"]) + data["stay"] == before["placements"]
    assert all(each["before"] >= 0.5 > each["score"] for each in data["left"])
    assert before == run("topic", "show", "space-safety", "--json").json


@pytest.mark.usefixtures("polled")
def test_a_topic_file_need_not_be_in_the_catalogue(run: Run, tmp_path: Path) -> None:
    """A draft anywhere is compared with the topic that stands; long tables are cut."""
    draft = tmp_path / "draft.toml"
    draft.write_text(
        'id = "draft"\ntitle = "T"\ndescription = "D"\nquery = "a OR the"\nmin_score = 0.0\n'
    )

    said = run("topic", "diff", "space-safety", str(draft), "--limit", "2")

    assert "more; see them with --limit " in said.out


def test_a_draft_that_is_no_topic_is_told(run: Run, tmp_path: Path) -> None:
    """Its problems are named as those of the catalogue are."""
    draft = tmp_path / "draft.toml"
    draft.write_text('id = "draft"\nquery = "moon"\n')

    said = run("topic", "diff", "space-safety", str(draft))

    assert said.code == 1
    assert "draft.toml:1:1: title is missing" in said.err


@pytest.mark.usefixtures("polled")
def test_what_is_not_yet_judged_is_told(run: Run, catalogue: Path) -> None:
    """The counts are of what stands, so that has to be finished; a new topic does not stand."""
    run("topic", "edit", "space-safety", "--min-score", "0.4")
    path = catalogue / "topics" / "rovers.toml"
    path.write_text('id = "rovers"\ntitle = "T"\ndescription = "D"\nquery = "title:rover"\n')

    unfinished = run("topic", "diff", "space-safety")
    new = run("topic", "diff", "rovers")

    assert "40 entries are still to be judged by what stands" in unfinished.out
    assert "It does not stand in the database yet" in new.out
