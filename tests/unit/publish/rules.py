"""The W3C feed validator's rules for what we emit, in its own words for the findings."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import etree

from unit.publish.bodies import body_findings
from unit.publish.common_rules import (
    ATOM,
    CONTENT,
    DC,
    HISTORY,
    MEDIA,
    MIME,
    TOMBSTONES,
    URI,
    at,
    characters,
    declaration,
    history,
    languages,
    link_findings,
    namespaces,
    once,
    plain_texts,
    repeated,
)

UNKNOWN_TOMBSTONES = f"UnknownNamespace: {TOMBSTONES.strip('{}')}"  # the validator knows none
TAG = re.compile(
    r"tag:([a-z0-9\-._]+?@)?[a-z0-9.\-]+?,\d{4}(-\d{2}(-\d{2})?)?:"
    r"[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]*(#[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]*)?"
)
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d*)?(Z|[+-]\d\d:\d\d)")
RFC2822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? "
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d \+0000"
)
ENCLOSED = re.compile(r"https?://(([\d]{1,3}\.){3}|([A-Za-z0-9\-]+\.)+)[A-Za-z0-9-]+(:\d+)?(/|$).*")
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def atom_findings(body: bytes) -> list[str]:
    """Return what the validator would say of an Atom document."""
    root = etree.fromstring(body)
    entries = root.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    found = [
        *declaration(body),
        *characters(root),
        *namespaces(root),
        *once(root, ATOM, ("id", "title", "updated", "author", "generator", "rights", "subtitle")),
        *languages(root),
        *_feed_links(root),
        *history(root),
        *_tombstones(root, ids),
        *_times(root),
        *plain_texts(body, root),
        *(at("DuplicateEntries", each) for each in repeated(ids)),
    ]
    for entry in entries:
        found += [*_entry(entry), *_ids(entry), *link_findings(entry)]
        found += _source(entry.find(f"{ATOM}source"))
    positions = [child.tag == f"{ATOM}entry" for child in root]
    return found + (["MisplacedMetadata"] if positions != sorted(positions) else [])


def rss_findings(body: bytes) -> list[str]:
    """Return what the validator would say of an RSS document."""
    root = etree.fromstring(body)
    channel = root[0]
    items = channel.findall("item")
    links = channel.findall(f"{ATOM}link[@rel='self']")
    found = [
        *declaration(body),
        *characters(root),
        *namespaces(root),
        *languages(root),
        *once(
            channel,
            "",
            ("title", "link", "description", "language", "lastBuildDate", "ttl", "generator"),
        ),
        *([] if len(links) == 1 else ["MissingAtomSelfLink"]),
        *history(channel),
        *(at("DuplicateValue", each) for each in repeated(i.findtext("guid") for i in items)),
        *_rss_dates([channel, *items]),
        *plain_texts(body, root),
    ]
    for item in items:
        found += _item(item)
    positions = [child.tag == "item" for child in channel]
    return found + (["MisplacedItem"] if positions != sorted(positions) else [])


def _feed_links(feed: Any) -> Iterator[str]:
    links = feed.findall(f"{ATOM}link")
    if sum(link.get("rel") == "self" for link in links) != 1:
        yield "MissingSelf"
    alternates = [link.get("type") for link in links if link.get("rel", "alternate") == "alternate"]
    yield from (at("DuplicateAtomLink", each) for each in repeated(alternates))


def _tombstones(feed: Any, ids: list[str | None]) -> Iterator[str]:
    """What is gone has an id and a time, and is not there (RFC 6721 section 3)."""
    for gone in feed.findall(f"{TOMBSTONES}deleted-entry"):
        if not RFC3339.fullmatch(gone.get("when", "")):
            yield at("InvalidRFC3339Date", gone.get("when"))
        if not URI.fullmatch(gone.get("ref", "")) or gone.get("ref") in ids:
            yield at("InvalidFullLink", gone.get("ref"))


def _entry(entry: Any) -> Iterator[str]:
    yield from once(entry, ATOM, ("id", "title", "updated", "published", "source"))
    links = [link.get("rel", "alternate") for link in entry.findall(f"{ATOM}link")]
    if links.count("alternate") > 1:
        yield "DuplicateAtomLink"
    has_content = entry.find(f"{ATOM}content") is not None
    if not has_content and "alternate" not in links:
        yield "MissingContentOrAlternate"
    if not has_content and entry.find(f"{ATOM}summary") is None:
        yield "MissingTextualContent"
    if entry.find(f"{ATOM}author") is None and entry.find(f"{ATOM}source/{ATOM}author") is None:
        yield at("MissingElement", "author")
    yield from _entry_texts(entry)


def _entry_texts(entry: Any) -> Iterator[str]:
    for text in (*entry.findall(f"{ATOM}content"), *entry.findall(f"{ATOM}summary")):
        if text.get("type") != "html":
            yield at("InvalidMIMEAttribute", text.tag)
        yield from body_findings(text.text or "")
    for category in entry.findall(f"{ATOM}category"):
        if not category.get("term", "").strip():
            yield at("AttrNotBlank", "term")
    for name in entry.iter(f"{ATOM}name"):
        if not (name.text or "").strip() or re.search("<[^>]+@[^>]+>", name.text):
            yield at("ContainsEmail", name.text)


def _times(element: Any) -> Iterator[str]:
    """Times are of this age, and none is later than the document's own, but in an archive."""
    said = element.findtext(f"{ATOM}updated")
    is_open = element.find(f"{HISTORY}archive") is not None or not RFC3339.fullmatch(said)
    latest = datetime.max.replace(tzinfo=UTC) if is_open else datetime.fromisoformat(said)
    for name in ("updated", "published"):
        for time in element.iter(f"{ATOM}{name}"):
            if not RFC3339.fullmatch(time.text or ""):
                yield at("InvalidRFC3339Date", time.text)
            elif not EARLIEST <= datetime.fromisoformat(time.text) <= latest:
                yield at("ImplausibleDate", time.text)


