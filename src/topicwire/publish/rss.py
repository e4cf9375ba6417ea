"""A page as RSS 2.0, to the letter of the RSS Board's specification and profile."""

from functools import partial
from typing import Any

from lxml.etree import SubElement

from topicwire.model.document import Format
from topicwire.publish.compose import FeedPage
from topicwire.publish.extension import (
    ATOM,
    REASON,
    XML_LANG,
    PageExtension,
    add_entry,
    add_verdict,
    filled_feed,
    marked,
    written,
)
from topicwire.publish.item import FeedItem, paragraph

_DC = "http://purl.org/dc/elements/1.1/"
_MEDIA = "http://search.yahoo.com/mrss/"

_MINUTES = 5  # what our answers may be cached for


def render(page: FeedPage) -> bytes:
    """Return the page as an RSS document in UTF-8."""
    feed = filled_feed(page, Format.RSS)
    feed.register_extension(
        "topicwire",
        partial(PageExtension, page, Format.RSS, dc=_DC, media=_MEDIA, topicwire=REASON),
    )
    feed.generator(marked(f"{page.site.title} {page.site.version} ({page.site.url('/')})"))
    feed.docs("https://www.rssboard.org/rss-specification")
    feed.ttl(_MINUTES)
    for item in page.items:
        _fill(add_entry(feed, item, _Extension), item, page)
    xml: bytes = feed.rss_str(pretty=True)
    return written(xml)


def _fill(entry: Any, item: FeedItem, page: FeedPage) -> None:
    """Give the entry its texts: a description always, before the content (NeedDescriptionBeforeContent)."""
    summary = item.summary_html or paragraph(item.excerpt)
    if item.content_html and summary:
        entry.content(item.content_html)
    entry.description(summary or item.content_html)
    source = item.source
    # RSS demands an address of the source's feed; a source that is a file has none.
    address = source.feed_url or source.site or item.url or page.url(Format.HTML)
    entry.source(url=address, title=marked(source.title))
    for enclosure in item.enclosures[:1]:
        entry.enclosure(enclosure.url, str(enclosure.length), enclosure.type)


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
        for enclosure in item.enclosures[1:]:
            size = {"fileSize": str(enclosure.length)} if enclosure.length else {}
            attributes = {"url": enclosure.url, "type": enclosure.type, **size}
            SubElement(element, f"{{{_MEDIA}}}content", attributes)
        for url in item.via:
            SubElement(element, f"{{{ATOM}}}link", {"rel": "via", "href": url})
        add_verdict(element, item.grounds)
