"""`about:` in a query: what it is read as, and what is left of a query without a model of meaning."""

from collections.abc import Sequence

import pytest

from builders import a_topic
from topicwire.curate.appoint import Meaning, Post, appoint
from topicwire.curate.judge import version
from topicwire.curate.language import parse
from topicwire.curate.likeness import Vector
from topicwire.curate.query import statements, unparse, without_meaning
from topicwire.curate.text import read_example
from topicwire.errors import QueryError
from topicwire.model.catalogue import Example, Topic
from topicwire.model.judging import Verdict

SPACE = 'about:"ships meet in orbit"'


def embed(texts: Sequence[str]) -> list[Vector]:
    """Tell texts that speak of orbits from all others."""
    return [(1.0, 0.0) if "orbit" in text else (0.0, 1.0) for text in texts]


MEANING = Meaning("two", embed)


def verdict(topic: Topic, title: str, *, meaning: Meaning | None) -> Verdict:
    judging = appoint(Post(topic, ()), meaning=meaning).judge
    return judging.verdict(read_example(Example(expect=True, title=title, text="", lang="en")))


@pytest.mark.parametrize(
    ("query", "left"),
    [
        pytest.param(f"moon {SPACE}", "moon", id="and"),
        pytest.param(f"moon OR mars OR {SPACE}", "moon OR mars", id="or"),
        pytest.param(f"moon NOT {SPACE}", "moon", id="not"),
        pytest.param(f"2 OF (moon, mars, {SPACE})", "2 OF (moon, mars)", id="of"),
        pytest.param(f"moon ({SPACE})^2", "moon", id="weight"),
    ],
)
def test_without_a_model_the_clause_is_left_out(query: str, left: str) -> None:
    """The rest of the query stands as it did."""
    root = without_meaning(parse(query, {}).root)
    assert root is not None
    assert unparse(parse(left, {})) == unparse(type(parse(left, {}))(root))


def test_a_query_of_meaning_alone_matches_nothing_without_a_model() -> None:
    """Rather than everything."""
    topic = a_topic(query=SPACE)
    assert without_meaning(parse(SPACE, {}).root) is None
    assert not verdict(topic, "An orbit", meaning=None).accepted
    assert verdict(topic, "An orbit", meaning=MEANING).accepted


def test_the_clause_asks_for_likeness() -> None:
    """In an AND it must be like the statement, under a NOT it must not."""
    wanted, unwanted = a_topic(query=f"moon {SPACE}"), a_topic(query=f"moon NOT {SPACE}")
    titles = ("A moon in orbit", "A moon of cheese")
    assert [verdict(wanted, each, meaning=MEANING).accepted for each in titles] == [True, False]
    assert [verdict(unwanted, each, meaning=MEANING).accepted for each in titles] == [False, True]


def test_it_is_said_that_clauses_are_left_out() -> None:
    """An editor must not believe that they work."""
    (note,) = appoint(Post(a_topic(query=f"moon {SPACE}"), ()), meaning=None).notes
    assert "topicwire[similarity]" in note
    assert appoint(Post(a_topic(query=f"moon {SPACE}"), ()), meaning=MEANING).notes == ()


@pytest.mark.parametrize("query", ["about:(a OR b)", "about:ship*", "about:=US", "about:@nation"])
def test_it_takes_a_statement(query: str) -> None:
    """What else stands there is refused, with what to write."""
    with pytest.raises(QueryError):
        parse(f"moon {query}", {})


def test_its_statements_are_found_anywhere() -> None:
    """In order, and none of other fields."""
    root = parse(f'title:moon (mars OR {SPACE}) NOT about:"a race"', {}).root
    assert statements(root) == ("ships meet in orbit", "a race")


def test_another_model_of_meaning_judges_anew() -> None:
    """But only topics that compare by meaning."""
    plain, asking = a_topic(query="moon"), a_topic(query=f"moon {SPACE}")
    assert version(plain, ()) == version(plain, (), embedder="two")
    assert version(asking, ()) != version(asking, (), embedder="two")
