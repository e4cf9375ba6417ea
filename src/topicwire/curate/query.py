"""A query as a tree of frozen nodes, and its canonical text."""

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class Unit(StrEnum):
    """A stretch of text within which a clause can be made to hold."""

    SENTENCE = "SENTENCE"
    PARAGRAPH = "PARAGRAPH"


@dataclass(frozen=True, slots=True)
class Words:
    """A word or words in order, inflected; a word that ends in `*` stands for all it begins."""

    text: str


@dataclass(frozen=True, slots=True)
class Exact:
    """A word or words in order in exactly this spelling."""

    text: str


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression of the RE2 syntax."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Alias:
    """A member of a concept with the terms that stand for it.

    `terms` stand for it in any language, `terms_in` only in texts of the language they come with.
    """

    name: str
    terms: tuple[Words | Exact, ...]
    terms_in: tuple[tuple[str, tuple[Words | Exact, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """At least `least` distinct members of a concept."""

    concept: str
    least: int
    members: tuple[Alias, ...]


@dataclass(frozen=True, slots=True)
class And:
    """All of the items; those that are `Not` forbid."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the items."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The absence of the item."""

    item: "Node"


@dataclass(frozen=True, slots=True)
class Of:
    """At least `least` of the items."""

    least: int
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Near:
    """The items with at most `distance` words between the first and each of the others."""

    distance: int
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Within:
    """The item as a whole within one sentence or paragraph, and within at least so many."""

    unit: Unit
    item: "Node"
    least: int = 1


@dataclass(frozen=True, slots=True)
class Field:
    """The item within one field of the entry."""

    name: str
    item: "Node"


@dataclass(frozen=True, slots=True)
class Published:
    """Publication from the first to the last day (UTC); None leaves that end open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Boost:
    """The item with more (or less) say in the score."""

    weight: float
    item: "Node"


Node = (
    Words | Exact | Regex | Named | And | Or | Not | Of | Near | Within | Field | Published | Boost
)
Term = Words | Exact


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query; two that mean the same clause by clause are equal."""

    root: Node


ZONE_FIELDS = ("title", "lead", "body")
TEXT_FIELDS = ("author", "source", "tag")
VALUE_FIELDS = ("lang", "url")
MEANING = "about"  # likeness to a statement
FIELDS = (*ZONE_FIELDS, *TEXT_FIELDS, *VALUE_FIELDS, "published", MEANING)

KEYWORDS = frozenset({"AND", "OR", "NOT", "OF", "NEAR", "SENTENCE", "PARAGRAPH"})
_BARE = re.compile(r"(?!(?:[0-9]*OF|AND|OR|NOT|NEAR|SENTENCE|PARAGRAPH)\b)[^\W_][\w.'&+-]*\*?")


def children(node: Node) -> tuple[Node, ...]:
    """Return the clauses that a clause is made of; none for a term or a concept."""
    match node:
        case And(items) | Or(items) | Of(items=items) | Near(items=items):
            return items
        case Not(item) | Within(item=item) | Field(item=item) | Boost(item=item):
            return (item,)
        case _:
            return ()


def statements(node: Node) -> tuple[str, ...]:
    """Return what a clause compares entries with by meaning, in order."""
    if isinstance(node, Field) and node.name == MEANING and isinstance(node.item, Words):
        return (node.item.text,)
    return tuple(text for child in children(node) for text in statements(child))


def without_meaning(node: Node) -> Node | None:
    """Return a clause without its parts on meaning, None where nothing else is left of it."""
    match node:
        case Field(name) if name == MEANING:
            return None
        case And(items) | Or(items):
            kept = tuple(one for item in items if (one := without_meaning(item)) is not None)
            return type(node)(kept) if len(kept) > 1 else next(iter(kept), None)
        case Of(least, items):
            kept = tuple(one for item in items if (one := without_meaning(item)) is not None)
            return Of(min(least, len(kept)), kept) if kept else None
        case Not(item) | Within(item=item) | Field(item=item) | Boost(item=item):
            inner = without_meaning(item)
            return None if inner is None else replace(node, item=inner)
        case _:
            return node


def concepts_named(query: Query) -> tuple[str, ...]:
    """Return the ids of the concepts that a query names, sorted."""
    named: set[str] = set()
    pending: list[Node] = [query.root]
    while pending:
        node = pending.pop()
        if isinstance(node, Named):
            named.add(node.concept)
        pending.extend(children(node))
    return tuple(sorted(named))


def unparse(query: Query) -> str:
    """Return the canonical text of a query: parsing it gives the same query."""
    return clause(query.root)


def clause(node: Node) -> str:
    """Return the canonical text of one clause."""
    match node:
        case And(items):
            text = "".join(_joined(item) for item in items).removeprefix(" AND ").lstrip()
        case Or(items):
            text = " OR ".join(clause(item) for item in items)
        case Of(least, items):
            text = f"{least} OF ({', '.join(clause(item) for item in items)})"
        case Near(distance, items):
            text = f"NEAR/{distance}({', '.join(clause(item) for item in items)})"
        case Not() | Within() | Field() | Boost():
            text = _modified(node)
        case _:
            text = _leaf(node)
    return text


def _modified(node: Not | Within | Field | Boost) -> str:
    match node:
        case Not(item):
            return f"NOT {_operand(item)}"
        case Within(unit, item, least):
            return f"{unit}{f'/{least}' if least > 1 else ''}({clause(item)})"
        case Field(name, item):
            return f"{name}:{_operand(item)}"
        case Boost(weight, item):
            return f"{_operand(item)}^{weight:g}"


def _leaf(node: Words | Exact | Regex | Named | Published) -> str:
    match node:
        case Words(text):
            return _words(text)
        case Exact(text):
            return f"={_words(text)}"
        case Regex(pattern):
            return "/" + pattern.replace("/", "\\/") + "/"
        case Named(concept, least):
            return f"@{concept}" if least == 1 else f"{least} OF @{concept}"
        case Published(first, last):
            return f"published:{first or ''}..{last or ''}"


def _joined(node: Node) -> str:
    """Return the text of a part of an AND, with what joins it to the parts before it."""
    if isinstance(node, Not):
        return f" {clause(node)}"
    return f" AND ({clause(node)})" if isinstance(node, Or) else f" AND {clause(node)}"


def _operand(node: Node) -> str:
    """Return the text of a clause that a field, NOT or a weight is put to."""
    open_ended = And | Or | Not | Field | Boost | Published
    return f"({clause(node)})" if isinstance(node, open_ended) else clause(node)


def _words(text: str) -> str:
    if _BARE.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
