"""From the bytes of a document to what it says, whatever its format.

The only user of feedparser, whose dictionaries do not leave this module. It is given text in
UTF-8 without an XML declaration, so that the character set is ours to decide, and no address, so
that ids stay as they are written.
"""

import re
import zlib
from calendar import timegm
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser
from feedparser.namespaces.mediarss import Namespace as MediaRss

from topicwire.errors import ParseError
from topicwire.ingest import beside, charset, discover, jsonfeed, repair, sitemap
from topicwire.ingest.charset import printable
from topicwire.ingest.dates import has_month, leaves_out, moment
from topicwire.ingest.raw import Markup, RawEntry, RawFeed, RawOrigin
from topicwire.model.wire import Enclosure

XHTML = "application/xhtml+xml"
HTML = frozenset({"text/html", XHTML})
PERIODS = {
    "hourly": 3_600,
    "daily": 86_400,
    "weekly": 7 * 86_400,
    "monthly": 30 * 86_400,
    "yearly": 365 * 86_400,
}
MONTH = 31 * 86_400
LONGEST_NUMBER = 12  # digits
GZIP = b"\x1f\x8b"
LARGEST = 10_000_000  # bytes of a document that came packed, as of one that did not

MARKED_UP = re.compile(r"(?i)<(?:p|br|div|a|b|i|em|strong|img|span|ul|ol|li|h[1-6])\b[^<>]*>")
COMMENT = re.compile(r"<!--.*?-->|<\?xml[^>]*>", re.DOTALL)
DURATION = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:\.\d*)?", re.ASCII)
FEED = re.compile(r"(?i)<(?:[\w-]+:)?(?:rss|feed|rdf)[\s>]")
WEB_PAGE = re.compile(r"(?i)\s*<(?:!doctype\s+html|html)\b")


def _start_caption(parser: Any, attributes: Any) -> None:
    parser.push_content("media_description", attributes, "text/html", 1)


def _end_caption(parser: Any) -> None:
    parser.pop_content("media_description")


# Else what is said of an entry's picture is taken for what the entry says.
MediaRss._start_media_description = _start_caption  # noqa: SLF001 (there is no other way)
MediaRss._end_media_description = _end_caption  # noqa: SLF001
# Else an id would change with the xml:base around it, which is no part of it (RFC 4287, 4.2.6.1).
feedparser.mixin._FeedParserMixin.can_be_relative_uri.discard("id")  # noqa: SLF001
# Else every document has it look through the file system for a parser that nobody has.
feedparser.api.PREFERRED_XML_PARSERS.clear()


def parse(body: bytes, *, content_type: str | None, url: str = "") -> RawFeed:
    """Return what the document says; its format is told by its content, not by its label.

    Raises:
        ParseError: it is no feed, or nothing of it can be read.
    """
    text = text_of(body, content_type=content_type)
    if not text:
        raise ParseError("the document is empty; nothing was read from it")
    if text[0] in "{[":
        return jsonfeed.parse(text)
    head = COMMENT.sub("", text[:5_000])
    if WEB_PAGE.match(head) and not FEED.search(head):  # some wrap a feed in a page
        raise ParseError(_page_reason(text, url))
    if sitemap.is_sitemap(head):
        return sitemap.parse(text)
    return xml(text)


def text_of(body: bytes, *, content_type: str | None) -> str:
    """Return the text of a document from its first character that says something.

    Raises:
        ParseError: it is a packed file that cannot be unpacked.
    """
    plain = _unpacked(body) if body.startswith(GZIP) else body
    return charset.decoded(plain, content_type=content_type).lstrip("\ufeff \t\r\n\0")


def _unpacked(body: bytes) -> bytes:
    """Return what a gzip file holds, as sitemaps are kept (`sitemap.xml.gz`)."""
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # with gzip's own frame
    try:
        found = unpacking.decompress(body, LARGEST)
    except zlib.error as error:
        raise ParseError(f"the document is packed and cannot be unpacked: {error}") from error
    if unpacking.unconsumed_tail:
        raise ParseError(f"the document is larger than {LARGEST:,} bytes when it is unpacked")
    return found


def _page_reason(text: str, url: str) -> str:
    """Say that a document is a page, and which feeds it names (P47)."""
    named = [each.url for each in discover.candidates(text, url=url)]
    if not named:
        return "the document is a web page, not a feed; give the address of its feed"
    return f"the document is a web page, not a feed; it names {' and '.join(named)}"


