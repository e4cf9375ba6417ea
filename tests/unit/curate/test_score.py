"""The score: how much of an entry is about its topic."""

from collections.abc import Sequence
from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_concept, a_topic
from fakes import embed
from topicwire.curate.background import BACKGROUND
from topicwire.curate.judge import LIKENESS, MOST_DRAG, MOST_PULL, NEUTRAL, judge, version
from topicwire.curate.learned import Model, log_odds, squashed
from topicwire.curate.likeness import Embed, Vector
from topicwire.curate.score import MAX_REASONS
from topicwire.curate.text import read_example
from topicwire.errors import QueryError
from topicwire.model.catalogue import Concept, Example, Member, Topic
from topicwire.model.judging import Reason, Verdict, Zone

FILLER = (
    "The council met on Monday and spoke about roads. Nobody was surprised by the price of bread. "
    "A school in the valley asked for a new roof. The mayor promised to look at the numbers again. "
    "Rain is expected until the weekend. Farmers would rather have had it in the spring."
)
COLUMN = "\n\n".join(f"{FILLER} Chapter {number} ends here." for number in range(9))
POINT = (
    "What nobody speaks about is that Russians and Americans still fly together. NASA and Roscosmos "
    "trade seats on the way to the station. Each Russian capsule carries an American astronaut, and "
    "each American capsule a Russian cosmonaut. That cooperation between Russia and America goes on in space, "
    "whatever the two nations say of one another on the ground."
)  # fmt: skip
QUERY = '(station OR "in space" OR capsule) AND (cooperation OR "trade seats" OR "fly together") AND SENTENCE(2 OF @nation)'
NATION = Concept(
    "nation",
    "",
    (
        Member("ru", ("Russia", "Russian", "Roscosmos")),
        Member("us", ("America", "American", "NASA")),
    ),
)


def verdict(text: str, title: str = "", query: str = QUERY, min_score: float = 0.5) -> Verdict:
    judging = judge(a_topic(query=query, min_score=min_score), (NATION,))
    return judging.verdict(
        read_example(Example(expect=True, title=title, text=text, lang="en")),
        entry_id=7,
        revision=2,
    )


def score(text: str, title: str = "", query: str = QUERY) -> float:
    return verdict(text, title, query).score


def test_a_column_that_makes_its_point_late_is_accepted() -> None:
    """The point made in the third paragraph, in several sentences, is what the column is about."""
    opening = f"{FILLER}\n\nLet me begin far out."
    found = verdict(f"{opening}\n\n{POINT}\n\nWe shall see.", title="What they do not tell you")
    assert found.accepted
    assert found.score >= 0.5


def test_a_passing_mention_in_a_long_column_is_not_enough() -> None:
    """The query matches, but the column is about something else."""
    mention = "Russia and America fly together to a station in space, by the way."
    found = verdict(f"{COLUMN}\n\n{mention}", title="Roads")
    assert found.reasons
    assert not found.accepted
    assert found.score < 0.25


@pytest.mark.parametrize(
    ("title", "text"),
    [
        pytest.param("NASA and Roscosmos trade seats to the station", "", id="title only"),
        pytest.param("", "NASA and Roscosmos trade seats to the station.", id="one sentence"),
        pytest.param(
            "Still together", "NASA and Roscosmos trade seats to the station. More soon.", id="both"
        ),
        pytest.param(
            "NASA and Roscosmos at one table",
            "They agreed on Tuesday that cooperation on the station goes on.",
            id="parts in title and text",
        ),
    ],
)
def test_a_short_item_that_matches_is_accepted(title: str, text: str) -> None:
    """A feed that gives a title and a sentence gives all there is."""
    assert verdict(text, title).accepted


def test_the_title_weighs_more_than_the_lead_and_the_lead_more_than_the_body() -> None:
    """Where a thing is said tells how much the column is about it."""
    said = "The moon is full."
    in_title = score(COLUMN, title=said, query="moon")
    in_lead = score(f"{said} {COLUMN}", query="moon")
    in_body = score(f"{COLUMN} {said}", query="moon")
    assert in_title > in_lead > in_body


