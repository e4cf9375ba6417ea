"""A learned model: what an editor's labels say of a topic's traits, and how it scores an entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from math import exp, isfinite, log
from operator import mul

from topicwire.curate.likeness import Vector, flat
from topicwire.curate.traits import TRAITS
from topicwire.errors import ModelError
from topicwire.model.catalogue import Example

ACCEPTS = 0.5  # the score of a model from which on it accepts an entry
EDGE = 0.005  # no score counts as more certain than this when it is weighed

# How much the numbers beside the words count before anything is learned: the rule's score, that
# the query matches, that no NOT of it forbids, and the likeness to what belongs and what does not.
SCALES = (0.1, 0.6, 0.6, 0.15, 0.15)
VECTOR_SCALE = 0.7

_UNREADABLE = "what is kept of it cannot be read; train the topic again"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a model is given of an entry: its traits, the numbers beside them, and its vectors.

    `numbers` are, in this order, the rule's score as a log-odds, whether the query holds, whether
    no NOT of it forbids, and the likeness to what belongs and to what does not.
    """

    traits: Mapping[str, float]
    numbers: tuple[float, ...]
    vectors: tuple[Vector, ...]

    def scaled(self) -> tuple[float, ...]:
        """Return the numbers as they are weighed."""
        return tuple(map(mul, self.numbers, SCALES))

    def meaning(self) -> tuple[float, ...]:
        """Return the vectors, one after another, as they are weighed."""
        return tuple(VECTOR_SCALE * each for each in flat(self.vectors))


@dataclass(frozen=True, slots=True)
class Model:
    """Weights learned from labels, with the line that turns their sum into a probability.

    `meaning` is empty when it was learned without a model of meaning, whose name is `embedder`.
    The probability at which entries are best accepted was moved to 0.5.
    """

    traits: Mapping[str, float]
    numbers: tuple[float, ...]
    meaning: tuple[float, ...]
    bias: float
    slope: float
    shift: float
    embedder: str = ""

    def decision(self, given: Evidence) -> float:
        """Return the weighed sum: above 0 speaks for the entry."""
        words = sum(
            weight * self.traits[name]
            for name, weight in given.traits.items()
            if name in self.traits
        )
        meaning = sum(map(mul, given.meaning(), self.meaning), 0.0)
        numbers = sum(map(mul, given.scaled(), self.numbers), 0.0)
        return words + numbers + meaning + self.bias

    def score(self, given: Evidence) -> float:
        """Return the calibrated score in 0..1; entries are accepted from `ACCEPTS` on."""
        return squashed(self.slope * self.decision(given) + self.shift)

    def as_json(self) -> dict[str, object]:
        """Return the model as plain values."""
        return {
            "version": TRAITS,
            "traits": dict(self.traits),
            "numbers": self.numbers,
            "meaning": self.meaning,
            "bias": self.bias,
            "slope": self.slope,
            "shift": self.shift,
            "embedder": self.embedder,
        }


def model_of(kept: Mapping[str, object], *, embedder: str) -> Model:
    """Return the model that was kept, for use with the model of meaning that is there.

    Raises:
        ModelError: it was learned for other traits, or with a model of meaning that is not there,
            or what is kept of it is no model.
    """
    values = dict(kept)
    if values.pop("version", None) != TRAITS:
        raise ModelError("it was learned by another version of Topicwire; train the topic again")
    try:
        pairs = {name: _tuple(values[name]) for name in ("numbers", "meaning")}
        model = Model(**(values | pairs))  # type: ignore[arg-type]  # as_json wrote them
        is_whole = isfinite(_total(model))
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelError(_UNREADABLE) from error
    if not is_whole:
        raise ModelError(_UNREADABLE)
    if model.embedder and model.embedder != embedder:
        raise ModelError(
            f"it was learned with {model.embedder}, and likeness is not judged by that here; "
            "install topicwire[similarity] and say what the topic is `about`, or train it again"
        )
    return model


def _tuple(values: object) -> tuple[float, ...]:
    return tuple(values) if isinstance(values, Sequence) else ()


def _total(model: Model) -> float:
    """Return a sum that is finite when all numbers of a model are."""
    line = (model.bias, model.slope, model.shift)
    return sum(map(abs, chain(model.traits.values(), model.numbers, model.meaning, line)))


def digest(example: Example) -> str:
    """Return by what a labelled text is known again as one that a model has learned from."""
    said = f"{example.title}\n{example.text}".encode("utf-8", "backslashreplace")
    return sha256(said).hexdigest()[:16]


def log_odds(score: float) -> float:
    """Return the log-odds of a score, those near 0 and 1 held back."""
    bounded = min(1 - EDGE, max(EDGE, score))
    return log(bounded / (1 - bounded))


def squashed(value: float) -> float:
    """Return the probability of a log-odds."""
    return 1 / (1 + exp(-value)) if value > 0 else exp(value) / (1 + exp(value))