def xml(given: str) -> RawFeed:
    """Return what RSS or Atom says, as feedparser finds it.

    Raises:
        ParseError: nothing of it can be read.
    """
    text = repair.repaired(given)
    try:
        parsed = feedparser.parse(
            BytesIO(text.encode()),
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers={"content-type": "application/xml; charset=utf-8"},
        )
        found = _raw_feed(parsed)
    except MemoryError:
        raise
    except Exception as error:  # what a hostile document leads feedparser to is not known
        raise ParseError(f"the feed cannot be read: {type(error).__name__}: {error}") from error
    if parsed.bozo and repair.is_cut_off(text) and not all(map(_is_usable, found.entries[-1:])):
        found = replace(found, entries=found.entries[:-1])
    if not found.format:
        raise ParseError("the document is neither RSS nor Atom nor JSON Feed; check the address")
    if not found.entries and (parsed.bozo or not (found.title or found.site or found.id)):
        raise ParseError(f"the {found.format} document holds nothing readable; it may be cut off")
    return replace(
        found,
        skip_hours=beside.skip_hours(text),
        skip_days=beside.skip_days(text),
        is_complete=beside.is_complete(text) and _is_whole(found, given),
        retractions=beside.retractions(text),
    )


def _is_whole(found: RawFeed, text: str) -> bool:
    """Whether all the items of a document were read, and nothing was wrong with it."""
    return not found.warnings and len(found.entries) == repair.items_count(text)


def _is_usable(entry: RawEntry) -> bool:
    """Whether an entry that was cut off can be told from others and says something."""
    return all((entry.id or entry.link, entry.title, entry.content or entry.summary))


def _raw_feed(parsed: Any) -> RawFeed:
    feed = parsed.feed
    is_atom = parsed.get("version", "").startswith("atom")
    return RawFeed(
        format=parsed.get("version", ""),
        title=_markup(feed, "title"),
        site=_text(feed, "link"),
        id=_text(feed, "id"),
        lang=_text(feed, "language"),
        rights=_markup(feed, "rights"),
        authors=_authors(feed),
        ttl=_ttl(feed),
        hub=_related(feed, "hub"),
        self_url=_related(feed, "self"),
        older=_related(feed, "prev-archive") or _related(feed, "next"),
        entries=tuple(_raw_entry(entry, is_atom=is_atom) for entry in parsed.entries),
        warnings=_warnings(parsed),
    )


def _raw_entry(entry: Any, *, is_atom: bool) -> RawEntry:
    content, summary = _content(entry)
    source: Any = next(iter(_each(entry, "source")), {})
    if not is_atom:
        content, summary = _as_html(content), _as_html(summary)
    published = _moment(entry, "published") or _moment(entry, "created")
    return RawEntry(
        id=_text(entry, "id"),
        link=_text(entry, "feedburner_origlink") or _text(entry, "link"),
        title=_markup(entry, "title"),
        summary=summary,
        content=content,
        # What an entry does not say of itself its source's feed says for it (RFC 4287, 4.2.11).
        authors=_authors(entry) or _authors(source),
        published=published,
        updated=_moment(entry, "updated"),
        lang=_language(entry),
        tags=tuple(tag.get("label") or tag.get("term") or "" for tag in _each(entry, "tags")),
        enclosures=tuple(_enclosures(entry)),
        origin=_origin(source) if source else None,
        rights=_markup(entry, "rights") or _markup(source, "rights"),
    )


def _each(element: Any, name: str) -> list[Any]:
    """Return the dictionaries under a name; a feed's own element may have taken the name."""
    values = element.get(name)
    listed = values if isinstance(values, list) else [values]
    return [value for value in listed if isinstance(value, dict)]


def _related(feed: Any, relation: str) -> str | None:
    """Return the first address that the feed names in that relation to itself."""
    found = (_text(each, "href") for each in _each(feed, "links") if each.get("rel") == relation)
    return next(filter(None, found), None)


def _text(element: Any, name: str) -> str | None:
    """Return an element's text, None when there is none to see."""
    value = element.get(name)
    return (printable(value) if isinstance(value, str) and value.strip() else "") or None


def _markup(element: Any, name: str) -> Markup | None:
    """Return an element's text with how feedparser says to read it."""
    value = _text(element, name)
    if value is None:
        return None
    detail: Any = next(iter(_each(element, f"{name}_detail")), {})
    return _read(value, detail)


def _read(value: str, detail: Any) -> Markup:
    """Return a text as its detail says to read it.

    Of XHTML feedparser writes `<br/>` as `<br></br>`, which in HTML are two breaks.
    """
    kind = _kind(detail)
    text = value.replace("</br>", "") if kind == XHTML else value
    return Markup(text, is_html=kind in HTML, base=detail.get("base") or None)


def _kind(detail: Any) -> str:
    """Return the media type of a text without its parameters."""
    return str(detail.get("type") or "").partition(";")[0].strip()


def _is_readable(detail: Any) -> bool:
    """Whether content is HTML or text of any kind, but for XML (RFC 4287, 4.1.3.3)."""
    kind = _kind(detail)
    return kind in HTML or (kind.startswith("text/") and kind != "text/xml")


