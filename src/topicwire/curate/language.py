"""The topic language: reads the text of a query; docs/topics.md is its reference."""

import re
import unicodedata
from collections.abc import Mapping
from typing import NoReturn

import re2
from lark import Token, Transformer_NonRecursive, Tree, v_args
from lark.exceptions import VisitError

from topicwire.curate import grammar, values
from topicwire.curate.query import (
    MEANING,
    TEXT_FIELDS,
    VALUE_FIELDS,
    ZONE_FIELDS,
    Alias,
    And,
    Boost,
    Field,
    Named,
    Near,
    Node,
    Not,
    Of,
    Or,
    Published,
    Query,
    Regex,
    Unit,
    Within,
    Words,
    children,
)
from topicwire.curate.terms import plain, term
from topicwire.errors import QueryError, nearest
from topicwire.model.catalogue import Concept

MAX_DISTANCE = 1_000
MAX_UNITS = 100  # sentences or paragraphs
MAX_WEIGHT = 10.0
MAX_CONCEPT_TERMS = 5_000

_SYNTAX = "It is read by RE2: no look-around and no back-references; `\\/` is a slash."

_RE2 = re2.Options()
_RE2.log_errors = False


def parse(query: str, concepts: Mapping[str, Concept]) -> Query:
    """Read the text of a query, with the concepts it may name by their ids.

    Raises:
        QueryError: when it cannot be read, and nothing else on any text.
    """
    tree = grammar.tree(query)
    _mark_values(tree)
    try:
        root = _Builder(query, concepts).transform(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, QueryError):
            raise error.orig_exc from None
        raise
    if not is_positive(root):
        hint = "Name at least one thing that is: `wanted NOT unwanted`."
        where = grammar.first(query, "_NOT")
        what = "an alternative" if isinstance(root, Or) else "the query"
        grammar.refuse(query, where, f"{what} only says what is not wanted", hint)
    return Query(root)


def is_positive(node: Node) -> bool:
    """Whether a clause can hold only where something it looks for is found."""
    match node:
        case Not():
            return False
        case And(items):
            return any(is_positive(item) for item in items)
        case _:
            return all(is_positive(child) for child in children(node))


def _mark_values(tree: Tree[Token]) -> None:
    """Mark what stands in fields that take plain values: there a web address is no mistake."""
    for field in tree.find_data("field"):
        name = field.children[0]
        if isinstance(name, Token) and name[:-1].lower() in {*VALUE_FIELDS, "published"}:
            for inner in field.iter_subtrees():
                if inner.data in {"word", "quoted"}:
                    inner.data = "value"


def _is_worded(node: Node) -> bool:
    """Whether a clause can hold only by words of the text, not by what is known beside it."""
    match node:
        case Not() | Published():
            return False
        case Field(name, item):
            return name in ZONE_FIELDS and _is_worded(item)
        case And(items):
            return any(_is_worded(item) for item in items)
        case _:
            return all(_is_worded(child) for child in children(node))


