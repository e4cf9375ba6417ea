"""A placed entry as an item: cut to what its source allows, credited, fit for every format."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from typing import NamedTuple
from urllib.parse import urlsplit

from topicwire.model.catalogue import Republish, Source
from topicwire.model.judging import AlsoAt, Placement, Reason, StoredEntry
from topicwire.model.languages import THREE_LETTERS, TWO_LETTERS
from topicwire.model.wire import Enclosure, Origin, Polled, PollState
from topicwire.publish.address import permanent_id, web_url
from topicwire.publish.kept import Kept
from topicwire.publish.wording import because, distinct, excerpt, fragment, line, name, plain

CHOSEN = "chosen by the editor"

_SUMMARY_LENGTH = 300  # characters of an excerpt that we make
_LONGEST_SUMMARY = 600  # a "summary" longer than this is the article itself
_TITLE_LENGTH = 100  # characters of a title that we make
_LONGEST_TITLE = 1_000

_NEVER = PollState(next_poll=datetime(2000, 1, 1, tzinfo=UTC))  # the state that no item says
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # what is older is a mistake (ImplausibleDate)
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_LANGUAGE = re.compile(r"([a-z]{2,3})((?:-[a-z0-9]{2,8})*)", re.IGNORECASE | re.ASCII)
_CODES = TWO_LETTERS | THREE_LETTERS


@dataclass(frozen=True, slots=True)
class Credit:
    """A source as an entry names it; `entry_url` is the entry as that source has it."""

    title: str
    id: str
    feed_url: str | None
    site: str | None
    entry_url: str | None
    updated: datetime

    @property
    def address(self) -> str | None:
        """The best address to send people to."""
        return self.site or self.feed_url


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why an entry is published, for programs: its score and reasons, as plain lines.

    `score` is None when an editor chose it, whatever the verdict.
    """

    score: float | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An entry as it is published, cut to what its source allows.

    `url` and `source` are the original's. `also` are other sources that published the entry, or
    told the same story, `via` the feeds it was read from. `excerpt` and `reasons` are plain lines; the
    other texts are plain but for `*_html`. `lang` is None when the entry does not say. `reasons`
    are empty and `grounds` None when the topic does not show why. `entry_id` is the number in the
    store, which no document names.
    """

    id: str
    title: str
    url: str | None
    authors: tuple[str, ...]
    summary_html: str
    content_html: str
    excerpt: str
    published: datetime
    updated: datetime
    tags: tuple[str, ...]
    enclosures: tuple[Enclosure, ...]
    rights: str
    lang: str | None
    source: Credit
    also: tuple[Credit, ...]
    via: tuple[str, ...]
    reasons: str
    grounds: Grounds | None
    entry_id: int

    @property
    def body_html(self) -> str:
        """The fullest that is published of it."""
        return self.content_html or self.summary_html

    @property
    def length(self) -> int:
        """Characters of its texts."""
        return len(self.summary_html) + len(self.content_html)


class _Told(NamedTuple):
    """All of a placed entry that its item depends on; `opening` is the beginning of its text."""

    uid: str
    title: str
    url: str | None
    authors: tuple[str, ...]
    summary_html: str
    content_html: str
    opening: str
    lang: str | None
    published: datetime
    updated: datetime
    tags: tuple[str, ...]
    enclosures: tuple[Enclosure, ...]
    rights: str
    origin: Origin | None
    source: Polled
    also: tuple[AlsoAt, ...]
    grounds: "tuple[float | None, tuple[Reason, ...]] | None"
    entry_id: int


def item(placement: Placement, *, by: datetime, shows_reason: bool = True) -> FeedItem:
    """Return a placed entry as an item; no time of it is later than `by`."""
    polled, entry = _named(placement.source), placement.stored.entry
    published, updated = _times(placement.stored, by=by)
    score = None if placement.is_pinned else placement.score
    told = _Told(
        uid=entry.uid,
        title=entry.title,
        url=entry.url,
        authors=entry.authors,
        summary_html=entry.summary_html,
        content_html=_whole(placement.stored, polled.source) or entry.content_html,
        opening=entry.text[: 2 * _SUMMARY_LENGTH + 1],
        lang=entry.lang,
        published=published,
        updated=updated,
        tags=entry.tags,
        enclosures=entry.enclosures,
        rights=entry.rights,
        origin=entry.origin,
        source=polled,
        also=tuple(replace(each, source=_named(each.source)) for each in placement.also),
        grounds=(score, placement.reasons) if shows_reason else None,
        entry_id=placement.stored.id,
    )
    return _items(told)


def _named(polled: Polled) -> Polled:
    """Return the source without what a poll changes and no item says."""
    return Polled(
        source=polled.source,
        state=_NEVER,
        tag=polled.tag,
        feed_title=polled.feed_title,
        feed_site=polled.feed_site,
        feed_id=polled.feed_id,
        feed_rights=polled.feed_rights,
    )


def _item(told: _Told) -> FeedItem:
    polled, url, updated = told.source, web_url(told.url), told.updated
    summary, content, short = _cut(told)
    is_bare = polled.source.republish is Republish.TITLE
    return FeedItem(
        id=permanent_id(told.uid, tag=polled.tag),
        title=excerpt(told.title, _LONGEST_TITLE)
        or excerpt(short, _TITLE_LENGTH)
        or url
        or "Untitled",
        url=url,
        authors=distinct(tuple(name(author) for author in told.authors)),
        summary_html=summary,
        content_html=content,
        excerpt=short,
        published=told.published,
        updated=updated,
        tags=distinct(tuple(line(tag) for tag in told.tags)),
        enclosures=() if is_bare else _enclosures(told.enclosures),
        rights=line(told.rights or polled.feed_rights),
        lang=language(told.lang),
        source=_credit(polled, told.origin, entry_url=url, updated=updated),
        also=tuple(_also(each, updated=updated) for each in told.also),
        via=distinct((_feed_url(polled) or "",)),
        reasons=_why(told),
        grounds=_grounds(told),
        entry_id=told.entry_id,
    )


def _length(told: _Told) -> int:
    return len(told.title) + len(told.summary_html) + len(told.content_html)


_items = Kept(_item, length=_length)


def _why(told: _Told) -> str:
    if told.grounds is None:
        return ""
    score, reasons = told.grounds
    return CHOSEN if score is None else because(reasons)


def _grounds(told: _Told) -> Grounds | None:
    if told.grounds is None:
        return None
    score, given = told.grounds
    if score is None:
        return Grounds(score=None)
    reasons = (
        replace(each, clause=line(each.clause), matched=line(each.matched)) for each in given
    )
    return Grounds(round(score, 2), tuple(reasons))


def language(code: str | None) -> str | None:
    """Return the code as BCP 47 writes it, or None when it names no language."""
    found = _LANGUAGE.fullmatch((code or "").strip().replace("_", "-"))
    primary, rest = (found[1].lower(), found[2]) if found else ("", "")
    return primary + rest if primary in _CODES else None


def paragraph(text: str) -> str:
    """Return a plain line as HTML, empty when it is empty."""
    return f"<p>{escape(text)}</p>" if text else ""


def _cut(told: _Told) -> tuple[str, str, str]:
    """Return summary and content as HTML, and a plain excerpt, as far as the source allows."""
    republish = told.source.source.republish
    if republish is Republish.TITLE:
        return "", "", ""
    summary, content = fragment(told.summary_html), fragment(told.content_html)
    said = plain(summary)
    short = excerpt(said or told.opening, _SUMMARY_LENGTH)
    if republish is Republish.SUMMARY:
        is_short = bool(said) and len(said) <= _LONGEST_SUMMARY
        return summary if is_short else paragraph(short), "", short
    return "" if summary == content else summary, content, short


def _whole(stored: StoredEntry, source: Source) -> str:
    """Return the article's own page as HTML, where the source lets it be republished."""
    if source.republish is not Republish.FULL or stored.full is None:
        return ""
    is_reserved = source.reservations and "reserved" in stored.full.flags
    return "" if is_reserved else stored.full.html


