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
