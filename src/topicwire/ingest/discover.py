"""Which feeds a web page names: in its headers, in its head, and among its links."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from topicwire.ingest import links

MOST = 5  # candidates
LONGEST = 2_000_000  # characters of a page that are looked at
TYPES = frozenset(
    {
        "application/atom+xml",
        "application/feed+json",
        "application/json",
        "application/rdf+xml",
        "application/rss+xml",
        "application/x-rss+xml",
        "text/xml",
        "application/xml",
    }
)
FEEDISH = re.compile(
    r"(?i)(?:^|[/._-])(?:rss2?|atom|feeds?|rdf|index\.xml|feed\.json)(?:[/._?-]|$)"
)
COMMENTS = re.compile(r"(?i)comment|kommentar|commentaire|comentario|комментар")
GUESSES = ("feed", "rss.xml", "atom.xml", "index.xml", "feed.json", "rss", "feed.xml")
HEADER, HEAD, LINK, GUESS = range(4)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be a feed; `tier` is how it was found, the surest first."""

    url: str
    title: str
    type: str
    tier: int


def candidates(
    text: str, *, url: str, headers: Sequence[str] = (), guess: bool = False
) -> tuple[Candidate, ...]:
    """Return the feeds that a page at `url` names, the surest first, at most five.

    `headers` are its Link headers. Feeds of comments come only where there is no other. With
    `guess` the usual addresses follow what is named.
    """
    tree = LexborHTMLParser(text[:LONGEST])
    base = links.url(_attribute(tree.css_first("base[href]"), "href"), base=url) or url
    found: dict[str, Candidate] = {}
    for each in _all(tree, base, headers):
        found.setdefault(each.url, each)
    named = sorted(found.values(), key=lambda each: each.tier)
    main = [each for each in named if not COMMENTS.search(f"{each.url} {each.title}")] or named
    if guess:
        main += [
            Candidate(address, "", "", GUESS)
            for each in GUESSES
            if (address := links.url(urljoin(url, f"/{each}"))) and address not in found
        ]
    return tuple(main[: MOST if not guess else MOST + len(GUESSES)])


def _all(tree: LexborHTMLParser, base: str, headers: Sequence[str]) -> Iterator[Candidate]:
    by_header = links.named(headers, "alternate")
    if by_header and (address := links.url(by_header, base=base)):
        yield Candidate(address, "", "", HEADER)
    for node in tree.css("link[rel][href]"):
        kind = _attribute(node, "type").partition(";")[0].strip().lower()
        relations = _attribute(node, "rel").lower().split()
        is_feed = kind in TYPES and "alternate" in relations
        if is_feed or "feed" in relations:
            yield from _candidate(node, base, kind, HEAD)
    for node in tree.css("a[href]"):
        kind = _attribute(node, "type").strip().lower()
        if kind in TYPES or FEEDISH.search(_attribute(node, "href").partition("#")[0]):
            yield from _candidate(node, base, kind, LINK)


def _candidate(node: LexborNode, base: str, kind: str, tier: int) -> Iterator[Candidate]:
    address = links.url(_attribute(node, "href"), base=base)
    if address:
        title = _attribute(node, "title") or (node.text(strip=True) if tier == LINK else "")
        yield Candidate(address, " ".join(title.split())[:200], kind, tier)


def _attribute(node: LexborNode | None, name: str) -> str:
    return (node.attributes.get(name) or "") if node is not None else ""
