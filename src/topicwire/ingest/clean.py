"""Hostile markup made safe, and the text that a reader reads in it.

The only user of nh3 and selectolax. Our own limits come before them: both take time that grows
with the square of the nesting.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from html import escape, unescape

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

from topicwire.ingest import links
from topicwire.ingest.charset import printable

LONGEST = 1 << 20  # characters of one fragment
DEEPEST = 256  # elements within one another
MOST_ENTITIES = 20_000  # of one fragment
MOST_TAGS = 20_000  # of one fragment, with those that end an element; long columns have 2,500
TRIES = 4  # passes until the sanitiser has nothing left to change


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


BLOCKS = _words(
    "address article aside blockquote body caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main "
    "menu nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
UNREAD = _words(
    "script style template title textarea select option button iframe object embed applet audio "
    "video svg math noembed noframes xmp plaintext head rt rp"  # how a word sounds parts it
)
TAGS = _words(
    "a abbr aside audio b blockquote br caption cite code col colgroup dd del dfn div dl dt em "
    "figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p picture pre q rp rt ruby s samp "
    "small source strong sub sup table tbody td tfoot th thead time tr u ul var video wbr"
)
EDGES = BLOCKS - TAGS  # no more than a block to a reader: each is published as a div
ADDRESSES = frozenset({"href", "src", "cite", "poster"})
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang", "title"},
    "a": {"href", "hreflang"},
    "audio": {"src"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "img": {"alt", "height", "src", "width"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "q": {"cite"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"abbr", "colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"height", "poster", "src", "width"},
}
# What we add to an element that a reader's program would fetch or play by itself.
ADDED = {
    "img": ' loading="lazy" referrerpolicy="no-referrer"',
    "audio": ' controls="" preload="none"',
    "video": ' controls="" preload="none"',
}
# Closed by the next of their kind, so that they never nest by themselves; or empty.
SHALLOW = _words(
    "p li dt dd tr td th tbody thead tfoot option rt rp br img hr wbr col input source area base "
    "embed link meta param track"
)
DRAWINGS = ("svg", "math")  # in which a tag may end itself, as in XML

NEEDLESS = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#0*(?:38|60|62|34|39)|#[xX]0*(?:26|3[CcEe]|22|27));)#?\w{1,32};"
)
COMMENT = re.compile(r"<!--(?:>|->|.*?(?:--!?>|\Z))", re.DOTALL)
# What it holds is for readers without scripts, as ours are; the sanitiser would take it for text.
NOSCRIPT = re.compile(r"</?noscript(?=[\s/>])[^<>]*>", re.IGNORECASE)
# As a browser reads them: what stands in a value, a script or the like is no tag.
BLANK = r"[ \t\n\f\r]"
VALUE = r"(?:\"[^\"]*+\"?|'[^']*+'?|[^ \t\n\f\r>\"'][^ \t\n\f\r>]*+)"
NAMED = rf"[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+(?:{BLANK}*+={BLANK}*+{VALUE}?)?"
REST = rf"(?:{BLANK}|/(?!>)|{NAMED})*+(/?)>?"
LETTERS = "script|style|textarea|title|xmp|iframe|noembed|noframes"
TAG = re.compile(
    rf"{COMMENT.pattern}|<(?:[!?]|/[^a-z>])[^>]*+"
    rf"|<({LETTERS})(?=[ \t\n\f\r/>]){REST}.*?(?:(?=</\1[ \t\n\f\r/>])|\Z)"
    rf"|<(/?)([a-z][^ \t\n\f\r/>]*+){REST}",
    re.ASCII | re.DOTALL | re.IGNORECASE,
)
ANY_TAG = re.compile(r"<[^>]*>?")
# The sanitiser's own output is regular: attributes in double quotes, entities within.
ATTRIBUTE = r'(?: [a-z]+="[^"]*")*'
MEDIA = re.compile(rf"<(img|source|audio|video)({ATTRIBUTE})>")
EDGE = re.compile(rf"(?<=<)(/?)(?:{'|'.join(sorted(EDGES))})(?=[ >])")
HOLLOW = re.compile(rf"(?:\s|</?(?:div|p){ATTRIBUTE}>)*")
EMPTY_LINK = re.compile(rf"<a{ATTRIBUTE}>\s*</a>")
SOURCE = re.compile(r' src="([^"]*)"')
PIXEL = re.compile(r' (?:width|height)="[01]"')
HTML_WORD = re.compile(
    rf"(?i)<(script|style)\b[^<>]*>.*?</\1\s*>|</?(?:{'|'.join(sorted(TAGS | BLOCKS | UNREAD))}"
    r"|font|span|blink|big|tt|nobr|input)\b[^<>]*>",
    re.DOTALL,
)
SPACE = re.compile(r"[ \t\n\r\f\v\xa0]+")
SPACES = re.compile(" {2,}")
BREAKS = re.compile(r" ?\n ?(?:\n[ \n]*)?")
INVISIBLE = re.compile("[\xad\u200b\u2060\ufeff]")
# The mark of a note, and what comes before one that nothing links: "m" of m² is too short.
NOTE = re.compile(r"[\[(]?(?:(?:\d{1,3}|[*\u2020\u2021\u00a7])(?:[,\u2013-] ?)?){1,4}[\])]?")
NOTED = re.compile(r"(?:[^\W\d_]{3}|[^\W\d_][.,;:!?\"'\u201d\u2019\u00bb)\u2026]+)$")
PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


def html(fragment: str, *, base: str | None) -> str:
    """Return the fragment with nothing in it that runs, tracks or breaks a page.

    Relative addresses are resolved against `base`; those that cannot be are dropped. Cleaning
    what is clean changes nothing.
    """
    if not fragment.strip():
        return ""
    # A space, lest what was apart become a tag or a comment that nobody counted.
    shown = NOSCRIPT.sub(" ", COMMENT.sub("", fragment[:LONGEST]))
    before = _fewer_entities(shown)
    if _is_too_deep(before) or before.count("&") > MOST_ENTITIES:
        return paragraphs(text(before))
    for _ in range(TRIES):
        after = _sanitised(before, base)
        if after == before:
            return after
        before = after
    return paragraphs(text(before))


def _fewer_entities(fragment: str) -> str:
    """Decode the entities that need not be: the sanitiser's time grows with their square."""
    if fragment.count("&") <= MOST_ENTITIES:
        return fragment
    return NEEDLESS.sub(lambda found: unescape(found.group()), fragment)


