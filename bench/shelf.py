"""What serving many topics takes: memory, and the look at what is new every second.

`python -m bench.shelf [TOPICS]`. The topics are mirrored into a database; the Atom document of
each, 30 KB of words drawn from the starter catalogue's sample columns, is asked for once.
"""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from bench.judge import samples
from bench.report import machine, show

from topicwire.model.catalogue import Definition, Topic
from topicwire.model.document import Document, Format
from topicwire.publish.compose import Site
from topicwire.publish.run.documents import Publisher
from topicwire.serve.routes import route
from topicwire.serve.shelf import Shelf
from topicwire.store.store import Store

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SIZE = 30_000
LOOKS = 50


class Words(Publisher):
    """Publishes the topics of a store, each with words of its own for a document."""

    def __init__(self, store: Store, site: Site) -> None:
        super().__init__(store, site)
        self._words = [word for column in samples() for word in column.text.split()]

    def topic(
        self, topic_id: str, form: Format, *, page: int = 0, reader: str | None = None
    ) -> Document:
        """Return a document of SIZE bytes, the same each time."""
        del form, page, reader
        drawn = random.Random(topic_id).choices(self._words, k=SIZE // 5)
        body = " ".join(drawn).encode()[:SIZE]
        etag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
        return Document(body, "application/atom+xml; charset=utf-8", etag, NOON)


async def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{Path(folder) / 's.sqlite'}", create=True)
        topics = [a_topic(number) for number in range(count)]
        store.mirror((), topics, now=NOON, host="wire.example")
        shelf = Shelf(
            Words(store, Site("https://wire.example", "0")), base_url="https://wire.example"
        )
        rows = [("before the first look", resident())]
        await shelf.refresh()
        rows.append((f"{count:,} topics known", resident()))
        for each in topics:
            found = route(f"/topics/{each.topic.id}.atom")
            assert found is not None
            await shelf.get(found)
        rows.append(("each asked for once", resident()))
        at_hand = sum(shelf.at_hand(f"/topics/{each.topic.id}.atom") is not None for each in topics)
        show(f"Resident memory; {at_hand:,} documents are kept", ("", "MB"), rows)
        await look(shelf, store, topics)
        store.close()
    machine("topicwire", "sqlalchemy")


async def look(shelf: Shelf, store: Store, topics: list[Definition]) -> None:
    """Show what a look takes when nothing was written, and when another topic changed."""

    async def change() -> None:
        number = next(changes)
        store.mirror((), [a_topic(0, title=f"Title {number}"), *topics[1:]], now=NOON, host="w")

    async def nothing() -> None:
        return None

    changes = iter(range(LOOKS))
    still = await timed(shelf.refresh, nothing, LOOKS)
    moved = await timed(shelf.refresh, change, 5)
    rows = [
        ("nothing was written", statistics.median(still), max(still)),
        ("a topic changed", statistics.median(moved), max(moved)),
    ]
    show(f"The look of every second at {len(topics):,} topics", ("", "ms", "most"), rows)


async def timed(
    work: Callable[[], Awaitable[None]], before: Callable[[], Awaitable[None]], times: int
) -> list[float]:
    """Return the milliseconds that each time takes, without what is done before."""
    taken = []
    for _ in range(times):
        await before()
        began = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def a_topic(number: int, *, title: str = "Topic") -> Definition:
    """Return a topic of an ordinary size."""
    query = " OR ".join(f"word{number}x{each}" for each in range(40))
    topic = Topic(id=f"topic-{number}", title=title, description="To measure.", query=query)
    return Definition(topic=topic, concepts=(), version=f"{number} {title}")


def resident() -> float:
    """Return the memory of this process, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    found = next(line for line in lines if line.startswith("VmRSS"))
    return int(found.split()[1]) / 1024


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if sys.argv[1:] else 10_000))
