"""The second reader on the command line, before a real server on loopback."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat import NO, YES, Chat, chatting
from commands import Run

TOPIC = """
id = "seats"
title = "Seats"
description = "Who flies with whom."
query = "seats"
min_score = 0.55
second_reader = true
"""
LABELS = (
    ("Ice cream", "Two scoops in the park.", False),
    ("A long day", "They traded seats. It rained on the harbour, and the ferry was late.", True),
    ("Choirs", "They sang, and then changed seats. The hall was full of song.", False),
    ("Seats, seats, seats", "Seats for crews. Seats for all.", True),
)
FEED = """<rss version="2.0"><channel><title>Uncertain</title><link>https://u.example/</link>
<description>d</description><item><guid>1</guid><title>Choirs</title><link>https://u.example/1</link>
<description>They sang, and then changed seats. The hall was full of song.</description></item>
</channel></rss>"""
SOURCE = 'id = "sample-uncertain"\ntitle = "U"\nurl = "samples/uncertain.xml"\n'


@pytest.fixture
def chat(run: Run, monkeypatch: pytest.MonkeyPatch, catalogue: Path) -> Iterator[Chat]:
    """Give a server that is set as the second reader, and one topic that asks it."""
    del run  # it clears the environment first
    for path in (*(catalogue / "topics").iterdir(), *(catalogue / "sources").iterdir()):
        path.unlink()
    (catalogue / "topics" / "seats.toml").write_text(TOPIC)
    (catalogue / "samples" / "uncertain.xml").write_text(FEED)
    (catalogue / "sources" / "sample-uncertain.toml").write_text(SOURCE)
    with chatting() as running:
        monkeypatch.setenv("TOPICWIRE_SECOND_READER_URL", running.url)
        monkeypatch.setenv("TOPICWIRE_SECOND_READER_MODEL", "tiny")
        monkeypatch.setenv("TOPICWIRE_SECOND_READER_KEY", "sk-secret")
        yield running


@pytest.fixture
def labels(tmp_path: Path) -> str:
    """Return a file of labelled texts: one certainly out, two uncertain, one certainly in."""
    path = tmp_path / "labels.jsonl"
    lines = (json.dumps({"title": t, "text": x, "expect": e}) for t, x, e in LABELS)
    path.write_text("\n".join(lines))
    return str(path)


def test_a_backtest_reports_with_and_without(chat: Chat, run: Run, labels: str) -> None:
    """Only the uncertain texts are asked of, and the figures stand side by side."""
    chat.say = lambda asked: NO if asked.title == "Choirs" else YES

    said = run("topic", "backtest", "seats", "--labels", labels, "--second-reader", "--json").json

    assert sorted(chat.titles) == ["A long day", "Choirs"]
    assert (said["tp"], said["fp"], said["fn"], said["tn"]) == (2, 1, 0, 1)
    again = said["second_reader"]
    assert (again["tp"], again["fp"], again["fn"], again["tn"]) == (2, 0, 0, 2)
    assert (again["uncertain"], again["asked"], again["unusable"], again["failed"]) == (2, 2, 0, 0)


def test_a_backtest_in_words(chat: Chat, run: Run, labels: str) -> None:
    """It says how many were asked of, and what could not be used."""
    chat.say = lambda _: "I think so."

    said = run("topic", "backtest", "seats", "--labels", labels, "--second-reader")

    assert "seats with the second reader on 4 texts, of which 2 belong: precision 0.667" in said.out
    assert "Of 4 texts 2 are uncertain; 2 questions were asked, 2 answers" in said.out


def test_a_backtest_asks_nobody_unless_told_to(chat: Chat, run: Run, labels: str) -> None:
    """Without the option nothing is sent."""
    said = run("topic", "backtest", "seats", "--labels", labels, "--json").json

    assert (chat.asked, "second_reader" in said) == ([], False)


def test_a_backtest_of_a_server_that_fails_says_so(chat: Chat, run: Run, labels: str) -> None:
    """The figures are then those without it."""
    chat.status = 500

    said = run("topic", "backtest", "seats", "--labels", labels, "--second-reader")

    assert said.code == 0
    assert "2 questions had no answer (the server answered 500)" in said.out


def test_a_backtest_needs_a_reader(
    chat: Chat, run: Run, labels: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without one set it says which setting is lacking."""
    monkeypatch.delenv("TOPICWIRE_SECOND_READER_URL")

    said = run("topic", "backtest", "seats", "--labels", labels, "--second-reader")

    assert (said.code, chat.asked) == (1, [])
    assert "TOPICWIRE_SECOND_READER_URL" in said.err


