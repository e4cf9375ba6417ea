"""Figures: what the store can say of itself in numbers, for those who watch many systems."""

from dataclasses import dataclass
from datetime import datetime

from topicwire.model.report import Counts
from topicwire.model.watch import Kind


@dataclass(frozen=True, slots=True)
class TopicFigures:
    """A public topic: its edition, and when that came."""

    id: str
    edition: int
    changed: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """The store in numbers, all as of one moment.

    `incidents` counts those that last. `left` is how many judgements are to be made.
    `subscribers` counts whom our hub tells, or somebody else's hub. `beats` are when each role
    last showed that it works, and `next_due` is when the first source is, or was, to be polled.
    """

    counts: Counts
    incidents: tuple[tuple[Kind, int], ...]
    topics: tuple[TopicFigures, ...]
    left: int
    subscribers: int
    beats: tuple[tuple[str, datetime], ...]
    next_due: datetime | None
