"""kill -9 between an edition and its delivery, again and again: nothing announced is lost."""

import multiprocessing
import random
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import a_source, an_entry
from origin import Origin, Seen, answer
from stores import a_definition, a_poll, judge
from topicwire.app import App
from topicwire.config import Settings
from topicwire.model.document import Format
from topicwire.model.hub import Intent, Mode

KILLS = 8
READERS = 3


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (processes that are killed have a clock)


def settings(folder: str) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder}/w.sqlite",
        base_url="https://wire.example",
        allow_private=("127.0.0.1",),
    )


def publish(folder: str) -> None:
    """Bring entry after entry into the topic and tell of each, until killed."""
    with App.open(settings(folder), clock=now) as app:
        app.store.release_claims(now())
        while True:
            name = f"e{app.store.placements_count('seats')}"
            title = f"Column {name}."
            entry = an_entry(uid=name, title=title, published=now(), fingerprint=name)
            app.store.save_polls([a_poll(entry)], now=now())
            judge(app.store, now=now())
            list(app.announce())


def subscribe(app: App, callback: str) -> None:
    """Let a callback be subscribed, as if it had confirmed."""
    at = now()
    given: dict[str, Any] = {"topic_id": "seats", "format": Format.ATOM, "host": "127.0.0.1"}
    until = at + timedelta(days=1)
    intent = Intent(**given, callback=callback, mode=Mode.SUBSCRIBE, lease=9, received=at, due=at)
    assert app.store.ask(intent)
    assert app.store.verified(intent, now=at, until=until)


def wait_until(is_so: Callable[[], bool], *, app: App) -> None:
    """Wait until something is so; fail with what the store then holds."""
    deadline = time.monotonic() + 30
    while not is_so():
        if time.monotonic() > deadline:
            held = app.store.topic_states(), app.store.sources(removed=True), app.store.counts()
            lock = app.store.lock_path
            assert lock is not None
            files = [(each.name, each.stat().st_size) for each in lock.parent.iterdir()]
            pytest.fail(f"{held} {files}")
        time.sleep(0.01)


def test_nothing_announced_is_lost_by_kills(tmp_path: Path) -> None:
    """W26: whenever the process dies, each subscriber has the last edition and every entry in the end."""
    chance = random.Random(5)
    heard: list[tuple[str, bytes]] = []

    def hear(seen: Seen) -> bytes:
        heard.append((seen.path, seen.body))
        return answer(200)

    context = multiprocessing.get_context("spawn")
    with Origin(hear) as origin, App.open(settings(str(tmp_path)), clock=now) as app:
        app.store.mirror((a_source(),), (a_definition(),), now=now(), host="wire.example")
        for number in range(READERS):
            subscribe(app, origin.url(f"/{number}"))
        for _ in range(KILLS):
            process = context.Process(target=publish, args=(str(tmp_path),))
            before = len(heard)
            process.start()
            wait_until(lambda more=before: len(heard) > more + READERS, app=app)  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.3))
            process.kill()
            process.join()
            assert process.exitcode == -signal.SIGKILL
        app.store.release_claims(now())
        list(app.announce())
        current = app.publisher.topic("seats", Format.ATOM).body
        published = app.store.placements_count("seats")

    assert published > KILLS
    for number in range(READERS):
        bodies = [body for path, body in heard if path == f"/{number}"]
        assert bodies[-1] == current
        lost = [
            n for n in range(published) if not any(f"Column e{n}.".encode() in b for b in bodies)
        ]
        assert lost == []
