"""Definitions: topics with the concepts they name, or all that is wrong with them at once."""

import pytest

from builders import a_concept, a_topic
from topicwire.curate.define import definitions
from topicwire.errors import CatalogueError
from topicwire.model.catalogue import Catalogue, Concept, Member, Topic


def a_catalogue(*topics: Topic, concepts: tuple[Concept, ...] = ()) -> Catalogue:
    return Catalogue(sources=(), topics=topics, concepts=concepts)


def test_a_topic_takes_along_the_concepts_it_names_and_no_others() -> None:
    """What the store keeps is enough to judge by."""
    nation, space = a_concept("nation"), a_concept("space")
    (found,) = definitions(a_catalogue(a_topic(query="@space moon"), concepts=(nation, space)))
    assert (space,) == found.concepts


def test_a_concept_that_is_not_named_does_not_judge_anew() -> None:
    """The version depends on the named concepts alone."""
    topic = a_topic(query="@space moon")
    space = a_concept("space")
    once = definitions(a_catalogue(topic, concepts=(space,)))
    again = definitions(a_catalogue(topic, concepts=(space, a_concept("nation"))))
    assert once == again


def test_everything_wrong_is_said_at_once() -> None:
    """Each problem names its file and what to do."""
    broken = a_concept("nation", us=("**",))
    with pytest.raises(CatalogueError) as caught:
        definitions(a_catalogue(a_topic(id="one", query="("), a_topic(id="two", query="@spade"), concepts=(broken,)))  # fmt: skip
    concept, one, two = caught.value.problems
    assert concept.startswith("concepts/nation.toml: `**` holds no word; write a word")
    assert one.startswith("topics/one.toml: query, line 1, column 1: ")
    assert two.startswith("topics/two.toml: query, line 1, column 1: ")


def test_what_is_wrong_is_placed_in_its_file() -> None:
    """File, line and column, as editors jump to; the line and a caret are shown below."""
    nation = a_concept("nation", us=("=US*",))
    topic = a_topic(id="one", query="moon\nAND titel:a\n")
    files = {
        "concepts/nation.toml": 'id = "nation"\nterms = [\n  "moon", "=US*",\n]\n',
        "topics/one.toml": "id = \"one\"\nquery = '''\nmoon\nAND titel:a\n'''\n",
    }
    with pytest.raises(CatalogueError) as caught:
        definitions(Catalogue(sources=(), topics=(topic,), concepts=(nation,), files=files))
    concept, query = caught.value.problems
    assert concept.startswith("concepts/nation.toml:3:11: `=US*` cannot end in `*`")
    assert query.split("\n")[:3] == [
        "topics/one.toml:4:5: query, line 2, column 5: there is no field `titel:`",
        "  AND titel:a",
        "      ^",
    ]


def test_terms_in_a_language_make_another_version() -> None:
    """The archive is judged anew when they change."""
    topic = a_topic(query="@nation")
    versions = {
        definitions(a_catalogue(topic, concepts=(Concept("nation", "", (member,)),)))[0].version
        for member in (
            Member("Russia", ("Russia",)),
            Member("Russia", ("Russia",), (("fr", ("russe",)),)),
            Member("Russia", ("Russia",), (("de", ("russe",)),)),
        )
    }
    assert len(versions) == 3


@pytest.mark.parametrize(
    ("changes", "is_another"),
    [
        pytest.param({"second_reader": True}, True, id="on"),
        pytest.param({"about": ("Crews.",)}, False, id="its question, off"),
        pytest.param({"second_reader": True, "about": ("Crews.",)}, True, id="its question"),
        pytest.param({"second_reader_budget": 5}, False, id="budget"),
    ],
)
def test_a_second_reader_judges_anew(changes: dict[str, object], *, is_another: bool) -> None:
    """Switching it on or off does, and so does another question while it is on."""
    (before,) = definitions(a_catalogue(a_topic()))
    (after,) = definitions(a_catalogue(a_topic(**changes)))
    (asked,) = definitions(a_catalogue(a_topic(second_reader=True)))

    assert (after.version != before.version) == is_another
    assert (after.version != asked.version) == (changes != {"second_reader": True})
