"""Unit costs that no other measurement gives by themselves, in one process and on SQLite.

`python -m bench.simulate.measure`. Processor time: of a poll that brings nothing, without the
web; of settling an entry; of all that an entry costs for each topic that it is placed in; and of
looking at sources, for each that is due and each that there is.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from bench.judge import FEEDS
from bench.rejudge import NOON, TOPIC, entries, fill
from bench.report import machine, show

from topicwire.curate.define import definitions
from topicwire.curate.run import Bench, curate
from topicwire.ingest import politeness
from topicwire.ingest.run.polls import BATCH
from topicwire.ingest.run.settle import settle
from topicwire.model.catalogue import Catalogue, Definition, Source
from topicwire.model.wire import Feed, Poll, Response
from topicwire.store.store import Store
from topicwire.world.catalogue import load
from topicwire.world.workers import Workers

POLLS = 400
SOURCES = 20_000
SETTLED = 1_000
TOPICS, PLACED = 40, 60
ARCHIVE = Source(id="archive", url="https://archive.example/feed", title="Archive")


def main() -> None:
    due, listed = looked_at()
    rows = [
        ("a poll that brings nothing, without the web", unchanged()),
        ("an entry settled", settled()),
        (f"a placement, {TOPICS} topics at a time", placed()),
        ("the look at what is due, each that is", due),
        ("all sources read, each", listed),
    ]
    show("Milliseconds of processor time, one of each", ("what", "ms"), rows)
    machine("topicwire", "sqlalchemy")


@contextmanager
def store(sources: Sequence[Source], topics: Sequence[Definition] = ()) -> Iterator[Store]:
    """Open a new store that wants these."""
    with tempfile.TemporaryDirectory() as folder:
        opened = Store.open(f"sqlite:///{folder}/wire.sqlite", create=True)
        opened.mirror(sources, topics, now=NOON, host="wire.example")
        try:
            yield opened
        finally:
            opened.close()


def unchanged() -> float:
    """Return what it takes to find a source, say what to ask, and save that it answered 304."""
    sources = [Source(f"s{n}", f"https://h{n}.example/feed", "Press") for n in range(POLLS)]
    names = [each.id for each in sources]
    with store(sources) as opened:
        read(opened, names, status=200, feed=Feed("rss20", "Press", ()))
        return milliseconds(lambda: read(opened, names, status=304), POLLS)


def read(opened: Store, names: Sequence[str], *, status: int, feed: Feed | None = None) -> None:
    """Save a poll of each source, as many at a time as the daemon saves."""
    for start in range(0, len(names), BATCH):
        polls = []
        for each in opened.polled(names[start : start + BATCH]):
            politeness.request(each)
            url, body = each.url, b"<rss/>" if status == 200 else b""
            said = Response(each.source.id, url, status, (("etag", '"v1"'),), body)
            state = politeness.after(
                each, said, now=NOON, jitter=0.5, min_interval=3_600, feed=feed
            )
            polls.append(Poll(each.source.id, state, feed))
        opened.save_polls(polls, now=NOON)


def looked_at() -> tuple[float, float]:
    """Return what each source takes when it is among those that are due, and when all are read."""
    sources = [Source(f"s{n}", f"https://h{n % 9_000}.example/{n}", "") for n in range(SOURCES)]
    with store(sources) as opened:
        late = NOON + timedelta(days=1)
        due = milliseconds(lambda: opened.due(late, limit=50), SOURCES)
        return due, milliseconds(opened.sources, SOURCES)


def settled() -> float:
    """Return what it takes to settle an entry of 300 to 800 words."""
    with store([ARCHIVE]) as opened:
        arrive(opened, SETTLED)
        return milliseconds(lambda: list(settle(opened, clock=lambda: NOON)), SETTLED)


def placed() -> float:
    """Return what an entry takes for each of the topics that it is placed in."""
    catalogue = load(FEEDS)
    topic = next(each for each in catalogue.topics if each.id == TOPIC)
    topics = tuple(replace(topic, id=f"t{number}") for number in range(TOPICS))
    wanted = definitions(Catalogue(sources=(), topics=topics, concepts=catalogue.concepts))
    with store([ARCHIVE], wanted) as opened, Workers(1, seconds=60) as workers:
        fill(opened, entries(PLACED, random.Random(1), share=1))
        bench = Bench(by_meaning=False, workers=workers)
        taken = milliseconds(lambda: list(curate(opened, clock=lambda: NOON, bench=bench)), 1)
        return taken / sum(opened.placements_count(each.id) for each in topics)


def arrive(opened: Store, count: int) -> None:
    """Save entries that are still to be settled."""
    found = tuple(entries(count, random.Random(1), share=10))
    (each,) = opened.polled([ARCHIVE.id])
    feed = Feed("rss20", "Archive", found)
    opened.save_polls([Poll(ARCHIVE.id, each.state, feed)], now=NOON)


def milliseconds(work: Callable[[], object], count: int) -> float:
    """Return the processor time of each of so many things that are done."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000 / count


if __name__ == "__main__":
    main()
