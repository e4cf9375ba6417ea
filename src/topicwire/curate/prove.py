"""Proving: what the examples say of the topics that a catalogue would change."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from topicwire.curate.evaluate import Outcome, outcomes
from topicwire.curate.judge import Judge
from topicwire.model.catalogue import Definition, Example
from topicwire.model.judging import StandingTopic

_LONGEST = 60  # characters of an example that name it


@dataclass(frozen=True, slots=True)
class Proof:
    """How an example comes out: its topic, and its number there from 1."""

    topic_id: str
    number: int
    outcome: Outcome
    min_score: float

    def __str__(self) -> str:
        """Return the sentence that an editor reads of one that comes out wrong."""
        return (
            f"topics/{self.topic_id}.toml: example {self.number}, {named(self.outcome.example)}, "
            f"{wrong(self.outcome)}: {scored(self.outcome.verdict.score, self.min_score)}"
        )


def named(example: Example) -> str:
    """Return what an example is called: its title, else the beginning of its text."""
    words = " ".join((example.title or example.text).split())
    return f"“{words if len(words) <= _LONGEST else words[: _LONGEST - 1] + '…'}”"


def wrong(outcome: Outcome) -> str:
    """Say how an example comes out that comes out wrong."""
    return "should be in but is not" if outcome.example.expect else "is in but should not be"


def scored(score: float, least: float) -> str:
    """Say a score beside the least one; to more digits, up to all six, where two make them one."""
    few = (n for n in (2, 4) if f"{score:.{n}f}" != f"{least:.{n}f}")
    digits = 2 if score == least else next(few, 6)
    return f"score {score:.{digits}f}, least {least:.2f}"


def flips(
    definitions: Sequence[Definition],
    standing: Sequence[StandingTopic],
    *,
    judging: Callable[[Definition], Judge],
) -> tuple[Proof, ...]:
    """Return the examples that come out wrong in topics that are new or judge otherwise than before.

    A topic that stands with the same examples, and by the same version, is not judged again.
    """
    known = {each.topic.id: each for each in standing}
    return tuple(
        Proof(definition.topic.id, number, outcome, definition.topic.min_score)
        for definition in definitions
        if _is_to_prove(definition, known)
        for number, outcome in enumerate(
            outcomes(judging(definition), definition.topic.examples), 1
        )
        if not outcome.is_right
    )


def proven(
    definitions: Sequence[Definition], standing: Sequence[StandingTopic], flipped: Collection[str]
) -> tuple[Definition, ...]:
    """Return the definitions, of the flipped topics those that stand; a new one is left out.

    One that was to be renamed stands under its former id.
    """
    known = {each.topic.id: each for each in standing}
    kept: list[Definition] = []
    for definition in definitions:
        before = _before(definition, known)
        if definition.topic.id not in flipped:
            kept.append(definition)
        elif before is not None:
            kept.append(Definition(before.topic, before.concepts, before.defined))
    return tuple(kept)


def _before(definition: Definition, known: Mapping[str, StandingTopic]) -> StandingTopic | None:
    """Return the topic as it stands, under its id or one that it had before."""
    names = (definition.topic.id, *definition.topic.formerly)
    return next((known[name] for name in names if name in known), None)


def _is_to_prove(definition: Definition, known: Mapping[str, StandingTopic]) -> bool:
    before = _before(definition, known)
    if before is None:
        return True
    now = (definition.version, definition.topic.examples)
    return now != (before.defined, before.topic.examples)
