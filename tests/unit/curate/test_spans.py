"""The words by which a clause holds are exactly those: every hit matches its own clause alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicwire.curate.find import Hit
from topicwire.curate.language import parse
from topicwire.curate.match import Matcher, hits
from topicwire.curate.text import Reading, read_example
from topicwire.model.catalogue import Concept, Example, Member

CONCEPTS = {
    "nation": Concept(
        "nation",
        "",
        (
            Member("Korea", ("Korea", "Korean")),
            Member("South Korea", ("South Korea", "=ROK", "Seoul*")),
            Member("US", ("U.S.", "United States", "Américain")),
        ),
    )
}
TERMS = (
    "station", "launch", "agree", '"seat swap"', "cross-flight", '"space stat*"', "sat*", "=US",
    '="United States"', "U.S.", "/MS-\\d+/", "/oyu/", "/(?i)soyuz.ms/", "/[A-Z]{2,}/", "@nation", "宇宙",
    "/宙ス/", "été", "3.5",
)  # fmt: skip
CLAUSES = (
    *TERMS, "station launch", "station OR sat*", "NEAR/3(station, @nation)", "title:station",
    "NEAR/2(NEAR/2(station, launch), agree)", "SENTENCE(station AND (agree OR launch))",
    "PARAGRAPH(2 OF @nation)", "SENTENCE/2(station)", "2 OF @nation", "2 OF (station, agree, NEAR/0(launch, station))",
    "station NOT agree", "SENTENCE(station NOT launch)", "body:(station^2 OR @nation)",
    "lead:SENTENCE(2 OF (sat*, /oyu/, =US))", "(@nation AND NEAR/5(=US, agree))^3",
)  # fmt: skip
WORDS = (
    "station", "Stations", "station's", "launched", "agrees", "seat", "swaps", "seat-swap", "cross-flights",
    "space", "satellite", "Saturday", "US", "us", "U.S.", "United", "States", "Soyuz", "MS-22", "soyuz-ms",
    "Korea", "South", "Koreans", "ROK", "Seoul", "宇宙ステーション", "l’été", "ete", "3.5", "https://a.com/station",
    "NASA", "Américains", "NOT", "-", "(", ")", ",",
)  # fmt: skip
TEXTS = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", " ", " ", "\n", ". ", ".\n\n", "-", "; "])),
    max_size=40,
).map(lambda parts: "".join(word + joint for word, joint in parts))  # fmt: skip


def read(text: str, title: str = "", lang: str = "en") -> Reading:
    return read_example(Example(expect=True, title=title, text=text, lang=lang))


def found(query: str, reading: Reading) -> list[Hit] | None:
    matcher = Matcher(parse(query, CONCEPTS).root)
    return hits(matcher.node, matcher.view(reading))


@given(st.sampled_from(CLAUSES), TEXTS, TEXTS)
def test_every_hit_matches_its_own_clause(query: str, title: str, text: str) -> None:
    """What is shown as the reason is a reason, word for word, and stands where it says."""
    reading = read(text, title)
    for hit in found(query, reading) or ():
        assert 0 <= hit.start < hit.end <= len(reading.spelled)
        assert reading.sentence[hit.start] == reading.sentence[hit.end - 1]
        surface = reading.surface(hit.start, hit.end)
        assert surface in reading.text
        alone = read("", surface)
        whole = (0, len(alone.spelled))
        assert whole in [(one.start, one.end) for one in found(hit.clause, alone) or ()], surface


@given(st.sampled_from(TERMS), TEXTS)
def test_hits_are_in_order_and_each_is_told_once(query: str, text: str) -> None:
    """No span twice; members of a concept do not overlap."""
    spans = [(hit.start, hit.end) for hit in found(query, read(text)) or ()]
    assert spans == sorted(set(spans))
    if query.startswith("@"):
        assert all(one[1] <= after[0] for one, after in pairwise(spans))


@given(st.sampled_from(TERMS), TEXTS, st.sampled_from(["station", "x y z", "Korea"]))
def test_a_term_is_found_wherever_it_stands(query: str, text: str, more: str) -> None:
    """What matches a text matches it with another sentence before it."""
    before = found(query, read(text))
    if before:
        after = found(query, read(f"{more.title()} qux quux {len(text)}.\n\n{text}"))
        assert after is not None
        assert len(after) >= 1


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        pytest.param("/oyu/", "The Soyuz flies.", ["Soyuz"], id="part of a word is the word"),
        pytest.param("/z MS-2/", "Soyuz MS-22 flies.", ["Soyuz MS-22"], id="parts of three words"),
        pytest.param("/MS-/", "On MS-22.", ["MS"], id="the sign after a word is not the next"),
        pytest.param("/-22/", "On MS-22.", ["22"], id="nor the sign before it the one before"),
        pytest.param('"cross flight"', "cross-flights, cross flights", ["cross-flights", "cross flights"], id="across a hyphen"),
        pytest.param("cross-flight", "cross flight", ["cross flight"], id="without the hyphen"),
        pytest.param('"joint* flight*"', "Jointly flighted.", ["Jointly flighted"], id="prefixes in a phrase"),
        pytest.param("@nation", "South Koreans, South Korea", ["Koreans", "South Korea"], id="the longest that is there"),
        pytest.param("été", "L’été, l'ete", ["L’été", "l'ete"], id="with the elision as written"),
        pytest.param('"seat swap"', "seat https://a.com swap", ["seat https://a.com swap"], id="over an address"),
        pytest.param("NEAR/1(station, launch)", "Station x launch x x station", ["Station", "launch"], id="only those that are near"),
        pytest.param("a OR b", "b a", ["b", "a"], id="in the order of the text"),
    ],
)  # fmt: skip
def test_the_words_that_match_are_shown(query: str, text: str, expected: list[str]) -> None:
    """As they are written, from the first to the last that the clause touches."""
    reading = read(text, lang="fr" if "été" in query else "en")
    surfaces = [reading.surface(hit.start, hit.end) for hit in found(query, reading) or ()]
    assert expected == surfaces