def text(markup: str) -> str:
    """Return what a reader reads: paragraphs separated by a blank line, and no markup.

    Nothing that stands in an attribute is read, nor what does not show, such as a script, nor
    the mark of a note, which would make another word of the one before it.
    """
    fragment = COMMENT.sub("", markup[:LONGEST])
    if _is_too_deep(fragment):
        read = unescape(ANY_TAG.sub(" ", fragment))
    elif "<" in fragment:
        read = "".join(_pieces(fragment))
    else:
        read = SPACE.sub(" ", unescape(fragment))
    read = SPACES.sub(" ", INVISIBLE.sub("", printable(read)))
    return BREAKS.sub(_break, read).strip()


def plain(markup: str, *, is_html: bool) -> str:
    """Return one line of text, for titles and names.

    Entities are decoded only in HTML; tags go in any case, since people write them in titles
    that are text by the letter. "A < B" is no tag and stays.
    """
    read = text(markup) if is_html else _without_tags(printable(INVISIBLE.sub("", markup)))
    return " ".join(read.split())


def _without_tags(markup: str) -> str:
    """Return text without tags, also without those that others were wrapped around."""
    shorter = HTML_WORD.sub("", markup)
    while shorter != markup:
        markup, shorter = shorter, HTML_WORD.sub("", shorter)
    return shorter


def paragraphs(plain_text: str) -> str:
    """Return plain text as HTML: a paragraph for each block, a break for each further line."""
    lines_kept = plain_text.replace("\r\n", "\n").replace("\r", "\n")
    blocks = PARAGRAPHS.split(printable(lines_kept).strip())
    lines = (escape(block.strip(), quote=False).replace("\n", "<br>") for block in blocks)
    return "".join(f"<p>{line}</p>" for line in lines if line)


