"""A page as Atom 1.0 (RFC 4287)."""

from functools import partial
from typing import Any

from lxml.etree import SubElement

from topicwire.model.document import Format
from topicwire.publish.compose import ICON, FeedPage
from topicwire.publish.extension import (
    XML_LANG,
    PageExtension,
    add_verdict,
    document,
    filled_entry,
    filled_feed,
    fragment,
    marked,
)
from topicwire.publish.item import Credit, FeedItem
from topicwire.publish.kept import Kept
from topicwire.publish.wording import without_players


def render(page: FeedPage) -> bytes:
    """Return the page as an Atom document in UTF-8."""
    head: bytes = _feed(page).atom_str(pretty=True)
    return document(head, map(_entries, page.items), last=b"</feed>")


def _feed(page: FeedPage) -> Any:
    feed = filled_feed(page, Format.ATOM)
    feed.register_extension("topicwire", partial(PageExtension, page, Format.ATOM))
    feed.icon(page.site.url(ICON))
    feed.author(name=marked(page.site.title), uri=page.site.url("/"))
    feed.generator(marked(page.site.title), version=page.site.version, uri=page.site.url("/"))
    return feed


def _entry(item: FeedItem) -> Any:
    entry = filled_entry(item, _Extension(item))
    if item.summary_html:
        entry.summary(without_players(item.summary_html), type="html")
    if item.content_html:
        entry.content(without_players(item.content_html), type="html")
    if item.rights:
        entry.rights(marked(item.rights))
    entry.author([{"name": marked(author)} for author in item.authors])
    return entry


def _written(item: FeedItem) -> bytes:
    return fragment(_entry(item).atom_entry(), "feed")


_entries = Kept(_written, length=lambda item: item.length)


class _Extension:
    """Adds what feedgen cannot say: languages, sources, and links with their attributes."""

    def __init__(self, item: FeedItem) -> None:
        self.item = item

    def extend_atom(self, entry: Any) -> None:
        """Complete a finished entry element; called by feedgen."""
        if self.item.lang:
            entry.set(XML_LANG, self.item.lang)
        for enclosure in self.item.enclosures:
            size = {"length": str(enclosure.length)} if enclosure.length else {}
            _link(entry, "enclosure", enclosure.url, type=enclosure.type, **size)
        for url in self.item.via:
            _link(entry, "via", url)
        _add_source(entry, self.item.source, has_author=bool(self.item.authors))
        add_verdict(entry, self.item.grounds)


def _add_source(entry: Any, credit: Credit, *, has_author: bool) -> None:
    """Say which feed the entry is from, and as whose work it stands when it names no author."""
    source = SubElement(entry, "source")
    SubElement(source, "id").text = credit.id
    SubElement(source, "title").text = marked(credit.title)
    SubElement(source, "updated").text = credit.updated.isoformat()
    if credit.feed_url:
        _link(source, "self", credit.feed_url)
    if credit.site:
        _link(source, "alternate", credit.site)
    if not has_author:
        SubElement(SubElement(source, "author"), "name").text = marked(credit.title)


def _link(parent: Any, rel: str, href: str, **attributes: str) -> None:
    SubElement(parent, "link", {"rel": rel, "href": href} | attributes)
