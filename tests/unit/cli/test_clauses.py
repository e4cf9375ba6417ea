"""An explanation as people see it: what matched is marked, and what does not matter is folded."""

import sys

import pytest

from builders import a_topic
from topicwire.cli.topic.clauses import clause_lines, sentence
from topicwire.curate.explain import Explanation, explain
from topicwire.curate.judge import judge
from topicwire.curate.place import Place
from topicwire.curate.text import read_example
from topicwire.model.catalogue import Example
from topicwire.model.judging import Zone


def explanation(query: str, text: str) -> Explanation:
    example = Example(expect=True, title="", text=text, lang="en")
    return explain(judge(a_topic(query=query), ()), read_example(example))


def lines(query: str, text: str, *, everything: bool = False) -> list[str]:
    found = explanation(query, text)
    return [line for line, _ in clause_lines(found.clauses, everything=everything)]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let standard output be a terminal that shows colours."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


MOON = Place("Moon", Zone.LEAD, 1, "The Moon is full", ((4, 8),))


def test_what_matched_stands_in_brackets_where_no_colours_are() -> None:
    """A file or a pipe gets plain text."""
    assert sentence(MOON) == "The [Moon] is full"


@pytest.mark.usefixtures("terminal")
def test_what_matched_is_coloured_on_a_terminal() -> None:
    """Bold and yellow, and nothing else is."""
    assert sentence(MOON) == "The \x1b[33m\x1b[1mMoon\x1b[0m is full"


@pytest.mark.usefixtures("terminal")
def test_no_color_asks_for_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    """See no-color.org."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert sentence(MOON) == "The [Moon] is full"


def test_a_long_sentence_is_cut_around_the_match() -> None:
    """Whole words before and after it, and a mark where it is cut."""
    words = "bread and wine " * 20
    place = Place("Moon", Zone.BODY, 1, f"{words}Moon {words}".strip(), ((300, 304),))
    shown = sentence(place)
    assert shown.startswith("… ")
    assert " wine [Moon] bread " in shown
    assert shown.endswith(" …")
    assert len(shown) < 140


def test_branches_that_do_not_hold_are_counted_in_one_line() -> None:
    """What holds is what the editor asked for; --all shows the rest."""
    query = "moon OR mars OR venus OR sun"
    assert lines(query, "A moon.") == [
        "yes moon OR mars OR venus OR sun",
        "  yes moon",
        "      in the lead: A [moon]",
        "  no  and 3 others that do not hold",
    ]
    assert lines(query, "A moon.", everything=True)[-1] == "  no  sun"


def test_of_a_failing_or_the_nearest_branches_are_shown() -> None:
    """Those that lack least come first; a single other one is not worth folding."""
    query = "(a b c) OR (moon mars) OR venus OR sun OR star"
    assert lines(query, "Bread.")[1:] == [
        "  no  venus",
        "  no  sun",
        "  no  star",
        "  no  and 2 others that do not hold",
    ]
    assert lines("moon OR mars", "A moon.")[-1] == "  no  mars"


def test_a_weight_and_what_is_rightly_absent_take_one_line() -> None:
    """A weight holds as what it is put to; a NOT that holds has nothing to show."""
    assert lines("(moon OR mars)^2 NOT (sun OR star)", "A moon.") == [
        "yes (moon OR mars)^2 NOT (sun OR star)",
        "  yes (moon OR mars)^2",
        "    yes moon",
        "        in the lead: A [moon]",
        "    no  mars",
        "  yes NOT (sun OR star)",
    ]
    assert len(lines("moon^2 NOT sun", "A moon.", everything=True)) == 6


def test_a_line_tells_which_clause_it_is_about() -> None:
    """So that the one that is missing can be coloured, also where a weight stands for it."""
    found = explanation("moon NOT sun AND mars^2", "A moon.")
    (about,) = [line for line, clause in clause_lines(found.clauses) if clause is found.nearest]
    assert about == "  no  mars^2"
