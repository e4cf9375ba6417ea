"""Schedulers, workers and servers on one real PostgreSQL, and what becomes of those who die."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from crew import PATIENCE, line, process, wait_until
from origin import Origin, Seen, answer
from postgres import Server, needs_postgres
from topicwire.app import App
from topicwire.config import Settings
from topicwire.curate.run import appointed
from topicwire.errands.acts import Acts
from topicwire.errands.beats import Beats
from topicwire.model.document import Format
from topicwire.model.errand import Act, Errand, Stage
from topicwire.model.watch import Kind
from topicwire.schedule import clock, handing
from topicwire.schedule.batches import SHARDS
from topicwire.schedule.clock import Schedule
from topicwire.schedule.handing import Handing
from topicwire.schedule.leading import lead, mirror
from topicwire.work import Work
from topicwire.world.engine import engine as engines
from topicwire.world.engine import lead as leads
from topicwire.world.engine import schema, turnstile
from topicwire.world.engine.session import Session

pytestmark = needs_postgres

FEED = """<rss version="2.0"><channel><title>{0}</title><link>http://{0}.example/</link>
<description>News</description><item><title>NASA sells seats ({0})</title>
<link>http://{0}.example/1</link><guid>{0}-1</guid><description>Seats.</description></item>
</channel></rss>"""
TOPIC = 'id = "seats"\ntitle = "Seats"\ndescription = "Who flies with whom."\nquery = "seats AND nasa"\n'


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)  # noqa: TID251 (what runs here is a daemon)


def feed(seen: Seen) -> bytes:
    """Answer with a feed of one column, named by the path."""
    body = FEED.format(seen.path.strip("/")).encode()
    return answer(200, body, content_type="application/rss+xml")


@pytest.fixture(scope="module")
def template(postgres: Server, empty_template: str) -> str:
    """Return the name of a database without rows and with the engine's tables, to be copied."""
    name = postgres.create(empty_template)
    schema.prepare(postgres.url(name))
    return name


@pytest.fixture
def settings(postgres: Server, template: str, tmp_path: Path) -> Iterator[Settings]:
    """Give settings with a PostgreSQL of their own and a catalogue of one topic."""
    for name in ("sources", "topics", "concepts"):
        (tmp_path / "feeds" / name).mkdir(parents=True)
    (tmp_path / "feeds" / "topics" / "seats.toml").write_text(TOPIC)
    name = postgres.create(template)
    yield Settings(
        database_url=postgres.url(name),
        catalogue=tmp_path / "feeds",
        allow_private=("127.0.0.0/8",),
        workers=1,
        similarity=False,
    )
    postgres.drop(name)


@pytest.fixture
def app(settings: Settings) -> Iterator[App]:
    """Give an app with these settings."""
    with App.open(settings, clock=now) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let who died be missed sooner than outside of tests."""
    monkeypatch.setattr(clock, "RESCUE", 0.5)
    monkeypatch.setattr(handing, "HEARD", 0.5)
    monkeypatch.setattr(engines, "SILENT", 1.5)
    monkeypatch.setattr(engines, "BEAT", 0.3)
    monkeypatch.setattr(turnstile, "LEASE", 1.0)
    monkeypatch.setattr(turnstile, "RENEW", 0.2)


def want(app: App, **urls: str) -> None:
    """Let the catalogue want these sources, and nothing else."""
    for name, url in urls.items():
        file = app.settings.catalogue / "sources" / f"{name}.toml"
        file.write_text(f'id = "{name}"\ntitle = "{name}"\nurl = "{url}"\n')
    mirror(app)


@contextmanager
def running(*roles: Any) -> Iterator[None]:
    """Run roles, each called with an event that stops it, in an event loop of their own."""
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    async def run() -> None:
        await asyncio.gather(*(role(stop) for role in roles))

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE)
        loop.close()


def hosts_of_one_batch() -> Iterator[str]:
    """Yield hosts whose sources are polled together."""
    for number in range(1, 250 * 250):
        host = f"127.0.{number // 250}.{number % 250 + 1}"
        if crc32(host.encode()) % SHARDS == 0:
            yield host


def polled(app: App) -> int:
    """Return how many sources have been polled."""
    return sum(each.state.last_poll is not None for each in app.store.sources())


def test_a_killed_workers_batch_is_finished_by_another(app: App) -> None:
    """kill -9 in the middle of a batch: what was saved is not asked again, the rest is done."""
    released = asyncio.Event()

    def reply(seen: Seen) -> bytes | AsyncIterator[bytes]:
        return slow(seen) if seen.path.startswith("/slow") else feed(seen)

    async def slow(seen: Seen) -> AsyncIterator[bytes]:
        await released.wait()
        yield feed(seen)

    with Origin(reply) as origin:
        names = [*(f"quick-{n}" for n in range(12)), *(f"slow-{n}" for n in range(4))]
        addresses = zip(names, hosts_of_one_batch(), strict=False)
        want(app, **{name: origin.url(f"/{name}", host) for name, host in addresses})
        with (
            running(Schedule(app).run),
            process("do_everything", app.settings.database_url, str(app.settings.catalogue)) as it,
        ):
            assert line(it) == "ready"
            wait_until(lambda: polled(app) == 12 and len(origin.seen) == 16)
            it.kill()
            it.wait()
            origin._loop.call_soon_threadsafe(released.set)
            with running(Work(app).run):
                wait_until(lambda: polled(app) == 16)
        asked = [each.path for each in origin.seen]

    assert {asked.count(f"/quick-{n}") for n in range(12)} == {1}
    assert {asked.count(f"/slow-{n}") for n in range(4)} == {2}


def test_who_begins_to_lead_hears_first_who_lives(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database was away nobody could say so: no living worker is taken for dead."""
    assert app.engine is not None
    app.engine.hand(Errand(Act.WATCH))
    with closing(Session(app.settings.database_url, role="test")) as opened:
        opened.rows(_SILENT_WORKER)
    leading = Handing(
        app, app.engine, Acts(app, Beats(app.beat), stopping=lambda: False, role="test")
    )
    monkeypatch.setattr(handing, "HEARD", 60.0)
    leading.rescue()
    assert [each.stage for each in app.engine.taken()] == [Stage.DOING]
    monkeypatch.setattr(handing, "HEARD", 0.0)
    leading.rescue()
    assert [each.stage for each in app.engine.taken()] == [Stage.WAITING]


