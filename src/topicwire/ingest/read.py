"""From the bytes of a document to a Feed: the whole of what a worker process does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from topicwire.errors import ParseError
from topicwire.ingest import charset, clean, identify, links, parse, scrape
from topicwire.ingest.cut import MOST_ITEMS, Cut, cut
from topicwire.ingest.entry import address, entry, line, printable_id
from topicwire.ingest.raw import PARSER, RawEntry, RawFeed
from topicwire.ingest.shape import shape
from topicwire.model.catalogue import FullText, Selectors
from topicwire.model.wire import Entry, Feed, Item, Outline

MOST_ENTRIES = MOST_ITEMS
DEEPEST = 2_000  # elements of a page that are open at once

Pairs = Sequence[tuple[RawEntry, Entry]]
Known = Mapping[str | None, Item]  # by digest


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A document to read: its bytes, what HTTP says of them, and where they came from.

    `site` is the source's home page in the catalogue; `now` is when it came. `links` are the
    Link headers. `full_text` says which articles' pages are wanted beside it.
    With `page` it is a page, whose entries these selectors find. `outline` is of the document
    before it: what stands in that need not be read again.
    """

    body: bytes
    content_type: str | None
    url: str
    now: datetime
    site: str | None = None
    links: tuple[str, ...] = ()
    full_text: FullText = FullText.NEVER
    page: Selectors | None = None
    outline: Outline | None = None


def read(job: ReadJob) -> Feed:
    """Return the feed that the document is: its entries identified, dated and cleaned.

    Raises:
        ParseError: it is no feed, or nothing of it can be read.
    """
    if job.page is not None:
        return _feed(_page(job, job.page), job)
    document = cut(parse.text_of(job.body, content_type=job.content_type))
    feed = _news(document, job) if document and job.outline else None
    if feed is None:
        raw = parse.parse(job.body, content_type=job.content_type, url=job.url)
        feed = _feed(raw, job, document)
    return feed


def _page(job: ReadJob, selectors: Selectors) -> RawFeed:
    text = charset.decoded(job.body, content_type=job.content_type)
    if clean.depth(text, most=DEEPEST) > DEEPEST:
        raise ParseError("the page nests its elements too deep to be read")
    return scrape.page(text, selectors, url=job.url)


def _news(document: Cut, job: ReadJob) -> Feed | None:
    """Return the feed with the entries alone that are not known, None when all must be read."""
    if job.outline is None or job.outline.frame != _frame(document, job):
        return None
    there = frozenset(document.digests)
    known: Known = {each.digest: each for each in job.outline.items if each.digest in there}
    try:
        raw = document.without(known).read()
    except ParseError:
        return None
    feed = _feed(raw, job, document, known)
    return feed if feed.outline else None


def _feed(
    raw: RawFeed,
    job: ReadJob,
    document: Cut | None = None,
    known: Known | None = None,
) -> Feed:
    """Return the feed, with what is known of the document beside the entries that were read."""
    site = address(raw.site, raw.id, base=job.url) or links.url(job.site)
    newest = identify.newest(raw.entries, most=MOST_ENTRIES)
    pairs = _pairs(newest, feed=raw, base=site or links.url(job.url), now=job.now)
    outline = _outline(document, known or {}, raw, pairs, job) if document else None
    items = outline.items if outline else _items(pairs, job)
    return Feed(
        format=raw.format,
        title=line(raw.title),
        entries=tuple(entry for _, entry in pairs),
        site=site,
        id=printable_id(raw.id),
        lang=identify.language(raw.lang),
        rights=line(raw.rights),
        gap=identify.gap(items),
        ttl=raw.ttl,
        skip_hours=raw.skip_hours,
        skip_days=raw.skip_days,
        hub=links.url(links.named(job.links, "hub") or raw.hub, base=job.url),
        self_url=links.url(links.named(job.links, "self") or raw.self_url, base=job.url),
        older=links.url(raw.older, base=job.url),
        is_complete=raw.is_complete and len(newest) == len(raw.entries),
        retractions=raw.retractions,
        wanted=identify.wanted(items, now=job.now),
        warnings=raw.warnings + _left_out(raw.entries, len(raw.entries) - len(newest)),
        shape=shape(items, form=raw.format, lang=identify.language(raw.lang)),
        outline=outline,
    )


def _pairs(raws: Sequence[RawEntry], *, feed: RawFeed, base: str | None, now: datetime) -> Pairs:
    """Return the entries, each once and beside what it came from, with ids that tell them apart."""
    found: dict[tuple[str | None, Entry], RawEntry] = {}
    for raw in filter(_says_something, raws):
        found.setdefault((raw.id, entry(raw, feed=feed, base=base, now=now)), raw)
    pairs = [(raw, each) for (_, each), raw in found.items()]
    uids = identify.uids(pairs)
    return [(raw, replace(each, uid=uid)) for uid, (raw, each) in zip(uids, pairs, strict=True)]


def _says_something(raw: RawEntry) -> bool:
    """Whether there is anything by which an entry could be told or read."""
    return any((raw.id, raw.link, raw.title, raw.content, raw.summary, raw.enclosures))


def _frame(document: Cut, job: ReadJob) -> str:
    return document.frame(PARSER, job.url, job.site, job.full_text)


def _outline(
    document: Cut, known: Known, raw: RawFeed, pairs: Pairs, job: ReadJob
) -> Outline | None:
    """Return what to remember of a document, None when an item of it cannot stand for itself."""
    fresh = document.without(known)
    own_ids = {identify.own_id(*pair) for pair in pairs} | {each.uid for each in known.values()}
    is_plain = (
        not raw.warnings
        and len(raw.entries) == len(pairs) == len(fresh.items)
        and len(own_ids) == len(document.items)
        and fresh.is_sound()
    )
    if not is_plain:
        return None
    read_now = dict(zip(fresh.digests, _items(pairs, job, fresh.digests), strict=True))
    items = tuple(known.get(each) or read_now[each] for each in document.digests)
    return Outline(_frame(document, job), items)


def _items(pairs: Pairs, job: ReadJob, digests: Sequence[str | None] = ()) -> tuple[Item, ...]:
    """Return the entries in outline; what is dated ahead is read again when its time has come."""
    return tuple(
        identify.item(
            each,
            digest=None if identify.is_ahead(raw, now=job.now) else digest,
            full_text=job.full_text,
        )
        for (raw, each), digest in zip(pairs, digests or [None] * len(pairs), strict=True)
    )


def _left_out(entries: Sequence[RawEntry], count: int) -> tuple[str, ...]:
    """Say which of the entries were left out, if any were."""
    if not count:
        return ()
    if identify.is_dated(entries):
        return (f"{count} older entries were left out; the newest {MOST_ENTRIES} are read",)
    half = MOST_ENTRIES // 2
    return (f"no entry is dated; of {len(entries)} the first and the last {half} are read",)
