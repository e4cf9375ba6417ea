"""The wire: what sources say, and what is remembered between two polls."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from topicwire.model.catalogue import Source
from topicwire.model.road import Mark, Step


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that comes with an entry; `length` in bytes and `duration` in seconds, 0 when unknown."""

    url: str
    type: str
    length: int = 0
    duration: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """The feed an entry says it was taken from (atom:source, RSS `source`)."""

    title: str
    url: str | None = None  # of the feed
    site: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One column, as its source's feed gives it, sanitised.

    `uid` is the raw id within the source: trimmed, otherwise verbatim. `text` is what a reader
    reads of the fullest of content and summary: paragraphs separated by a blank line, no markup,
    no title. `lang` is the language it is written in, as far as it is known with the confidence
    `lang_confidence` in 0..1. `published` and `updated` are None when the feed gave no plausible
    time. `fingerprint` changes when a reader would see something else; `likeness` is the digest
    of title and text alone, and None when they are too short to tell one column from another.
    `url_key` is what is left of `url` when all that names the same page is made one.
    """

    uid: str
    title: str
    url: str | None = None
    authors: tuple[str, ...] = ()
    summary_html: str = ""
    content_html: str = ""
    text: str = ""
    lang: str | None = None
    lang_confidence: float | None = None
    published: datetime | None = None
    updated: datetime | None = None
    tags: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    origin: Origin | None = None
    rights: str = ""
    fingerprint: str = ""
    likeness: str | None = None
    url_key: str | None = None


@dataclass(frozen=True, slots=True)
class Retraction:
    """An entry that its feed says is deleted (RFC 6721), by its id, and when that was."""

    uid: str
    when: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What a feed document is like, as far as it should stay alike.

    `length` is the median length of its texts, in characters; `dated` and `signed` are the
    shares, in 0..1, of its entries that carry a date and an author.
    """

    format: str
    entries: int
    length: int
    dated: float
    signed: float
    lang: str | None = None


class Item(NamedTuple):
    """An entry of a document in outline: what is remembered of it beside what is stored.

    `digest` is that of its text in the document, None when it has to be read again. `length` is
    that of what a reader reads, in characters. `is_wanted` says that its article's page is wanted
    while it is recent. `number` is that of the stored entry, None before there is one. It is a
    tuple because many go to a worker and back with each document.
    """

    digest: str | None
    uid: str
    published: datetime | None
    length: int
    is_signed: bool
    is_wanted: bool
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """What is remembered of a document, so that of the next one only what is new has to be read.

    `frame` is the digest of all that the reading of an item depends on beside the item itself.
    `items` are all of the document's, in its order.
    """

    frame: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """A parsed feed document.

    `entries` are those that were read, in the document's order: all of them, unless the others
    are known to be as they were (`unread`). `outline` is of the whole document, None when the next
    one has to be read whole. `gap` is the median time between its latest entries
    in seconds, None when they carry too few dates. `ttl` is the shortest time between polls that
    the document itself asks for, in seconds; `skip_hours` (0 to 23) and `skip_days` (0 is Monday)
    are when it asks not to be polled, in UTC. `hub` and `self_url` are where it can be pushed
    from (WebSub). `older` is the next older document of its archive (RFC 5005). `is_complete`
    says that what it does not name is gone (fh:complete); `retractions` name what is gone.
    `wanted` are the ids of the entries whose article's page is to be fetched. `warnings` say
    what was wrong but survivable.
    """

    format: str  # "rss20", "atom10", "json11", … (feedparser's names)
    title: str
    entries: tuple[Entry, ...]
    site: str | None = None
    id: str | None = None
    lang: str | None = None
    rights: str = ""
    gap: float | None = None
    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    hub: str | None = None
    self_url: str | None = None
    older: str | None = None
    is_complete: bool = False
    retractions: tuple[Retraction, ...] = ()
    wanted: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()
    shape: Shape | None = None
    outline: Outline | None = None

    @property
    def uids(self) -> frozenset[str]:
        """The ids of all entries in the document."""
        read = (entry.uid for entry in self.entries)
        return frozenset(chain(read, (item.uid for item in self.unread)))

    @property
    def unread(self) -> tuple[Item, ...]:
        """What the document holds beside the entries: it was read before, and is stored."""
        items = self.outline.items if self.outline else ()
        return tuple(item for item in items if item.number is not None)


class Health(StrEnum):
    """What a source's last poll came to."""

    NEW = "new"  # never polled
    OK = "ok"
    FAILING = "failing"
    DEAD = "dead"  # nothing there for a month: asked once a week
    GONE = "gone"  # the server said 410: no more automatic polls
    MERGED = "merged"  # moved onto the address of another source, which is polled instead


