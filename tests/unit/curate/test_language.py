"""The topic language: what reads, what does not, and what is said about it."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_concept
from topicwire.curate.grammar import MAX_DEPTH, MAX_LENGTH, MAX_TERMS
from topicwire.curate.language import parse
from topicwire.curate.query import (
    Alias,
    And,
    Boost,
    Exact,
    Field,
    Named,
    Near,
    Node,
    Not,
    Of,
    Or,
    Published,
    Query,
    Regex,
    Unit,
    Within,
    Words,
    concepts_named,
    unparse,
)
from topicwire.errors import QueryError
from topicwire.model.catalogue import Concept, Member

NATION = (Alias("russia", (Words("Russia"), Words("Russian"))), Alias("us", (Exact("US"), Words("American"))))  # fmt: skip
CONCEPTS = {"nation": a_concept("nation"), "space": a_concept("space", orbit=("orbit", "in space"))}


def root(query: str) -> Node:
    return parse(query, CONCEPTS).root


def refusal(query: str, concepts: dict[str, Concept] | None = None) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(query, CONCEPTS if concepts is None else concepts)
    return caught.value


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("moon", Words("moon"), id="word"),
        pytest.param('"seat  swap"', Words("seat swap"), id="phrase"),
        pytest.param("cross-flight*", Words("cross-flight*"), id="prefix"),
        pytest.param('"say \\"hi\\""', Words('say "hi"'), id="quotes in a phrase"),
        pytest.param("=US", Exact("US"), id="exact word"),
        pytest.param('="United States"', Exact("United States"), id="exact phrase"),
        pytest.param(r"/a\/b\d+/", Regex(r"a/b\d+"), id="regex"),
        pytest.param("@nation", Named("nation", 1, NATION), id="concept"),
        pytest.param("2 OF @nation", Named("nation", 2, NATION), id="some of a concept"),
        pytest.param("a b", And((Words("a"), Words("b"))), id="a blank is AND"),
        pytest.param("a AND b", And((Words("a"), Words("b"))), id="AND"),
        pytest.param("a and b", And((Words("a"), Words("and"), Words("b"))), id="small and"),
        pytest.param(
            "a b OR c", Or((And((Words("a"), Words("b"))), Words("c"))), id="AND binds more closely"
        ),
        pytest.param(
            "a AND b\nNOT title:(c OR d)",
            And((Words("a"), Words("b"), Not(Field("title", Or((Words("c"), Words("d"))))))),
            id="NOT on a line of its own",
        ),
        pytest.param("a (b (c))", And((Words("a"), Words("b"), Words("c"))), id="flat"),
        pytest.param("a OR (b OR c)", Or((Words("a"), Words("b"), Words("c"))), id="flat OR"),
        pytest.param("a NOT NOT b", And((Words("a"), Words("b"))), id="not not"),
        pytest.param("2 OF (a, b c)", Of(2, (Words("a"), And((Words("b"), Words("c"))))), id="OF"),
        pytest.param("NEAR/3(a, b OR c)", Near(3, (Words("a"), Or((Words("b"), Words("c"))))), id="NEAR"),
        pytest.param("SENTENCE(a b)", Within(Unit.SENTENCE, And((Words("a"), Words("b")))), id="SENTENCE"),
        pytest.param("PARAGRAPH(a)", Within(Unit.PARAGRAPH, Words("a")), id="PARAGRAPH"),
        pytest.param("PARAGRAPH/2(a)", Within(Unit.PARAGRAPH, Words("a"), 2), id="several PARAGRAPHs"),
        pytest.param("SENTENCE / 100 (a)", Within(Unit.SENTENCE, Words("a"), 100), id="many SENTENCEs"),
        pytest.param("SENTENCE/1(a)", Within(Unit.SENTENCE, Words("a")), id="one SENTENCE"),
        pytest.param("a^2", Boost(2.0, Words("a")), id="weight"),
        pytest.param("title:a^0.5", Boost(0.5, Field("title", Words("a"))), id="weight of a field"),
        pytest.param("url:news.example", Field("url", Words("news.example")), id="url"),
        pytest.param("published:2026-01-31", Published(date(2026, 1, 31), date(2026, 1, 31)), id="day"),
        pytest.param("published:>2026-01-31", Published(date(2026, 2, 1), None), id="after"),
        pytest.param("published:<2026-01-01", Published(None, date(2025, 12, 31)), id="before"),
        pytest.param("published:<=2026-01-01", Published(None, date(2026, 1, 1)), id="until"),
        pytest.param("published:2026-01-01..", Published(date(2026, 1, 1), None), id="open range"),
        pytest.param("NEARBY ANDROID ORBIT", And((Words("NEARBY"), Words("ANDROID"), Words("ORBIT"))), id="words in capitals"),
        pytest.param("and/or", Words("and/or"), id="a slash within a word"),
        pytest.param("“seat swap”", Words("seat swap"), id="curly quotes"),
        pytest.param("„seat swap“", Words("seat swap"), id="German quotes"),
        pytest.param("« seat swap »", Words("seat swap"), id="guillemets"),
        pytest.param("「宇宙 飛行」", Words("宇宙 飛行"), id="corner brackets"),
        pytest.param("=“United States”", Exact("United States"), id="exact in curly quotes"),
        pytest.param("a （b ＯＲ c）", And((Words("a"), Or((Words("b"), Words("c"))))), id="full width"),
        pytest.param("\ufeffa\u200bb\u200e", And((Words("a"), Words("b"))), id="marks that cannot be seen"),
        pytest.param("a\r\nAND b\r\n", And((Words("a"), Words("b"))), id="CRLF"),
        pytest.param("e\u0301te\u0301", Words("été"), id="accents apart"),
        pytest.param("/e\u0301t/", Regex("ét"), id="accents apart in a regex"),
        pytest.param("2OF @nation", Named("nation", 2, NATION), id="a count without a blank"),
        pytest.param("NEAR / 3 (a, b)", Near(3, (Words("a"), Words("b"))), id="NEAR with blanks"),
        pytest.param("a NOT@nation", And((Words("a"), Not(Named("nation", 1, NATION)))), id="NOT without a blank"),
        pytest.param("TITLE: a", Field("title", Words("a")), id="field in capitals, with a blank"),
        pytest.param('url:"https://news.com/world"', Field("url", Words("news.com/world")), id="url with its scheme"),
        pytest.param("url:www.news.com", Field("url", Words("www.news.com")), id="url that looks like one"),
        pytest.param("lang:(pt NOT pt-BR)", Field("lang", And((Words("pt"), Not(Words("pt-BR"))))), id="languages"),
        pytest.param("published:2026", Published(date(2026, 1, 1), date(2026, 12, 31)), id="year"),
        pytest.param("published:2024-02", Published(date(2024, 2, 1), date(2024, 2, 29)), id="month"),
        pytest.param("published:>2026-02", Published(date(2026, 3, 1), None), id="after a month"),
        pytest.param("published:<2026", Published(None, date(2025, 12, 31)), id="before a year"),
        pytest.param("published:2025..2026-02", Published(date(2025, 1, 1), date(2026, 2, 28)), id="range of months"),
    ],
)  # fmt: skip
def test_a_query_reads_as(query: str, expected: Node) -> None:
    """Each operator gives its node."""
    assert expected == root(query)


@pytest.mark.parametrize(
    ("query", "line", "column", "says", "hints"),
    [
        pytest.param("", 1, 1, "nothing to look for", "at least one word", id="empty"),
        pytest.param("  \n ", 1, 1, "nothing to look for", "at least one word", id="blank"),
        pytest.param("NOT a", 1, 1, "only says what is not wanted", "wanted NOT", id="negation"),
        pytest.param("a OR NOT b", 1, 6, "an alternative only says what is not", "wanted NOT", id="half negation"),
        pytest.param("a AND", 1, 6, "ends too early", "last clause", id="dangling AND"),
        pytest.param("a\nAND OR b", 2, 5, "OR has nothing on one side", "quote", id="AND OR"),
        pytest.param("a NOT", 1, 6, "ends too early", "last clause", id="dangling NOT"),
        pytest.param("(a b", 1, 1, "never closed", "`)`", id="open parenthesis"),
        pytest.param("a)", 1, 2, "closes nothing", "Remove", id="closed parenthesis"),
        pytest.param("a ()", 1, 4, "closes nothing, or an empty pair", "Remove", id="empty pair"),
        pytest.param('a "b', 1, 3, "quotation mark is never closed", '`"`', id="open quote"),
        pytest.param("a /b", 1, 3, "regular expression is never closed", "`/`", id="open regex"),
        pytest.param("/(a/", 1, 1, "missing )", "RE2", id="wrong regex"),
        pytest.param("/(?<=a)b/", 1, 1, "(?<=", "RE2", id="look-behind"),
        pytest.param("/a*/", 1, 1, "matches the empty text", "`+`", id="empty regex"),
        pytest.param("a, b", 1, 2, "comma", "OR", id="comma"),
        pytest.param("titel:a", 1, 1, "no field `titel:`", "`title:`", id="unknown field"),
        pytest.param("colour:a", 1, 1, "no field `colour:`", "published", id="no field alike"),
        pytest.param("title:lead:a", 1, 7, "field inside a field", "title:word", id="two fields"),
        pytest.param("title: AND b", 1, 1, "has no value", "title:word", id="field alone"),
        pytest.param("12:30", 1, 3, "stands after nothing", "quotes", id="time of day"),
        pytest.param("@natoin", 1, 1, "no concept `@natoin`", "`@nation`", id="unknown concept"),
        pytest.param("3 OF @nation", 1, 1, "3 of 2", "1 to 2", id="more than there are"),
        pytest.param("0 OF (a, b)", 1, 1, "0 of 2", "1 to 2", id="none of"),
        pytest.param("a OF b", 1, 3, "OF stands after no number", '"OF"', id="OF alone"),
        pytest.param("2 OF a", 1, 1, "OF counts in a list", "@concept", id="OF a word"),
        pytest.param("NEAR(a, b)", 1, 1, "how near", "NEAR/5", id="NEAR without a number"),
        pytest.param("NEAR/2000(a, b)", 1, 1, "how near", "1,000", id="NEAR too far"),
        pytest.param("NEAR/2(a)", 1, 1, "only one part", "NEAR/5", id="NEAR of one"),
        pytest.param("NEAR/2 a", 1, 1, "joins the parts", "NEAR/5", id="NEAR without parts"),
        pytest.param("NEAR/2(a, NOT b)", 1, 1, "not wanted", "outside", id="NEAR not"),
        pytest.param("SENTENCE a", 1, 1, "asks for parentheses", "SENTENCE(", id="SENTENCE alone"),
        pytest.param("a SENTENCE/2", 1, 3, "asks for parentheses", "SENTENCE(", id="several alone"),
        pytest.param("SENTENCE/0(a)", 1, 1, "SENTENCE does not say in how many", "SENTENCE/2(", id="in none"),
        pytest.param("PARAGRAPH/101(a)", 1, 1, "does not say in how many", "up to 100", id="in too many"),
        pytest.param("SENTENCE/2(NOT a)", 1, 1, "SENTENCE holds a part that only says what is not wanted", "outside", id="several not"),
        pytest.param("SENTENCE(NOT a)", 1, 1, "not wanted", "outside", id="SENTENCE not"),
        pytest.param("a^", 1, 2, "no weight", "up to 10", id="weight without a number"),
        pytest.param("a^11", 1, 2, "no weight", "up to 10", id="weight too great"),
        pytest.param("*", 1, 1, "no word", "prefix", id="star alone"),
        pytest.param("*ship", 1, 1, "does not end a word", "prefix", id="star in front"),
        pytest.param("s*", 1, 1, "single letter", "prefix", id="star after one letter"),
        pytest.param("=spac*", 1, 1, "complete", "prefix", id="exact prefix"),
        pytest.param('"--"', 1, 1, "no word", "prefix", id="signs alone"),
        pytest.param("published:soon", 1, 1, "no days", "2026-01-31", id="no date"),
        pytest.param("published:2026-02-30", 1, 1, "no days", "2026-01-31", id="no such day"),
        pytest.param("published:>9999-12-31", 1, 1, "no days", "2026-01-31", id="beyond time"),
        pytest.param("published:2026-06..2026-05", 1, 1, "end before they begin", "2026-01", id="backwards"),
        pytest.param("published:>= 2026-05-01", 1, 1, "no days", ">=2026-01-31", id="blank in days"),
        pytest.param("published:2026-13", 1, 1, "no days", "2026-01", id="no such month"),
        pytest.param("lang:english", 1, 1, "no language code", "lang:en", id="language by name"),
        pytest.param("lang:e*", 1, 1, "no language code", "lang:en", id="prefix of a language"),
        pytest.param("url:https://a.com/b", 1, 5, "`https:` is no field", "url:news.example", id="scheme of an address"),
        pytest.param("url:a.com?id=1", 1, 1, "host and the path", "Leave out", id="query of an address"),
        pytest.param("url:a.com/*", 1, 1, "plain values", "Leave out", id="prefix of an address"),
        pytest.param('url:"."', 1, 1, "no address", "url:news.example", id="no address"),
        pytest.param("www.a.com", 1, 1, "an address", "`url:www.a.com`", id="address among words"),
        pytest.param("https://a.com/b c", 1, 1, "no field", "`url:", id="whole address"),
        pytest.param("SENTENCE(lang:en)", 1, 1, "no words of the text", "outside", id="SENTENCE of no words"),
        pytest.param("NEAR/2(a, source:b)", 1, 1, "no words of the text", "outside", id="NEAR of no words"),
        pytest.param("2 OF (a OR b)", 1, 1, "list of one", "commas", id="OF without commas"),
        pytest.param("2 OF title:(a, b)", 1, 1, "OF counts", "`title:(2 OF (a, b, c))`", id="OF of a field"),
        pytest.param("@ nation", 1, 1, "before no name", "without a blank", id="blank after @"),
        pytest.param("/a/i", 1, 1, "after the regular expression", "(?i)", id="flag of a regex"),
        pytest.param("a “b", 1, 3, "quotation mark is never closed", '`"`', id="open curly quote"),
        pytest.param('a ""', 1, 3, "no word in it", "prefix", id="empty quotes"),
        pytest.param("a^-1", 1, 2, "no weight", "up to 10", id="weight below zero"),
        pytest.param("title:OR", 1, 1, "no value", "title:word", id="field of an operator"),
        pytest.param("日本 colour:a", 1, 4, "no field", "fields are", id="after wide characters"),
        pytest.param("lang:/a/", 1, 1, "plain values", "lang:", id="regex on a language"),
        pytest.param("author:SENTENCE(a)", 1, 1, "words and phrases", "author:", id="sentence of an author"),
    ],
)  # fmt: skip
def test_a_wrong_query_is_refused(
    query: str, line: int, column: int, says: str, hints: str
) -> None:
    """The message says what is wrong, where, and what to do."""
    error = refusal(query)

    assert (line, column) == (error.line, error.column)
    assert says in error.message
    assert hints in error.hint


@pytest.mark.parametrize(
    ("query", "says"),
    [
        pytest.param("a " * (MAX_LENGTH // 2 + 1), "longer than 20,000", id="length"),
        pytest.param("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1), "100 parentheses", id="depth"),
        pytest.param("a OR " * 2 + "b " * MAX_TERMS, "more than 5,000 terms", id="terms"),
    ],
)  # fmt: skip
def test_the_limits_are_named(query: str, says: str) -> None:
    """A query past a limit is refused before it costs anything."""
    assert says in refusal(query).message


@pytest.mark.parametrize(
    "query", ["~" * 9_000, "a|" * 9_000 + "a", "x?" * 9_000, "@" + "x" * 9_000]
)
def test_an_endless_word_makes_no_endless_message(query: str) -> None:
    """What is said fits a terminal."""
    assert len(str(refusal(query))) < 1_000


def test_the_limits_can_be_reached() -> None:
    """What is within the limits reads, however odd."""
    deepest = "(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH
    assert Words("a") == root(deepest)
    alternating = "a (b OR " * (MAX_DEPTH - 1) + "c" + ")" * (MAX_DEPTH - 1)
    assert root(alternating) == root(unparse(Query(root(alternating))))
    assert isinstance(root("b " * MAX_TERMS), And)


def test_a_broken_term_names_its_concept() -> None:
    """The editor is sent to the concept, not to the query."""
    broken = {"nation": a_concept("nation", us=("=US*",))}
    error = refusal("a AND @nation", broken)
    assert (error.line, error.column) == (1, 7)
    assert "in the concept `@nation`" in error.message
    assert "nation" in error.hint


def test_a_concept_without_terms_is_refused() -> None:
    """A concept that can never match would be a silent mistake."""
    empty = {"nation": Concept("nation", "", (Member("us", ()),))}
    assert "no terms" in refusal("@nation", empty).message


def test_the_concepts_a_query_names_are_known() -> None:
    """Each once, sorted, wherever they stand."""
    query = parse("title:(@space OR a) NOT SENTENCE(2 OF @nation AND @space)", CONCEPTS)
    assert concepts_named(query) == ("nation", "space")


def test_an_error_shows_the_line_with_a_caret() -> None:
    """What the editor sees points at the place."""
    expected = (
        "line 2, column 4: there is no concept `@moon`\n"
        "  or @moon\n"
        "     ^\n"
        "Concepts: nation, space."
    )
    assert expected == str(refusal("a\nor @moon"))


@pytest.mark.parametrize(
    ("query", "column", "says", "hints"),
    [
        pytest.param("a -b", 3, "`-` does not exclude", "`NOT b`", id="minus"),
        pytest.param('a -"b c"', 3, "`-` does not exclude", '`NOT "b c"`', id="minus phrase"),
        pytest.param("a !b", 3, "`!` does not exclude", "`NOT b`", id="exclamation mark"),
        pytest.param("+a", 1, "`+` is no operator", "`a`", id="plus"),
        pytest.param("a && b", 3, "no operator", "AND", id="ampersands"),
        pytest.param("a || b", 3, "no operator", "OR", id="bars"),
        pytest.param("a|b", 1, "no operator", "`(a OR b)`", id="bar within a word"),
        pytest.param("roam~2", 1, "words alike", "`roam*`", id="fuzzy"),
        pytest.param('"a b"~3', 6, "no distance", "NEAR/5", id="slop"),
        pytest.param("te?t", 1, "`?` stands for no letter", r"`/\bte\wt\b/`", id="question mark"),
        pytest.param("te*t", 1, "`*` stands for no letter", r"`/\bte\w*t\b/`", id="inner star"),
        pytest.param("[2020 TO 2021]", 1, "no parenthesis", "published:", id="range"),
        pytest.param("'seat swap'", 1, "single quotation marks", '`"…"`', id="single quotes"),
        pytest.param("sentence(a b)", 1, "written in capitals", "SENTENCE", id="small SENTENCE"),
        pytest.param(
            "paragraph/2(a b)", 1, "written in capitals", "PARAGRAPH/2", id="small PARAGRAPH/2"
        ),
        pytest.param("near/3(a, b)", 1, "written in capitals", "NEAR/3", id="small NEAR"),
        pytest.param("2 of @nation", 3, "written in capitals", "`2 OF`", id="small OF"),
        pytest.param("a not(b)", 3, "written in capitals", "NOT", id="small NOT"),
        pytest.param("a NOT-b", 3, "runs into", "blank", id="NOT without a blank"),
        pytest.param("two OF (a, b)", 5, "no number", "`2 OF", id="number in words"),
        pytest.param("intitle:a", 1, "no field", "`title:`", id="intitle"),
        pytest.param("site:a.example", 1, "no field", "`url:`", id="site"),
        pytest.param("summary:a", 1, "no field", "`lead:`", id="summary"),
    ],
)
def test_habits_of_other_languages_are_named(
    query: str, column: int, says: str, hints: str
) -> None:
    """What other search languages read so is refused with what to write here."""
    error = refusal(query)

    assert column == error.column
    assert says in error.message
    assert hints in error.hint


@pytest.mark.parametrize(
    "query", ["AT&T", "c++", "#iss", "don't", "rock’n’roll", "cross-flight", "2026", "sentence (a)"]
)
def test_signs_within_a_word_are_no_habit(query: str) -> None:
    """What merely holds a sign reads."""
    assert parse(query, CONCEPTS)


@given(st.text(max_size=60))
def test_no_text_raises_anything_else(text: str) -> None:
    """Whatever is written, it reads or is refused."""
    _read_or_refused(text)


PIECES = st.sampled_from(
    [*'()",:^=@/*|.-', "AND", "OR", "NOT", "NEAR/3", "NEAR", "2 OF", "OF", "SENTENCE", "title:",
     "published:", "lang:", "url:", "@nation", "@x", "a", "moon*", '"b c"', "=US", "/d+/", "^2", "\n",
     "١", "“", "”", "«d»", "（", "-", "2026-05", "..", ">=", "a.com/b", "\ufeff", "2OF", "OFa", "~1"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12), st.sampled_from(["", " "]))
def test_no_heap_of_operators_raises_anything_else(pieces: list[str], blank: str) -> None:
    """The parts of the language in any order read or are refused."""
    _read_or_refused(blank.join(pieces))


def _read_or_refused(text: str) -> None:
    refused = None
    try:
        query = parse(text, CONCEPTS)
    except QueryError as error:
        refused = error
    if refused is None:
        assert parse(unparse(query), CONCEPTS) == query
    else:
        assert all((refused.message, refused.hint, str(refused)))


LETTERS = st.text(string.ascii_letters + "éж太", min_size=2, max_size=5) | st.sampled_from(
    ["OF", "2OF", "AND-so", "NOT", "near", "c++", "AT&T", "U.S.", "-so", "what?", "x’s"]
)
PHRASES = st.lists(LETTERS, min_size=1, max_size=3).map(" ".join)
TERMS = st.one_of(
    LETTERS.map(Words),
    LETTERS.filter(str.isalnum).map(lambda word: Words(word + "*")),
    PHRASES.map(Words),
    PHRASES.map(lambda words: Words(f'{words} "{words}\\')),
    PHRASES.map(Exact),
    st.just(Regex(r"\w+/\\\d")),
    st.sampled_from([Named("nation", 1, NATION), Named("nation", 2, NATION)]),
)


DAYS = st.dates()
VALUES = st.sampled_from(["en", "pt-BR"]).map(Words)
ADDRESSES = st.sampled_from(["news.example", "bbc.com/world", "www.a.com", "a.com/b-c"]).map(Words)


def either_of(values: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Return strategies for one value, two, or all but one."""
    return st.one_of(
        values,
        st.tuples(values, values).map(Or),
        st.tuples(values, values.map(Not)).map(And),
    )


