"""From a source's hub to our subscriber without a tick: each act rings for the next."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from builders import a_source, a_topic
from origin import Origin, Seen, answer
from topicwire.app import App
from topicwire.config import Settings
from topicwire.curate.define import definitions
from topicwire.model.catalogue import Catalogue, FullText
from topicwire.model.push import PushState, Subscription
from topicwire.schedule import clock
from topicwire.schedule.clock import Schedule

BASE = "https://wire.example"
DOCUMENT = b"""<rss version="2.0"><channel><title>The Press</title><item>
<guid isPermaLink="false">u1</guid><title>NASA trades seats</title>
<description>NASA and Roscosmos agreed to trade seats.</description></item></channel></rss>"""


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (what runs here is a daemon)


def reader(seen: Seen) -> bytes:
    """Confirm what is asked, and take what is delivered."""
    challenge = parse_qs(urlsplit(seen.path).query).get("hub.challenge", [""])
    return answer(200, challenge[0].encode())


def prepared(app: App) -> None:
    """Let there be a source, a topic, and a subscription at the source's hub."""
    topic = a_topic(query="nasa", min_score=0.01)
    topics = definitions(Catalogue(sources=(), topics=(topic,), concepts=()))
    source = a_source(paused=True, full_text=FullText.NEVER)
    app.store.mirror((source,), topics, now=now(), host="wire.example")
    until = now() + timedelta(days=1)
    hub, feed = "https://hub.example/", "https://press.example/feed"
    app.store.save_subscription(
        Subscription("t" * 43, "press", hub, feed, PushState.ACTIVE, now(), lease_until=until)
    )


def test_a_push_reaches_a_subscriber_without_a_tick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W21, W25: verified, read, judged and told, each as soon as there is something to do."""
    monkeypatch.setattr(clock, "TICK", 3600.0)

    async def scene(app: App, origin: Origin) -> bytes:
        stop = asyncio.Event()
        running = asyncio.create_task(Schedule(app).run(stop))
        await asyncio.sleep(0.2)
        fields = {
            "hub.mode": "subscribe",
            "hub.callback": origin.url("/callback"),
            "hub.topic": f"{BASE}/topics/seats.json",
        }
        assert app.hub is not None
        form = urlencode(fields).encode()
        app.hub.request(form, "application/x-www-form-urlencoded")
        async with asyncio.timeout(30):
            while not app.store.subscribers("seats"):  # noqa: ASYNC110 (a database does not say)
                await asyncio.sleep(0.02)
            app.callbacks.deliver("t" * 43, DOCUMENT, content_type=None, signature=None)
            while len(origin.seen) < 2:  # noqa: ASYNC110 (nor does a socket)
                await asyncio.sleep(0.02)
        stop.set()
        await running
        return origin.seen[1].body

    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'w.sqlite'}",
        base_url=BASE,
        allow_private=("127.0.0.1",),
    )
    with Origin(reader) as origin, App.open(settings, clock=now) as app:
        prepared(app)
        body = asyncio.run(scene(app, origin))

    assert b"NASA trades seats" in body
