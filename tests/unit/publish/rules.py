"""The W3C feed validator's rules for what we emit, in its own words for the findings."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import etree

from unit.publish.bodies import body_findings, is_taken_for_latin_1

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
TOMBSTONES = "{http://purl.org/atompub/tombstones/1.0}"
MEDIA = "{http://search.yahoo.com/mrss/}"
SPACES = {
    space.strip("{}"): prefix
    for space, prefix in (
        (ATOM, "atom"),
        (DC, "dc"),
        (CONTENT, "content"),
        (HISTORY, "fh"),
        (MEDIA, "media"),
    )
}
UNKNOWN_TOMBSTONES = f"UnknownNamespace: {TOMBSTONES.strip('{}')}"  # the validator knows none

URI = re.compile(r"[a-zA-Z][0-9a-zA-Z+\-.]*:(//)?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]+")
HTTP = re.compile(r"https?://[^/].*")
TAG = re.compile(
    r"tag:([a-z0-9\-._]+?@)?[a-z0-9.\-]+?,\d{4}(-\d{2}(-\d{2})?)?:"
    r"[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]*(#[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]*)?"
)
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d*)?(Z|[+-]\d\d:\d\d)")
RFC2822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? "
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d \+0000"
)
MIME = re.compile(r"[^\s()<>,;:\\\"/\[\]?=]+/[^\s()<>,;:\\\"/\[\]?=]+")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
ENCLOSED = re.compile(r"https?://(([\d]{1,3}\.){3}|([A-Za-z0-9\-]+\.)+)[A-Za-z0-9-]+(:\d+)?(/|$).*")
LATEST = "2027"  # no edition of the tests is of a later year
BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ufdd0-\ufdef\ufffe\uffff]")


def atom_findings(body: bytes) -> list[str]:
    """Return what the validator would say of an Atom document."""
    root = etree.fromstring(body)
    entries = root.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    found = [
        *_declaration(body),
        *_characters(root),
        *_namespaces(root),
        *_once(root, ATOM, ("id", "title", "updated", "author", "generator", "rights", "subtitle")),
        *_language(root),
        *_feed_links(root),
        *_history(root),
        *_tombstones(root, ids),
        *_times(root),
        *_plain_texts(body, root),
        *(_at("DuplicateEntries", each) for each in _repeated(ids)),
    ]
    for entry in entries:
        found += [*_entry(entry), *_ids(entry), *_links(entry)]
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
        *_declaration(body),
        *_characters(root),
        *_namespaces(root),
        *_language(root),
        *_once(
            channel,
            "",
            ("title", "link", "description", "language", "lastBuildDate", "ttl", "generator"),
        ),
        *([] if len(links) == 1 else ["MissingAtomSelfLink"]),
        *_history(channel),
        *(_at("DuplicateValue", each) for each in _repeated(i.findtext("guid") for i in items)),
        *_rss_dates([channel, *items]),
        *_plain_texts(body, root),
    ]
    for item in items:
        found += _item(item)
    positions = [child.tag == "item" for child in channel]
    return found + (["MisplacedItem"] if positions != sorted(positions) else [])


def _at(finding: str, where: object) -> str:
    return f"{finding}: {where}"


def _repeated(values: Iterable[str | None]) -> list[str | None]:
    return [value for value, count in Counter(values).items() if count > 1]


def _declaration(body: bytes) -> Iterator[str]:
    if not re.match(rb"<\?xml version='1.0' encoding='UTF-8'\?>\n", body):
        yield "NonstdEncoding"
    if b"<!DOCTYPE" in body or b"<?xml-stylesheet" in body:
        yield "ContainsSystemEntity"


def _characters(root: Any) -> Iterator[str]:
    for element in root.iter():
        for text in (element.text or "", *element.attrib.values()):
            if BAD.search(text) or is_taken_for_latin_1(text):
                yield _at("BadCharacters", element.tag)


def _namespaces(root: Any) -> Iterator[str]:
    """Every namespace is one that the validator knows, under the prefix that it prefers."""
    for prefix, space in root.nsmap.items():
        if space not in SPACES:
            yield _at("UnknownNamespace", space)
        elif prefix not in {SPACES[space], None}:
            yield _at("NonstdPrefix", prefix)


def _once(parent: Any, namespace: str, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        found = parent.findall(f"{namespace}{name}")
        if len(found) != 1:
            yield _at("MissingElement" if not found else "DuplicateElement", name)
        elif not len(found[0]) and not (found[0].text or "").strip():
            yield _at("NotBlank", name)


def _language(element: Any) -> Iterator[str]:
    for one in element.iter():
        lang = one.get("{http://www.w3.org/XML/1998/namespace}lang", "en")
        if not LANGUAGE.fullmatch(lang):
            yield _at("InvalidLanguage", lang)


def _feed_links(feed: Any) -> Iterator[str]:
    links = feed.findall(f"{ATOM}link")
    if sum(link.get("rel") == "self" for link in links) != 1:
        yield "MissingSelf"
    alternates = [link.get("type") for link in links if link.get("rel", "alternate") == "alternate"]
    yield from (_at("DuplicateAtomLink", each) for each in _repeated(alternates))


def _history(feed: Any) -> Iterator[str]:
    """A page of an archive leads to the current document and to another page (RFC 5005)."""
    rels = [link.get("rel") for link in feed.findall(f"{ATOM}link")]
    known = {"self", "alternate", "hub", "current", "prev-archive", "next-archive"}
    yield from (_at("UnregisteredAtomLinkRel", rel) for rel in rels if rel not in known)
    yield from (_at("DuplicateAtomLink", rel) for rel in _repeated(rels))
    if feed.find(f"{HISTORY}archive") is not None:
        if "current" not in rels:
            yield "MissingCurrentInArchive"
        if not {"prev-archive", "next-archive"} & set(rels):
            yield "ArchiveIncomplete"
    elif {"current", "next-archive"} & set(rels):
        yield "CurrentInNoArchive"


def _tombstones(feed: Any, ids: list[str | None]) -> Iterator[str]:
    """What is gone has an id and a time, and is not there (RFC 6721 section 3)."""
    for gone in feed.findall(f"{TOMBSTONES}deleted-entry"):
        if not RFC3339.fullmatch(gone.get("when", "")):
            yield _at("InvalidRFC3339Date", gone.get("when"))
        if not URI.fullmatch(gone.get("ref", "")) or gone.get("ref") in ids:
            yield _at("InvalidFullLink", gone.get("ref"))


def _entry(entry: Any) -> Iterator[str]:
    yield from _once(entry, ATOM, ("id", "title", "updated", "published", "source"))
    links = [link.get("rel", "alternate") for link in entry.findall(f"{ATOM}link")]
    if links.count("alternate") > 1:
        yield "DuplicateAtomLink"
    has_content = entry.find(f"{ATOM}content") is not None
    if not has_content and "alternate" not in links:
        yield "MissingContentOrAlternate"
    if not has_content and entry.find(f"{ATOM}summary") is None:
        yield "MissingTextualContent"
    if entry.find(f"{ATOM}author") is None and entry.find(f"{ATOM}source/{ATOM}author") is None:
        yield _at("MissingElement", "author")
    yield from _entry_texts(entry)


def _entry_texts(entry: Any) -> Iterator[str]:
    for text in (*entry.findall(f"{ATOM}content"), *entry.findall(f"{ATOM}summary")):
        if text.get("type") != "html":
            yield _at("InvalidMIMEAttribute", text.tag)
        yield from body_findings(text.text or "")
    for category in entry.findall(f"{ATOM}category"):
        if not category.get("term", "").strip():
            yield _at("AttrNotBlank", "term")
    for name in entry.iter(f"{ATOM}name"):
        if not (name.text or "").strip() or re.search("<[^>]+@[^>]+>", name.text):
            yield _at("ContainsEmail", name.text)


def _times(element: Any) -> Iterator[str]:
    for name in ("updated", "published"):
        for time in element.iter(f"{ATOM}{name}"):
            if not RFC3339.fullmatch(time.text or ""):
                yield _at("InvalidRFC3339Date", time.text)
            elif not "1990" <= time.text < LATEST:
                yield _at("ImplausibleDate", time.text)


def _ids(element: Any) -> Iterator[str]:
    for one in element.iter(f"{ATOM}id"):
        text = one.text or ""
        rule = TAG if text.startswith("tag:") else URI
        if not rule.fullmatch(text) or not text.startswith(("http:", "https:", "tag:", "urn:")):
            yield _at("InvalidFullLink", text)


def _links(element: Any) -> Iterator[str]:
    for link in element.iter(f"{ATOM}link"):
        href = link.get("href", "")
        if not (URI.fullmatch(href) and HTTP.fullmatch(href)):
            yield _at("InvalidURIAttribute", href)
        if link.get("rel", "alternate") not in {"alternate", "self", "via", "enclosure"}:
            yield _at("UnregisteredAtomLinkRel", link.get("rel"))
        if not MIME.fullmatch(link.get("type", "text/html")):
            yield _at("InvalidMIMEType", link.get("type"))
        if not link.get("length", "0").isdigit():
            yield _at("InvalidNonNegativeInteger", link.get("length"))


def _source(source: Any) -> Iterator[str]:
    yield from _once(source, ATOM, ("id", "title", "updated"))


def _rss_dates(parents: list[Any]) -> Iterator[str]:
    for parent in parents:
        for name in ("pubDate", "lastBuildDate"):
            for date in parent.findall(name):
                if not RFC2822.fullmatch(date.text):
                    yield _at("ProblematicalRFC822Date", date.text)
                elif f"{parsedate_to_datetime(date.text):%a}" != date.text[:3]:
                    yield _at("IncorrectDOW", date.text)
                elif not "1990" <= f"{parsedate_to_datetime(date.text):%Y-%m-%d}" < LATEST:
                    yield _at("ImplausibleDate", date.text)


def _plain_texts(body: bytes, root: Any) -> Iterator[str]:
    """Plain texts look like no markup, or are written with hexadecimal references (RSS Profile)."""
    lines = body.decode().split("\n")
    atom = (f"{ATOM}{each}" for each in ("title", "subtitle", "rights", "name"))
    rss = ("title", "category", "source", "copyright", f"{DC}rights", "channel/description")
    for element in (*root.iter(*atom, *rss[:-1]), *root.findall(rss[-1])):
        text = element.text or ""
        if re.search(r"</\w+>", text):
            yield _at("ContainsHTML", text)
        if re.search(r"<[/a-zA-Z]|&#?\w", text) and "&#x" not in lines[element.sourceline - 1]:
            yield _at("CharacterData", text)


def _item(item: Any) -> Iterator[str]:
    order = [child.tag for child in item.iterchildren("*")]
    yield from (
        _at("DuplicateElement", tag)
        for tag in _repeated(order)
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
    yield from _links(item)


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
            yield _at("InvalidFullLink", address)
    if not item.find("source").get("url"):
        yield "MissingAttribute"
    for enclosure in item.findall("enclosure"):
        if not ENCLOSED.fullmatch(enclosure.get("url")) or not enclosure.get("length").isdigit():
            yield _at("InvalidURLAttribute", enclosure.get("url"))
        if not MIME.fullmatch(enclosure.get("type")):
            yield "InvalidMIMEAttribute"
