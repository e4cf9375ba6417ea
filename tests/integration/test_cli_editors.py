"""The command line of an editor who decides on single entries, in one process, on real files."""

import getpass
import json
import re
from pathlib import Path

import pytest

from commands import Run

TOPIC = "space-cooperation"


def placed(run: Run) -> list[int]:
    return [each["id"] for each in run("entry", "list", "--topic", TOPIC, "--json").json]


def outside(run: Run) -> int:
    """Return an entry that is not in the topic, and of which no verdict is kept."""
    everything = run("entry", "list", "--limit", "99", "--json").json
    shown = (run("entry", "show", str(each["id"]), "--json").json for each in everything)
    return next(
        int(each["id"])
        for each in shown
        if TOPIC not in [verdict["topic"] for verdict in each["verdicts"]]
    )


def test_a_pin_shows_at_once_and_in_explain(polled: Run) -> None:
    """The entry is in the feed as the editor's choice; explain says who pinned it and why."""
    entry = outside(polled)

    said = polled(
        "topic", "pin", TOPIC, str(entry), "--why", "It is between the lines", "--who", "ada"
    )

    assert (said.code, said.out) == (0, f"Entry {entry} is pinned; it is in {TOPIC}.\n")
    assert entry in placed(polled)
    assert "chosen by the editor" in polled("feed", "show", TOPIC).out
    explained = polled("topic", "explain", TOPIC, str(entry))
    assert explained.out.startswith(f"It does not belong to {TOPIC}: score ")
    assert f"Pinned in {TOPIC} by ada " in explained.out
    assert ": It is between the lines\n" in explained.out
    (ruling,) = polled("topic", "explain", TOPIC, str(entry), "--json").json["rulings"]
    assert (ruling["ruling"], ruling["who"], ruling["why"]) == (
        *("pin", "ada"),
        "It is between the lines",
    )
    assert polled("topic", "explain", "space-safety", str(entry), "--json").json["rulings"] == []


def test_a_veto_survives_a_changed_topic_and_a_release_ends_it(polled: Run) -> None:
    """The whole archive is judged anew and the entry stays out, until the editor lets it go."""
    entry = placed(polled)[0]
    assert polled("topic", "veto", TOPIC, str(entry), "--why", "An advertisement").out == (
        f"Entry {entry} is vetoed; it is not in {TOPIC}.\n"
    )
    polled("topic", "edit", TOPIC, "--min-score", "0.1")
    polled("poll")
    assert entry not in placed(polled)

    said = polled("topic", "release", TOPIC, str(entry))

    assert said.out == f"Entry {entry} is released; it is in {TOPIC}.\n"
    assert entry in placed(polled)
    assert polled("topic", "release", TOPIC, str(entry)).code == 1


