"""The index: it leaves out only what cannot be accepted."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_concept, a_source, a_stored, a_topic, an_entry
from topicwire.curate.index import DENSE, LEARNED_AFTER, Index
from topicwire.curate.judge import judge
from topicwire.curate.language import parse
from topicwire.curate.lookup import Lookup
from topicwire.curate.query import Alias, Named, Node, Term, Words
from topicwire.curate.text import raw, read
from topicwire.model.judging import StoredEntry

CONCEPTS = {
    "nation": a_concept(),
    "odd": a_concept("odd", dash=("follow-up", "=No"), word=("espa*", "new moon"), two=("moon",)),
}
PADDING = " ".join(f"pad{number}" for number in range(3 * DENSE))


def node(query: str) -> Node:
    return parse(query, CONCEPTS).root


def an_index(*queries: str, wide: Sequence[int] = ()) -> Index:
    return Index([node(query) for query in queries], wide=wide)


def candidates(index: Index, title: str, text: str, lang: str = "en") -> list[int]:
    stored = a_stored(entry=an_entry(title=title, text=text, lang=lang))
    return index.candidates(raw(stored))


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        pytest.param("moon", "Many moons", True, id="a word, inflected"),
        pytest.param("moon", "Mars", False, id="a word that is not there"),
        pytest.param("=Moon", "a moon", True, id="spelling is for the judge"),
        pytest.param('"new moon"', "A new moon rose", True, id="a phrase"),
        pytest.param('"new moon"', "A moon that is new", False, id="its words apart"),
        pytest.param("satell*", "Satellites", True, id="a prefix"),
        pytest.param('"new satell*"', "new satellites", True, id="a prefix in a phrase"),
        pytest.param("moon AND mars", "The moon", False, id="one of two"),
        pytest.param("moon AND mars", "Mars, the moon", True, id="both"),
        pytest.param("moon OR mars", "Mars", True, id="either"),
        pytest.param("2 OF (moon, mars, sun)", "Mars", False, id="too few"),
        pytest.param("2 OF (moon, mars, sun)", "Mars, Sun", True, id="enough"),
        pytest.param("2 OF @nation", "Russia, Russians", False, id="one member twice"),
        pytest.param("2 OF @nation", "American, Russian", True, id="two members"),
        pytest.param("NEAR/3(moon, mars)", "The moon", False, id="near what is not there"),
        pytest.param("SENTENCE(moon AND mars)", "Moon", False, id="half a sentence"),
        pytest.param("SENTENCE(2 OF (moon, mars))", "Moon. Mars.", True, id="where is for the judge"),
        pytest.param("moon NOT mars", "Moon, mars", True, id="what is not wanted is for the judge"),
        pytest.param("moon AND /x\\d+/", "Mars", False, id="a pattern and a word that is not there"),
        pytest.param("/x\\d+/", "Mars", False, id="a pattern that matches nowhere"),
        pytest.param("/\\bx\\d+/", "_x7", True, id="a pattern that does"),
        pytest.param("/^x\\d+/", "Mars", True, id="a pattern that looks at where a sentence begins"),
        pytest.param("source:press", "Mars", True, id="an origin alone"),
        pytest.param("source:press AND moon", "Mars", False, id="an origin and a word"),
        pytest.param("title:moon AND mars", "Mars", False, id="a field of the text"),
        pytest.param("(moon AND mars)^2 OR sun", "The moon", False, id="a weight"),
        pytest.param("(moon AND mars) OR sun", "The sun", True, id="a nested part"),
    ],
)  # fmt: skip
def test_a_topic_is_a_candidate_when_its_query_can_hold(
    query: str, text: str, *, expected: bool
) -> None:
    """What is missing rules a topic out; what the judge alone can tell does not."""
    assert ([0] if expected else []) == candidates(an_index(query), "", f"{text}. {PADDING}")


def test_each_topic_is_told_by_its_own_terms() -> None:
    """The topics share the pass, and those that share a term are both found by it."""
    index = an_index("moon", "mars AND moon", "mars", "sun")
    assert candidates(index, "Moon", PADDING) == [0]
    assert candidates(index, "Mars and the moon", PADDING) == [0, 1, 2]


def test_a_wide_topic_is_a_candidate_by_any_of_its_terms() -> None:
    """What learned from labels judges also what the query would refuse."""
    index = an_index("moon AND mars", "moon AND sun", wide=[0])
    assert candidates(index, "Moon", PADDING) == [0]
    assert candidates(index, "Venus", PADDING) == []


def test_a_topic_with_many_terms_in_few_words_is_a_candidate() -> None:
    """The verdict of a near miss is kept, so it has to be made."""
    index = an_index("moon AND mars")
    assert candidates(index, "Moon", "A short notice") == [0]
    assert candidates(index, "Moon", PADDING) == []


def test_words_set_aside_between_others_do_not_hide_a_phrase() -> None:
    """A passage that is said again is no part of the reading: the words around it meet."""
    said = "one two three four five six seven eight"
    entry = an_entry(title="", text=f"{said} nine. A seat {said} swap. {PADDING}")
    stored = a_stored(entry=entry)
    topic = a_topic(query='"seat swap"', min_score=0.0)

    assert judge(topic, ()).verdict(read(stored, None)).accepted
    assert an_index(topic.query).candidates(raw(stored)) == [0]


def test_an_index_speaks_the_language_of_each_entry() -> None:
    """The same term meets the inflections of every language."""
    index = an_index('"coopération spatiale"', "Mond", "空間", "сотрудничество")
    assert candidates(index, "", f"Les cooperations spatiales {PADDING}", "fr") == [0]
    assert candidates(index, "", f"Des Mondes {PADDING}", "de") == [1]
    assert candidates(index, "", f"今日の空間です。{PADDING}", "ja") == [2]
    assert candidates(index, "", f"О сотрудничестве {PADDING}", "ru") == [3]


def test_what_an_index_keeps_of_languages_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed may declare any code: those without rules of their own share a lookup."""
    made: list[str] = []

    def counted(sought: Iterable[tuple[int, Term]], lang: str) -> Lookup:
        made.append(lang)
        return Lookup(sought, lang)

    monkeypatch.setattr("topicwire.curate.index.Lookup", counted)
    index = an_index("moon")
    for lang in ("en", *(f"x{one}{other}" for one in "abcdef" for other in "abcdef")):
        assert candidates(index, "", f"The moon {PADDING}", lang) == [0]
    assert len(made) == 2


