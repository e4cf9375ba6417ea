"""Appointing: a topic's judge gets the models it has learned, or says why not."""

from collections.abc import Mapping

import pytest

from builders import NOON, a_topic
from fakes import embed
from topicwire.curate.appoint import Appointed, Meaning, Post, appoint, objection
from topicwire.curate.learned import Model
from topicwire.curate.text import read_example
from topicwire.errors import QueryError
from topicwire.model.catalogue import Example, Topic
from topicwire.model.judging import Learned

TOPIC = a_topic(query="moon", about=("The moon.",))
MEANING = Meaning("bag", embed)
READING = read_example(Example(expect=True, title="Moon", text="", lang="en"))


def a_learned(
    number: int, bias: float = 0.0, changes: Mapping[str, object] | None = None
) -> Learned:
    """Return a model as the store keeps it, that gives every entry the same score."""
    model = Model(traits={}, numbers=(), meaning=(), bias=bias, slope=1.0, shift=0.0)
    weights = model.as_json() | dict(changes or {})
    return Learned("seats", number, NOON, "v1", figures={}, weights=weights)


def of(
    topic: Topic,
    *,
    meaning: Meaning | None,
    model: Learned | None = None,
    shadow: Learned | None = None,
) -> Appointed:
    """Appoint the judge of a topic without concepts."""
    return appoint(Post(topic, (), model, shadow), meaning=meaning)


def test_the_model_decides_and_the_shadow_is_heard() -> None:
    """Each has its place."""
    found = of(TOPIC, meaning=MEANING, model=a_learned(1, -3), shadow=a_learned(2, 3))
    verdict = found.judge.verdict(READING)
    assert found.notes == ()
    assert not verdict.accepted
    assert verdict.shadow == pytest.approx(0.952574)


def test_without_models_the_rule_decides() -> None:
    """And nothing is to be said."""
    found = of(TOPIC, meaning=None)
    assert (found.judge.likeness, found.judge.model, found.judge.shadow) == (None, None, None)
    assert found.notes == ()
    assert of(TOPIC, meaning=MEANING).judge.likeness is not None


@pytest.mark.parametrize(
    ("changes", "about", "meaning"),
    [
        pytest.param({"version": -1}, True, MEANING, id="another version"),
        pytest.param({"embedder": "bag"}, True, None, id="no meaning"),
        pytest.param({"embedder": "bag"}, False, MEANING, id="nothing to compare any more"),
        pytest.param({"numbers": None, "bias": "much"}, True, MEANING, id="no model at all"),
    ],
)
def test_a_model_that_cannot_be_used_leaves_it_to_the_rule(
    changes: dict[str, object], *, about: bool, meaning: Meaning | None
) -> None:
    """A word says which model and why; the other is used all the same."""
    topic = TOPIC if about else a_topic(query="moon")
    broken, sound = a_learned(3, changes=changes), a_learned(4, -3)
    found = of(topic, meaning=meaning, model=broken, shadow=sound)
    ruled = of(topic, meaning=meaning).judge.verdict(READING)
    verdict = found.judge.verdict(READING)
    (note,) = found.notes
    assert note.startswith("model 3 of seats is not used: ")
    assert (verdict.score, verdict.accepted) == (ruled.score, ruled.accepted)
    assert verdict.shadow is not None
    assert note == objection(broken, topic, meaning=meaning)
    assert objection(sound, topic, meaning=meaning) is None


def test_a_query_that_cannot_be_read_has_no_judge() -> None:
    """Whatever was learned."""
    with pytest.raises(QueryError):
        of(a_topic(query="@gone"), meaning=None, model=a_learned(1))