def test_rulings_are_listed(polled: Run) -> None:
    """One line first, then who decided what; `--who` is the login name by default."""
    one, two = placed(polled)[:2]
    polled("topic", "veto", TOPIC, str(one), "--why", "An advertisement")
    polled("topic", "pin", TOPIC, str(two), "--why", "Keep it", "--who", "bo")

    listed = polled("topic", "rulings", TOPIC)
    rows = polled("topic", "rulings", TOPIC, "--json").json

    assert listed.out.startswith(f"2 rulings in {TOPIC}.\n")
    assert [(r["entry"], r["ruling"], r["who"], r["why"]) for r in rows] == [
        (two, "pin", "bo", "Keep it"),
        (one, "veto", getpass.getuser(), "An advertisement"),
    ]
    assert polled("topic", "rulings", "space-safety").out == "0 rulings in space-safety.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        pytest.param(("pin", TOPIC, "1"), 2, 'Say why: --why "…"', id="no reason"),
        pytest.param(("veto", TOPIC, "1", "--why", " "), 2, "Say why", id="empty reason"),
        pytest.param(("pin", TOPIC, "1", "--why", "a\nb"), 2, "one plain line", id="two lines"),
        pytest.param(("pin", TOPIC, "1", "--why", "x", "--who", ""), 2, "Say who", id="nobody"),
        pytest.param(("pin", TOPIC, "999", "--why", "x"), 1, "no entry 999", id="no entry"),
        pytest.param(("pin", "space", "1", "--why", "x"), 1, "no topic 'space'", id="no topic"),
        pytest.param(("label", TOPIC, "1"), 2, "End with yes or no", id="no answer"),
        pytest.param(("label", TOPIC, "yes"), 2, "at least one entry", id="no number"),
        pytest.param(("label", TOPIC, "x", "no"), 2, "'x' is no entry's number", id="word"),
        pytest.param(("label", TOPIC, "1", "999", "no"), 1, "no entry 999", id="unknown entry"),
        pytest.param(("label", TOPIC, "9" * 30, "no"), 1, "no entry 999", id="vast number"),
        pytest.param(
            ("label", TOPIC, "999", "--remove"), 1, "no entry 999", id="nothing to remove"
        ),
        pytest.param(("release", TOPIC, "9" * 30), 1, "no entry 999", id="vast release"),
        pytest.param(("release", TOPIC, "1"), 1, "no ruling on entry 1", id="no ruling"),
        pytest.param(
            ("labels", TOPIC, "--export", "no-such-folder/x.jsonl"),
            1,
            "no-such-folder/x.jsonl cannot be written",
            id="no folder",
        ),
        pytest.param(("labels", "space"), 1, "no topic 'space'", id="labels of nothing"),
    ],
)
def test_a_slip_is_told_and_changes_nothing(
    polled: Run, arguments: tuple[str, ...], code: int, words: str
) -> None:
    """The message says what is wrong and what to do; nothing is kept."""
    said = polled("topic", *arguments)

    assert said.code == code
    assert words in said.err
    assert polled("topic", "rulings", TOPIC, "--json").json == []
    assert polled("topic", "labels", TOPIC, "--json").json == []


def test_labels_are_given_listed_and_removed(polled: Run) -> None:
    """Several entries at once; the last word counts; each shows at its entry."""
    one, two = placed(polled)[:2]

    said = polled("topic", "label", TOPIC, str(one), str(two), "no", "--who", "ada")
    assert said.out == f"2 entries are labelled not on topic in {TOPIC}.\n"
    polled("topic", "label", TOPIC, str(two), "yes", "--who", "bo")

    rows = polled("topic", "labels", TOPIC, "--json").json
    assert {(r["entry"], r["expect"], r["who"], r["by"]) for r in rows} == {
        (one, False, "ada", "editor"),
        (two, True, "bo", "editor"),
    }
    assert polled("topic", "labels", TOPIC).out.startswith(
        f"2 labels of {TOPIC}: 1 on topic, 1 not.\n"
    )
    assert f"Labelled on topic in {TOPIC} by bo " in polled("entry", "show", str(two)).out
    assert (
        f"Labelled not on topic in {TOPIC} by ada "
        in polled("topic", "explain", TOPIC, str(one)).out
    )
    assert (
        polled("topic", "label", TOPIC, str(one), "--remove").out
        == f"1 label of {TOPIC} removed.\n"
    )
    (left,) = polled("topic", "labels", TOPIC, "--json").json
    assert left["entry"] == two
    assert {one, two} <= set(placed(polled))  # labels move nothing


def test_exported_labels_are_what_backtest_reads(polled: Run, tmp_path: Path) -> None:
    """A line each, with the text that is judged, so that a topic can be measured on them."""
    inside, far = placed(polled)[0], outside(polled)
    polled("topic", "label", TOPIC, str(inside), "yes")
    polled("topic", "label", TOPIC, str(far), "no")
    path = tmp_path / "labels.jsonl"

    said = polled("topic", "labels", TOPIC, "--export", str(path))

    assert said.out == f"2 labels of {TOPIC}: 1 on topic, 1 not. Wrote them to {path}.\n"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["expect"] for line in lines] == [True, False]
    assert all(line["title"] and line["text"] for line in lines)
    figures = polled("topic", "backtest", TOPIC, "--labels", str(path), "--json").json
    assert (figures["n"], figures["tp"], figures["tn"]) == (2, 1, 1)


