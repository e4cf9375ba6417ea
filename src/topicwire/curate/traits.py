"""Traits: what a learned model looks at in an entry, beside the rule's own score.

Words stand there as their stems, and the words of a concept as the concept's name, so that what
is learned of one nation or agency holds for all of them. Which concepts meet in one sentence, and
whether two members of one do, are traits of their own.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise
from math import log, sqrt

from topicwire.curate.find import Hit
from topicwire.curate.match import Matcher, View, leaves_of
from topicwire.curate.query import Named
from topicwire.curate.text import Reading
from topicwire.curate.words import keys

TRAITS = 1  # grows with every change of what a trait is: what was learned before no longer fits

MOST_WORDS = 1_500  # words of an entry that are looked at
NEAR_WORDS = 400  # and what comes after so many has little say
WEIGHTS = (3.0, 1.5, 1.0, 0.3)  # in the title, the lead, the near and the far text

Spans = Mapping[int, tuple[int, str]]  # by the first place: one past the last, and the concept


def traits(matcher: Matcher, view: View) -> dict[str, float]:
    """Return the traits of an entry by name, as a vector of length 1; empty without words."""
    counted: dict[str, float] = {}
    found = _concepts(matcher, view)
    for name, place in _named(view.reading, found):
        counted[name] = counted.get(name, 0.0) + _weight(view.reading, place)
    damped = {name: 1 + log(weight) if weight >= 1 else weight for name, weight in counted.items()}
    length = sqrt(sum(weight * weight for weight in damped.values()))
    return {name: weight / length for name, weight in damped.items()}


def _named(reading: Reading, found: Mapping[str, list[Hit]]) -> Iterator[tuple[str, int]]:
    """Yield each trait with the place that it stands at."""
    most = min(len(reading.spelled), MOST_WORDS)
    stems = [keys(word, reading.lang)[0] for word in reading.spelled[:most]]
    for place, stem in enumerate(stems):
        yield f"w:{stem}", place
    stream = list(_stream(stems, _spans(found)))
    for _, word, place in stream:
        if word.startswith("@"):
            yield f"c:{word}", place
    for (_, word, place), (_, following, after) in pairwise(stream):
        if reading.sentence[place] == reading.sentence[after]:
            yield f"b:{word} {following}", place
    yield from _together(reading, found)


def _concepts(matcher: Matcher, view: View) -> dict[str, list[Hit]]:
    """Return the hits of each concept of the query, those of the fewest terms first."""
    leaves = {leaf.concept: leaf for leaf in leaves_of(matcher.node) if isinstance(leaf, Named)}
    by_size = sorted(
        leaves.values(), key=lambda leaf: (sum(len(m.terms) for m in leaf.members), leaf.concept)
    )
    return {leaf.concept: view.found[id(leaf)] for leaf in by_size}


def _spans(found: Mapping[str, list[Hit]]) -> Spans:
    """Return what stands for each stretch of words: the most special of its concepts."""
    covered: set[int] = set()
    spans: dict[int, tuple[int, str]] = {}
    for concept, members in found.items():
        for hit in members:
            places = range(hit.start, hit.end)
            if covered.isdisjoint(places):
                covered.update(places)
                spans[hit.start] = (hit.end, f"@{concept}")
    return spans


def _stream(stems: list[str], spans: Spans) -> Iterator[tuple[int, str, int]]:
    """Yield the words in order as (number, word or concept, place)."""
    place = number = 0
    while place < len(stems):
        end, word = spans.get(place, (place + 1, stems[place]))
        yield number, word, place
        place, number = end, number + 1


def _together(reading: Reading, found: Mapping[str, list[Hit]]) -> Iterator[tuple[str, int]]:
    """Yield which two or three concepts stand in one sentence, at the sentence's first place."""
    met: dict[int, set[str]] = {}
    members: dict[tuple[int, str], set[int]] = {}
    for concept, hits in found.items():
        for hit in hits:
            number = reading.sentence[hit.start]
            met.setdefault(number, set()).add(concept)
            members.setdefault((number, concept), set()).add(hit.member)
    for (number, concept), named in members.items():
        if len(named) > 1:
            met[number].add(f"{concept}²")
    for number, concepts in met.items():
        for count in (2, 3):
            for group in combinations(sorted(concepts), count):
                yield f"s:{'+'.join(group)}", reading.first[number]


def _weight(reading: Reading, place: int) -> float:
    """Return how much a place counts, by where it stands."""
    bounds = (reading.text_start, reading.lead_end, max(reading.lead_end, NEAR_WORDS))
    return WEIGHTS[bisect_right(bounds, place)]
