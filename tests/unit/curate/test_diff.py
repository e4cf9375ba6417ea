"""The difference that a change makes: what comes in, what goes out, and what rulings hold."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOON, a_source, a_stored, a_topic, an_entry
from topicwire.curate.diff import Difference, Moved, difference
from topicwire.curate.judge import judge
from topicwire.curate.text import read
from topicwire.model.judging import Held, Stand, StoredEntry

MOON = judge(a_topic(query="moon"), ())
SOURCES = {"press": a_source()}


def a_column(number: int, title: str, **changes: object) -> StoredEntry:
    return a_stored(id=number, seq=number, entry=an_entry(title=title, text=""), **changes)


def found(held: Mapping[int, Held], *archive: StoredEntry) -> Difference:
    return difference(MOON, archive, held, SOURCES)


def test_what_matches_comes_in_and_what_does_not_goes_out() -> None:
    """Each with its score before and now, its day and its source."""
    held = {2: Held(is_in=True, score=0.7), 3: Held(is_in=True, score=0.8)}

    said = found(held, a_column(1, "Moon"), a_column(2, "Mars"), a_column(3, "Moons"))

    assert said == Difference(
        entries=3,
        stay=1,
        entered=(Moved(1, "press", "Moon", "2026-11-02", None, 0.8),),
        left=(Moved(2, "press", "Mars", "2026-11-02", 0.7, 0.0),),
        ruled=0,
    )


@pytest.mark.parametrize(
    ("title", "held", "moves"),
    [
        pytest.param("Mars", Held(True, 0.7, Stand.PIN), (0, 0, 1), id="a pin keeps it in"),
        pytest.param("Moon", Held(False, 0.1, Stand.VETO), (0, 0, 1), id="a veto keeps it out"),
        pytest.param("Mars", Held(False, 0.1, Stand.PIN), (1, 0, 0), id="a pin still to be placed"),
        pytest.param(
            "Moon", Held(True, 0.8, Stand.PIN), (0, 0, 0), id="a pin that changes nothing"
        ),
    ],
)
def test_a_ruling_goes_before_the_verdict(
    title: str, held: Held, moves: tuple[int, int, int]
) -> None:
    """What an editor decided stays so, and those it keeps from moving are counted."""
    said = found({1: held}, a_column(1, title))
    assert (len(said.entered), len(said.left), said.ruled) == moves


def test_what_its_source_took_back_goes_out_even_if_pinned() -> None:
    """To publish it on would go against those whose work it is."""
    held = {1: Held(is_in=True, score=0.8, stand=Stand.PIN)}
    said = found(held, a_column(1, "Moon", retracted=NOON))
    assert [each.entry_id for each in said.left] == [1]


def test_what_is_not_ready_to_be_judged_is_left_out() -> None:
    """It will be judged when it is, by the topic as it stands then."""
    said = found({}, a_stored(id=1, seq=-1, entry=an_entry(title="Moon", text="")))
    assert said == Difference(entries=0, stay=0, entered=(), left=(), ruled=0)


@given(st.lists(st.sampled_from(["Moon", "Mars", "The moon and Mars", ""])))
def test_an_unchanged_topic_moves_nothing(titles: list[str]) -> None:
    """Judging again what the same topic has judged gives what stands."""
    archive = [a_column(number, title) for number, title in enumerate(titles, 1)]
    verdicts = {each.id: MOON.verdict(read(each, SOURCES["press"])) for each in archive}
    held = {number: Held(is_in=one.accepted, score=one.score) for number, one in verdicts.items()}

    said = found(held, *archive)

    assert (said.entered, said.left) == ((), ())
    assert said.stay == sum(one.accepted for one in verdicts.values())