def test_parts_that_stand_together_count_more() -> None:
    """The nearness of the parts of an AND counts."""
    apart = f"The moon is full. {FILLER}\n\n{FILLER} Treaties bind."
    near = f"The moon is full. Treaties bind. {FILLER}\n\n{FILLER}"
    both = f"The full moon binds. Lunar treaties and the moon bind. {FILLER}\n\n{FILLER}"
    query = "moon AND (treaty OR bind)"
    assert score(apart, query=query) < score(near, query=query) < score(both, query=query)


def tenfold(said: str, words: int = 10) -> str:
    """Return a sentence of so many words, the last of which are `said`."""
    filler = [f"W{said.replace(' ', '')}{place}" for place in range(words)]
    return " ".join(filler[: words - len(said.split())] + said.split()) + "."


EMPTY = [f"Nothing{number} is said of it in these ten words{number} here." for number in range(9)]
# With words beside: a sentence has ten words, the lead six sentences.
JOINT = 0.5**0.5, 0.4**0.5, 0.2**0.5  # of two parts, one in its sentence, the other further


@pytest.mark.parametrize(
    ("query", "title", "text", "evidence", "beside"),
    [
        pytest.param("moon", "Moon", "", 5, 0, id="the title"),
        pytest.param("moon", "", tenfold("moon"), 2, 0, id="the lead"),
        pytest.param("moon", "Moon", tenfold("roads"), 5, 10, id="a title with another text"),
        pytest.param(
            "moon", "", f"{' '.join(EMPTY[:6])} {tenfold('moon')}", 1, 60, id="the body"
        ),
        pytest.param("moon^2", "", f"{tenfold('moon')} {EMPTY[0]}", 4, 10, id="a weight"),
        pytest.param(
            "moon AND treaty", "", f"{tenfold('moon')} {tenfold('treaty')}",
            4 * JOINT[0], 20 * (1 - JOINT[0]), id="beside one another",
        ),
        pytest.param(
            "moon AND treaty", "", f"{tenfold('moon')} {EMPTY[0]} {tenfold('treaty')}",
            4 * JOINT[1], 10 + 20 * (1 - JOINT[1]), id="in one paragraph",
        ),
        pytest.param(
            "moon AND treaty", "", f"{tenfold('moon')}\n\n{EMPTY[0]}\n\n{tenfold('treaty')}",
            4 * JOINT[2], 10 + 20 * (1 - JOINT[2]), id="elsewhere",
        ),
        pytest.param(
            "moon AND treaty", "Moon", f"{EMPTY[0]}\n\n{tenfold('treaty')}",
            5 * JOINT[2] + 2 * JOINT[0], 10 + 10 * (1 - JOINT[0]), id="from the title",
        ),
        pytest.param(
            "(moon OR sun) AND (moon^3 OR treaty)", "",
            f"{tenfold('moon treaty')}\n\n{EMPTY[0]}\n\n{tenfold('sun')}",
            2 * 3**0.5 + 2 * 0.6**0.5, 10 + 10 * (1 - 0.6**0.5), id="the strongest presence",
        ),
        pytest.param(
            "SENTENCE(moon AND treaty)", "", f"{tenfold('moon treaty')} {EMPTY[0]} {tenfold('moon')}",
            2 + 2 * 0.3 * 0.4**0.5, 10 + 10 * (1 - 0.3 * 0.4**0.5), id="together and in part",
        ),
        pytest.param(
            "moon AND treaty^3", "", f"{tenfold('moon')} {EMPTY[0]} {tenfold('treaty')}",
            2 * 0.4**0.75 + 2 * 0.4**0.25, 10 + 10 * (1 - 0.4**0.75) + 10 * (1 - 0.4**0.25), id="shares",
        ),
    ],
)  # fmt: skip
def test_the_score_follows_its_formula(
    query: str, title: str, text: str, evidence: float, beside: float
) -> None:
    """What docs/topics.md says of the score is what is computed."""
    expected = evidence / (evidence + 1.25 + beside / 30)
    assert score(text, title, query) == pytest.approx(expected, abs=1e-6)


