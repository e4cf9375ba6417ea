"""Explaining: the clauses of a query as a tree, each with what matched it where."""

from collections.abc import Sequence
from dataclasses import dataclass

from topicwire.curate.find import Hit
from topicwire.curate.match import View, evidence, hits, zone_view
from topicwire.curate.query import (
    ZONE_FIELDS,
    And,
    Field,
    Named,
    Node,
    Not,
    Of,
    Or,
    children,
    clause,
)
from topicwire.curate.score import Judge, surfaces
from topicwire.curate.text import Reading
from topicwire.model import Verdict, Zone


@dataclass(frozen=True, slots=True)
class Place:
    """Words that matched a clause in a zone: as written, how often, and the first sentence."""

    matched: str
    zone: Zone
    count: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with whether it holds, by what, and the clauses it is made of.

    `missing` is the least number of things that would have to change for it to hold; 0 when it
    does.
    """

    text: str
    holds: bool
    missing: int
    places: tuple[Place, ...]
    parts: tuple["Clause", ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an entry belongs or not: the verdict, the clauses, and for a miss the nearest clause.

    `nearest` is the failing clause whose satisfaction would need least; None when the query
    matches. Then an entry that is not accepted fell short of `min_score`.
    """

    verdict: Verdict
    min_score: float
    clauses: Clause
    nearest: Clause | None


def explain(judge: Judge, reading: Reading) -> Explanation:
    """Return why the judge decides on an entry as it does."""
    view = judge.matcher.view(reading)
    root = _clause(judge.matcher.node, view)
    return Explanation(
        verdict=judge.verdict(reading),
        min_score=judge.min_score,
        clauses=root,
        nearest=None if root.holds else _nearest(root),
    )


def _clause(node: Node, view: View) -> Clause:
    """Return the clause and its parts as they stand in the view."""
    found = hits(node, view)
    parts = tuple(_clause(child, inner) for child, inner in _parts(node, view))
    return Clause(
        text=clause(node),
        holds=found is not None,
        missing=0 if found is not None else _missing(node, parts, view),
        places=_places(found or (), view.reading),
        parts=parts,
    )


def _parts(node: Node, view: View) -> tuple[tuple[Node, View], ...]:
    """Return the parts of a clause, each with the view in which it is to hold."""
    match node:
        case Field(name, item):
            return ((item, zone_view(name, view)),) if name in ZONE_FIELDS else ()
        case Not(item):
            return ((item, view.negated()),)
        case _:
            return tuple((child, view) for child in children(node))


def _missing(node: Node, parts: Sequence[Clause], view: View) -> int:
    """Return how many things would have to change for a failing clause to hold."""
    each = sorted(part.missing for part in parts)
    match node:
        case Named(least=least):
            return least - len({hit.member for hit in evidence(node, view)})
        case Or():
            return each[0]
        case Of(least=least):
            return sum(each[:least])
        case And():
            return sum(each)
        case _:
            # That its parts hold, but not together, is one thing; that they do not is more.
            return sum(each) or 1


def _nearest(failing: Clause) -> Clause:
    """Return the clause within a failing one whose satisfaction would need least."""
    inner = [part for part in failing.parts if part.missing]
    return _nearest(min(inner, key=lambda part: part.missing)) if inner else failing


def _places(found: Sequence[Hit], reading: Reading) -> tuple[Place, ...]:
    """Return what matched, zone by zone."""
    zones: dict[Zone, list[Hit]] = {}
    for hit in found:
        zones.setdefault(reading.zone(hit.start), []).append(hit)
    return tuple(
        Place(surfaces(here, reading), zone, len(here), _sentence(here[0], reading))
        for zone, here in zones.items()
    )


def _sentence(hit: Hit, reading: Reading) -> str:
    """Return the sentence of a hit, with single blanks."""
    number = reading.sentence[hit.start]
    surface = reading.surface(reading.first[number], reading.first[number + 1])
    return " ".join(surface.split())
