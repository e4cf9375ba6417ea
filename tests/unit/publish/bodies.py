"""The W3C feed validator's rules for HTML in an entry, in its own words for the findings."""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from typing import Any

from html5lib.html5parser import HTMLParser, ParseError


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


ELEMENTS = _words(
    "a abbr aside audio b blockquote br caption cite code col colgroup dd del dfn div dl dt em "
    "figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p picture pre q rp rt ruby s samp "
    "small source strong sub sup table tbody td tfoot th thead time tr u ul var video wbr"
)
ATTRIBUTES = _words(
    "abbr alt cite colspan datetime dir height href hreflang lang loading poster preload "
    "referrerpolicy rel reversed rowspan scope span src start title type value width"
)
QUOTED = r"""(?:"(.*?)"|'(.*?)'|([\w-]+)[\s>])"""
LINKED = re.compile(rf"(?i)<a\s+href={QUOTED}|<img\s+[^>]*src={QUOTED}")


@lru_cache
def body_findings(html: str) -> tuple[str, ...]:
    """Return what the validator would say of an entry's HTML; it parses as strictly as it can be done."""
    return tuple(_body_findings(html))


def _body_findings(html: str) -> Iterator[str]:
    if "<?import" in html.lower():
        yield "SecurityRisk"
    try:
        fragment: Any = HTMLParser(strict=True).parseFragment(html)
    except ParseError as error:
        yield f"NotHtml: {error}"
        return
    for element in fragment.iter():
        yield from _element_findings(element)
    for found in LINKED.findall(html):
        address = unescape(next(filter(None, found), "")).strip()
        if not re.match(r"\w+:", address):
            yield f"ContainsRelRef: {address}"


def _element_findings(element: Any) -> Iterator[str]:
    name = str(element.tag).rpartition("}")[2]
    if name != "DOCUMENT_FRAGMENT" and name not in ELEMENTS:
        yield f"SecurityRisk: {name}"
    yield from (f"SecurityRiskAttr: {each}" for each in element.attrib if each not in ATTRIBUTES)


def is_taken_for_latin_1(text: str) -> bool:
    """Whether the text is UTF-8 that somebody read as Latin-1 (BadCharacters)."""
    if not re.search("[\xc2\xc3][\x80-\xbf]", text):
        return False
    try:
        text.encode("latin-1").decode()
    except UnicodeError:
        return False
    return True