def _content(entry: Any) -> tuple[Markup | None, Markup | None]:
    """Return content and summary, each None when the entry has none of its own."""
    readable = [
        each
        for each in _each(entry, "content")
        if _is_readable(each) and each.get("value", "").strip()
    ]
    best = max(readable, key=lambda each: (_kind(each) in HTML, len(each["value"])), default=None)
    summary = _markup(entry, "summary") or _markup(entry, "media_description")
    if best is None:  # Russian papers give the whole text as Yandex asked for it
        whole = _markup(entry, "yandex_full-text")
        return whole and replace(whole, is_html=True), summary
    content = _read(printable(best["value"]), best)
    # feedparser copies the content into a summary that is not there.
    is_copy = any(entry.get("summary") == each["value"] for each in readable)
    return content, None if is_copy else summary


def _as_html(given: Markup | None) -> Markup | None:
    """Read as HTML what only Atom could mean by the letter: text with tags in it."""
    is_html = given is not None and MARKED_UP.search(given.value) is not None
    return replace(given, is_html=True) if given and is_html else given


def _moment(entry: Any, name: str) -> datetime | None:
    """Return a date as we read it, else as feedparser does; never another one's in its place."""
    if name not in entry:  # .get would answer "updated" with "published"
        return None
    written, parsed = str(entry[name] or ""), entry.get(f"{name}_parsed")
    found = moment(written)
    if found or not isinstance(parsed, tuple):
        return found
    # feedparser takes what is missing from the present day: the year at least must be there.
    if not (f"{parsed[0]:04}" in written or has_month(written)) or leaves_out(written, parsed):
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), tz=UTC)
    except (ValueError, OverflowError):
        return None


def _language(entry: Any) -> str | None:
    """Return the language of the entry's text, as `xml:lang` or dc:language has it."""
    names = ("content", "summary_detail", "title_detail")
    given = (_text(detail, "language") for name in names for detail in _each(entry, name))
    return _text(entry, "language") or next(filter(None, given), None)


def _authors(element: Any) -> tuple[str, ...]:
    """Return the names of the authors, in order, without those who give only an address."""
    given = (*_each(element, "authors"), *_each(element, "author_detail"))
    names = (_text(author, "name") or "" for author in given)
    return tuple(dict.fromkeys(name for name in names if name and "@" not in name))


def _enclosures(entry: Any) -> Iterator[Enclosure]:
    """Yield the files of an entry, from all the ways there are to name one."""
    spoken = {"duration": entry.get("itunes_duration")}
    links = _each(entry, "links")
    files = [spoken | link for link in links if link.get("rel") == "enclosure"]
    files += _each(entry, "media_content")
    files += [each for each in _each(entry, "content") if each.get("src")]
    files += _each(entry, "podcast_transcript")
    for each in files:
        yield _enclosure(each, kind=each.get("type") or each.get("medium") or "")
    for each in (*_each(entry, "media_thumbnail"), *_each(entry, "image")):
        yield _enclosure(each, kind="image")


def _enclosure(given: Any, *, kind: str) -> Enclosure:
    address = given.get("href") or given.get("url") or given.get("src") or ""
    length = _number(given.get("length") or given.get("filesize"))
    return Enclosure(address, kind, length, _seconds(str(given.get("duration") or "")))


def _seconds(given: str) -> int:
    """Return a duration of seconds, or of hours, minutes and seconds; 0 for anything else."""
    found = DURATION.fullmatch(given.strip())
    parts = map(int, found.groups(default="0")) if found else ()
    return sum(part * unit for part, unit in zip(parts, (3_600, 60, 1), strict=False))


def _origin(source: Any) -> RawOrigin:
    """Return what an entry says of the feed it was taken from.

    RSS gives the name as the text of the element itself, which is HTML as other names are.
    """
    own = [_text(link, "href") for link in _each(source, "links") if link.get("rel") == "self"]
    title = _markup(source, "title")
    if title and "title_detail" not in source:
        title = replace(title, is_html=True)
    return RawOrigin(
        title=title,
        url=_text(source, "href") or next(iter(own), None),
        site=_text(source, "link"),
        id=_text(source, "id"),
    )


def _ttl(feed: Any) -> int | None:
    """Return the longest of the times between polls that the document asks for, in seconds."""
    ttl = _number(feed.get("ttl")) * 60
    period = PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower(), 0)
    often = _number(feed.get("sy_updatefrequency")) or 1
    return min(max(ttl, period // often), MONTH) or None


def _number(given: Any) -> int:
    """Return a positive whole number, 0 for anything else."""
    digits = str(given or "").strip()
    return int(digits) if digits.isdecimal() and len(digits) <= LONGEST_NUMBER else 0


def _warnings(parsed: Any) -> tuple[str, ...]:
    if not parsed.bozo:
        return ()
    reason = str(parsed.get("bozo_exception", "")).removeprefix("<unknown>:")
    return (f"the document is ill-formed: {reason}"[:300],)
