"""Appointing: the judge of a topic as it stands, with the models it has learned.

Where a model cannot be used the rule decides, and a word says so.
"""

from dataclasses import dataclass

from topicwire.curate.judge import Judge, judge
from topicwire.curate.learned import Model, model_of
from topicwire.curate.likeness import Embed
from topicwire.errors import ModelError
from topicwire.model.catalogue import Concept, Topic
from topicwire.model.judging import Learned


@dataclass(frozen=True, slots=True)
class Meaning:
    """A model of meaning: its name, and how it gives vectors."""

    name: str
    embed: Embed


@dataclass(frozen=True, slots=True)
class Post:
    """What the judge of a topic depends on: plain values, which may be carried to a worker.

    `model` decides in the rule's place, `shadow` is only heard. `by_meaning` lets it compare by
    meaning, where a model of that is installed.
    """

    topic: Topic
    concepts: tuple[Concept, ...]
    model: Learned | None = None
    shadow: Learned | None = None
    by_meaning: bool = False

    def __hash__(self) -> int:
        """Return a hash by what tells topics apart: to go through all concepts takes long."""
        return hash((self.topic.id, self.topic.query, self.by_meaning))


@dataclass(frozen=True, slots=True)
class Appointed:
    """A judge, and what is to be said of models that it could not be given."""

    judge: Judge
    notes: tuple[str, ...] = ()


def appoint(post: Post, *, meaning: Meaning | None) -> Appointed:
    """Return the judge for a post, with the model of meaning if there is one.

    Raises:
        QueryError: when the topic's query cannot be read.
    """
    notes: list[str] = []
    model, shadow = (
        _usable(each, post.topic, meaning, notes) for each in (post.model, post.shadow)
    )
    embed = meaning.embed if meaning else None
    found = judge(post.topic, post.concepts, embed=embed, model=model, shadow=shadow)
    if found.left_out:
        notes.append(
            f"the `about:` clauses of {post.topic.id} are left out, as nothing here compares by "
            "meaning: install topicwire[similarity], and leave TOPICWIRE_SIMILARITY on"
        )
    return Appointed(found, tuple(notes))


def objection(learned: Learned, topic: Topic, *, meaning: Meaning | None) -> str | None:
    """Return in words why a learned model cannot be used for its topic, None when it can."""
    notes: list[str] = []
    _usable(learned, topic, meaning, notes)
    return notes[0] if notes else None


def _usable(
    learned: Learned | None, topic: Topic, meaning: Meaning | None, notes: list[str]
) -> Model | None:
    if learned is None:
        return None
    compared = meaning.name if meaning and topic.about else ""  # as likeness.likeness has it
    try:
        return model_of(learned.weights, embedder=compared)
    except ModelError as error:
        notes.append(f"model {learned.number} of {learned.topic_id} is not used: {error}")
        return None
