"""Sitemaps (sitemaps.org), with the extension for news: a source where there is no feed."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from lxml import etree

from topicwire.errors import ParseError
from topicwire.ingest.charset import legal
from topicwire.ingest.dates import moment
from topicwire.ingest.raw import Markup, RawEntry, RawFeed
from topicwire.words import counted

MOST_NAMED = 5  # sitemaps of an index that are named
ROOT = re.compile(r"(?i)<(?:[\w-]+:)?(?:urlset|sitemapindex)[\s>]")
SLUG_END = re.compile(r"(?:\.\w{2,5})?/*$")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def is_sitemap(head: str) -> bool:
    """Whether the beginning of a document is that of a sitemap, or of an index of them."""
    return ROOT.search(head) is not None


def parse(text: str) -> RawFeed:
    """Return the pages of a sitemap as entries; their addresses are their ids.

    Raises:
        ParseError: it cannot be read, names no page, or is an index of other sitemaps.
    """
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    root = etree.fromstring(legal(text).encode(), parser)
    if root is None:
        raise ParseError("the sitemap cannot be read; it may be cut off")
    if _name(root) == "sitemapindex":
        raise ParseError(_index(root))
    pages = [(address, each) for each in _children(root, "url") if (address := _said(each, "loc"))]
    entries = tuple(_entry(address, each) for address, each in pages if _is_address(address))
    if not entries:
        raise ParseError("the sitemap names no page")
    return RawFeed("sitemap", entries=entries, warnings=_passed_over(len(pages) - len(entries)))


def _entry(address: str, element: etree._Element) -> RawEntry:
    """Return a page as an entry; what its pictures and videos are called is not its own."""
    given = {
        _name(each): (each.text or "").strip()
        for news in _children(element, "news")
        for each in news.iter(tag=etree.Element)
    }
    title = given.get("title") or _slug(address)
    return RawEntry(
        id=address,
        link=address,
        title=Markup(title, is_html=False) if title else None,
        published=moment(given.get("publication_date", "")),
        updated=moment(_said(element, "lastmod")),
        lang=given.get("language") or None,
        tags=tuple(each.strip() for each in given.get("keywords", "").split(",")),
    )


def _is_address(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def _passed_over(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    were, their = ("was", "its address") if count == 1 else ("were", "their addresses")
    return (f"{counted(count, 'page')} {were} passed over, since {their} cannot be read",)


def _index(root: etree._Element) -> str:
    """Say which sitemaps an index names, the latest first."""
    found = [
        (
            moment(_said(element, "lastmod")),
            _said(element, "loc"),
        )
        for element in _children(root, "sitemap")
    ]
    latest = sorted(found, key=lambda each: each[0] or LONG_AGO, reverse=True)[:MOST_NAMED]
    named = ", ".join(address for _, address in latest if address)
    return f"the document is an index of sitemaps; take one of them: {named or 'it names none'}"


def _said(element: etree._Element, name: str) -> str:
    """Return the text of the first child of that name, empty when there is none."""
    return next((each.text or "" for each in _children(element, name)), "").strip()


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (each for each in element.iterchildren(tag=etree.Element) if _name(each) == name)


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _slug(address: str) -> str:
    """Return the title that the address of a page suggests."""
    last = SLUG_END.sub("", urlsplit(address).path).rpartition("/")[2]
    words = unquote(last).replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]
