"""What an archive holds of its entries beside them: counts by day, sketches, memories, states."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from bench.growth import texts
from bench.growth.texts import NOW, RATE, Written
from sqlalchemy import Table

from topicwire.ingest import stories
from topicwire.ingest.boilerplate import REMEMBERED, blocks
from topicwire.ingest.raw import PARSER
from topicwire.model.watch import Counted
from topicwire.model.wire import Health, Shape
from topicwire.store import settling
from topicwire.store.columns import EPOCH
from topicwire.store.tables import articles, hours, memories, sketches, tallies
from topicwire.store.tallies import KEPT, day_number

SHAPE = asdict(Shape(format="rss20", entries=20, length=1_500, dated=1.0, signed=1.0, lang="en"))
SHOWN = 20  # entries of a source's document
FETCHED = 10  # every so many-th entry's page was asked for, in vain
Row = dict[str, Any]


class Marks:
    """Gathers, entry by entry, what is kept beside an archive of `count` entries."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._stored: Counter[int] = Counter()  # by source
        self._daily: Counter[tuple[Counted, str, int]] = Counter()
        self._shown: dict[int, deque[int]] = defaultdict(lambda: deque(maxlen=SHOWN))
        self._lately: dict[int, deque[Written]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
        self._fetched: list[tuple[int, int]] = []
        self._sketched: list[tuple[int, tuple[int, ...]]] = []

    def note(self, each: Written) -> None:
        """Take note of an entry."""
        self._stored[each.source] += 1
        self._shown[each.source].append(self._count - each.back)
        if each.back % FETCHED == 0:
            self._fetched.append((self._count - each.back, each.source))
        day = day_number(each.came.date())
        if each.came > NOW - KEPT:
            self._daily[Counted.ENTRIES, texts.source_id(each.source), day] += 1
            for topic in each.topics:
                self._daily[Counted.PLACEMENTS, texts.topic_id(topic), day] += 1
        if each.came > NOW - settling.REMEMBERED:
            self._lately[each.source].append(each)
            entry = each.entry
            sketch = stories.sketch(entry.title, entry.text, uid=entry.uid)
            self._sketched.append((self._count - each.back, sketch))

    def rows(self) -> Iterator[tuple[Table, Iterator[Row]]]:
        """Yield the tables with their rows."""
        yield tallies, self._tallies()
        yield sketches, self._sketches()
        yield memories, self._memories()
        yield articles, self._articles()
        yield hours, self._hours()

    def states(self, sources: int) -> Iterator[Row]:
        """Yield what is remembered of each source, all of them well."""
        for number in range(sources):
            shown = self._shown.get(number, ())
            name = texts.source_id(number)
            yield {
                "where_id": name,
                "entries": self._stored[number],
                "shown": list(shown),
                "feed_title": f"Paper {number}",
                "feed_format": "rss20",
                "next_poll": NOW + timedelta(hours=12),
                "health": Health.OK.value,
                "etag": f'"{number}"',
                "validated_url": f"https://{name}.example/feed",
                "body_hash": f"{number:064x}",
                "parser": PARSER,
                "last_poll": NOW - timedelta(hours=2),
                "last_success": NOW - timedelta(hours=2),
                "last_change": NOW - (self._count - shown[-1]) * RATE if shown else None,
                "http_status": 200,
                "gap": 86_400.0,
                "shape": SHAPE,
                "usual_shape": SHAPE,
            }

    def _tallies(self) -> Iterator[Row]:
        for (counted, name, day), amount in self._daily.items():
            yield {"counted": counted.value, "name": name, "day": day, "amount": amount}

    def _sketches(self) -> Iterator[Row]:
        for number, hashes in self._sketched:
            for each in sorted(set(hashes)):
                yield {"hash": each, "entry_id": number}

    def _memories(self) -> Iterator[Row]:
        """Yield the memories of the sources that have given something lately."""
        for number, latest in sorted(self._lately.items()):
            recent = [self._recent(each) for each in latest]
            yield {"source_id": texts.source_id(number), "furniture": [], "recent": recent}

    def _recent(self, each: Written) -> list[Any]:
        found = [[block.digest, block.start, block.end] for block in blocks(each.entry.text)]
        return [self._count - each.back, each.entry.likeness, found]

    def _articles(self) -> Iterator[Row]:
        for number, source in self._fetched:
            yield {
                "entry_id": number,
                "source_id": texts.source_id(source),
                "due": None,
                "tries": 3,
            }

    def _hours(self) -> Iterator[Row]:
        age = min(KEPT, self._count * texts.RATE)
        last = (NOW - EPOCH) // timedelta(hours=1)
        for hour in range(last - age // timedelta(hours=1), last):
            yield {
                "hour": hour,
                "turns": 60,
                "polls": 5_000,
                "failed": 0,
                "entries": 30,
                "ms": 90_000,
                "longest": 2_000,
                "memory": 200_000_000,
                "size": 40_000_000,
            }
