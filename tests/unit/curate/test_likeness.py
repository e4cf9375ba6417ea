"""Likeness: how like an entry is to what its topic says of itself, measured against news."""

import random
from collections.abc import Mapping, Sequence
from itertools import cycle
from math import hypot
from operator import mul

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_topic
from fakes import embed
from topicwire.curate.background import BACKGROUND
from topicwire.curate.likeness import (
    FURTHEST,
    OPENING_LENGTH,
    STEP,
    Likeness,
    Vector,
    cosine,
    flat,
    likeness,
    texts,
)
from topicwire.curate.text import Reading, read_example
from topicwire.model.catalogue import Example, Topic

ABOUT = "Countries work together in orbit."
TOPIC = a_topic(about=(ABOUT,))
# Against these, ordinary news is 1 or 0.6 like whatever points east: 0.8, give or take 0.2.
EAST, NORTH, BETWEEN = (1.0, 0.0), (0.0, 1.0), (0.6, 0.8)


def reading(title: str = "", text: str = "", lang: str = "en") -> Reading:
    return read_example(Example(expect=True, title=title, text=text, lang=lang))


def on_a_plane(points: Mapping[str, Vector]) -> Likeness:
    """Return the likeness of a topic whose statements and examples have these vectors."""
    news = dict(zip(BACKGROUND, cycle([EAST, BETWEEN]), strict=False))
    known = {**news, **points, "A word. ": points.get("example", EAST)}

    def placed(given: Sequence[str]) -> list[Vector]:
        return [known[each] for each in given]

    shown = (Example(expect=True, title="A word", text=""),) if "example" in points else ()
    topic = a_topic(
        about=tuple(each for each in points if each.startswith("about")),
        not_about=tuple(each for each in points if each.startswith("not")),
        examples=shown,
    )
    found = likeness(topic, placed)
    assert found is not None
    return found


def alike(topic: Topic = TOPIC) -> Likeness:
    found = likeness(topic, embed)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(
            reading("Crews trade seats", "One. Two! Three? Four."),
            ("Crews trade seats", "Crews trade seats One Two Three"),
            id="the title, and three sentences with it",
        ),
        pytest.param(
            reading("", "One here. Two. Three. Four."),
            ("One here", "One here Two Three"),
            id="the first sentence stands for a title",
        ),
        pytest.param(reading("Crews trade seats"), ("Crews trade seats",) * 2, id="a title alone"),
        pytest.param(reading("?", "!!!"), (), id="no words"),
        pytest.param(reading(), (), id="nothing"),
        pytest.param(reading("A\tlong  way"), ("A long way",) * 2, id="one blank between words"),
    ],
)
def test_title_and_opening_are_compared(given: Reading, expected: tuple[str, ...]) -> None:
    """What a column is about it says at its beginning."""
    assert expected == texts(given)


def test_no_more_than_the_opening_is_compared() -> None:
    """A text without a full stop does not keep the model busy."""
    words = " ".join(f"incomprehensible{number}" for number in range(1_000))
    given = texts(reading("A title", words))
    assert [len("A title"), OPENING_LENGTH] == [len(each) for each in given]
    assert all(len(each) <= OPENING_LENGTH for each in texts(reading(words)))


def test_what_a_topic_says_is_cut_alike() -> None:
    """An example may be a whole column: of it too the opening is compared."""
    seen: list[str] = []

    def heard(given: Sequence[str]) -> list[Vector]:
        seen.extend(given)
        return embed(given)

    long = Example(expect=True, title="Crews", text="seats " * 5_000)
    likeness(a_topic(about=("word " * 1_000,), examples=(long,)), heard)
    assert max(map(len, seen)) == OPENING_LENGTH


def test_without_a_model_or_anything_to_compare_there_is_no_likeness() -> None:
    """The rule alone decides; contrast and examples alone say not what belongs."""
    shown = Example(expect=True, title="Crews", text="")
    assert likeness(TOPIC, None) is None
    assert likeness(a_topic(not_about=(ABOUT,), examples=(shown,)), embed) is None


def test_what_is_like_the_statement_is_told_from_what_is_not() -> None:
    """The likeness of the very statement is great, that of ordinary news about none."""
    found = alike()
    same, _ = found.of(found.vectors(reading("Countries work together in orbit")))
    news = [found.of(found.vectors(reading(each)))[0] for each in BACKGROUND]
    assert same > max(news)
    assert sum(news) / len(news) == pytest.approx(0, abs=STEP)


