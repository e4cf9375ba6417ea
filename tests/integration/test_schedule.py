"""The daemon's clock: what is due is polled, what is new is judged, and neither waits."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta, tzinfo
from math import inf
from pathlib import Path
from threading import Event

import pytest
from apscheduler.schedulers import base
from structlog.testing import capture_logs

from origin import Origin, answer
from topicwire.app import App
from topicwire.config import Settings
from topicwire.curate.define import definitions
from topicwire.curate.run import appointed, curate
from topicwire.errands import acts
from topicwire.errands.acts import Acts
from topicwire.errands.beats import Beats
from topicwire.errors import StoreError
from topicwire.model.article import Ready
from topicwire.model.catalogue import Source
from topicwire.model.errand import Act, Errand
from topicwire.model.judging import Placed
from topicwire.model.wire import Polled, PollOutcome
from topicwire.schedule import clock
from topicwire.schedule.clock import Schedule
from topicwire.world.catalogue import load

FEEDS = Path(__file__).resolve().parents[2] / "feeds"
PATIENCE = 20.0  # seconds that anything may take


class Slow(App):
    """An app whose last source does not answer until it is let go."""

    answered = Event()

    def ingest(
        self,
        polled: Sequence[Polled],
        *,
        force: bool = False,
        most: float = inf,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Generator[PollOutcome]:
        """Poll the samples, then wait."""
        files = [each for each in polled if each.source.is_file]
        yield from super().ingest(files, force=force, most=most, stopping=stopping)
        self.answered.wait(PATIENCE)


class Faulty(App):
    """An app whose first judging fails, and whose first poll does with what nobody foresaw."""

    polls = 0
    judgings = 0

    def ingest(
        self,
        polled: Sequence[Polled],
        *,
        force: bool = False,
        most: float = inf,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Generator[PollOutcome]:
        """Fail once, then poll the samples."""
        self.polls += 1
        if self.polls == 1:
            raise ZeroDivisionError
        files = [each for each in polled if each.source.is_file]
        yield from super().ingest(files, force=force, most=most, stopping=stopping)

    def curate(self) -> Generator[Placed]:
        """Fail once, then judge."""
        self.judgings += 1
        if self.judgings == 1:
            raise StoreError("the database is away; start it")
        yield from super().curate()


class Barred(App):
    """An app that may not open the file of a host."""

    def ingest(
        self,
        polled: Sequence[Polled],
        *,
        force: bool = False,
        most: float = inf,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Generator[PollOutcome]:
        """Poll the samples, and say what could not be asked."""
        files = [each for each in polled if each.source.is_file]
        yield from super().ingest(files, force=force, most=most, stopping=stopping)
        raise StoreError("press.example was not asked: the file hosts/1f2e cannot be opened")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with a database of its own and the starter catalogue."""
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'wire.sqlite'}", catalogue=FEEDS, allow_files=True
    )


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)  # noqa: TID251 (what runs here is a daemon)


def run_until(
    app: App, is_done: Callable[[], bool], *, then: Callable[[], None] = lambda: None
) -> list[str]:
    """Run a schedule until something is so, and do what comes then; return the events it logged."""

    async def run() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(Schedule(app).run(stop))
        async with asyncio.timeout(PATIENCE):
            while not is_done():  # noqa: ASYNC110 (a database does not say when it changes)
                await asyncio.sleep(0.05)
        then()
        stop.set()
        await running

    with capture_logs() as logs:
        asyncio.run(run())
    return [line["event"] for line in logs]


def placed(app: App) -> int:
    """Return how many entries stand in the first topic of the mission."""
    return app.store.placements_count("space-cooperation")


