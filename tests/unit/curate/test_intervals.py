"""Intervals: they hold the measure, stay within 0..1, and shrink as there is more to go by."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicwire.curate.evaluate import Figures, Outcome, figures
from topicwire.curate.intervals import Interval, intervals, wilson
from topicwire.model.catalogue import Example
from topicwire.model.judging import Verdict


def some_figures(tp: int, fp: int, fn: int, tn: int) -> Figures:
    """Return figures with these counts, scores following the acceptance."""
    cells = (
        [(True, True)] * tp + [(True, False)] * fp + [(False, True)] * fn + [(False, False)] * tn
    )
    return figures(
        [
            Outcome(
                Example(expect, "", ""), Verdict(0, 0, accepted=accepted, score=float(accepted))
            )
            for accepted, expect in cells
        ]
    )


MEASURES = ("precision", "recall", "f1", "average_precision")
COUNTS = st.integers(0, 40)


@pytest.mark.parametrize(
    ("share", "n", "expected"),
    [
        pytest.param(0.5, 10, (0.2366, 0.7634), id="half of ten"),
        pytest.param(0.9, 100, (0.8256, 0.9448), id="most of a hundred"),
        pytest.param(1.0, 20, (0.8389, 1.0), id="all of twenty is no certainty"),
        pytest.param(0.0, 20, (0.0, 0.1611), id="none of twenty neither"),
        pytest.param(0.0, 0, (0.0, 1.0), id="nothing to go by"),
    ],
)
def test_a_share_has_wilsons_interval(share: float, n: int, expected: tuple[float, float]) -> None:
    """The values are those of the textbook."""
    assert pytest.approx(expected, abs=1e-4) == wilson(share, n)


def test_f1_has_the_interval_of_the_overlap() -> None:
    """8 of 10 texts that are expected or accepted are both: F1 goes as that share does."""
    low, high = wilson(0.8, 10)
    found = intervals(some_figures(8, 1, 1, 90)).f1
    assert pytest.approx((2 * low / (1 + low), 2 * high / (1 + high))) == found


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_an_interval_holds_its_measure(tp: int, fp: int, fn: int, tn: int) -> None:
    """Whatever the counts, it lies in 0..1 and around the measure."""
    found = some_figures(tp, fp, fn, tn)
    for measure in MEASURES:
        interval: Interval = getattr(intervals(found), measure)
        value = getattr(found, measure)
        assert 0.0 <= interval.low <= value + 1e-9
        assert value - 1e-9 <= interval.high <= 1.0


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_more_of_the_same_narrows_it(tp: int, fp: int, fn: int, tn: int) -> None:
    """Four times as many texts with the same shares never say less."""
    few = intervals(some_figures(tp, fp, fn, tn))
    many = intervals(some_figures(4 * tp, 4 * fp, 4 * fn, 4 * tn))
    for wide, narrow in zip(astuple(few), astuple(many), strict=True):
        assert narrow[1] - narrow[0] <= wide[1] - wide[0] + 1e-9
