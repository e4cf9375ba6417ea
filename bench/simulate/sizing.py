"""What a million sources, a hundred thousand topics and a hundred million reads a day come to.

Arithmetic alone: what a simulated day did, times what one of each takes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.simulate.costs import Cost
from bench.simulate.record import Record
from bench.simulate.web import DAY, Answer

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of it in a day, and assumed of entries and readers."""

    topics: int = 100_000
    reads: float = 100e6
    not_modified: float = 0.85  # of the reads, as of readers that poll every hour or so
    past_cache: float = 0.1  # of the reads that the cache in front does not answer
    subscriptions: int = 200_000  # with our hub
    topics_of_entry: float = 5.0  # that an entry is placed in


@dataclass(frozen=True, slots=True)
class Load:
    """So many of something a day, at what cost; `of` says where in the house it is borne."""

    of: str
    cost: Cost
    count: float

    @property
    def core_hours(self) -> float:
        """Hours of one core a day."""
        return self.count * self.cost.ms / HOUR_MS

    @property
    def cores(self) -> float:
        """Cores that are busy with it all day long."""
        return self.count * self.cost.ms / 1000 / DAY


@dataclass(frozen=True, slots=True)
class Day:
    """What a simulated day did."""

    polls: dict[Answer, float]
    entries: float
    jobs: float
    transactions: float

    @classmethod
    def of(cls, record: Record, days: float) -> "Day":
        """Return the mean of so many days that were recorded."""
        return cls(
            polls={answer: record.answers[answer] / days for answer in Answer},
            entries=record.entries / days,
            jobs=record.jobs / days,
            transactions=sum(record.transactions.values()) / days,
        )


def loads(day: Day, wanted: Wanted, costs: dict[str, Cost]) -> Iterator[Load]:
    """Yield what there is to bear, in the order of a column's road."""
    failed = sum(day.polls[each] for each in (Answer.FAILED, Answer.SILENT, Answer.TOO_MANY))
    placed = day.entries * wanted.topics_of_entry
    asked = wanted.reads * wanted.past_cache
    yield Load("workers", costs["unchanged"], day.polls[Answer.UNCHANGED])
    yield Load("workers", costs["changed"], day.polls[Answer.CHANGED])
    yield Load("workers", costs["failed"], failed)
    yield Load("workers", costs["handshake"], sum(day.polls.values()))
    yield Load("workers", costs["job"], day.jobs)
    yield Load("workers", costs["settle"], day.entries)
    yield Load("workers", costs["find"], day.entries)
    yield Load("workers", costs["judge"], day.entries)
    yield Load("workers", costs["place"], placed)
    editions = placed / wanted.topics  # of each topic: entries seldom come together
    yield Load("workers", costs["deliver"], editions * wanted.subscriptions)
    yield Load("servers", costs["compose"], min(placed, asked))
    yield Load("servers", costs["confirm"], asked * wanted.not_modified)
    yield Load("servers", costs["send"], asked * (1 - wanted.not_modified))
    yield Load("PostgreSQL", costs["transaction"], day.transactions)
    yield Load("PostgreSQL", costs["arrival"], day.polls[Answer.CHANGED])