@v_args(inline=True)
class _Builder(Transformer_NonRecursive[Token, Node]):
    """Makes nodes of the tree, and refuses what only reads like a query."""

    def __init__(self, query: str, concepts: Mapping[str, Concept]) -> None:
        super().__init__()
        self._query = query
        self._concepts = concepts
        self._members: dict[str, tuple[Alias, ...]] = {}

    def start(self, root: Node) -> Node:
        return root

    def group(self, *parts: Node | Token) -> Node:
        return _nodes(parts)[0]

    def factor(self, item: Node) -> Node:
        return item

    def either(self, *items: Node) -> Node:
        return Or(_flat(Or, items)) if len(items) > 1 else items[0]

    def every(self, *items: Node) -> Node:
        return And(_flat(And, items)) if len(items) > 1 else items[0]

    def negation(self, item: Node) -> Node:
        return item.item if isinstance(item, Not) else Not(item)

    def boosted(self, item: Node, weight: Token) -> Node:
        number = weight[1:]
        if not number or float(number) > MAX_WEIGHT:
            self._refuse(
                weight, "this is no weight", f"Write `^` and a number up to {MAX_WEIGHT:g}."
            )
        return Boost(float(number), item)

    def word(self, token: Token) -> Node:
        return self._term(token)

    def value(self, token: Token) -> Node:
        return Words(plain(token))

    def quoted(self, token: Token) -> Node:
        return self._term(token)

    def exact(self, token: Token) -> Node:
        return self._term(token)

    def regex(self, token: Token) -> Node:
        written, flags = token[1:].rsplit("/", 1)
        if flags:
            hint = f"Write `/(?{flags.lower()})…/`, or a blank after the expression."
            self._refuse(token, f"`{flags}` stands after the regular expression", hint)
        slashes = re.sub(r"\\(.)", lambda found: "/" if found[1] == "/" else found[0], written)
        pattern = unicodedata.normalize("NFC", slashes)
        try:
            empty = re2.compile(pattern, _RE2).search("") is not None
        except (re2.error, ValueError) as error:
            reason = _reason(error)
            self._refuse(token, f"the regular expression is wrong: {reason}", _SYNTAX)
        if empty:
            hint = "Make it ask for at least one character: `+` instead of `*`."
            self._refuse(token, "the regular expression matches the empty text", hint)
        return Regex(pattern)

    def concept(self, token: Token) -> Node:
        return Named(token[1:], 1, self._concept(token))

    def some_of_concept(self, count: Token, token: Token) -> Node:
        members = self._concept(token)
        return Named(token[1:], self._count(count, len(members)), members)

    def list(self, *parts: Node | Token) -> tuple[Node, ...]:
        return _nodes(parts)

    def some(self, count: Token, items: tuple[Node, ...]) -> Node:
        self._check_positive(count, items, "OF")
        if len(items) == 1:
            hint = "Part them with commas: `2 OF (a, b, c)`; of a concept: `2 OF @concept`."
            self._refuse(count, "OF counts in a list of one", hint)
        return Of(self._count(count, len(items)), items)

    def near(self, token: Token, items: tuple[Node, ...]) -> Node:
        distance = token.partition("/")[2]
        if not distance or int(distance) > MAX_DISTANCE:
            hint = f"Write `NEAR/5(one, other)`, with a number of words up to {MAX_DISTANCE:,}."
            self._refuse(token, "NEAR does not say how near", hint)
        if len(items) < len(("one", "other")):
            self._refuse(token, "NEAR has only one part", "Write `NEAR/5(one, other)`.")
        self._check_positive(token, items, "NEAR")
        self._check_worded(token, items, "NEAR")
        return Near(int(distance), items)

    def within(self, token: Token, *parts: Node | Token) -> Node:
        (item,) = _nodes(parts)
        unit, _, least = (part.strip() for part in token.partition("/"))
        if least and not 1 <= int(least) <= MAX_UNITS:
            hint = f"Write `{unit}/2(one AND other)`, with a number up to {MAX_UNITS:,}."
            self._refuse(token, f"{unit} does not say in how many", hint)
        self._check_positive(token, (item,), unit)
        self._check_worded(token, (item,), unit)
        return Within(Unit(unit), item, int(least or 1))

    def field(self, token: Token, item: Node) -> Node:
        name = token[:-1].lower()
        if name == "published":
            return self._published(token, item)
        if name in VALUE_FIELDS:
            return Field(name, self._valued(token, item))
        if name == MEANING and (not isinstance(item, Words) or "*" in item.text):
            hint = 'Write what it is to be like in a sentence: `about:"crews of two nations"`.'
            self._refuse(token, "`about:` takes a statement", hint)
        if name in TEXT_FIELDS and _has(item, (Field, Published, Within, Boost)):
            hint = f'Write `{token}word`, `{token}"a phrase"` or `{token}(a OR b)`.'
            self._refuse(token, f"`{token}` takes words and phrases", hint)
        return Field(name, item)

    def _valued(self, token: Token, item: Node) -> Node:
        """Return what a field of plain values holds, as it is compared."""
        match item:
            case And(items) | Or(items):
                return type(item)(tuple(self._valued(token, one) for one in items))
            case Not(one):
                return Not(self._valued(token, one))
        if not isinstance(item, Words):
            hint = f"Write `{token}x` or `{token}(x OR y)`."
            self._refuse(token, f"`{token}` takes plain values", hint)
        found = values.problem(token[:-1].lower(), item.text)
        if found:
            self._refuse(token, *found)
        return Words(values.bare(item.text))

    def _published(self, token: Token, item: Node) -> Node:
        value = item.text if isinstance(item, Words) else ""
        hint = "Write `published:2026-01-31`, `2026-01`, `>=2026-01-31` or `2026-01..2026-06`."
        try:
            start, last = values.days(value)
        except (ValueError, OverflowError):
            self._refuse(token, "these are no days", hint)
        if start and last and start > last:
            self._refuse(token, "these days end before they begin", hint)
        return Published(start, last)

    def _term(self, token: Token) -> Node:
        try:
            return term(token)
        except ValueError as error:
            hint = "Write a word, a `prefix*` or a phrase in quotes."
            if "is an address" in str(error):
                hint = f"Write `url:{values.bare(plain(token))[:80]}`."
            self._refuse(token, str(error), hint)

    def _concept(self, token: Token) -> tuple[Alias, ...]:
        name = token[1:]
        if not name:
            self._refuse(token, "`@` stands before no name", "Write `@concept`, without a blank.")
        if name not in self._members:
            if name not in self._concepts:
                known = "Concepts: " + (", ".join(sorted(self._concepts)) or "none yet") + "."
                hint = _near_misses(name, tuple(self._concepts), "@", known)
                self._refuse(token, f"there is no concept `{token}`", hint)
            self._members[name] = self._aliases(token, self._concepts[name])
        return self._members[name]

    def _aliases(self, token: Token, concept: Concept) -> tuple[Alias, ...]:
        count = sum(len(member.all_terms) for member in concept.members)
        if not count:
            self._refuse(token, f"the concept `{token}` has no terms", "Give it some in its file.")
        if count > MAX_CONCEPT_TERMS:
            message = f"the concept `{token}` has more than {MAX_CONCEPT_TERMS:,} terms"
            self._refuse(token, message, "Make two concepts of it.")
        try:
            return tuple(
                Alias(
                    member.name,
                    tuple(term(text) for text in member.terms),
                    tuple((lang, tuple(map(term, texts))) for lang, texts in member.terms_in),
                )
                for member in concept.members
            )
        except ValueError as error:
            hint = f"Correct the term in the file of the concept {concept.id}."
            self._refuse(token, f"in the concept `{token}`, {error}", hint)

    def _count(self, token: Token, most: int) -> int:
        count = int(token.removesuffix("OF"))
        if not 1 <= count <= most:
            self._refuse(token, f"{count} of {most} cannot be met", f"Ask for 1 to {most}.")
        return count

    def _check_positive(self, token: Token, items: tuple[Node, ...], what: str) -> None:
        if not all(is_positive(item) for item in items):
            hint = "Take the NOT outside: `wanted AND NOT (unwanted)`."
            self._refuse(token, f"{what} holds a part that only says what is not wanted", hint)

    def _check_worded(self, token: Token, items: tuple[Node, ...], what: str) -> None:
        if not all(_is_worded(item) for item in items):
            hint = "Take it outside: `lang:en AND SENTENCE(one AND other)`."
            self._refuse(token, f"{what} holds a part that no words of the text can meet", hint)

    def _refuse(self, token: Token, message: str, hint: str) -> NoReturn:
        grammar.refuse(self._query, token, message, hint)


def _nodes(parts: tuple[Node | Token, ...]) -> tuple[Node, ...]:
    """Return the nodes among the parts: parentheses and commas stay in the tree as tokens."""
    return tuple(part for part in parts if not isinstance(part, Token))


def _flat(kind: type[And | Or], items: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return the items with those of the same kind dissolved: A AND (B AND C) has three parts."""
    nested = (item.items if isinstance(item, kind) else (item,) for item in items)
    return tuple(item for group in nested for item in group)


def _has(node: Node, kinds: tuple[type[Node], ...]) -> bool:
    return isinstance(node, kinds) or any(_has(child, kinds) for child in children(node))


def _near_misses(name: str, known: tuple[str, ...], sign: str, otherwise: str) -> str:
    near = nearest(name.lower(), known, shown=lambda one: f"`{sign}{one}`")
    return f"Did you mean {near}?" if near else otherwise


def _reason(error: Exception) -> str:
    said = error.args[0] if error.args else error
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
