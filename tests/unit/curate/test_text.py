"""The reading of an entry: zones, places, and what is set aside."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_source, a_stored, an_entry
from topicwire.curate.text import LEAD_WORDS, LONG_SENTENCE, Reading, read, read_example
from topicwire.model.catalogue import Example
from topicwire.model.judging import Zone
from topicwire.model.wire import Origin


def reading(title: str, text: str, lang: str | None = "en") -> Reading:
    return read_example(Example(expect=True, title=title, text=text, lang=lang))


def sentence(number: int, words: int = 10) -> str:
    """Return a sentence of so many words that is like no other."""
    return " ".join(f"W{number}x{place}" for place in range(words)) + "."


def spelled(found: Reading) -> str:
    return " ".join(found.spelled)


def test_the_title_comes_first_then_lead_then_body() -> None:
    """The lead is made of the sentences that begin within its first sixty words."""
    text = " ".join(sentence(number, 11) for number in range(8))
    found = reading("A title of more than two words", text)

    zones = [found.zone(place) for place in range(len(found.spelled))]
    assert zones == [Zone.TITLE] * 7 + [Zone.LEAD] * 66 + [Zone.BODY] * 22
    assert 55 < LEAD_WORDS <= 66


def test_furniture_does_not_use_up_the_lead() -> None:
    """The lead is counted in the author's own words."""
    disclaimer = "The views expressed in this column are those of the author."
    plain = reading("", sentence(1, 59) + " " + sentence(2) + " " + sentence(3))
    furnished = reading("", f"{disclaimer} {sentence(1, 59)} {sentence(2)} {sentence(3)}")
    assert 69 == plain.lead_end == furnished.lead_end
    assert plain.spelled == furnished.spelled


def test_the_title_is_one_sentence_of_its_own() -> None:
    """Stops in a title do not part it, and the text never continues it."""
    found = reading("Moon. Mars. Beyond", "They go")
    assert list(found.sentence) == [0, 0, 0, 1, 1]
    assert list(found.paragraph) == [0, 1]


def test_an_entry_without_a_title_begins_with_its_lead() -> None:
    """Nothing pretends to be a title."""
    found = reading("", "They go.")
    assert found.text_start == 0
    assert found.zone(0) == Zone.LEAD


def test_an_empty_entry_has_an_empty_reading() -> None:
    """Neither title nor text is no error."""
    found = reading("", "")
    assert list(found.spelled) == []
    assert list(found.first) == [0]


def test_words_keep_their_place_in_the_text() -> None:
    """A reason quotes what is written, from word to word."""
    found = reading("Crews", "The U.S. crew, says ESA’s chief, flew.")
    assert found.surface(2, 6) == "U.S. crew, says ESA’s"


def test_compatible_characters_are_one() -> None:
    """Full-width letters and ligatures are what they look like."""
    assert spelled(reading("", "Ｍｏｏｎ ﬂight")) == "moon flight"


def test_forms_and_stems_lead_to_every_place() -> None:
    """Accented and bare forms are found under one key, in order."""
    found = reading("", "Café, cafe, cafés.", "fr")
    assert list(found.forms["cafe"]) == [0, 1]
    assert sorted({place for where in found.stems.values() for place in where}) == [0, 1, 2]
    assert list(found.vocabulary) == ["cafe", "cafes"]


def test_a_repeated_sentence_is_read_once() -> None:
    """An embedded post whose text is repeated below it counts once."""
    found = reading("", "They fly together again. He waits. They fly together again. He waits.")
    assert spelled(found) == "they fly together again he waits he waits"


def test_a_repeated_run_of_words_is_read_once() -> None:
    """The repetition need not be a sentence: eight words in a row are one."""
    run = "the crew says goodbye to the last american aboard"
    found = reading("", f"Agency on Network: “{run} pic.site.com/x1” {run} pic.site.com/x1")
    assert f"agency on network {run}" == spelled(found)


def test_a_repeated_phrase_is_no_repetition() -> None:
    """Seven words may well be said twice."""
    phrase = "the crew says goodbye to the last"
    assert len(reading("", f"First {phrase} then {phrase}").spelled) == 14 + 2


def test_the_title_is_not_taken_for_a_repetition() -> None:
    """A text that begins with its title keeps its words."""
    title = "Crews of two nations trade seats on the way up"
    assert len(reading(title, title).spelled) == 20


def test_what_never_ends_is_cut() -> None:
    """A text without full stops is not one sentence."""
    found = reading("", " ".join(f"w{number}" for number in range(LONG_SENTENCE * 2 + 1)))
    assert list(found.first) == [0, LONG_SENTENCE, 2 * LONG_SENTENCE, 2 * LONG_SENTENCE + 1]


def test_paragraphs_are_those_of_the_text() -> None:
    """Sentences know their paragraph."""
    found = reading("T", "One here. Two here.\n\nThree here.")
    assert list(found.paragraph) == [0, 1, 1, 2]


def test_an_entry_is_read_with_its_origin() -> None:
    """What is known beside the text is kept for the clauses on it."""
    entry = an_entry(
        authors=("Ann Lee", "Bo Roe"),
        tags=("space",),
        lang="en-GB",
        url="https://News.example/A",
        origin=Origin(title="The Wire"),
    )
    origin = read(a_stored(entry=entry), a_source()).origin

    assert origin is not None
    assert origin.authors == "Ann Lee\n\nBo Roe"
    assert origin.source == "press\n\nThe Press\n\nThe Wire"
    assert (origin.tags, origin.lang, origin.url) == ("space", "en-gb", "https://news.example/a")
    assert date(2026, 11, 2) == origin.day


def test_an_entry_whose_source_is_gone_still_has_its_id() -> None:
    """A source that left the catalogue can be named in a query."""
    origin = read(a_stored(), None).origin
    assert origin is not None
    assert origin.source == "press"


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        pytest.param("", "Космонавты летят", id="Russian"),
        pytest.param("", "The astronauts fly", id="English"),
        pytest.param("xx", "Nave spatiala", id="a language without stemmer"),
        pytest.param("zh", "太空合作", id="Chinese"),
    ],
)
def test_every_language_has_a_reading(lang: str, text: str) -> None:
    """No declared or missing language keeps words from being found."""
    found = reading("", text, lang)
    assert all(any(place in where for where in found.stems.values()) for place in range(2))


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_read(title: str, text: str) -> None:
    """Places, sentences and paragraphs fit together whatever is written."""
    found = reading(title, text, None)
    count = len(found.spelled)

    assert count == len(found.starts) == len(found.ends) == len(found.sentence)
    assert count == found.first[-1]
    assert len(found.first) - 1 == len(found.paragraph)
    assert sorted(found.paragraph) == list(found.paragraph)
    assert found.text_start <= found.lead_end <= count
    assert list(found.starts) == sorted(found.starts)
    assert all(found.surface(place, place + 1) for place in range(count))
