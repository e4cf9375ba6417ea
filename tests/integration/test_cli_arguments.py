"""What is typed wrongly is told in one line, and what is typed twice counts once."""

import pytest

from commands import Run

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
