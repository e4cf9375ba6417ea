"""Where a query or a term stands in its TOML file, so that editors can jump to what is wrong."""

import re
from collections.abc import Iterator

# Strings and comments as TOML writes them, the longer marks first.
_PIECE = re.compile(
    r"""
      \"{3} (?P<long> (?: \\. | [^\\] )*? ) \"{3} (?!\")
    | '{3} (?P<long_plain> .*? ) '{3} (?!')
    | \" (?P<short> (?: \\. | [^"\\\n] )* ) \"
    | ' (?P<short_plain> [^'\n]* ) '
    | \# [^\n]*
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|[^\S\n]*\n\s*|(.))")
_MEANT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}
_QUERY = re.compile(r"""(?:\A|\n)[ \t]*(?:query|"query"|'query')[ \t]*=[ \t]*\Z""")

Place = tuple[int, int]  # line and column, both from 1


def of_query(text: str, line: int, column: int) -> Place | None:
    """Return where a place in the query of a topic stands in the topic's file; None if nowhere."""
    text = text.replace("\r\n", "\n")
    pieces = list(_PIECE.finditer(text))
    ends = [0, *(piece.end() for piece in pieces)]
    for piece, before in zip(pieces, ends, strict=False):
        if _QUERY.search(text[before : piece.start()]):
            return _place(text, _offset(piece, line, column))
    return None


def of_term(text: str, term: str) -> Place | None:
    """Return where a term stands first in the file of its concept; None if nowhere."""
    text = text.replace("\r\n", "\n")
    for piece in _PIECE.finditer(text):
        if piece.lastgroup and "".join(char for char, _ in _written(piece)) == term:
            return _place(text, piece.start())
    return None


def _written(piece: re.Match[str]) -> Iterator[tuple[str, int]]:
    """Yield each character that a string stands for, with the offset at which it is written."""
    group = piece.lastgroup or "short"
    place, end = piece.span(group)
    if group.startswith("long") and piece[group].startswith("\n"):
        place += 1  # a line break right behind the opening mark is no part of the string
    while place < end:
        escape = None if group.endswith("plain") else _ESCAPE.match(piece.string, place, end)
        if escape is None:
            yield piece.string[place], place
            place += 1
            continue
        code, mark = escape[1] or escape[2], escape[3]
        if code or mark:
            yield chr(int(code, 16)) if code else _MEANT.get(mark, mark), place
        place = escape.end()


def _offset(piece: re.Match[str], line: int, column: int) -> int:
    """Return the offset in the file of a place in what a string stands for, or of its end."""
    at = (1, 1)
    for char, offset in _written(piece):
        if at >= (line, column):
            return offset
        at = (at[0] + 1, 1) if char == "\n" else (at[0], at[1] + 1)
    return piece.end(piece.lastgroup or 0)


def _place(text: str, offset: int) -> Place:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
