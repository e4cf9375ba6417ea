"""Pages without a feed: their entries found by CSS selectors."""

from collections.abc import Iterator
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from topicwire.errors import ParseError
from topicwire.ingest import links
from topicwire.ingest.dates import moment
from topicwire.ingest.raw import Markup, RawEntry, RawFeed
from topicwire.model.catalogue import Selectors

LONGEST = 3_000_000  # characters of a page
MOST = 200  # entries of a page
DATES = ("datetime", "content", "title")  # attributes that may hold a date, before the text


def page(text: str, selectors: Selectors, *, url: str) -> RawFeed:
    """Return the entries of a page; their addresses are their ids.

    Raises:
        ParseError: nothing is where the selectors look for it.
    """
    tree = LexborHTMLParser(text[:LONGEST])
    found = tree.css(selectors.items)[:MOST]
    if not found:
        raise ParseError(
            f"no element of {url} matches items = {selectors.items!r}; the page may have a new "
            "shape: look at it, and correct the selectors of the source"
        )
    base = links.url(_attribute(tree.css_first("base[href]"), "href"), base=url) or url
    entries = tuple(each for node in found for each in _entry(node, selectors, base))
    if not entries:
        raise ParseError(
            f"the {len(found)} elements that match items = {selectors.items!r} hold no link; "
            "set link = … in the source's [page]"
        )
    heading = tree.css_first("title")
    title = heading.text(strip=True) if heading is not None else ""
    return RawFeed(
        format="page",
        title=Markup(title, is_html=False) if title else None,
        lang=_attribute(tree.css_first("html[lang]"), "lang") or None,
        site=url,
        entries=entries,
        warnings=tuple(_warnings(len(found), entries)),
    )


def problem(selector: str) -> str | None:
    """Say why this is no selector, None when it is one."""
    css, _, attribute = selector.rpartition("@") if "@" in selector else (selector, "", "")
    if "@" in selector and not attribute.strip():
        return "it names no attribute after the @"
    try:
        LexborHTMLParser("<p></p>").css(css or "*")
    except Exception as error:  # noqa: BLE001 (the parser's own, of several kinds)
        return f"it is no CSS selector ({error})"
    return None


def _entry(node: LexborNode, selectors: Selectors, base: str) -> Iterator[RawEntry]:
    """Yield the entry that an element holds, if there is a link in it."""
    anchor = _first_link(node) if selectors.link is None else None
    link = _value(node, selectors.link, "href") if selectors.link else _attribute(anchor, "href")
    address = links.url(link, base=base)
    if address is None:
        return
    title = _value(node, selectors.title) if selectors.title else _text(anchor)
    author = _value(node, selectors.author) if selectors.author else ""
    said = title or _text(node)[:300]
    yield RawEntry(
        id=address,
        link=address,
        title=Markup(said, is_html=False) if said else None,
        authors=(author,) if author else (),
        published=_date(node, selectors.date or "time"),
    )


def _first_link(node: LexborNode) -> LexborNode | None:
    """Return the first link that says something, else the first, the element itself included."""
    found = [node] if node.tag == "a" else node.css("a[href]")
    return next((each for each in found if _text(each)), found[0] if found else None)


def _value(node: LexborNode, selector: str, attribute: str = "") -> str:
    """Return the text, or with `css@name` the attribute, of the first element that matches."""
    css, _, named = selector.rpartition("@") if "@" in selector else (selector, "", "")
    found = node.css_first(css) if css else node
    return _attribute(found, named or attribute) if named or attribute else _text(found)


def _date(node: LexborNode, selector: str) -> datetime | None:
    if "@" in selector:
        return moment(_value(node, selector))
    found = node.css_first(selector)
    given = (*(_attribute(found, name) for name in DATES), _text(found))
    return next((when for each in given if each and (when := moment(each))), None)


def _text(node: LexborNode | None) -> str:
    return " ".join(node.text(separator=" ").split()) if node is not None else ""


def _attribute(node: LexborNode | None, name: str) -> str:
    return (node.attributes.get(name) or "").strip() if node is not None else ""


def _warnings(count: int, entries: tuple[RawEntry, ...]) -> Iterator[str]:
    if len(entries) * 2 < count:
        yield f"only {len(entries)} of {count} elements hold a link; the page may have a new shape"
    undated = sum(1 for each in entries if each.published is None)
    if undated == len(entries):
        yield "no entry has a date; the time it is first seen counts"
    untitled = sum(1 for each in entries if each.title is None)
    if untitled * 2 > len(entries):
        yield f"{untitled} of {len(entries)} entries have no title; the page may have a new shape"
