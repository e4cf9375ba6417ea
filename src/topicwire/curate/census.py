"""A census: how many texts have each term, branch and exclusion of a query, counted in one pass."""

from collections.abc import Iterator
from dataclasses import dataclass

from topicwire.curate.find import Hit
from topicwire.curate.judge import Judge
from topicwire.curate.match import View, hits, zone_view
from topicwire.curate.query import (
    ZONE_FIELDS,
    And,
    Boost,
    Exact,
    Field,
    Named,
    Node,
    Not,
    Or,
    Regex,
    Within,
    Words,
    children,
)
from topicwire.curate.text import Reading

_MOST_SIBLINGS = 60  # terms of one OR that are compared with one another, text by text

Leaf = Words | Exact | Regex | Named


@dataclass(frozen=True, slots=True)
class Ask:
    """A term or concept as the query asks for it: in a zone, or anywhere when that is empty."""

    leaf: Leaf
    zone: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A NOT of a query, and the whole query without it."""

    clause: Not
    without: Node


class Census:
    """What has been counted of a topic's query.

    By the number of the ask, branch or exclusion: in how many texts the ask stands, the branch
    holds, the exclusion alone keeps the query from matching. What only examples have is
    counted with 0; what is not counted nothing has.
    `within` gives for a term of an OR those beside it of which every match of it held words.
    """

    def __init__(self, judge: Judge) -> None:
        root = judge.matcher.node
        self.asks = tuple(_asks(root, ""))
        self.branches = tuple(_branches(root))
        self.exclusions = tuple(_exclusions(root))
        self.texts = 0
        self.matched = 0
        self.best = 0.0  # the highest score of those that matched, until one was enough
        self.asked: dict[int, int] = {}
        self.branched: dict[int, int] = {}
        self.excluded: dict[int, int] = {}
        self.within = dict(_siblings(root, self.asks))
        self._judge = judge

    def count(self, reading: Reading, *, is_example: bool = False) -> None:
        """Count a text, or see what an example holds."""
        view = self._judge.view(reading)
        step = 0 if is_example else 1
        self._count_asks(view, step)
        for number, branch in enumerate(self.branches):
            if hits(branch, view) is not None:
                self.branched[number] = self.branched.get(number, 0) + step
        matches = hits(self._judge.matcher.node, view) is not None
        for number, exclusion in enumerate(self.exclusions):
            if not matches and hits(exclusion.without, view) is not None:
                self.excluded[number] = self.excluded.get(number, 0) + step
        self.texts += step
        if matches and not is_example:
            self.matched += 1
            if self.best < self._judge.min_score:
                self.best = max(self.best, self._judge.verdict(reading).score)

    def _count_asks(self, view: View, step: int) -> None:
        found = {
            number: here
            for number, ask in enumerate(self.asks)
            if (here := hits(ask.leaf, zone_view(ask.zone, view) if ask.zone else view))
        }
        for number in found:
            self.asked[number] = self.asked.get(number, 0) + step
        for number in found.keys() & self.within.keys():
            self.within[number] = {
                other
                for other in self.within[number] & found.keys()
                if _all_within(found[number], found[other])
            }


def _asks(node: Node, zone: str) -> Iterator[Ask]:
    match node:
        case Words() | Exact() | Regex() | Named():
            yield Ask(node, zone)
        case Field(name, item):
            if name in ZONE_FIELDS:
                yield from _asks(item, name)
        case _:
            for child in children(node):
                yield from _asks(child, zone)


def _branches(node: Node) -> Iterator[Node]:
    """Yield the branches of the ORs that decide alone, of those that are more than a term."""
    match node:
        case Or(items):
            for item in items:
                if not isinstance(item, Words | Exact | Regex | Named):
                    yield item
                yield from _branches(item)
        case And(items):
            for item in items:
                yield from _branches(item)
        case Boost(item=item):
            yield from _branches(item)


def _exclusions(root: Node) -> Iterator[Exclusion]:
    """Yield every NOT that is a part of an AND, but for those within another NOT."""
    pending: list[Node] = [root]
    while pending:
        node = pending.pop(0)
        if isinstance(node, And):
            for item in node.items:
                if isinstance(item, Not):
                    yield Exclusion(item, _without(root, item))
        if not isinstance(node, Not):
            pending.extend(children(node))


def _without(node: Node, dropped: Not) -> Node:
    """Return a clause without one of its NOTs; all else is the very same nodes."""
    match node:
        case And(items):
            kept = tuple(_without(item, dropped) for item in items if item is not dropped)
            return And(kept) if len(kept) > 1 else kept[0]
        case Or(items):
            return Or(tuple(_without(item, dropped) for item in items))
        case Boost(weight, item):
            return Boost(weight, _without(item, dropped))
        case Within(unit, item, least):
            return Within(unit, _without(item, dropped), least)
        case Field(name, item) if name in ZONE_FIELDS:
            return Field(name, _without(item, dropped))
        case _:
            return node


def _siblings(root: Node, asks: tuple[Ask, ...]) -> Iterator[tuple[int, set[int]]]:
    """Yield the number of each term of an OR with those of the terms beside it."""
    numbers = {id(ask.leaf): number for number, ask in enumerate(asks)}
    pending: list[Node] = [root]
    while pending:
        node = pending.pop()
        pending.extend(children(node))
        if isinstance(node, Or):
            mine = [numbers[id(item)] for item in node.items if id(item) in numbers]
            if 1 < len(mine) <= _MOST_SIBLINGS:
                yield from ((one, {*mine} - {one}) for one in mine)


def _all_within(one: list[Hit], other: list[Hit]) -> bool:
    """Whether every hit holds words of another's."""
    places = {place for hit in other for place in range(hit.start, hit.end)}
    return all(not places.isdisjoint(range(hit.start, hit.end)) for hit in one)
