"""What a second worker brings: polls and judgements a second with one and with two `work` processes.

`python -m bench.workers [SOURCES] [ENTRIES] [ROUNDS]`. All of it runs on one real PostgreSQL, started here.
Each worker has one process that parses (TOPICWIRE_WORKERS=1). `by the clock` is what this machine
gave, with the origin, PostgreSQL and all else on it; `by processor` is how much less the busier of
two has to do than one alone: the ratio where each has processors of its own.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from asyncio import Event, new_event_loop
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.hosts import address
from bench.judge import FEEDS
from bench.polls import origin
from bench.rejudge import entries, fill
from bench.report import machine, said_by, show

from topicwire.app import App
from topicwire.config import Settings
from topicwire.curate.define import definitions
from topicwire.ingest.raw import PARSER
from topicwire.model.catalogue import Catalogue, Source, Topic
from topicwire.model.wire import Health, Poll, PollState
from topicwire.schedule.clock import Schedule
from topicwire.store.store import Store
from topicwire.world.catalogue import load

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from postgres import Server, programs, server

PORT = 18473
UNCHANGED = 10  # such polls for each first one, which takes so much longer
ETAG = '"v0"'  # what the origin begins with
TOPICS = 60  # more than are judged in two processes by one worker
PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Took:
    """What a run took: seconds by the clock, and processor seconds of each worker."""

    wall: float
    processor: tuple[float, ...]


def main(sources: int, archive: int, rounds: int = 2) -> None:
    with ExitStack() as stack:
        postgres = stack.enter_context(server())
        stack.enter_context(origin(PORT))
        unchanged = UNCHANGED * sources
        work = {
            "first polls": (sources, to_poll(postgres, sources), are_polled),
            "unchanged polls": (unchanged, asked_before(postgres, unchanged), are_polled),
            "entries judged": (archive, to_judge(postgres, archive), are_judged),
        }
        took: dict[str, dict[int, list[Took]]] = {what: {1: [], 2: []} for what in work}
        for _ in range(rounds):
            for count in (1, 2):
                for what, (_, template, is_done) in work.items():
                    took[what][count].append(run(postgres, template, count, is_done))
    rows = [row(what, work[what][0], runs) for what, runs in took.items()]
    head = ("a second", "1 worker", "2", "by the clock", "by processor", "ms each, 1", "ms each, 2")
    show(
        f"Workers on PostgreSQL: {sources} sources, {archive} entries x {TOPICS} topics", head, rows
    )
    machine("topicwire", "procrastinate", "psycopg", "sqlalchemy")
    print(said_by(str((programs() or Path()) / "postgres"), "--version"))


def row(what: str, amount: int, runs: dict[int, list[Took]]) -> tuple[object, ...]:
    one, two = (median(amount / each.wall for each in runs[count]) for count in (1, 2))
    alone, busier = (median(max(each.processor) for each in runs[count]) for count in (1, 2))
    costs = (median(1000 * sum(each.processor) / amount for each in runs[n]) for n in (1, 2))
    return what, one, two, two / one, alone / busier, *costs


def to_poll(postgres: Server, count: int) -> str:
    """Return the name of a database with so many sources, all of them due."""
    name = postgres.create()
    with closing(Store.open(postgres.url(name), create=True)) as store:
        mirror(store, count)
    return name


def asked_before(postgres: Server, count: int) -> str:
    """Return the name of a database whose sources have nothing new since they were polled."""
    name = postgres.create()
    with closing(Store.open(postgres.url(name), create=True)) as store:
        wanted = mirror(store, count)
        store.save_polls([Poll(each.id, read(each)) for each in wanted], now=now())
        store.housekeeping(now())  # this server does not look at its tables by itself
    return name


def read(source: Source) -> PollState:
    """Return the state of a source that was read, and is due again."""
    return PollState(
        now(), Health.OK, etag=ETAG, validated_url=source.url, body_hash="any", parser=PARSER
    )


def mirror(store: Store, count: int) -> tuple[Source, ...]:
    """Store so many sources, all of them due, and return them."""
    wanted = tuple(Source(f"s{number}", address(number, PORT), "") for number in range(count))
    store.mirror(wanted, (), now=now(), host="localhost")
    store.ask_poll([each.id for each in wanted], now=now())  # new ones are due one after another
    return wanted


def to_judge(postgres: Server, archive: int) -> str:
    """Return the name of a database with so many entries, and topics to judge them."""
    name = postgres.create()
    with closing(Store.open(postgres.url(name), create=True)) as store:
        kept = (Source(id="archive", url="https://archive.example/feed", title="", paused=True),)
        store.mirror(kept, (), now=now(), host="localhost")
        fill(store, entries(archive, random.Random(1), share=10))
        store.mirror(kept, definitions(many_topics()), now=now(), host="localhost")
        store.housekeeping(now())
    return name


def many_topics() -> Catalogue:
    """Return a catalogue of many topics, none of which asks quite the same as another."""
    found = load(FEEDS)
    topics: list[Topic] = []
    while len(topics) < TOPICS:
        number = len(topics)
        shipped = found.topics[number % len(found.topics)]
        query = f'({shipped.query}) NOT "what nobody says {number}"'
        topics.append(replace(shipped, id=f"{shipped.id}-{number}", query=query, examples=()))
    return Catalogue(sources=(), topics=tuple(topics), concepts=found.concepts)


def settings_of(url: str) -> Settings:
    return Settings(
        database_url=url,
        allow_private=("127.0.0.0/8",),
        host_spacing=0,
        similarity=False,
        workers=1,
    )


def run(postgres: Server, template: str, count: int, is_done: Callable[[App], bool]) -> Took:
    """Let so many workers do what there is in a copy of a database; return what it took."""
    name = postgres.create(template)
    settings = settings_of(postgres.url(name))
    with App.open(settings, clock=now) as app, tempfile.TemporaryDirectory() as folder:
        assert app.engine is not None
        app.engine.open()
        with workers(settings, count, Path(folder)) as sessions:
            wait(lambda: len(app.working()) == count)
            before, began = [spent(each) for each in sessions], time.perf_counter()
            with scheduling(app):
                wait(lambda: is_done(app))
                wall = time.perf_counter() - began
            after = [spent(each) for each in sessions]
    postgres.drop(name)
    return Took(wall, tuple(late - early for early, late in zip(before, after, strict=True)))


def spent(session: int) -> float:
    """Return the processor seconds that the processes of a session have taken."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def are_polled(app: App) -> bool:
    due = app.store.next_due()
    if due is not None and due <= now():
        return False
    failed = [each.state.error for each in app.store.sources() if each.state.error]
    assert not failed, failed[0]
    return True


def are_judged(app: App) -> bool:
    return not app.store.left_by_topic()


@contextmanager
def workers(settings: Settings, count: int, folder: Path) -> Iterator[tuple[int, ...]]:
    """Run so many `topicwire work` processes, and give the session of each."""
    given = settings.model_dump(include={"database_url", "host_spacing", "similarity", "workers"})
    environment = os.environ | {f"TOPICWIRE_{name.upper()}": str(v) for name, v in given.items()}
    environment |= {"TOPICWIRE_ALLOW_PRIVATE": "127.0.0.0/8"}
    command = (sys.executable, "-m", "topicwire", "--quiet", "work")
    running = [
        subprocess.Popen(command, env=environment, cwd=folder, start_new_session=True)
        for _ in range(count)
    ]
    try:
        yield tuple(each.pid for each in running)
    finally:
        for each in running:
            each.send_signal(signal.SIGTERM)
        for each in running:
            each.wait(60)


@contextmanager
def scheduling(app: App) -> Iterator[None]:
    """Run a scheduler in a thread."""
    loop, stop = new_event_loop(), Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(Schedule(app).run(stop),))
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def wait(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.2)


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (a measurement is a door)


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]]
    main(*(numbers or (600, 1_500)))
