"""Shadows: what a query's form tells, and that no text ever contradicts it."""

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from builders import a_concept
from topicwire.curate.language import parse
from topicwire.curate.match import Matcher, hits
from topicwire.curate.query import Node
from topicwire.curate.shadow import implies, impossible
from topicwire.curate.text import read_example
from topicwire.errors import QueryError
from topicwire.model.catalogue import Example

CONCEPTS = {"nation": a_concept("nation")}


def a_clause(query: str) -> Node:
    return parse(query, CONCEPTS).root


def does_match(node: Node, title: str, text: str) -> bool:
    reading = read_example(Example(expect=True, title=title, text=text, lang="en"))
    return hits(node, Matcher(node).view(reading)) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("moon", "moon", id="the same"),
        pytest.param("MOON", "moon", id="the same word in capitals"),
        pytest.param('"seat swap"', "seat", id="a phrase and its word"),
        pytest.param('"a seat swap now"', '"seat swap"', id="a phrase within a phrase"),
        pytest.param("cosmonaut", "cosmo*", id="a word and its prefix"),
        pytest.param("cosmona*", "cosmo*", id="a longer prefix"),
        pytest.param("=Moon", "moon", id="a spelling"),
        pytest.param("Russian", "@nation", id="a term of a concept"),
        pytest.param("2 OF @nation", "@nation", id="fewer members"),
        pytest.param("moon AND mars", "mars OR sun", id="a part of an AND"),
        pytest.param("SENTENCE(moon mars)", "moon mars", id="together and apart"),
        pytest.param("SENTENCE(moon mars)", "PARAGRAPH(mars moon)", id="a sentence in a paragraph"),
        pytest.param("PARAGRAPH/3(moon mars)", "PARAGRAPH/2(moon)", id="fewer paragraphs"),
        pytest.param("SENTENCE/2(moon)", "PARAGRAPH(moon)", id="two sentences in a paragraph"),
        pytest.param("SENTENCE/2(moon)", "moon", id="in two sentences and anywhere"),
        pytest.param("NEAR/3(moon, mars)", "mars", id="near"),
        pytest.param("2 OF (moon, Moon, lunar moon)", "moon", id="all of several"),
        pytest.param("title:moon", "moon", id="in a field"),
        pytest.param("lead:moon", "body:moon", id="the lead is text"),
        pytest.param("moon^2", "moon^3", id="weights do not matter to it"),
    ],
)
def test_a_clause_implies_another(one: str, other: str) -> None:
    """It can hold only where the other does."""
    assert implies(a_clause(one), a_clause(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("seat", '"seat swap"', id="a word and a phrase with it"),
        pytest.param('"seat swap"', '"swap seat"', id="another order"),
        pytest.param("moon", "=Moon", id="any spelling"),
        pytest.param("stationing", "stationi*", id="an inflection without the ending"),
        pytest.param("@nation", "Russian", id="another member"),
        pytest.param("moon", "title:moon", id="anywhere"),
        pytest.param("title:moon", "lead:moon", id="another field"),
        pytest.param("PARAGRAPH(moon mars)", "SENTENCE(moon mars)", id="a paragraph is wider"),
        pytest.param("PARAGRAPH(moon)", "PARAGRAPH/2(moon)", id="more paragraphs"),
        pytest.param("SENTENCE/2(moon)", "PARAGRAPH/2(moon)", id="both may be in one paragraph"),
        pytest.param("SENTENCE(moon NOT mars)", "moon NOT mars", id="it may be elsewhere"),
        pytest.param("moon OR mars", "moon", id="another way"),
        pytest.param("source:moon", "moon", id="its source"),
    ],
)
def test_a_clause_does_not_imply_another(one: str, other: str) -> None:
    """Some text has the one without the other."""
    assert not implies(a_clause(one), a_clause(other))


@pytest.mark.parametrize(
    ("query", "why"),
    [
        pytest.param("seat NOT seat", "what it asks for is what its NOT forbids", id="itself"),
        pytest.param('"seat swap" NOT seat', "what it asks for is what its NOT forbids", id="a part"),
        pytest.param("SENTENCE(title:moon lead:mars)", "the title and the text never stand in one sentence", id="zones"),
        pytest.param("moon published:>2026-05-01 published:<2026-05-01", "no day is in both ranges of days", id="ranges"),
        pytest.param('seat NOT "seat swap"', "", id="some seats"),
        pytest.param("SENTENCE(title:moon mars)", "", id="all in the title"),
    ],
)  # fmt: skip
def test_what_can_hold_nowhere_is_told(query: str, why: str) -> None:
    """By its form alone."""
    assert why == impossible(a_clause(query))


WORDS = st.lists(
    st.sampled_from(
        ["moon", "Moons", "mars", "Russian", "American", "US", "seat", "swap", ". ", "\n\n"]
    ),
    max_size=12,
).map(" ".join)
LEAVES = st.sampled_from(
    ["moon", "=Moon", "mo*", '"seat swap"', "seat", "@nation", "2 OF @nation", "Russian", "mars"]
)
CLAUSES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("({} NOT {})".format, inner, inner),
        st.builds("SENTENCE({})".format, inner),
        st.builds("PARAGRAPH({})".format, inner),
        st.builds("SENTENCE/2({})".format, inner),
        st.builds("NEAR/2({}, {})".format, LEAVES, LEAVES),
        st.builds("2 OF ({}, {}, {})".format, LEAVES, LEAVES, LEAVES),
        st.builds("title:({})".format, LEAVES),
        st.builds("lead:({})".format, LEAVES),
        st.builds("({})^2".format, inner),
    ),
    max_leaves=5,
)


@settings(max_examples=300)
@given(CLAUSES, CLAUSES, WORDS, WORDS)
def test_no_text_contradicts_an_implication(one: str, other: str, title: str, text: str) -> None:
    """Where the one holds the other does, and what is impossible holds nowhere."""
    try:
        first, second = a_clause(one), a_clause(other)
    except QueryError:
        reject()
    if does_match(first, title, text):
        assert not impossible(first)
        if implies(first, second):
            assert does_match(second, title, text)
