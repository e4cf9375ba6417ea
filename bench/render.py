"""Milliseconds from an edition to its documents, ready to be sent in every coding.

`python -m bench.render [ROUNDS]`. The edition has 100 entries of 5 KB, whose words are drawn from
the starter catalogue's sample columns. It is rendered again and again, so that all of its entries
are those that were kept; `python -m bench.arrival` has what a new one takes.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from bench.judge import samples
from bench.report import goal, machine, show

from topicwire.model.catalogue import Source, Topic
from topicwire.model.judging import Edition, Placement, StandingTopic, StoredEntry
from topicwire.model.wire import Entry, Polled, PollState
from topicwire.publish import atom, html, jsonfeed, rss
from topicwire.publish.compose import FeedPage, Site, compose
from topicwire.publish.pack import QUICK

ENTRIES = 100
SIZE = 5_000
MOST = 15.0  # milliseconds
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SITE = Site("https://wire.example", "0.1.0", hub="https://wire.example/websub/hub")
RENDERERS: dict[str, Callable[[FeedPage], bytes]] = {
    "atom": atom.render,
    "rss": rss.render,
    "json": jsonfeed.render,
    "html": html.render_topic,
}


def main(rounds: int) -> None:
    edition = an_edition()
    page = compose(edition, SITE)
    composed = timed(lambda: compose(edition, SITE), rounds)
    rows = [measured(name, page, rounds) for name in RENDERERS]
    whole = [each / len(RENDERERS) for each in timed(lambda: all_formats(edition), rounds)]
    rows += [
        ("compose, once an edition", "", "", "", statistics.median(composed), slowest(composed)),
        ("a format, of all four", "", "", "", statistics.median(whole), slowest(whole)),
    ]
    head = ("format", "KB", "render", "all codings", "together", "p99")
    show(f"Milliseconds for {ENTRIES} entries of {SIZE / 1000:.0f} KB", head, rows)
    slow = [row for row in rows[: len(RENDERERS)] if isinstance(row[4], float) and row[4] > MOST]
    goal(f"each format with all codings within {MOST} ms, in the median", is_met=not slow)
    body = atom.render(page)
    title = f"Each coding alone, of {len(body) / 1000:.0f} KB of Atom"
    show(title, ("coding", "KB", "ms"), [packed(coding, body, rounds) for coding in QUICK])
    machine("topicwire", "feedgen", "lxml", "isal", "brotli")


def measured(name: str, page: FeedPage, rounds: int) -> tuple[object, ...]:
    """Return the size of a format's document, what its steps take, and both together."""
    render = RENDERERS[name]
    body = render(page)
    together = timed(lambda: all_codings(render(page)), rounds)
    steps = (
        timed(lambda: render(page), rounds),
        timed(lambda: all_codings(body), rounds),
        together,
    )
    return (name, len(body) / 1000, *map(statistics.median, steps), slowest(together))


def all_formats(edition: Edition) -> None:
    """Make all documents of an edition, as a server does that is asked for each."""
    page = compose(edition, SITE)
    for render in RENDERERS.values():
        all_codings(render(page))


def all_codings(body: bytes) -> list[bytes]:
    """Return a body in every coding."""
    return [pack(body) for pack in QUICK.values()]


def packed(coding: str, body: bytes, rounds: int) -> tuple[object, ...]:
    """Return the size of a body in one coding, and what that takes."""
    pack = QUICK[coding]
    taken = timed(lambda: pack(body), rounds)
    return (coding, len(pack(body)) / 1000, statistics.median(taken))


def timed(work: Callable[[], object], rounds: int) -> list[float]:
    """Return the milliseconds of each round, in order of length."""
    work()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)


def slowest(taken: list[float]) -> float:
    """Return how long the slowest 1 % took at least."""
    return taken[len(taken) * 99 // 100]


def an_edition() -> Edition:
    """Return the edition, the same each time."""
    placements = tuple(Placement(each, polled(), NOON, 0.9, ()) for each in stored())
    topic = Topic(id="bench", title="Bench", description="A topic to measure.", query="a")
    feed_id = "tag:wire.example,2026-11-20:topic/5f2b8f0e-0d2f-4c61-9f0e-6d1b0c5a7e11"
    return Edition(StandingTopic(topic, (), "v1", feed_id, 1, NOON), placements)


def polled() -> Polled:
    """Return the source of all entries."""
    source = Source(id="press", url="https://press.example/feed", title="The Press")
    return Polled(source, PollState(next_poll=NOON), "tag:wire.example,2026-11-20:source/press")


def stored() -> Iterator[StoredEntry]:
    """Return the entries, the latest first."""
    words = [word for column in samples() for word in column.text.split()]
    choose = random.Random(1)
    for number in range(ENTRIES):
        content = ""
        while len(content) < SIZE:
            content += f"<p>{' '.join(choose.choices(words, k=60))}.</p>\n"
        address = f"https://press.example/columns/{number}"
        published = NOON - timedelta(hours=number)
        entry = Entry(
            uid=address,
            url=address,
            title=" ".join(choose.choices(words, k=8)),
            authors=("Ada Writer",),
            content_html=content,
            text=" ".join(choose.choices(words, k=800)),
            lang="en",
            published=published,
            fingerprint=str(number),
        )
        yield StoredEntry(number, "press", entry, number, 0, published, published)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100)
