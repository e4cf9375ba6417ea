"""Traits: what a learned model looks at in an entry."""

from math import log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_concept, a_topic
from topicwire.curate.judge import judge
from topicwire.curate.text import read_example
from topicwire.curate.traits import MOST_WORDS, WEIGHTS, traits
from topicwire.model.catalogue import Example

NATION = a_concept("nation", russia=("Russia", "Russian"), us=("America", "American"))
CRAFT = a_concept("craft", capsule=("capsule",), crew=("crew capsule", "crew"))


def of(title: str = "", text: str = "", query: str = "@nation OR @craft", lang: str = "en") -> dict[str, float]:  # fmt: skip
    matcher = judge(a_topic(query=query), (NATION, CRAFT)).matcher
    example = Example(expect=True, title=title, text=text, lang=lang)
    return traits(matcher, matcher.view(read_example(example)))


def test_words_stand_as_stems_beside_one_another() -> None:
    """Each word, and each two that follow one another in a sentence."""
    expected = {"w:two", "w:moon", "w:rise", "w:dawn", "b:two moon", "b:moon rise"}
    assert expected == set(of(text="Two moons rising. Dawn."))


def test_what_is_learned_of_one_nation_holds_for_all() -> None:
    """Only the word itself tells which it was: its concept stands in all the rest."""
    one, other = of(text="Russia signs."), of(text="America signs.")
    assert set(one) ^ set(other) == {"w:russia", "w:america"}
    assert {"c:@nation", "b:@nation sign"} <= set(one) & set(other)


def test_the_most_special_concept_stands_for_a_word() -> None:
    """A stretch of words is one thing: of the concept with the fewest terms that has it."""
    small = a_concept("ship", capsule=("crew capsule",))
    matcher = judge(a_topic(query="@craft OR @ship"), (CRAFT, small)).matcher
    example = Example(expect=True, title="", text="The crew capsule waits.", lang="en")
    found = traits(matcher, matcher.view(read_example(example)))
    assert {"b:the @ship", "b:@ship wait"} <= set(found)
    assert "c:@craft" not in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Russia waits.", set(), id="alone"),
        pytest.param("Russia waits. A capsule waits.", set(), id="apart"),
        pytest.param("Russia builds a capsule.", {"s:craft+nation"}, id="two concepts"),
        pytest.param("Russia meets America.", {"s:nation+nation²"}, id="two members"),
        pytest.param(
            "Russia meets America in a capsule.",
            {
                "s:craft+nation",
                "s:craft+nation²",
                "s:nation+nation²",
                "s:craft+nation+nation²",
            },
            id="all three",
        ),
    ],
)
def test_concepts_that_meet_in_a_sentence_are_a_trait(text: str, expected: set[str]) -> None:
    """That is what many topics are about; two members of one are more than one of them."""
    assert expected == {name for name in of(text=text) if name.startswith("s:")}


def test_the_title_weighs_most_and_what_comes_late_least() -> None:
    """Title, lead, near and far text, each in its proportion, and repetition counts ever less."""
    filler = [f"word{number} is here." for number in range(200)]
    words = " ".join(filler)
    found = of("Moon", f"Sun. {words[:700]} Star. {words[700:]} Comet.", query="moon")
    unit = found["w:comet"] / WEIGHTS[3]
    expected = (1 + log(WEIGHTS[0]), 1 + log(WEIGHTS[1]), 1 + log(WEIGHTS[2]))
    assert expected == pytest.approx(tuple(found[f"w:{w}"] / unit for w in ("moon", "sun", "star")))


def test_words_far_down_are_not_looked_at() -> None:
    """A book costs no more than a long column."""
    found = of(text=" ".join(f"word{number}." for number in range(MOST_WORDS + 10)))
    assert f"w:word{MOST_WORDS - 1}" in found
    assert f"w:word{MOST_WORDS}" not in found


def test_a_query_without_concepts_leaves_the_words() -> None:
    """There is nothing else to learn from."""
    assert {name[:2] for name in of(text="Russia builds a capsule.", query="russia")} == {"w:", "b:"}  # fmt: skip


@pytest.mark.parametrize(("title", "text"), [("", ""), ("!!!", "…"), ("", "https://press.example/a")])  # fmt: skip
def test_a_text_without_words_has_no_traits(title: str, text: str) -> None:
    """And that is no error."""
    assert of(title, text) == {}


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("ru", "Спутники летят.", "w:спутник"),
        ("de", "Die Länder fliegen.", "w:land"),
        ("zh", "空间站", "w:空"),
    ],
)
def test_words_of_other_languages_are_traits_too(lang: str, text: str, name: str) -> None:
    """By the stemmer of their language, or as they stand."""
    assert name in of(text=text, lang=lang)


@given(st.text(max_size=300), st.text(max_size=60), st.sampled_from(["en", "ru", "", "zh"]))
def test_traits_are_a_vector_of_length_1(text: str, title: str, lang: str) -> None:
    """A long column has no more to say than a short one."""
    found = of(f"{title} Russia", text, lang=lang)
    assert sqrt(sum(weight * weight for weight in found.values())) == pytest.approx(1)
    assert all(weight > 0 for weight in found.values())
