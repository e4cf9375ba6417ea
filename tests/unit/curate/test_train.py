"""Training: a model from labels, with figures of labels that it was not shown."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_topic
from fakes import DIMENSIONS, embed
from topicwire.curate.judge import Judge, judge
from topicwire.curate.learned import squashed
from topicwire.curate.text import read_example
from topicwire.curate.train import (
    FOLDS,
    LEAST,
    Lesson,
    Lessons,
    _best_chance,
    _calibration,
    _folds,
    lesson,
    train,
)
from topicwire.errors import ModelError
from topicwire.model.catalogue import Example

TOPIC = a_topic(query="moon", about=("Countries share the Moon.",))
RULE = judge(TOPIC, ())
WITH_MEANING = judge(TOPIC, (), embed=embed)
PLACES = ["harbour", "valley", "ridge", "square", "island", "market", "bridge", "forest"]
THINGS = ["bread", "trams", "rain", "paper", "books", "chess", "apples"]


def a_lesson(number: int, *, expect: bool, said: str = "", judging: Judge = RULE, group: str = "") -> Lesson:  # fmt: skip
    """Return a lesson whose title the rule accepts, told of one place and one thing by number."""
    place, thing = PLACES[number % len(PLACES)], THINGS[number % len(THINGS)]
    text = f"Item {number} from the {place} is on {thing}. {said}"
    example = Example(expect=expect, title=f"Moon over the {place}", text=text, lang="en")
    return lesson(judging, read_example(example), example, group=group)


def learnable(count: int = 60, judging: Judge = RULE) -> list[Lesson]:
    """Return lessons of which those belong that say one thing, which the query does not ask."""
    return [
        a_lesson(
            number,
            expect=number % 3 == 0,
            said="Partners sign." if number % 3 == 0 else "One company pays.",
            judging=judging,
        )
        for number in range(count)
    ]


def learned(lessons: Sequence[Lesson], embedder: str = "") -> Lessons:
    return train(lessons, embedder=embedder)


def test_what_labels_say_is_learned() -> None:
    """The rule lets all of them in; the model tells them apart, also those it was not shown."""
    found = learned(learnable())
    assert found.rule.f1 == pytest.approx(0.5)
    assert (found.learned.n, found.learned.average_precision) == (60, 1)
    assert found.learned.f1 > 0.95


def test_a_model_judges_what_is_new() -> None:
    """In its topic's judge it decides in the rule's place."""
    model = learned(learnable()).model
    judging = judge(TOPIC, (), model=model)
    new = [a_lesson(n, expect=True, said=said) for n in (90, 91) for said in ("Partners sign.", "One company pays.")]  # fmt: skip
    found = [judging.verdict(read_example(each.example)).accepted for each in new]
    assert found == [True, False, True, False]


@pytest.mark.parametrize("salt", range(8))
def test_of_noise_nothing_is_learned(salt: int) -> None:
    """Labels without a pattern make no model that is better than the rule, or none at all."""
    lessons = [
        a_lesson(number, expect=sha256(f"{salt} {number}".encode()).digest()[0] % 2 == 0)
        for number in range(80)
    ]
    try:
        found = learned(lessons)
    except ModelError as error:
        assert "teach nothing" in str(error)  # noqa: PT017 (either way is right)
    else:
        assert found.learned.f1 <= found.rule.f1 + 0.02


def test_labels_that_contradict_one_another_are_refused() -> None:
    """Where most say the opposite of the rest, a model would rank upside down."""
    lessons = learnable(40)
    decisions = [-1.0 if each.example.expect else 1.0 for each in lessons]
    with pytest.raises(ModelError, match=r"teach nothing.*topicwire topic labels"):
        _calibration(decisions, lessons)


def test_the_same_labels_teach_the_same() -> None:
    """There is no chance in it."""
    assert learned(learnable()).model == learned(learnable()).model


def test_a_word_tells_how_far_it_is() -> None:
    """Every fit is heard of, the last one included."""
    heard: list[tuple[int, int]] = []
    train(learnable(), embedder="", told=lambda done, of: heard.append((done, of)))
    assert heard == [(number, FOLDS + 1) for number in range(FOLDS + 1)]


def test_meaning_is_learned_where_it_is() -> None:
    """Title and opening have weights of their own, and the name of what made the vectors is kept."""
    model = learned(learnable(judging=WITH_MEANING), embedder="bag").model
    assert (len(model.meaning), model.embedder) == (2 * DIMENSIONS, "bag")
    assert any(model.meaning)
    without = learned(learnable(), embedder="bag").model
    assert (without.meaning, without.embedder) == ((), "")


def test_a_first_label_without_words_hides_no_meaning() -> None:
    """A picture with a title of dots is labelled too."""
    silent = Example(expect=False, title="…", text="", lang="en")
    first = lesson(WITH_MEANING, read_example(silent), silent)
    found = learned([first, *learnable(judging=WITH_MEANING)], embedder="bag")
    assert first.evidence.vectors == ()
    assert len(found.model.meaning) == 2 * DIMENSIONS


def test_figures_count_what_no_judge_would_hear() -> None:
    """A text without anything that the query asks for stays out, whatever a model made of it."""
    unheard = Example(expect=True, title="Partners sign", text="Partners sign.", lang="en")
    silent = lesson(RULE, read_example(unheard), unheard)
    found = learned([*learnable(), silent])
    judged = judge(TOPIC, (), model=found.model).verdict(read_example(unheard))
    assert not silent.is_heard
    assert not judged.accepted
    assert (found.learned.n, found.learned.fn) == (61, 1)


@pytest.mark.parametrize(
    ("yes", "no"), [(0, 0), (LEAST - 1, 40), (40, LEAST - 1), (40, 0), (0, 40)]
)
def test_too_few_labels_say_how_many(yes: int, no: int) -> None:
    """And what to do about it."""
    lessons = [a_lesson(number, expect=number < yes) for number in range(yes + no)]
    with pytest.raises(ModelError) as refused:
        learned(lessons)
    assert f"labels of {yes} stories that say yes and of {no} that say no" in str(refused.value)
    assert f"at least {LEAST} of each with `topicwire topic label`" in str(refused.value)


def test_labels_of_one_story_are_one() -> None:
    """Its copies at many sources teach what one of them does."""
    lessons = [replace(each, group="story 1") for each in learnable()]
    with pytest.raises(ModelError, match="of 1 story that say yes and of 1 that say no"):
        learned(lessons)


def test_the_fewest_labels_are_enough() -> None:
    """Whatever tenth is left out, both kinds remain."""
    lessons = [a_lesson(number, expect=number < LEAST) for number in range(2 * LEAST)]
    try:
        assert learned(lessons).learned.n == 2 * LEAST
    except ModelError as error:
        assert "teach nothing" in str(error)  # noqa: PT017 (so few may have no pattern)


def test_identical_texts_are_one_group() -> None:
    """A text that is labelled twice is never learned from to judge itself."""
    one, other = a_lesson(1, expect=True), a_lesson(1, expect=False)
    assert one.group == other.group
    assert one.group != a_lesson(2, expect=True).group
    assert a_lesson(1, expect=True, group="story 5").group == "story 5"


LABELS = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60)
SOME = a_lesson(0, expect=True)


def grouped(labels: list[tuple[int, bool]]) -> list[Lesson]:
    return [
        replace(SOME, group=f"g{group}", example=replace(SOME.example, expect=expect))
        for group, expect in labels
    ]


@given(LABELS)
def test_every_label_is_judged_once_and_apart_from_its_story(labels: list[tuple[int, bool]]) -> None:  # fmt: skip
    """Each place is in one tenth, and a group is never in two."""
    folds = list(_folds(grouped(labels)))
    assert len(folds) == FOLDS
    assert sorted(place for fold in folds for place in fold) == list(range(len(labels)))
    for fold in folds:
        assert {labels[place][0] for place in fold}.isdisjoint(
            labels[place][0] for place in range(len(labels)) if place not in fold
        )


@given(LABELS)
def test_tenths_are_balanced(labels: list[tuple[int, bool]]) -> None:
    """Stories that belong are spread evenly, and so are all."""
    belong = {group for group, expect in labels if expect}
    for kind in (belong, {group for group, _ in labels}):
        counts = [
            len({labels[place][0] for place in fold} & kind) for fold in _folds(grouped(labels))
        ]
        assert max(counts) - min(counts) <= 1


@given(LABELS, st.randoms(use_true_random=False))
def test_the_order_of_labels_moves_no_story(labels: list[tuple[int, bool]], chance: object) -> None:
    """Which tenth a story is in depends on all labels, not on which came first."""
    shuffled = list(labels)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    tenths = [
        [{given_[place][0] for place in fold} for fold in _folds(grouped(given_))]
        for given_ in (labels, shuffled)
    ]
    assert tenths[0] == tenths[1]


@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=20))
def test_entries_are_accepted_from_where_expected_f1_is_greatest(chances: list[float]) -> None:
    """No other bar would be better if the probabilities were true."""

    def expected_f1(bar: float) -> float:
        taken = [each for each in chances if each >= bar]
        return 2 * sum(taken) / (len(taken) + sum(chances))

    found = _best_chance(sorted(chances, reverse=True))
    assert expected_f1(found) == pytest.approx(max(map(expected_f1, chances)))


def test_calibration_puts_the_best_bar_at_one_half() -> None:
    """Where few belong, less certain entries are let in too: F1 asks for it."""
    lessons = learnable(60)
    decisions = [(1.0 if each.example.expect else -1.0) * (n % 4) for n, each in enumerate(lessons)]
    slope, shift = _calibration(decisions, lessons)
    plain = [squashed(slope * each) for each in decisions]
    accepted = [squashed(slope * each + shift) >= 0.5 for each in decisions]
    assert slope > 0
    assert any(accepted)
    assert not all(accepted)
    assert min(one for one, is_in in zip(plain, accepted, strict=True) if is_in) > max(
        one for one, is_in in zip(plain, accepted, strict=True) if not is_in
    )