def test_repetition_within_a_sentence_counts_once() -> None:
    """A stuffed sentence is no more about the topic than a plain one."""
    assert score("The moon is full.", query="moon") == score("Moon, moon, moon!", query="moon")


def test_a_weight_changes_the_score_but_not_the_match() -> None:
    """A clause with more say moves the score; one with none leaves it to the others."""
    text = f"The moon is full. {FILLER}"
    plain, double = score(text, query="moon"), score(text, query="moon^2")
    assert plain < double
    title = "Moon"
    both = score(text, title, query="moon AND roads^0")
    assert both == score(text, title, query="moon")
    assert not verdict(text, title, query="moon AND nowhere^0").accepted


def test_weights_share_an_and_among_its_parts() -> None:
    """The score leans towards the part with the greater weight."""
    text = f"The moon is full. {FILLER}\n\nTreaties bind. Treaties hold. Treaties end."
    assert score(text, query="moon AND treaty^5") > score(text, query="moon^5 AND treaty")


@pytest.mark.parametrize("clause", ["NOT nowhere", "source:press", "published:2026-01-01..", "lang:en"])  # fmt: skip
def test_clauses_without_words_have_no_say(clause: str) -> None:
    """They decide who may belong, not how much."""
    assert score(f"The moon. {FILLER}", query="moon") == score(
        f"The moon. {FILLER}", query=f"moon AND {clause}"
    )


@pytest.mark.parametrize("query", ["source:press", "source:press OR moon", "council^0"])
def test_a_query_that_asks_for_no_words_gives_the_full_score(query: str) -> None:
    """Who asks for everything of a source gets everything."""
    assert score(FILLER, query=query) == 1.0


def test_a_miss_is_ranked_below_every_accepted_entry_by_what_it_lacks() -> None:
    """Near misses come before far ones, both below the topic's least score."""
    near = verdict("Cooperation on the station between Russia and its friends.")
    far = verdict("Cooperation on roads.")
    none = verdict("Bread.")
    assert 0.25 >= near.score > far.score > none.score
    assert {False} == {near.accepted, far.accepted, none.accepted}
    assert near.reasons == ()


def test_a_miss_follows_its_formula() -> None:
    """What docs/topics.md says of it: the log-odds less 1.2, as a share of the least score."""
    title, query = "Moon", "moon AND treaty"
    rule = 5 * 0.1**0.5 / (5 * 0.1**0.5 + 1.25)  # the other part is nowhere
    odds = exp(log(rule / (1 - rule)) - 1.2)
    for least in (0.5, 0.8, 0.0):
        found = verdict("", title, query, min_score=least)
        assert (found.accepted, found.score) == (False, round(least * odds / (1 + odds), 6))


def test_a_verdict_is_on_the_entry_it_was_asked_for() -> None:
    """The store files it under the entry and its revision."""
    found = verdict(POINT)
    assert (found.entry_id, found.revision) == (7, 2)


@pytest.mark.parametrize(("least", "accepted"), [(0.0, True), (0.79, True), (0.81, False)])
def test_the_topic_sets_the_bar(least: float, *, accepted: bool) -> None:
    """The same score is enough for one topic and not for another: a title alone scores 0.8."""
    assert accepted == verdict("", "Moon", query="moon", min_score=least).accepted


def test_reasons_quote_what_matched_strongest_first() -> None:
    """A reader sees the clause, the words as written, where and how often."""
    found = verdict("Moons, Moon and moons. The roof.", "The MOON", query='moon OR "the roof"')
    expected = (
        Reason("moon", "MOON", Zone.TITLE, 1),
        Reason("moon", "Moons, Moon, moons", Zone.LEAD, 3),
        Reason('"the roof"', "The roof", Zone.LEAD, 1),
    )
    assert expected == found.reasons


