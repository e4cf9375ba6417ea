"""What the measurements tell, and the page that is made of it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bench import report
from bench.report import NOTES, Goal, Lack, Remark, Table, Version, noted
from bench.results import Machine, Part, page, table

MACHINE = Machine(
    processor="An honest one",
    cores=2,
    memory=8.0,
    kernel="Linux 6.1",
    versions=("CPython 3.11.7",),
    load=0.1,
)
FIGURES = Table("Polls a second", ("phase", "ours", "theirs", "ratio"), (("first", "8", "4", "2"),))


def a_part(*notes: report.Note, name: str = "polls", failure: str | None = None) -> Part:
    """Return a part of a suite with what it told."""
    return Part(
        name,
        f"python -m bench.{name}",
        "Measures.",
        notes,
        begun=datetime(2026, 11, 20, 12, tzinfo=UTC),
        took=timedelta(seconds=9),
        commit="749a37b",
        failure=failure,
    )


def told(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[report.Note, ...]:
    """Return the notes of a part that tells something of each kind."""
    monkeypatch.setenv(NOTES, str(path))
    report.show("Polls a second", ("phase", "ours", "ratio"), [("first", 1234.5, 2.345)])
    report.goal("twice as fast", is_met=True)
    report.lacks("nginx is not installed")
    report.remark("2 of 3 were conditional")
    report.measured_with("reader 3.26")
    return noted(path.read_text().splitlines())


def test_what_a_part_tells_is_printed_and_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that is printed is read back from the notes, with the same figures."""
    assert told(tmp_path / "notes", monkeypatch) == (
        Table("Polls a second", ("phase", "ours", "ratio"), (("first", "1,234", "2.35"),)),
        Goal("twice as fast", is_met=True),
        Lack("nginx is not installed"),
        Remark("2 of 3 were conditional"),
        Version("reader 3.26"),
    )
    assert "first  1,234   2.35\ngoal: twice as fast: met\n" in capsys.readouterr().out


def test_alone_a_part_notes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the suite a part only prints."""
    monkeypatch.delenv(NOTES, raising=False)
    monkeypatch.chdir(tmp_path)

    report.goal("twice as fast", is_met=False)

    assert capsys.readouterr().out == "goal: twice as fast: MISSED\n"
    assert list(tmp_path.iterdir()) == []


def test_a_table_is_written_as_markdown() -> None:
    """The first column stands to the left, figures to the right, and no cell ends a column."""
    found = Table("", ("a|b", "ms"), (("one\ntwo", "1.00"),))

    assert table(found) == "| a\\|b | ms |\n| --- | --: |\n| one two | 1.00 |"


def test_the_page_has_a_section_a_part() -> None:
    """A section says the command, the table with its ratio, and whether the goal was met."""
    part = a_part(FIGURES, Goal("8 times as fast", is_met=False), Version("reader 3.26"))

    made = page([part], MACHINE)

    first = "Measures. `python -m bench.polls`, 9 s, 2026-11-20 at 749a37b, on 2 x An honest one."
    assert f"0 of 1 goals are met.\n\n## polls\n\n{first}\n\n" in made
    assert "| first | 8 | 4 | 2 |" in made
    assert "Goal: 8 times as fast: **MISSED**." in made
    assert "With reader 3.26." in made
    assert "| versions | CPython 3.11.7 |" in made


def test_parts_measured_anew_leave_the_others_as_they_are() -> None:
    """A page made in several runs is the page of one, in the order of the suite."""
    polls = a_part(FIGURES, Goal("8 times as fast", is_met=False))
    serve = a_part(Goal("half of nginx", is_met=True), name="serve")
    gone = a_part(name="gone")
    order = ("serve", "polls")

    first = page([a_part(Lack("nginx is not installed"), name="serve"), gone, polls], MACHINE)
    made = page([serve], MACHINE, before=first, order=order)

    assert made == page([polls, serve], MACHINE, order=order)
    assert "1 of 2 goals are met.\n\n## serve\n" in made


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (a_part(Lack("nginx is not installed")), "Not measured: nginx is not installed."),
        (a_part(FIGURES, failure="exit status 1"), "**It failed**: exit status 1."),
    ],
    ids=["lacks something", "failed"],
)
def test_a_part_that_is_not_whole_is_said(part: Part, words: str) -> None:
    """What failed or lacks something stands in its section and above all of them."""
    made = page([part], MACHINE)

    assert not part.is_whole
    assert "Not measured whole: polls." in made
    assert words in made


def test_a_note_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes of parts that ended early can be read as far as they came."""
    told(tmp_path / "notes", monkeypatch)

    lines = (tmp_path / "notes").read_text().splitlines()
    assert [list(json.loads(line)) for line in lines] == [
        ["Table"],
        ["Goal"],
        ["Lack"],
        ["Remark"],
        ["Version"],
    ]
