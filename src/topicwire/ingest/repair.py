"""XML text made fit for feedparser: without what it stumbles over or takes too long over.

All of it takes time in proportion to the text.
"""

import re
from itertools import pairwise

from topicwire.ingest.charset import legal

MOST_ITEMS = 1_000  # read from either end of a document, whichever end its newest are at
LONGEST_AUTHOR = 400  # characters; feedparser's search for an address in it is quadratic
MOST_ELEMENTS = 20_000  # of one item; what has more is no column
MOST_ATTRIBUTES = 200  # of one element; the XML parser's search for doubles is quadratic
LONG_TAG = 2_000  # characters, below which the attributes need no counting

NAMESPACES = {
    "search.yahoo.com/mrss": "http://search.yahoo.com/mrss/",
    "www.itunes.com/dtds/podcast-1.0.dtd": "http://www.itunes.com/DTDs/PodCast-1.0.dtd",
    "purl.org/rss/1.0/modules/content": "http://purl.org/rss/1.0/modules/content/",
    "purl.org/rss/1.0/modules/syndication": "http://purl.org/rss/1.0/modules/syndication/",
    "purl.org/dc/elements/1.1": "http://purl.org/dc/elements/1.1/",
    "purl.org/dc/terms": "http://purl.org/dc/terms/",
    "purl.org/rss/1.0": "http://purl.org/rss/1.0/",
    "www.w3.org/2005/atom": "http://www.w3.org/2005/Atom",
    "www.w3.org/1999/02/22-rdf-syntax-ns": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
PROLOGUE = re.compile(r"\A\s*<\?xml[^>]*\?>\s*")
ROOT = re.compile(r"(?i)<(?:\?xml|!doctype|(?:[\w-]+:)?(?:rss|feed|rdf)\b)")
ROOT_END = re.compile(r"(?i)</(?:[\w-]+:)?(?:rss|feed|rdf|channel)\s*>")
XMLNS = re.compile(r"""(xmlns(?::[\w.-]+)?\s*=\s*["'])([^"'\s]+)(?=["'])""")
ITEM = re.compile(r"(?i)<(?:[\w-]+:)?(?:item|entry)(?=[\s>])")
ITEM_END = re.compile(r"(?i)</(?:[\w-]+:)?(?:item|entry)\s*>")
AUTHOR = re.compile(
    r"(<(?:[\w-]+:)?(?:author|creator|publisher|managingeditor|webmaster|name)(?:\s[^<>]*)?>)"
    r"(?:(\s*<!\[CDATA\[)((?:(?!\]\]>).)*)|([^<]*))",
    re.DOTALL | re.IGNORECASE,
)
ADDRESS = re.compile(
    r"(?:&lt;|[<(\[])?\s*(?:mailto:)?[\w.+%-]{1,64}@[\w.-]{1,255}\s*(?:&gt;|[>)\]])?"
)
LONG_TAGS = re.compile(rf"<([A-Za-z_][\w:.-]*)(\s[^<>]{{{LONG_TAG},}})>")
ATTRIBUTE = re.compile(r"=\s*[\"']")
BRACKETED = re.compile(r"\s*\(([^()]*)\)\s*")


def repaired(text: str) -> str:
    """Return the text without what feedparser stumbles over, takes too long over or misreads."""
    start = ROOT.search(text[:5_000])
    text = PROLOGUE.sub("", legal(text[start.start() :] if start else text))
    text = AUTHOR.sub(_named, LONG_TAGS.sub(_fewer_attributes, text))
    head, tail = text[:20_000], text[20_000:]
    return _fewer_elements(_fewer_items(namespaced(head) + tail))


def namespaced(text: str) -> str:
    """Return the text with its namespaces as they are really called."""
    return XMLNS.sub(_known_namespace, text)


def items_count(text: str) -> int:
    """Return how many items begin in the text."""
    return sum(1 for _ in ITEM.finditer(text))


def is_cut_off(text: str) -> bool:
    """Whether the document ends within an item."""
    if ROOT_END.search(text[-2_000:]):
        return False
    starts = [found.start() for found in ITEM.finditer(text)]
    ends = [found.start() for found in ITEM_END.finditer(text)]
    return bool(starts) and (not ends or ends[-1] < starts[-1])


def _named(found: re.Match[str]) -> str:
    """Keep an author's name: feedparser cuts up names beside addresses in newer domains."""
    start, cdata, inside, plain = found.groups()
    name = ADDRESS.sub("", (inside or plain or "")[:LONGEST_AUTHOR])
    return f"{start}{cdata or ''}{_unwrapped(name)}"


def _unwrapped(name: str) -> str:
    wrapped = BRACKETED.fullmatch(name)
    return wrapped.group(1) if wrapped else name


def _known_namespace(found: re.Match[str]) -> str:
    """Repair near misses of a namespace: https, another case, a slash too many or too few."""
    key = found.group(2).lower().partition("://")[2].rstrip("/#")
    return found.group(1) + NAMESPACES.get(key, found.group(2))


def _fewer_items(text: str) -> str:
    """Cut out the middle of a document with too many items to read."""
    starts = [found.start() for found in ITEM.finditer(text)]
    if len(starts) <= 2 * MOST_ITEMS:
        return text
    return text[: starts[MOST_ITEMS]] + text[starts[-MOST_ITEMS] :]


def _fewer_elements(text: str) -> str:
    """Leave out the items, and what stands before them, that are made of markup alone."""
    if text.count("<") <= MOST_ELEMENTS:
        return text
    starts = [found.start() for found in ITEM.finditer(text)]
    parts = [text[start:end] for start, end in pairwise([0, *starts, len(text)])]
    return "".join(part for part in parts if part.count("<") <= MOST_ELEMENTS)


def _fewer_attributes(found: re.Match[str]) -> str:
    """Keep a long tag's attributes, unless only an attack has as many."""
    name, attributes = found.groups()
    if len(ATTRIBUTE.findall(attributes)) <= MOST_ATTRIBUTES:
        return found.group()
    return f"<{name}{'/' if attributes.endswith('/') else ''}>"