@dataclass(frozen=True, slots=True)
class PollState:
    """What is remembered of a source between two polls.

    `etag` and `last_modified` are verbatim and belong to `validated_url`. `body_hash` is the
    digest of the last body that parsed. `failures` counts consecutive failed polls, since
    `failing_since`. `parser` is the version of the parser that read the last body. `gap`, `ttl`,
    `skip_hours`, `skip_days` as in Feed. `not_before` is until when server and feed asked us to
    wait, and `pacing` says in words why `next_poll` is when it is. `moved_url` is the address
    that a permanent redirect was adopted to; `move_target` one that is being confirmed, seen
    `move_count` times since `move_since`. `older_url` is the next archive document to read, of
    at most `older_left`, which is below zero while it waits for the next poll. `is_slow` says that its last document took too long to read.
    """

    next_poll: datetime
    health: Health = Health.NEW
    etag: str | None = None
    last_modified: str | None = None
    validated_url: str | None = None
    body_hash: str | None = None
    parser: int = 0
    last_poll: datetime | None = None
    last_success: datetime | None = None
    last_change: datetime | None = None  # when the source last gave a new or revised entry
    http_status: int | None = None
    error: str | None = None
    failures: int = 0
    failing_since: datetime | None = None
    gap: float | None = None
    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    not_before: datetime | None = None
    pacing: str = ""
    moved_url: str | None = None
    move_target: str | None = None
    move_count: int = 0
    move_since: datetime | None = None
    older_url: str | None = None
    older_left: int = 0
    is_slow: bool = False


@dataclass(frozen=True, slots=True)
class Polled:
    """A source with what is remembered of it; `tag` is the `tag:` URI minted for it once.

    `feed_*` is what the source's own feed last said of itself. `entries` counts stored entries.
    `merged_into` is the id of the source that this one moved onto. `pushed` says that a hub
    tells us of its new entries.
    """

    source: Source
    state: PollState
    tag: str
    feed_title: str = ""
    feed_site: str | None = None
    feed_id: str | None = None
    feed_format: str = ""
    feed_rights: str = ""
    feed_hub: str | None = None
    feed_self: str | None = None
    feed_warnings: tuple[str, ...] = ()
    entries: int = 0
    merged_into: str | None = None
    pushed: bool = False

    @property
    def url(self) -> str:
        """The address to ask: the catalogue's, or where that one has moved for good."""
        return self.state.moved_url or self.source.url

    @property
    def title(self) -> str:
        """The title to show: the catalogue's, else the feed's own, else the id."""
        return self.source.title or self.feed_title or self.source.id

    @property
    def site(self) -> str | None:
        """The home page to link to: the catalogue's, else the feed's own."""
        return self.source.site or self.feed_site


@dataclass(frozen=True, slots=True)
class Request:
    """What the web is asked for; `key` names it in the answer (the source's id).

    It is a GET, or with `form` a POST of these fields, or with `body` of these bytes, and then
    what is answered beside the status is not read. `spacing` is the least time between two
    starts on its host, in seconds, where that is more than usual.
    """

    key: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str], ...] | None = None
    body: bytes | None = None
    spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class Response:
    """What came of a request.

    `status` is None and `error` says why when no complete answer came. `url` is the final one,
    after redirects; `permanent_url` where the redirects that are for good led, before any that
    is not, None when there were none. `headers` have lower-case names, in order. `body` is
    decoded of its content coding. `elapsed` is in seconds.
    """

    key: str
    url: str
    status: int | None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    error: str | None = None
    elapsed: float = 0.0
    permanent_url: str | None = None

    def header(self, name: str) -> str | None:
        """Return the first header of that lower-case name, or None."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Poll:
    """One finished poll, ready to be stored whole: the state after it and, if any, its feed.

    `feed` is None when nothing was parsed: unchanged, failed or gone. `url` is the catalogue's
    address of the source that was polled, None for whichever it has.
    """

    source_id: str
    state: PollState
    feed: Feed | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """How many entries of a document were new and revised, and which they are."""

    new: int = 0
    revised: int = 0
    entries: tuple[Mark, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """What storing a poll changed: counts of entries, and the source's health after it.

    `elapsed` is what the source took to answer, in seconds. `entries` are those that came, new
    or revised, and `steps` what was done: fetch, parse and save, as far as it came.
    """

    source_id: str
    health: Health
    new: int = 0
    revised: int = 0
    error: str | None = None
    http_status: int | None = None
    elapsed: float = 0.0
    entries: tuple[Mark, ...] = field(default=(), compare=False)
    steps: tuple[Step, ...] = field(default=(), compare=False)
