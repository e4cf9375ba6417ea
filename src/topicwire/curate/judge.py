"""The judge: decides whether an entry belongs to a topic, by rule, by likeness, by what it learned.

docs/topics.md and docs/learning.md explain the figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256

from topicwire.curate.find import Hit
from topicwire.curate.language import parse
from topicwire.curate.learned import ACCEPTS, Evidence, Model, log_odds, squashed
from topicwire.curate.likeness import Compared, Embed, Likeness, Vector, compared, likeness
from topicwire.curate.match import Matcher, View, evidence, hits, nearly
from topicwire.curate.query import MEANING, And, Node, Not, Or, statements, without_meaning
from topicwire.curate.score import aboutness, reasons_of
from topicwire.curate.text import Reading
from topicwire.curate.traits import traits
from topicwire.model.catalogue import Concept, Topic
from topicwire.model.judging import Verdict

JUDGE = 4  # grows with every change that can change a verdict: the archive is judged anew
MISSED = 1.2  # what the log-odds of the score lose when the query does not match
LIKENESS = 0.9  # what one standard deviation of likeness adds to the log-odds of the score,
NEUTRAL = 1.9  # beyond this, which entries in the topic's neighbourhood have anyway,
MOST_PULL = 2.5  # and never more than this,
MOST_DRAG = 0.5  # nor less: an opening may be about something else, and the point come later


@dataclass(frozen=True, slots=True)
class Judge:
    """A topic made ready to judge entries.

    `likeness` is None without a model of meaning, or when the topic does not say what it is
    about. `model` decides in the rule's place; `shadow` only says what it would have said.
    `compared` are the statements that the query itself names, `left_out` those that it names in
    vain, as there is no model of meaning.
    """

    matcher: Matcher
    min_score: float
    likeness: Likeness | None = None
    model: Model | None = None
    shadow: Model | None = None
    compared: Compared | None = None
    left_out: tuple[str, ...] = ()

    def view(self, reading: Reading) -> View:
        """Return the view of a reading in which the topic's query is to hold."""
        compared = self.compared
        is_alike = partial(compared.is_alike, reading) if compared else None
        return self.matcher.view(reading, is_alike=is_alike)

    def verdict(self, reading: Reading, *, entry_id: int = 0, revision: int = 0) -> Verdict:
        """Return the verdict on an entry, by its reading.

        An entry that the query does not match keeps a score below `min_score`, for ranking, unless
        likeness or a learned model lets it in.
        """
        view = self.view(reading)
        found = hits(self.matcher.node, view)
        if not _is_heard(found, view):
            return Verdict(entry_id, revision, accepted=False, score=0.0)  # most entries, by far
        rule = aboutness(self.matcher.node, view)
        vectors = self.likeness.vectors(reading) if self.likeness else ()
        score = self._weighed(rule, vectors, view, holds=found is not None)
        accepted = score >= self.min_score and (found is not None or self.min_score > 0)
        shadow = None
        if self.model or self.shadow:
            given = self._evidence(view, rule, vectors, holds=found is not None)
            shadow = round(self.shadow.score(given), 6) if self.shadow else None
            if self.model:
                said = self.model.score(given)
                score, accepted = _onto(said, self.min_score), said >= ACCEPTS
        words = found
        if accepted and words is None:  # not by the query: what speaks for it all the same
            words = evidence(self.matcher.node, view)
        return Verdict(
            entry_id=entry_id,
            revision=revision,
            accepted=accepted,
            score=round(score, 6),
            reasons=() if words is None else reasons_of(words, reading),
            shadow=shadow,
        )

    def by_rule(self) -> "Judge":
        """Return the judge without what it has learned."""
        return replace(self, model=None, shadow=None)

    def by_words(self) -> "Judge":
        """Return the judge by the rule alone: without likeness, and without what it has learned."""
        return replace(self, likeness=None, model=None, shadow=None)

    def hears(self, reading: Reading) -> bool:
        """Whether an entry has anything that the query asks for; else its score is always 0."""
        view = self.matcher.view(reading)
        return _is_heard(hits(self.matcher.node, view), view)

    def evidence(self, reading: Reading) -> Evidence:
        """Return what a learned model is given of an entry."""
        view = self.view(reading)
        vectors = self.likeness.vectors(reading) if self.likeness else ()
        holds = hits(self.matcher.node, view) is not None
        return self._evidence(view, aboutness(self.matcher.node, view), vectors, holds=holds)

    def _weighed(self, rule: float, vectors: Sequence[Vector], view: View, *, holds: bool) -> float:
        """Return the score by rule and likeness together.

        An entry that the query does not match stays below `min_score`; but with likeness, one
        that has all that the query asks for, only not together, may come in when it is much alike.
        """
        odds = log_odds(rule) - (0 if holds else MISSED)
        if self.likeness:
            pull = LIKENESS * (self.likeness.net(vectors) - NEUTRAL)
            odds += min(MOST_PULL, max(-MOST_DRAG, pull))
        if holds:
            return squashed(odds) if self.likeness else rule
        is_open = self.likeness is not None and nearly(self.matcher.node, view)
        return squashed(odds) if is_open else self.min_score * squashed(odds)

    def _evidence(
        self, view: View, rule: float, vectors: tuple[Vector, ...], *, holds: bool
    ) -> Evidence:
        near, far = self.likeness.of(vectors) if self.likeness else (0.0, 0.0)
        allowed = not _is_forbidden(self.matcher.node, view)
        numbers = (log_odds(rule), float(holds), float(allowed), near, far)
        return Evidence(traits(self.matcher, view), numbers, vectors)


def judge(
    topic: Topic,
    concepts: Sequence[Concept],
    *,
    embed: Embed | None = None,
    model: Model | None = None,
    shadow: Model | None = None,
) -> Judge:
    """Return the judge of a topic; without `embed` the rule alone decides.

    Raises:
        QueryError: when its query cannot be read.
    """
    root = parse(topic.query, {concept.id: concept for concept in concepts}).root
    named = statements(root)
    if named and embed is None:
        root = without_meaning(root) or Or(())  # of nothing: nothing belongs
    return Judge(
        matcher=Matcher(root),
        min_score=topic.min_score,
        likeness=likeness(topic, embed),
        model=model,
        shadow=shadow,
        compared=compared(named, embed),
        left_out=() if embed else named,
    )


def version(topic: Topic, concepts: Sequence[Concept], *, embedder: str = "") -> str:
    """Return a digest of all that verdicts depend on, for a topic and the concepts it names.

    `embedder` names the model of meaning, if there is one.
    """
    named = [(concept.id, concept.members) for concept in sorted(concepts, key=lambda one: one.id)]
    judged_by: tuple[object, ...] = (JUDGE, topic.query, topic.min_score, named)
    if embedder and (topic.about or f"{MEANING}:" in topic.query.casefold()):
        judged_by += (embedder, topic.about, topic.not_about, topic.examples)
    return sha256(repr(judged_by).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _is_heard(found: list[Hit] | None, view: View) -> bool:
    return found is not None or any(view.found.values())


def _onto(score: float, min_score: float) -> float:
    """Return a score whose 0.5 accepts on the scale of a topic that accepts from `min_score` on."""
    return squashed(log_odds(score) + log_odds(min_score))


def _is_forbidden(node: Node, view: View) -> bool:
    """Whether a NOT at the top of the query forbids the entry."""
    items = node.items if isinstance(node, And) else ()
    return any(isinstance(item, Not) and hits(item, view) is None for item in items)
