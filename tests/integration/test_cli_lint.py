"""`topic lint`: topics looked through, with counts over what is stored."""

import json
from pathlib import Path

import pytest

from commands import Run

TOPIC = (
    'id = "space-safety"\ntitle = "T"\ndescription = "D"\nabout = ["Debris."]\n'
    'query = "debris OR \\"orbital debris\\" OR debrsi"\n'
    '[[example]]\nexpect = true\ntitle = "Debris"\n'
)


@pytest.mark.usefixtures("polled")
def test_people_read_what_to_look_at_file_by_file(run: Run, catalogue: Path) -> None:
    """What was found, where, in how many texts, and what to do."""
    (catalogue / "topics" / "space-safety.toml").write_text(TOPIC)

    said = run("topic", "lint", "space-safety")

    assert said.code == 0
    assert said.out.splitlines() == [
        "There are 4 things to look at in 1 topic, by 40 texts.",
        "",
        "topics/space-safety.toml",
        "  there is no example of what does not belong.",
        "      Add an [[example]] with expect = false.",
        '  1:11  "orbital debris" stands in none of 40 texts.',
        "  1:31  debrsi stands in none of 40 texts.",
        "      Correct its spelling, or remove it.",
        '  1:11  "orbital debris" adds nothing: wherever it holds, debris holds too.',
        "      Remove one of the two.",
    ]


def test_strict_is_for_scripts(run: Run, catalogue: Path, tmp_path: Path) -> None:
    """It exits with 1; the JSON has all there is to know, also of texts in a file of labels."""
    labels = tmp_path / "labels.jsonl"
    labels.write_text(json.dumps({"title": "Debrsi", "expect": True}) + "\n")
    (catalogue / "topics" / "space-safety.toml").write_text(TOPIC)

    said = run("topic", "lint", "space-safety", "--strict", "--json", "--labels", str(labels))

    assert said.code == 1
    assert said.json["texts"] == 1
    assert [each["kind"] for each in said.json["findings"]] == ["examples", "shadowed"]
    assert said.json["findings"][1] == {
        "kind": "shadowed",
        "file": "topics/space-safety.toml",
        "line": 1,
        "column": 11,
        "subject": '"orbital debris"',
        "says": "adds nothing: wherever it holds, debris holds too",
        "mend": "Remove one of the two.",
        "count": None,
        "texts": None,
        "terms": [],
    }


def test_without_texts_it_says_that_nothing_is_counted(run: Run, catalogue: Path) -> None:
    """All topics are looked at by their form; concepts come after topics."""
    path = catalogue / "concepts" / "debris.toml"
    path.write_text(path.read_text().replace('"space debris"', '"space debris", "space-debris"'))

    said = run("topic", "lint")

    assert "Terms are counted only from 20 texts on; `topicwire poll` brings some." in said.out
    assert "none of" not in said.out
    assert "\nconcepts/debris.toml\n" in said.out


def test_a_misspelt_concept_is_told_with_its_place(run: Run, catalogue: Path) -> None:
    """As `apply` tells it, and the other topics are looked at all the same."""
    path = catalogue / "topics" / "space-safety.toml"
    path.write_text(TOPIC.replace("debrsi", "@debis"))

    said = run("topic", "lint", "space-safety", "--strict")

    assert said.code == 1
    assert "  1:31  there is no concept `@debis`." in said.out
    assert "      Did you mean `@debris`?" in said.out
