"""What the validator's rules for Atom and for RSS have in common, and the namespaces of both."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from unit.publish.bodies import is_taken_for_latin_1

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
URI = re.compile(r"[a-zA-Z][0-9a-zA-Z+\-.]*:(//)?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]+")
HTTP = re.compile(r"https?://[^/].*")
MIME = re.compile(r"[^\s()<>,;:\\\"/\[\]?=]+/[^\s()<>,;:\\\"/\[\]?=]+")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ufdd0-\ufdef\ufffe\uffff]")


def at(finding: str, where: object) -> str:
    """Return a finding with where it is."""
    return f"{finding}: {where}"


def repeated(values: Iterable[str | None]) -> list[str | None]:
    """Return the values that are there more than once."""
    return [value for value, count in Counter(values).items() if count > 1]


def declaration(body: bytes) -> Iterator[str]:
    """Yield what is wrong with how the document begins."""
    if not re.match(rb"<\?xml version='1.0' encoding='UTF-8'\?>\n", body):
        yield "NonstdEncoding"
    if b"<!DOCTYPE" in body or b"<?xml-stylesheet" in body:
        yield "ContainsSystemEntity"


def characters(root: Any) -> Iterator[str]:
    """Yield the elements with characters that no feed should have."""
    for element in root.iter():
        for text in (element.text or "", *element.attrib.values()):
            if BAD.search(text) or is_taken_for_latin_1(text):
                yield at("BadCharacters", element.tag)


def namespaces(root: Any) -> Iterator[str]:
    """Every namespace is one that the validator knows, under the prefix that it prefers."""
    for prefix, space in root.nsmap.items():
        if space not in SPACES:
            yield at("UnknownNamespace", space)
        elif prefix not in {SPACES[space], None}:
            yield at("NonstdPrefix", prefix)


def once(parent: Any, namespace: str, names: tuple[str, ...]) -> Iterator[str]:
    """Yield the children that are missing, blank or there more than once."""
    for name in names:
        found = parent.findall(f"{namespace}{name}")
        if len(found) != 1:
            yield at("MissingElement" if not found else "DuplicateElement", name)
        elif not len(found[0]) and not (found[0].text or "").strip():
            yield at("NotBlank", name)


def languages(element: Any) -> Iterator[str]:
    """Yield the languages that are none."""
    for one in element.iter():
        lang = one.get("{http://www.w3.org/XML/1998/namespace}lang", "en")
        if not LANGUAGE.fullmatch(lang):
            yield at("InvalidLanguage", lang)


def history(feed: Any) -> Iterator[str]:
    """A page of an archive leads to the current document and to another page (RFC 5005)."""
    rels = [link.get("rel") for link in feed.findall(f"{ATOM}link")]
    known = {"self", "alternate", "hub", "current", "prev-archive", "next-archive"}
    yield from (at("UnregisteredAtomLinkRel", rel) for rel in rels if rel not in known)
    yield from (at("DuplicateAtomLink", rel) for rel in repeated(rels))
    if feed.find(f"{HISTORY}archive") is not None:
        if "current" not in rels:
            yield "MissingCurrentInArchive"
        if not {"prev-archive", "next-archive"} & set(rels):
            yield "ArchiveIncomplete"
    elif {"current", "next-archive"} & set(rels):
        yield "CurrentInNoArchive"


def link_findings(element: Any) -> Iterator[str]:
    """Yield what is wrong with the Atom links of an element and its children."""
    for link in element.iter(f"{ATOM}link"):
        href = link.get("href", "")
        if not (URI.fullmatch(href) and HTTP.fullmatch(href)):
            yield at("InvalidURIAttribute", href)
        if link.get("rel", "alternate") not in {"alternate", "self", "via", "enclosure"}:
            yield at("UnregisteredAtomLinkRel", link.get("rel"))
        if not MIME.fullmatch(link.get("type", "text/html")):
            yield at("InvalidMIMEType", link.get("type"))
        if not link.get("length", "0").isdigit():
            yield at("InvalidNonNegativeInteger", link.get("length"))


def plain_texts(body: bytes, root: Any) -> Iterator[str]:
    """Plain texts look like no markup, or are written with hexadecimal references (RSS Profile)."""
    lines = body.decode().split("\n")
    atom = (f"{ATOM}{each}" for each in ("title", "subtitle", "rights", "name"))
    rss = ("title", "category", "source", "copyright", f"{DC}rights", "channel/description")
    for element in (*root.iter(*atom, *rss[:-1]), *root.findall(rss[-1])):
        text = element.text or ""
        if re.search(r"</\w+>", text):
            yield at("ContainsHTML", text)
        if re.search(r"<[/a-zA-Z]|&#?\w", text) and "&#x" not in lines[element.sourceline - 1]:
            yield at("CharacterData", text)
