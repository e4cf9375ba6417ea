"""Text as it is published."""

import pytest

from topicwire.model.judging import SECOND_READER, Reason, Zone
from topicwire.publish.wording import (
    because,
    excerpt,
    fragment,
    legible,
    line,
    name,
    plain,
    scrubbed,
    without_players,
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("a\x00b\x0bc", "abc", id="controls"),
        pytest.param("a\x9cb\x7fc", "abc", id="C1 controls and delete"),
        pytest.param("a\ud800b", "ab", id="surrogate"),
        pytest.param("a\ufffdb\ufffec\ufdd0d", "abcd", id="replacement and non-characters"),
        pytest.param("a\U0001fffeb\U0010ffffc", "abc", id="astral non-characters"),
        pytest.param("a\r\nb\rc\x85d", "a\nb\nc\nd", id="line ends"),
        pytest.param("a\tb 🚀 א \u202e", "a\tb 🚀 א \u202e", id="what may stay"),
    ],
)
def test_scrubbed(given: str, expected: str) -> None:
    """O10: no character that XML, HTML or the validator refuses is published."""
    assert expected == scrubbed(given)


def test_scrubbed_refuses_the_same_characters_however_it_looks() -> None:
    """O10: each way to look for what is refused finds the same, for every character of the plane."""
    refused = {*range(9), 0xB, 0xC, *range(0xE, 0x20), 0x7F, *range(0x80, 0xA0), 0xFFFD}
    refused |= {*range(0xD800, 0xE000), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF} - {0x85}
    broken = {0xD, 0x85}  # line ends of other systems
    for number in set(range(0x10000)) - broken:
        kept = "" if number in refused else chr(number)
        assert scrubbed(f"a{chr(number)}") == f"a{kept}", hex(number)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("  A \n\t title ", "A title", id="white space"),
        pytest.param("A & B < C", "A & B < C", id="markup characters stay"),
        pytest.param("the <b>end</b>", "the <b>end\u2039/b>", id="a closing tag is broken"),
        pytest.param("\x00\n", "", id="nothing left"),
    ],
)
def test_line(given: str, expected: str) -> None:
    """O9: a title is one line without what a validator takes for markup."""
    assert expected == line(given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("cafÃ© Â£5", "café £5", id="UTF-8 as Latin-1"),
        pytest.param("cafÃ\x83Â©", "café", id="twice"),
        pytest.param("café", "café", id="what is right"),
        pytest.param("“cafÃ©”", "“cafÃ©”", id="what was never Latin-1"),
        pytest.param("a\x00Ã\x80\xa9 ï¿½", "aé ", id="once what is refused has gone"),
    ],
)
def test_legible(given: str, expected: str) -> None:
    """O10: UTF-8 that was taken for Latin-1, which the validator minds, is read anew."""
    assert expected == legible(given)


def test_words_of_an_image_name_no_address() -> None:
    """O7: the validator looks for addresses in an image's words too (ContainsRelRef)."""
    image = '<img alt="SRC=x" title="src=\'y\'" src="https://a.example/i.png">'
    assert fragment(image) == (
        '<img alt="SRC&#61;x" title="src&#61;\'y\'" src="https://a.example/i.png">'
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("<p>no player</p>", "<p>no player</p>", id="none"),
        pytest.param(
            '<audio controls="" preload="none" src="https://a.example/?a&amp;b"></audio>',
            '<audio preload="none" src="https://a.example/?a&amp;b"></audio>'
            '<p lang="en"><a href="https://a.example/?a&amp;b">Audio</a></p>',
            id="audio",
        ),
        pytest.param('<video controls=""></video>', "<video></video>", id="nothing to play"),
    ],
)
def test_without_players(given: str, expected: str) -> None:
    """O8: what plays has no controls (SecurityRiskAttr) but a link, so that nothing is lost."""
    assert expected == without_players(given)


def test_name_drops_the_address() -> None:
    """O40: an author's name carries no e-mail address."""
    assert name("Ada Writer <ada@press.example>") == "Ada Writer"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("one two", "one two", id="short enough"),
        pytest.param("one two three four five", "one two three four…", id="between words"),
        pytest.param("one two, three four five", "one two, three…", id="punctuation inside stays"),
        pytest.param("one two three, four five", "one two three…", id="punctuation before the cut"),
        pytest.param("x" * 30, "x" * 19 + "…", id="no space to cut at"),
        pytest.param("a" + " " * 200 + "b", "a…", id="white space beyond what is looked at"),
    ],
)
def test_excerpt(given: str, expected: str) -> None:
    """An excerpt ends between words, marked, and is never longer than asked."""
    assert expected == excerpt(given, 20)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("<p>One</p><p>two</p>", "One two", id="blocks"),
        pytest.param("in<b>line</b>", "inline", id="inline markup"),
        pytest.param('<img alt="a > b">x', "x", id="an angle in an attribute"),
        pytest.param("a &amp;amp; b", "a &amp; b", id="decoded once"),
        pytest.param("a<br>b", "a b", id="line break"),
    ],
)
def test_plain(given: str, expected: str) -> None:
    """The plain text of a fragment is what a reader reads, on one line."""
    assert expected == plain(given)


def test_because_groups_by_zone() -> None:
    """The reasons are said by where they stand, each word once, the strongest first."""
    reasons = (
        Reason("@nation", "NASA", Zone.TITLE, 1),
        Reason("swap", "seat swap", Zone.LEAD, 1),
        Reason("agency", "NASA", Zone.TITLE, 1),
        Reason("@nation", "Roscosmos", Zone.TITLE, 1),
    )
    assert because(reasons) == "“NASA” and “Roscosmos” in the title; “seat swap” in the opening"


def test_because_says_a_word_once() -> None:
    """A word that speaks for two clauses, or again further down, is said where it stands first."""
    reasons = (
        Reason("@nation", "Cosmonaut, American", Zone.TITLE, 2),
        Reason("@space", "cosmonaut, capsule", Zone.LEAD, 3),
    )
    assert because(reasons) == "“Cosmonaut” and “American” in the title; “capsule” in the opening"


def test_because_of_a_clause_without_words() -> None:
    """A clause that matched no word of the text is named itself."""
    assert because((Reason("about", "", Zone.BODY, 1),)) == "“about” in the text"


def test_what_a_second_reader_says_is_said_last_and_whole() -> None:
    """It is no word of the entry: its commas part nothing, and it stands in no zone."""
    reader = Reason(SECOND_READER, "tiny: crews, seats and a treaty", Zone.BODY, 1)
    nasa = Reason("nasa", "NASA", Zone.TITLE, 1)

    said = "a second reader says so (tiny: crews, seats and a treaty)"
    assert because((reader, nasa)) == f"\u201cNASA\u201d in the title; {said}"
    assert because((reader,)) == said
