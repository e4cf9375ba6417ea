"""Conditions: what an entry must contain for a query to hold, told by the terms found in it.

A condition never refuses what the judge could accept: where only the judge can tell, it passes.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import NamedTuple

from topicwire.curate.query import (
    ZONE_FIELDS,
    Alias,
    And,
    Boost,
    Exact,
    Field,
    Named,
    Near,
    Node,
    Of,
    Or,
    Regex,
    Term,
    Within,
    Words,
    children,
)
from topicwire.curate.score import ABSENT, PARTLY

# What may match a sentence and not the text around it, as it looks at where that begins or ends.
_ANCHORED = re.compile(r"(?<!\[)\^|\$|\\[AzB]")

Found = Mapping[int, int]  # by number of a term, how often it stands in the entry


class Sought(NamedTuple):
    """A term or expression, and the language of the only texts that it is sought in, if any."""

    term: Term | Regex
    lang: str = ""


class Condition(NamedTuple):
    """What must be found for a topic to be a candidate, all terms by their numbers.

    `parts` are the terms of every part of the query that cannot hold without one of them. `tests`
    are for those parts that want more than any one of theirs. `terms` says of the terms of all
    parts how often each is asked for. `strength` is the most that the query can have in a
    sentence, as the score weighs it.
    """

    parts: tuple[frozenset[int], ...]
    tests: tuple[Callable[[Found], bool], ...]
    terms: Counter[int]
    strength: Callable[[Found], float]

    def passes(self, found: Found) -> bool:
        """Whether those parts can hold that want more than one term."""
        return all(test(found) for test in self.tests)

    def count(self, found: Found) -> int:
        """Return how often terms of the query were found."""
        return sum(found[term] * self.terms[term] for term in found.keys() & self.terms.keys())

    def lame_strength(self) -> float:
        """Return the most strength that the query can have when one of its `parts` is missing."""
        return max(self.strength(dict.fromkeys(self.terms.keys() - part, 1)) for part in self.parts)


class Conditions:
    """The conditions of many queries; those that ask for the same term share its number."""

    def __init__(self) -> None:
        self.numbers: dict[Sought, int] = {}

    def of(self, node: Node) -> Condition:
        """Return the condition of a query."""
        parts = []
        tests = []
        asked: list[int] = []
        for part in _conjuncts(node):
            test = self._test(part)
            terms = frozenset(map(self._number, _wanted(part)))
            asked.extend(terms)
            if not test({}):
                parts.append(terms)
                if not _is_plain(part):
                    tests.append(test)
        return Condition(tuple(parts), tuple(tests), Counter(asked), self._strength(node))

    def _number(self, sought: Sought) -> int:
        return self.numbers.setdefault(sought, len(self.numbers))

    def _test(self, node: Node) -> Callable[[Found], bool]:
        """Return a test, by the terms found, that a clause passes wherever it can hold."""
        match node:
            case Words() | Exact() | Regex() if not _is_anchored(node):
                number = self._number(Sought(node))
                return lambda found: number in found
            case Named(least=least, members=members):
                return self._members_test(least, members)
            case Or(items):
                return self._items_test(1, items)
            case Of(least, items):
                return self._items_test(least, items)
            case And(items) | Near(items=items):
                return self._items_test(len(items), items)
            case _:
                inner = _within(node)
                return _certainly if inner is None else self._test(inner)

    def _items_test(self, least: int, items: Sequence[Node]) -> Callable[[Found], bool]:
        """Return a test for so many clauses that can hold."""
        tests = tuple(map(self._test, items))
        if least == 1:
            return lambda found: any(test(found) for test in tests)
        if least == len(tests):
            return lambda found: all(test(found) for test in tests)
        return lambda found: sum(test(found) for test in tests) >= least

    def _strength(self, node: Node) -> Callable[[Found], float]:
        """Return how strong a clause can be in a sentence, by the terms found."""
        match node:
            case And(items):
                return self._joint(items)
            case Or(items):
                each = tuple(map(self._strength, items))
                return lambda found: max(strength(found) for strength in each)
            case Boost(weight, item):
                inner = self._strength(item)
                return lambda found: weight * inner(found)
            case Near() | Within() | Of():
                return self._whole_or_partly(node)
            case _:
                around = _within(node)
                if around is not None:
                    return self._strength(around)
                test = self._test(node)
                return lambda found: 1.0 if test(found) else 0.0

    def _joint(self, items: Sequence[Node]) -> Callable[[Found], float]:
        """Return the weighted geometric mean of the strengths of the clauses that have a say."""
        each = [
            (self._strength(item.item), item.weight)
            if isinstance(item, Boost)
            else (self._strength(item), 1.0)
            for item in items
            if any(_wanted(item))
        ]
        shares = sum(weight for _, weight in each) or 1.0
        return lambda found: prod(
            max(ABSENT, strength(found)) ** (weight / shares) for strength, weight in each
        )

    def _whole_or_partly(self, node: Near | Within | Of) -> Callable[[Found], float]:
        """Return 1 where a clause can hold, and less where only parts of it are found."""
        test = self._test(node)
        items = children(node)
        if isinstance(node, Of):
            each = tuple(map(self._strength, items))
            return lambda found: (
                1.0
                if test(found)
                else PARTLY * min(1.0, sum(one(found) for one in each) / len(each))
            )
        joint = self._joint(items)
        return lambda found: 1.0 if test(found) else PARTLY * min(1.0, joint(found))

    def _members_test(self, least: int, members: Sequence[Alias]) -> Callable[[Found], bool]:
        """Return a test for so many distinct members of a concept."""
        named: dict[int, set[int]] = {}
        for number, member in enumerate(members):
            for sought in _names(member):
                named.setdefault(self._number(sought), set()).add(number)
        if least == 1:
            return lambda found: not named.keys().isdisjoint(found)
        return lambda found: (
            len(set().union(*(named[term] for term in found.keys() & named.keys()))) >= least
        )


def _is_anchored(node: Node) -> bool:
    """Whether a clause is an expression that may match a sentence and not the whole text."""
    return isinstance(node, Regex) and _ANCHORED.search(node.pattern) is not None


def _certainly(_: Found) -> bool:
    """Pass whatever is found: only the judge can tell."""
    return True


def _within(node: Node) -> Node | None:
    """Return the clause that one is put around, if it needs a term; None when that is unknown."""
    match node:
        case Within(item=item) | Boost(item=item):
            return item
        case Field(name, item) if name in ZONE_FIELDS:
            return item
        case _:
            return None


def _conjuncts(node: Node) -> Iterator[Node]:
    """Yield the parts of a query all of which must be possible."""
    inner = _within(node)
    if inner is not None:
        yield from _conjuncts(inner)
    elif isinstance(node, And | Near):
        for item in node.items:
            yield from _conjuncts(item)
    else:
        yield node


def _is_plain(node: Node) -> bool:
    """Whether any one of its terms is all that a part can need."""
    inner = _within(node)
    match node:
        case Words() | Exact() | Regex() | Named(least=1):
            return True
        case Or(items):
            return all(_is_plain(item) for item in items)
        case _:
            return inner is not None and _is_plain(inner)


def _wanted(node: Node) -> Iterator[Sought]:
    """Yield the terms and expressions that a clause asks for."""
    inner = _within(node)
    match node:
        case Words() | Exact() | Regex():
            yield Sought(node)
        case Named(members=members):
            for member in members:
                yield from _names(member)
        case And(items) | Or(items) | Of(items=items) | Near(items=items):
            for item in items:
                yield from _wanted(item)
        case _ if inner is not None:
            yield from _wanted(inner)


def _names(member: Alias) -> Iterator[Sought]:
    """Yield the terms of a member of a concept, those of one language with it."""
    yield from map(Sought, member.terms)
    for lang, terms in member.terms_in:
        yield from (Sought(term, lang) for term in terms)