def test_reasons_name_the_concept_not_its_terms() -> None:
    """The members that matched are shown as words."""
    found = verdict("Russia and NASA. Russia again.", query="2 OF @nation")
    assert (Reason("@nation", "Russia, NASA", Zone.LEAD, 3),) == found.reasons


def test_there_are_at_most_eight_reasons() -> None:
    """A long query does not make a long answer."""
    words = [f"word{letter}" for letter in "abcdefghijkl"]
    found = verdict(" ".join(words), query=" OR ".join(words))
    assert len(found.reasons) == MAX_REASONS


def test_a_topic_that_cannot_be_read_has_no_judge() -> None:
    """The error is the language's own."""
    with pytest.raises(QueryError):
        judge(a_topic(query="@nowhere"), ())


SENTENCES = st.sampled_from(
    [
        "The moon is full tonight.",
        "A treaty was signed in Rome.",
        "The moon treaty holds.",
        "Russia and America met.",
        "NASA spoke of the moon and a treaty with Russia.",
        "Nobody was surprised.",
        "It rained on the valley all week long.",
        "\n\n",
    ]
)
TEXTS = st.lists(SENTENCES, max_size=25).map(
    lambda parts: " ".join(
        part if part == "\n\n" else f"{part[:-1]} {number}." for number, part in enumerate(parts)
    )
)
QUERIES = st.sampled_from(
    [
        "moon",
        "moon AND treaty",
        "moon AND treaty^3 AND @nation",
        "moon OR (treaty AND @nation)",
        "SENTENCE(moon AND treaty)",
        "PARAGRAPH(2 OF @nation) AND moon",
        "SENTENCE/2(moon) OR treaty",
        "NEAR/4(moon, treaty) OR SENTENCE(2 OF @nation)^2",
        "2 OF (moon, treaty, @nation)",
        "title:moon OR body:treaty",
    ]
)
WHOLE = "Here NASA and Russia talk of a moon treaty which the moon needs."


@given(TEXTS, st.sampled_from(["", "The moon", "Roads"]), QUERIES)
def test_the_score_is_between_0_and_1_and_always_the_same(text: str, title: str, query: str) -> None:  # fmt: skip
    """Whatever is judged; and a miss stays below the bar."""
    found = verdict(text, title, query)
    assert 0 <= found.score <= 1
    assert found == verdict(text, title, query)
    assert found.reasons or found.score < 0.5


@given(TEXTS, st.sampled_from(["", "The moon", "Roads"]), QUERIES)
def test_a_further_matching_sentence_never_lowers_the_score(text: str, title: str, query: str) -> None:  # fmt: skip
    """A sentence in which the whole query holds adds to the evidence, wherever the text ends."""
    before, after = verdict(text, title, query), verdict(f"{text} {WHOLE}", title, query)
    assert after.score >= before.score
    assert after.reasons


@given(TEXTS, QUERIES)
def test_a_matching_title_never_lowers_the_score(text: str, query: str) -> None:
    """What the title says counts most."""
    assert score(text, WHOLE, query) >= score(text, "", query)


@given(TEXTS, QUERIES)
def test_a_repeated_text_keeps_its_score(text: str, query: str) -> None:
    """Saying all of it again adds nothing."""
    ended = f"{text}\n\nThe end is here."
    assert score(ended, "", query) == score(f"{ended}\n\n{ended}", "", query)


@given(TEXTS, QUERIES, st.integers(0, 25), st.sampled_from([" ", "\n\n"]))
def test_furniture_never_changes_the_verdict(text: str, query: str, at: int, blank: str) -> None:
    """A disclaimer that names moon, treaty and nations is none of the author's words."""
    disclaimer = "The views on the moon, NASA and Russia's treaty expressed in this column are solely those of the author."  # fmt: skip
    parts = text.split(". ")
    furnished = ". ".join(parts[:at]) + (f".{blank}{disclaimer}{blank}" if parts[:at] else f"{disclaimer}{blank}") + ". ".join(parts[at:])  # fmt: skip
    if blank == " " or at >= len(parts):
        assert verdict(text, "", query) == verdict(furnished, "", query)


