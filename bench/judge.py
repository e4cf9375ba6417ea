"""Entries judged a second by all starter topics, on one core.

`python -m bench.judge [ENTRIES]`. The entries are made of the starter catalogue's sample columns,
joined until each has a thousand words.
"""

import random
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.report import machine, show

from topicwire.curate.judge import judge
from topicwire.curate.text import read as read_entry
from topicwire.ingest.read import ReadJob, read
from topicwire.model.judging import StoredEntry
from topicwire.model.wire import Entry
from topicwire.world.catalogue import load

FEEDS = Path(__file__).parents[1] / "feeds"
WORDS = 1000
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def main(count: int) -> None:
    catalogue = load(FEEDS)
    began = time.perf_counter()
    judges = [judge(topic, catalogue.concepts) for topic in catalogue.topics]
    compiled = time.perf_counter()
    entries = list(made_of(tuple(samples()), count))
    started = time.perf_counter()
    readings = [read_entry(stored, None) for stored in entries]
    were_read = time.perf_counter()
    verdicts = [each.verdict(reading) for reading in readings for each in judges]
    ended = time.perf_counter()
    accepted = sum(verdict.accepted for verdict in verdicts)
    rows = [
        ("reading", count / (were_read - started), (were_read - started) / count * 1000),
        ("judging", count / (ended - were_read), (ended - were_read) / count * 1000),
        ("both", count / (ended - started), (ended - started) / count * 1000),
    ]
    title = (
        f"Entries of {WORDS} words, {len(judges)} topics, one core; {accepted} accepted verdicts"
    )
    show(
        f"{title}; topics compiled in {(compiled - began) * 1000:.0f} ms",
        ("step", "entries/s", "ms"),
        rows,
    )
    machine("topicwire", "pystemmer", "lark")


def samples() -> Iterator[Entry]:
    """Return the sample columns that are in English."""
    for path in sorted((FEEDS / "samples").iterdir()):
        if path.suffix != ".jsonl":
            job = ReadJob(
                body=path.read_bytes(), content_type=None, url=path.name, site=None, now=NOON
            )
            yield from (entry for entry in read(job).entries if entry.lang in {None, "en"})


def made_of(columns: tuple[Entry, ...], count: int) -> Iterator[StoredEntry]:
    """Return entries of a thousand words, the same each time."""
    choose = random.Random(1)
    for number in range(count):
        order = choose.sample(columns, len(columns))
        words = "\n\n".join(column.text for column in order).split(" ")[:WORDS]
        entry = replace(order[0], text=" ".join(words), lang="en")
        yield StoredEntry(number, "samples", entry, number, 0, NOON, NOON)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 300)
