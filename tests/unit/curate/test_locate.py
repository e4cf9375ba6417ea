"""Locating the terms of a query in its text."""

from hypothesis import given
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


PARTS = st.sampled_from(
    [
        *("moon", '"seat  swap"', "=US", '="The Hague"', "/a+/", "@nation", "2 OF @nation", "\n"),
        *("title:moon", "NEAR/2(a1, b1)", "(moon OR =US)", "NOT wine^2", "tag:(a1 OR b1)"),
        *(
            "SENTENCE(moon AND mars*)",
            "2 OF (a1, moon, @nation)",
            "published:>2026-01-01",
            "OR sun",
        ),
    ]
)


@given(st.lists(PARTS, min_size=1, max_size=8).map(" ".join))
def test_any_query_that_can_be_read_can_be_located(query: str) -> None:
    """Every term is found, and there stands what it is written as."""
    try:
        found = located(query)
    except QueryError:
        return
    lines = query.split("\n")
    for written, place in found:
        assert place is not None
        there = lines[place[0] - 1][place[1] - 1 :]
        assert there.startswith(written.removeprefix("2 OF ")[:5]) or ('"' in there[:2])
