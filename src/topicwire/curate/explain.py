"""Explaining: the clauses of a query as a tree, each with what matched it where."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from topicwire.curate.find import Hit
from topicwire.curate.judge import Judge
from topicwire.curate.lack import lack
from topicwire.curate.match import View, evidence, hits, zone_view
from topicwire.curate.place import Place, place
from topicwire.curate.query import (
    ZONE_FIELDS,
    And,
    Field,
    Named,
    Node,
    Not,
    Of,
    Or,
    Unit,
    Within,
    children,
    clause,
)
from topicwire.curate.text import Reading
from topicwire.model.judging import Verdict, Zone
from topicwire.words import counted


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with whether it holds, by what, and the clauses it is made of.

    `missing` is the least number of things that would have to change for it to hold; 0 when it
    does. `is_either` says that any of its parts is enough.
    """

    text: str
    holds: bool
    missing: int
    places: tuple[Place, ...]
    parts: tuple["Clause", ...]
    is_either: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an entry belongs or not: the verdict, the clauses, and for a miss the nearest clause.

    `nearest` is the failing clause whose satisfaction would need least; None when the query
    matches. Then an entry that is not accepted fell short of `min_score`. `lack` says in words
    what that clause lacks, and `near` is the sentence that comes nearest to it, with all that it
    has of what is asked for. `by_words` is the score without likeness, None where that is not weighed.
    """

    verdict: Verdict
    min_score: float
    clauses: Clause
    nearest: Clause | None = None
    lack: str = ""
    near: Place | None = None
    by_words: float | None = None


def explain(judge: Judge, reading: Reading) -> Explanation:
    """Return why the judge decides on an entry as it does."""
    view = judge.view(reading)
    root = _Tried(_clause(judge.matcher.node, view), judge.matcher.node, view)
    verdict = judge.verdict(reading)
    is_weighed = judge.likeness is not None and judge.model is None
    by_words = judge.by_words().verdict(reading).score if is_weighed else None
    if root.clause.holds:
        return Explanation(verdict, judge.min_score, root.clause, by_words=by_words)
    failing = _nearest(root)
    return Explanation(
        verdict=verdict,
        min_score=judge.min_score,
        clauses=root.clause,
        nearest=failing.clause,
        lack=_lack(failing),
        near=_near(failing, root),
        by_words=by_words,
    )


class _Tried(NamedTuple):
    """A clause as it was tried: where it was to hold, in words for `lack`."""

    clause: Clause
    node: Node
    view: View
    zone: str = ""
    unit: str = ""


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
        is_either=isinstance(node, Or),
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


def _nearest(failing: _Tried) -> _Tried:
    """Return the clause within a failing one whose satisfaction would need least."""
    node = failing.node
    zone = node.name if isinstance(node, Field) else failing.zone
    unit = node.unit.lower() if isinstance(node, Within) else failing.unit
    inner = [
        _Tried(part, child, view, zone, unit)
        for part, (child, view) in zip(
            failing.clause.parts, _parts(node, failing.view), strict=True
        )
        if part.missing
    ]
    if not inner:
        return failing
    # Of two that lack as much, the one of which more is there already is what was meant.
    return _nearest(min(inner, key=lambda each: (each.clause.missing, -_held(each.clause))))


def _held(tried: Clause) -> int:
    """Return how many of the terms and concepts that a clause asks for hold."""
    if tried.text.startswith("NOT "):
        return 0
    return sum(map(_held, tried.parts)) if tried.parts else int(tried.holds)


def _lack(failing: _Tried) -> str:
    """Say what the nearest failing clause lacks."""
    if not isinstance(failing.node, Within):
        return lack(failing.node, failing.view, zone=failing.zone, unit=failing.unit)
    unit = failing.node.unit.lower()
    item = failing.node.item
    held = sum(hits(item, each) is not None for each in _unit_views(failing.node, failing.view))
    if held:
        return f"all of it stands in {counted(held, unit)}; {failing.node.least} are needed"
    best = _best_unit(failing.node, failing.view)
    if best is None:
        return f"no {unit} holds anything of it"
    lacking = _nearest(best)
    if isinstance(lacking.node, Named) and lacking.node.least > 1:
        return _lack(lacking)
    return f"no {unit} holds all of it; the nearest lacks {lacking.clause.text}"


def _best_unit(node: Within, view: View) -> _Tried | None:
    """Return what is to stand together as it fails in the sentence or paragraph that lacks least."""
    item = node.item
    tried = [
        _Tried(_clause(item, part), item, part, unit=node.unit.lower())
        for part in _unit_views(node, view)
    ]
    failing = [each for each in tried if each.clause.missing]
    return min(failing, key=lambda each: each.clause.missing, default=None)


def _unit_views(node: Within, view: View) -> Iterator[View]:
    """Yield the view of each sentence or paragraph that holds anything of a clause."""
    reading = view.reading
    numbers = sorted({reading.sentence[hit.start] for hit in evidence(node.item, view)})
    if node.unit is Unit.SENTENCE:
        yield from (view.part(reading.first[one], reading.first[one + 1]) for one in numbers)
        return
    for paragraph in sorted({reading.paragraph[number] for number in numbers}):
        first = bisect_left(reading.paragraph, paragraph)
        last = bisect_right(reading.paragraph, paragraph)
        yield view.part(reading.first[first], reading.first[last])


def _near(failing: _Tried, root: _Tried) -> Place | None:
    """Return the sentence that has most of what a failing clause asks for, else of the query."""
    if isinstance(failing.node, Within):
        best = _best_unit(failing.node, failing.view)
        asked = evidence(best.node, best.view) if best else []
    elif isinstance(failing.node, Not):
        asked = hits(failing.node.item, failing.view.negated()) or []
    else:
        asked = evidence(failing.node, failing.view)
    reading = root.view.reading
    sentences: dict[int, list[Hit]] = {}
    elsewhere = asked or evidence(failing.node, root.view) or evidence(root.node, root.view)
    for hit in elsewhere:
        sentences.setdefault(reading.sentence[hit.start], []).append(hit)
    if not sentences:
        return None
    most = max(sentences.values(), key=lambda here: len({(h.clause, h.member) for h in here}))
    return place(most, reading)


def _places(found: Sequence[Hit], reading: Reading) -> tuple[Place, ...]:
    """Return what matched, zone by zone."""
    zones: dict[Zone, list[Hit]] = {}
    for hit in found:
        zones.setdefault(reading.zone(hit.start), []).append(hit)
    return tuple(place(here, reading) for here in zones.values())