# ---- with likeness ---------------------------------------------------------------------

ABOUT = "Nations share the Moon."


def all_as_like(likeness: float) -> Embed:
    """Return a model to which every entry is so like the statement, in standard deviations."""
    news = [(0.0, 1.0), (0.2, sqrt(0.96))]  # 0.1 like the statement, give or take 0.1
    known: dict[str, Vector] = {each: news[n % 2] for n, each in enumerate(BACKGROUND)}
    known[ABOUT] = (1.0, 0.0)
    cosine = 0.1 + 0.1 * likeness
    entry = (cosine, sqrt(1 - cosine * cosine))

    def placed(given: Sequence[str]) -> list[Vector]:
        return [known.get(each, entry) for each in given]

    return placed


def compared(
    text: str, title: str = "", query: str = QUERY, *, by: Embed | None, min_score: float = 0.5
) -> Verdict:
    topic = a_topic(query=query, min_score=min_score, about=(ABOUT,))
    example = Example(expect=True, title=title, text=text, lang="en")
    return judge(topic, (NATION,), embed=by).verdict(read_example(example), entry_id=7, revision=2)


@given(TEXTS, st.sampled_from(["", "The moon", "Roads"]), QUERIES)
def test_without_a_model_of_meaning_the_rule_alone_decides(text: str, title: str, query: str) -> None:  # fmt: skip
    """What a topic says it is about changes nothing then; nor does a model without it."""
    expected = verdict(text, title, query)
    example = Example(expect=True, title=title, text=text, lang="en")
    unsaid = judge(a_topic(query=query, not_about=(ABOUT,)), (NATION,), embed=embed)
    assert expected == compared(text, title, query, by=None)
    assert expected == unsaid.verdict(read_example(example), entry_id=7, revision=2)


@pytest.mark.parametrize(
    ("likeness", "pull"),
    [
        pytest.param(NEUTRAL, 0.0, id="as all in the neighbourhood"),
        pytest.param(3.0, 0.9 * 1.1, id="more"),
        pytest.param(1.5, -0.9 * 0.4, id="less"),
        pytest.param(0.0, -MOST_DRAG, id="never less than the most"),
        pytest.param(4.0, 0.9 * 2.1, id="the furthest"),
    ],
)
def test_likeness_pulls_at_the_log_odds(likeness: float, pull: float) -> None:
    """What docs/topics.md says of rule and likeness together is what is computed."""
    found = compared("", "Moon", "moon", by=all_as_like(likeness))
    assert found.score == pytest.approx(squashed(log(0.8 / 0.2) + pull), abs=1e-6)


@given(TEXTS, st.sampled_from(["", "The moon", "Roads"]), QUERIES, st.floats(-8, 8))
def test_no_pull_is_greater_than_the_most(text: str, title: str, query: str, like: float) -> None:
    """Meaning never drowns what the query says."""
    ruled = verdict(text, title, query)
    found = compared(text, title, query, by=all_as_like(like))
    assert 0 <= found.score <= 1
    if ruled.reasons:
        pull = log(found.score / (1 - found.score)) - log_odds(ruled.score)
        assert abs(pull) <= MOST_PULL + 0.001
        assert MOST_PULL / LIKENESS + NEUTRAL > 4  # no likeness reaches it upwards


@given(TEXTS, QUERIES, st.floats(-4, 4), st.floats(-4, 4))
def test_what_is_more_alike_never_scores_lower(text: str, query: str, one: float, other: float) -> None:  # fmt: skip
    """Match or miss."""
    less, more = sorted((one, other))
    low, high = (compared(text, "", query, by=all_as_like(like)) for like in (less, more))
    assert low.score <= high.score


APART = "The moon is full. A treaty is signed."


