"""What Atom and RSS share of feedgen: feeds and entries filled so that no validator minds.

feedgen's defaults are the present time, entries in reverse and the locale of the process; any of
them would let the same edition give different bytes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

import feedgen.entry
import feedgen.feed
from lxml.etree import Element, ProcessingInstruction, SubElement, tostring

from topicwire.model.document import Format
from topicwire.publish.compose import FeedPage
from topicwire.publish.item import FeedItem, Grounds

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
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


def filled_entry(item: FeedItem, extension: object) -> Any:
    """Return an entry generator with what both formats say of an item; the `extension` adds more."""
    entry = feedgen.entry.FeedEntry()
    entry.register_extension("topicwire", lambda: extension)
    entry.guid(item.id, permalink=item.id == item.url)
    entry.title(marked(item.title))
    entry.published(item.published)
    entry.updated(item.updated)
    entry.category([{"term": marked(tag)} for tag in item.tags])
    if item.url:
        entry.link(href=item.url)
    return entry


def fragment(element: Any, *within: str, prefixes: Mapping[str, str] | None = None) -> bytes:
    """Return an entry's element as it stands in a document, below elements of these names.

    `prefixes` are those that the document's root declares.
    """
    root = parent = Element(within[0], nsmap=prefixes)
    for name in within[1:]:
        parent = SubElement(parent, name)
    parent.append(element)
    depth = len(within)
    lines = written(tostring(root, encoding="UTF-8", pretty_print=True)).split(b"\n", depth)
    return lines[depth].rsplit(b"\n", depth + 1)[0] + b"\n"


def document(head: bytes, entries: Iterable[bytes], *, last: bytes) -> bytes:
    """Return a document that has no entry yet with its entries, before its `last` tag."""
    begin, tag, end = written(head).rpartition(last)
    return b"".join((begin, *entries, tag, end))


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
