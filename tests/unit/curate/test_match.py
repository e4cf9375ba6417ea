"""Matching: where clauses hold; docs/topics.md has an example for each operator beside these."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from builders import a_concept, a_source, a_stored, an_entry
from topicwire.curate.find import Leaf, Lexicon, lexicon
from topicwire.curate.language import parse
from topicwire.curate.match import Matcher, hits
from topicwire.curate.text import Reading, read, read_example
from topicwire.model.catalogue import Concept, Example, Member

CONCEPTS = {
    "nation": Concept(
        "nation",
        "",
        (
            *a_concept().members,
            *a_concept(korea=("Korea", "Korean")).members,
            *a_concept(new=("New South",)).members,
            *a_concept(south=("South Korea", "South Korean airline")).members,
        ),
    )
}


def matched(query: str, text: str, title: str = "", lang: str = "en") -> list[str] | None:
    """Return the words that match, or None."""
    example = Example(expect=True, title=title, text=text, lang=lang)
    return matched_in(query, read_example(example))


def matched_in(query: str, reading: Reading) -> list[str] | None:
    matcher = Matcher(parse(query, CONCEPTS).root)
    found = hits(matcher.node, matcher.view(reading))
    return None if found is None else [reading.surface(hit.start, hit.end) for hit in found]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        pytest.param("station", "Stations. A station!", ["Stations", "station"], id="word"),
        pytest.param("U.S.", "The U.S. tells us.", ["U.S."], id="acronym"),
        pytest.param('"space station"', "In space. Station one. Space stations.", ["Space stations"], id="phrase within a sentence"),
        pytest.param('"joint* flight"', "Jointly flights; joint flight.", ["Jointly flights", "joint flight"], id="prefix in a phrase"),
        pytest.param("=ESA", "ESA's esa ESAs L’ESA", ["ESA's", "L’ESA"], id="exact with clitics"),
        pytest.param('="Le Pen"', "Le Pen, le pen", ["Le Pen"], id="exact phrase"),
        pytest.param(r"/MS-\d+/", "On MS-22 and MS-x.", ["MS-22"], id="regex"),
        pytest.param(r"/(?i)soyuz/", "SOYUZ flies.", ["SOYUZ"], id="regex without case"),
        pytest.param(r"/it\. B/", "In it. But", None, id="regex within a sentence"),
        pytest.param("@nation", "South Korean airlines; Korea", ["South Korean airlines", "Korea"], id="the longest counts"),
        pytest.param(
            "@nation", "New South Korean airlines", ["South Korean airlines"], id="not the first"
        ),
        pytest.param("3 OF @nation", "Russia, Russian, Korea", None, id="members are distinct"),
        pytest.param("3 OF @nation", "Russia, US, Korea", ["Russia", "US", "Korea"], id="three members"),
        pytest.param("2 OF (a, b, NEAR/0(c, d))", "b d c", ["b", "d", "c"], id="OF clauses"),
        pytest.param("NEAR/1(a, b)", "a x b x x a", ["a", "b"], id="NEAR in order"),
        pytest.param("NEAR/1(b, a)", "a x b", ["a", "b"], id="NEAR in either order"),
        pytest.param("NEAR/1(a, a)", "a x x a", None, id="NEAR itself is another word"),
        pytest.param("NEAR/1(a, a)", "a x a", ["a", "a"], id="NEAR the same word again"),
        pytest.param("NEAR/2(a, b, c)", "b x a x c", ["b", "a", "c"], id="NEAR of three"),
        pytest.param("SENTENCE(a b NOT cc)", "A b cc. A b.", ["A", "b"], id="NOT within a sentence"),
        pytest.param("SENTENCE(aa OR b) xx", "Aa. Xx.", ["Aa", "Xx"], id="OR within a sentence"),
        pytest.param("SENTENCE(2 OF @nation)", "Russia. Korea.", None, id="members in two sentences"),
        pytest.param("PARAGRAPH(SENTENCE(aa bb) cc)", "Aa bb. Cc.\n\nCc.", ["Aa", "bb", "Cc"], id="nested units"),
        pytest.param("PARAGRAPH(a b)", "a.\n\nb.", None, id="two paragraphs"),
        pytest.param("PARAGRAPH/2(a b)", "a b.\n\nx. b.\n\nb x a.", ["a", "b", "b", "a"], id="in two paragraphs"),
        pytest.param("PARAGRAPH/2(a)", "a. a.\n\nx.", None, id="twice in one paragraph"),
        pytest.param("SENTENCE/2(aa)", "Aa. Aa.", ["Aa", "Aa"], id="in two sentences"),
        pytest.param("SENTENCE/2(aa)", "Aa xx aa.", None, id="twice in one sentence"),
        pytest.param("PARAGRAPH(SENTENCE/2(aa) bb)", "Aa. Xx.\n\nAa. Bb.", None, id="two sentences of one paragraph"),
        pytest.param("bb NOT SENTENCE/2(aa)", "Aa. Bb.", ["Bb"], id="NOT in two"),
        pytest.param("lead:a", " ".join(f"y{n}" for n in range(70)) + ". A.", None, id="not in the lead"),
        pytest.param("body:a", "a x", ["a"], id="the lead is in the body"),
        pytest.param("a NOT title:a", "a", ["a"], id="NOT a field"),
        pytest.param("a^3 b", "a b", ["a", "b"], id="weights do not matter"),
    ],
)  # fmt: skip
def test_a_query_matches(query: str, text: str, expected: list[str] | None) -> None:
    """The words that match are those the clause asks for."""
    assert expected == matched(query, text)


def test_a_phrase_does_not_run_from_the_title_into_the_text() -> None:
    """Title and text are written apart."""
    assert matched('"moon base"', "Base one", title="Moon") is None
    assert matched("NEAR/5(moon, base)", "Base one", title="Moon") is None


def test_a_query_is_stemmed_in_the_language_of_each_entry() -> None:
    """One query serves all languages."""
    assert matched("космонавт OR astronaut", "Для космонавтов.", lang="ru") == ["космонавтов"]
    assert matched("Astronaut", "Die Astronauten.", lang="de") == ["Astronauten"]
    assert matched("宇航员", "两名宇航员返回。", lang="zh") == ["宇航员"]
    assert matched("宇宙ステーション", "国際宇宙ステーションへ。", lang="ja") == [
        "宇宙ステーション"
    ]
    assert matched('"NASA中"', "彼はNASA中で。", lang="ja") == ["NASA中"]
    assert matched("อวกาศ", "สถานีอวกาศนานาชาติ", lang="th") == ["อวกาศ"]
    assert matched("한국", "한국과 러시아", lang="ko") is None
    assert matched("한국*", "한국과 러시아", lang="ko") == ["한국과"]


INDIA = {
    "nation": Concept(
        "nation",
        "",
        (
            Member("India", ("India",), (("fr", ("Inde", "indien")), ("pt", ("indiano",)))),
            Member("Italy", (), (("fr", ("italien",)),)),
        ),
    )
}


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        pytest.param("Les Indiens partent.", "fr", ["Indiens"], id="in its language"),
        pytest.param("Les Indiens partent.", "fr-CA", ["Indiens"], id="in a region of it"),
        pytest.param("The Indien left.", "en", None, id="not in another"),
        pytest.param("India left.", "en", ["India"], id="for all languages"),
        pytest.param("India e indianos.", "pt-BR", ["India", "indianos"], id="for all and for its own"),
        pytest.param("Inde, India, italien", None, ["Inde", "India", "italien"], id="unknown takes all"),
        pytest.param("Inde, India", "und", ["Inde", "India"], id="undetermined takes all"),
    ],
)  # fmt: skip
def test_a_term_for_one_language_counts_in_it_alone(
    text: str, lang: str | None, expected: list[str] | None
) -> None:
    """Words that mean another thing in another language do no harm there."""
    matcher = Matcher(parse("@nation", INDIA).root)
    reading = read_example(Example(expect=True, title="", text=text, lang=lang))
    found = hits(matcher.node, matcher.view(reading))
    surfaces = None if found is None else [reading.surface(hit.start, hit.end) for hit in found]
    assert expected == surfaces


def test_what_is_kept_of_languages_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed may declare any code: those without rules of their own are read alike."""
    made: list[str] = []

    def counted(leaves: Sequence[Leaf], lang: str) -> Lexicon:
        made.append(lang)
        return lexicon(leaves, lang)

    monkeypatch.setattr("topicwire.curate.match.lexicon", counted)
    matcher = Matcher(parse("@nation", INDIA).root)
    for lang in ("en", "fr", *(f"x{one}{other}" for one in "abcdef" for other in "abcdef")):
        reading = read_example(Example(expect=True, title="", text="India; indien", lang=lang))
        found = hits(matcher.node, matcher.view(reading)) or ()
        assert len(found) == 1 + (lang == "fr"), lang
    assert len(made) == 3


