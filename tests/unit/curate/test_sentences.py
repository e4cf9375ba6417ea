"""Sentences end where a reader ends them."""

from itertools import pairwise
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicwire.curate.sentences import sentences

DATA = Path(__file__).parents[2] / "data" / "sentences"
CASES = [
    pytest.param(path.stem, line, id=f"{path.stem}: {line}")
    for path in sorted(DATA.glob("*.txt"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("# ")
]


def split(text: str, lang: str = "") -> list[str]:
    return [text[start:end].strip() for start, end, _ in sentences(text, lang=lang)]


@pytest.mark.parametrize(("lang", "case"), CASES)
def test_a_text_is_parted_where_a_reader_parts_it(lang: str, case: str) -> None:
    """Abbreviations, initials, ordinals and quotations do not end a sentence; its end does."""
    case = case.replace("⏎", "\n")
    expected = [" ".join(part.split()) for part in case.replace("¶", "¦").split("¦")]
    text = case.replace(" ¶ ", "\n\n").replace("\n¦ ", "\n").replace(" ¦ ", " ").replace("¦", "")
    found = split(text, "el" if "Πετάει" in text else lang.replace("other", ""))
    assert expected == [" ".join(part.split()) for part in found]


def test_there_are_cases_in_every_language() -> None:
    """The set is large enough to mean something."""
    assert len(CASES) >= 150
    assert {"en", "ru", "fr", "de", "es", "it", "pt", "zh", "ja"} <= {
        str(case.values[0]) for case in CASES
    }


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


PIECES = st.sampled_from(
    [*'.!?…。！؟।;"”»)「」(\n -•', "\u202f", "\u00a0", "U.S", "Dr", "г", "3", "a", "Then", "中", "と", "1)"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join), st.sampled_from(["", "de", "el", "fr"]))
def test_sentences_lose_nothing_but_blanks(text: str, lang: str) -> None:
    """They follow one another, and every word is in one."""
    found = list(sentences(text, lang=lang))
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert all(one.end <= after.start for one, after in pairwise(found))
    kept = "".join(text[one.start : one.end] for one in found)
    assert "".join(kept.split()) == "".join(text.split())


@pytest.mark.parametrize("piece", [". ", "1. ", "。」"])
def test_a_hostile_text_takes_time_in_proportion(piece: str) -> None:
    """A megabyte of anything is parted in seconds, not in hours."""
    text = piece * (1_000_000 // len(piece))
    began = perf_counter()
    assert sum(one.end - one.start for one in sentences(text, lang="de")) <= len(text)
    assert perf_counter() - began < 10
