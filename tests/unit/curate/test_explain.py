"""Explaining: the tree of clauses, and what an entry that misses would need."""

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from builders import a_concept, a_source, a_stored, a_topic
from fakes import embed
from topicwire.curate.explain import Clause, Explanation, explain
from topicwire.curate.judge import judge
from topicwire.curate.place import Place
from topicwire.curate.text import read, read_example
from topicwire.errors import QueryError
from topicwire.model.catalogue import Example
from topicwire.model.judging import Zone


def explanation(query: str, text: str, title: str = "") -> Explanation:
    judging = judge(a_topic(query=query), (a_concept("nation"),))
    return explain(judging, read_example(Example(expect=True, title=title, text=text, lang="en")))


def test_a_hit_shows_what_matched_each_clause_and_where() -> None:
    """The tree follows the query, with words as written and the sentence they stand in."""
    found = explanation("moon AND (treaty OR pact)", "The pact  holds. Pacts do.", "Moon")

    moon = Clause("moon", True, 0, (Place("Moon", Zone.TITLE, 1, "Moon", ((0, 4),)),), ())
    treaty = Clause("treaty", False, 1, (), ())
    where = (Place("pact, Pacts", Zone.LEAD, 2, "The pact holds", ((4, 8),)),)
    pact = Clause("pact", True, 0, where, ())
    either = Clause("treaty OR pact", True, 0, where, (treaty, pact), is_either=True)
    assert (moon, either) == found.clauses.parts
    assert found.clauses.text == "moon AND (treaty OR pact)"
    assert found.clauses.holds
    assert found.nearest is None


def test_an_entry_that_falls_short_has_no_nearest_clause() -> None:
    """The query matches: it is the score that is missing."""
    text = "The moon is full. " + " ".join(f"Road{number} is closed." for number in range(60))
    found = explanation("moon", text)
    assert found.nearest is None
    assert not found.verdict.accepted
    assert found.verdict.score < found.min_score


def test_what_likeness_made_of_the_score_is_told() -> None:
    """An entry whose words would do, but that opens with something else, is not told otherwise."""
    topic = a_topic(query="moon", about=("A lunar treaty is signed.",))
    reading = read_example(Example(expect=True, title="Moon", text="Bread is dear.", lang="en"))

    found = explain(judge(topic, (), embed=embed), reading)

    assert found.by_words == judge(topic, ()).verdict(reading).score
    assert found.verdict.score < found.by_words
    assert explain(judge(topic, ()), reading).by_words is None


@pytest.mark.parametrize(
    ("query", "text", "nearest"),
    [
        pytest.param("moon AND treaty", "The moon.", "treaty", id="the part that fails"),
        pytest.param("moon OR (mars venus sun)", "Bread.", "moon", id="the shorter way"),
        pytest.param("moon OR mars", "Bread.", "moon", id="the first of equals"),
        pytest.param("moon OR (mars venus)", "Mars.", "venus", id="the way of which more is there"),
        pytest.param("(moon treaty) OR (mars venus sun)", "Mars and Venus.", "sun", id="the branch that lacks least"),
        pytest.param("moon NOT honey", "Moon and honey.", "NOT honey", id="what is forbidden"),
        pytest.param("2 OF @nation", "Russia.", "2 OF @nation", id="a second member"),
        pytest.param("moon AND SENTENCE(mars venus)", "Moon. Mars. Venus.", "SENTENCE(mars AND venus)", id="not together"),
        pytest.param("SENTENCE(mars venus)", "Mars.", "venus", id="not even apart"),
        pytest.param("NEAR/1(mars, venus)", "Mars and then Venus.", "NEAR/1(mars, venus)", id="too far apart"),
        pytest.param("title:(moon AND mars)", "Mars.", "moon", id="nothing in the field"),
        pytest.param("2 OF (moon, mars, venus)", "Venus.", "moon", id="one more of many"),
    ],
)  # fmt: skip
def test_a_miss_names_the_clause_that_needs_least(query: str, text: str, nearest: str) -> None:
    """The editor sees what alone, or first, kept the entry out."""
    found = explanation(query, text)
    assert found.nearest is not None
    assert nearest == found.nearest.text
    assert not found.nearest.holds


def test_parts_of_a_field_are_explained_within_it() -> None:
    """A word that stands only in the text does not hold in the title."""
    found = explanation("title:moon", "The moon.", "Mars")
    assert [part.holds for part in found.clauses.parts] == [False]


def test_parts_of_a_sentence_are_explained_in_the_whole_text() -> None:
    """They hold apart; it is together that they do not."""
    found = explanation("SENTENCE(mars venus)", "Mars. Venus.")
    both = found.clauses.parts[0]
    assert (found.clauses.holds, both.holds) == (False, True)


def test_a_clause_on_the_origin_is_a_leaf() -> None:
    """Nothing in the text speaks for or against it."""
    found = explanation("moon AND source:(press OR wire)", "The moon.")
    assert found.clauses.parts[1].parts == ()
    assert found.clauses.parts[1].holds


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        pytest.param("venus", 0, id="it holds"),
        pytest.param("moon", 1, id="a word"),
        pytest.param("moon mars", 2, id="all of several"),
        pytest.param("moon OR (mars bread)", 1, id="the cheapest way"),
        pytest.param("2 OF (venus, moon, mars bread)", 1, id="one more of many"),
        pytest.param("3 OF (venus, moon, mars bread)", 3, id="two more of many"),
        pytest.param("2 OF @nation", 2, id="two members"),
        pytest.param("SENTENCE(moon mars)", 2, id="what is to stand together"),
        pytest.param("SENTENCE(venus orbit)", 1, id="together"),
        pytest.param("moon NOT venus", 2, id="one to add, one to take away"),
    ],
)
def test_what_is_missing_is_counted(query: str, missing: int) -> None:
    """Each word, member, nearness or absence that is lacking counts one."""
    assert explanation(query, "Venus shines. Orbit.").clauses.missing == missing


