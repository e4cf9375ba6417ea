"""What Atom and RSS share of feedgen: feeds and entries filled so that no validator minds.

feedgen's defaults are the present time, entries in reverse and the locale of the process; any of
them would let the same edition give different bytes.
"""

import re
from collections.abc import Iterator
from email.utils import format_datetime
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

import feedgen.entry
import feedgen.feed
from lxml.etree import ProcessingInstruction, SubElement

from topicwire.model.document import Format
from topicwire.publish.compose import FeedPage
from topicwire.publish.item import FeedItem, Grounds

ATOM = "http://www.w3.org/2005/Atom"
_HISTORY = "http://purl.org/syndication/history/1.0"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_QUOTE = {'"': "&quot;"}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# Markup characters in plain text travel as U+FDD0 and U+FDD1, which no published text contains,
# and are written as the hexadecimal references that the RSS Board's profile asks for.
_MARKED = str.maketrans({"&": "\ufdd0", "<": "\ufdd1"})
_WRITTEN = {"\ufdd0".encode(): b"&#x26;", "\ufdd1".encode(): b"&#x3C;"}
_MARK = re.compile("\ufdd0".encode()[:2] + rb"[\x90\x91]")

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


class PageExtension:
    """Adds what feedgen cannot say of a page: its hub, its archive (RFC 5005), what is gone.

    It also declares the prefixes that the page and its entries use, once, at the root.
    """

    def __init__(self, page: FeedPage, form: Format, **prefixes: str) -> None:
        self._page = page
        self._form = form
        self._prefixes = prefixes

    def extend_ns(self) -> dict[str, str]:
        """Return the namespaces by prefix; called by feedgen."""
        more = {"fh": _HISTORY} if self._page.page else {}
        return self._prefixes | more | ({"at": _TOMBSTONES} if self._is_told_what_is_gone else {})

    def extend_atom(self, root: Any) -> None:
        """Complete a feed element that has no entry yet; called by feedgen."""
        self._extend(root, link="link")
        for each in self._page.departed if self._is_told_what_is_gone else ():
            gone = {"ref": each.id, "when": each.when.isoformat()}
            SubElement(root, f"{{{_TOMBSTONES}}}deleted-entry", gone)

    def extend_rss(self, root: Any) -> None:
        """Complete a channel that has no item yet; called by feedgen."""
        self._extend(root[0], link=f"{{{ATOM}}}link")

    @property
    def _is_told_what_is_gone(self) -> bool:
        return self._form is Format.ATOM and bool(self._page.departed)

    def _extend(self, element: Any, *, link: str) -> None:
        for rel, address in _relations(self._page, self._form):
            SubElement(element, link, {"rel": rel, "href": address})
        if self._page.page:
            SubElement(element, f"{{{_HISTORY}}}archive")


def _relations(page: FeedPage, form: Format) -> Iterator[tuple[str, str]]:
    """Yield where the page's hub is, and where the archive goes on."""
    if page.hub:
        yield "hub", page.hub
    if page.page:
        yield "current", page.url(form, page=0)
    if page.older:
        yield "prev-archive", page.url(form, page=page.older)
    if page.newer:
        yield "next-archive", page.url(form, page=page.newer)
    elif page.page and not page.older:
        # A page without any neighbour counts as incomplete (ArchiveIncomplete).
        yield "next-archive", page.url(form, page=0)


def add_verdict(element: Any, grounds: Grounds | None) -> None:
    """Let an entry's element say why it is there, for programs.

    It does so in processing instructions: the validator minds every namespace that it does not
    know (UnknownNamespace), and readers pass over them.
    """
    if grounds is None:
        return
    said = {"by": "editor"} if grounds.score is None else {"score": f"{grounds.score:.2f}"}
    element.append(_instruction("topicwire-verdict", said))
    for each in grounds.reasons:
        place = {"zone": each.zone.value, "count": str(each.count)}
        words = {"clause": each.clause, "matched": each.matched}
        element.append(_instruction("topicwire-reason", place | words))


def _instruction(target: str, said: dict[str, str]) -> Any:
    """Return an instruction whose text reads like attributes, escaped as theirs are."""
    pairs = (f'{name}="{escape(value, _QUOTE)}"' for name, value in said.items())
    return ProcessingInstruction(target, " ".join(pairs))


def marked(text: str) -> str:
    """Return plain text in the form that `written` turns into character references."""
    return text.translate(_MARKED)


def written(xml: bytes) -> bytes:
    """Return feedgen's output with the references that `marked` stands for."""
    return _MARK.sub(lambda found: _WRITTEN[found[0]], xml)
