"""The words of the domain, as frozen values: what every room of the house speaks of.

Times are aware datetimes in UTC. Text named `html` is sanitised; all other text is plain.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# ---- the catalogue: what we want -------------------------------------------------------


class Republish(StrEnum):
    """How much of an entry its source lets us republish."""

    FEED = "feed"  # what the source's own feed gave
    TITLE = "title"
    SUMMARY = "summary"
    FULL = "full"  # also text fetched from the article's page


class FullText(StrEnum):
    """Whether the pages of a source's articles are fetched, so that the whole text is judged."""

    AUTO = "auto"  # when the feed gives no more than the beginning of a recent entry
    ALWAYS = "always"
    NEVER = "never"


class Throttle(StrEnum):
    """What has to wait when a server answers 429 (too many requests)."""

    SOURCE = "source"
    HOST = "host"  # also every other source on that host


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where the entries of a page without a feed stand, as CSS selectors.

    `items` finds the element of each entry; the others are looked for inside it. None means: the
    first link with a text, that link's text, the first `time` element, no author.
    """

    items: str
    link: str | None = None
    title: str | None = None
    date: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A place that columns come from, as the catalogue wants it.

    `url` is an absolute http(s) URL, or for a file of the catalogue its path relative to the
    catalogue's root with forward slashes. `interval` is the shortest time between two polls in
    seconds; None means the setting. `site` is the source's home page. `page` makes it a page
    source, whose entries are found by selectors. `user_agent` is sent instead of our own.
    `backfill` is the most archive documents (RFC 5005) read of a new source. `push` lets a hub
    tell us of new entries (WebSub). `reservations` keeps texts that their pages reserve
    (noarchive, tdm-reservation) from being republished.
    """

    id: str
    url: str
    title: str
    site: str | None = None
    republish: Republish = Republish.FEED
    interval: int | None = None
    paused: bool = False
    tags: tuple[str, ...] = ()
    full_text: FullText = FullText.AUTO
    page: Selectors | None = None
    user_agent: str | None = None
    throttle: Throttle = Throttle.SOURCE
    backfill: int = 10
    push: bool = True
    reservations: bool = True

    @property
    def is_file(self) -> bool:
        """Whether the source is a file of the catalogue rather than an address on the web."""
        return "://" not in self.url


@dataclass(frozen=True, slots=True)
class Member:
    """One distinct member of a concept: its name, and the terms that stand for it.

    A term is a word, a phrase, an `=exact` form or a `prefix*` of the topic language. `terms`
    count in texts of any language; those of `terms_in` only in texts of the language they come
    with, a primary subtag, in order.
    """

    name: str
    terms: tuple[str, ...]
    terms_in: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def all_terms(self) -> tuple[str, ...]:
        """The terms for any language and for each."""
        return (*self.terms, *(term for _, terms in self.terms_in for term in terms))


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
    the current document. `show_reason` lets each published entry say why it is there.
    `second_reader` lets a second reader be asked where the score is close to `min_score`,
    `second_reader_budget` times a day at most; None means the setting.
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
    show_reason: bool = True
    second_reader: bool = False
    second_reader_budget: int | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything in `feeds/`, in order of id.

    `files` gives the text of each file by its path below the folder, to say where something is
    wrong; empty when what stands here was not read from files.
    """

    sources: tuple[Source, ...]
    topics: tuple[Topic, ...]
    concepts: tuple[Concept, ...]
    files: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


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
class Feed:
    """A parsed feed document.

    `entries` are in the document's order. `gap` is the median time between its latest entries
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
    SHA-256 of the last body that parsed. `failures` counts consecutive failed polls, since
    `failing_since`. `parser` is the version of the parser that read the last body. `gap`, `ttl`,
    `skip_hours`, `skip_days` as in Feed. `not_before` is until when server and feed asked us to
    wait, and `pacing` says in words why `next_poll` is when it is. `moved_url` is the address
    that a permanent redirect was adopted to; `move_target` one that is being confirmed, seen
    `move_count` times since `move_since`. `older_url` is the next archive document to read, of
    at most `older_left`. `is_slow` says that its last document took too long to read.
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

    It is a GET, or with `form` a POST of these fields. `spacing` is the least time between two
    starts on its host, in seconds, where that is more than usual.
    """

    key: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str], ...] | None = None
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


# ---- ingest: what is done with a stored entry before it is judged -----------------------


@dataclass(frozen=True, slots=True)
class Article:
    """The page of an entry as it is due to be fetched; `tries` counts those that failed."""

    entry_id: int
    source: Polled
    entry: Entry
    url: str
    tries: int = 0


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """A site's robots.txt as it was last fetched; `http_status` is None when no answer came."""

    origin: str
    fetched: datetime
    http_status: int | None
    etag: str | None = None
    last_modified: str | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class ArticleCounts:
    """What came of the pages of a source's articles, and why the latest was given up."""

    read: int = 0
    waiting: int = 0
    given_up: int = 0
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class FullPage:
    """What an article's page gave: its text as in Entry, and what is to be said of it.

    `flags` name what was recognised: `paywall`, `cookie wall`, `captcha`, `error page`,
    `reserved`. An empty `text` means that nothing fit to be read was found.
    """

    text: str = ""
    html: str = ""
    lang: str | None = None
    lang_confidence: float | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleOutcome:
    """What came of fetching an article.

    `page` is None when there was none to read, and `error` then says why. `next_try` is None when
    nothing more is to be tried. `pause_until` is until when the source's site wants no request
    for an article at all.
    """

    entry_id: int
    source_id: str
    page: FullPage | None
    error: str | None = None
    http_status: int | None = None
    next_try: datetime | None = None
    pause_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A passage of a text: the digest by which it is known again, and where it stands."""

    digest: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Recent:
    """One of a source's latest entries, as the digest of its title and its blocks."""

    entry_id: int
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Furnishing:
    """A block that repeats over a source's entries: its words, and how many entries had it."""

    digest: str
    words: str
    count: int
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a source's latest entries, newest last, and of its furniture."""

    source_id: str
    recent: tuple[Recent, ...] = ()
    furniture: tuple[Furnishing, ...] = ()


