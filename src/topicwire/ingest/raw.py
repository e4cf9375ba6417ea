"""What a feed document says, whatever its format, before anything is judged or cleaned.

URLs are as given (relative to the `xml:base` around them at most), markup is hostile.
"""

from dataclasses import dataclass
from datetime import datetime

from topicwire.model.wire import Enclosure, Retraction

PARSER = 4  # raise it when the same bytes would be read differently: every source is read anew


@dataclass(frozen=True, slots=True)
class Markup:
    """A piece of text and how to read it; `base` is the `xml:base` around it."""

    value: str
    is_html: bool
    base: str | None = None


@dataclass(frozen=True, slots=True)
class RawOrigin:
    """The feed an entry was taken from, as given."""

    title: Markup | None = None
    url: str | None = None
    site: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry of a feed document, as given."""

    id: str | None = None
    link: str | None = None
    title: Markup | None = None
    summary: Markup | None = None
    content: Markup | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    lang: str | None = None
    tags: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    origin: RawOrigin | None = None
    rights: Markup | None = None


@dataclass(frozen=True, slots=True)
class RawFeed:
    """A feed document, as given; `entries` in its order, `ttl` in seconds.

    `hub`, `self_url` and `older` are addresses as in model.Feed, as given; so are `skip_hours`,
    `skip_days`, `is_complete` and `retractions`.
    """

    format: str
    title: Markup | None = None
    site: str | None = None
    id: str | None = None
    lang: str | None = None
    rights: Markup | None = None
    authors: tuple[str, ...] = ()
    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    hub: str | None = None
    self_url: str | None = None
    older: str | None = None
    is_complete: bool = False
    retractions: tuple[Retraction, ...] = ()
    entries: tuple[RawEntry, ...] = ()
    warnings: tuple[str, ...] = ()
