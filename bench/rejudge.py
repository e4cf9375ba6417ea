"""Entries a second when one topic changes and the archive is judged anew, store to store.

`python -m bench.rejudge [ENTRIES] [near] [meaning]`. The archive is made of the sentences of the starter
catalogue's sample columns, 300 to 800 words an entry, of which every tenth is on space; the topic
is the shipped space-cooperation with its concepts. With `near`, every entry is on space; with
`meaning`, the topic is judged by likeness too.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bench.judge import FEEDS, samples
from bench.report import goal, machine, show

from topicwire.curate.define import definitions
from topicwire.curate.run import Bench, curate
from topicwire.model.article import Settled
from topicwire.model.catalogue import Catalogue, Source
from topicwire.model.wire import Entry, Feed, Health, Poll, PollState
from topicwire.store.store import Store
from topicwire.world.catalogue import load
from topicwire.world.workers import Workers

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOPIC = "space-cooperation"
FEWEST = 2_000  # entries a second
SAVED = 1_000  # entries in a poll
EVERY = 5.0  # seconds between two lines of progress
ELSEWHERE = [
    "council",
    "road",
    "budget",
    "school",
    "bridge",
    "harbour",
    "market",
    "tenant",
    "rent",
    "wage",
    "union",
    "court",
    "judge",
    "appeal",
    "garden",
    "river",
    "flood",
    "farm",
    "wheat",
    "price",
    "bank",
    "loan",
    "debt",
    "tax",
    "vote",
    "poll",
    "party",
    "minister",
    "reform",
    "clinic",
    "nurse",
    "doctor",
    "patient",
    "vaccine",
    "teacher",
    "pupil",
    "exam",
    "library",
    "museum",
    "theatre",
    "novel",
    "song",
    "match",
    "goal",
    "league",
    "coach",
    "derby",
    "rail",
    "ferry",
    "bus",
    "fare",
    "tunnel",
    "planner",
    "builder",
    "brick",
    "timber",
    "heating",
    "gas",
    "water",
]


def main(count: int, *, share: int, by_meaning: bool) -> None:
    choose = random.Random(1)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        workers = stack.enter_context(Workers(1, seconds=60))
        store = Store.open(f"sqlite:///{folder}/wire.sqlite", create=True)
        catalogue = load(FEEDS)
        (topic,) = (each for each in catalogue.topics if each.id == TOPIC)
        began = time.perf_counter()
        source = Source(id="archive", url="https://archive.example/feed", title="Archive")
        wanted = Catalogue(sources=(), topics=(topic,), concepts=catalogue.concepts)
        store.mirror((source,), definitions(wanted), now=NOON, host="wire.example")
        fill(store, entries(count, choose, share=share))
        print(f"{count:,} entries made in {time.perf_counter() - began:.0f} s", flush=True)
        bench = Bench(by_meaning=by_meaning, workers=workers)
        judged(store, count, bench)
        changed = replace(topic, query=f'({topic.query}) NOT "a phrase that nobody says"')
        wanted = replace(wanted, topics=(changed,))
        store.mirror((source,), definitions(wanted), now=NOON, host="wire.example")
        wall, entered = judged(store, count, bench)
        placed = store.placements_count(TOPIC)
        store.close()
    show(
        f"{count:,} entries judged anew for {TOPIC}, which {placed:,} are in ({entered} entered)",
        ("", "entries/s", "ms an entry"),
        [
            ("by the clock", count / wall, wall / count * 1000),
        ],
    )
    goal(f"{FEWEST:,} entries a second", is_met=count / wall >= FEWEST)
    machine("pystemmer", "sqlalchemy")


def judged(store: Store, count: int, bench: Bench) -> tuple[float, int]:
    """Judge all that is unjudged, with progress; return the seconds and how many entered."""
    began, told, done, entered = time.perf_counter(), 0.0, 0, 0
    for placed in curate(store, clock=lambda: NOON, bench=bench):
        done += placed.judged
        entered += placed.entered
        now = time.perf_counter() - began
        if now - told >= EVERY or done == count:
            told = now
            print(f"  {done:>9,} of {count:,} judged, {done / now:,.0f} a second", flush=True)
    return time.perf_counter() - began, entered


def fill(store: Store, made: Iterator[Entry]) -> None:
    """Save the entries, each with a story of its own."""
    while batch := [entry for _, entry in zip(range(SAVED), made, strict=False)]:
        feed = Feed(format="atom10", title="Archive", entries=tuple(batch))
        state = PollState(next_poll=NOON, health=Health.OK)
        store.save_polls([Poll("archive", state, feed)], now=NOON)
        late = NOON + timedelta(hours=1)
        while found := store.unsettled(late, limit=SAVED):
            store.settle([Settled(each.id, story=each.id) for each in found], [])


def entries(count: int, choose: random.Random, *, share: int) -> Iterator[Entry]:
    """Yield entries, one in `share` of them of the sentences of columns on space."""
    columns = [column.text.replace("\n", " ").split(". ") for column in samples()]
    spoken = [sentence.strip(". ") for column in columns for sentence in column]
    for number in range(count):
        length = choose.randrange(300, 800)
        words = 0
        said: list[str] = []
        while words < length:
            sentence = choose.choice(spoken) if number % share == 0 else other(choose)
            words += sentence.count(" ") + 1
            said.append(sentence)
        text = ". ".join(said) + "."
        yield Entry(
            uid=f"https://archive.example/{number}",
            title=said[0][:80],
            url=f"https://archive.example/{number}",
            text=text,
            content_html=f"<p>{text}</p>",
            lang="en",
            published=NOON - timedelta(minutes=number),
            fingerprint=str(number),
        )


def other(choose: random.Random) -> str:
    """Return a sentence on something else, with a word or two that columns on space have."""
    words = choose.choices(ELSEWHERE, k=choose.randrange(8, 24))
    words[::3] = choose.choices(
        ("the", "of", "and", "to", "in", "for", "with", "that"), k=len(words[::3])
    )
    if choose.random() < 0.1:
        words.append(
            choose.choice(("agreement", "American", "space", "station", "joint", "Russia"))
        )
    return " ".join(words).capitalize()


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    main(
        numbers[0] if numbers else 100_000,
        share=1 if "near" in sys.argv else 10,
        by_meaning="meaning" in sys.argv,
    )
