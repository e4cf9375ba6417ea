"""Subscription lists (OPML): what they name, and what importing them would add.

The only user of listparser, which is forgiving and blind to entities; what it does not tell, the
home page and our own ids, is read from the outlines themselves.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import listparser
from lxml import etree

from topicwire.errors import ParseError
from topicwire.ingest import charset, repair
from topicwire.model.catalogue import Source

NAMESPACE = "https://topicwire.org/ns/opml"
ID = f"{{{NAMESPACE}}}id"
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
LARGEST = 5_000_000  # bytes
MOST = 5_000  # feeds of one list
MOST_A_HOST = 200  # feeds of one list on one host: more is a list that turns readers into a flood
LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed that a list names; `tags` are its categories and folders, nested ones with slashes."""

    url: str
    title: str
    site: str | None = None
    tags: tuple[str, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A subscription list; `includes` are the addresses of other lists that it points to.

    `pages` are the addresses of outlines that name a home page and no feed.
    """

    title: str
    outlines: tuple[Outline, ...]
    includes: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


class Fate(StrEnum):
    """What importing makes of an outline."""

    ADD = "add"
    KNOWN = "known"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Row:
    """What importing makes of one outline, and why; `source` is what is added."""

    fate: Fate
    url: str
    title: str
    source: Source | None = None
    why: str = ""


def read(body: bytes) -> Listing:
    """Return what a subscription list names, each feed once.

    Raises:
        ParseError: it is no subscription list, or too large.
    """
    if len(body) > LARGEST:
        raise ParseError(f"the list is larger than {LARGEST:,} bytes; split it")
    plain = _in_utf8(body)
    found = listparser.parse(plain)
    feeds, lists = found["feeds"], found["lists"]
    beside = tuple(_attributes(plain))
    pages = tuple(each["htmlurl"] for each in beside if _is_page(each))
    if not (feeds or lists or pages):
        raise ParseError("the document names no feed; give a subscription list in OPML")
    if len(feeds) > MOST:
        raise ParseError(f"the list names {len(feeds):,} feeds, more than {MOST:,}; split it")
    by_feed = {each.get("xmlurl"): each for each in reversed(beside)}
    return Listing(
        title=found["meta"].get("title", ""),
        outlines=tuple(_outline(each, by_feed.get(each["url"], {})) for each in feeds),
        includes=tuple(each["url"] for each in lists),
        pages=pages,
    )


def plan(
    outlines: Sequence[Outline],
    known: Sequence[Source],
    *,
    id_for: Callable[[Outline], str],
    problem: Callable[[str], str | None],
) -> tuple[Row, ...]:
    """Return what importing the outlines would do, beside the sources that are there.

    `id_for` makes an id for an outline, `problem` says why an address cannot be a source's.
    """
    urls = {source.url: source.id for source in known}
    ids = {source.id for source in known}
    hosts: Counter[str | None] = Counter()
    return tuple(
        _row(each, urls=urls, ids=ids, hosts=hosts, id_for=id_for, problem=problem)
        for each in outlines
    )


def _row(
    outline: Outline,
    *,
    urls: dict[str, str],
    ids: set[str],
    hosts: Counter[str | None],
    id_for: Callable[[Outline], str],
    problem: Callable[[str], str | None],
) -> Row:
    """Return the fate of an outline, and note it for those after it."""
    url = outline.url
    if why := problem(url):
        return Row(Fate.REFUSE, url, outline.title, why=why)
    if url in urls:
        return Row(Fate.KNOWN, url, outline.title, why=f"it is the source {urls[url]}")
    host = urlsplit(url).hostname
    hosts[host] += 1
    if hosts[host] > MOST_A_HOST:
        why = f"the list names more than {MOST_A_HOST} feeds on {host}; add it by hand"
        return Row(Fate.REFUSE, url, outline.title, why=why)
    name = next(each for each in _names(id_for(outline)) if each not in ids)
    ids.add(name)
    urls[url] = name
    site = None if outline.site and problem(outline.site) else outline.site
    source = Source(id=name, url=url, title=outline.title, site=site, tags=outline.tags)
    return Row(Fate.ADD, url, outline.title, source=source)


def _names(first: str) -> Iterator[str]:
    """Yield the id, then the id with a number."""
    yield first
    for number in range(2, MOST + 2):
        yield f"{first[:58]}-{number}"


def _outline(feed: dict[str, object], attributes: dict[str, str]) -> Outline:
    categories = feed["categories"]
    assert isinstance(categories, list)
    tags = ("/".join(parts).replace("%2C", ",") for parts in categories)
    return Outline(
        url=str(feed["url"]),
        title=" ".join(str(feed["title"]).split())[:LONGEST_TITLE],
        site=attributes.get("htmlurl") or None,
        tags=tuple(dict.fromkeys(tags)),
        id=attributes.get(ID),
    )


def _attributes(body: bytes) -> Iterator[dict[str, str]]:
    """Yield the attributes of each outline, names in lower case."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return
    for element in () if root is None else root.iter("outline"):
        yield {str(key).lower(): str(value).strip() for key, value in element.items()}


def _in_utf8(body: bytes) -> bytes:
    """Return the document in UTF-8, and declared so: listparser knows few other character sets."""
    text = charset.decoded(body, content_type=None).lstrip("\ufeff")
    return (DECLARATION + repair.PROLOGUE.sub("", text)).encode("utf-8", "replace")


def _is_page(attributes: dict[str, str]) -> bool:
    """Whether an outline names a home page and nothing to subscribe to."""
    return bool(attributes.get("htmlurl")) and not (
        attributes.get("xmlurl") or attributes.get("url")
    )
