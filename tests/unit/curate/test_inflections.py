"""Inflections: which forms are one word in each language, which are not, and where that ends.

The tables are pairs, parted by bars.
"""

import pytest

from topicwire.curate.words import form, keys

MEET = {
    "en": (
        "satellite satellites | agreed agree | cooperating cooperation | Russia's Russia | "
        "countries country | launched launching | treaties treaty | flying fly | nations nation | "
        "Russia’s Russia | signed signing | agencies agency | crew crews | N.A.S.A. NASA"
    ),
    "ru": (
        "спутник спутника | спутники спутниками | Россия России | Россией Россию | "
        "космический космического | космическая космическими | договор договору | "
        "договоры договоров | станция станций | экипаж экипажем | полёт полета | Москва Москве | "
        "миссия миссий | соглашение соглашения | подписал подписали"
    ),
    "fr": (
        "l'espace espace | satellites satellite | coopération cooperation | accords accord | "
        "spatiale spatial | spatiaux spatial | nations nation | russes russe | qu’elle elle | "
        "d'Italie Italie | signé signer | missions mission | européenne européen | traités traité"
    ),
    "de": (
        "Satelliten Satellit | Raumfahrten Raumfahrt | Verträge Vertrag | Länder Land | "
        "Straße Strasse | STRASSE Straße | Russlands Russland | europäische europäischen | "
        "gemeinsam gemeinsame | Astronauten Astronaut | Abkommens Abkommen | Missionen Mission | "
        "Raumfähre Raumfahre | Raumfähre Raumfaehre | russisch russischer"
    ),
    "es": (
        "satélites satélite | satélite satelite | cooperación cooperaciones | "
        "cooperación cooperacion | países país | país pais | espacial espaciales | "
        "tratado tratados | misión misiones | firmó firmar | naciones nación | "
        "lanzamientos lanzamiento | español espanol"
    ),
    "it": (
        "satelliti satellite | l'agenzia agenzia | dell’Italia Italia | missioni missione | "
        "cooperazione cooperazioni | spaziale spaziali | trattati trattato | nazioni nazione | "
        "accordi accordo | lancio lanci | firmato firmare | città citta | nell'orbita orbita | "
        "quell'orbita orbita"
    ),
    "pt": (
        "satélites satélite | missões missão | missões missao | missoes missão | nações nação | "
        "espaciais espacial | estações estação | alemães alemão | papéis papel | viagens viagem | "
        "tratados tratado | acordos acordo | países país | assinado assinar | órbita orbita | "
        "lençóis lençol"
    ),
    # any other language: whole words, without case and accents
    "nl": "Ruimte RUIMTE | coöperatie cooperatie",
    "pl": "Łódź lodz | Współpraca współpraca",
    "tr": "İstanbul istanbul | ısı isi | uzay UZAY",
    "el": "Σταθμός ΣΤΑΘΜΌΣ | σταθμός σταθμος",
    "ar": "الفَضاء الفضاء | أحمد احمد",
    "he": "שָׁלוֹם שלום",
    "hi": "अंतरिक्ष अंतरिक्ष",
    "ko": "한국 한국",
}
PART = {
    "en": (
        "policy police | organ organization | station state | moon month | news new | Korea career | "
        "treaty treat | mission missing | secretary secret | space spice | crew crow | "
        "Korea Korean | orbit orb | U.S. us"
    ),
    "ru": (
        "мир мера | космос косметика | договор дорога | станция стан | орбита орбитальный | "
        "спутник путник | полёт полка | Россия роса | война воин | земля земляника | союз сюда | "
        "ракета рак | флот фляга"
    ),
    "fr": (
        "espace espèce | nation national | poisson poison | traité traiteur | lune lundi | "
        "accord accordéon | mars marché | fusée fusil | pays paysan | terre terrible | "
        "Inde indigne | vol voile"
    ),
    "de": (
        "Raum Rahmen | Mond Monat | Land Landung | Vertrag Verrat | Raumfahrt Raum | "
        "Weltraum Welt | Station Staat | Rakete Racket | schon Schein | Satellit Satire | "
        "Flug Fluch | Länder Lende"
    ),
    "es": (
        "espacio especie | mar mal | nación nacer | pacto pata | tratado trapo | cohete coche | "
        "misión misa | papa papel | estado estación | mundo mudo | vuelo velo | rusa ruido"
    ),
    "it": (
        "spazio spasso | luna lunedì | nazione naso | accordo accorto | stato stazione | "
        "patto patata | missione messa | terra terrazza | volo volto | casa cassa | orbita orba | "
        "razzo rozzo"
    ),
    "pt": (
        "espaço espécie | lua luva | nação nascer | pacto pato | foguete fogo | missão missa | "
        "mar mal | mais mal | estado estação | mundo mudo | bens bem | reis real"
    ),
    "nl": "ruimte ruimtes | schip schepen",
    "pl": "misje misja | kosmos kosmosu",
    "tr": "uzay uzayda",
    "el": "σταθμός σταθμοί",
    "ar": "فضاء الفضاء",
    "he": "חלל החלל",
    "hi": "स्टेशन स्टेशनों",
    "ko": "한국 한국과",
    "uk": "космонавти космонавт | мой мои",
    "th": "เสื เสื่ | ที ที่",
}
# What case, accents or a stemmer cannot tell apart: `=exact` can.
LIMITS = {
    "fr": "mer mère | cote côté",
    "es": "año ano",
    "pt": "avô avó | pais país",
    "de": "Masse Maße",
    "en": "arms arm | US us",
    "ru": "страна странный",
    "it": "razzo razza | lancio lancia",
}


def cases(table: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return the pairs of a table with their language."""
    pairs = ((lang, pair.split()) for lang, text in table.items() for pair in text.split("|"))
    return [(lang, one, other) for lang, (one, other) in pairs]


def meet(lang: str, one: str, other: str) -> bool:
    """Return whether two forms are one word in a language."""
    return bool(set(keys(form(one), lang)) & set(keys(form(other), lang)))


@pytest.mark.parametrize(("lang", "one", "other"), cases(MEET))
def test_forms_of_a_word_meet(lang: str, one: str, other: str) -> None:
    """A query finds all of them by any."""
    assert meet(lang, one, other)


@pytest.mark.parametrize(("lang", "one", "other"), cases(PART))
def test_different_words_do_not_meet(lang: str, one: str, other: str) -> None:
    """However alike they look."""
    assert not meet(lang, one, other)


@pytest.mark.parametrize(("lang", "one", "other"), cases(LIMITS))
def test_the_limits_are_known(lang: str, one: str, other: str) -> None:
    """Words that only case, an accent or an ending tells apart are taken for one."""
    assert meet(lang, one, other)


@pytest.mark.parametrize("lang", ["en", "ru", "fr", "de", "es", "it", "pt"])
def test_the_tables_are_long_enough(lang: str) -> None:
    """Each stemmed language has twelve pairs of both kinds at least."""
    assert MEET[lang].count("|") >= 11
    assert PART[lang].count("|") >= 11