@dataclass(frozen=True, slots=True)
class Kin:
    """A stored entry that may tell the same story as another one.

    `shared` counts the hashes of its sketch that the other has too, of `hashes` in all.
    """

    entry_id: int
    story: int
    source_id: str
    title: str
    url_key: str | None
    uid: str
    length: int
    published: datetime
    likeness: str | None = None
    shared: int = 0
    hashes: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """An entry ready to be judged.

    `furniture` are the ranges of its text that are not its author's. `sketch` are hashes by which
    texts that share passages are found. `story` is the entry that first told the same, itself
    when it is the first; None leaves it as it is.
    """

    entry_id: int
    furniture: tuple[tuple[int, int], ...] = ()
    sketch: tuple[int, ...] | None = None
    story: int | None = None


# ---- ingest: push ------------------------------------------------------------------------


class PushState(StrEnum):
    """How far a subscription to a hub has come."""

    PENDING = "pending"
    ACTIVE = "active"
    DENIED = "denied"
    UNRELIABLE = "unreliable"  # polling found what the hub should have told us of
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription to a source at a hub (WebSub).

    `token` is the unguessable end of its callback. `topic` is the feed's own address for itself.
    `lease_until` is None before it is verified.
    """

    token: str
    source_id: str
    hub: str
    topic: str
    state: PushState
    asked: datetime
    secret: str | None = None
    lease_until: datetime | None = None
    last_push: datetime | None = None
    reason: str = ""
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """A document that a hub has pushed, waiting to be read."""

    id: int
    source_id: str
    received: datetime
    content_type: str | None
    body: bytes


# ---- curate: what belongs --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry in the store.

    `seq` grows with every entry that becomes ready to be judged, new or revised, in order of
    commit; until then it is negative. `revision` counts the times it was revised; `revised` is
    the last of them, else `first_seen`. `full` is what its article's page gave. `furniture` are
    the ranges of `text` that are not its author's. `story` is the entry that first told the
    same, itself when that is none other, and None until it is settled. `retracted` is when its
    source took it back.
    """

    id: int
    source_id: str
    entry: Entry
    seq: int
    revision: int
    first_seen: datetime
    revised: datetime
    full: FullPage | None = None
    furniture: tuple[tuple[int, int], ...] = ()
    story: int | None = None
    retracted: datetime | None = None

    @property
    def text(self) -> str:
        """The text to judge: the article's, else what the feed gave."""
        return (self.full.text if self.full else "") or self.entry.text

    @property
    def lang(self) -> str | None:
        """The language of that text."""
        return (self.full.lang if self.full and self.full.text else None) or self.entry.lang

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
    """Does this entry belong to this topic: its score in 0..1 and the reasons, strongest first.

    `shadow` is what a learned model that does not decide yet would say, None when there is none.
    """

    entry_id: int
    revision: int
    accepted: bool
    score: float
    reasons: tuple[Reason, ...] = ()
    shadow: float | None = None


