"""A learned model: how it scores, how it is kept, and when it cannot be used."""

import json
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicwire.curate.learned import (
    EDGE,
    SCALES,
    VECTOR_SCALE,
    Evidence,
    Model,
    log_odds,
    model_of,
    squashed,
)
from topicwire.curate.traits import TRAITS
from topicwire.errors import ModelError

MODEL = Model(
    traits={"w:moon": 2.0, "w:rain": -1.5},
    numbers=(1.0, 0.5, 0.25, 0.5, -0.5),
    meaning=(0.5, -0.5, 0.25, 0.0),
    bias=-0.75,
    slope=1.5,
    shift=0.25,
    embedder="some-model",
)
NOTHING = Evidence({}, (0.0,) * 5, ())
MOON = Evidence({"w:moon": 0.6, "w:unknown": 0.8}, (1.0, 1.0, 1.0, 2.0, 1.0), ((1, 0), (0.6, 0.8)))


def kept(**changes: object) -> dict[str, object]:
    """Return the model as it comes back from the database, with `changes`."""
    values: dict[str, object] = json.loads(json.dumps(MODEL.as_json() | changes))
    return values


def test_a_decision_is_the_weighed_sum() -> None:
    """Traits, the numbers beside them and the vectors each have their say; unknown traits none."""
    numbers = 1.0 * SCALES[0] + 0.5 * SCALES[1] + 0.25 * SCALES[2] + 1.0 * SCALES[3] - 0.5 * SCALES[4]  # fmt: skip
    meaning = VECTOR_SCALE * (0.5 * 1 + 0.25 * 0.6)
    assert MODEL.decision(MOON) == pytest.approx(2.0 * 0.6 + numbers + meaning - 0.75)
    assert MODEL.decision(NOTHING) == -0.75


def test_a_score_is_the_calibrated_probability() -> None:
    """The line turns the sum into log-odds."""
    assert MODEL.score(NOTHING) == pytest.approx(squashed(1.5 * -0.75 + 0.25))


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_a_greater_decision_never_scores_lower(one: float, other: float) -> None:
    """Ranking by score is ranking by what was learned."""
    lower, higher = (Evidence({"w:moon": each}, (0.0,) * 5, ()) for each in sorted((one, other)))
    assert MODEL.decision(lower) <= MODEL.decision(higher)
    assert MODEL.score(lower) <= MODEL.score(higher)


def test_a_model_comes_back_as_it_was_kept() -> None:
    """Plain values carry all of it."""
    assert model_of(kept(), embedder="some-model") == MODEL
    without = model_of(kept(embedder="", meaning=()), embedder="")
    assert (without.meaning, without.embedder) == ((), "")


def test_a_model_learned_without_meaning_is_used_with_it() -> None:
    """What it knows holds whether vectors are there or not."""
    without = model_of(kept(embedder="", meaning=()), embedder="some-model")
    bare = Evidence(MOON.traits, MOON.numbers, ())
    assert without.score(MOON) == without.score(bare)


@pytest.mark.parametrize(
    ("changes", "embedder", "message"),
    [
        pytest.param({"version": TRAITS + 1}, "some-model", "train the topic again", id="traits"),
        pytest.param({}, "", r"some-model.*install topicwire\[similarity\]", id="no meaning"),
        pytest.param({}, "another", "or train it again", id="another meaning"),
        pytest.param({"bias": nan}, "some-model", "cannot be read", id="not a number"),
        pytest.param({"slope": inf}, "some-model", "cannot be read", id="infinite"),
        pytest.param({"traits": None}, "some-model", "cannot be read", id="no traits"),
        pytest.param({"meaning": ["a"]}, "some-model", "cannot be read", id="no numbers"),
        pytest.param({"more": 1}, "some-model", "train the topic again", id="something more"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(
    changes: dict[str, object], embedder: str, message: str
) -> None:
    """The message says why, and what to do."""
    with pytest.raises(ModelError, match=message):
        model_of(kept(**changes), embedder=embedder)


@pytest.mark.parametrize("missing", ["version", "traits", "meaning", "bias", "numbers"])
def test_a_model_of_which_a_part_is_missing_is_refused(missing: str) -> None:
    """Half a model is none."""
    values = kept()
    del values[missing]
    with pytest.raises(ModelError, match="train the topic again"):
        model_of(values, embedder="some-model")


@pytest.mark.parametrize(("score", "held"), [(0.0, EDGE), (1.0, 1 - EDGE), (nan, EDGE)])
def test_no_score_is_quite_certain(score: float, held: float) -> None:
    """0 and 1 have log-odds too."""
    assert squashed(log_odds(score)) == pytest.approx(held)


@given(st.floats(EDGE, 1 - EDGE))
def test_squashing_undoes_log_odds(score: float) -> None:
    """Between the edges nothing is lost."""
    assert squashed(log_odds(score)) == pytest.approx(score)


@given(st.floats(allow_nan=False))
def test_any_sum_is_squashed(value: float) -> None:
    """Nothing overflows."""
    assert 0 <= squashed(value) <= 1