def test_an_entry_shows_all_that_was_said_of_it(polled: Run) -> None:
    """Rulings and labels of every topic, for people and programs."""
    entry = placed(polled)[0]
    polled("topic", "pin", TOPIC, str(entry), "--why", "Keep it", "--who", "ada")
    polled("topic", "label", "space-safety", str(entry), "no", "--who", "bo")

    shown = polled("entry", "show", str(entry))
    row = polled("entry", "show", str(entry), "--json").json

    assert f"Pinned in {TOPIC} by ada " in shown.out
    assert "Labelled not on topic in space-safety by bo " in shown.out
    assert [(r["topic"], r["ruling"]) for r in row["rulings"]] == [(TOPIC, "pin")]
    assert [(r["topic"], r["expect"]) for r in row["labels"]] == [("space-safety", False)]


def test_a_topic_can_keep_its_reasons_to_itself(polled: Run) -> None:
    """The change is a new edition, and judges nothing anew."""
    before = polled("topic", "show", TOPIC, "--json").json
    assert "Why it is here" in polled("feed", "show", TOPIC).out

    polled("topic", "edit", TOPIC, "--hide-reason")

    after = polled("topic", "show", TOPIC, "--json").json
    assert "Why it is here" not in polled("feed", "show", TOPIC).out
    assert (before["show_reason"], after["show_reason"]) == (True, False)
    assert (after["version"], after["edition"], after["unjudged"]) == (
        *(before["version"], before["edition"] + 1),
        0,
    )


def test_a_token_is_shown_once(run: Run) -> None:
    """S27: its address is printed when it is made; the list tells whose it is, and no more."""
    said = run("token", "add", "ada")
    found = re.match(r"http://127\.0\.0\.1:8080/own/([\w-]{43})/topics/TOPIC\.atom\n", said.out)
    assert found is not None
    again = run("token", "add", "bo").out
    assert found[1] not in again

    listed = run("token", "list")
    (ada, bo) = run("token", "list", "--json").json

    assert listed.out.startswith("2 of 2 tokens are in use.\n")
    assert found[1] not in listed.out
    assert (ada["name"], ada["revoked"], ada["last_seen"], bo["name"]) == ("ada", None, None, "bo")


def test_a_token_is_revoked_by_its_name(run: Run) -> None:
    """Revoking twice, or what is not there, is told."""
    run("token", "add", "ada")
    assert run("token", "add", "ada").code == 1

    said = run("token", "revoke", "ada")

    assert said.out == "The token of ada is revoked; its feeds and links lead nowhere now.\n"
    assert run("token", "list").out.startswith("0 of 1 tokens are in use.\n")
    run("token", "add", "bo")
    assert run("token", "list").out.startswith("1 of 2 tokens is in use.\n")
    twice = run("token", "revoke", "ada")
    assert (twice.code, "No token 'ada' is in use" in twice.err) == (1, True)
    assert run("token", "add", " ").code == 2


def test_a_token_opens_the_private_topics_that_it_names(run: Run, catalogue: Path) -> None:
    """S27, C7: what a token opens is said when it is made, and listed; a slip of the pen is told."""
    file = catalogue / "topics" / f"{TOPIC}.toml"
    file.write_text("private = true\n" + file.read_text())
    run("apply")

    said = run("token", "add", "ada", "--topic", TOPIC)
    run("token", "add", "bo", "--all")
    run("token", "add", "cy")

    assert re.match(rf"http://127\.0\.0\.1:8080/own/[\w-]{{43}}/topics/{TOPIC}\.atom\n", said.out)
    opened = {each["name"]: each["topics"] for each in run("token", "list", "--json").json}
    assert opened == {"ada": [TOPIC], "bo": ["*"], "cy": []}
    listed = run("token", "list").out
    assert f"public, {TOPIC}" in listed
    wrong = run("token", "add", "di", "--topic", "nonsense")
    assert (wrong.code, "no topic 'nonsense'" in wrong.err) == (1, True)
    assert "for those with a token" in run("topic", "show", TOPIC).out
