"""Reports: what a change would do, and how much there is."""

from dataclasses import dataclass

from topicwire.model.wire import Health


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the catalogue and the database.

    `verb` is add, change, rename or remove.
    """

    verb: str
    kind: str  # "source" or "topic"
    id: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the store holds.

    `sources` counts by health the sources that the catalogue names, `paused` those of them that
    are paused. `entries` counts all that is kept, `topics` and `placements` what is published.
    `size` is what the database takes on disk, in bytes.
    """

    sources: tuple[tuple[Health, int], ...]
    paused: int
    entries: int
    topics: int
    placements: int
    size: int
