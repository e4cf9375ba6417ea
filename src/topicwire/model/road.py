"""The road of a column: by what it is known on its way, and the steps that it takes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """By what an entry is known on its way: its number, its revision, and when that came."""

    entry_id: int
    revision: int
    came: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done with entries, from when to when."""

    name: str
    began: datetime
    ended: datetime

    @property
    def seconds(self) -> float:
        """How long it took; nothing where the clock was turned back meanwhile."""
        return max(0.0, (self.ended - self.began).total_seconds())
