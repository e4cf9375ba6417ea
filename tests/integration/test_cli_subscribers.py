"""`topicwire feed subscribers`: who is told by push, and what came of it."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from commands import Run
from topicwire.cli.door import clock
from topicwire.model.document import Format
from topicwire.model.hub import Intent, Mode
from topicwire.store.store import Store

TOPIC = "space-cooperation"


@pytest.fixture
def pushed(polled: Run, tmp_path: Path) -> Run:
    """Give a command line over the samples, with one subscriber told, one failing and one new."""
    now = clock()
    with closing(Store.open(f"sqlite:///{tmp_path / 'wire.sqlite'}")) as store:
        edition = store.standing(TOPIC).edition
        for name, told in (("quick", edition), ("late", edition - 1), ("new", 0)):
            host = f"{name}.example"
            intent = Intent(
                topic_id=TOPIC,
                format=Format.ATOM,
                callback=f"https://{host}/secret-callback",
                host=host,
                mode=Mode.SUBSCRIBE,
                lease=10 * 86400 + 60,
                received=now,
                due=now,
                edition=told,
            )
            assert store.ask(intent)
            assert store.verified(intent, now=now, until=now + timedelta(seconds=intent.lease))
        late = store.subscribers(TOPIC)[1]
        due = now + timedelta(minutes=10, seconds=30)
        store.told([replace(late, failures=3, error="it answered 503", due=due)])
    return polled


def test_who_is_told_is_listed_with_what_came_of_it(pushed: Run) -> None:
    """By host: the callback itself is a secret that whoever knows it can write to."""
    said = pushed("feed", "subscribers", TOPIC)

    first, _, *rows = said.out.splitlines()
    assert first.startswith(f"1 of 3 subscribers of {TOPIC} is told of all there is: edition ")
    assert "quick.example  atom    in 10 days" in rows[0]
    assert rows[0].rstrip().endswith("told")
    assert "failed 3 times: it answered 503; again in 10 minutes" in rows[1]
    assert rows[2].rstrip().endswith("nothing yet  waits")
    assert "secret-callback" not in said.out


def test_programs_are_told_the_same(pushed: Run) -> None:
    """Nothing of the callback but its host, and nothing of the secret."""
    said = pushed("feed", "subscribers", TOPIC, "--json")

    assert [each["host"] for each in said.json["subscribers"]] == [
        "quick.example",
        "late.example",
        "new.example",
    ]
    late = said.json["subscribers"][1]
    assert (late["edition"], late["failures"]) == (said.json["edition"] - 1, 3)
    assert "secret" not in said.out


def test_that_nobody_has_subscribed_is_said(polled: Run) -> None:
    """No empty table follows."""
    said = polled("feed", "subscribers", TOPIC)
    assert said.out == f"Nobody has subscribed to {TOPIC} by push.\n"


def test_a_misspelt_topic_is_answered_with_the_nearest(polled: Run) -> None:
    """As by every command that takes one."""
    said = polled("feed", "subscribers", "space-coperation")
    assert said.code == 1
    assert "space-cooperation" in said.err
