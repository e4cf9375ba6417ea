"""Locating the terms of a query in its text."""

from hypothesis import given, reject
from hypothesis import strategies as st

from builders import a_concept
from topicwire.curate.language import parse
from topicwire.curate.locate import leaves, positions
from topicwire.curate.query import clause
from topicwire.errors import QueryError

CONCEPTS = {"nation": a_concept("nation")}


def located(query: str) -> list[tuple[str, tuple[int, int] | None]]:
    root = parse(query, CONCEPTS).root
    found = positions(query, root)
    return [(clause(leaf), found.get(id(leaf))) for leaf in leaves(root)]


def test_every_kind_of_term_is_found() -> None:
    """With its line and column, both from 1, also where it stands a second time."""
    query = 'moon AND ("seat  swap" OR =US\n  OR /mo+n/ OR 2 OF @nation)\nNOT title:(moon mars*^2)'
    assert located(query) == [
        ("moon", (1, 1)),
        ('"seat swap"', (1, 11)),
        ("=US", (1, 27)),
        ("/mo+n/", (2, 6)),
        ("2 OF @nation", (2, 21)),
        ("moon", (3, 12)),
        ("mars*", (3, 17)),
    ]


def test_words_of_the_language_are_no_terms() -> None:
    """A keyword is a term only in quotes; numbers of OF, NEAR and weights are none."""
    query = '2 OF (a1, "AND", 2) AND NEAR/2(x, y)^2 AND published:>2026-01-01'
    assert located(query) == [
        ("a1", (1, 7)),
        ('"AND"', (1, 11)),
        ("2", (1, 18)),
        ("x", (1, 32)),
        ("y", (1, 35)),
    ]


@given(st.text(alphabet='ab "()/=*:^@ORNT\n', max_size=30))
def test_any_query_that_can_be_read_can_be_located(query: str) -> None:
    """A position is within the text; none is found rather than a wrong one."""
    try:
        found = located(query)
    except QueryError:
        reject()
    lines = query.split("\n")
    assert all(1 <= place[1] <= len(lines[place[0] - 1]) for _, place in found if place)
