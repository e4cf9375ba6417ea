"""The second reader in the daemon: in a job of its own, told once, and off by default."""

import asyncio
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from chat import NO, Chat, chatting
from topicwire.app import App
from topicwire.config import Settings
from topicwire.curate import consult
from topicwire.schedule import clock
from topicwire.schedule.clock import Schedule

TOPIC = """
id = "seats"
title = "Seats"
description = "Who flies with whom."
query = "seats"
min_score = 0.55
second_reader = true
"""
ITEM = (
    "<item><guid>{0}</guid><title>Choirs {0}</title><link>https://u.example/{0}</link>"
    "<description>They sang {0}, and then changed seats. The hall was full.</description></item>"
)
FEED = (
    '<rss version="2.0"><channel><title>U</title><link>https://u.example/</link>{}</channel></rss>'
)
SOURCE = 'id = "{0}"\ntitle = "U"\nurl = "samples/{0}.xml"\n'
PATIENCE = 20.0  # seconds that anything may take

Logs = Sequence[MutableMapping[str, Any]]


@pytest.fixture
def chat() -> Iterator[Chat]:
    """Give a server that says yes."""
    with chatting() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, chat: Chat) -> Settings:
    """Return settings with a second reader, and a catalogue of one topic that asks it."""
    root = tmp_path / "feeds"
    for folder in ("topics", "sources", "samples"):
        (root / folder).mkdir(parents=True)
    (root / "topics" / "seats.toml").write_text(TOPIC)
    add_source(root, "one", "1")
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'wire.sqlite'}",
        catalogue=root,
        allow_files=True,
        second_reader_url=chat.url,
        second_reader_model="tiny",
        second_reader_key="sk-secret",  # type: ignore[arg-type]  # the library reads it
        second_reader_seconds=1,
    )


def add_source(root: Path, name: str, *numbers: str) -> None:
    """Add a source with entries of these numbers, each of an uncertain score."""
    feed = FEED.format("".join(ITEM.format(number) for number in numbers))
    (root / "samples" / f"{name}.xml").write_text(feed)
    (root / "sources" / f"{name}.toml").write_text(SOURCE.format(name))


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)  # noqa: TID251 (what runs here is a daemon)


def run_until(
    app: App, is_done: Callable[[], bool], *, then: Callable[[], Callable[[], bool]] | None = None
) -> Logs:
    """Run a schedule until something is so, and with `then` until what that gives is so too."""

    async def until(is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not is_so():  # noqa: ASYNC110 (a database does not say when it changes)
                await asyncio.sleep(0.05)

    async def run() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(Schedule(app).run(stop))
        await until(is_done)
        if then is not None:
            await until(then())
        stop.set()
        await running

    with capture_logs() as logs:
        asyncio.run(run())
    return logs


def placed(app: App) -> int:
    return app.store.placements_count("seats")


def test_what_comes_while_it_hangs_is_published(
    settings: Settings, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second source is polled, judged and in the feed while the first question has no answer."""
    monkeypatch.setattr(clock, "QUESTIONS", 0.1)
    chat.hangs = True

    def then() -> Callable[[], bool]:
        add_source(settings.catalogue, "two", "2", "3")
        app.apply()
        return lambda: placed(app) == 3

    patient = settings.model_copy(update={"second_reader_seconds": 60.0})
    with App.open(patient, clock=now) as app:
        app.apply()
        logs = run_until(app, chat.arrived.is_set, then=then)
        assert (len(chat.asked), placed(app)) == (1, 3)

    assert "sk-secret" not in str(logs)
    assert logs[-1]["event"] == "schedule.stopped"


def test_an_answer_moves_an_entry_and_is_logged(settings: Settings, chat: Chat) -> None:
    """One line an answer."""
    chat.say = lambda _: NO
    with App.open(settings, clock=now) as app:
        app.apply()
        done = run_until(app, lambda: bool(chat.asked) and placed(app) == 0)

    (line,) = [each for each in done if each["event"] == "entry.consulted"]
    assert (line["topic"], line["belongs"], line["moved"]) == ("seats", False, True)


def test_a_failing_reader_is_told_once(
    settings: Settings, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line when it fails, one when it is back; the verdicts stand meanwhile."""
    monkeypatch.setattr(clock, "QUESTIONS", 0.1)
    monkeypatch.setattr(consult, "LONGEST_PAUSE", timedelta(0))
    chat.status = 500

    def then() -> Callable[[], bool]:
        assert placed(app) == 1
        chat.status = 200
        return lambda: app.store.asked_since("seats", datetime(2000, 1, 1, tzinfo=UTC)) == 1

    with App.open(settings, clock=now) as app:
        app.apply()
        logs = run_until(app, lambda: len(chat.asked) >= 3, then=then)

    told = [each["event"] for each in logs if each["event"].startswith("second_reader")]
    assert told == ["second_reader.failed", "second_reader.back"]
    assert "sk-secret" not in str(logs)


def test_off_by_default(settings: Settings, chat: Chat) -> None:
    """Without its address nothing is asked, whatever a topic wants."""
    off = Settings(
        database_url=settings.database_url, catalogue=settings.catalogue, allow_files=True
    )
    with App.open(off, clock=now) as app:
        app.apply()
        run_until(app, lambda: placed(app) == 1)
        assert list(app.consult()) == []

    assert chat.asked == []
