"""Each part of the suite runs in a process of its own, whatever becomes of the others."""

from bench.report import Table
from bench.suite import MEASUREMENTS, Measurement, measured


def test_a_part_is_run_and_what_it_tells_is_kept() -> None:
    """A part in its small size gives its table, its goal and how long it took."""
    (chosen,) = (each for each in MEASUREMENTS if each.name == "drift")

    part = measured(chosen, is_quick=True)

    (table,) = (each for each in part.notes if isinstance(each, Table))
    assert (part.is_whole, part.command) == (True, "python -m bench.drift 1")
    assert table.title.startswith("False alarms")
    assert part.took.total_seconds() > 0


def test_a_part_that_fails_says_why() -> None:
    """What a part that fails said last is why it failed; the suite goes on."""
    part = measured(Measurement("no_such_part", (), (), "Nothing."), is_quick=True)

    assert not part.is_whole
    assert part.failure is not None
    assert part.failure.endswith("No module named bench.no_such_part")
