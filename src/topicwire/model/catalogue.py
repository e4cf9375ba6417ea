"""The catalogue: what we want, as editors write it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
    seconds, where it is longer than the setting. `site` is the source's home page. `page` makes it a page
    source, whose entries are found by selectors. `user_agent` is sent instead of our own.
    `backfill` is the most archive documents (RFC 5005) read of a new source. `push` lets a hub
    tell us of new entries (WebSub). `reservations` keeps texts that their pages reserve
    (noarchive, tdm-reservation) from being republished. `keep_days` is how long its entries are
    kept that nobody needs, 0: for ever; None means the setting.
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
    keep_days: int | None = None

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
    `second_reader_budget` times a day at most; None means the setting. A `private` topic is shown
    to nobody without a token. `formerly` are ids that it had before: their addresses lead to it.
    `keep_days` is how long verdicts are kept on what it refused, 0: for ever.
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
    private: bool = False
    formerly: tuple[str, ...] = ()
    keep_days: int = 0


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