def test_a_turn_ends_though_a_host_has_more_to_answer(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F35: sources of one host, asked one by one, leave the others their turn; none is forgotten."""
    monkeypatch.setattr(acts, "TURN", 0.5)
    allowed = settings.model_copy(
        update={"allow_private": ("127.0.0.0/8",), "host_spacing": 0.4, "min_interval": 0}
    )
    with Origin(lambda _: answer(404)) as origin, App.open(allowed, clock=now) as app:
        busy = [Source(f"busy-{n}", origin.url(f"/{n}", "127.0.0.1"), "") for n in range(9)]
        other = Source("other", origin.url("/other", "127.0.0.2"), "")
        app.store.mirror([*busy, other], (), now=now(), host="localhost")
        app.store.ask_poll([each.id for each in (*busy, other)], now=now())
        work = Acts(app, Beats(app.beat), stopping=lambda: False)
        began = time.monotonic()
        work.do(Errand(Act.POLL))
        assert time.monotonic() - began < 2
        first = [seen.path for seen in origin.seen]
        work.do(Errand(Act.POLL))
        then = [seen.path for seen in origin.seen[len(first) :]]

    assert sorted(first) == ["/0", "/1", "/other"]
    assert {"/2", "/other"} <= set(then)


def test_a_slow_source_holds_back_nothing(settings: Settings) -> None:
    """What has been read is judged and published while another source is still waited for.

    That source answers only when entries have been placed: else the test would not end.
    """
    with Slow.open(settings, clock=now) as app:
        app.apply()
        events = run_until(app, lambda: placed(app) > 0, then=app.answered.set)

    assert {"topic.judged", "turn.done"} <= set(events)
    assert events[-1] == "schedule.stopped"


def test_judges_are_appointed_before_there_is_anything_to_judge(settings: Settings) -> None:
    """The first entry need not wait until queries are read and the model of meaning is loaded."""
    appointed.cache_clear()
    with App.open(settings, clock=now) as app:
        app.store.mirror((), definitions(load(FEEDS)), now=now(), host="wire.example")
        topics = len(app.store.standing_topics())
        run_until(app, lambda: appointed.cache_info().currsize == topics > 0)


def test_a_fault_in_one_turn_is_told_and_ends_nothing(settings: Settings) -> None:
    """The next turn does what the failed one did not; every failure is in the log."""
    with Faulty.open(settings, clock=now) as app:
        app.apply()
        events = run_until(app, lambda: placed(app) > 0)

    assert {"poll.failed", "judge.failed", "topic.judged"} <= set(events)


def test_a_fault_that_lasts_is_told_when_it_begins(settings: Settings) -> None:
    """A turn a second that fails of the same, as of a file that nobody may open, is no news."""
    with Barred.open(settings, clock=now) as app, capture_logs() as logs:
        app.apply()
        schedule = Schedule(app)
        for _ in range(3):
            schedule.have_done(Act.POLL)

    assert [each["event"] for each in logs].count("poll.failed") == 1


def test_a_stop_in_the_middle_of_judging_is_gone_on_from(settings: Settings) -> None:
    """A daemon that was stopped leaves the rest to the next one, and nothing is judged twice."""
    with App.open(settings, clock=now) as app:
        app.apply()
        files = [each for each in app.store.sources() if each.source.is_file]
        list(app.ingest(files))
        app.settle()
        before = app.unjudged()
        next(curate(app.store, clock=now, batch=10))
        between = app.unjudged()
        judged = sum(each.judged for each in app.curate())

    assert (before > between > 0, judged) == (True, between)


def test_the_static_site_follows_the_editions(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O61: what the daemon published stands in the folder too, soon after its edition moved."""
    monkeypatch.setattr(clock, "SITE", 0.1)
    shown = tmp_path / "site" / "topics" / "space-cooperation.atom"
    with Slow.open(settings.model_copy(update={"site": tmp_path / "site"}), clock=now) as app:
        app.apply()

        def is_shown() -> bool:
            return shown.exists() and shown.read_bytes().count(b"<entry") == placed(app) > 0

        events = run_until(app, is_shown, then=app.answered.set)

    assert "site.written" in events


def test_what_nobody_needs_goes_at_night(
    settings: Settings, tmp_path: Path, polled_database: Path
) -> None:
    """Housekeeping prunes by the settings, and tells what it removed once, not every night."""
    path = tmp_path / "wire.sqlite"
    shutil.copy(polled_database, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE sources SET shown = '[]'")
    later = settings.model_copy(update={"keep_days": 30})
    with App.open(later, clock=lambda: now() + timedelta(days=60)) as app, capture_logs() as logs:
        before = app.store.counts().entries
        for _ in range(2):
            Schedule(app).have_done(Act.KEEP_HOUSE)
        left = app.store.counts().entries

    (told,) = (line for line in logs if line["event"] == "store.pruned")
    assert told["entries"] == before - left > 0


class Counting(App):
    """An app that counts its turns, for there is nothing else to see."""

    judged = 0

    def settle(self, *, stopping: Callable[[], bool] = lambda: False) -> tuple[Ready, ...]:
        """Count."""
        self.judged += 1
        return super().settle(stopping=stopping)


def test_a_clock_set_back_stops_no_turn(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Turns go on when the system's clock is set back by a day, though APScheduler waits for it."""
    turned = Event()

    class Turned(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Turned":
            return super().now(tz) - timedelta(days=turned.is_set())

    monkeypatch.setattr(base, "datetime", Turned)
    with Counting.open(settings, clock=now) as app:

        def has_gone_on() -> bool:
            if app.judged == 2:
                turned.set()
            return app.judged > 4

        run_until(app, has_gone_on)


def test_sources_are_asked_by_the_clock_that_is_right(settings: Settings) -> None:
    """Who was asked by a clock that was five days ahead is asked again once that is mended."""
    ahead = timedelta(days=5)
    wrong = Event()
    wrong.set()

    def clock() -> datetime:
        return now() + ahead * wrong.is_set()

    with App.open(settings.model_copy(update={"min_interval": 0}), clock=clock) as app:
        app.apply()
        events = run_until(app, lambda: _last_poll(app) > now() + ahead / 2)
        wrong.clear()
        events = run_until(app, lambda: now() - timedelta(minutes=1) < _last_poll(app) < now())

    assert "clock.was_ahead" in events


def _last_poll(app: App) -> datetime:
    return max(
        each.state.last_poll or datetime.min.replace(tzinfo=UTC) for each in app.store.sources()
    )
