"""Locating: where in the text of a query its terms and concepts stand."""

import re
from collections.abc import Iterator

from topicwire.curate.grammar import plain
from topicwire.curate.query import KEYWORDS, Exact, Named, Node, Regex, Words, children
from topicwire.curate.terms import term

Position = tuple[int, int]  # line and column, both from 1

_TOKEN = re.compile(
    r"""
      (?P<skipped> [a-zA-Z_]+: | [0-9]+\s+OF(?![^\s(),"@]) | (?:NEAR|SENTENCE|PARAGRAPH)(?:\s*/\s*[0-9]*)?(?=\s*\() | \^[0-9.]* )
    | (?P<exact> =(?:"(?:\\.|[^"\\])*"|[^\s()",:^=@]+) )
    | (?P<quoted> "(?:\\.|[^"\\])*" )
    | /(?P<regex> (?:\\.|[^/\\\n])* )/
    | @(?P<concept> [^\s(),"^:]* )
    | (?P<word> [^\s()",:^=@/][^\s()",:^]* )
    """,
    re.VERBOSE | re.DOTALL,
)


def positions(query: str, root: Node) -> dict[int, Position]:
    """Return where each term and concept of a query stands, by the identity of its node."""
    tokens = tuple(_tokens(plain(query)))
    found: dict[int, Position] = {}
    at = 0  # the leaves come in the order of the text
    for leaf in leaves(root):
        value = f"@{leaf.concept}" if isinstance(leaf, Named) else leaf
        here = next((n for n in range(at, len(tokens)) if tokens[n][0] == value), None)
        if here is not None:
            offset, at = tokens[here][1], here + 1
            line = query.count("\n", 0, offset) + 1
            found[id(leaf)] = line, offset - query.rfind("\n", 0, offset)
    return found


def leaves(node: Node) -> Iterator[Words | Exact | Regex | Named]:
    """Yield the terms and concepts of a clause in order, also those on its origin."""
    if isinstance(node, Words | Exact | Regex | Named):
        yield node
    for child in children(node):
        yield from leaves(child)


def _tokens(query: str) -> Iterator[tuple[Node | str, int]]:
    """Yield what may be a term or concept, with its offset."""
    for found in _TOKEN.finditer(query):
        kind = found.lastgroup
        if kind == "concept":
            yield found[0], found.start()
        elif kind == "regex":
            yield Regex(re.sub(r"\\(/)", r"\1", found["regex"])), found.start()
        elif kind != "skipped" and (kind != "word" or found[0] not in KEYWORDS):
            try:
                yield term(found[0]), found.start()
            except ValueError:  # a part of a field's value that is no term
                continue
