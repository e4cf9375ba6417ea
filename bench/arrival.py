"""Processor time from the arrival of one new entry to its published bytes, step by step.

`python -m bench.arrival [ARRIVALS [TOPICS]...]`. The road: an origin's feed of 50 or of 500 entries of 5 KB
has a new one; it is polled over HTTP, read in a worker and stored, settled, judged by the topics
of the starter catalogue, and placed; the server's shelf learns of it and makes the document of
the topic that it came into anew, of 100 entries of 5 KB in the mean. Counted is the processor
time of this process with all its threads, and of its workers; not that of the origin.

A reader is first given Atom, as it is or in gzip. After that come brotli and zstd, and the other
formats in all codings. With 200 topics, those beside the starter catalogue's are made up.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from bench.judge import FEEDS
from bench.polls import THEIR_PYTHON, THEIRS, figures_of, measure
from bench.press import a_topic, document, item, press
from bench.report import goal, lacks, machine, remark, show
from bench.spent import family

from topicwire.app import App
from topicwire.config import Settings
from topicwire.curate.define import definitions
from topicwire.ingest.read import ReadJob, read
from topicwire.ingest.run import polls
from topicwire.model.catalogue import Catalogue, Definition, FullText, Source
from topicwire.model.document import Format
from topicwire.model.wire import Health, Poll, PollState
from topicwire.publish.compose import topic_path
from topicwire.serve.accept import Coding
from topicwire.serve.routes import Route, route
from topicwire.serve.shelf import Shelf
from topicwire.world.catalogue import load
from topicwire.world.machine import collect_seldom

TOPIC = "space-cooperation"
LIMIT = 140  # of that topic; what is more goes to the archive by halves, so that it has 70 to 140
STORED = 2_000  # entries of another source that were there before, one in ten on the subject
PART = 500  # entries stored at once
WARM = 5  # arrivals that are not counted
MOST = 30  # milliseconds, the goal,
ANCHOR = 55  # of the machine where reader takes so many for a changed feed of 50
READ = 60  # such feeds that reader is given here
SIZES = (50, 500)  # of the feeds
TOPICS = (6, 200)
STEPS = ("poll", "settle", "judge and place", "look", "Atom, gzip")
MORE = ("Atom, br and zstd", "RSS, all codings", "JSON, all codings", "HTML, all codings")
FIRST, ALL = "to the first bytes", "to all of them"
SUMS = {"without the poll": STEPS[1:], FIRST: STEPS, ALL: (*STEPS, *MORE)}


@dataclass(frozen=True, slots=True)
class Row:
    """What a step takes in milliseconds of processor time: the median, and the 95th of 100."""

    topics: int
    feed: int
    step: str
    median: float
    slow: float


def measured(arrivals: int, counts: Sequence[int] = TOPICS) -> list[Row]:
    """Return what the steps take, for each number of topics and size of the feed."""
    polls.QUICK = (60.0, 0.0)  # on a busy machine no reading is to be stopped, and begun anew
    rows: list[Row] = []
    for topics in counts:
        with tempfile.TemporaryDirectory() as folder, press() as (port, origin):
            database = f"sqlite:///{Path(folder) / 'wire.sqlite'}"
            settings = Settings(
                database_url=database, allow_private=("127.0.0.1",), min_interval=0, host_spacing=0
            )
            with App.open(settings, clock=now) as app:
                prepare(app, topics, port)
                road = Road(app, port, origin)
                collect_seldom()  # as the daemon does
                for size in SIZES:
                    times = asyncio.run(road.travelled(size, arrivals))
                    rows += [Row(topics, size, *row) for row in summed(times)]
    return rows


def summed(times: Sequence[dict[str, float]]) -> Iterator[tuple[str, float, float]]:
    """Yield the steps and their sums, each with the median and the 95th of 100."""
    parts = {name: (name,) for name in (*STEPS, *MORE)} | SUMS
    for name, steps in parts.items():
        taken = sorted(sum(each[step] for step in steps) for each in times)
        yield name, median(taken), taken[int(len(taken) * 0.95)]


# ---- what was there before -------------------------------------------------------------


def prepare(app: App, topics: int, port: int) -> None:
    """Fill the store with an archive, judged and placed, and poll the feeds for the first time."""
    sources = [
        Source(f"feed-{size}", f"http://127.0.0.1:{port}/{size}", "", full_text=FullText.NEVER)
        for size in SIZES
    ]
    archive = Source("archive", "https://archive.example/feed", "The Archive")
    app.store.mirror((archive, *sources), wanted(topics), now=now(), host="wire.example")
    for start in range(0, STORED, PART):
        numbers = range(start, start + PART)
        items = (item("archive", each, is_on_subject=each % 10 == 0) for each in numbers)
        job = ReadJob(document(items, "archive"), None, archive.url, now())
        state = PollState(next_poll=now(), health=Health.OK)
        app.store.save_polls([Poll("archive", state, read(job))], now=now())
    list(app.ingest(app.store.polled([each.id for each in sources])))
    app.settle()
    list(app.curate())


def wanted(count: int) -> tuple[Definition, ...]:
    """Return the starter catalogue's topics, and made up ones beside them."""
    catalogue = load(FEEDS)
    topics = [replace(each, limit=LIMIT) if each.id == TOPIC else each for each in catalogue.topics]
    topics += [a_topic(number) for number in range(count - len(topics))]
    return definitions(Catalogue((), tuple(topics), catalogue.concepts))