def test_doctor_asks_one_small_question(chat: Chat, run: Run) -> None:
    """It says whether the reader answers, and never shows the key."""
    said = run("doctor")

    assert chat.titles == ["A loaf"]
    assert "ok    the second reader tiny answers" in said.out
    assert "sk-secret" not in said.out + said.err + run("doctor", "--json").out


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param({"status": 401}, "correct TOPICWIRE_SECOND_READER_KEY", id="key"),
        pytest.param({"drops": True}, "hung up", id="drops"),
        pytest.param({"say": lambda _: "Yes."}, "not in the form", id="form"),
    ],
)
def test_doctor_says_what_is_wrong_with_it(
    chat: Chat, run: Run, fault: dict[str, object], words: str
) -> None:
    """And how to mend it."""
    for name, value in fault.items():
        setattr(chat, name, value)

    said = run("doctor")

    assert (said.code, words in said.out) == (1, True)


def test_doctor_says_that_a_topic_waits_for_a_reader(
    chat: Chat, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A topic wants one and none is set: nothing is sent, and nothing is broken."""
    monkeypatch.delenv("TOPICWIRE_SECOND_READER_URL")
    said = run("doctor")

    assert "seats may ask a second reader, and none is set" in said.out
    assert chat.asked == []


def test_polling_by_hand_asks_it_too(chat: Chat, run: Run) -> None:
    """`poll` ends when the uncertain have been asked of; explain and status say what came of it."""
    chat.say = lambda _: NO
    run("poll")

    assert chat.titles == ["Choirs"]
    assert run("topic", "show", "seats", "--json").json["placements"] == 0
    (entry,) = run("entry", "list", "--json").json
    explained = run("topic", "explain", "seats", str(entry["id"]))
    assert explained.out.startswith("It does not belong to seats: score 0.549999, least 0.55.")
    assert "The second reader (tiny): no: It is about roads." in explained.out
    assert "too little of the text" not in explained.out
    assert "The second reader answered 1 of 100 questions on seats today." in run("status").out
    assert run("status", "--json").json["second_reader"] == [
        {"topic": "seats", "answers": 1, "budget": 100}
    ]


def test_a_poll_by_hand_goes_on_without_it(chat: Chat, run: Run) -> None:
    """A server that fails takes nothing from what is published; explain says that it stands so."""
    chat.status = 503

    said = run("poll")

    assert said.code == 0
    assert "the second reader failed: the server answered 503" in said.out
    assert run("topic", "show", "seats", "--json").json["placements"] == 1
    (entry,) = run("entry", "list", "--json").json
    explained = run("topic", "explain", "seats", str(entry["id"])).out
    assert "(tiny) has not answered yet, or failed; the verdict stands without it." in explained


def test_a_feed_says_that_a_second_reader_let_an_entry_in(chat: Chat, run: Run) -> None:
    """Its reason stands beside the words that matched, as plain text."""
    chat.say = lambda _: json.dumps({"belongs": "yes", "reason": "<b>Seats</b> & crews."})
    run("poll")

    page = run("feed", "show", "seats", "--format", "json").json

    assert "a second reader says so (tiny: Seats &amp; crews)" in json.dumps(page)
