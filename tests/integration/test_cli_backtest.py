"""`topic backtest`: a file of labels or the stored ones, group by group, and what comes out wrong."""

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert

from builders import NOON
from commands import Run
from topicwire.store.tables import labels

ROWS = [
    {"title": "NASA and Roscosmos sign seat swap agreement", "expect": True, "source": "wire", "kind": "news"},
    {"title": "Office space is scarce", "html": "<p>Rents rise.</p>", "expect": False, "lang": "en-GB", "note": 1},
    {"title": "A concert", "text": "The choir sang.", "expect": True, "lang": "en", "source": "wire"},
    {"title": "A space race, with help", "borderline": True},
]  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Return the path of a file of labels."""
    path = tmp_path / "labels.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS))
    return str(path)


def test_people_read_a_sentence_then_tables(run: Run, file: str) -> None:
    """The first line answers; every measure has its interval, and borderline texts are counted."""
    said = run(
        "topic", "backtest", "space-cooperation", "--labels", file, "--by", "source", "--errors"
    )

    assert said.code == 0
    assert said.out.startswith(
        "space-cooperation on 3 texts, of which 2 belong: precision 1.000, recall 0.500, F1 0.667; "
        "left out as borderline: 1."
    )
    assert "recall             0.500  0.095 to 0.905" in said.out
    assert "wire     2      2       1.00       0.50    0.67" in said.out
    assert "Wrong: 1 of 3." in said.out
    assert "missed  0.00          wire    “A concert”" in said.out


def test_of_one_text_it_is_spoken_as_of_one(run: Run, file: str) -> None:
    """The sentence is right for one thing, too."""
    Path(file).write_text(json.dumps(ROWS[0] | {"expect": True}))
    said = run("topic", "backtest", "space-cooperation", "--labels", file)

    assert said.out.startswith("space-cooperation on 1 text, of which 1 belongs: ")


def test_programs_ask_for_more_than_the_contract(run: Run, file: str) -> None:
    """Intervals, groups and errors are added when they are asked for."""
    asked = ("--by", "lang", "--by", "kind", "--intervals", "--errors")
    said = run("topic", "backtest", "space-cooperation", "--labels", file, "--json", *asked)

    assert list(said.json)[10:] == ["intervals", "groups", "errors"]
    assert said.json["intervals"]["precision"] == pytest.approx([0.2065, 1.0], abs=1e-4)
    assert {name: of["n"] for name, of in said.json["groups"]["lang"].items()} == {
        "en": 2,
        "unknown": 1,
    }
    assert set(said.json["groups"]["kind"]) == {"news", "unknown"}
    assert [one["title"] for one in said.json["errors"]] == ["A concert"]
    assert "left out as borderline: 1" in said.err


@pytest.mark.usefixtures("polled")
def test_stored_labels_measure_without_a_file(run: Run, tmp_path: Path) -> None:
    """What editors said of stored entries is what a topic is measured by."""
    placed = run("entry", "list", "--topic", "space-cooperation", "--json").json
    given = [(placed[0]["id"], True), (placed[1]["id"], False)]
    engine = create_engine(f"sqlite:///{tmp_path / 'wire.sqlite'}")
    with engine.begin() as connection:
        for entry_id, expect in given:
            values = {"topic_id": "space-cooperation", "entry_id": entry_id, "expect": expect}
            beside = {"who": "ada", "by": "editor", "made": NOON}
            connection.execute(insert(labels).values(values | beside))
    engine.dispose()

    said = run("topic", "backtest", "space-cooperation", "--json", "--by", "kind", "--errors")

    assert (said.json["n"], said.json["tp"], said.json["fp"]) == (2, 1, 1)
    assert list(said.json["groups"]["kind"]) == ["editor"]
    assert [one["entry"] for one in said.json["errors"]] == [placed[1]["id"]]


def test_without_any_label_it_says_where_to_get_some(run: Run) -> None:
    """There is nothing to measure by, and that is an error."""
    said = run("topic", "backtest", "space-cooperation")

    assert said.code == 1
    assert "no entry is labelled in space-cooperation" in said.err
    assert "--labels" in said.err
