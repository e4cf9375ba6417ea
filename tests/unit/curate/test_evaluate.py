"""Evaluating: examples and the figures of a backtest."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_topic
from topicwire.curate.evaluate import (
    UNKNOWN,
    Figures,
    Outcome,
    backtest,
    errors,
    figures,
    groups,
    outcomes,
)
from topicwire.curate.judge import judge
from topicwire.model.catalogue import Example
from topicwire.model.judging import Verdict

MOON = judge(a_topic(query="moon"), ())


def an_example(title: str, *, expect: bool = True) -> Example:
    return Example(expect=expect, title=title, text="", lang="en")


def an_outcome(score: float, *, expect: bool) -> Outcome:
    verdict = Verdict(entry_id=0, revision=0, accepted=score >= 0.5, score=score)
    return Outcome(an_example("", expect=expect), verdict)


def test_examples_are_judged_like_entries() -> None:
    """An outcome is right when the judge agrees with the editor."""
    found = outcomes(MOON, [an_example("Moon"), an_example("Moon", expect=False), an_example("-")])
    assert [one.is_right for one in found] == [True, False, False]


def test_a_backtest_counts_and_measures() -> None:
    """Two right, one false alarm, one missed, one rightly left out."""
    labelled = [
        an_example("The moon"),
        an_example("Moons"),
        an_example("Mars"),
        an_example("A honey moon", expect=False),
        an_example("Bread", expect=False),
    ]
    expected = Figures(
        n=5, tp=2, fp=1, fn=1, tn=1,
        precision=2 / 3, recall=2 / 3, f1=2 / 3, average_precision=(2 * 2 / 3 + 3 / 5) / 3,
    )  # fmt: skip
    assert expected == backtest(MOON, labelled)


def test_nothing_labelled_measures_nothing() -> None:
    """A denominator of 0 gives 0, not an error."""
    assert Figures(0, 0, 0, 0, 0, 0.0, 0.0, 0.0, 0.0) == backtest(MOON, [])


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        pytest.param([(0.9, True), (0.8, True), (0.1, False)], 1.0, id="perfect"),
        pytest.param([(0.9, False), (0.8, True)], 0.5, id="one false alarm first"),
        pytest.param([(0.9, True), (0.4, False), (0.3, True)], (1 + 2 / 3) / 2, id="a miss ranked"),
        pytest.param([(0.5, True), (0.5, False), (0.5, False)], 1 / 3, id="equals come in together"),
        pytest.param([(0.5, False)], 0.0, id="nothing belongs"),
    ],
)  # fmt: skip
def test_the_average_precision_is_of_the_ranking(
    judged: list[tuple[float, bool]], expected: float
) -> None:
    """Only the order of the scores counts, also among those that are not accepted."""
    found = figures([an_outcome(score, expect=expect) for score, expect in judged])
    assert pytest.approx(expected) == found.average_precision


SCORED = st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.8]), st.booleans()))


@given(SCORED, st.randoms())
def test_the_order_of_the_labels_does_not_matter(
    judged: list[tuple[float, bool]], random: Random
) -> None:
    """The same labels give the same figures."""
    once = [an_outcome(score, expect=expect) for score, expect in judged]
    again = random.sample(once, len(once))
    assert figures(once) == figures(again)
    assert len(once) == sum(
        (figures(once).tp, figures(once).fp, figures(once).fn, figures(once).tn)
    )


def test_groups_come_with_the_largest_first() -> None:
    """Each is measured by itself; what belongs to none is unknown."""
    wire = [replace(an_outcome(score, expect=True), source="wire") for score in (0.9, 0.1)]
    found = groups([an_outcome(0.9, expect=False), *wire], lambda one: one.source)
    assert [(name, of.n, of.tp) for name, of in found.items()] == [("wire", 2, 1), (UNKNOWN, 1, 0)]


def test_a_language_is_grouped_by_its_primary_subtag() -> None:
    """Brazilian Portuguese is Portuguese."""
    outcome = Outcome(Example(True, "", "", "pt-BR"), an_outcome(0.9, expect=True).verdict)
    assert outcome.lang == "pt"


def test_errors_come_with_the_worst_first() -> None:
    """The worst is the furthest from where the least score would have had it."""
    near, right, far, worst = (
        an_outcome(0.6, expect=False),
        an_outcome(0.7, expect=True),
        an_outcome(0.9, expect=False),
        an_outcome(0.0, expect=True),
    )
    assert errors([near, right, far, worst], 0.5) == (worst, far, near)