def _times(stored: StoredEntry, *, by: datetime) -> tuple[datetime, datetime]:
    """Return when it was published and changed: neither future nor absurd (ImplausibleDate).

    What stands in for such a time does not depend on the edition, so that it stays the same.
    """
    published = stored.published
    if not _EARLIEST <= published <= by:
        published = min(stored.first_seen, by)
    updated = stored.changed or published
    return published, max(published, updated) if updated <= by else published


def _enclosures(given: tuple[Enclosure, ...]) -> tuple[Enclosure, ...]:
    found: dict[str, Enclosure] = {}
    for one in given:
        url, kind = web_url(one.url), one.type.strip().lower()
        if url:
            kind = kind if _MEDIA_TYPE.fullmatch(kind) else "application/octet-stream"
            length, duration = max(0, one.length), max(0, one.duration)
            found.setdefault(url, Enclosure(url, kind, length, duration))
    return tuple(found.values())


def _also(other: AlsoAt, *, updated: datetime) -> Credit:
    """Return another source's entry of the same story, named and linked to."""
    return _credit(other.source, None, entry_url=web_url(other.url), updated=updated)


def _feed_url(polled: Polled) -> str | None:
    return None if polled.source.is_file else web_url(polled.source.url)


def _credit(
    polled: Polled, origin: Origin | None, *, entry_url: str | None, updated: datetime
) -> Credit:
    """Credit the source that wrote the entry: its upstream one when the entry names it.

    When the source's feed last changed is no function of the edition; the entry's time stands in.
    """
    if origin is None:
        return Credit(
            title=line(polled.title) or polled.source.id,
            id=permanent_id(polled.feed_id, tag=polled.tag) if polled.feed_id else polled.tag,
            feed_url=_feed_url(polled),
            site=web_url(polled.site),
            entry_url=entry_url,
            updated=updated,
        )
    feed_url, site = web_url(origin.url), web_url(origin.site)
    host = urlsplit(site or feed_url or "").netloc
    return Credit(
        title=line(origin.title) or host or line(polled.title) or polled.source.id,
        id=permanent_id(origin.id or f"{origin.url} {origin.title}", tag=polled.tag),
        feed_url=feed_url,
        site=site,
        entry_url=entry_url,
        updated=updated,
    )