@pytest.mark.parametrize(
    ("points", "vectors", "expected"),
    [
        pytest.param({"about": EAST}, [EAST], (1.0, 0.0), id="in standard deviations of news"),
        pytest.param({"about": EAST}, [EAST, BETWEEN], (0.0, 0.0), id="the mean of both texts"),
        pytest.param({"about": EAST}, [(-1.0, 0.0)], (-FURTHEST, 0.0), id="bounded"),
        pytest.param({"about": EAST, "about b": NORTH}, [NORTH], (1.5, 0), id="the nearest counts"),
        pytest.param({"about": EAST, "not": BETWEEN}, [EAST], (1.0, -1.0), id="contrast, apart"),
        pytest.param({"about": EAST, "example": NORTH}, [EAST], (0.5, 0), id="examples, a quarter"),
        pytest.param({"about": EAST}, [], (0.0, 0.0), id="no words"),
    ],
)
def test_likeness_follows_its_formula(
    points: dict[str, Vector], vectors: list[Vector], expected: tuple[float, float]
) -> None:
    """What docs/topics.md says of likeness is what is computed."""
    assert expected == on_a_plane(points).of(vectors)


def test_contrast_takes_a_quarter_of_itself_away_and_never_adds() -> None:
    """What is like the contrast is less like the topic; what is unlike it is not more so."""
    like, unlike = {"about": EAST, "not": EAST}, {"about": EAST, "not": BETWEEN}
    assert on_a_plane(like).net([EAST]) == 1.0 - 0.25 * 1.0
    assert on_a_plane(unlike).net([EAST]) == 1.0


def test_likeness_is_told_in_steps() -> None:
    """The last digits of a machine do not show."""
    found = alike()
    for title in BACKGROUND:
        for value in found.of(found.vectors(reading(title))):
            assert value == round(round(value / STEP) * STEP, 2)
    nudged = [tuple(each + 1e-9 for each in EAST)]
    plane = on_a_plane({"about": EAST})
    assert plane.of([EAST]) == plane.of(nudged)


def test_examples_that_do_not_belong_are_not_compared() -> None:
    """They say of what the topic is not made, but not what it is like."""
    out = Example(expect=False, title="Crews", text="")
    assert alike(a_topic(about=(ABOUT,), examples=(out,))) == alike()


def test_a_statement_that_is_like_all_news_alike_is_no_division_by_nothing() -> None:
    """Where news does not differ, a small spread is assumed."""
    found = likeness(TOPIC, lambda given: [EAST for _ in given])
    assert found is not None
    assert found.of([EAST]) == (0.0, 0.0)


def test_vectors_lie_one_after_another() -> None:
    """A learned model weighs the components of title and opening apart."""
    assert flat([EAST, NORTH]) == (1.0, 0.0, 0.0, 1.0)
    assert cosine(EAST, BETWEEN) == pytest.approx(0.6, abs=1e-15)


def test_the_cosine_is_the_sum_of_products() -> None:
    """It is that to the last digits, though vectors are rounded and so not quite of length 1."""
    choose = random.Random(1)
    long = [[choose.gauss(0, 1) for _ in range(512)] for _ in range(20)]
    vectors = [tuple(round(x / hypot(*each), 5) for x in each) for each in long]
    for one in vectors:
        for other in vectors:
            assert cosine(one, other) == pytest.approx(sum(map(mul, one, other)), abs=1e-14)


def test_the_background_is_of_different_items() -> None:
    """News twice would count twice."""
    assert len(set(BACKGROUND)) == len(BACKGROUND) >= 50


WORDS = ["orbit", "countries", "together", "rain", "council", "harbour", "bread", "seats"]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=2, max_size=6, unique=True).map(
    lambda words: f"The {' '.join(words)}."
)
DISCLAIMER = "The views on countries, orbit and seats expressed in this column are solely those of the author."  # fmt: skip


@given(st.lists(SENTENCES, max_size=6, unique=True), SENTENCES, st.integers(0, 6))
def test_furniture_never_changes_likeness(parts: list[str], title: str, at: int) -> None:
    """A disclaimer among the first sentences pushes none of them out."""
    furnished = [*parts[:at], DISCLAIMER, *parts[at:]]
    plain = reading(title, " ".join(parts))
    assert texts(plain) == texts(reading(title, " ".join(furnished)))


@given(st.text(max_size=60), st.text(max_size=200))
def test_likeness_is_bounded_whatever_is_compared(title: str, text: str) -> None:
    """Any text has a likeness, and always the same."""
    found = alike()
    vectors = found.vectors(reading(title, text))
    near, far = found.of(vectors)
    assert -FURTHEST <= near <= FURTHEST
    assert far == 0.0
    assert (near, far) == found.of(found.vectors(reading(title, text)))
