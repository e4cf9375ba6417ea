"""A site that refuses the page of an article is left alone for a day, and nothing is lost by it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from builders import NOON, an_entry
from fakes import FakeWeb, FakeWorkers
from stores import a_feed, a_poll, fill, settle
from topicwire.ingest.run.articles import complete
from topicwire.model.article import ArticleOutcome, RobotsFile
from topicwire.model.wire import Response
from topicwire.store.store import Store

DAY = timedelta(days=1)
SITE = "https://press.example"


def publish(store: Store, *names: str) -> None:
    """Have a source bring entries whose pages are wanted."""
    fill(store)
    brought = tuple(an_entry(uid=each, url=f"{SITE}/{each}") for each in names)
    feed = replace(a_feed(*brought), wanted=frozenset(names))
    store.save_polls([replace(a_poll(*brought), feed=feed)], now=NOON)


def ask(store: Store, status: int, *, now: datetime) -> list[ArticleOutcome]:
    """Ask for the pages that are due of a site that answers all of them with this status."""
    store.keep_robots([RobotsFile(SITE, now, 404)])
    answers = {
        each.url: Response(str(each.entry_id), each.url, status, body=b"no")
        for each in store.articles_due(now, limit=99)
    }
    return list(complete(store, FakeWeb(answers), FakeWorkers(), clock=lambda: now))


def test_a_page_that_is_refused_for_want_of_patience_is_asked_for_again(store: Store) -> None:
    """429 is of the moment: the page is tried once a day, as often as one that fails."""
    publish(store, "a")
    tries = [len(ask(store, 429, now=NOON + DAY * number)) for number in range(6)]

    assert tries == [1, 1, 1, 1, 0, 0]
    assert store.article_counts("press").given_up == 1


@pytest.mark.parametrize("status", [401, 402, 403, 451])
def test_a_page_that_is_refused_for_good_is_given_up(store: Store, status: int) -> None:
    """What a site does not want us to read is not asked for twice."""
    publish(store, "a")

    assert [len(ask(store, status, now=NOON + DAY * number)) for number in range(2)] == [1, 0]


def test_a_page_that_cannot_be_stored_is_given_up_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a database may refuse is not known beforehand; the pages behind it are not held up."""
    publish(store, "broken", "fine")
    store.keep_robots([RobotsFile(SITE, NOON, 404)])
    save = store.save_articles

    def refuse(outcomes: Sequence[ArticleOutcome]) -> None:
        if any(each.entry_id == 1 and each.page for each in outcomes):
            raise ValueError("no such text")
        save(outcomes)

    monkeypatch.setattr(store, "save_articles", refuse)
    text = " ".join(f"Crews of two nations fly together, says column {n}." for n in range(60))
    page = f"<html><body><article><h1>T</h1><p>{text}</p></article></body></html>".encode()
    answers = {
        each.url: Response(str(each.entry_id), each.url, 200, body=page)
        for each in store.articles_due(NOON, limit=9)
    }
    found = list(complete(store, FakeWeb(answers), FakeWorkers(), clock=lambda: NOON))

    assert {each.entry_id: each.error for each in found} == {
        1: "the page cannot be stored: ValueError: no such text",
        2: None,
    }
    assert store.articles_due(NOON + DAY, limit=9) == ()


def test_a_page_that_was_never_asked_for_loses_no_try(store: Store) -> None:
    """However often its site refuses others, all its tries are left when its turn comes."""
    publish(store, "refused", "waiting")
    for number in range(3):
        until = NOON + DAY * (number + 1)
        refusal = ArticleOutcome(1, "press", None, error="refused", pause_until=until)
        store.save_articles([refusal])

    assert store.articles_due(until - DAY, limit=9) == ()
    (waiting,) = store.articles_due(until, limit=9)
    assert (waiting.entry_id, waiting.tries) == (2, 0)


def test_an_entry_does_not_wait_for_a_page_that_is_put_off(store: Store) -> None:
    """It is judged on what its feed says, at once."""
    publish(store, "refused", "waiting")
    assert store.unsettled(NOON, limit=9) == ()

    refusal = ArticleOutcome(1, "press", None, error="refused", pause_until=NOON + DAY)
    store.save_articles([refusal])

    assert {each.id for each in store.unsettled(NOON, limit=9)} == {1, 2}
    settle(store)
    assert store.unsettled(NOON + DAY, limit=9) == ()
