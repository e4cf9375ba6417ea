"""Watching: what is otherwise than it should be, since when, why, and what to do about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class About(StrEnum):
    """What an incident is about."""

    SOURCE = "source"
    TOPIC = "topic"
    SITE = "site"  # all of it


class Kind(StrEnum):
    """What an incident is."""

    FAILING = "failing"  # has given nothing for a day
    DEAD = "dead"
    GONE = "gone"
    MERGED = "merged"  # its address is that of another source
    MOVED = "moved"  # and the catalogue still names the old address
    SILENT = "silent"  # answers, but has had nothing new for longer than it ever does
    RESHAPED = "reshaped"  # its feed is of another kind than it was
    MORE = "more"  # than its own baseline
    LESS = "less"
    OUTAGE = "outage"  # most sources cannot be reached at once
    SET_ASIDE = "set_aside"  # what workers failed to do again and again


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that went wrong: told once when it begins, and once when it has ended.

    `name` is the id of the source or topic. `what` says what was seen, `cause` what it probably
    comes from, `mend` what to do; each is a sentence, or empty. `ended` is None while it lasts.
    `number` is 0 and `told` None until it is stored, which is when it is told: some begin long
    before anybody can know.
    """

    about: About
    name: str
    kind: Kind
    began: datetime
    what: str
    cause: str = ""
    mend: str = ""
    ended: datetime | None = None
    number: int = 0
    told: datetime | None = None

    @property
    def key(self) -> tuple[About, str, Kind]:
        """What it is: of each there is one at a time that has not ended."""
        return self.about, self.name, self.kind


class Counted(StrEnum):
    """What is counted by day."""

    ENTRIES = "entries"  # of a source, that were new when they came
    PLACEMENTS = "placements"  # in a topic, of entries that were new
    MISSES = "misses"  # of a topic, that were nearly accepted
    CHANGES = "changes"  # of a topic's rule


@dataclass(frozen=True, slots=True)
class Share:
    """What one source gave to a topic: entries `lately` (a week), and in the four weeks `before`."""

    source_id: str
    lately: int
    before: int


@dataclass(frozen=True, slots=True)
class Work:
    """What a daemon has done since it last said so.

    `ms` is the time its turns took together, `longest` that of the longest. `memory` is what the
    process takes, in bytes.
    """

    turns: int = 0
    polls: int = 0
    failed: int = 0
    entries: int = 0
    ms: int = 0
    longest: int = 0
    memory: int = 0


@dataclass(frozen=True, slots=True)
class Hour:
    """What the daemon did in an hour; `size` is what the database took at its end, in bytes."""

    began: datetime
    work: Work
    size: int


@dataclass(frozen=True, slots=True)
class Lag:
    """An entry on its way: when its source published it, when it came, when a topic showed it.

    `appeared` is None where the source gives no time, or one that was long before it came.
    """

    appeared: datetime | None
    came: datetime
    placed: datetime
