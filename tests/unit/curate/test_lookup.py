"""The lookup: all terms are found in one pass over the words of a text."""

import pytest

from topicwire.curate import lookup
from topicwire.curate.lookup import Lookup
from topicwire.curate.terms import term


def found(*terms: str, text: str, lang: str = "en") -> dict[str, int]:
    """Return how often each of the terms is found."""
    known = Lookup(enumerate(map(term, terms)), lang)
    return {terms[number]: count for number, count in known.found(text)[0].items()}


@pytest.mark.parametrize(
    ("terms", "text", "expected"),
    [
        pytest.param(("moon",), "Moons; the moon.", {"moon": 2}, id="a word, inflected"),
        pytest.param(("moon",), "Moonlight", {}, id="part of a word"),
        pytest.param(("new moon",), "New moons, new moon", {"new moon": 1}, id="phrases once"),
        pytest.param(("new moon", "moon"), "new moon", {"new moon": 1, "moon": 1}, id="one in another"),
        pytest.param(("a b", "b c"), "a b c", {"a b": 1, "b c": 1}, id="two that overlap"),
        pytest.param(("moon", "=Moon"), "moon", {"moon": 1, "=Moon": 1}, id="terms of the same words"),
        pytest.param(("follow-up",), "a follow up", {"follow-up": 1}, id="across a hyphen"),
        pytest.param(("sat*", "satellite"), "satellites", {"sat*": 1, "satellite": 1}, id="a word and its beginning"),
        pytest.param(("sat*", "satellite", "new satellite", "old sat*"), "new satellites", {"sat*": 1, "satellite": 1, "new satellite": 1}, id="a phrase of a word of two terms"),
        pytest.param(("sat*", "satellite", "sat* mov*", "move"), "Satellites moved", {"sat*": 1, "satellite": 1, "sat* mov*": 1, "move": 1}, id="a phrase of two such words"),
        pytest.param(("sat*", "satellite", "new satellite"), "a satellite is new", {"sat*": 1, "satellite": 1}, id="such a phrase apart"),
        pytest.param(("空間",), "今日の空間です", {"空間": 1}, id="no blanks"),
    ],
)  # fmt: skip
def test_a_term_is_found_where_its_words_stand(
    terms: tuple[str, ...], text: str, expected: dict[str, int]
) -> None:
    """Words are found in all their forms, phrases side by side, whatever else they can be."""
    assert expected == found(*terms, text=text)


@pytest.mark.parametrize("lang", ["es", "fr", "pt"])
def test_a_word_with_an_accent_meets_both_of_its_forms(lang: str) -> None:
    """A form with two keys is found under either."""
    text = "cooperación, cooperacion"
    assert found("cooperación", "cooperacion", text=text, lang=lang) == {
        "cooperación": 2,
        "cooperacion": 2,
    }


def test_every_word_counts_once() -> None:
    """The number of words is told with what is found in them."""
    assert Lookup([], "en").found("One, two - three.") == ({}, 3)


def test_where_a_passage_is_said_again_the_words_of_a_phrase_may_stand_apart() -> None:
    """The passage is set aside when the text is read, and then they can meet."""
    said = "one two three four five six seven eight"
    assert found("seat swap", text=f"{said} nine. A seat {said} swap.") == {"seat swap": 1}
    assert found("seat swap", text=f"A seat {said} swap.") == {}
    others = " ".join(f"w{number}" for number in range(2_000))
    assert found("seat swap", text=f"A seat {others} swap.") == {}


def test_words_that_were_forgotten_are_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered has a bound, and forgetting changes nothing but the time it takes."""
    monkeypatch.setattr(lookup, "MAX_WORDS", 2)
    known = Lookup(enumerate(map(term, ("sat*", "satellite", "moon"))), "en")
    for _ in range(3):
        assert known.found("a satellite and the moon") == ({0: 1, 1: 1, 2: 1}, 5)
        assert len(known.found("some other words")[0]) == 0