def _ids(element: Any) -> Iterator[str]:
    for one in element.iter(f"{ATOM}id"):
        text = one.text or ""
        rule = TAG if text.startswith("tag:") else URI
        if not rule.fullmatch(text) or not text.startswith(("http:", "https:", "tag:", "urn:")):
            yield at("InvalidFullLink", text)


def _source(source: Any) -> Iterator[str]:
    if source is None:  # told as a missing element
        return
    yield from once(source, ATOM, ("id", "title", "updated"))


def _rss_dates(parents: list[Any]) -> Iterator[str]:
    said = parents[0].findtext("lastBuildDate")
    is_open = parents[0].find(f"{HISTORY}archive") is not None or not RFC2822.fullmatch(said)
    latest = datetime.max.replace(tzinfo=UTC) if is_open else parsedate_to_datetime(said)
    for parent in parents:
        for name in ("pubDate", "lastBuildDate"):
            for date in parent.findall(name):
                if not RFC2822.fullmatch(date.text):
                    yield at("ProblematicalRFC822Date", date.text)
                elif f"{parsedate_to_datetime(date.text):%a}" != date.text[:3]:
                    yield at("IncorrectDOW", date.text)
                elif not EARLIEST <= parsedate_to_datetime(date.text) <= latest:
                    yield at("ImplausibleDate", date.text)


def _item(item: Any) -> Iterator[str]:
    order = [child.tag for child in item.iterchildren("*")]
    yield from (
        at("DuplicateElement", tag)
        for tag in repeated(order)
        if tag not in {"category", f"{DC}creator", f"{MEDIA}content", f"{ATOM}link"}
    )
    if "title" not in order or not (item.findtext("title") or "").strip():
        yield "ItemMustContainTitleOrDescription"
    if "author" in order:
        yield "InvalidContact"
    if f"{ATOM}source" in order or f"{DC}source" in order:
        yield "UndefinedElement"
    content = f"{CONTENT}encoded"
    if content in order and (
        "description" not in order or order.index("description") > order.index(content)
    ):
        yield "NeedDescriptionBeforeContent"
    for text in (*item.findall("description"), *item.findall(content)):
        yield from body_findings(text.text or "")
    yield from _guid(item)
    yield from _item_addresses(item)
    yield from link_findings(item)


def _guid(item: Any) -> Iterator[str]:
    guid = item.find("guid")
    if guid is None or not guid.text:
        yield "MissingGuid"
    elif guid.get("isPermaLink") not in {"true", "false"}:
        yield "InvalidBooleanAttribute"
    elif guid.get("isPermaLink") == "true" and guid.text != item.findtext("link"):
        yield "InvalidPermalink"
    elif guid.text.isdigit():
        yield "NotSufficientlyUnique"


def _item_addresses(item: Any) -> Iterator[str]:
    addresses = [item.findtext("link"), *(each.get("url") for each in item.findall("source"))]
    for address in filter(None, addresses):
        if not URI.fullmatch(address):
            yield at("InvalidFullLink", address)
    if not item.find("source").get("url"):
        yield "MissingAttribute"
    for enclosure in item.findall("enclosure"):
        if not ENCLOSED.fullmatch(enclosure.get("url")) or not enclosure.get("length").isdigit():
            yield at("InvalidURLAttribute", enclosure.get("url"))
        if not MIME.fullmatch(enclosure.get("type")):
            yield "InvalidMIMEAttribute"
