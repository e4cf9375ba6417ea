"""Likeness: how like an entry is to what its topic says of itself, and to what it says it is not.

A model turns title and opening into vectors; this module only compares them, and is told by an
argument how to get them. docs/topics.md explains the figures.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import dist, hypot, sqrt

from topicwire.curate.background import BACKGROUND
from topicwire.curate.text import Reading
from topicwire.model.catalogue import Topic

Vector = tuple[float, ...]
Measured = tuple[Vector, float]  # with the square of its length, which rounding leaves beside 1
Embed = Callable[[Sequence[str]], Sequence[Vector]]  # a vector of length 1 for each text

OPENING_SENTENCES = 3  # of the text, after the title
OPENING_LENGTH = 800  # characters
EXAMPLES = 0.25  # what the examples that belong have to say beside the statements
CONTRAST = 0.25  # and what speaks against
ALIKE = 1.9  # from this likeness on an entry is like a statement that a query names
STEP = 0.05  # likeness is told in such steps, so that the last digits of a machine do not show
FURTHEST = 4.0  # no likeness is beyond this, either way


@dataclass(frozen=True, slots=True)
class Statement:
    """What an entry is compared with: its vector, and how like ordinary news is to it."""

    vector: Measured
    mean: float
    spread: float

    def likeness(self, given: Sequence[Measured]) -> float:
        """Return how much more like this the vectors are than news is, in standard deviations."""
        return (_mean([_product(self.vector, each) for each in given]) - self.mean) / self.spread


@dataclass(frozen=True, slots=True)
class Likeness:
    """The statements and examples of a topic, ready to be compared with."""

    embed: Embed
    about: tuple[Statement, ...]
    examples: tuple[Statement, ...]
    contrast: tuple[Statement, ...]

    def vectors(self, reading: Reading) -> tuple[Vector, ...]:
        """Return the vectors of an entry: of its title, and of its opening; none without words."""
        given = texts(reading)
        return tuple(self.embed(given)) if given else ()

    def of(self, vectors: Sequence[Vector]) -> tuple[float, float]:
        """Return how like the vectors are to what belongs, and to what does not."""
        if not vectors:
            return 0.0, 0.0
        given = _measured(vectors)
        near = max(each.likeness(given) for each in self.about)
        if self.examples:
            shown = _mean([each.likeness(given) for each in self.examples])
            near += EXAMPLES * (shown - near)
        far = max((each.likeness(given) for each in self.contrast), default=0.0)
        return _stepped(near), _stepped(far)

    def net(self, vectors: Sequence[Vector]) -> float:
        """Return how like the vectors are to what belongs, less what speaks against it."""
        near, far = self.of(vectors)
        return near - CONTRAST * max(0.0, far)


def likeness(topic: Topic, embed: Embed | None) -> Likeness | None:
    """Return what entries are compared with, None when there is no model or nothing to compare."""
    if embed is None or not topic.about:
        return None
    shown = [each for each in topic.examples if each.expect]
    return Likeness(
        embed=embed,
        about=_statements(topic.about, embed),
        examples=_statements([f"{each.title}. {each.text}" for each in shown], embed),
        contrast=_statements(topic.not_about, embed),
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """The statements that a query names by `about:`, ready to be compared with."""

    embed: Embed
    statements: Mapping[str, Statement]

    def is_alike(self, reading: Reading, text: str) -> bool:
        """Whether an entry is like a statement, more than what is merely near it."""
        given = texts(reading)
        if not given:
            return False
        return _stepped(self.statements[text].likeness(_measured(self.embed(given)))) >= ALIKE


def compared(named: Sequence[str], embed: Embed | None) -> Compared | None:
    """Return what entries are compared with, None without a model or a statement."""
    if embed is None or not named:
        return None
    return Compared(embed, dict(zip(named, _statements(named, embed), strict=True)))


def texts(reading: Reading) -> tuple[str, ...]:
    """Return the texts of an entry that are compared: its title, and its opening with the title.

    Without a title the first sentence stands for it; without words there are none.
    """
    first = reading.first
    sentences = range(min(len(first) - 1, OPENING_SENTENCES + bool(reading.text_start)))
    said = [" ".join(reading.surface(first[each], first[each + 1]).split()) for each in sentences]
    if not said:
        return ()
    return _cut(said[0]), _cut(" ".join(said))


def cosine(one: Vector, other: Vector) -> float:
    """Return the cosine of two vectors of length 1."""
    return _product(*_measured((one, other)))


def _measured(vectors: Sequence[Vector]) -> tuple[Measured, ...]:
    return tuple((each, hypot(*each) ** 2) for each in vectors)


def _product(one: Measured, other: Measured) -> float:
    """Return the inner product, by the distance: to add it up takes five times as long."""
    return (one[1] + other[1] - dist(one[0], other[0]) ** 2) / 2


def flat(vectors: Sequence[Vector]) -> tuple[float, ...]:
    """Return the vectors one after another."""
    return tuple(chain.from_iterable(vectors))


def _statements(given: Sequence[str], embed: Embed) -> tuple[Statement, ...]:
    if not given:
        return ()
    news = _measured(embed(BACKGROUND))
    said = _measured(embed([_cut(each) for each in given]))
    return tuple(_statement(vector, news) for vector in said)


def _cut(text: str) -> str:
    return text[:OPENING_LENGTH]


def _statement(vector: Measured, news: Sequence[Measured]) -> Statement:
    cosines = [_product(vector, each) for each in news]
    mean = _mean(cosines)
    spread = sqrt(_mean([(each - mean) ** 2 for each in cosines]))
    return Statement(vector, mean, max(spread, STEP))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _stepped(value: float) -> float:
    bounded = min(FURTHEST, max(-FURTHEST, value))
    return round(round(bounded / STEP) * STEP, 2)
