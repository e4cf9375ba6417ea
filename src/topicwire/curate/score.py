"""The score: how far an entry is about its topic, between 0 and 1; docs/topics.md explains it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import pow as power

from topicwire.curate.find import Hit
from topicwire.curate.match import View, hits, zone_view
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
)
from topicwire.curate.text import Reading
from topicwire.model.judging import Reason, Zone

WEIGHTS = {Zone.TITLE: 5.0, Zone.LEAD: 2.0, Zone.BODY: 1.0}
NEXT = 0.5  # what a part counts in the sentences beside its own, and everywhere from the title;
SAME_PARAGRAPH = 0.4  # in the rest of its paragraph;
ELSEWHERE = 0.2  # in the rest of the entry;
ABSENT = 0.1  # and when it is nowhere, so that near misses rank above far ones
PARTLY = 0.3  # what a sentence counts that has only parts of what must stand together
ALONE = 1.25  # the evidence that gives an entry a score of 0.5 when there is nothing beside it,
BESIDE = 30.0  # and the words beside the topic that ask for one more sentence on it
MAX_REASONS = 8
MAX_SURFACES = 3

Strengths = dict[int, float]  # by the number of the sentence; 1 is a whole match


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
    if not parts:
        return None
    shares = sum(weight for _, weight in parts)
    joint = dict.fromkeys(sorted({number for strengths, _ in parts for number in strengths}), 1.0)
    for strengths, weight in parts:
        share = weight / shares
        for number, felt in _felt(strengths, joint, reading):
            joint[number] *= power(felt, share)
    return joint


def _felt(part: Strengths, numbers: Iterable[int], reading: Reading) -> Iterator[tuple[int, float]]:
    """Yield the sentences, each with how strongly it feels a part, by its nearest presence."""
    anywhere = ELSEWHERE * max(part.values()) if part else ABSENT
    if reading.text_start:
        anywhere = max(anywhere, NEXT * part.get(0, 0.0))
    near: Strengths = dict(part)
    around: Strengths = {}  # by paragraph
    for number, strength in part.items():
        for beside in (number - 1, number + 1):
            near[beside] = max(near.get(beside, 0.0), NEXT * strength)
        paragraph = reading.paragraph[number]
        around[paragraph] = max(around.get(paragraph, anywhere), SAME_PARAGRAPH * strength)
    for number in numbers:
        here, there = near.get(number, 0.0), around.get(reading.paragraph[number], anywhere)
        yield number, max(there, here)


# ---- reasons ---------------------------------------------------------------------------


def reasons_of(found: Sequence[Hit], reading: Reading) -> tuple[Reason, ...]:
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
