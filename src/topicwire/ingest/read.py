"""From the bytes of a document to a Feed: the whole of what a worker process does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape

from topicwire.errors import ParseError
from topicwire.ingest import charset, clean, identify, links, scrape, tongue
from topicwire.ingest.charset import printable
from topicwire.ingest.parse import parse
from topicwire.ingest.raw import Markup, RawEntry, RawFeed
from topicwire.model.catalogue import FullText, Selectors
from topicwire.model.wire import Enclosure, Entry, Feed, Origin

MOST_ENTRIES = 500
MOST_TAGS = 50
DEEPEST = 2_000  # elements of a page that are open at once
MOST_ENCLOSURES = 20
LONGEST_LINE = 1_000  # characters of a title or a name
LONGEST_TEXT = 1 << 18  # characters

TAG = re.compile(r"</?[a-zA-Z]")
TWICE_ESCAPED = re.compile(
    r"\s*&lt;(?:p|div|a|b|i|em|strong|img|span|table|h[1-6]|ul|ol|blockquote|br)\b"
)
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


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A document to read: its bytes, what HTTP says of them, and where they came from.

    `site` is the source's home page in the catalogue; `now` is when it came. `links` are the
    Link headers. `full_text` says which articles' pages are wanted beside it.
    With `page` it is a page, whose entries these selectors find.
    """

    body: bytes
    content_type: str | None
    url: str
    now: datetime
    site: str | None = None
    links: tuple[str, ...] = ()
    full_text: FullText = FullText.NEVER
    page: Selectors | None = None


def read(job: ReadJob) -> Feed:
    """Return the feed that the document is: its entries identified, dated and cleaned.

    Raises:
        ParseError: it is no feed, or nothing of it can be read.
    """
    raw = _raw(job)
    site = _address(raw.site, raw.id, base=job.url) or links.url(job.site)
    newest = identify.newest(raw.entries, most=MOST_ENTRIES)
    entries = _entries(newest, feed=raw, base=site or links.url(job.url), now=job.now)
    return Feed(
        format=raw.format,
        title=_line(raw.title),
        entries=entries,
        site=site,
        id=_id(raw.id),
        lang=identify.language(raw.lang),
        rights=_line(raw.rights),
        gap=identify.gap(entries),
        ttl=raw.ttl,
        skip_hours=raw.skip_hours,
        skip_days=raw.skip_days,
        hub=links.url(links.named(job.links, "hub") or raw.hub, base=job.url),
        self_url=links.url(links.named(job.links, "self") or raw.self_url, base=job.url),
        older=links.url(raw.older, base=job.url),
        is_complete=raw.is_complete,
        retractions=raw.retractions,
        wanted=identify.wanted(entries, job.full_text, now=job.now),
        warnings=raw.warnings + _left_out(len(raw.entries) - len(newest)),
    )


def _raw(job: ReadJob) -> RawFeed:
    if job.page is None:
        return parse(job.body, content_type=job.content_type, url=job.url)
    text = charset.decoded(job.body, content_type=job.content_type)
    if clean.depth(text, most=DEEPEST) > DEEPEST:
        raise ParseError("the page nests its elements too deep to be read")
    return scrape.page(text, job.page, url=job.url)


def _entries(
    raws: Sequence[RawEntry], *, feed: RawFeed, base: str | None, now: datetime
) -> tuple[Entry, ...]:
    """Return the entries, each once, with the ids that tell them apart."""
    found: dict[tuple[str | None, Entry], RawEntry] = {}
    for raw in filter(_says_something, raws):
        found.setdefault((raw.id, _entry(raw, feed=feed, base=base, now=now)), raw)
    pairs = [(raw, entry) for (_, entry), raw in found.items()]
    uids = identify.uids(pairs)
    return tuple(replace(entry, uid=uid) for uid, (_, entry) in zip(uids, pairs, strict=True))


def _says_something(raw: RawEntry) -> bool:
    """Whether there is anything by which an entry could be told or read."""
    return any((raw.id, raw.link, raw.title, raw.content, raw.summary, raw.enclosures))


def _entry(raw: RawEntry, *, feed: RawFeed, base: str | None, now: datetime) -> Entry:
    """Return the entry without its id."""
    enclosures = _enclosures(raw.enclosures, base=base)
    url = _address(raw.link, raw.id, base=base)
    inner = url or base
    content, summary = (_html(part, base=inner) for part in (raw.content, raw.summary))
    content, summary, text = _fullest(content, summary)
    url = url or next((each.url for each in enclosures), None) or links.url(feed.site, base=base)
    published, updated = identify.dates(raw.published, raw.updated, now=now)
    declared = identify.language(raw.lang) or identify.language(feed.lang)
    lang, confidence = tongue.spoken(text, declared=declared)
    entry = Entry(
        uid="",
        title=identify.title(_line(raw.title), text=text, url=url),
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
        rights=_line(raw.rights),
        url_key=links.key(url),
    )
    fingerprint, likeness = identify.marks(entry)
    return replace(entry, fingerprint=fingerprint, likeness=likeness)


def _address(link: str | None, own_id: str | None, *, base: str | None) -> str | None:
    """Return the address of an entry or feed; an id that acts as a link must be absolute."""
    return links.url(link, base=None if link == own_id else base)


def _html(given: Markup | None, *, base: str | None) -> str:
    """Return a part of an entry as clean HTML, its paragraphs kept when it is text."""
    if given is None:
        return ""
    if not given.is_html:
        return clean.paragraphs(given.value)
    value = given.value
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


def _line(given: Markup | None) -> str:
    if given is None:
        return ""
    return clean.plain(given.value[: 20 * LONGEST_LINE], is_html=given.is_html)[:LONGEST_LINE]


def _names(given: Sequence[str]) -> tuple[str, ...]:
    return identify.people([_line(Markup(name, is_html=True)) for name in given[:MOST_TAGS]])


def _tags(given: Sequence[str]) -> tuple[str, ...]:
    """Return each tag once, however it is capitalised."""
    lines = (_line(Markup(tag, is_html=True)) for tag in given[:MOST_TAGS])
    return tuple({line.casefold(): line for line in lines if line}.values())


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


def _origin(given: Origin | None, *, base: str | None) -> Origin | None:
    """Return the feed an entry was taken from, if it has a name or an address."""
    if given is None:
        return None
    url, site = links.url(given.url, base=base), links.url(given.site, base=base)
    title = _line(Markup(given.title, is_html=False)) or url or site
    return Origin(title=title, url=url, site=site, id=_id(given.id)) if title else None


def _id(given: str | None) -> str | None:
    return printable((given or "").strip())[: identify.LONGEST_ID] or None


def _left_out(count: int) -> tuple[str, ...]:
    return (f"{count} older entries were left out; the newest {MOST_ENTRIES} are read",) * (
        count > 0
    )
