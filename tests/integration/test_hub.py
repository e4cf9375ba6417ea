"""Our hub and real subscribers on the loopback: verified, told, and nothing lost on the way."""

import asyncio
import hashlib
import hmac
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from builders import NOON, a_source, a_topic, an_entry
from origin import Origin, Seen, answer
from stores import a_definition, fill, judge
from topicwire.app import App
from topicwire.config import Settings
from topicwire.model.document import Format
from topicwire.model.errand import Act
from topicwire.model.hub import Subscriber, Told, Verified
from topicwire.publish.hub import PATH
from topicwire.serve.application import application
from unit.serve.fakes import Answered, Client

BASE = "https://wire.example"
TOPIC = f"{BASE}/topics/seats.atom"


@dataclass
class Readers:
    """Subscribers on one origin: each path is a callback of its own, and does as it is called.

    What they say to a delivery is long, and of no interest. `/no…` does not confirm, `/slow…` answers deliveries when it is let go, `/gone`, `/500…` and
    `/302…` answer deliveries with that status.
    """

    released: threading.Event = field(default_factory=threading.Event)

    def reply(self, seen: Seen) -> bytes | AsyncIterator[bytes]:
        name = urlsplit(seen.path).path.strip("/")
        if seen.method == "GET":
            challenge = dict(parse_qsl(urlsplit(seen.path).query)).get("hub.challenge", "")
            return answer(404 if name.startswith("no") else 200, challenge.encode())
        if name.startswith("slow"):
            return self._when_released()
        status = {"gone": 410, "500": 500, "302": 302}.get(name.split("-")[0], 202)
        return answer(status, b"x" * 100_000, location="/elsewhere")

    async def _when_released(self) -> AsyncIterator[bytes]:
        while not self.released.is_set():  # noqa: ASYNC110 (another thread lets it go)
            await asyncio.sleep(0.01)
        yield answer(200)


