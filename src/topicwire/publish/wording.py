"""Text as it is published: characters, lines, excerpts and the reasons in words."""

import re
from html import unescape
from html.parser import HTMLParser

from topicwire.model.judging import SECOND_READER, Reason, Zone
from topicwire.words import listed

# All but what XML refuses, what HTML calls a parse error and what the W3C validator calls bad:
# controls, surrogates, non-characters, the replacement character. Negating what is allowed is ten
# times as fast as listing what is not.
_PLANES = "".join(
    f"{chr(plane * 0x10000)}-{chr(plane * 0x10000 + 0xFFFD)}" for plane in range(1, 17)
)
_FORBIDDEN = re.compile(f"[^\t\n -~\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffc{_PLANES}]")
_HARMLESS = b"\t\n" + bytes({*range(0x20, 0x7F), *range(0x80, 0xEF)} - {0xC2, 0xED})
_BREAKS = re.compile("\r\n?|\x85")
_BETWEEN = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")
# The validator takes what looks like a closing tag for markup, however it is escaped.
_CLOSING = re.compile(r"</(?=\w)")

_SAID = re.compile(r'( (?:alt|title)=")([^"]*(?i:src)=[^"]*)')
_ADDRESS = re.compile("(src)=", re.IGNORECASE)
_PLAYER = re.compile(r"<(audio|video)\b([^>]*) controls=\"\"([^>]*)>(.*?)</\1>", re.DOTALL)
_SOURCE = re.compile(r' src="([^"]*)"')

_BLOCK = re.compile(
    "address|article|aside|blockquote|br|caption|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|"
    "header|hr|li|ol|p|pre|section|summary|table|td|th|tr|ul"
)
_ZONES = {Zone.TITLE: "title", Zone.LEAD: "opening", Zone.BODY: "text"}
_MOST_REASONS = 6


def scrubbed(text: str) -> str:
    """Return `text` with line feeds only and no character that a format or its readers refuse."""
    # Most texts have no byte that could be of a character refused, and asking so is the fastest.
    # What prints is allowed, but for one, and asking that is ten times as fast as searching.
    if not text.encode(errors="surrogatepass").translate(None, _HARMLESS):
        return text
    if text.replace("\n", "").isprintable() and "\ufffd" not in text:
        return text
    return _FORBIDDEN.sub("", _BREAKS.sub("\n", text))


def legible(text: str) -> str:
    """Return `text` scrubbed, and read anew where it is UTF-8 that was taken for Latin-1.

    The validator finds such text (BadCharacters), and some readers repair it, others do not.
    """
    found = scrubbed(_reread(text))
    return found if found == text else legible(found)


def _reread(text: str) -> str:
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def line(text: str) -> str:
    """Return `text` as one line that nobody takes for markup, trimmed; it may be empty."""
    return _CLOSING.sub("\u2039/", " ".join(legible(text).split()))


def name(text: str) -> str:
    """Return a person's name as one line, without an e-mail address in angle brackets."""
    return line(_BETWEEN.sub(" ", text))


def distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values that are not empty, each once, in order."""
    return tuple(dict.fromkeys(value for value in values if value))


def excerpt(text: str, length: int) -> str:
    """Return the beginning of `text` as one line of at most `length` characters, cut between words."""
    whole = line(text[: length * 2])
    if len(whole) <= length and len(text) <= length * 2:
        return whole
    cut = whole[: length - 1]
    at_space = cut.rsplit(" ", 1)[0]
    # Scripts without spaces, and very long words, are cut where they stand.
    kept = at_space if len(at_space) > length // 2 else cut
    return kept.rstrip(" ,;:.-\u2013\u2014") + "…"


class _Text(HTMLParser):
    """Collects the text of a sanitised fragment, a space where a block begins or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if _BLOCK.fullmatch(tag):
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if _BLOCK.fullmatch(tag):
            self.parts.append(" ")


def fragment(html: str) -> str:
    """Return a sanitised fragment as it is published: legible, and trimmed."""
    found = legible(html).strip()
    return _SAID.sub(_unlinked, found) if "<img" in found else found


def _unlinked(found: re.Match[str]) -> str:
    """Write "src=" in an image's words so that the validator finds no address in them."""
    return found[1] + _ADDRESS.sub(r"\1&#61;", found[2])


def without_players(html: str) -> str:
    """Return a sanitised fragment whose audio and video are played at their addresses.

    The validator takes their `controls` for a risk (SecurityRiskAttr), and without them readers
    show nothing to press: a link at the end leads to each.
    """
    if ' controls=""' not in html:
        return html
    links = (_link_to(*each.groups()) for each in _PLAYER.finditer(html))
    return html.replace(' controls=""', "") + "".join(links)


def _link_to(kind: str, before: str, after: str, within: str) -> str:
    found = _SOURCE.search(before + after + within)
    return f'<p lang="en"><a href="{found[1]}">{kind.title()}</a></p>' if found else ""


def plain(html: str) -> str:
    """Return what a reader reads of a sanitised fragment, as one line."""
    if "<" not in html:
        return line(unescape(html))
    parser = _Text()
    parser.feed(html)
    parser.close()
    return line("".join(parser.parts))


def because(reasons: tuple[Reason, ...]) -> str:
    """Return the strongest reasons in words, by where they stand; empty when there are none.

    A word that speaks for several clauses, or stands in several zones, is said once. What a
    second reader says is no word of the entry, and said last.
    """
    found: dict[Zone, list[str]] = {}
    said: set[str] = set()
    matches = [reason for reason in reasons if reason.clause != SECOND_READER]
    for reason in matches:
        for word in (line(reason.matched) or line(reason.clause)).split(", "):
            if word and word.casefold() not in said and len(said) < _MOST_REASONS:
                said.add(word.casefold())
                found.setdefault(reason.zone, []).append(f"“{word}”")
    parts = [f"{listed(tuple(words))} in the {_ZONES[zone]}" for zone, words in found.items()]
    parts += (
        f"a second reader says so ({line(reason.matched)})"
        for reason in reasons
        if reason.clause == SECOND_READER
    )
    return "; ".join(parts)
