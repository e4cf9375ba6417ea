"""The score: how far an entry is about its topic, between 0 and 1; docs/topics.md explains it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from math import pow as power

from topicwire.curate.find import Hit
from topicwire.curate.language import parse
from topicwire.curate.learned import ACCEPTS, Evidence, Model, log_odds, squashed
from topicwire.curate.likeness import Compared, Embed, Likeness, Vector, compared, likeness
from topicwire.curate.match import Matcher, View, evidence, hits, nearly, zone_view
from topicwire.curate.query import (
    MEANING,
    ZONE_FIELDS,
    And,
    Boost,
    Field,
    Node,
    Not,
    Of,
    Or,
    Published,
    children,
    statements,
    without_meaning,
)
from topicwire.curate.text import Reading
from topicwire.curate.traits import traits
from topicwire.model import Concept, Reason, Topic, Verdict, Zone

JUDGE = 2  # grows with every change that can change a verdict: the archive is judged anew

WEIGHTS = {Zone.TITLE: 5.0, Zone.LEAD: 2.0, Zone.BODY: 1.0}
NEXT = 0.5  # what a part counts in the sentences beside its own, and everywhere from the title;
SAME_PARAGRAPH = 0.4  # in the rest of its paragraph;
ELSEWHERE = 0.2  # in the rest of the entry;
ABSENT = 0.1  # and when it is nowhere, so that near misses rank above far ones
PARTLY = 0.3  # what a sentence counts that has only parts of what must stand together
ALONE = 1.25  # the evidence that gives an entry a score of 0.5 when there is nothing beside it,
BESIDE = 30.0  # and the words beside the topic that ask for one more sentence on it
MISSED = 1.2  # what the log-odds of the score lose when the query does not match
LIKENESS = 0.9  # what one standard deviation of likeness adds to the log-odds of the score,
NEUTRAL = 1.9  # beyond this, which entries in the topic's neighbourhood have anyway,
MOST_PULL = 2.5  # and never more than this,
MOST_DRAG = 0.5  # nor less: an opening may be about something else, and the point come later
MAX_REASONS = 8
MAX_SURFACES = 3

Strengths = dict[int, float]  # by the number of the sentence; 1 is a whole match


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
            reasons=() if words is None else _reasons(words, reading),
            shadow=shadow,
        )

    def by_rule(self) -> "Judge":
        """Return the judge without what it has learned."""
        return replace(self, model=None, shadow=None)

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


# ---- aboutness -------------------------------------------------------------------------


def aboutness(node: Node, view: View) -> float:
    """Return how far the entry is about a clause; 1 when it says nothing about words."""
    strengths = _strengths(node, view)
    if strengths is None:
        return 1.0
    evidence = sum(
        WEIGHTS[view.reading.zone(view.reading.first[number])] * strength
        for number, strength in strengths.items()
    )
    return evidence / (evidence + ALONE + _beside(strengths, view.reading) / BESIDE)


def _beside(strengths: Strengths, reading: Reading) -> float:
    """Return the number of words of the text that are not about the clause."""
    return sum(
        (reading.first[number + 1] - reading.first[number])
        * (1 - min(1.0, strengths.get(number, 0.0)))
        for number in range(len(reading.paragraph))
        if reading.first[number] >= reading.text_start
    )


def _strengths(node: Node, view: View) -> Strengths | None:
    """Return how strong a clause is in each sentence with a part of it; None if it has no say."""
    match node:
        case And(items):
            return _joint(list(_shares(items, view)), view.reading)
        case Or(items):
            return _either(items, view)
        case Boost(weight, item):
            inner = _strengths(item, view) if weight else None
            return inner and {number: weight * strength for number, strength in inner.items()}
        case Field(name, item) if name in ZONE_FIELDS:
            return _strengths(item, zone_view(name, view))
        case Not() | Published() | Field():
            return _compared(node, view)
        case _:
            return _whole_and_partly(node, view)


def _compared(node: Node, view: View) -> Strengths | None:
    """Return 1 for the sentences that were compared, where the entry is like the statement.

    No other clause on what is beside the words has a say.
    """
    if not isinstance(node, Field) or node.name != MEANING:
        return None
    reading = view.reading
    opening = range(len(reading.first) - 1) if hits(node, view) is not None else ()
    return {number: 1.0 for number in opening if reading.first[number] < reading.lead_end}


def _shares(items: Sequence[Node], view: View) -> Iterator[tuple[Strengths, float]]:
    """Yield the strengths of the parts that have a say, each with its share by weight."""
    for item in items:
        inner, weight = (item.item, item.weight) if isinstance(item, Boost) else (item, 1.0)
        strengths = _strengths(inner, view) if weight else None
        if strengths is not None:
            yield strengths, weight


def _either(items: Sequence[Node], view: View) -> Strengths | None:
    """Return the strongest of the branches; None when one holds that has no say in the score."""
    best: Strengths = {}
    for item in items:
        strengths = _strengths(item, view)
        if strengths is None and hits(item, view) is not None:
            return None
        for number, strength in (strengths or {}).items():
            best[number] = max(best.get(number, 0.0), strength)
    return best


def _whole_and_partly(node: Node, view: View) -> Strengths:
    """Return 1 for each sentence with a hit, and less for those that only have parts of one."""
    parts = [(part, 1.0) for child in children(node) if (part := _strengths(child, view))]
    inner = (_summed(parts) if isinstance(node, Of) else _joint(parts, view.reading)) or {}
    partly = {number: PARTLY * min(1.0, strength) for number, strength in inner.items()}
    sentence = view.reading.sentence
    return partly | {sentence[hit.start]: 1.0 for hit in hits(node, view) or ()}


def _summed(parts: Sequence[tuple[Strengths, float]]) -> Strengths:
    """Return the mean of the parts in each sentence."""
    total: Strengths = {}
    for strengths, _ in parts:
        for number, strength in strengths.items():
            total[number] = total.get(number, 0.0) + strength / len(parts)
    return total


def _joint(parts: Sequence[tuple[Strengths, float]], reading: Reading) -> Strengths | None:
    """Return the weighted geometric mean of the parts as each sentence feels them."""
    shares = sum(weight for _, weight in parts)
    numbers = sorted({number for strengths, _ in parts for number in strengths})
    joint = dict.fromkeys(numbers, 1.0)
    for strengths, weight in parts:
        felt = _felt(strengths, numbers, reading)
        for number in numbers:
            joint[number] *= power(felt[number], weight / shares)
    return joint if parts else None


def _felt(part: Strengths, numbers: Sequence[int], reading: Reading) -> Strengths:
    """Return how strongly each of the sentences feels a part, by its nearest presence."""
    paragraphs: Strengths = {}
    for number, strength in part.items():
        paragraph = reading.paragraph[number]
        paragraphs[paragraph] = max(paragraphs.get(paragraph, 0.0), strength)
    anywhere = ELSEWHERE * max(part.values()) if part else ABSENT
    if reading.text_start:
        anywhere = max(anywhere, NEXT * part.get(0, 0.0))
    return {
        number: max(
            part.get(number, 0.0),
            NEXT * max(part.get(number - 1, 0.0), part.get(number + 1, 0.0)),
            SAME_PARAGRAPH * paragraphs.get(reading.paragraph[number], 0.0),
            anywhere,
        )
        for number in numbers
    }


# ---- reasons ---------------------------------------------------------------------------


def _reasons(found: Sequence[Hit], reading: Reading) -> tuple[Reason, ...]:
    """Return what spoke for the entry, one reason a clause and zone, strongest first."""
    groups: dict[tuple[str, Zone], list[Hit]] = {}
    for hit in dict.fromkeys(found):
        groups.setdefault((hit.clause, reading.zone(hit.start)), []).append(hit)
    reasons = (
        Reason(clause, surfaces(members, reading), zone, len(members))
        for (clause, zone), members in groups.items()
    )
    return tuple(sorted(reasons, key=_rank)[:MAX_REASONS])


def _rank(reason: Reason) -> tuple[float, str]:
    """Return the key that sorts the strongest reason first: repeats count, but ever less."""
    return -WEIGHTS[reason.zone] * power(reason.count, 0.5), reason.clause


def surfaces(found: Sequence[Hit], reading: Reading) -> str:
    """Return the words of the hits as they are written, the most frequent first."""
    counts: Mapping[str, int] = Counter(
        " ".join(reading.surface(hit.start, hit.end).split()) for hit in found
    )
    return ", ".join(sorted(counts, key=lambda surface: -counts[surface])[:MAX_SURFACES])
