"""Push from a hub to the store: subscribed, verified, delivered, renewed and distrusted."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from builders import NOON
from origin import Origin, Seen, answer
from topicwire.app import App
from topicwire.config import Settings
from topicwire.ingest.run.push import CALLBACK
from topicwire.model.catalogue import Source
from topicwire.model.push import PushState, Subscription
from topicwire.model.wire import Health, Poll
from topicwire.serve.application import application
from unit.serve.fakes import Answered, Client

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HANGS = 0  # the status of a hub that never answers
ITEM = "<item><guid isPermaLink='false'>{n}</guid><title>Column {n}</title></item>"


def rss(*numbers: int) -> bytes:
    items = "".join(ITEM.format(n=n) for n in numbers)
    return f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>".encode()


async def silence() -> AsyncIterator[bytes]:
    await asyncio.sleep(60)
    yield b""


@dataclass
class World:
    """A publisher and its hub on one origin, and our house, at a time of the test's choosing."""

    app: App
    origin: Origin
    status: int = 202
    entries: list[int] = field(default_factory=lambda: [1])
    now: datetime = NOON

    def poll(self) -> None:
        list(self.app.ingest(self.app.store.due(self.now)))

    def subscribe(self) -> list[Subscription]:
        return list(self.app.subscribe())

    def subscription(self) -> Subscription:
        ((_, known),) = self.app.store.pushable()
        return known[0]

    def call(
        self, method: str, token: str, *, query: str = "", body: bytes = b"", **headers: str
    ) -> Answered:
        """Call the callback as a hub does."""
        site = application(
            self.app.publisher,
            base_url="http://wire",
            unready=lambda: None,
            callbacks=self.app.callbacks,
        )
        path = f"{CALLBACK}{token}?{query}"
        return asyncio.run(Client(site).get(path, method=method, body=[body], **headers))

    def verify(self, known: Subscription, **changes: str) -> Answered:
        given = {
            "hub.mode": "subscribe",
            "hub.topic": known.topic,
            "hub.challenge": "<script>challenge",
            "hub.lease_seconds": "864000",
        }
        return self.call("GET", known.token, query=urlencode(given | changes))

    def next_poll(self) -> datetime:
        (polled,) = self.app.store.sources()
        return polled.state.next_poll

    def titles(self) -> set[str]:
        return {each.entry.title for each in self.app.store.entries(limit=99)}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Give a house that knows one source with a hub, not polled yet."""
    (tmp_path / "feeds" / "sources").mkdir(parents=True)
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'w.sqlite'}",
        catalogue=tmp_path / "feeds",
        allow_private=("127.0.0.1",),
        base_url="https://wire.example",
        host_spacing=0,
    )
    with ExitStack() as stack:
        given: list[World] = []

        def reply(seen: Seen) -> bytes | AsyncIterator[bytes]:
            if seen.path.startswith("/hub") and given[0].status == HANGS:
                return silence()
            if seen.path.startswith("/hub"):
                return answer(given[0].status, b"as you like")
            links = f'<{origin.url("/hub")}>; rel="hub", <{origin.url("/self")}>; rel="self"'
            return answer(body=rss(*given[0].entries), link=links, etag=f'"{given[0].entries}"')

        origin = stack.enter_context(Origin(reply))
        app = stack.enter_context(App.open(settings, clock=lambda: given[0].now))
        given.append(World(app, origin))
        source = Source(id="press", url=origin.url("/feed"), title="")
        app.store.mirror((source,), (), now=NOON, host="wire.example")
        yield given[0]


def active(world: World) -> Subscription:
    """Poll, subscribe and verify; return the subscription."""
    world.poll()
    (asked,) = world.subscribe()
    assert world.verify(asked).status == 200
    return world.subscription()


def test_a_hub_is_asked_and_verified(world: World) -> None:
    """W1, W2, W4, W5, W30: found by the headers, asked for the self link, active once verified."""
    assert world.subscribe() == []  # nothing is known of a hub before the first poll
    world.poll()
    (asked,) = world.subscribe()
    (posted,) = (seen for seen in world.origin.seen if seen.path == "/hub")

    assert posted.header("content-type") == "application/x-www-form-urlencoded"
    assert (asked.state, asked.topic) == (PushState.PENDING, world.origin.url("/self"))
    assert len(asked.token) >= 22  # 128 bits
    told = world.verify(asked)
    assert (told.status, told.body) == (200, b"<script>challenge")
    assert told.headers["content-type"].startswith("text/plain")  # W7: reflected, but never run
    assert told.headers["x-content-type-options"] == "nosniff"
    assert world.subscription().state is PushState.ACTIVE
    assert world.subscribe() == []
    (polled,) = world.app.store.sources()
    assert polled.pushed


def test_a_delivery_reaches_the_store_without_a_poll(world: World) -> None:
    """W11, W14, W32: answered at once, read later, merged: what it lacks is not gone."""
    known = active(world)
    requests = len(world.origin.seen)

    told = world.call("POST", known.token, body=rss(2), content_type="application/rss+xml")
    assert told.status == 202
    assert world.titles() == {"Column 1"}
    (outcome,) = world.app.read_deliveries()
    assert (outcome.new, outcome.error) == (1, None)
    assert world.titles() == {"Column 1", "Column 2"}
    assert len(world.origin.seen) == requests
    assert list(world.app.read_deliveries()) == []


def test_the_same_delivered_twice_is_stored_once(world: World) -> None:
    """W11: hubs retry; nothing is doubled."""
    known = active(world)
    for _ in range(2):
        world.call("POST", known.token, body=rss(2))

    assert [each.new for each in world.app.read_deliveries()] == [1, 0]


def test_a_pushed_source_is_polled_seldom(world: World) -> None:
    """F37: once a day at most, as a safety net, while the hub tells us."""
    active(world)
    world.app.store.ask_poll(("press",), now=world.now)
    world.poll()

    (polled,) = world.app.store.sources()
    assert polled.state.next_poll >= world.now + timedelta(hours=24)
    assert polled.state.pacing == "a hub tells of what is new"


def test_a_hub_that_says_nothing_is_distrusted(world: World) -> None:
    """W15: a poll that finds what push should have brought restores polling."""
    active(world)
    world.entries.insert(0, 2)
    world.now += timedelta(days=2)
    world.poll()

    known = world.subscription()
    assert known.state is PushState.UNRELIABLE
    assert "had not told of" in known.reason
    assert not world.app.store.sources()[0].pushed


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"x" * (3 << 20) + b"y", id="too large"),
        pytest.param(b"<html>no feed</html>", id="no feed"),
        pytest.param(b"", id="nothing in it"),
    ],
)
def test_a_hub_that_tells_in_vain_is_not_blamed(world: World, body: bytes) -> None:
    """W15: a poll that was made because the hub told of something finds what the hub told of."""
    known = active(world)
    for number in (2, 3):
        world.now += timedelta(hours=2)
        world.entries.insert(0, number)
        world.call("POST", known.token, body=body)
        list(world.app.read_deliveries())
        world.poll()

    assert world.titles() == {"Column 1", "Column 2", "Column 3"}
    assert world.subscription().state is PushState.ACTIVE
    world.entries.insert(0, 4)
    world.now += timedelta(days=2)
    world.poll()
    assert world.subscription().state is PushState.UNRELIABLE


def test_a_lease_that_ends_restores_polling(world: World) -> None:
    """W16: without a renewal the subscription is over, and the source polled as before."""
    active(world)
    world.status = 500
    world.now += timedelta(days=11)
    world.subscribe()

    assert not world.app.store.sources()[0].pushed


@pytest.mark.parametrize("whose", ["everybody's", "its own"])
def test_push_that_is_switched_off_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    """F37: nobody is told any more, so that the source is polled as if it had no hub."""
    known = active(world)
    if whose == "its own":
        (polled,) = world.app.store.sources()
        quiet = replace(polled.source, push=False)
        world.app.store.mirror((quiet,), (), now=world.now, host="wire.example")
    else:
        off = world.app.settings.model_copy(update={"push": "off"})
        monkeypatch.setattr(world.app, "settings", off)

    assert world.subscribe() == []
    assert not world.app.store.sources()[0].pushed
    assert world.call("POST", known.token, body=rss(2)).status == 410


def test_a_renewal_has_a_new_callback(world: World) -> None:
    """W5, W9: renewal reads the feed first; the old callback answers until the new is verified."""
    old = active(world)
    world.now += timedelta(days=7)
    assert world.subscribe() == []  # first the feed: the hub may have moved
    world.poll()
    (new,) = world.subscribe()

    assert new.token != old.token
    assert world.call("POST", old.token, body=rss(3)).status == 202
    assert world.verify(new).status == 200
    assert world.call("POST", old.token, body=rss(4)).status == 410  # W11
    assert world.call("POST", new.token, body=rss(4)).status == 202


@pytest.mark.parametrize(
    "state",
    [
        pytest.param({"failures": 8, "health": Health.FAILING}, id="its server refuses us"),
        pytest.param({"not_before": NOON + 14 * DAY}, id="it is to be left alone"),
    ],
)
def test_a_lease_does_not_end_because_the_feed_cannot_be_read(
    world: World, state: dict[str, object]
) -> None:
    """W9: where the feed cannot be asked in time, the hub that is known is asked."""
    old = active(world)
    (polled,) = world.app.store.sources()
    waiting = replace(polled.state, next_poll=NOON + 14 * DAY, **state)  # type: ignore[arg-type]
    world.app.store.save_polls([Poll("press", waiting)], now=NOON)
    polls = [seen for seen in world.origin.seen if seen.path == "/feed"]
    world.now += 7 * DAY

    (new,) = world.subscribe()
    assert (new.hub, new.topic) == (old.hub, old.topic)
    assert world.verify(new).status == 200
    world.now += 4 * DAY
    assert world.subscribe() == []
    assert world.app.store.sources()[0].pushed
    assert [seen for seen in world.origin.seen if seen.path == "/feed"] == polls


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_hub_that_refuses_is_asked_again_tomorrow(world: World, status: int) -> None:
    """W4: the reason is kept, polling goes on, and the hub is left alone for a day."""
    world.poll()
    world.status = status
    (denied,) = world.subscribe()

    assert denied.state is PushState.DENIED
    assert denied.reason == f"the hub answered {status}: as you like"
    assert world.subscribe() == []
    world.now += timedelta(days=1)
    world.subscribe()
    world.poll()
    assert len(world.subscribe()) == 1


@pytest.mark.parametrize("status", [202, 404], ids=["silent", "refuses"])
def test_a_hub_that_is_no_use_has_no_source_asked_more_often(world: World, status: int) -> None:
    """F36: a source that has had nothing for a month is asked once a week, whatever its hub does."""
    world.status = status
    world.poll()
    world.subscribe()
    world.now += 40 * DAY
    world.poll()
    before = len(world.origin.seen)
    for _ in range(14 * 4):
        world.now += 6 * HOUR
        world.subscribe()
        world.poll()
        world.subscribe()

    later = world.origin.seen[before:]
    assert [seen.path for seen in later].count("/feed") <= 2
    assert [seen.path for seen in later].count("/hub") >= 1


def test_a_hub_that_hangs_holds_up_no_stop(world: World) -> None:
    """W4: whoever stops waits for no hub, and what was not answered is asked when he is back."""
    world.poll()
    world.status = HANGS
    began = time.monotonic()

    assert list(world.app.subscribe(stopping=lambda: True)) == []
    assert time.monotonic() - began < 10
    assert world.subscription().state is PushState.PENDING
    world.status = 202
    assert len(world.subscribe()) == 1


def test_what_a_hub_never_verifies_is_forgotten(world: World) -> None:
    """W9: a hub that accepts and stays silent leaves a week of subscriptions, not all for ever."""
    world.poll()
    asked = []
    for _ in range(20):
        asked += world.subscribe()
        world.now += DAY
        world.subscribe()
        world.poll()

    ((_, known),) = world.app.store.pushable()
    assert len(asked) == 20
    assert [each.token for each in known] == [each.token for each in reversed(asked[-7:])]


@pytest.mark.parametrize("state", [PushState.PENDING, PushState.DENIED, PushState.UNRELIABLE])
def test_the_latest_subscription_is_kept_however_old(world: World, state: PushState) -> None:
    """W9: it says that the hub was asked, and what came of it, until it is asked again."""
    known = active(world)
    world.app.store.save_subscription(replace(known, state=state))

    world.app.store.end_leases(world.now + 80 * DAY)
    assert world.subscription().token == known.token
    world.app.store.save_subscription(replace(known, token="new", asked=world.now + HOUR))
    world.app.store.save_subscription(replace(known, state=state))
    world.app.store.end_leases(world.now + 8 * DAY)
    assert world.subscription().token == "new"
    ((_, left),) = world.app.store.pushable()
    assert len(left) == 1


def test_unknown_callbacks_are_nothing(world: World) -> None:
    """W7, W8, W13: only the token counts; without one that is known, 404."""
    known = active(world)

    assert world.call("POST", "x" * 43, body=rss(9)).status == 404
    assert world.call("GET", "x" * 43, query="hub.mode=subscribe&hub.challenge=a").status == 404
    assert world.verify(known, **{"hub.mode": "unsubscribe"}).status == 404
    assert world.call("PUT", known.token).status == 405
    assert list(world.app.read_deliveries()) == []


def test_a_delivery_must_be_signed(world: World) -> None:
    """W12, W32: with a secret, what is not signed is ignored, and nobody is told so."""
    known = active(world)
    secret = "s" * 43
    world.app.store.save_subscription(replace(known, secret=secret))
    signature = hmac.new(secret.encode(), rss(5), hashlib.sha256).hexdigest()

    for wrong in ({}, {"x_hub_signature": "sha256=00"}, {"x_hub_signature": f"md5={signature}"}):
        assert world.call("POST", known.token, body=rss(5), **wrong).status == 202
    assert list(world.app.read_deliveries()) == []
    world.call("POST", known.token, body=rss(5), x_hub_signature=f"sha256={signature}")
    assert [each.new for each in world.app.read_deliveries()] == [1]


def test_a_delivery_that_is_too_large_is_polled_for(world: World) -> None:
    """W11: 413, whether announced or not, and the source is asked, an hour after it was."""
    known = active(world)
    for headers in ({"content_length": "99999999"}, {}):
        assert (
            world.call("POST", known.token, body=b"x" * (3 << 20) + b"y", **headers).status == 413
        )

    assert world.next_poll() == world.now + HOUR


def test_a_delivery_that_cannot_be_read_is_polled_for(world: World) -> None:
    """W14: garbage from a hub costs a poll, and nothing else."""
    known = active(world)
    world.call("POST", known.token, body=b"<html>no feed</html>")

    (outcome,) = world.app.read_deliveries()
    assert "cannot be read" in (outcome.error or "")
    assert world.next_poll() == world.now + HOUR


@pytest.mark.parametrize(
    "state",
    [
        pytest.param({"not_before": NOON + DAY}, id="F29 Retry-After"),
        pytest.param({"failures": 3, "health": Health.FAILING}, id="F28 back-off"),
        pytest.param({"failures": 40, "health": Health.DEAD}, id="dead"),
        pytest.param({"health": Health.GONE}, id="gone"),
    ],
)
def test_a_hub_does_not_have_a_source_asked_before_its_time(
    world: World, state: dict[str, object]
) -> None:
    """F30: neither what is unreadable, nor too large, nor due to be renewed shortens a wait."""
    known = active(world)
    (polled,) = world.app.store.sources()
    waiting = replace(polled.state, next_poll=NOON + DAY, **state)  # type: ignore[arg-type]
    world.app.store.save_polls([Poll("press", waiting)], now=NOON)
    world.now += timedelta(hours=2)
    lease = replace(known, lease_until=known.asked + HOUR * 2.5)
    world.app.store.save_subscription(lease)

    world.call("POST", known.token, body=b"x" * (3 << 20) + b"y")
    world.call("POST", known.token, body=b"<html>no feed</html>")
    list(world.app.read_deliveries())
    world.subscribe()

    assert world.next_poll() == NOON + DAY
    assert world.app.store.sources()[0].state.health == waiting.health


def test_what_a_poll_has_said_meanwhile_stands(world: World) -> None:
    """F30: who has looked at a source before it was polled does not bring it forward."""
    store = world.app.store
    active(world)
    before = world.now - HOUR

    store.bring_forward("press", to=world.now, last_poll=before)
    assert store.due(world.now) == ()
    store.bring_forward("press", to=world.now, last_poll=world.now)
    assert [each.source.id for each in store.due(world.now)] == ["press"]


def test_without_a_public_address_no_hub_is_asked(tmp_path: Path) -> None:
    """W5: a hub could not reach us; the setting may say otherwise."""
    assert not Settings(database_url="sqlite:///x", catalogue=tmp_path).is_pushed
    assert Settings(database_url="sqlite:///x", catalogue=tmp_path, push="on").is_pushed
    off = Settings(database_url="sqlite:///x", base_url="https://wire.example", push="off")
    assert not off.is_pushed
