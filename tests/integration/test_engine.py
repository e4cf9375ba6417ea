"""The engine on a real PostgreSQL: errands, who leads, and the turns of hosts."""

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Event
from typing import Any

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from psycopg import sql
from psycopg.types.json import Json

from crew import PATIENCE, line, process, wait_until
from postgres import Server, needs_postgres, server
from topicwire.errors import BusyError, NotFoundError, StoreError
from topicwire.model.errand import Act, Errand, Stage
from topicwire.world.engine import engine as engines
from topicwire.world.engine import jobs, lead, ledger, schema, session, turnstile
from topicwire.world.engine.engine import Engine
from topicwire.world.engine.lead import Lead
from topicwire.world.engine.ledger import hand_on
from topicwire.world.engine.turnstile import Turnstile

pytestmark = needs_postgres

ONE, TWO = Errand(Act.POLL, ("press",)), Errand(Act.POLL, ("press", "wire"), part="shard-3")


@pytest.fixture(scope="module")
def url(postgres: Server) -> Iterator[str]:
    """Return the URL of a database with the engine's tables."""
    name = postgres.create()
    schema.prepare(postgres.url(name))
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Give an engine that has nothing to do."""
    with closing(session.Session(url, role="test")) as opened:
        opened.rows("TRUNCATE procrastinate_jobs, procrastinate_workers, turns CASCADE")
    with closing(Engine(url)) as opened_engine:
        yield opened_engine


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)  # noqa: TID251 (what runs here is a daemon)


class Hands:
    """A worker's hands: note what they did, and fail at what they are told to."""

    def __init__(self, *, fails: Callable[[Errand], bool] = lambda _: False) -> None:
        self.done: list[Errand] = []
        self.aside: list[tuple[Errand, str]] = []
        self._fails = fails

    def do(self, errand: Errand) -> None:
        self.done.append(errand)
        if self._fails(errand):
            raise LookupError("nobody foresaw this")

    def set_aside(self, errand: Errand, reason: str) -> None:
        self.aside.append((errand, reason))


@contextmanager
def working(
    engine: Engine, hands: Hands, *, do: Callable[[Errand], None] | None = None
) -> Iterator[None]:
    """Have a worker work in a thread of its own; with `do` it outlives its database."""
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    async def work() -> None:
        while not stop.is_set():
            with suppress(StoreError) if do else nullcontext():
                await engine.work(do or hands.do, stop=stop, set_aside=hands.set_aside)

    with ThreadPoolExecutor(1) as threads, closing(loop):
        running = threads.submit(loop.run_until_complete, work())
        try:
            yield
        finally:
            loop.call_soon_threadsafe(stop.set)
            running.result(PATIENCE)


def test_an_errand_waits_once_and_is_done_once(engine: Engine) -> None:
    """Who hands out what waits already changes nothing; what is done leaves no trace."""
    assert engine.hand(TWO)
    assert not engine.hand(TWO)
    assert [(each.errand, each.stage) for each in engine.taken()] == [(TWO, Stage.WAITING)]
    hands = Hands()
    with working(engine, hands):
        wait_until(lambda: not engine.taken())

    assert hands.done == [TWO]


