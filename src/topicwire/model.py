"""The words of the domain, as frozen values: what every room of the house speaks of.

Times are aware datetimes in UTC. Text named `html` is sanitised; all other text is plain.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# ---- the catalogue: what we want -------------------------------------------------------


class Republish(StrEnum):
    """How much of an entry its source lets us republish."""

    FEED = "feed"  # what the source's own feed gave
    TITLE = "title"
    SUMMARY = "summary"
    FULL = "full"  # also text fetched from the article's page


@dataclass(frozen=True, slots=True)
class Source:
    """A place that columns come from, as the catalogue wants it.

    `url` is an absolute http(s) URL, or for a file of the catalogue its path relative to the
    catalogue's root with forward slashes. `interval` is the shortest time between two polls in
    seconds; None means the setting. `site` is the source's home page.
    """

    id: str
    url: str
    title: str
    site: str | None = None
    republish: Republish = Republish.FEED
    interval: int | None = None
    paused: bool = False
    tags: tuple[str, ...] = ()

    @property
    def is_file(self) -> bool:
        """Whether the source is a file of the catalogue rather than an address on the web."""
        return "://" not in self.url


@dataclass(frozen=True, slots=True)
class Member:
    """One distinct member of a concept: its name, and the terms that stand for it.

    A term is a word, a phrase, an `=exact` form or a `prefix*` of the topic language.
    """

    name: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """A named group of terms, written `@id` in a query."""

    id: str
    description: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A short text that an editor says belongs, or does not belong, to a topic."""

    expect: bool
    title: str
    text: str
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """What an editor wants of a topic.

    `min_score` is the least score in 0..1 that is accepted; `limit` is the number of entries in
    the current document.
    """

    id: str
    title: str
    description: str
    query: str
    about: tuple[str, ...] = ()
    not_about: tuple[str, ...] = ()
    min_score: float = 0.5
    limit: int = 100
    language: str = "en"
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything in `feeds/`, in order of id."""

    sources: tuple[Source, ...]
    topics: tuple[Topic, ...]
    concepts: tuple[Concept, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A topic as the catalogue defines it, ready to be mirrored into the store.

    `concepts` and `version` as in StandingTopic.
    """

    topic: Topic
    concepts: tuple[Concept, ...]
    version: str


# ---- ingest: what a source says --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that comes with an entry; `length` is in bytes, 0 when unknown."""

    url: str
    type: str
    length: int = 0


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
    no title. `published` and `updated` are None when the feed gave no plausible time.
    `fingerprint` changes when a reader would see something else.
    """

    uid: str
    title: str
    url: str | None = None
    authors: tuple[str, ...] = ()
    summary_html: str = ""
    content_html: str = ""
    text: str = ""
    lang: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    tags: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    origin: Origin | None = None
    rights: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A parsed feed document.

    `entries` are in the document's order. `gap` is the median time between its latest entries
    in seconds, None when they carry too few dates. `ttl` is the shortest time between polls that
    the document itself asks for, in seconds. `warnings` say what was wrong but survivable.
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
    warnings: tuple[str, ...] = ()


class Health(StrEnum):
    """What a source's last poll came to."""

    NEW = "new"  # never polled
    OK = "ok"
    FAILING = "failing"
    GONE = "gone"  # the server said 410: no more automatic polls


