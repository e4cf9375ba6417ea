"""A page as RSS 2.0, to the letter of the RSS Board's specification and profile."""

import re
from functools import partial
from typing import Any

from lxml.etree import SubElement

from topicwire.model.document import Format
from topicwire.model.wire import Enclosure
from topicwire.publish.compose import FeedPage
from topicwire.publish.extension import (
    ATOM,
    CONTENT,
    XML_LANG,
    PageExtension,
    add_verdict,
    document,
    filled_entry,
    filled_feed,
    fragment,
    marked,
)
from topicwire.publish.item import FeedItem, paragraph
from topicwire.publish.kept import Kept
from topicwire.publish.wording import without_players

_DC = "http://purl.org/dc/elements/1.1/"
_MEDIA = "http://search.yahoo.com/mrss/"
_PREFIXES = {"dc": _DC, "media": _MEDIA, "atom": ATOM, "content": CONTENT}  # of a document's root

_PLAIN_ADDRESS = re.compile(
    r"https?://(?:[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.|(?:[a-z0-9-]+\.)+)"
    r"[a-z0-9][a-z0-9-]*(?::[0-9]+)?(?:/|$)",
    re.IGNORECASE,
)
_MINUTES = 5  # what our answers may be cached for


def render(page: FeedPage) -> bytes:
    """Return the page as an RSS document in UTF-8."""
    shown = page.url(Format.HTML)
    head: bytes = _feed(page).rss_str(pretty=True)
    return document(head, (_items((item, shown)) for item in page.items), last=b"  </channel>")


def _feed(page: FeedPage) -> Any:
    feed = filled_feed(page, Format.RSS)
    extension = partial(PageExtension, page, Format.RSS, dc=_DC, media=_MEDIA)
    feed.register_extension("topicwire", extension)
    feed.generator(marked(f"{page.site.title} {page.site.version} ({page.site.url('/')})"))
    feed.docs("https://www.rssboard.org/rss-specification")
    feed.ttl(_MINUTES)
    return feed


def _item(item: FeedItem, shown: str) -> Any:
    """Return an item with its texts: a description always, before the content (NeedDescriptionBeforeContent)."""
    entry = filled_entry(item, _Extension(item))
    summary = without_players(item.summary_html) or paragraph(item.excerpt)
    content = without_players(item.content_html)
    if content and summary:
        entry.content(content)
    entry.description(summary or content)
    source = item.source
    # RSS demands an address of the source's feed; a source that is a file has none.
    address = source.feed_url or source.site or item.url or shown
    entry.source(url=address, title=marked(source.title))
    first = _enclosure(item)
    if first:
        entry.enclosure(first.url, str(first.length), first.type)
    return entry


def _written(given: tuple[FeedItem, str]) -> bytes:
    return fragment(_item(*given).rss_entry(), "rss", "channel", prefixes=_PREFIXES)


_items = Kept(_written, length=lambda given: given[0].length)


def _enclosure(item: FeedItem) -> Enclosure | None:
    """Return the one enclosure of RSS: the first at an address that the validator takes for one."""
    return next((each for each in item.enclosures if _PLAIN_ADDRESS.match(each.url)), None)


class _Extension:
    """Adds what feedgen cannot say: authors without an address, rights, more media, via."""

    def __init__(self, item: FeedItem) -> None:
        self.item = item

    def extend_rss(self, element: Any) -> None:
        """Complete a finished item element; called by feedgen."""
        item = self.item
        if item.lang:
            element.set(XML_LANG, item.lang)
        for author in item.authors:
            SubElement(element, f"{{{_DC}}}creator").text = marked(author)
        if item.rights:
            SubElement(element, f"{{{_DC}}}rights").text = marked(item.rights)
        first = _enclosure(item)
        for enclosure in (each for each in item.enclosures if each is not first):
            known = {"fileSize": enclosure.length, "duration": enclosure.duration}
            said = {name: str(value) for name, value in known.items() if value}
            attributes = {"url": enclosure.url, "type": enclosure.type} | said
            SubElement(element, f"{{{_MEDIA}}}content", attributes)
        for url in item.via:
            SubElement(element, f"{{{ATOM}}}link", {"rel": "via", "href": url})
        add_verdict(element, item.grounds)