def _sanitised(fragment: str, base: str | None) -> str:
    """Return one pass of the sanitiser, without the images that are there to count readers.

    Blocks of all kinds go through it and become a div behind it, so that what stands in two of
    them never runs together.
    """
    safe = nh3.clean(
        fragment,
        tags=set(TAGS | EDGES),
        clean_content_tags=set(UNREAD - TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=partial(_attribute, base=base),
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    shown = MEDIA.sub(_medium, EDGE.sub(r"\1div", printable(safe)))
    without_links = EMPTY_LINK.sub("", shown).strip()
    return "" if HOLLOW.fullmatch(without_links) else without_links


def _attribute(tag: str, name: str, value: str, *, base: str | None) -> str | None:
    """Return what an attribute may say, None to drop it."""
    if name in ADDRESSES:
        if tag == "a" and value.strip().lower().startswith("mailto:"):
            return value.strip()
        return links.url(value, base=base)
    if name in ("width", "height"):
        return value if value.isdecimal() else None
    return value


def _medium(found: re.Match[str]) -> str:
    """Return the element with what we add to it; nothing for an image that shows nothing."""
    tag, attributes = found.groups()
    source = SOURCE.search(attributes)
    if tag == "img" and (PIXEL.search(attributes) or (source and _is_tracker(source))):
        return ""
    if tag in ("img", "source") and not source:
        return ""
    return f"<{tag}{attributes}{ADDED.get(tag, '')}>"


def _is_tracker(source: re.Match[str]) -> bool:
    return links.is_tracker(unescape(source.group(1)))


def _is_too_deep(fragment: str) -> bool:
    """Whether elements nest so deep, or are so many, that only an attack has them.

    How deep a parser takes them to nest is not known before it is done: `<div><table></div>` ends
    no div. That few are quickly parsed, however deep, is.
    """
    return fragment.count("<") > MOST_TAGS or depth(fragment, most=DEEPEST) > DEEPEST


def depth(markup: str, *, most: int = 10_000) -> int:
    """Return how many elements are open at once in the markup; counting ends beyond `most`."""
    if markup.count("<") <= most:
        return 0
    is_open: Counter[str] = Counter()
    now, deepest = 0, 0
    for _, _, closing, name, is_whole in TAG.findall(markup):
        tag = name.lower()
        if not tag or tag in SHALLOW or (closing and not is_open[tag]):
            continue
        if is_whole and any(is_open[each] for each in DRAWINGS):
            continue
        step = -1 if closing else 1
        is_open[tag] += step
        now += step
        deepest = max(deepest, now)
        if deepest > most:
            break
    return deepest


def _pieces(fragment: str) -> Iterator[str]:
    """Yield the text of the markup, with line breaks where a browser would begin anew."""
    body = LexborHTMLParser(fragment).body
    waiting: list[tuple[LexborNode | str, bool]] = [] if body is None else [(body, False)]
    while waiting:
        node, is_preformatted = waiting.pop()
        if isinstance(node, str):
            yield node
        elif node.tag == "-text":
            shown = node.text_content or ""
            lines = shown.split("\n") if is_preformatted else [shown]
            yield "\n".join(SPACE.sub(" ", line) for line in lines)
        elif node.tag == "br":
            yield "\n"
        elif node.tag not in UNREAD and not _is_note(node):
            edge = "\n\n" if node.tag in BLOCKS else ""
            yield edge
            waiting.append((edge, False))
            inside = is_preformatted or node.tag == "pre"
            children = list(node.iter(include_text=True))
            waiting.extend((child, inside) for child in reversed(children))


def _is_note(node: LexborNode) -> bool:
    """Whether an element is the mark of a note to what comes before it."""
    if node.tag not in ("a", "sup") or not NOTE.fullmatch(node.text().strip()):
        return False
    if node.tag == "sup" and node.css_first("a") is not None:
        return True
    before = node.prev
    said = before.text() if before is not None and before.tag not in BLOCKS else ""
    if node.tag == "a":
        return said[-1:].strip() != "" and "#" in (node.attributes.get("href") or "")
    return NOTED.search(said[-10:]) is not None


def _break(found: re.Match[str]) -> str:
    return "\n" if found.group().count("\n") == 1 else "\n\n"
