"""The census: what is counted of a query, text by text."""

from builders import a_concept, a_topic
from topicwire.curate.census import Census
from topicwire.curate.judge import judge
from topicwire.curate.text import read_example
from topicwire.model.catalogue import Example


def a_census(query: str, *texts: str, examples: tuple[str, ...] = ()) -> Census:
    counted = Census(judge(a_topic(query=query), (a_concept("nation"),)))
    for is_example, group in ((False, texts), (True, examples)):
        for text in group:
            title, _, body = text.partition("|")
            example = Example(expect=True, title=title, text=body, lang="en")
            counted.count(read_example(example), is_example=is_example)
    return counted


def test_terms_are_counted_where_they_are_asked_for() -> None:
    """A term in a field is counted in the field; what only an example has, is seen with 0."""
    counted = a_census(
        "moon title:moon OR 2 OF @nation", "Moon|", "|Moon", examples=("|US, Russia",)
    )
    assert [(ask.zone, counted.asked.get(n)) for n, ask in enumerate(counted.asks)] == [
        ("", 2),
        ("title", 1),
        ("", 0),
    ]
    assert counted.texts == 2


def test_matches_are_counted_with_the_best_score() -> None:
    """Of the texts, and not of the examples."""
    counted = a_census("moon", "Moon|", "Mars|", "Mars|Moon.", examples=("Moon|Moon.",))
    assert counted.matched == 2
    assert counted.best == 0.8


def test_branches_that_decide_alone_are_counted() -> None:
    """Those of an OR within a NOT or a sentence do not decide, and terms are counted anyway."""
    counted = a_census("(moon mars OR sun) NOT (star OR a b)", "Moon and Mars|", "Moon|")
    assert [counted.branched.get(number) for number in range(len(counted.branches))] == [1]


def test_an_exclusion_counts_what_it_alone_keeps_out() -> None:
    """Also within a sentence; a text that would not match anyway is not its doing."""
    query = "SENTENCE(moon NOT honey) NOT mars NOT wine"
    counted = a_census(query, "Moon honey|", "Moon mars|", "Moon mars wine|", "Honey|")
    assert [counted.excluded.get(number) for number in range(3)] == [1, None, 1]