# ---- the road --------------------------------------------------------------------------


class Road:
    """The whole road, travelled entry by entry."""

    def __init__(self, app: App, port: int, origin: int) -> None:
        self._app = app
        self._origin = HTTPConnection("127.0.0.1", port)
        self._shelf = Shelf(app.publisher, base_url=app.settings.public_url)
        self._but = origin
        self._processes: tuple[int, ...] = ()
        self._taken: dict[str, float] = {}

    async def travelled(self, size: int, arrivals: int) -> list[dict[str, float]]:
        """Return by step what each arrival took, in milliseconds."""
        times: list[dict[str, float]] = []
        for _ in range(2 * (WARM + arrivals)):
            self._taken = {}
            self._processes = family(but=self._but)
            if await self._travel(f"feed-{size}"):
                times.append(self._taken)
            if len(times) == WARM + arrivals:
                return times[WARM:]
        sys.exit(f"{TOPIC} took fewer than half of what came")

    async def _travel(self, source: str) -> bool:
        """Travel the road; False when the topic did not take what came: its words are by chance."""
        self._change()
        with self._step("poll"):
            (outcome,) = self._app.ingest(self._app.store.polled([source]))
        with self._step("settle"):
            self._app.settle()
        with self._step("judge and place"):
            assert self._app.store.has_unjudged()
            placed = {each.topic_id: each for each in self._app.curate()}
        with self._step("look"):
            await self._shelf.refresh()
        if outcome.error or not placed[TOPIC].judged:
            sys.exit(f"the entry did not come to {TOPIC}: {outcome}, {placed[TOPIC]}")
        if not placed[TOPIC].entered:
            return False
        with self._step("Atom, gzip"):
            await self._ask(Format.ATOM, Coding.GZIP)
        with self._step("Atom, br and zstd"):
            await self._ask(Format.ATOM, Coding.BROTLI, Coding.ZSTD)
        for form in (Format.RSS, Format.JSON, Format.HTML):
            with self._step(f"{form.upper()}, all codings"):
                await self._ask(form, Coding.GZIP, Coding.BROTLI, Coding.ZSTD)
        return True

    async def _ask(self, form: Format, *codings: Coding) -> None:
        prepared = await self._shelf.get(asked(form))
        for coding in codings:
            prepared.pack(coding)

    def _change(self) -> None:
        self._origin.request("GET", "/change")
        self._origin.getresponse().read()

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = self._used()
        yield
        self._taken[name] = (self._used() - began) * 1000

    def _used(self) -> float:
        """Return the processor time of all processes, in seconds (clock_getcpuclockid)."""
        return sum(time.clock_gettime((~each << 3) | 2) for each in self._processes)


def asked(form: Format) -> Route:
    found = route(topic_path(TOPIC, form))
    assert found is not None
    return found if form is not Format.HTML else found.in_format(form)


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (a measurement is a door)


def main(arrivals: int, counts: Sequence[int]) -> None:
    rows = measured(arrivals, counts)
    show(
        f"Milliseconds of processor time for one new entry, of {arrivals} arrivals",
        ("step", "topics", "feed of", "median", "95 %"),
        [(each.step, each.topics, each.feed, each.median, each.slow) for each in rows],
    )
    machine("topicwire", "sqlalchemy", "feedgen", "lxml", "isal")
    for each in rows:
        if each.step == FIRST:
            what = f"one entry's road to its first bytes, {each.topics} topics, feed of {each.feed}"
            goal(f"{what}: {MOST} ms", is_met=each.median < MOST)
    remark_on_speed()


def remark_on_speed() -> None:
    """Tell what the goal would be on this machine, by what reader takes here and took there."""
    if not THEIR_PYTHON.exists():
        lacks("reader is not installed: `make bench` installs it into build/bench")
        return
    taken = figures_of(measure({"reader": THEIRS}, READ, parts=1)["reader"], READ)["changed"].cost
    remark(
        f"The goal was set where reader takes {ANCHOR} ms for a changed feed of 50; here it takes "
        f"{taken:.0f}, so that {MOST} there are {MOST * taken / ANCHOR:.0f} here"
    )


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]]
    main(numbers[0] if numbers else 60, numbers[1:] or TOPICS)
