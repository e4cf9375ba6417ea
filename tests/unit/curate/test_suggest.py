"""Suggesting: the entries whose label would teach most come first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_stored
from topicwire.curate.suggest import AT_ODDS, suggestions, worth
from topicwire.model.judging import StoredEntry, Verdict

Unsure = tuple[StoredEntry, Verdict]


def an_unsure(number: int, score: float = 0.5, source: str = "", shadow: float | None = None, **changes: object) -> Unsure:  # fmt: skip
    """Return an entry of a source of its own with its verdict."""
    stored = a_stored(id=number, source_id=source or f"source-{number}", **changes)
    verdict = Verdict(number, 0, accepted=score >= 0.5, score=score, shadow=shadow)
    return stored, verdict


def chosen(*unsure: Unsure, limit: int = 10, min_score: float = 0.5) -> list[int]:
    return [each.stored.id for each in suggestions(unsure, min_score=min_score, limit=limit)]


@pytest.mark.parametrize(
    ("score", "shadow", "min_score", "expected"),
    [
        pytest.param(0.5, None, 0.5, 1.0, id="at the border"),
        pytest.param(0.25, None, 0.5, 0.5, id="half way to 0"),
        pytest.param(0.75, None, 0.5, 0.5, id="half way to 1"),
        pytest.param(0.6, None, 0.2, 0.5, id="the border is the topic's"),
        pytest.param(0.0, None, 0.5, 0.0, id="certain"),
        pytest.param(1.0, 0.1, 0.5, AT_ODDS, id="certain, but the shadow is at odds"),
        pytest.param(0.5, 0.9, 0.5, 1.0, id="the shadow agrees"),
        pytest.param(0.5, 0.4, 0.5, 1.0 + AT_ODDS, id="at the border and at odds"),
        pytest.param(0.0, None, 0.0, 1.0, id="a border at 0"),
        pytest.param(1.0, None, 1.0, 1.0, id="a border at 1"),
    ],
)
def test_what_is_least_certain_is_worth_most(
    score: float, shadow: float | None, min_score: float, expected: float
) -> None:
    """And what model and judge disagree on is worth more."""
    _, verdict = an_unsure(1, score, shadow=shadow)
    assert worth(verdict, min_score) == pytest.approx(expected)


def test_the_most_worth_comes_first() -> None:
    """Equal ones in the order of their numbers."""
    assert chosen(an_unsure(1, 0.1), an_unsure(4, 0.5), an_unsure(3, 0.5), an_unsure(2, 0.4)) == [
        3,
        4,
        2,
        1,
    ]


def test_each_story_is_asked_for_once() -> None:
    """Its copies would teach nothing more; an entry without a story is its own."""
    copies = [an_unsure(number, story=7) for number in (7, 8, 9)]
    assert chosen(*copies, an_unsure(10, story=None)) == [7, 10]


def test_one_source_has_at_most_a_third_of_the_say() -> None:
    """What is learned of many sources holds for more; and one of each may always come."""
    flood = [an_unsure(number, source="press") for number in range(1, 8)]
    assert chosen(*flood, an_unsure(20, 0.1), limit=6) == [1, 2, 20]
    assert chosen(*flood, limit=1) == [1]


def test_nothing_unsure_gives_no_suggestion() -> None:
    """A topic that nothing came near has nothing to ask."""
    assert chosen() == []


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.none() | st.floats(0, 1), st.integers(1, 5)), max_size=40
    ),
    st.integers(1, 20),
    st.sampled_from([0.0, 0.3, 0.5, 1.0]),
)
def test_suggestions_are_few_and_ranked(
    given_: list[tuple[float, float | None, int]], limit: int, min_score: float
) -> None:
    """Never more than are asked for, never a story twice, the most worth first."""
    unsure = [
        an_unsure(number, score, shadow=shadow, story=story)
        for number, (score, shadow, story) in enumerate(given_, 1)
    ]
    found = suggestions(unsure, min_score=min_score, limit=limit)
    stories = [each.stored.story for each in found]
    assert len(found) <= limit
    assert len(set(stories)) == len(stories)
    assert sorted((each.worth for each in found), reverse=True) == [each.worth for each in found]
    assert all(0 <= each.worth <= 1.5 for each in found)