@dataclass
class World:
    """A house with a hub and one topic, readers, and a time of the test's choosing."""

    app: App
    origin: Origin
    readers: Readers
    now: datetime = NOON
    rung: list[Act] = field(default_factory=list)
    entries: int = 0

    def callback(self, name: str) -> str:
        return self.origin.url(f"/{name}")

    def request(
        self, name: str = "one", *, mode: str = "subscribe", topic: str = TOPIC, **more: str
    ) -> int:
        """Ask the hub for something; return the status."""
        fields = {
            "hub.callback": self.callback(name),
            "hub.mode": mode,
            "hub.topic": topic,
        } | {f"hub.{key}": value for key, value in more.items()}
        return self.post(urlencode(fields).encode()).status

    def post(
        self, body: bytes, *, method: str = "POST", form: str = "application/x-www-form-urlencoded"
    ) -> Answered:
        """Send something to the hub."""
        site = application(
            self.app.publisher, base_url=BASE, unready=lambda: None, hub=self.app.hub
        )
        client = Client(site)
        return asyncio.run(client.get(PATH, method=method, body=[body], content_type=form))

    def verify(self) -> list[Verified]:
        return list(self.app.verify())

    def subscribe(self, name: str = "one", **more: str) -> None:
        """Subscribe and have it confirmed."""
        assert self.request(name, **more) == 202
        (verified,) = self.verify()
        assert verified.error is None

    def change(self) -> None:
        """Bring one more entry into the topic: a new edition."""
        self.entries += 1
        name = str(self.entries)
        fill(self.app.store, an_entry(uid=name, title=f"Crew {name}", fingerprint=name))
        judge(self.app.store, now=self.now)

    def announce(self) -> list[Told]:
        return list(self.app.announce())

    def told(self) -> list[Subscriber]:
        """Return who is known to have been told of the current edition."""
        edition = self.app.store.standing("seats").edition
        return [each for each in self.app.store.subscribers("seats") if each.edition == edition]

    def delivered(self, name: str = "one") -> list[Seen]:
        """Return what was posted to a callback."""
        return [s for s in self.origin.seen if s.method == "POST" and s.path == f"/{name}"]

    def document(self, form: Format = Format.ATOM) -> bytes:
        return self.app.publisher.topic("seats", form).body


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Give a house with a topic of one entry, whose hub nobody has asked yet."""
    with ExitStack() as stack:
        yield a_world(tmp_path, stack)


def a_world(folder: Path, stack: ExitStack, **settings: str) -> World:
    given: list[World] = []
    readers = Readers()
    origin = stack.enter_context(Origin(readers.reply))
    stack.callback(readers.released.set)
    values: dict[str, Any] = {"base_url": BASE} | settings
    database = f"sqlite:///{folder / 'w.sqlite'}"
    private = ("127.0.0.1",)
    configured = Settings(database_url=database, allow_private=private, **values)
    app = stack.enter_context(App.open(configured, clock=lambda: given[0].now))
    given.append(World(app, origin, readers))
    app.bell.heard_by(given[0].rung.append)
    given[0].change()
    return given[0]


# ---- subscribing -----------------------------------------------------------------------


def test_a_typical_subscriber_is_told(world: World) -> None:
    """W33 100, W34, W25: verified, then told of the next edition: the very bytes, unsigned."""
    world.subscribe()
    assert world.rung == [Act.VERIFY]
    assert world.announce() == []  # nothing is new to who has just fetched the feed
    world.change()
    (told,) = world.announce()
    (posted,) = world.delivered()

    assert (told.status, told.error, told.is_ended) == (202, None, False)
    assert posted.body == world.document()
    assert posted.header("content-type") == "application/atom+xml; charset=utf-8"
    assert posted.header("link") == f'<{BASE}{PATH}>; rel="hub", <{TOPIC}>; rel="self"'
    assert posted.header("x-hub-signature") is None
    assert world.announce() == []


def test_a_secret_signs_what_is_delivered(world: World) -> None:
    """W33 101, W25: the signature is that of the bytes that arrive."""
    world.subscribe(secret="hush")
    world.change()
    world.announce()
    (posted,) = world.delivered()
    expected = hmac.new(b"hush", posted.body, hashlib.sha256).hexdigest()

    assert posted.header("x-hub-signature") == f"sha256={expected}"


def test_additional_parameters_are_ignored(world: World) -> None:
    """W33 102, W22: what the hub does not know does not stop it."""
    world.subscribe(foo="bar", verify="sync")

    assert len(world.app.store.subscribers("seats")) == 1


def test_subscribing_again_changes_the_one_there_is(world: World) -> None:
    """W33 103, W24: a new secret and lease, no second subscriber, and one delivery."""
    world.subscribe(secret="old")
    world.now += timedelta(days=6)
    world.subscribe(secret="new", lease_seconds="864000")
    (known,) = world.app.store.subscribers("seats")
    world.change()
    world.announce()

    assert (known.secret, known.lease_until) == ("new", world.now + timedelta(days=10))
    assert len(world.delivered()) == 1


def test_who_unsubscribes_is_told_no_more(world: World) -> None:
    """W33 104, W24: an end is verified like a beginning."""
    world.subscribe()
    assert world.request(mode="unsubscribe") == 202
    assert len(world.app.store.subscribers("seats")) == 1  # not before the callback confirms
    (verified,) = world.verify()
    world.change()

    assert verified.error is None
    assert "hub.mode=unsubscribe" in world.origin.seen[-1].path
    assert world.announce() == []


@pytest.mark.parametrize(
    ("form", "content_type"),
    [(Format.RSS, "application/rss+xml; charset=utf-8"), (Format.JSON, "application/feed+json")],
    ids=["W33 105", "W33 106"],
)
def test_any_content_is_delivered_as_it_is(world: World, form: Format, content_type: str) -> None:
    """W33 105, 106: bytes and type are those of the address that was subscribed to."""
    world.subscribe(topic=f"{BASE}/topics/seats.{form}")
    world.change()
    world.announce()
    (posted,) = world.delivered()

    assert (posted.body, posted.header("content-type")) == (world.document(form), content_type)


def test_the_answer_does_not_depend_on_the_callback(world: World) -> None:
    """W22: 202 at once, for a callback that does not confirm as for one that is not there."""
    assert world.request("no-one") == 202
    assert world.origin.seen == []
    (denied,) = world.verify()

    assert denied.error == "the callback answered 404"
    assert world.verify() == []
    assert world.app.store.subscribers("seats") == ()


def test_a_failed_verification_leaves_what_there_was(world: World) -> None:
    """W23: neither a renewal nor an end that the callback denies touches the subscription."""
    world.subscribe("one", secret="kept")
    before = world.app.store.subscribers("seats")
    confirms = world.readers.reply
    world.origin.reply = lambda _: answer(200, b"no challenge")
    for mode in ("subscribe", "unsubscribe"):
        world.request(mode=mode, secret="other")
        assert world.verify()[0].error == "the callback did not give back the challenge"
    world.origin.reply = confirms

    assert world.app.store.subscribers("seats") == before


def test_a_challenge_is_used_once(world: World) -> None:
    """W23: each verification has a challenge of its own, which nobody can guess."""
    for name in ("one", "two"):
        world.subscribe(name)
    queries = (dict(parse_qsl(urlsplit(seen.path).query)) for seen in world.origin.seen)
    challenges = {query["hub.challenge"] for query in queries}

    assert len(challenges) == 2
    assert all(len(each) >= 43 for each in challenges)


def test_the_last_request_of_a_callback_counts(world: World) -> None:
    """W24: who asks twice before it is verified is asked once, about what it wants now."""
    world.request(secret="first")
    world.now += timedelta(seconds=1)
    world.request(secret="second")
    world.verify()

    assert [each.secret for each in world.app.store.subscribers("seats")] == ["second"]
    assert len(world.origin.seen) == 1


def test_what_was_asked_meanwhile_is_not_overruled(world: World) -> None:
    """W23: a confirmation of what is no longer wanted does nothing."""
    world.request()
    (old,) = world.app.store.claim_intents(NOON, until=NOON + timedelta(minutes=2), limit=9)
    world.now += timedelta(seconds=1)
    world.request(mode="unsubscribe")

    assert not world.app.store.verified(old, now=world.now, until=NOON + timedelta(days=9))
    assert world.app.store.subscribers("seats") == ()
    assert [each.intent.mode for each in world.verify()] == ["unsubscribe"]


def test_a_lease_is_enforced(world: World) -> None:
    """W24: when it is over nothing is delivered, and the night forgets the subscriber."""
    world.subscribe(lease_seconds="3600")
    world.now += timedelta(hours=1)
    world.change()

    assert world.announce() == []
    world.app.store.housekeeping(world.now)
    assert world.app.store.subscribers("seats") == ()


def test_what_came_between_asking_and_confirming_is_told(world: World) -> None:
    """W25: who asked with edition 1 in hand is told of 2, though it was verified after that."""
    world.request()
    world.change()
    world.verify()

    assert len(world.announce()) == 1


@pytest.mark.parametrize("topic", ["unknown", "private", "removed"])
def test_only_public_topics_have_subscribers(world: World, topic: str) -> None:
    """W22, W27, S27: a private topic is not told from one that is not there."""
    definitions = (
        a_definition(),
        *([a_definition(a_topic(id="private", private=True))] if topic == "private" else ()),
        *([a_definition(a_topic(id="removed"))] if topic == "removed" else ()),
    )
    fill(world.app.store, definitions=definitions)
    fill(world.app.store, definitions=definitions[: 1 if topic == "removed" else None])

    assert world.request(topic=f"{BASE}/topics/{topic}.atom") == 404
    assert world.rung == []


def test_a_topic_that_becomes_private_is_told_to_nobody(world: World) -> None:
    """S27: who subscribed while it was public learns nothing of it any more."""
    world.subscribe()
    fill(world.app.store, definitions=(a_definition(a_topic(private=True)),))
    world.app.store.mirror(
        (a_source(),), (a_definition(a_topic(private=True, title="T")),), now=NOON, host="h"
    )

    assert world.announce() == []


def test_callbacks_pass_the_guard(world: World) -> None:
    """W27, S5: an address inside the network is not reached, whether to verify or to deliver."""
    port = world.origin.port
    fields = {
        "hub.callback": f"http://127.0.0.2:{port}/x",
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
    }
    assert world.post(urlencode(fields).encode()).status == 202
    (denied,) = world.verify()

    assert denied.error is not None
    assert "127.0.0.2 is private" in denied.error
    assert world.origin.seen == []


def test_a_guarded_delivery_is_not_made(world: World) -> None:
    """S5: what a name led to when it was verified is checked again when it is delivered to."""
    world.subscribe()
    with world.app.store._database.writing() as connection:
        url = f"http://127.0.0.2:{world.origin.port}/one"
        connection.exec_driver_sql("UPDATE subscribers SET callback = ?", (url,))
    world.change()
    (told,) = world.announce()

    assert told.error is not None
    assert "127.0.0.2 is private" in told.error
    assert world.delivered() == []


def test_one_host_cannot_have_the_hub_ask_without_end(world: World) -> None:
    """W27: a hundred callbacks of one host may wait; then 429 until some are verified."""
    statuses = [world.request(f"r-{n}") for n in range(101)]

    assert statuses == [202] * 100 + [429]
    assert len(world.verify()) == 100
    assert world.request("r-101") == 202


def test_the_door_takes_forms_of_a_bounded_size_alone(world: World) -> None:
    """W22: what is no form, too large or no POST ends with words, never with those of the request."""
    wrong = world.post(b"hub.mode=%3Cscript%3E")
    assert (wrong.status, wrong.text) == (400, "hub.mode is subscribe or unsubscribe.\n")
    assert wrong.headers["content-type"] == "text/plain; charset=utf-8"
    assert world.post(b"{}", form="application/json").status == 415
    assert world.post(b"x" * 65_537).status == 413
    got = world.post(b"", method="GET")
    assert (got.status, got.headers["allow"]) == (405, "POST")


# ---- telling ---------------------------------------------------------------------------


def test_a_slow_callback_delays_nobody(world: World) -> None:
    """W28: those beside it are told at once, and of the next edition while it is waited for."""
    for name in ("slow", "one", "two"):
        world.subscribe(name)
    world.change()
    turn = threading.Thread(target=world.announce)
    turn.start()
    wait_until(lambda: world.delivered("slow") and len(world.told()) == 2)
    world.change()
    second = world.announce()
    assert turn.is_alive()
    world.readers.released.set()
    turn.join()

    assert [each.subscriber.host for each in second] == ["127.0.0.1"] * 2
    assert [len(world.delivered(name)) for name in ("one", "two")] == [2, 2]
    assert [len(seen.body) for seen in world.delivered("slow")] == sorted(
        len(seen.body) for seen in world.delivered("slow")
    )
    assert world.delivered("slow")[-1].body == world.document()  # told of the newest as well


def test_who_is_told_is_not_told_by_another_turn(world: World) -> None:
    """W28: two turns beside each other share the work and double nothing."""
    for name in ("slow-1", "slow-2", "one"):
        world.subscribe(name)
    world.change()
    turns = [threading.Thread(target=world.announce) for _ in range(3)]
    for turn in turns:
        turn.start()
    wait_until(lambda: sum(len(world.delivered(n)) for n in ("slow-1", "slow-2", "one")) == 3)
    world.readers.released.set()
    for turn in turns:
        turn.join()

    assert [len(world.delivered(n)) for n in ("slow-1", "slow-2", "one")] == [1, 1, 1]


def test_a_callback_that_is_gone_ends_its_subscription(world: World) -> None:
    """W26: 410 is the end."""
    world.subscribe("gone")
    world.change()
    (told,) = world.announce()

    assert told.is_ended
    assert world.app.store.subscribers("seats") == ()


@pytest.mark.parametrize("status", [500, 302])
def test_a_failure_is_tried_again_with_what_is_current_then(world: World, status: int) -> None:
    """W26: after a pause, until the lease ends; redirects are not followed; the newest counts."""
    name = f"{status}-reader"
    world.subscribe(name)
    world.change()
    (told,) = world.announce()
    assert (told.status, told.error) == (status, f"it answered {status}")
    assert world.announce() == []
    world.change()
    world.now += timedelta(seconds=10)
    world.announce()

    assert [seen.path for seen in world.origin.seen if seen.method == "POST"] == [f"/{name}"] * 2
    assert world.delivered(name)[-1].body == world.document()
    (known,) = world.app.store.subscribers("seats")
    assert (known.failures, known.edition) == (2, 2)


def test_who_failed_and_subscribes_again_is_told_at_once(world: World) -> None:
    """W26: a callback that is back says so by subscribing, and waits for no retry."""
    world.subscribe("500-reader")
    world.change()
    world.announce()
    world.subscribe("500-reader")
    (known,) = world.app.store.subscribers("seats")

    assert known.due == world.now
    assert len(world.announce()) == 1


def test_the_same_bytes_are_delivered_once(world: World) -> None:
    """W21: an edition that changes nothing in this format is told to nobody."""
    world.subscribe()
    world.change()
    world.announce()
    with world.app.store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE topics SET edition = edition + 1")

    assert world.announce() == []
    assert len(world.delivered()) == 1
    (known,) = world.app.store.subscribers("seats")
    assert ("seats", known.edition) in world.app.store.editions()


def test_the_slow_and_the_failing_come_last(world: World) -> None:
    """W28: when more are behind than are told at once, the quick ones are first."""
    for name in ("500-a", "slow", "one"):
        world.subscribe(name)
    world.readers.released.set()
    with world.app.store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE subscribers SET ms = 9000 WHERE callback LIKE '%slow'")
        connection.exec_driver_sql("UPDATE subscribers SET failures = 1 WHERE callback LIKE '%-a'")
    world.change()

    found = world.app.store.claim_behind(NOON, until=NOON, limit=9)

    names = [urlsplit(each.subscriber.callback).path for each in found]
    assert names == ["/one", "/slow", "/500-a"]


def test_a_restart_tells_at_once_whom_the_last_process_was_about_to(world: World) -> None:
    """W26: a claim of a process that died does not have to run out."""
    world.subscribe()
    world.change()
    later = world.now + timedelta(minutes=2)
    assert len(world.app.store.claim_behind(world.now, until=later, limit=9)) == 1
    assert world.announce() == []

    world.app.store.release_claims(world.now)

    assert len(world.announce()) == 1


# ---- somebody else's hub ---------------------------------------------------------------


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[World]:
    """Give a house whose subscribers are told by a hub of somebody else's."""
    with ExitStack() as stack:
        origin = stack.enter_context(Origin(lambda _: answer(204)))
        world = a_world(tmp_path, stack, hub=origin.url("/hub"))
        world.origin = origin
        yield world


