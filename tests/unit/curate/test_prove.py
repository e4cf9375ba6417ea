"""Proving: which examples are judged when a catalogue is to be applied, and what is held back."""

from builders import a_standing, a_topic
from topicwire.curate.define import define
from topicwire.curate.judge import Judge, judge
from topicwire.curate.prove import flips, proven, scored
from topicwire.model.catalogue import Definition, Example, Topic
from topicwire.model.judging import StandingTopic

MOON = Example(expect=True, title="The moon", text="", lang="en")
BREAD = Example(expect=True, title="Bread", text="It is baked.", lang="en")
WINE = Example(expect=False, title="", text="Moon wine, " + "a good year, " * 10, lang="en")


def a_definition(**changes: object) -> Definition:
    return define(a_topic(**changes), {})


def standing(topic: Topic) -> StandingTopic:
    return a_standing(topic=topic, version=define(topic, {}).version)


def by_rule(definition: Definition) -> Judge:
    return judge(definition.topic, definition.concepts)


def test_the_examples_of_a_new_topic_are_judged() -> None:
    """Each that comes out wrong is named with its number, its score and what is asked."""
    new = a_definition(query="moon", examples=(MOON, BREAD, WINE))

    found = flips([new], [], judging=by_rule)

    assert [each.number for each in found] == [2, 3]
    assert str(found[0]) == (
        "topics/seats.toml: example 2, “Bread”, should be in but is not: score 0.00, least 0.50"
    )
    assert "example 3, “Moon wine, a good year, " in str(found[1])
    assert "…”, is in but should not be: score 0." in str(found[1])


def test_what_stands_as_it_is_wanted_is_not_judged_again() -> None:
    """A topic that was applied despite its examples does not complain again."""
    topic = a_topic(query="moon", examples=(BREAD,))
    assert flips([define(topic, {})], [standing(topic)], judging=by_rule) == ()


def test_a_new_example_alone_is_judged() -> None:
    """It says what the editor wants, though the topic judges as before."""
    before = standing(a_topic(query="moon"))
    found = flips([a_definition(query="moon", examples=(BREAD,))], [before], judging=by_rule)
    assert [each.outcome.example for each in found] == [BREAD]


def test_a_flipped_topic_stays_as_it_stands() -> None:
    """It is served on as it was; a new one stays out, and all others come in."""
    before = standing(a_topic(id="old", query="moon"))
    changed, new, other = (
        a_definition(id="old", query="bread"),
        a_definition(id="new", query="wine"),
        a_definition(id="other", query="moon"),
    )

    found = proven([changed, new, other], [before], {"old", "new"})

    assert found == (Definition(before.topic, before.concepts, before.version), other)


def test_a_flipped_topic_is_not_renamed() -> None:
    """It goes on under its former id: its readers must not find it gone."""
    before = standing(a_topic(id="old", query="moon"))
    renamed = a_definition(id="new", formerly=("old",), query="bread")

    assert proven([renamed], [before], {"new"}) == (
        Definition(before.topic, before.concepts, before.version),
    )


def test_a_renamed_topic_that_judges_as_before_is_not_judged_again() -> None:
    """Its name is no part of what it judges by."""
    before = standing(a_topic(id="old", query="moon", examples=(BREAD,)))
    renamed = a_definition(id="new", formerly=("old",), query="moon", examples=(BREAD,))

    assert flips([renamed], [before], judging=by_rule) == ()


def test_a_score_that_just_falls_short_is_told_from_the_least() -> None:
    """Two digits, or as many as it takes."""
    assert scored(0.8951, 0.9) == "score 0.8951, least 0.90"
    assert scored(0.9, 0.9) == "score 0.90, least 0.90"
    assert scored(0.12, 0.5) == "score 0.12, least 0.50"
    assert scored(0.499999, 0.5) == "score 0.499999, least 0.50"  # of one the second reader refused