class Stand(StrEnum):
    """What an editor decides of an entry in a topic, whatever the topic's verdict."""

    PIN = "pin"  # it is in
    VETO = "veto"  # it is out


@dataclass(frozen=True, slots=True)
class Ruling:
    """An editor's decision on an entry in a topic: who made it, why and when."""

    topic_id: str
    entry_id: int
    stand: Stand
    who: str
    why: str
    made: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """What stands of an entry in a topic: whether it is in, its score, and an editor's ruling.

    `score` is None when no verdict was worth keeping, or none was made.
    """

    is_in: bool
    score: float | None = None
    stand: Stand | None = None


class LabelledBy(StrEnum):
    """The way a label came."""

    EDITOR = "editor"
    FEEDBACK = "feedback"  # by the link in a reader's own feed


@dataclass(frozen=True, slots=True)
class Label:
    """What somebody says of an entry: does it belong to the topic."""

    topic_id: str
    entry_id: int
    expect: bool
    who: str
    by: LabelledBy
    made: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What a second reader says of an entry in a topic, and why in a few words.

    `fingerprint` is the entry's, `version` the topic's question's. `belongs` is None when what
    it said cannot be used.
    """

    topic_id: str
    fingerprint: str
    version: str
    model: str
    asked: datetime
    belongs: bool | None
    reason: str


SECOND_READER = "second reader"  # the clause of a reason that a second reader gave


@dataclass(frozen=True, slots=True)
class Consulted:
    """What came of consulting the second reader on an entry in a topic.

    `answer` is None when none came, and `error` says why. `is_moved` says that the entry came
    into the topic or went out of it.
    """

    topic_id: str
    entry_id: int
    answer: Answer | None
    is_moved: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of the token of somebody's own feeds: not the token, but its digest."""

    digest: str
    name: str
    created: datetime
    revoked: datetime | None = None
    last_seen: datetime | None = None
    client: str = ""


@dataclass(frozen=True, slots=True)
class StandingTopic:
    """A topic as it stands in the database.

    `concepts` are those its query names, directly or through another. `version` is the digest of
    all that its verdicts depend on. `feed_id` is the `tag:` URI minted for it once. `edition`
    grows by one whenever its feed changes, at `edition_time`. `judged_seq` is the `seq` up to
    which every entry has been judged by `judged_version`. `model` is the number of the learned
    model that decides, 0 when the rule does; `shadow` of the one that is only heard beside it.
    """

    topic: Topic
    concepts: tuple[Concept, ...]
    version: str
    feed_id: str
    edition: int
    edition_time: datetime
    judged_seq: int = 0
    judged_version: str = ""
    model: int = 0
    shadow: int = 0

    @property
    def defined(self) -> str:
        """The version as the catalogue defines it, whatever the topic has learned."""
        return self.version.partition("+")[0]


@dataclass(frozen=True, slots=True)
class Learned:
    """A model learned from labels, and how it did on those it was not shown.

    `version` is the topic's that it was learned for. `weights` and `figures` are plain values;
    `figures` compares the model with the rule on the same labels.
    """

    topic_id: str
    number: int
    trained: datetime
    version: str
    figures: Mapping[str, object] = field(compare=False)
    weights: Mapping[str, object] = field(compare=False)


@dataclass(frozen=True, slots=True)
class AlsoAt:
    """Another source's entry that tells the same story as one that is published."""

    title: str
    url: str | None
    source: Polled


@dataclass(frozen=True, slots=True)
class Placement:
    """An entry that stands in a topic, with all that publishing it needs.

    `score` and `reasons` are the verdict's. `also` are the other entries of its story in the
    topic, the earliest first. `is_pinned` says that an editor chose it, whatever the verdict.
    """

    stored: StoredEntry
    source: Polled
    placed: datetime
    score: float
    reasons: tuple[Reason, ...]
    also: tuple[AlsoAt, ...] = ()
    is_pinned: bool = False


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

    `error` says why a topic could not be judged at all; then nothing changed. `note` says what
    could not be used in judging it: then the rule decided alone.
    """

    topic_id: str
    judged: int
    entered: int
    left: int
    edition: int
    error: str | None = None
    note: str | None = None


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