def test_what_fails_is_divided_until_the_culprit_is_alone_then_set_aside(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One source that nobody can poll keeps no other from being polled, and is told of once."""
    monkeypatch.setattr(jobs, "WAITS", (timedelta(0),))
    hands = Hands(fails=lambda errand: "wire" in errand.names)
    with working(engine, hands):
        engine.hand(TWO)
        wait_until(lambda: bool(hands.aside))
    (left,) = engine.taken()

    press, wire = TWO.singles
    assert [each for each in hands.done if each != TWO] in (
        [press, wire, wire],
        [wire, press, wire],
    )
    assert hands.aside == [(wire, "LookupError, 2 times.")]
    assert (left.errand, left.stage) == (wire, Stage.SET_ASIDE)


def test_what_was_set_aside_is_tried_again_when_somebody_asks(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its key, or all of it; what is not there is said with what is."""
    monkeypatch.setattr(jobs, "WAITS", ())
    is_broken = [True]
    hands = Hands(fails=lambda _: is_broken[0])
    with working(engine, hands):
        engine.hand(ONE)
        wait_until(lambda: [each.stage for each in engine.taken()] == [Stage.SET_ASIDE])
        is_broken[0] = False
        with pytest.raises(NotFoundError, match="no errand judge was set aside; poll was"):
            engine.retry(now(), "judge")
        assert engine.retry(now(), "poll") == (ONE,)
        wait_until(lambda: not engine.taken())

    assert hands.done == [ONE, ONE]


def test_a_killed_workers_errand_is_done_by_another(
    engine: Engine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it was doing is handed on as soon as it has been silent, and done once more."""
    monkeypatch.setattr(engines, "SILENT", 1.0)
    hands = Hands()
    engine.hand(TWO)
    with process("work", url, 60.0) as killed:
        assert line(killed) == TWO.key
        killed.kill()
    with working(engine, hands):
        wait_until(lambda: bool(engine.rescue(now(), hands.set_aside)))
        wait_until(lambda: not engine.taken())

    assert (hands.done, hands.aside) == ([TWO], [])


def test_a_killed_workers_errand_that_waits_already_is_done_once(
    engine: Engine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handed on anew while it was being done, it is not done twice, and others are rescued too."""
    monkeypatch.setattr(engines, "SILENT", 1.0)
    hands = Hands()
    with process("work", url, 60.0) as killed:
        for each in (ONE, TWO):
            engine.hand(each)
            assert line(killed) == each.key
        engine.hand(ONE)
        killed.kill()
    rescued: list[Errand] = []

    def all_rescued() -> bool:
        rescued.extend(engine.rescue(now(), hands.set_aside))
        return len(rescued) >= 2

    wait_until(all_rescued)
    with working(engine, hands):
        wait_until(lambda: not engine.taken())

    assert sorted(each.key for each in hands.done) == sorted((ONE.key, TWO.key))
    assert (len(rescued), hands.aside) == (2, [])


def test_what_a_worker_is_not_at_is_done_all_the_same(
    engine: Engine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that crashed may not know how an errand ended, and say that a worker is still at it.

    What cannot be handed on at once does not keep the worker from beating.
    """
    monkeypatch.setattr(engines, "BEAT", 0.1)
    tried: list[Job] = []

    async def later(manager: JobManager, job: Job) -> None:
        tried.append(job)
        if len(tried) == 1:
            raise ConnectorException
        await hand_on(manager, job)

    monkeypatch.setattr(ledger, "hand_on", later)
    hands = Hands()
    with working(engine, hands), closing(session.Session(url, role="test")) as opened:
        wait_until(lambda: len(opened.rows("SELECT id FROM procrastinate_workers")) == 2)
        engine.hand(ONE)
        wait_until(lambda: hands.done == [ONE] and not engine.taken())
        opened.rows(_STILL_AT_IT, [jobs.TASK, ONE.key, Json(jobs.arguments(ONE))])
        wait_until(lambda: hands.done == [ONE, ONE] and not engine.taken())
    assert len(tried) == 2


# In a lane that is not its own it is handed on by one that never took it.
_STILL_AT_IT = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status, worker_id)
    SELECT 'polls', %s, %s, %s, 'doing', min(id) FROM procrastinate_workers
"""


def test_work_goes_on_when_the_database_was_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An errand whose end nobody hears is not lost, nor told as a fault, and later ones are done."""
    monkeypatch.setattr(engines, "BEAT", 0.3)
    monkeypatch.setattr(engines, "SILENT", 1.0)
    monkeypatch.setitem(engines._POOL, "timeout", 1.0)
    has_begun, may_end = Event(), Event()

    def do(errand: Errand) -> None:
        hands.do(errand)
        if len(hands.done) == 1:
            has_begun.set()
            assert may_end.wait(PATIENCE)

    hands = Hands()
    with server() as postgres:
        url = postgres.url(postgres.create())
        schema.prepare(url)
        with closing(Engine(url)) as engine, working(engine, hands, do=do):
            engine.hand(ONE)
            assert has_begun.wait(PATIENCE)
            postgres.stop()
            may_end.set()
            time.sleep(2)
            postgres.start()
            wait_until(lambda: rescued(engine, hands) and not engine.taken())
            engine.hand(TWO)
            wait_until(lambda: not engine.taken())

    gc.collect()  # a task that nobody asks for its failure tells it as it goes
    assert set(hands.done) == {ONE, TWO}
    assert hands.aside == []
    assert [each for each in caplog.messages if "never retrieved" in each] == []


def rescued(engine: Engine, hands: Hands) -> bool:
    """Look for what dead workers have left, as a scheduler does, once the database is there."""
    with suppress(StoreError):
        engine.rescue(now(), hands.set_aside)
        return True
    return False


def test_who_was_cut_off_listens_again(engine: Engine, url: str, postgres: Server) -> None:
    """A worker whose session was ended, and that got no other at once, hears of errands again."""
    name = url.rpartition("/")[2]

    def listening() -> set[int]:
        return {pid for (pid,) in opened.execute(_LISTENING, [name])}

    with (
        working(engine, Hands()),
        psycopg.connect(postgres.url("postgres"), autocommit=True) as opened,
    ):
        wait_until(lambda: len(listening()) == len(jobs.LANES))
        before = listening()
        _admit(opened, name, admitted=False)
        for each in before:
            opened.execute("SELECT pg_terminate_backend(%s)", [each])
        time.sleep(0.5)
        assert listening() == set()
        _admit(opened, name, admitted=True)
        wait_until(lambda: len(listening()) == len(jobs.LANES))


_LISTENING = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND query LIKE 'LISTEN %%'"


def _admit(connection: "psycopg.Connection[Any]", name: str, *, admitted: bool) -> None:
    statement = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    connection.execute(statement.format(sql.Identifier(name), sql.Literal(admitted)))


def test_what_kills_its_workers_is_set_aside(
    engine: Engine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody does it a third time, and it is told of."""
    monkeypatch.setattr(engines, "SILENT", 1.0)
    hands = Hands()
    engine.hand(ONE)
    for _ in range(2):
        with process("work", url, 60.0) as killed:
            assert line(killed) == ONE.key
            killed.kill()
        wait_until(lambda: bool(engine.rescue(now(), hands.set_aside)))

    assert hands.aside == [(ONE, "It ended 2 workers that did it.")]
    assert [each.stage for each in engine.taken()] == [Stage.SET_ASIDE]


def test_sessions_read_what_is_there_whatever_transactions_are_by_default(
    postgres: Server,
) -> None:
    """Who waited for another sees what it has written, and is not refused for it."""
    name = postgres.create()
    statement = sql.SQL("ALTER DATABASE {} SET default_transaction_isolation = 'serializable'")
    with psycopg.connect(postgres.url(name)) as opened:
        opened.execute(statement.format(sql.Identifier(name)))
    with closing(session.Session(postgres.url(name), role="test")) as opened_session:
        found = opened_session.rows("SHOW transaction_isolation")
    postgres.drop(name)

    assert found == [("read committed",)]


def test_what_the_url_says_of_sessions_counts_but_for_what_is_needed(url: str) -> None:
    """The operator may set what we do not; the engine's tables are found all the same."""
    said = "?options=-csearch_path%3Dother%20-cwork_mem%3D5MB&connect_timeout=30"
    with closing(session.Session(url + said, role="test")) as opened:
        found = [opened.rows(f"SHOW {each}")[0][0] for each in ("work_mem", "search_path")]
    given = psycopg.conninfo.conninfo_to_dict(session.conninfo(url + said, role="test"))

    assert found == ["5MB", session.SCHEMA]
    assert given["connect_timeout"] == "30"


def test_the_lead_passes_on_when_its_holder_is_killed(url: str) -> None:
    """One at a time, and the next at once: the server sees that the connection ends."""
    with process("hold_the_lead", url) as holder, closing(Lead(url)) as mine:
        assert line(holder) == "True"
        assert not mine.take()
        assert (lead.leader(url) or "").endswith(f":{holder.pid}")
        holder.kill()
        began = time.monotonic()
        wait_until(mine.take)
        assert time.monotonic() - began < 5
        mine.keep()


def test_who_hangs_loses_the_lead(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheduler that says nothing, or whose cable was cut, is followed by another."""
    monkeypatch.setattr(lead, "PATIENCE", 1)
    with closing(Lead(url)) as silent, closing(Lead(url)) as other:
        assert silent.take()
        wait_until(other.take)
        with pytest.raises(StoreError):
            silent.keep()


def test_who_works_by_hand_does_it_alone(url: str) -> None:
    """A poll by hand leaves a led database to its leader, and no scheduler leads meanwhile."""
    with closing(Lead(url)) as scheduler:
        with lead.alone(url):
            assert not scheduler.take()
        wait_until(scheduler.take)
        with pytest.raises(BusyError, match="already works"), lead.alone(url):
            raise AssertionError


def test_a_host_is_asked_by_one_at_a_time_and_not_too_soon(engine: Engine, url: str) -> None:
    """Whichever process asks: one request at once, and the spacing after it."""
    del engine
    spans: list[tuple[float, float]] = []

    async def ask(turns: Turnstile) -> None:
        async with turns.turn("press.example", spacing=0.2):
            began = time.monotonic()
            await asyncio.sleep(0.02)
            spans.append((began, time.monotonic()))

    async def all_at_once(*all_turns: Turnstile) -> None:
        await asyncio.gather(*(ask(turns) for turns in all_turns for _ in range(3)))

    with closing(Turnstile(url)) as here, closing(Turnstile(url)) as there:
        asyncio.run(all_at_once(here, there))

    spans.sort()
    assert len(spans) == 6
    assert all(later[0] - earlier[1] >= 0.2 for earlier, later in pairwise(spans))


def test_hosts_do_not_wait_for_each_other(engine: Engine, url: str) -> None:
    """A hundred of them are asked in the time of one."""
    del engine

    async def ask(turns: Turnstile, number: int) -> None:
        async with turns.turn(f"{number}.example", spacing=5):
            await asyncio.sleep(0.2)

    async def all_at_once(turns: Turnstile) -> None:
        await asyncio.gather(*(ask(turns, number) for number in range(100)))

    with closing(Turnstile(url)) as turns:
        began = time.monotonic()
        asyncio.run(all_at_once(turns))

    assert time.monotonic() - began < 4


def test_a_turn_whose_holder_died_is_soon_free(
    engine: Engine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends by itself; while its holder lives it does not, however long that takes."""
    del engine
    monkeypatch.setattr(turnstile, "LEASE", 0.6)
    monkeypatch.setattr(turnstile, "RENEW", 0.1)

    async def ask(turns: Turnstile, seconds: float) -> None:
        async with turns.turn("press.example", spacing=0):
            await asyncio.sleep(seconds)

    async def both(turns: Turnstile, other: Turnstile) -> float:
        long = asyncio.create_task(ask(turns, 1.5))
        await asyncio.sleep(0.2)
        began = time.monotonic()
        await ask(other, 0)
        waited = time.monotonic() - began
        await long
        return waited

    with closing(Turnstile(url)) as here, closing(Turnstile(url)) as there:
        assert asyncio.run(both(here, there)) >= 1.2
        with process("hold_a_turn", url, "press.example") as holder:
            assert line(holder) == "held"
            holder.kill()
            asyncio.run(asyncio.wait_for(ask(here, 0), PATIENCE))


def test_nobody_is_asked_while_nobody_knows_whose_turn_it_is() -> None:
    """Without the database there is no turn, and why is said."""

    async def ask(turns: Turnstile) -> None:
        async with turns.turn("press.example", spacing=0):
            raise AssertionError

    nobody = "postgresql://wire@127.0.0.1:1/wire"
    unknown = pytest.raises(
        StoreError, match=r"^PostgreSQL cannot be used: .* Start the server, or"
    )
    with closing(Turnstile(nobody)) as turns, unknown:
        asyncio.run(ask(turns))


def test_a_session_that_was_ended_costs_nobody_a_turn(engine: Engine, url: str) -> None:
    """The server may end what was idle, or begin anew: the next who asks has a new session."""
    del engine

    async def ask(turns: Turnstile) -> bool:
        async with turns.turn("press.example", spacing=0):
            return True

    with closing(Turnstile(url)) as turns, closing(session.Session(url, role="test")) as other:
        assert asyncio.run(ask(turns))
        ended = other.rows(_END, ["topicwire turns %", url.rpartition("/")[2]])
        assert asyncio.run(ask(turns))

    assert ended == [(True,)]


_END = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE application_name LIKE %s AND datname = %s
"""


def test_the_engines_tables_are_made_once_and_anew_for_another_version(
    postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits may be forgotten; a program of another version says what to do and changes nothing."""
    name = postgres.create()
    url = postgres.url(name)
    with closing(Engine(url)) as first:
        first.hand(ONE)
        assert not schema.prepare(url)
    monkeypatch.setattr(schema, "wanted", lambda: "another")
    with closing(Engine(url)) as other:
        with pytest.raises(StoreError, match="topicwire db migrate"):
            other.taken()
        assert schema.prepare(url)
        assert other.taken() == ()
    postgres.drop(name)
