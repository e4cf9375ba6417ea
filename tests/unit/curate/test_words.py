"""Words: what counts as one, and under which keys their forms meet."""

import pytest

from topicwire.curate.words import exact, fold, form, keys, keys_of, language, tokens


def spelled(text: str) -> list[str]:
    return [surface for surface, _, _ in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a cross-flight", ["a", "cross", "flight"], id="a hyphen parts words"),
        pytest.param("the U.S. and U.K.", ["the", "U.S.", "and", "U.K."], id="acronyms"),
        pytest.param("3.5 or 1,000", ["3.5", "or", "1,000"], id="numbers"),
        pytest.param(
            "Russia's don't l’Europe", ["Russia's", "don't", "l’Europe"], id="apostrophes"
        ),
        pytest.param("#ISS @NASA _so_", ["ISS", "NASA", "so"], id="signs around a word"),
        pytest.param("太空合作 yes", ["太", "空", "合", "作", "yes"], id="ideographs"),
        pytest.param("नमस्ते दुनिया", ["नमस्ते", "दुनिया"], id="vowel signs belong to the word"),
        pytest.param("e\u0301te\u0301", ["e\u0301te\u0301"], id="combining accents"),
        pytest.param("a/b 12:30", ["a", "b", "12", "30"], id="slash and colon"),
        pytest.param("NASA中 宇宙A", ["NASA", "中", "宇", "宙", "A"], id="ideographs and letters"),
        pytest.param("ISS ที่นี่", ["ISS", "ที่", "นี่"], id="Thai with its marks"),
        pytest.param("NASAลาว ລາວ", ["NASA", "ล", "า", "ว", "ລ", "າ", "ວ"], id="Thai and Lao"),
        pytest.param("ကို ខ្មែរ", ["ကို", "ខ្", "មែ", "រ"], id="Burmese and Khmer"),
        pytest.param("한국과 러시아", ["한국과", "러시아"], id="Korean has blanks"),
        pytest.param("End.Next", ["End", "Next"], id="a missing blank"),
    ],
)
def test_a_text_is_split_into_words(text: str, expected: list[str]) -> None:
    """A word is what a reader takes for one."""
    assert expected == spelled(text)


@pytest.mark.parametrize(
    "address",
    [
        "https://space.example/station?x=moon",
        "www.space.example",
        "pic.space.com/moon",
        "moon.base@space.example",
    ],
)
def test_addresses_are_no_words(address: str) -> None:
    """What an address is spelled with is not said by the author."""
    assert spelled(f"see {address} here") == ["see", "here"]


@pytest.mark.parametrize(
    ("one", "other", "lang"),
    [
        pytest.param("Agrees", "agreed", "en", id="English"),
        pytest.param("satellite", "SATELLITES", "", id="unknown is English"),
        pytest.param("космонавты", "космонавтов", "", id="unknown in Cyrillic is Russian"),
        pytest.param("спутник", "спутники", "en", id="Russian in an English text"),
        pytest.param("satellites", "satellite", "ru", id="English in a Russian text"),
        pytest.param("ещё", "еще", "ru", id="Russian yo"),
        pytest.param("coopération", "cooperation", "fr", id="French without accents"),
        pytest.param("cooperaciones", "cooperación", "es", id="Spanish plural"),
        pytest.param("cooperación", "cooperacion", "es", id="Spanish without accents"),
        pytest.param("Raumfahrten", "Raumfahrt", "de", id="German plural"),
        pytest.param("Raumfähre", "Raumfahre", "de", id="German umlaut"),
        pytest.param("missioni", "missione", "it", id="Italian plural"),
        pytest.param("missões", "missoes", "pt", id="Portuguese without accents"),
        pytest.param("sécurité", "securite", "fr", id="French ending without accent"),
        pytest.param("cooperação", "cooperacao", "pt", id="Portuguese ending without accent"),
        pytest.param("Łódź", "lodz", "pl", id="no stemmer, accents folded"),
        pytest.param("Russia's", "russia", "en", id="possessive"),
        pytest.param("Russia\u2019s", "russia", "en", id="curly possessive"),
        pytest.param("l\u2019espace", "espace", "fr", id="French elision"),
        pytest.param("dell'agenzia", "agenzia", "it", id="Italian elision"),
        pytest.param("N.A.S.A.", "NASA", "en", id="acronym with stops"),
        pytest.param("ｍｏｏｎ", "moon", "en", id="full width"),
    ],
)
def test_forms_of_a_word_share_a_key(one: str, other: str, lang: str) -> None:
    """Inflection, case, accents and clitics do not part what is one word."""
    assert set(keys(form(one), lang)) & set(keys(form(other), lang))


@pytest.mark.parametrize(
    ("one", "other", "lang"),
    [
        pytest.param("U.S.", "us", "en", id="a two-letter acronym is not the pronoun"),
        pytest.param("misje", "misja", "pl", id="no stemmer: words as they stand"),
        pytest.param("мой", "мои", "uk", id="й is a letter of its own"),
        pytest.param("космонавти", "космонавт", "uk", id="Ukrainian is not stemmed as Russian"),
    ],
)
def test_different_words_share_no_key(one: str, other: str, lang: str) -> None:
    """What is not known to be one word is kept apart."""
    assert not set(keys(form(one), lang)) & set(keys(form(other), lang))


def test_an_exact_form_keeps_case_and_loses_only_what_clings_to_it() -> None:
    """A possessive or elision is not part of a name."""
    assert [exact("US\u2019s"), exact("L'ESA"), exact("Us")] == ["US", "ESA", "Us"]


def test_folding_takes_accents_off() -> None:
    """Letters that do not decompose are folded by table."""
    assert "soren lodz cafe œuvre".replace("œ", "oe") == fold("søren łódź café œuvre")


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        pytest.param("en-US", "en", id="region"),
        pytest.param("PT_br", "pt", id="underscore"),
        pytest.param(None, "", id="none"),
        pytest.param("und", "", id="undetermined"),
    ],
)
def test_the_language_is_the_primary_subtag(declared: str | None, expected: str) -> None:
    """Regions and scripts do not change the stemmer."""
    assert expected == language(declared)


@pytest.mark.parametrize("lang", ["en", "ru", "fr", "de", "es", "it", "pt", "nl", ""])
def test_many_keys_at_once_are_those_of_each(lang: str) -> None:
    """The quick way and the plain one can never disagree, or a query would miss its text."""
    forms = ("homens", "missoes", "missões", "animais", "running", "étoiles", "спутники", "u.s")
    assert {form: keys(form, lang) for form in forms} == {
        form: keys_of(forms, lang)[form] for form in forms
    }