LACKS = [
    pytest.param("moon", "Bread.", "moon does not stand in it", None, id="a word"),
    pytest.param("=Moon bread", "The moon. Bread.", "=Moon does not stand in it in this spelling", "Bread", id="a spelling"),
    pytest.param("title:moon", "The moon.", "moon does not stand in the title", "The moon", id="a field"),
    pytest.param("@nation", "Bread.", "no member of @nation stands in it", None, id="a concept"),
    pytest.param("2 OF @nation", "A Russian. Bread.", "@nation needs 2 distinct members; it found russia", "A Russian", id="a member"),
    pytest.param("SENTENCE(2 OF @nation)", "An American. Russians.", "@nation needs 2 distinct members in one sentence; it found us", "An American", id="members apart"),
    pytest.param("SENTENCE(2 OF @nation)", "Bread.", "@nation needs 2 distinct members in one sentence; it found none", None, id="no member"),
    pytest.param("SENTENCE(moon mars sun)", "Moon, sun. Mars.", "no sentence holds all of it; the nearest lacks mars", "Moon, sun", id="not together"),
    pytest.param("PARAGRAPH(moon mars)", "Moon. Bread.\n\nMars.", "no paragraph holds all of it; the nearest lacks mars", "Moon", id="not in a paragraph"),
    pytest.param("PARAGRAPH/3(moon)", "Moon.\n\nBread. Moon. Moon.\n\nMars.", "all of it stands in 2 paragraphs; 3 are needed", "Moon", id="in too few paragraphs"),
    pytest.param("SENTENCE/2(moon mars)", "Moon, mars. Mars.", "all of it stands in 1 sentence; 2 are needed", "Mars", id="in one sentence"),
    pytest.param("SENTENCE/2(moon mars)", "Moon. Mars.", "no sentence holds all of it; the nearest lacks mars", "Moon", id="in none of several"),
    pytest.param("NEAR/1(moon, mars)", "Mars and then a moon.", "its parts stand more than 1 words apart: 3 at best", "Mars and then a moon", id="too far apart"),
    pytest.param("moon NOT (honey OR wine)", "Moon. Wine  and honey.", "it holds “Wine” and “honey”, which NOT forbids", "Wine and honey", id="what is forbidden"),
    pytest.param("PARAGRAPH(2 OF (moon, mars, sun))", "Moon.\n\nMars.", "no paragraph holds all of it; the nearest lacks mars", "Moon", id="of several"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "text", "lack", "near"), LACKS)
def test_what_is_missing_is_said(query: str, text: str, lack: str, near: str | None) -> None:
    """In words, with the sentence that comes nearest."""
    found = explanation(query, text)
    assert lack == found.lack
    assert near == (found.near and found.near.sentence)


@pytest.mark.parametrize(
    ("query", "lack"),
    [
        pytest.param("seats lang:fr", "lang:fr does not hold: its language is en", id="language"),
        pytest.param("seats source:wire", "source:wire does not hold: its source is press, The Press", id="source"),
        pytest.param("seats tag:moon", "tag:moon does not hold: its tag is unknown", id="no tag"),
        pytest.param("seats published:>2026-11-02", "published:2026-11-03.. does not hold: it was published on 2026-11-02", id="day"),
    ],
)  # fmt: skip
def test_what_is_known_beside_the_text_is_said(query: str, lack: str) -> None:
    """A clause on the origin fails by what the origin is."""
    found = explain(judge(a_topic(query=query), ()), read(a_stored(), a_source()))
    assert lack == found.lack


def test_spans_are_those_of_the_sentence_as_it_is_shown() -> None:
    """Blanks are made single, and words that overlap are one span."""
    found = explanation('"lunar pact" OR pact OR mars', "A  lunar\tpact of   Mars.", "Sun")
    either = found.clauses.places[0]
    assert [either.sentence[begin:end] for begin, end in either.spans] == ["lunar pact", "Mars"]


WORDS = st.sampled_from(["moon", "mars", "Russia", "American", "bread", ".", "\n\n"])
CLAUSES = st.recursive(
    st.sampled_from(["moon", "mars", "=US", "@nation", "2 OF @nation", "title:mars", "/m.o+n/"]),
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("SENTENCE({})".format, inner),
        st.builds("PARAGRAPH({} AND {})".format, inner, inner),
        st.builds("SENTENCE/2({})".format, inner),
        st.builds("NEAR/2({}, {})".format, inner, inner),
        st.builds("2 OF ({}, {}, moon)".format, inner, inner),
        st.builds("(sun NOT {})".format, inner),
    ),
    max_leaves=6,
)


@given(CLAUSES, st.lists(WORDS, max_size=20))
def test_every_miss_is_explained(query: str, words: list[str]) -> None:
    """Whatever the query and the text: a miss has a failing clause and a sentence that says so."""
    try:
        found = explanation(query, " ".join(words))
    except QueryError:
        reject()
    assert found.clauses.holds == (found.nearest is None) == (not found.lack)
    if found.near is not None:
        assert all(0 <= start < end <= len(found.near.sentence) for start, end in found.near.spans)
