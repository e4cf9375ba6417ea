"""Lint: what an editor is told of a topic, by its form and by counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_concept, a_topic
from topicwire.curate.concepts import ConceptLint, Finding
from topicwire.curate.lint import Lint
from topicwire.curate.text import read_example
from topicwire.model.catalogue import Concept, Example

GOOD = (
    Example(expect=True, title="Moon", text="", lang="en"),
    Example(expect=False, title="Bread", text="", lang="en"),
)
BREAD = ["Bread."] * 12
CONCEPT = a_concept("nation", russia=("Russia", "Moscow"), us=("=US", "American"))


def findings(
    query: str, texts: list[str], *, concept: Concept = CONCEPT, **changes: object
) -> tuple[Finding, ...]:
    values: dict[str, object] = {"query": query, "about": ("The moon.",), "examples": GOOD}
    lint = Lint(a_topic(**(values | changes)), (concept,))
    concepts = ConceptLint(lint.concepts)
    for text in texts:
        reading = read_example(Example(expect=True, title="", text=text, lang="en"))
        lint.look(reading)
        concepts.look(reading)
    return (*lint.findings(), *concepts.findings())


def told(found: tuple[Finding, ...]) -> list[tuple[str, str, object]]:
    return [(each.kind, each.subject, each.place) for each in found]


def test_a_sound_topic_has_nothing_to_look_at() -> None:
    """Terms that some texts have and most have not, and examples for and against."""
    assert findings("moon OR mars", [*BREAD, *["The moon."] * 5, *["Mars."] * 5]) == ()


def test_a_term_that_no_text_has_is_told_with_its_place() -> None:
    """An example that has it speaks for it."""
    examples = (*GOOD, Example(expect=True, title="The sun", text="", lang="en"))
    found = findings("moon\nOR sun OR starr", [*BREAD, *["Moon."] * 9], examples=examples)
    assert found == (
        Finding(
            kind="never",
            file="topics/seats.toml",
            subject="starr",
            says="stands in none of 21 texts",
            mend="Correct its spelling, or remove it.",
            place=(2, 11),
            count=0,
            texts=21,
        ),
    )


def test_few_texts_are_not_counted_by() -> None:
    """What a handful of texts lacks says nothing."""
    assert findings("moon OR starr", ["Bread."] * 5) == ()


def test_a_term_or_a_branch_that_nearly_all_have_is_told() -> None:
    """It tells little, or lets nearly everything in."""
    texts = [*["Moon and mars."] * 15, *["Bread."] * 8]
    found = findings("sun OR (moon AND mars)", texts, examples=(*GOOD, Example(True, "Sun", "")))
    assert [(each.kind, each.subject, each.count) for each in found] == [
        ("often", "moon", 15),
        ("often", "moon AND mars", 15),
        ("often", "mars", 15),
    ]


def test_a_query_that_matches_nothing_is_told() -> None:
    """Though each of its terms stands somewhere."""
    found = findings("moon mars", [*BREAD, *["Moon."] * 5, *["Mars."] * 5])
    assert told(found) == [("never", "moon AND mars", (1, 1))]


@pytest.mark.parametrize(
    ("query", "subject", "over"),
    [
        pytest.param('mars OR seat OR "seat swap"', '"seat swap"', "seat", id="a phrase"),
        pytest.param("cosmo* OR cosmonaut", "cosmonaut", "cosmo*", id="a prefix"),
        pytest.param("moon OR mars OR moon", "moon", "moon", id="the second of two"),
        pytest.param("moon OR SENTENCE(moon mars)", "SENTENCE(moon AND mars)", "moon", id="a branch"),
        pytest.param("moon^2 OR (moon mars)^2", "(moon AND mars)^2", "moon^2", id="of equal weight"),
        pytest.param("@nation OR Moscow", "Moscow", "@nation", id="a term of a concept"),
    ],
)  # fmt: skip
def test_what_another_branch_makes_needless_is_told(query: str, subject: str, over: str) -> None:
    """By the form of the query: no text is needed."""
    (found,) = findings(query, [])
    assert ("shadowed", subject) == (found.kind, found.subject)
    assert found.says == f"adds nothing: wherever it holds, {over} holds too"


def test_a_branch_that_weighs_more_is_not_needless() -> None:
    """It has a say in the score."""
    assert findings("title:moon^2 OR moon", []) == ()


def test_a_term_that_stood_only_with_another_is_told() -> None:
    """What the form cannot tell, texts may: a regular expression, an irregular plural."""
    texts = [*BREAD, *["Apollo 11 flew."] * 5, *["Apollo 7 flew."] * 4]
    found = findings(r"apollo OR /Apollo 1\d/", texts, examples=GOOD)
    assert [(each.kind, each.subject, each.says) for each in found] == [
        ("shadowed", r"/Apollo 1\d/", "stood only where apollo did, in all 5 texts that have it")
    ]


def test_an_exclusion_that_keeps_nothing_out_is_told() -> None:
    """Though what it forbids does occur."""
    found = findings("moon NOT honey", [*BREAD, *["Moon."] * 6, *["Honey."] * 6])
    assert told(found) == [("idle", "NOT honey", (1, 10))]


def test_what_can_hold_nowhere_is_told() -> None:
    """It needs no texts."""
    assert told(findings("moon OR (seat NOT seat)", [])) == [
        ("impossible", "seat NOT seat", (1, 10)),
    ]


def test_a_query_that_cannot_be_read_is_told_like_apply_does() -> None:
    """With file, place and the near miss."""
    (found,) = findings("moon AND\n @natoin", [])
    assert (found.kind, found.file, found.place) == ("query", "topics/seats.toml", (2, 2))
    assert found.says == "there is no concept `@natoin`"
    assert found.mend == "Did you mean `@nation`?"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"examples": GOOD[:1]}, "there is no example of what does not belong", id="only for"),
        pytest.param({"examples": GOOD[1:]}, "there is no example of what belongs", id="only against"),
        pytest.param({"about": ()}, "`about` is missing", id="about"),
        pytest.param({"min_score": 1.0}, "min_score is 1, which no text reaches", id="min_score"),
    ],
)  # fmt: skip
def test_what_a_topic_lacks_is_told(changes: dict[str, object], says: str) -> None:
    """Examples for and against, a question in words, a score that can be reached."""
    assert [says] == [each.says for each in findings("moon", [], **changes)]  # type: ignore[arg-type]


def test_a_score_that_no_match_reaches_is_told() -> None:
    """With the best that was."""
    found = findings("moon", [*BREAD, *["The moon."] * 9], min_score=0.9)
    assert [each.says for each in found] == [
        "9 texts match, but none reaches 0.9; the best has 0.62"
    ]


def test_doubles_in_a_concept_are_told() -> None:
    """Within a member what adds nothing, between two what they share; each once."""
    concept = a_concept(
        "nation",
        korea=("Korea", "South Korea", "South Korea's"),
        south=("Seoul", "korea"),
    )
    found = findings("@nation", [], concept=concept)
    assert [(each.kind, each.file, each.says) for each in found] == [
        ("double", "concepts/nation.toml", 'has "South Korea" in korea, where Korea is enough'),
        ("double", "concepts/nation.toml", 'has "South Korea\'s" in korea, where Korea is enough'),
        (
            "shared",
            "concepts/nation.toml",
            "has Korea of korea and korea of south, which are one word: only the first member gets it",
        ),
    ]


def test_terms_of_a_concept_that_no_text_has_are_told_together() -> None:
    """Also one that hides in a longer one has been seen."""
    concept = a_concept("nation", korea=("Korea", "Koreans"), south=("South Korea", "Seoul"))
    texts = [*BREAD, *["South Korea."] * 9]
    (found,) = findings("@nation", texts, concept=concept)
    assert (found.kind, found.subject, found.terms) == ("never", "@nation", ("Koreans", "Seoul"))
    assert found.says == "has 2 of 4 terms that stand in none of 21 texts: Koreans, Seoul"


LEAVES = st.sampled_from(
    [
        "moon",
        "=Moon",
        "mo*",
        '"seat swap"',
        "@nation",
        "2 OF @nation",
        "/m.o/",
        "source:press",
        "lang:en",
    ]
)
CLAUSES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {} OR {})".format, inner, inner, inner),
        st.builds("(moon NOT ({} NOT {}))".format, inner, inner),
        st.builds("SENTENCE({})".format, inner),
        st.builds("PARAGRAPH/2({})".format, inner),
        st.builds("NEAR/2({}, moon)".format, inner),
        st.builds("2 OF ({}, {}, sun)".format, inner, inner),
        st.builds("title:({})".format, inner),
        st.builds("({})^2".format, inner),
    ),
    max_leaves=12,
)


@given(
    CLAUSES, st.lists(st.sampled_from(["", "Moon.", "A seat swap. Mars", "US Russia"]), max_size=30)
)
def test_no_query_breaks_it(query: str, texts: list[str]) -> None:
    """Whatever the query, readable or not: findings have a file and say something."""
    assert all(each.file and each.says and each.mend for each in findings(query, texts))
