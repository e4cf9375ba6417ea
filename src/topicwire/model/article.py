"""Articles and furniture: what is done with a stored entry before it is judged."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from topicwire.model.road import Mark, Step
from topicwire.model.wire import Entry, Polled


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


class Block(NamedTuple):
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
class Ready:
    """Entries that became ready to be judged together, and what that took."""

    entries: tuple[Mark, ...]
    step: Step


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
