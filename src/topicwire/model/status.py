"""Status: how everything is at one moment, as the page, the terminal and programs are told it."""

from dataclasses import dataclass
from datetime import datetime

from topicwire.model.judging import StandingTopic
from topicwire.model.report import Counts
from topicwire.model.watch import Hour, Incident
from topicwire.model.wire import Polled


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source, with its new entries by day, the latest last; `is_troubled` where it has an incident."""

    polled: Polled
    daily: tuple[int, ...]
    is_troubled: bool = False

    @property
    def is_well(self) -> bool:
        """Whether its last poll went well and nothing else is wrong."""
        return not self.is_troubled and not self.polled.state.failures


@dataclass(frozen=True, slots=True)
class TopicStatus:
    """A topic: how many entries stand in it, and by day how many came and how many just missed."""

    standing: StandingTopic
    total: int
    daily: tuple[int, ...]
    misses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """How long entries took, in seconds: the median and what 95 of 100 stay below; None of none."""

    median: float | None
    most: float | None
    entries: int


@dataclass(frozen=True, slots=True)
class Fleet:
    """Who works on one database: how many workers, and who leads them, None where nobody does.

    Of the errands handed out so many are `waiting`, `doing`, and set `aside`.
    """

    workers: int
    leader: str | None
    waiting: int
    doing: int
    aside: int


@dataclass(frozen=True, slots=True)
class Status:
    """How everything is at one moment.

    `beat` is when the daemon last showed that it works, None where none ever has. `late` says in
    words why its turns are not on time, None when they are. `incidents` are those that
    last, then the latest that are over. Sources in trouble come first. What is by day begins
    `DAYS` days before tomorrow, oldest first. `to_readers` is the way from a source's publication
    to ours, `within` the part of it that is ours: from the arrival of an entry on.
    """

    at: datetime
    beat: datetime | None
    late: str | None
    next_due: datetime | None
    unjudged: int
    counts: Counts
    incidents: tuple[Incident, ...]
    sources: tuple[SourceStatus, ...]
    topics: tuple[TopicStatus, ...]
    hours: tuple[Hour, ...]
    to_readers: Way
    within: Way
    to_readers_by_day: tuple[float | None, ...]
    fleet: Fleet | None = None

    @property
    def lasting(self) -> tuple[Incident, ...]:
        """What is wrong now."""
        return tuple(each for each in self.incidents if each.ended is None)

    @property
    def over(self) -> tuple[Incident, ...]:
        """What was wrong lately."""
        return tuple(each for each in self.incidents if each.ended is not None)

    @property
    def wrong(self) -> int:
        """How many things are wrong now."""
        return len(self.lasting) + (self.late is not None)
