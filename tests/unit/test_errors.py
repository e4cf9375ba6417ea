"""Errors show where they are."""

import pytest

from topicwire.errors import QueryError


def shown(query: str, line: int, column: int) -> list[str]:
    error = QueryError("it is wrong", line=line, column=column, hint="Mend it.", query=query)
    first, *middle, last = str(error).split("\n")
    assert (f"line {line}, column {column}: it is wrong", "Mend it.") == (first, last)
    return middle


@pytest.mark.parametrize(
    ("query", "line", "column", "expected"),
    [
        pytest.param("a b", 1, 3, ["  a b", "    ^"], id="plain"),
        pytest.param("a\r\nb c\r\n", 2, 3, ["  b c", "    ^"], id="CRLF"),
        pytest.param("\ta\tb", 1, 4, ["  \ta\tb", "  \t \t^"], id="tabs"),
        pytest.param("日本 x", 1, 4, ["  日本 x", "       ^"], id="wide characters"),
        pytest.param("e\u0301 x", 1, 4, ["  e\u0301 x", "    ^"], id="combining accents"),
        pytest.param("a\x1b[2Jb x", 1, 8, ["  a [2Jb x", "         ^"], id="control characters"),
        pytest.param("a", 1, 2, ["  a", "   ^"], id="the end"),
        pytest.param("a", 3, 1, ["  ", "  ^"], id="no such line"),
    ],
)
def test_a_caret_stands_below_the_place(
    query: str, line: int, column: int, expected: list[str]
) -> None:
    """In the columns of a terminal, and nothing of the query moves its cursor."""
    assert expected == shown(query, line, column)


def test_of_a_long_line_the_part_around_the_place_is_shown() -> None:
    """A query of one endless line fits a terminal."""
    line, caret = shown("a" * 10_000 + "b" + "c" * 10_000, 1, 10_001)
    assert line == "  …" + "a" * 50 + "b" + "c" * 49 + "…"
    assert line.index("b") == caret.index("^")