@dataclass(frozen=True, slots=True)
class PollState:
    """What is remembered of a source between two polls.

    `etag` and `last_modified` are verbatim and belong to `validated_url`. `body_hash` is the
    SHA-256 of the last body that parsed. `failures` counts consecutive failed polls. `parser`
    is the version of the parser that read the last body. `gap` as in Feed.
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
    gap: float | None = None
    ttl: int | None = None


@dataclass(frozen=True, slots=True)
class Polled:
    """A source with what is remembered of it; `tag` is the `tag:` URI minted for it once.

    `feed_*` is what the source's own feed last said of itself. `entries` counts stored entries.
    """

    source: Source
    state: PollState
    tag: str
    feed_title: str = ""
    feed_site: str | None = None
    feed_id: str | None = None
    feed_format: str = ""
    feed_rights: str = ""
    entries: int = 0

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
    """A GET that the web is asked to make; `key` names it in the answer (the source's id)."""

    key: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """What came of a request.

    `status` is None and `error` says why when no complete answer came. `url` is the final one,
    after redirects. `headers` have lower-case names, in order. `body` is decoded of its content
    coding. `elapsed` is in seconds.
    """

    key: str
    url: str
    status: int | None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    error: str | None = None
    elapsed: float = 0.0

    def header(self, name: str) -> str | None:
        """Return the first header of that lower-case name, or None."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Poll:
    """One finished poll, ready to be stored whole: the state after it and, if any, its feed.

    `feed` is None when nothing was parsed: unchanged, failed or gone.
    """

    source_id: str
    state: PollState
    feed: Feed | None = None


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """What storing a poll changed: counts of entries, and the source's health after it."""

    source_id: str
    health: Health
    new: int = 0
    revised: int = 0
    error: str | None = None
    http_status: int | None = None
    elapsed: float = 0.0


# ---- curate: what belongs --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry in the store.

    `seq` grows with every insert and revision over all entries, in order of commit.
    `revision` counts the times it was revised; `revised` is the last of them, else `first_seen`.
    """

    id: int
    source_id: str
    entry: Entry
    seq: int
    revision: int
    first_seen: datetime
    revised: datetime

    @property
    def published(self) -> datetime:
        """When the source published it; the time it was first seen when the feed does not say."""
        return self.entry.published or self.first_seen

    @property
    def updated(self) -> datetime:
        """When it last changed: what the feed says, else our last revision; never before published."""
        changed = self.revised if self.revision else self.published
        return max(self.entry.updated or changed, self.published)


class Zone(StrEnum):
    """Where in an entry a match stands."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that spoke for an entry: the clause, and the words that matched it and where."""

    clause: str
    matched: str
    zone: Zone
    count: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Does this entry belong to this topic: its score in 0..1 and the reasons, strongest first."""

    entry_id: int
    revision: int
    accepted: bool
    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class StandingTopic:
    """A topic as it stands in the database.

    `concepts` are those its query names, directly or through another. `version` is the digest of
    all that its verdicts depend on. `feed_id` is the `tag:` URI minted for it once. `edition`
    grows by one whenever its feed changes, at `edition_time`. `judged_seq` is the `seq` up to
    which every entry has been judged by `judged_version`.
    """

    topic: Topic
    concepts: tuple[Concept, ...]
    version: str
    feed_id: str
    edition: int
    edition_time: datetime
    judged_seq: int = 0
    judged_version: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """An accepted verdict in its topic, with all that publishing it needs."""

    stored: StoredEntry
    source: Polled
    placed: datetime
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """A topic with the placements its current document carries, as of one moment.

    `placements` come in the order they are published: latest into the topic first, those placed
    at the same time by publication, latest first.
    """

    standing: StandingTopic
    placements: tuple[Placement, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """What storing a batch of verdicts changed; `edition` is the topic's after it.

    `error` says why a topic could not be judged at all; then nothing changed.
    """

    topic_id: str
    judged: int
    entered: int
    left: int
    edition: int
    error: str | None = None


# ---- publish: what readers receive -----------------------------------------------------


class Format(StrEnum):
    """The formats of a topic's feed."""

    ATOM = "atom"
    RSS = "rss"
    JSON = "json"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Document:
    """Rendered bytes as they are served; `etag` is the quoted strong validator of `body`."""

    body: bytes
    media_type: str
    etag: str
    modified: datetime


@dataclass(frozen=True, slots=True)
class TopicSummary:
    """A topic as the index page shows it.

    `weekly` counts placements by week of publication for the last 26 weeks before the topic's
    edition, oldest first; `newest` are its latest placements, at most three.
    """

    standing: StandingTopic
    weekly: tuple[int, ...]
    newest: tuple[Placement, ...]
    total: int


# ---- plans: what applying the catalogue would change -----------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the catalogue and the database: `verb` is add, change or remove."""

    verb: str
    kind: str  # "source" or "topic"
    id: str
    detail: str = ""


# ---- status: how much there is ---------------------------------------------------------


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
