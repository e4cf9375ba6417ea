"""Cutting a document at its items, so that those that are known need not be read again.

Only a plain document is cut: JSON Feed, or XML without a DTD, whose items stand one after another
and have nothing behind them but the end. What is found by looking for tags counts only once an XML
parser has found the same; a known item was found so when it was read.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Any, Self
from xml.parsers import expat

from topicwire.errors import ParseError
from topicwire.ingest import beside, digests, jsonfeed, parse, repair
from topicwire.ingest.raw import RawFeed

MOST_ITEMS = 500
LONGEST_HEAD = 20_000  # characters
LONGEST_END = 2_000

START = re.compile(r"<(item|entry)[\s>]")
END = re.compile(r"(?:\s|</[\w:.-]+\s*>|<!--[^<>]*-->)*")
# What changes with every document, and nothing that is said of an item comes from: dates, comments,
# and the list of its items with which RSS 1.0 begins.
PASSING = re.compile(
    r"<((?:\w+:)?(?:lastBuildDate|pubDate|updated|modified|date))>[^<]*</\1>|<!--[^<>]*-->"
    r"|<items>\s*<rdf:Seq>(?:\s*<rdf:li\s[^<>]*>(?:\s*</rdf:li>)?)*\s*</rdf:Seq>\s*</items>"
)


@dataclass(frozen=True, slots=True)
class Cut(ABC):
    """A document in parts: its items, with a digest of each, and what is around them."""

    items: tuple[Any, ...]
    digests: tuple[str, ...]

    def without(self, known: Container[str | None]) -> Self:
        """Return the document without the items that have these digests."""
        left = [place for place, digest in enumerate(self.digests) if digest not in known]
        items, digests = (tuple(each[p] for p in left) for each in (self.items, self.digests))
        return replace(self, items=items, digests=digests)

    @abstractmethod
    def frame(self, *context: object) -> str:
        """Return the digest of all around the items, and of what else their reading depends on."""

    @abstractmethod
    def is_sound(self) -> bool:
        """Whether the items are just what they seem, and nothing odd is in them."""

    @abstractmethod
    def read(self) -> RawFeed:
        """Return what the document says.

        Raises:
            ParseError: nothing of it can be read.
        """


@dataclass(frozen=True, slots=True)
class CutXml(Cut):
    """RSS or Atom, as text: what stands before its items, they, and what ends it."""

    head: str
    end: str

    @property
    def text(self) -> str:
        """The document."""
        return "".join((self.head, *self.items, self.end))

    def frame(self, *context: object) -> str:
        """Return the digest of what stays of head and end from one document to the next."""
        head, end = (PASSING.sub("", each) for each in (self.head, self.end))
        return digests.of_text(repr((head, end.split(), context)))

    def is_sound(self) -> bool:
        """Whether an XML parser finds the items just where they are, and nothing odd is in them."""
        return not any(map(_is_odd, self.items)) and _Parser().finds(self)

    def read(self) -> RawFeed:
        """Return what feedparser finds."""
        return parse.xml(self.text)


@dataclass(frozen=True, slots=True)
class CutJson(Cut):
    """A JSON Feed: its items, and the rest of the object that they are in."""

    rest: dict[str, Any]

    def frame(self, *context: object) -> str:
        """Return the digest of all but the items."""
        return digests.of_text(repr((self.rest, context)))

    def is_sound(self) -> bool:
        """Whether the items are what they seem: JSON itself says where each begins and ends."""
        return True

    def read(self) -> RawFeed:
        """Return what the object says."""
        return jsonfeed.feed_of(self.rest | {"items": list(self.items)})


def cut(text: str) -> Cut | None:
    """Return the document in parts, None when it has to be read whole."""
    found = _json(text) if text.startswith("{") else _xml(text)
    return found if found and len(set(found.digests)) == len(found.digests) else None


def _json(text: str) -> CutJson | None:
    try:
        rest = jsonfeed.document_of(text)
        items = rest.pop("items", None)
        if not isinstance(items, list) or len(items) > MOST_ITEMS:
            return None
        found = tuple(digests.of_text(repr(each)) for each in items)
    except (ParseError, RecursionError):
        return None
    return CutJson(tuple(items), found, rest) if items else None


def _xml(text: str) -> CutXml | None:
    first = START.search(text, 0, LONGEST_HEAD)
    if first is None:
        return None
    head = text[: first.start()]
    items, end = _items(text, first.start(), tag=f"</{first[1]}>")
    is_plain = (
        "<!DOCTYPE" not in head
        and repair.ROOT.search(head) is not None
        and not beside.OF_THE_WHOLE.search(head)
        and all(item.startswith(f"<{first[1]}") for item in items)
        and all(each.count("<") + end.count("<") <= repair.MOST_ELEMENTS for each in items)
        and len(end) <= LONGEST_END
        and END.fullmatch(end) is not None
    )
    return CutXml(items, tuple(map(digests.of_text, items)), head, end) if is_plain else None


def _items(text: str, start: int, *, tag: str) -> tuple[tuple[str, ...], str]:
    """Return the items from `start` on, each up to this tag that ends it, and what follows them."""
    items: list[str] = []
    while len(items) < MOST_ITEMS and (stop := text.find(tag, start)) >= 0:
        items.append(text[start : stop + len(tag)].lstrip())
        start = stop + len(tag)
    return tuple(items), text[start:]


def _is_odd(item: str) -> bool:
    """Whether the reading of the rest of the document may depend on this item, or on its place."""
    speaks = beside.SKIPS.search(item) or beside.OF_THE_WHOLE.search(item)
    return speaks is not None or repair.namespaced(item) != item


class _Parser:
    """An XML parser that counts the elements which begin where the items do."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._open = 0
        self._level: int | None = None  # how many elements are open around the items
        self._begun = 0

    def finds(self, document: CutXml) -> bool:
        """Whether each part is one whole element, and all of them are a document."""
        try:
            self._parser.Parse(document.head, False)
            self._level = self._open
            for count, item in enumerate(document.items, 1):
                self._parser.Parse(item, False)
                if (self._open, self._begun) != (self._level, count):
                    return False
            self._parser.Parse(document.end, True)
        except expat.ExpatError:
            return False
        return self._begun == len(document.items)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        del name, attributes
        self._begun += self._open == self._level
        self._open += 1

    def _end(self, name: str) -> None:
        del name
        self._open -= 1
