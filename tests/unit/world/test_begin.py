"""A first catalogue is made from a few words."""

import re
import tomllib

import pytest

from topicwire.curate.language import parse
from topicwire.model.catalogue import Concept, Member, Topic
from topicwire.world.begin import GUIDE, id_of, query_of, topic_file
from topicwire.world.catalogue import is_id


@pytest.mark.parametrize(
    ("title", "found"),
    [
        pytest.param("Wind power", "wind-power", id="words"),
        pytest.param("Énergie: l'éolien", "energie-l-eolien", id="accents"),
        pytest.param("Ветер", "first-topic", id="no Latin letter"),
        pytest.param("a " * 60, ("a-" * 20)[:-1], id="long"),
    ],
)
def test_a_title_gives_an_id(title: str, found: str) -> None:
    """The id names a file and stands in addresses."""
    assert id_of(title) == found
    assert is_id(found)


@pytest.mark.parametrize(
    ("words", "query"),
    [
        pytest.param("turbine", "turbine", id="word"),
        pytest.param("wind farm, turbine,", '"wind farm" OR turbine', id="phrase and word"),
        pytest.param("OR, F-35, (x)", '"OR" OR "F-35" OR "(x)"', id="signs"),
        pytest.param('say "so", ветер', '"say so" OR ветер', id="quotes"),
        pytest.param(" , ", "", id="nothing"),
    ],
)
def test_words_give_a_query(words: str, query: str) -> None:
    """Whatever is typed between commas is looked for as it stands, and can be read."""
    assert query_of(words) == query
    if query:
        parse(query, {})


def test_the_guide_is_true() -> None:
    """Each clause that it shows can be read, and what it comments out may stand there."""
    (text,) = topic_file(Topic("wind", "Wind", "On wind.", "wind\n")).values()
    concepts = {"name": Concept("name", "", (Member("x", ("x",)),))}
    clauses = re.findall(r"^#   (\S.*?)  +\w", GUIDE, re.MULTILINE)
    assert len(clauses) == 8
    for clause in clauses:
        parse(clause, concepts)

    found = tomllib.loads(re.sub(r"^# (?=(?:\w+ = |\[\[))", "", text, flags=re.MULTILINE))
    assert {"min_score", "about", "limit", "private", "example"} < found.keys()