def test_members_are_told_by_the_terms_of_their_language_too() -> None:
    """What stands for a member in one language is sought in texts of that language."""
    members = (
        Alias("moon", (Words("moon"),), (("de", (Words("Mond"),)),)),
        Alias("sun", (Words("sun"),), (("de", (Words("Sonne"),)),)),
    )
    index = Index([Named("sky", 2, members)])
    assert candidates(index, "", f"Mond und Sonne {PADDING}", "de") == [0]
    assert candidates(index, "", f"Mond und Mond {PADDING}", "de") == []
    assert candidates(index, "", f"Mond und Sonne {PADDING}", "fr") == []


def test_what_the_index_learns_of_rare_words_changes_no_candidate() -> None:
    """Topics are led to by what turned out to be rare; which they are stays the same."""
    index = an_index("moon AND mars", "(moon OR sun) AND venus", "mars AND sun AND moon")
    texts = [f"Moon {PADDING}", f"Moon and mars {PADDING}", f"Sun, venus {PADDING}"]
    before = [candidates(index, "", text) for text in texts]
    assert before == [[], [0], [1]]
    for _ in range(LEARNED_AFTER[1]):
        candidates(index, "", "Moon")
    assert before == [candidates(index, "", text) for text in texts]


# ---- never a miss ----------------------------------------------------------------------

WORDS = ("moon", "moons", "Moon", "new", "Russia", "=US", "U.S.", "mars", "follow-up", "espa*", "l'eau", "3.5", "été", "空間", "no", "Russian's")  # fmt: skip
TEXT = (*WORDS, "US", "españa", "ete", "the", "a", ".", ". The", "\n\n", "。", "空", "間", "https://moon.example/mars", "(Subscribe to our newsletter.)", "_new moon_", "MOSCOW, Oct. 13 (Agency) -", "new moon", "one two three four five six seven eight", "ｍｏｏｎ")  # fmt: skip


def _quoted(chosen: list[str]) -> str:
    return '"' + " ".join(word.lstrip("=") for word in chosen) + '"'


TERMS = st.one_of(
    st.sampled_from([word for word in WORDS if word not in {"3.5", "no", "U.S."}]),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(_quoted),
    st.sampled_from(
        [
            "@nation",
            "@odd",
            "2 OF @odd",
            "/m\\w+n/",
            "/^M/",
            "/\\bnew m/",
            "source:press",
            "lang:en",
        ]
    ),
)
QUERIES = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} AND {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} OR {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} NOT {two[1]})"),
        st.tuples(inner, inner, inner).map(lambda all_: f"2 OF ({', '.join(all_)})"),
        st.tuples(inner, inner).map(lambda two: f"NEAR/4({two[0]}, {two[1]})"),
        inner.map(lambda one: f"SENTENCE({one})"),
        inner.map(lambda one: f"PARAGRAPH/2({one})"),
        inner.map(lambda one: f"body:({one})"),
        inner.map(lambda one: f"({one})^2"),
    ),
    max_leaves=6,
)
TEXTS = st.lists(st.sampled_from(TEXT), max_size=40).map(" ".join)


def _readable(query: str) -> bool:
    try:
        node(query)
    except Exception:  # noqa: BLE001 (the language refuses some nestings: not what is tested here)
        return False
    return True


@settings(max_examples=400, deadline=None)
@given(
    st.lists(QUERIES.filter(_readable), min_size=1, max_size=4),
    TEXTS,
    TEXTS,
    st.sampled_from(["en", "fr", "ru", "ja", "es"]),
)
def test_no_accepted_topic_is_ever_left_out(
    queries: list[str], title: str, text: str, lang: str
) -> None:
    """Whatever the judges accept is among the candidates, also in a long text."""
    topics = [a_topic(query=query, min_score=0.0) for query in queries]
    entry = an_entry(title=title, text=f"{text} {PADDING}", lang=lang)
    stored: StoredEntry = a_stored(entry=entry)

    reading = read(stored, a_source())
    judges = [judge(topic, tuple(CONCEPTS.values())) for topic in topics]
    accepted = {n for n, each in enumerate(judges) if each.verdict(reading).accepted}

    found = Index([each.matcher.node for each in judges]).candidates(raw(stored))
    assert accepted <= set(found)
