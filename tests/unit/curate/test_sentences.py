"""Sentences end where a reader ends them."""

import pytest

from topicwire.curate.sentences import sentences


def split(text: str, lang: str = "") -> list[str]:
    return [text[start:end].strip() for start, end, _ in sentences(text, lang=lang)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("It flew.", "Then it landed.", id="full stop"),
        pytest.param("Will it fly?", "It will.", id="question"),
        pytest.param("He waits…", "She goes.", id="ellipsis"),
        pytest.param("He said “stop.”", "She did.", id="closing quote"),
        pytest.param("They met Mr. Orlov and Dr. Lee.", "All agreed.", id="titles"),
        pytest.param("The U.S. Senate met J. R. Smith.", "It voted.", id="acronym and initials"),
        pytest.param("It belongs to the U.S.", "The others pay.", id="acronym at the end"),
        pytest.param("It costs 3.5 billion.", "Who pays?", id="decimals"),
        pytest.param("Works by e.g. Verne count.", "So it is.", id="small letters go on"),
        pytest.param("On Oct. 13 it flew.", "It landed.", id="month"),
        pytest.param("Acme Inc. Chairman Roe left.", "Nobody knew.", id="company"),
        pytest.param("«Пуск» в 2020 г. Россия отменила.", "Он нужен.", id="Russian year"),
        pytest.param("太空合作。", "继续。", id="ideographic stop"),
    ],
)
def test_two_sentences_are_two(first: str, second: str) -> None:
    """Abbreviations, initials and decimals do not end a sentence; its end does."""
    joint = "" if first.endswith("。") else " "
    assert [first, second] == split(first + joint + second)


def test_a_german_ordinal_does_not_end_a_sentence() -> None:
    """A number with a stop before a noun is an ordinal, in German alone."""
    text = "Am 3. Oktober flog sie. Alle sahen zu."
    assert split(text, "de") == ["Am 3. Oktober flog sie.", "Alle sahen zu."]
    assert len(split(text, "en")) == 3


def test_items_of_a_list_are_sentences() -> None:
    """A line that begins with a bullet or a number stands for itself; a wrapped line does not."""
    text = "Three points:\n- the first\n- the second\n2. the third\nwrapped here"
    expected = ["Three points:", "- the first", "- the second", "2. the third\nwrapped here"]
    assert expected == split(text)


def test_paragraphs_are_parted_by_blank_lines() -> None:
    """A blank line ends sentence and paragraph, even when it holds blanks."""
    text = "One. Two\n \t\nThree\nstill three\n\n\nFour."
    assert [one.paragraph for one in sentences(text)] == [0, 0, 1, 2]
    assert split(text) == ["One.", "Two", "Three\nstill three", "Four."]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\n \n\t"])
def test_no_text_has_no_sentence(text: str) -> None:
    """Blanks alone say nothing."""
    assert split(text) == []
