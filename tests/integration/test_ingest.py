"""Ingest: from what is due to what is stored."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import NOON, a_polled, a_source, a_state
from fakes import BrokenWorkers, FakeStore, FakeWeb, FakeWorkers, StuckWorkers
from jobs import a_web as a_shared_web
from jobs import in_the_way
from origin import Origin, Seen, answer
from topicwire.errors import StoreError
from topicwire.ingest import politeness
from topicwire.ingest.run.polls import ingest
from topicwire.model.catalogue import Source
from topicwire.model.wire import Health, Poll, Polled, PollOutcome, Response
from topicwire.store.store import Store
from topicwire.world.files import Files
from topicwire.world.guard import Guard
from topicwire.world.web import Web, WebLimits
from topicwire.world.workers import Workers


def rss(name: str, items: int = 1) -> bytes:
    body = "".join(
        f"<item><title>{name} {number}</title><guid>{name}-{number}</guid>"
        f"<link>https://press.example/{name}/{number}</link>"
        "<description>Crews trade seats.</description></item>"
        for number in range(items)
    )
    head = f"<title>{name}</title><link>https://press.example/</link><description/>"
    return f'<rss version="2.0"><channel>{head}{body}</channel></rss>'.encode()


def polled_at(*urls: str) -> tuple[Polled, ...]:
    return tuple(
        a_polled(source=a_source(id=f"s{number}", url=url)) for number, url in enumerate(urls)
    )


def run(polled: Sequence[Polled], **parts: Any) -> Generator[PollOutcome]:
    values: dict[str, Any] = {
        "store": FakeStore(),
        "web": FakeWeb({}),
        "files": Files(Path("/nowhere"), allowed=False),
        "workers": FakeWorkers(),
        "clock": lambda: NOON,
        "jitter": lambda: 0.5,
        "min_interval": 3600,
    }
    return ingest(polled, **(values | parts))


def a_web() -> Web:
    return Web(WebLimits("Topicwire", spacing=0), Guard(("127.0.0.0/8",)))


def answered(polled: Sequence[Polled], *bodies: bytes) -> FakeWeb:
    """Return a web that answers each source with its body and status 200."""
    return FakeWeb(
        {
            each.source.url: Response(each.source.id, each.source.url, 200, body=body, elapsed=0.5)
            for each, body in zip(polled, bodies, strict=True)
        }
    )


# ---- one turn, with everything real --------------------------------------------------------


def test_a_turn_from_wire_to_store_and_the_next_one(tmp_path: Path) -> None:
    """F1, F13, F47: new, unchanged, broken and absent feeds each end as what they are.

    A validator that is no UTF-8 goes from the wire to the store and back.
    """

    def reply(seen: Seen) -> bytes:
        match seen.path, seen.header("if-none-match"):
            case "/conditional", '"v\xe9-gzip"':
                return answer(304, etag='"v\xe9-gzip"')
            case "/conditional", _:
                return answer(200, rss("conditional", 3), etag='"v\xe9-gzip"')
            case "/plain", _:
                return answer(200, rss("plain", 2))
            case "/page", _:
                return answer(200, b"<!doctype html><title>A page</title><p>Hello")
        return answer(404, b"gone fishing")

    (tmp_path / "local.xml").write_bytes(rss("local", 4))
    with Origin(reply) as origin, Workers(2, seconds=10) as workers:
        paths = ["conditional", "plain", "page", "absent"]
        urls = {path: origin.url(f"/{path}", f"127.0.0.{n}") for n, path in enumerate(paths, 1)}
        sources = [Source(id=path, url=url, title="") for path, url in urls.items()]
        sources.append(Source(id="local", url="local.xml", title=""))
        with closing(Store.open(f"sqlite:///{tmp_path}/test.sqlite", create=True)) as store:
            store.mirror(sources, (), now=NOON, host="wire.example")

            def turn(now: datetime) -> dict[str, PollOutcome]:
                outcomes = run(
                    store.due(now),
                    store=store,
                    web=a_web(),
                    files=Files(tmp_path, allowed=True),
                    workers=workers,
                    clock=lambda: now,
                )
                return {outcome.source_id: outcome for outcome in outcomes}

            first = turn(NOON)
            again = turn(NOON)
            second = turn(NOON + timedelta(days=30))
    assert {name: outcome.new for name, outcome in first.items()} == {
        "conditional": 3,
        "plain": 2,
        "page": 0,
        "absent": 0,
        "local": 4,
    }
    assert {name: outcome.health for name, outcome in first.items()} == {
        "conditional": Health.OK,
        "plain": Health.OK,
        "page": Health.FAILING,
        "absent": Health.FAILING,
        "local": Health.OK,
    }
    assert (first["plain"].http_status, first["plain"].error) == (200, None)
    assert first["plain"].elapsed > 0
    assert first["absent"].http_status == 404
    assert "404" in (first["absent"].error or "")
    assert first["page"].http_status == 200
    assert first["page"].error
    assert again == {}
    assert {name: outcome.http_status for name, outcome in second.items()} == {
        "conditional": 304,
        "plain": 200,
        "page": 200,
        "absent": 404,
        "local": 200,
    }
    assert sum(outcome.new + outcome.revised for outcome in second.values()) == 0


def test_quick_sources_are_saved_while_a_slow_one_is_waited_for() -> None:
    """S9: what is finished is stored at once, not at the end of the turn."""
    arrived = threading.Event()

    async def reply(seen: Seen) -> AsyncIterator[bytes]:
        if seen.path == "/slow":
            await asyncio.to_thread(arrived.wait, 10)
        yield answer(200, rss("quick"))

    with Origin(reply) as origin:
        polled = polled_at(origin.url("/slow"), origin.url("/quick", "127.0.0.2"))
        store = FakeStore()
        outcomes = run(polled, store=store, web=a_web())
        first = next(outcomes)
        assert (first.source_id, first.new) == ("s1", 1)
        assert [poll.source_id for poll in store.saved] == ["s1"]
        arrived.set()
        assert [outcome.source_id for outcome in outcomes] == ["s0"]


def test_stopping_midway_keeps_what_is_saved_and_leaves_nothing_behind() -> None:
    """F22: a turn that is stopped loses nothing: the rest is still due."""

    async def reply(seen: Seen) -> AsyncIterator[bytes]:
        if seen.path == "/slow":
            await asyncio.sleep(60)
        yield answer(200, rss("quick"))

    before = set(threading.enumerate())  # of other tests, whose names may still be looked up
    with Origin(reply) as origin:
        polled = polled_at(origin.url("/slow"), origin.url("/quick", "127.0.0.2"))
        store = FakeStore()
        began = time.monotonic()
        with closing(run(polled, store=store, web=a_web())) as outcomes:
            assert next(outcomes).source_id == "s1"
        assert time.monotonic() - began < 5
    assert [poll.source_id for poll in store.saved] == ["s1"]
    assert set(threading.enumerate()) <= before


def test_stopping_midway_stops_the_workers_and_the_web() -> None:
    """What is being read when a turn is stopped is not read on."""
    polled = polled_at("https://a.example/", "https://b.example/")
    web = answered(polled, rss("a"), b"")
    web_of_one_failure = replace(web._answers["https://b.example/"], status=500)
    web._answers["https://b.example/"] = web_of_one_failure
    workers = StuckWorkers()
    with closing(run(polled, web=web, workers=workers)) as outcomes:
        assert next(outcomes).source_id == "s1"
    assert web.is_closed
    assert [future.cancelled() for future in workers.futures] == [True]


def test_who_is_told_to_stop_saves_what_is_finished_and_waits_for_nothing() -> None:
    """F22: no feed that takes long to read holds up the end; it is still due."""
    polled = polled_at(*(f"https://{number}.example/" for number in range(9)))
    web = answered(polled, *[rss("a")] * 9)
    web._answers[polled[0].url] = replace(web._answers[polled[0].url], status=500)
    store, workers = FakeStore(), StuckWorkers()

    def stopping() -> bool:
        return len(workers.jobs) >= 3  # one more than may be under way

    outcomes = list(run(polled, store=store, web=web, workers=workers, stopping=stopping))

    assert [each.source_id for each in outcomes] == ["s0"]
    assert [poll.source_id for poll in store.saved] == ["s0"]
    assert {future.cancelled() for future in workers.futures} == {True}


# ---- what is read, and what is saved together ----------------------------------------------


def test_unchanged_sources_touch_no_worker() -> None:
    """F13: neither a 304 nor a body with a known hash is read again."""
    polled = polled_at("https://a.example/", "https://b.example/")
    store = FakeStore()
    list(run(polled, store=store, web=answered(polled, rss("a"), rss("b"))))
    known = tuple(
        replace(each, state=poll.state, entries=1)
        for each, poll in zip(polled, store.saved, strict=True)
    )
    web = answered(known, rss("a"), rss("b"))
    web._answers["https://a.example/"] = Response("s0", "https://a.example/", 304)
    workers = FakeWorkers()
    outcomes = list(run(known, web=web, workers=workers))
    assert workers.jobs == []
    assert [(o.http_status, o.health) for o in outcomes] == [(304, Health.OK), (200, Health.OK)]


def test_polls_are_saved_in_batches() -> None:
    """Saving is cheap: many polls share a transaction, and each is its own outcome."""
    polled = polled_at(*(f"https://h{number}.example/" for number in range(105)))
    store = FakeStore()
    web = FakeWeb(
        {p.source.url: Response(p.source.id, p.source.url, 503, elapsed=0.25) for p in polled}
    )
    outcomes = list(run(polled, store=store, web=web))
    assert [len(batch) for batch in store.batches] == [50, 50, 5]
    assert [f"s{number}" for number in range(105)] == [outcome.source_id for outcome in outcomes]
    assert {(503, 0.25)} == {(outcome.http_status, outcome.elapsed) for outcome in outcomes}
    assert all("503" in (outcome.error or "") for outcome in outcomes)


def test_forced_poll_asks_without_validators() -> None:
    """F10: force, and nothing else, asks for everything anew."""
    state = a_state(etag='"e"', validated_url="https://a.example/", health=Health.OK)
    polled = tuple(replace(each, state=state) for each in polled_at("https://a.example/"))
    web = answered(polled, rss("a"))
    list(run(polled, web=web, force=True))
    assert "if-none-match" not in {name.lower() for name, _ in web.asked[0].headers}


# ---- one failure stops no other ------------------------------------------------------------


def test_feed_the_database_cannot_hold_is_its_sources_failure() -> None:
    """S9: a poll that cannot be stored neither takes its batch with it nor is forgotten."""

    def refuse(poll: Poll) -> None:
        if poll.feed is not None and poll.source_id == "s1":
            raise OverflowError("too large")

    polled = polled_at(*(f"https://h{number}.example/" for number in range(3)))
    store = FakeStore(refuse=refuse)
    outcomes = list(run(polled, store=store, web=answered(polled, rss("a"), rss("b"), rss("c"))))
    reason = "its entries cannot be stored: OverflowError: too large"
    expected = {"s0": (1, None), "s1": (0, reason), "s2": (1, None)}
    assert expected == {outcome.source_id: (outcome.new, outcome.error) for outcome in outcomes}
    assert {poll.source_id: poll.feed is None for poll in store.saved} == {
        "s0": False,
        "s1": True,
        "s2": False,
    }


def test_who_was_not_asked_is_still_due(tmp_path: Path) -> None:
    """While nobody knows whose turn it is at a host, its sources are none that failed."""
    in_the_way(tmp_path / "hosts", "127.0.0.1")
    outcomes: list[PollOutcome] = []
    with Origin(lambda _: answer(200, rss("press"))) as origin, Workers(1, seconds=10) as workers:
        hosts = ("127.0.0.1", "127.0.0.2")
        sources = [Source(each, origin.url(host=each), title="") for each in hosts]
        with closing(Store.open(f"sqlite:///{tmp_path}/test.sqlite", create=True)) as store:
            store.mirror(sources, (), now=NOON, host="wire.example")
            web = a_shared_web(tmp_path, spacing=0)
            with pytest.raises(StoreError, match=r"^127.0.0.1 was not asked"):
                outcomes.extend(run(store.due(NOON), store=store, web=web, workers=workers))
            due = [each.source.id for each in store.due(NOON)]

    assert [(each.source_id, each.error) for each in outcomes] == [("127.0.0.2", None)]
    assert due == ["127.0.0.1"]


def test_an_address_that_is_changed_while_it_is_polled_is_asked_at_once(tmp_path: Path) -> None:
    """Whoever corrects the catalogue just then is not overruled by what the old address says."""
    with (
        Origin(lambda _: answer(410)) as origin,
        Workers(1, seconds=10) as workers,
        closing(Store.open(f"sqlite:///{tmp_path}/test.sqlite", create=True)) as store,
    ):
        old, new = (Source("press", origin.url(each), title="") for each in ("/old", "/new"))
        store.mirror([old], (), now=NOON, host="wire.example")
        polls = run(store.due(NOON), store=store, web=a_web(), workers=workers)
        store.mirror([new], (), now=NOON, host="wire.example")
        list(polls)
        due = [each.url for each in store.due(NOON)]

    assert [seen.path for seen in origin.seen] == ["/old"]
    assert due == [origin.url("/new")]


def test_database_that_is_away_ends_the_turn() -> None:
    """Without a database nothing can be polled: the turn ends, and what runs is stopped."""

    def refuse(_: Poll) -> None:
        raise StoreError("the disk is full")

    polled = polled_at("https://a.example/")
    web = answered(polled, rss("a"))
    outcomes = run(polled, store=FakeStore(refuse=refuse), web=web)
    with pytest.raises(StoreError, match="the disk is full"):
        list(outcomes)
    assert web.is_closed


@pytest.mark.parametrize("submitting", [True, False], ids=["before", "within"])
def test_fault_of_ours_is_that_sources_failure(submitting: bool) -> None:  # noqa: FBT001 (a case)
    """S9: a defect that one answer brings to light does not stop the others."""
    polled = polled_at("https://a.example/", "https://b.example/")
    web = answered(polled, rss("broken"), rss("fine"))
    outcomes = {
        o.source_id: o for o in run(polled, web=web, workers=BrokenWorkers(submitting=submitting))
    }
    assert (outcomes["s1"].new, outcomes["s1"].error) == (1, None)
    assert outcomes["s0"].health == Health.FAILING
    assert (outcomes["s0"].error or "").startswith("a fault in Topicwire, please report it: ")


@pytest.mark.parametrize("stage", ["request", "is_read", "after"])
def test_fault_in_a_stage_is_that_sources_failure(
    stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S9: whatever one source's state or answer does to a stage, the others are polled."""
    sound = getattr(politeness, stage)

    def stumble(polled: Polled, *rest: Any, **more: Any) -> object:
        if polled.source.id == "s0" and not getattr(next(iter(rest), None), "error", None):
            raise LookupError("stumbled")
        return sound(polled, *rest, **more)

    monkeypatch.setattr(politeness, stage, stumble)
    polled = polled_at("https://a.example/", "https://b.example/")
    web = answered(polled, rss("a"), rss("b"))
    outcomes = {outcome.source_id: outcome for outcome in run(polled, web=web)}
    assert (outcomes["s1"].new, outcomes["s1"].error) == (1, None)
    assert "LookupError: stumbled" in (outcomes["s0"].error or "")
