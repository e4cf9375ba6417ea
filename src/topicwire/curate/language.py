"""The topic language: reads the text of a query; docs/topics.md is its reference."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from typing import NoReturn

import re2
from lark import Token, Transformer_NonRecursive, v_args
from lark.exceptions import VisitError

from topicwire.curate import grammar
from topicwire.curate.query import (
    FIELDS,
    KEYWORDS,
    TEXT_FIELDS,
    VALUE_FIELDS,
    Alias,
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
    Query,
    Regex,
    Unit,
    Within,
    Words,
    children,
)
from topicwire.curate.words import tokens
from topicwire.errors import QueryError
from topicwire.model import Concept

MAX_DISTANCE = 1_000
MAX_WEIGHT = 10.0
MAX_CONCEPT_TERMS = 5_000

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_COMPARED = re.compile(rf"(>=|<=|>|<)({_DAY})")
_RANGE = re.compile(rf"({_DAY})?\.\.({_DAY})?|({_DAY})")
_ONE_DAY = timedelta(days=1)

_RE2 = re2.Options()
_RE2.log_errors = False


def parse(query: str, concepts: Mapping[str, Concept]) -> Query:
    """Read the text of a query, with the concepts it may name by their ids.

    Raises:
        QueryError: when it cannot be read, and nothing else on any text.
    """
    tree = grammar.tree(query)
    try:
        root = _Builder(query, concepts).transform(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, QueryError):
            raise error.orig_exc from None
        raise
    if not is_positive(root):
        hint = "Name at least one thing that is: `wanted NOT unwanted`."
        grammar.refuse(query, None, "the query only says what is not wanted", hint)
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


def term(text: str) -> Words | Exact:
    """Read a term of a concept.

    Raises:
        ValueError: when it is no word, phrase, `=exact` form or `prefix*`; says why.
    """
    if text.startswith("="):
        return Exact(_checked(_plain(text[1:]), exact=True))
    return Words(_checked(_plain(text), exact=False))


def _plain(text: str) -> str:
    """Return what stands between quotation marks, if there are any, with single blanks."""
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        text = re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    return " ".join(text.split())


def _checked(text: str, *, exact: bool) -> str:
    """Return the text of a term if there is something in it to look for."""
    if not any(tokens(text)):
        raise ValueError(f"`{text}` holds no word")
    if exact and "*" in text:
        raise ValueError(f"`={text}` cannot end in `*`: an exact form is complete")
    if re.search(r"(?<!\w)\*|\*(?=\w|\*)", text):
        raise ValueError(f"`{text}` has a `*` that does not end a word")
    if re.search(r"(?<!\w)\w\*", text):
        raise ValueError(f"`{text}` has a `*` after a single letter")
    return text


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
        if token in KEYWORDS:
            self._refuse(
                token, f"{token} stands alone", f'Quote it to look for the word: "{token}".'
            )
        return self._term(token)

    def quoted(self, token: Token) -> Node:
        return self._term(token)

    def exact(self, token: Token) -> Node:
        return self._term(token)

    def regex(self, token: Token) -> Node:
        pattern = re.sub(r"\\(.)", lambda found: "/" if found[1] == "/" else found[0], token[1:-1])
        try:
            empty = re2.compile(pattern, _RE2).search("") is not None
        except (re2.error, ValueError) as error:
            reason = _reason(error)
            self._refuse(token, f"the regular expression is wrong: {reason}", "See RE2's syntax.")
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
        return Of(self._count(count, len(items)), items)

    def near(self, token: Token, items: tuple[Node, ...]) -> Node:
        distance = token.partition("/")[2]
        if not distance or int(distance) > MAX_DISTANCE:
            hint = f"Write `NEAR/5(one, other)`, with a number of words up to {MAX_DISTANCE:,}."
            self._refuse(token, "NEAR does not say how near", hint)
        if len(items) < len(("one", "other")):
            self._refuse(token, "NEAR has only one part", "Write `NEAR/5(one, other)`.")
        self._check_positive(token, items, "NEAR")
        return Near(int(distance), items)

    def within(self, token: Token, *parts: Node | Token) -> Node:
        (item,) = _nodes(parts)
        self._check_positive(token, (item,), token)
        return Within(Unit(token), item)

    def field(self, token: Token, item: Node) -> Node:
        name = token[:-1].lower()
        if name not in FIELDS:
            hint = _near_misses(name, FIELDS, "", "The fields are " + ", ".join(FIELDS) + ".")
            self._refuse(token, f"there is no field `{token}`", hint)
        if name == "published":
            return self._published(token, item)
        if name in VALUE_FIELDS and not _has_only(item, (Words, And, Or, Not)):
            self._refuse(
                token, f"`{token}` takes plain values", f"Write `{token}x`, `{token}(x OR y)`."
            )
        if name in TEXT_FIELDS and _has(item, (Field, Published, Within, Boost)):
            hint = f'Write `{token}word`, `{token}"a phrase"` or `{token}(a OR b)`.'
            self._refuse(token, f"`{token}` takes words and phrases", hint)
        return Field(name, item)

    def _published(self, token: Token, item: Node) -> Node:
        value = item.text if isinstance(item, Words) else ""
        try:
            first, last = _days(value)
        except (ValueError, OverflowError):
            hint = "Write `published:2026-01-31`, `>=2026-01-31` or `2026-01-01..2026-06-30`."
            self._refuse(token, "these are no days", hint)
        return Published(first, last)

    def _term(self, token: Token) -> Node:
        try:
            return term(token)
        except ValueError as error:
            self._refuse(token, str(error), "Write a word, a `prefix*` or a phrase in quotes.")

    def _concept(self, token: Token) -> tuple[Alias, ...]:
        name = token[1:]
        if name not in self._members:
            if name not in self._concepts:
                known = "Concepts: " + (", ".join(sorted(self._concepts)) or "none yet") + "."
                hint = _near_misses(name, tuple(self._concepts), "@", known)
                self._refuse(token, f"there is no concept `{token}`", hint)
            self._members[name] = self._aliases(token, self._concepts[name])
        return self._members[name]

    def _aliases(self, token: Token, concept: Concept) -> tuple[Alias, ...]:
        if not any(member.terms for member in concept.members):
            self._refuse(token, f"the concept `{token}` has no terms", "Give it some in its file.")
        if sum(len(member.terms) for member in concept.members) > MAX_CONCEPT_TERMS:
            message = f"the concept `{token}` has more than {MAX_CONCEPT_TERMS:,} terms"
            self._refuse(token, message, "Make two concepts of it.")
        try:
            return tuple(
                Alias(member.name, tuple(term(text) for text in member.terms))
                for member in concept.members
            )
        except ValueError as error:
            hint = f"Correct the term in the file of the concept {concept.id}."
            self._refuse(token, f"in the concept `{token}`, {error}", hint)

    def _count(self, token: Token, most: int) -> int:
        count = int(token.split()[0])
        if not 1 <= count <= most:
            self._refuse(token, f"{count} of {most} cannot be met", f"Ask for 1 to {most}.")
        return count

    def _check_positive(self, token: Token, items: tuple[Node, ...], what: str) -> None:
        if not all(is_positive(item) for item in items):
            hint = "Take the NOT outside: `wanted AND NOT (unwanted)`."
            self._refuse(token, f"{what} holds a part that only says what is not wanted", hint)

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


def _has_only(node: Node, kinds: tuple[type[Node], ...]) -> bool:
    return isinstance(node, kinds) and all(_has_only(child, kinds) for child in children(node))


def _days(value: str) -> tuple[date | None, date | None]:
    """Return the first and the last day of a written range of days."""
    if compared := _COMPARED.fullmatch(value):
        sign, day = compared[1], date.fromisoformat(compared[2])
        if sign in {">", ">="}:
            return (day + _ONE_DAY if sign == ">" else day), None
        return None, (day - _ONE_DAY if sign == "<" else day)
    found = _RANGE.fullmatch(value)
    if found is None or value == "..":
        raise ValueError(value)
    first, last = (date.fromisoformat(day) if day else None for day in found.group(1, 2))
    return (first, last) if found[3] is None else (date.fromisoformat(found[3]),) * 2


def _near_misses(name: str, known: tuple[str, ...], sign: str, otherwise: str) -> str:
    close = get_close_matches(name.lower(), known, n=3)
    return (
        "Did you mean " + " or ".join(f"`{sign}{one}`" for one in close) + "?"
        if close
        else otherwise
    )


def _reason(error: Exception) -> str:
    said = error.args[0] if error.args else error
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