def test_a_miss_with_all_its_parts_may_come_in_by_likeness() -> None:
    """Its parts do not stand together, but it is much alike; the words it has are its reasons."""
    query = "SENTENCE(moon AND treaty)"
    without = compared(APART, "Full moon", query, by=None)
    near = compared(APART, "Full moon", query, by=all_as_like(4))
    far = compared(APART, "Full moon", query, by=all_as_like(1))
    assert (without.accepted, near.accepted, far.accepted) == (False, True, False)
    assert {"moon", "treaty"} == {reason.clause for reason in near.reasons}
    assert (without.reasons, far.reasons) == ((), ())


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("moon AND treaty AND comet", id="a part is missing"),
        pytest.param("moon AND treaty NOT signed", id="a NOT"),
        pytest.param("SENTENCE(moon AND treaty NOT signed)", id="a NOT within"),
        pytest.param("SENTENCE(moon AND treaty) AND 2 OF @nation", id="too few members"),
    ],
)
def test_likeness_lets_in_nothing_that_lacks_a_part(query: str) -> None:
    """However much alike, what the query forbids or what is not there keeps it out."""
    found = compared(APART, "Full moon", query, by=all_as_like(4))
    assert not found.accepted
    assert found.score < 0.5


@pytest.mark.parametrize("least", [0.2, 0.5, 0.9])
def test_a_miss_that_is_not_open_stays_below_every_bar(least: float) -> None:
    """Near misses rank above far ones, by likeness too, and none of them is in."""
    query = "moon AND treaty NOT signed"
    near, far = (compared(APART, "Moon", query, by=all_as_like(like), min_score=least) for like in (4, 0))  # fmt: skip
    assert least > near.score > far.score


@given(TEXTS, QUERIES, st.integers(0, 3))
def test_furniture_never_changes_the_verdict_with_likeness(text: str, query: str, at: int) -> None:
    """A disclaimer is neither counted nor compared."""
    disclaimer = "The views on the moon, NASA and Russia's treaty expressed in this column are solely those of the author."  # fmt: skip
    parts = text.split("\n\n")
    furnished = "\n\n".join([*parts[:at], disclaimer, *parts[at:]])
    assert compared(text, "Roads", query, by=embed) == compared(furnished, "Roads", query, by=embed)


# ---- with a learned model --------------------------------------------------------------


def a_model(bias: float, **changes: object) -> Model:
    """Return a model that gives every entry the same score."""
    values: dict[str, object] = {"traits": {}, "numbers": (), "meaning": (), "bias": bias}
    return Model(**(values | {"slope": 1.0, "shift": 0.0} | changes))  # type: ignore[arg-type]


def modelled(model: Model | None = None, *, min_score: float = 0.5, title: str = "Moon", shadow: Model | None = None) -> Verdict:  # fmt: skip
    topic = a_topic(query="moon NOT treaty", min_score=min_score)
    judging = judge(topic, (), model=model, shadow=shadow)
    return judging.verdict(read_example(Example(expect=True, title=title, text="", lang="en")))


@pytest.mark.parametrize("least", [0.0, 0.001, 0.3, 0.5, 0.9, 1.0])
def test_a_model_decides_by_its_own_half_whatever_the_bar(least: float) -> None:
    """Its score is shown on the topic's scale, on which `min_score` is the border."""
    out, even, into = (modelled(a_model(bias), min_score=least) for bias in (-2, 0, 2))
    assert [each.accepted for each in (out, even, into)] == [False, True, True]
    assert out.score < even.score < into.score
    assert even.score == pytest.approx(least, abs=0.006)


def test_a_model_may_let_in_what_the_query_forbids_but_not_what_it_does_not_name() -> None:
    """It has learned what a NOT is worth; where no word of the query is, it is not asked."""
    forbidden = modelled(a_model(3), title="Moon treaty")
    assert forbidden.accepted
    assert [reason.clause for reason in forbidden.reasons] == ["moon"]
    assert modelled(a_model(3), title="Roads") == Verdict(0, 0, accepted=False, score=0.0)


