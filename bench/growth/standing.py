"""What stands in the topics of an archive, on which page, and what they hold of its entries."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from bench.growth import texts
from bench.growth.texts import LIMIT, NOW, RATE, TOPICS, Written
from sqlalchemy import Table

from topicwire.curate.define import definitions
from topicwire.model.catalogue import Catalogue
from topicwire.model.judging import Reason, Zone
from topicwire.store.tables import departures, placements, verdicts

CURRENT = LIMIT * 4 // 5  # entries in a current document
PAGE = LIMIT // 2  # and on a page of the archive
ROAD = timedelta(seconds=30)  # from an entry's arrival to its place
GONE = 50  # every so many-th entry has left its topics
Row = dict[str, Any]


class Standing:
    """Gathers, entry by entry, what stands in the topics of an archive of `count` entries."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._members: tuple[list[int], ...] = tuple([] for _ in range(TOPICS))
        self._missed: tuple[list[int], ...] = tuple([] for _ in range(TOPICS))
        wanted = definitions(Catalogue(sources=(), topics=texts.topics(), concepts=()))
        self._versions = {each.topic.id: each.version for each in wanted}

    def note(self, each: Written) -> None:
        """Take note of an entry."""
        for topic in each.topics:
            self._members[topic].append(self._count - each.back)
        missed = each.back * 7 % TOPICS
        if each.back % 2 == 0 and missed not in each.topics:
            self._missed[missed].append(self._count - each.back)

    def rows(self) -> Iterator[tuple[Table, Iterator[Row]]]:
        """Yield the tables with their rows, in order of their keys."""
        yield verdicts, self._verdicts()
        yield placements, self._placements()
        yield departures, self._departures()

    def states(self) -> Iterator[Row]:
        """Yield what is remembered of each topic: all is judged."""
        for topic, members in enumerate(self._members):
            yield {
                "where_id": texts.topic_id(topic),
                "judged_seq": self._count,
                "catch_up": 0,
                "edition": len(members) + 1,
                "edition_time": NOW - timedelta(minutes=1),
                "pages": self._pages(topic),
            }

    def _verdicts(self) -> Iterator[Row]:
        for topic, (members, missed) in enumerate(zip(self._members, self._missed, strict=True)):
            reasons = _reasons(topic)
            in_it = set(members)
            for number in sorted((*members, *missed)):
                is_in = number in in_it and not self._is_gone(number)
                yield {
                    "topic_id": texts.topic_id(topic),
                    "entry_id": number,
                    "version": self._versions[texts.topic_id(topic)],
                    "revision": 0,
                    "accepted": is_in,
                    "score": 0.6 + number % 40 / 100 if is_in else 0.3,
                    "reasons": reasons,
                }

    def _placements(self) -> Iterator[Row]:
        for topic in range(TOPICS):
            pages = self._page_of(topic)
            for number in self._members[topic]:
                if not self._is_gone(number):
                    teller = self._teller(number)
                    yield {
                        "topic_id": texts.topic_id(topic),
                        "entry_id": number,
                        "placed": self._came(number) + ROAD,
                        "published": self._came(number) - timedelta(minutes=20),
                        "story": number if teller is None else teller,
                        "is_behind": teller is not None,
                        "page": pages.get(number),
                    }

    def _departures(self) -> Iterator[Row]:
        for topic in range(TOPICS):
            for number, page in self._page_of(topic).items():
                if self._is_gone(number):
                    yield {
                        "topic_id": texts.topic_id(topic),
                        "entry_id": number,
                        "departed": self._came(number) + timedelta(days=1),
                        "placed": self._came(number) + ROAD,
                        "page": page,
                    }

    def _page_of(self, topic: int) -> dict[int, int]:
        """Return the page by entry, of those that carry their stories; the oldest page is the first.

        The current document and all pages but the first are full, whatever the archive's size.
        """
        carrying = [each for each in self._members[topic] if self._teller(each) is None]
        pages = self._pages(topic)
        return {
            number: max(0, pages - (back - CURRENT) // PAGE) if back >= CURRENT else 0
            for back, number in enumerate(reversed(carrying))
        }

    def _pages(self, topic: int) -> int:
        carrying = sum(self._teller(each) is None for each in self._members[topic])
        return -(-max(0, carrying - CURRENT) // PAGE)

    def _teller(self, number: int) -> int | None:
        """Return the entry that first told what this one tells again, None when it is the first."""
        again = texts.told_again(self._count - number)
        return None if again is None or again >= self._count else self._count - again

    def _is_gone(self, number: int) -> bool:
        return (self._count - number) % GONE == 1

    def _came(self, number: int) -> datetime:
        return NOW - (self._count - number) * RATE


def _reasons(topic: int) -> list[Row]:
    found = texts.subject(topic)
    return [
        asdict(Reason(clause=clause, matched=clause, zone=zone, count=1))
        for clause, zone in ((found.one[0], Zone.TITLE), (found.other[1], Zone.LEAD))
    ]
