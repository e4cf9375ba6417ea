import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event, Thread

from sqlalchemy import select

from builders import NOON, a_source, an_entry
from stores import a_definition, a_poll, fill, judge
from topicwire.store.store import Store
from topicwire.store.tables import entries

WRITER = """
import sys
from contextlib import closing

from topicwire.store.store import Store

from builders import NOON, an_entry
from stores import a_poll

with closing(Store.open(sys.argv[1])) as store:
    for number in range(100):
        store.save_polls([a_poll(an_entry(uid=f"child {number}"), source_id="other")], now=NOON)
"""


def together(*jobs: Callable[[], None]) -> None:
    """Run the jobs in threads that start at the same moment; raise what the first one raised."""
    start, failures = Barrier(len(jobs)), []

    def run(job: Callable[[], None]) -> None:
        start.wait()
        try:
            job()
        except Exception as error:  # noqa: BLE001 (raised again below)
            failures.append(error)

    threads = [Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_two_writers_lose_no_update(store: Store, database_url: str) -> None:
    """600 polls by two writers with connections of their own are 600 numbers in a row."""
    fill(store, sources=(a_source(), a_source(id="other")))

    def write(url: str, source_id: str) -> Callable[[], None]:
        def job() -> None:
            with closing(Store.open(url)) as own:
                for number in range(300):
                    entry = an_entry(uid=f"{number}")
                    own.save_polls([a_poll(entry, source_id=source_id)], now=NOON)

        return job

    together(write(database_url, "press"), write(database_url, "other"))

    with store._database.reading() as connection:
        seqs = list(connection.scalars(select(entries.c.seq).order_by(entries.c.id)))
    assert sorted(seqs) == list(range(-600, 0))
    assert [each.entries for each in store.sources()] == [300, 300]


def test_threads_share_one_store(store: Store) -> None:
    """The pipeline's threads write through one store without stepping on each other."""
    fill(store, sources=(a_source(), a_source(id="other")))

    def write(source_id: str) -> None:
        for number in range(100):
            store.save_polls([a_poll(an_entry(uid=f"{number}"), source_id=source_id)], now=NOON)

    together(lambda: write("press"), lambda: write("other"))

    assert [each.entries for each in store.sources()] == [100, 100]


def test_a_second_process_writes_too(store: Store, database_url: str) -> None:
    """`topicwire poll` may run while the daemon does."""
    fill(store, sources=(a_source(), a_source(id="other")))
    folders = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "src")]
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, database_url], env={"PYTHONPATH": ":".join(folders)}
    )

    for number in range(100):
        store.save_polls([a_poll(an_entry(uid=f"{number}"))], now=NOON)

    assert child.wait(timeout=60) == 0
    assert [each.entries for each in store.sources()] == [100, 100]


def test_readers_see_whole_editions_while_one_writes(store: Store) -> None:
    """An edition is read as of one moment: its number always fits its placements."""
    fill(store)
    done = Event()
    seen: list[tuple[int, int]] = []

    def write() -> None:
        try:
            for number in range(60):
                moment = NOON + timedelta(minutes=number)
                store.save_polls([a_poll(an_entry(uid=f"{number}"))], now=moment)
                judge(store, now=moment)
        finally:
            done.set()

    def read() -> None:
        while not done.is_set():
            edition = store.edition("seats")
            seen.append((edition.standing.edition, len(edition.placements)))

    together(write, read, read)

    assert [pair for pair in seen if pair[0] != pair[1] + 1] == []
    assert store.editions() == (("seats", 61),)


def test_two_judges_place_everything_once(store: Store, database_url: str) -> None:
    """Two processes that curate at once leave every entry judged and placed once."""
    count = 200
    fill(store, *[an_entry(uid=f"{n}") for n in range(count)], definitions=(a_definition(),))
    entered: list[int] = []

    def work() -> None:
        with closing(Store.open(database_url)) as own:
            entered.extend(each.entered for each in judge(own, limit=7))

    together(work, work)

    assert sum(entered) == count
    assert store.placements_count("seats") == count
    assert store.unjudged_count(store.standing("seats")) == 0


def test_housekeeping_may_run_while_others_read(store: Store) -> None:
    """Upkeep needs no quiet hour."""
    fill(store, *[an_entry(uid=f"{n}") for n in range(50)])
    reading = store.archive(batch=5)
    next(reading)

    store.housekeeping(NOON)

    assert sum(1 for _ in reading) == 49
