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


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What a build changed in the folder of the static site, in files."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    kept: int


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the database that was made: where, how large in bytes, and what it holds.

    `removed` are the older copies that it replaces.
    """

    path: str
    size: int
    schema: str
    entries: int
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was put in the place of the database.

    `schema` is the one that it was at before it was migrated, `aside` where the database went
    that was there before, None where none was.
    """

    schema: str
    entries: int
    aside: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the database that cannot be so: what, in which rows, and what to do.

    `rows` names the first of them, `count` says how many there are.
    """

    check: str
    what: str
    count: int
    rows: tuple[str, ...]
    remedy: str


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was removed of one source (entries) or of one topic (verdicts on what it refused)."""

    kind: str  # "source" or "topic"
    id: str
    count: int
