"""Shadows: what can be told of a query from its clauses alone, whatever the texts.

A clause implies another when it can hold only where the other does. Where that cannot be told from
their form, the answer is no.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from topicwire.curate import words
from topicwire.curate.query import (
    ZONE_FIELDS,
    And,
    Boost,
    Exact,
    Field,
    Named,
    Near,
    Node,
    Not,
    Of,
    Or,
    Published,
    Term,
    Unit,
    Within,
    Words,
    children,
)

_STEMMED = ("en", "ru", "fr", "de", "es", "it", "pt")  # the languages whose words are stemmed


class _Word(NamedTuple):
    """A word of a term: its keys by language, or its prefix, and for an exact term its spelling."""

    keys: tuple[frozenset[str], ...]
    prefix: str
    exact: str


def implies(one: Node, other: Node) -> bool:
    """Return whether a clause can hold only where the other holds too."""
    if one == other:
        return True
    if isinstance(other, Boost):
        return implies(one, other.item)
    if isinstance(other, And):
        return all(implies(one, item) for item in other.items)
    is_any = isinstance(other, Or) and any(implies(one, item) for item in other.items)
    return is_any or _implies(one, other)


def _implies(one: Node, other: Node) -> bool:
    match one:
        case Or(items) | Of(items=items):
            return all(implies(item, other) for item in items)
        case And(items) | Near(items=items):
            return any(implies(item, other) for item in items)
        case Boost(item=item):
            return implies(item, other)
        case Within() | Field():
            return _narrow_implies(one, other)
        case _:
            return _leaf_implies(one, other)


def same(term: Term) -> tuple[object, ...]:
    """Return what two terms have in common that match the same in every language."""
    return _words(term)


def holds(term: Term, other: Term) -> bool:
    """Return whether every match of a term holds a match of another: seat swap, seat."""
    whole, part = _words(term), _words(other)
    return any(
        all(map(_covers, part, whole[shift : shift + len(part)]))
        for shift in range(len(whole) - len(part) + 1)
    )


def impossible(node: Node) -> str:
    """Say why a clause can hold nowhere, by its form alone; nothing when that cannot be told."""
    match node:
        case And(items):
            return _contradiction(items)
        case Within(unit, item) if {"title"} < _zones(item):
            return f"the title and the text never stand in one {unit.lower()}"
        case _:
            return ""


def _contradiction(items: tuple[Node, ...]) -> str:
    barred = [item.item for item in items if isinstance(item, Not)]
    if any(implies(item, one) for item in items for one in barred if not isinstance(item, Not)):
        return "what it asks for is what its NOT forbids"
    days = [item for item in items if isinstance(item, Published)]
    firsts = [day.first for day in days if day.first]
    lasts = [day.last for day in days if day.last]
    if len(days) > 1 and firsts and lasts and max(firsts) > min(lasts):
        return "no day is in both ranges of days"
    return ""


def _zones(node: Node) -> set[str]:
    """Return the zones in which parts of a clause have to stand: text is lead or body."""
    match node:
        case Field(name) if name in ZONE_FIELDS:
            return {"title" if name == "title" else "text"}
        case And(items) | Near(items=items):
            return {zone for item in items for zone in _zones(item)}
        case Boost(item=item):
            return _zones(item)
        case _:
            return set()


def _narrow_implies(one: Within | Field, other: Node) -> bool:
    """Whether a clause within a part of the entry implies another."""
    if isinstance(one, Field) and one.name not in ZONE_FIELDS:
        return False
    match other:
        case Within(unit, item, least) if isinstance(one, Within):
            # Two sentences may stand in one paragraph.
            is_wide = unit is one.unit and one.least >= least
            return (is_wide or (unit is Unit.PARAGRAPH and least == 1)) and implies(one.item, item)
        case Field(name, item) if isinstance(one, Field):
            return name in {one.name, "body" if one.name == "lead" else ""} and implies(
                one.item, item
            )
        case _:  # what is forbidden in a part may well stand in the whole
            return not _forbids(other) and implies(one.item, other)


def _forbids(node: Node) -> bool:
    return isinstance(node, Not) or any(map(_forbids, children(node)))


def _leaf_implies(one: Node, other: Node) -> bool:
    match one, other:
        case ((Words() | Exact()), (Words() | Exact())):
            return holds(one, other)
        case ((Words() | Exact()), Named(_, least, members)):
            return least == 1 and any(holds(one, term) for alias in members for term in alias.terms)
        case Named(), Named():
            return one.members == other.members and one.least >= other.least
        case _:
            return False


@lru_cache(maxsize=20_000)
def _words(term: Term) -> tuple[_Word, ...]:
    return tuple(_each_word(term))


def _each_word(term: Term) -> Iterator[_Word]:
    for surface, _, end in words.tokens(term.text):
        word = words.form(surface)
        if term.text[end : end + 1] == "*":
            yield _Word((), words.fold(word), "")
        else:
            keys = tuple(frozenset(words.keys(word, lang)) for lang in _STEMMED)
            yield _Word(keys, "", words.exact(surface) if isinstance(term, Exact) else "")


def _covers(wide: _Word, narrow: _Word) -> bool:
    """Whether a word of a term matches whatever the other matches, in every language."""
    if wide.prefix and narrow.prefix:
        return narrow.prefix.startswith(wide.prefix)
    if wide.prefix:  # by its stem: an inflection may lose the end of the word
        return all(key.startswith(wide.prefix) for keys in narrow.keys for key in keys)
    if narrow.prefix or (wide.exact and wide.exact != narrow.exact):
        return False
    return all(map(frozenset.__and__, wide.keys, narrow.keys))