def pinged(world: World) -> list[str]:
    forms = [dict(parse_qsl(seen.body.decode())) for seen in world.delivered("hub")]
    assert all(form["hub.mode"] == "publish" for form in forms)
    assert all(form["hub.url"] == form["hub.topic"] for form in forms)
    return sorted(form["hub.url"] for form in forms)


def test_a_foreign_hub_is_pinged_for_each_address(elsewhere: World) -> None:
    """W21: one ping for each format, none again for the same bytes, and no door of our own."""
    addresses = [f"{BASE}/topics/seats.{form}" for form in ("atom", "json", "rss")]
    elsewhere.announce()
    assert pinged(elsewhere) == addresses
    elsewhere.announce()
    assert len(elsewhere.delivered("hub")) == 3
    elsewhere.change()
    elsewhere.change()
    assert elsewhere.announce() == []  # debounced
    elsewhere.now += timedelta(seconds=10)
    elsewhere.announce()

    assert pinged(elsewhere) == sorted(addresses * 2)
    assert elsewhere.request() == 404
    assert elsewhere.app._site.hub == elsewhere.origin.url("/hub")


def test_a_foreign_hub_that_is_away_is_pinged_again(elsewhere: World) -> None:
    """W21: pings are retried like deliveries."""
    elsewhere.origin.reply = lambda _: answer(503)
    assert {each.error for each in elsewhere.announce()} == {"it answered 503"}
    elsewhere.origin.reply = lambda _: answer(204)
    assert elsewhere.announce() == []
    elsewhere.now += timedelta(seconds=10)

    assert {each.error for each in elsewhere.announce()} == {None}


def test_no_hub_is_no_hub(tmp_path: Path) -> None:
    """W20: switched off, nobody is told, and documents name none."""
    with ExitStack() as stack:
        world = a_world(tmp_path, stack, hub="off")

        assert world.app._site.hub is None
        assert world.request() == 404
        assert world.announce() == []


def wait_until(is_so: Any) -> None:
    deadline = time.monotonic() + 8
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
