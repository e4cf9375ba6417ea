"""From what a document says of an entry to the entry: dated, cleaned, but for its id."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html import unescape

from topicwire.ingest import clean, identify, links, tongue
from topicwire.ingest.charset import printable
from topicwire.ingest.raw import Markup, RawEntry, RawFeed, RawOrigin
from topicwire.model.wire import Enclosure, Entry, Origin

MOST_TAGS = 50
MOST_ENCLOSURES = 20
LONGEST_LINE = 1_000  # characters of a title or a name
LONGEST_TEXT = 1 << 18  # characters

TAG = re.compile(r"</?[a-zA-Z]")
TWICE_ESCAPED = re.compile(
    r"\s*&lt;(?:p|div|a|b|i|em|strong|img|span|table|h[1-6]|ul|ol|blockquote|br)\b"
)
CDATA = re.compile(r"\s*<!\[CDATA\[(.*)\]\]>\s*", re.DOTALL)
MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
ENDING = re.compile(r"\.([a-z0-9]{2,5})(?:[?#]|$)")
ENDINGS = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "m4a": "audio/mp4",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "webm": "video/webm",
    "webp": "image/webp",
}


def entry(raw: RawEntry, *, feed: RawFeed, base: str | None, now: datetime) -> Entry:
    """Return the entry without its id: dated, cleaned and marked.

    What it does not say of itself `feed` says for it; `base` is what its addresses refer to.
    """
    enclosures = _enclosures(raw.enclosures, base=base)
    url = address(raw.link, raw.id, base=base)
    inner = url or base
    content, summary = (_html(part, base=inner) for part in (raw.content, raw.summary))
    content, summary, text = _fullest(content, summary)
    url = url or next((each.url for each in enclosures), None) or links.url(feed.site, base=base)
    published, updated = identify.dates(raw.published, raw.updated, now=now)
    declared = identify.language(raw.lang) or identify.language(feed.lang)
    lang, confidence = tongue.spoken(text, declared=declared)
    found = Entry(
        uid="",
        title=identify.title(line(raw.title), text=text, url=url),
        url=url,
        authors=_names(raw.authors) or _names(feed.authors),
        summary_html=summary,
        content_html=content,
        text=text,
        lang=lang,
        lang_confidence=confidence,
        published=published,
        updated=updated,
        tags=_tags(raw.tags),
        enclosures=enclosures,
        origin=_origin(raw.origin, base=base),
        rights=line(raw.rights),
        url_key=links.key(url),
    )
    fingerprint, likeness = identify.marks(found)
    return replace(found, fingerprint=fingerprint, likeness=likeness)


def address(link: str | None, own_id: str | None, *, base: str | None) -> str | None:
    """Return the address of an entry or feed; an id that acts as a link must be absolute."""
    return links.url(link, base=None if link == own_id else base)


def _html(given: Markup | None, *, base: str | None) -> str:
    """Return a part of an entry as clean HTML, its paragraphs kept when it is text."""
    if given is None:
        return ""
    value = _unwrapped(given.value)
    if not given.is_html:
        return clean.paragraphs(value)
    if not TAG.search(value):
        if TWICE_ESCAPED.match(value):
            value = unescape(value)
        elif "\n\n" in value:
            return clean.paragraphs(unescape(value))
    return clean.html(value, base=links.url(given.base, base=base) or base)


def _fullest(content: str, summary: str) -> tuple[str, str, str]:
    """Return content and summary, the fuller as content if there are two, and its text."""
    texts = clean.text(content), clean.text(summary)
    if texts[0] == texts[1]:  # the same said twice
        content, summary = (content, "") if content else ("", summary)
    elif content and len(texts[1]) > len(texts[0]):
        content, summary = summary, content
    return content, summary, max(texts, key=len)[:LONGEST_TEXT]


def line(given: Markup | None) -> str:
    """Return a title or a name as one line of text, "" for none."""
    if given is None:
        return ""
    value = _unwrapped(given.value[: 20 * LONGEST_LINE])
    return clean.plain(value, is_html=given.is_html)[:LONGEST_LINE]


def _unwrapped(value: str) -> str:
    """Return a text without the CDATA section around it, which was written by the letter."""
    found = CDATA.fullmatch(value)
    return found.group(1) if found else value


def _names(given: Sequence[str]) -> tuple[str, ...]:
    return identify.people([line(Markup(name, is_html=True)) for name in given[:MOST_TAGS]])


def _tags(given: Sequence[str]) -> tuple[str, ...]:
    """Return each tag once, however it is capitalised."""
    names = (line(Markup(tag, is_html=True)) for tag in given[:MOST_TAGS])
    return tuple({name.casefold(): name for name in names if name}.values())


def _enclosures(given: Sequence[Enclosure], *, base: str | None) -> tuple[Enclosure, ...]:
    """Return the files that can be had, each once, with a media type."""
    found = [
        replace(each, url=url, type=_media_type(each.type, url))
        for each in given
        if (url := links.url(each.url, base=base))
    ]
    return identify.media(found)[:MOST_ENCLOSURES]


def _media_type(given: str, url: str) -> str:
    """Return the media type given, else what the address or the kind of thing suggests."""
    if MEDIA_TYPE.fullmatch(given.strip()):
        return given.strip().lower()
    ending = ENDING.search(url.lower())
    fallback = "image/jpeg" if given == "image" else "application/octet-stream"
    return ENDINGS.get(ending.group(1), fallback) if ending else fallback


def _origin(given: RawOrigin | None, *, base: str | None) -> Origin | None:
    """Return the feed an entry was taken from, if it has a name or an address."""
    if given is None:
        return None
    url, site = links.url(given.url, base=base), links.url(given.site, base=base)
    title = line(given.title) or url or site
    return Origin(title=title, url=url, site=site, id=printable_id(given.id)) if title else None


def printable_id(given: str | None) -> str | None:
    """Return an id as it can be stored, None for none."""
    return printable((given or "").strip())[: identify.LONGEST_ID] or None