def test_a_model_is_told_whether_the_query_holds_and_forbids() -> None:
    """And the rule's score: it can learn to believe them."""
    model = a_model(0.0, numbers=(0.0, 10.0, 10.0))
    assert modelled(model).score > modelled(model, title="Moon treaty").score
    by_rule = a_model(0.0, numbers=(10.0,))
    assert modelled(by_rule).score == pytest.approx(0.8)


def test_a_shadow_is_heard_and_changes_nothing_else() -> None:
    """Its score stands beside the rule's verdict."""
    ruled, heard = modelled(), modelled(shadow=a_model(-1))
    assert heard.shadow == pytest.approx(squashed(-1), abs=1e-6)
    assert (ruled.accepted, ruled.score, ruled.reasons) == (
        heard.accepted,
        heard.score,
        heard.reasons,
    )
    assert ruled.shadow is None


def test_a_judge_without_what_it_has_learned_is_the_rule() -> None:
    """Models are measured against it."""
    topic = a_topic(query="moon", about=(ABOUT,))
    full = judge(topic, (), embed=embed, model=a_model(1), shadow=a_model(2)).by_rule()
    assert (full.model, full.shadow) == (None, None)
    assert full.likeness is not None


def test_a_judge_hears_what_has_a_word_of_the_query() -> None:
    """The others are not looked at further."""
    judging = judge(a_topic(query="moon AND treaty"), ())
    heard = [judging.hears(read_example(Example(True, title, ""))) for title in ("Moon", "Roads", "")]  # fmt: skip
    assert heard == [True, False, False]


# ---- the version -----------------------------------------------------------------------

TOPIC = a_topic(query="moon", min_score=0.5)


def test_a_version_is_the_same_while_verdicts_are() -> None:
    """A new title, limit, example or order of concepts judges nothing anew."""
    other = a_topic(query="moon", title="Other", limit=5, description="Other")
    concepts = (NATION, a_concept("space"))
    assert version(TOPIC, concepts) == version(other, concepts[::-1])


@pytest.mark.parametrize(
    ("changed", "concepts"),
    [
        pytest.param(a_topic(query="mars"), (), id="query"),
        pytest.param(a_topic(query="moon", min_score=0.6), (), id="min_score"),
        pytest.param(TOPIC, (NATION,), id="concept"),
        pytest.param(TOPIC, (a_concept("nation"),), id="terms of a concept"),
    ],
)
def test_a_version_changes_with_what_verdicts_depend_on(
    changed: object, concepts: tuple[Concept, ...]
) -> None:
    """Query, bar and concepts each judge the archive anew."""
    versions = {version(TOPIC, ()), version(TOPIC, (a_concept("other"),))}
    assert version(changed, concepts) not in versions  # type: ignore[arg-type]


SHOWN = Example(expect=True, title="Moon", text="")


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(a_topic(query="moon", about=("Mars.",)), id="about"),
        pytest.param(a_topic(query="moon", about=(ABOUT,), not_about=("Mars.",)), id="not_about"),
        pytest.param(a_topic(query="moon", about=(ABOUT,), examples=(SHOWN,)), id="examples"),
    ],
)
def test_a_version_changes_with_what_is_compared_where_it_is(changed: Topic) -> None:
    """Without a model of meaning it changes nothing, and judges nothing anew."""
    before = a_topic(query="moon", about=(ABOUT,))
    assert version(before, (), embedder="some") != version(changed, (), embedder="some")
    assert version(before, ()) == version(changed, ()) == version(TOPIC, ())


def test_a_version_changes_with_the_model_of_meaning() -> None:
    """Verdicts by another are not the same; but a topic with nothing to compare has none."""
    topic = a_topic(query="moon", about=(ABOUT,))
    versions = {version(topic, (), embedder=name) for name in ("", "one", "two")}
    assert len(versions) == 3
    unsaid = a_topic(query="moon", not_about=(ABOUT,), examples=(SHOWN,))
    assert version(unsaid, (), embedder="one") == version(unsaid, ())