ORIGINS = st.one_of(
    st.builds(Field, st.just("lang"), either_of(VALUES)),
    st.builds(Field, st.just("url"), either_of(ADDRESSES)),
    st.builds(Field, st.sampled_from(["author", "source", "tag"]), either_of(TERMS)),
    DAYS.map(lambda day: Published(day, None)),
    DAYS.map(lambda day: Published(None, day)),
    st.tuples(DAYS, DAYS).map(lambda days: Published(min(days), max(days))),
)


def parts_of(node: Node) -> tuple[Node, ...]:
    """Return the parts of an AND, or the clause as the only one."""
    return node.items if isinstance(node, And) else (node,)


def groups(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Return strategies for clauses made of others."""
    many = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        many.filter(lambda items: not any(isinstance(item, And) for item in items)).map(And),
        many.filter(lambda items: not any(isinstance(item, Or) for item in items)).map(Or),
        many.map(lambda items: Of(2, items)),
        many.map(lambda items: Near(4, items)),
        st.builds(Within, st.sampled_from(Unit), inner),
        st.builds(Field, st.sampled_from(["title", "lead", "body"]), inner),
        st.builds(Boost, st.sampled_from([0.0, 0.5, 2.0, 10.0]), inner),
        inner.flatmap(lambda item: ORIGINS.map(lambda origin: And((origin, *parts_of(item))))),
        st.tuples(inner, inner.filter(lambda item: not isinstance(item, Not))).map(
            lambda pair: (
                And((pair[0], Not(pair[1])))
                if not isinstance(pair[0], And)
                else And((*pair[0].items, Not(pair[1])))
            )
        ),
    )


SHALLOW = st.one_of(TERMS, groups(TERMS))


@given(st.one_of(SHALLOW, groups(SHALLOW)))
def test_what_is_printed_reads_as_the_same(node: Node) -> None:
    """unparse and parse are each other's inverse."""
    query = Query(node)
    assert query == parse(unparse(query), CONCEPTS)
