"""What Atom and RSS share of feedgen: feeds and entries filled so that no validator minds.

feedgen's defaults are the present time, entries in reverse and the locale of the process; any of
them would let the same edition give different bytes.
"""

from email.utils import format_datetime
from functools import partial
from typing import Any

import feedgen.entry
import feedgen.feed
from lxml.etree import SubElement

from topicwire.model.document import Format
from topicwire.publish.compose import FeedPage
from topicwire.publish.item import FeedItem, Grounds

REASON = "urn:topicwire:reason:1"  # the namespace in which an entry says why it is there
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# Markup characters in plain text travel as U+FDD0 and U+FDD1, which no published text contains,
# and are written as the hexadecimal references that the RSS Board's profile asks for.
_MARKED = str.maketrans({"&": "\ufdd0", "<": "\ufdd1"})
_WRITTEN = (("\ufdd0".encode(), b"&#x26;"), ("\ufdd1".encode(), b"&#x3C;"))

# feedgen's own formatter sets the locale of the whole process for every date, which races
# between threads; the standard library's knows nothing but English.
feedgen.feed.formatRFC2822 = format_datetime
feedgen.entry.formatRFC2822 = format_datetime


def filled_feed(page: FeedPage, form: Format) -> Any:
    """Return a feed generator with what both formats say of a page, without entries."""
    feed = feedgen.feed.FeedGenerator()
    feed.id(page.id)
    feed.title(marked(page.title))
    feed.subtitle(marked(page.subtitle))
    feed.updated(page.updated)
    feed.language(page.language)
    feed.rights(marked(page.rights))
    feed.link(href=page.url(form), rel="self", type=f"application/{form}+xml")
    # The last link is the one that feedgen makes the RSS channel's.
    feed.link(href=page.url(Format.HTML), rel="alternate", type="text/html")
    return feed


def add_entry(feed: Any, item: FeedItem, extension: type) -> Any:
    """Add an entry with what both formats say of an item; `extension` is made with the item."""
    entry = feedgen.entry.FeedEntry()
    entry.register_extension("topicwire", partial(extension, item))
    feed.add_entry(entry, order="append")
    entry.guid(item.id, permalink=item.id == item.url)
    entry.title(marked(item.title))
    entry.published(item.published)
    entry.updated(item.updated)
    entry.category([{"term": marked(tag)} for tag in item.tags])
    if item.url:
        entry.link(href=item.url)
    return entry


class Namespaces:
    """Declares the prefixes that the entries use, once, at the root; made with them by name."""

    def __init__(self, **prefixes: str) -> None:
        self._prefixes = prefixes

    def extend_ns(self) -> dict[str, str]:
        """Return the namespaces by prefix; called by feedgen."""
        return self._prefixes

    def extend_atom(self, root: Any) -> None:
        """Change nothing; called by feedgen."""

    def extend_rss(self, root: Any) -> None:
        """Change nothing; called by feedgen."""


def add_verdict(element: Any, grounds: Grounds | None) -> None:
    """Let an entry's element say why it is there, in words of our own that programs can read."""
    if grounds is None:
        return
    if grounds.score is None:
        SubElement(element, f"{{{REASON}}}verdict", {"by": "editor"})
        return
    verdict = SubElement(element, f"{{{REASON}}}verdict", {"score": f"{grounds.score:.2f}"})
    for each in grounds.reasons:
        place = {"zone": each.zone.value, "count": str(each.count), "clause": each.clause}
        SubElement(verdict, f"{{{REASON}}}reason", place).text = each.matched


def marked(text: str) -> str:
    """Return plain text in the form that `written` turns into character references."""
    return text.translate(_MARKED)


def written(xml: bytes) -> bytes:
    """Return feedgen's output with the references that `marked` stands for."""
    for mark, reference in _WRITTEN:
        xml = xml.replace(mark, reference)
    return xml