def test_furniture_is_never_matched_by_any_clause() -> None:
    """Not by words, phrases, prefixes or expressions."""
    text = "We fly. This site does not give financial advice."
    for query in ("advice", '"financial advice"', "advic*", "=advice", "/advice/", "SENTENCE(site advice)"):  # fmt: skip
        assert matched(query, text) is None


ENTRY = an_entry(
    authors=("Ann Lee", "Bo Roe"),
    tags=("Space flight",),
    lang="pt-BR",
    url="https://www.news.example/columns/moon-base?next=/station#/mars",
    published=datetime(2026, 5, 31, 23, 0, tzinfo=UTC),
    text="They fly.",
)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        pytest.param('author:"Ann Lee"', True, id="author"),
        pytest.param('author:"Lee Bo"', False, id="two authors are two"),
        pytest.param("author:(lee AND roe)", True, id="both authors"),
        pytest.param("author:(=ann)", False, id="exact author"),
        pytest.param("source:press", True, id="source id"),
        pytest.param('source:"the press"', True, id="source title"),
        pytest.param("source:herald", False, id="another source"),
        pytest.param('tag:"space flight"', True, id="tag"),
        pytest.param("tag:moon", False, id="another tag"),
        pytest.param("lang:pt", True, id="language"),
        pytest.param("lang:pt-br", True, id="language and region"),
        pytest.param("lang:po", False, id="another language"),
        pytest.param("lang:(en OR pt)", True, id="languages"),
        pytest.param("lang:(pt AND NOT pt-br)", False, id="a language without a region"),
        pytest.param("url:news.example", True, id="host"),
        pytest.param("url:ews.example", False, id="the middle of a host"),
        pytest.param("url:news.example/columns", True, id="host and path"),
        pytest.param('url:"https://www.news.example"', True, id="with the scheme"),
        pytest.param("url:www.news.example/columns/moon", True, id="up to a part of a part"),
        pytest.param("lang:PT", True, id="language in capitals"),
        pytest.param("published:2026-05", True, id="the month"),
        pytest.param("published:2025", False, id="another year"),
        pytest.param("url:Moon-Base", True, id="path in any case"),
        pytest.param("url:station", False, id="not the query"),
        pytest.param("url:mars", False, id="not the fragment"),
        pytest.param("published:2026-05-31", True, id="the day in UTC"),
        pytest.param("published:>2026-05-31", False, id="after the day"),
        pytest.param("published:<2026-06-01", True, id="before the next"),
        pytest.param("published:2026-01-01..2026-05-30", False, id="an earlier range"),
        pytest.param("(NOT source:herald)", True, id="not another source"),
        pytest.param("(NOT published:2026-05-31)", False, id="not that day"),
    ],
)
def test_a_clause_on_the_origin(clause: str, *, expected: bool) -> None:
    """What is known beside the text decides, and adds no words."""
    found = matched_in(f"fly AND {clause}", read(a_stored(entry=ENTRY), a_source()))
    assert (["fly"] if expected else None) == found


@pytest.mark.parametrize(
    "clause", ["source:x", "NOT source:x", "published:2026-01-01", "NOT (author:x OR lang:de)"]
)
def test_a_text_without_origin_fails_no_clause_on_it(clause: str) -> None:
    """An example has no source: it can neither be asked for nor excluded by it."""
    assert matched(f"fly {clause}", "They fly.") == ["fly"]


def test_a_matcher_serves_many_readings() -> None:
    """What is prepared once holds for every entry and language, without a trace of the last."""
    matcher = Matcher(parse("moon", {}).root)
    views = [
        matcher.view(read_example(Example(expect=True, title="", text=text, lang=lang)))
        for text, lang in (("Moons", "en"), ("Moons", "pl"), ("moon", "pl"))
    ]
    assert [hits(matcher.node, view) is not None for view in views] == [True, False, True]