_SILENT_WORKER = """
    WITH worker AS (
        INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')
        RETURNING id
    )
    UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM worker)
"""


def test_a_host_is_asked_by_one_worker_at_a_time(app: App) -> None:
    """Two workers whose sources lead to one host: never two at once, nor nearer than the spacing."""

    def reply(seen: Seen) -> bytes:
        if (seen.header("host") or "").startswith("127.0.9.9"):
            return feed(seen)
        return answer(302, location=origin.url(seen.path, "127.0.9.9"))

    with Origin(reply) as origin:
        want(app, **{f"s{n}": origin.url(f"/s{n}", f"127.0.{n}.1") for n in range(6)})
        where = (app.settings.database_url, str(app.settings.catalogue))
        with (
            running(Schedule(app).run),
            process("do_everything", *where),
            process("do_everything", *where),
        ):
            wait_until(lambda: polled(app) == 6)
        there = [
            each.at for each in origin.seen if (each.header("host") or "").startswith("127.0.9.9")
        ]

    assert (len(there), origin.most) == (6, 1)
    assert all(later - earlier > 0.99 for earlier, later in pairwise(there))


class Poisoned(App):
    """An app whose watching fails with what nobody foresaw, until it is mended."""

    is_mended = False

    def watch(self) -> Any:
        """Fail, or look."""
        if not self.is_mended:
            raise LookupError
        return super().watch()


def test_a_poison_errand_is_set_aside_told_and_tried_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told where all that is wrong is told, with the command that mends it; then it is over."""
    monkeypatch.setattr("topicwire.world.engine.jobs.WAITS", ())
    with Poisoned.open(settings, clock=now) as app, running(Work(app).run):
        assert app.engine is not None
        app.engine.hand(Errand(Act.WATCH))
        wait_until(lambda: bool(app.status().lasting))
        (told,) = app.status().lasting
        assert (told.kind, told.name) == (Kind.SET_ASIDE, "watch")
        assert "topicwire errand retry watch" in told.mend
        assert Errand(Act.WATCH).key in app.aside()
        app.is_mended = True
        app.engine.retry(now(), "watch")
        wait_until(lambda: not app.aside())
        app.watch()
        assert app.status().lasting == ()


def test_a_source_that_is_set_aside_is_due_a_day_later(app: App) -> None:
    """It does not look forgotten meanwhile, and is due at once when somebody has it tried again."""
    want(app, press="http://127.0.0.1:1/press")
    assert app.engine is not None
    app.set_aside(Errand(Act.POLL, ("press",), "1"), "LookupError, 4 times.")
    due = app.store.next_due()
    assert due is not None
    assert due > now() + timedelta(hours=23)

    assert app.try_again() == ()
    assert [each.what for each in app.status().lasting] != []


def test_what_is_pushed_or_new_reaches_readers_by_workers(app: App) -> None:
    """Polled, judged and placed, without the scheduler doing any of it; two servers say the same."""
    with Origin(feed) as origin:
        want(app, press=origin.url("/press"))
        with running(lambda stop: lead(app, stop), Work(app).run):
            wait_until(lambda: app.store.placements_count("seats") == 1)
            fleet = app.fleet()
        assert fleet is not None
        assert (fleet.workers, fleet.aside) == (1, 0)
        assert (fleet.leader or "").endswith(f":{os.getpid()}")
    with App.open(app.settings, clock=now) as other:
        for form in Format:
            mine, theirs = (each.publisher.topic("seats", form) for each in (app, other))
            assert mine == theirs


def test_a_worker_has_its_judges_before_there_is_anything_to_judge(app: App) -> None:
    """Its first entry need not wait until queries are read and the model of meaning is loaded."""
    mirror(app)
    appointed.cache_clear()
    with running(Work(app).run):
        wait_until(lambda: appointed.cache_info().currsize == 1)


def test_a_killed_leader_is_followed_by_another(settings: Settings, app: App) -> None:
    """Of two schedulers one works; when it is killed the other does, well within half a minute."""
    mirror(app)
    environment = os.environ | {
        "TOPICWIRE_DATABASE_URL": settings.database_url,
        "TOPICWIRE_CATALOGUE": str(settings.catalogue),
    }
    command = (sys.executable, "-m", "topicwire", "schedule")

    def leader() -> str | None:
        return leads.leader(settings.database_url)

    with subprocess.Popen(command, env=environment) as first:
        wait_until(lambda: leader() is not None)
        with subprocess.Popen(command, env=environment) as second:
            first.kill()
            wait_until(lambda: (leader() or "").endswith(f":{second.pid}"))
            second.terminate()
    assert leader() is None
