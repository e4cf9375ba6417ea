"""An edition as a page of items, the same for every format."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from urllib.parse import quote, urlsplit

from topicwire.model.document import Format
from topicwire.model.judging import Edition
from topicwire.publish.address import permanent_id
from topicwire.publish.item import FeedItem, item, language, paragraph
from topicwire.publish.kept import Kept
from topicwire.publish.own import Answer, OwnReader
from topicwire.publish.wording import distinct, line
from topicwire.words import listed

ICON = "/icon.png"  # the site's, 512 pixels square
SMALL_ICON = "/apple-touch-icon.png"  # the same of 180 pixels
RIGHTS = "Every entry belongs to the source that it names and links to."
_MOST_CONTENT = 3_000_000  # bytes; escaped, a document then stays below the validator's 5 MB


@dataclass(frozen=True, slots=True)
class Site:
    """Where and as what the documents are published; `base_url` is the public address.

    `hub` is the address of the hub that tells subscribers of new entries (WebSub), if any;
    `contact` is where publishers reach the operator, empty where that is not said.
    """

    base_url: str
    version: str
    title: str = "Topicwire"
    hub: str | None = None
    contact: str = ""

    def url(self, path: str) -> str:
        """Return the public URL of a path that begins with a slash."""
        return self.base_url.rstrip("/") + path

    def path(self, path: str) -> str:
        """Return the path as pages link to it, whatever host they are read through."""
        return urlsplit(self.base_url).path.rstrip("/") + path


def topic_path(topic_id: str, form: Format = Format.HTML, *, page: int = 0) -> str:
    """Return the path of a topic's document in a format, below the site's base.

    `page` is 0 for the current document, else the number of the archive's page.
    """
    extension = "" if form is Format.HTML else f".{form}"
    archive = f"/archive/{page}" if page else ""
    return f"/topics/{quote(topic_id, safe='')}{archive}{extension}"


@dataclass(frozen=True, slots=True)
class Departed:
    """An entry that is no longer published: its id, and since when (RFC 6721)."""

    id: str
    when: datetime


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A topic's document before it takes a format.

    Every item ends with its attribution and has an `url` or a `content_html`; `lang` is None
    where it is the page's own `language`. `page` is 0 for the current document, else the number
    of the archive's page; `older` and `newer` are the neighbouring pages of the archive, None
    where there is none (RFC 5005). `hub` is None where no hub tells of this document.
    """

    topic_id: str
    id: str
    title: str
    subtitle: str
    updated: datetime
    language: str
    rights: str
    site: Site
    items: tuple[FeedItem, ...]
    page: int = 0
    older: int | None = None
    newer: int | None = None
    hub: str | None = None
    departed: tuple[Departed, ...] = ()

    def url(self, form: Format, *, page: int | None = None) -> str:
        """Return the public address of this page in a format, or of another page of the topic."""
        which = self.page if page is None else page
        return self.site.url(topic_path(self.topic_id, form, page=which))


def compose(edition: Edition, site: Site, *, own: OwnReader | None = None) -> FeedPage:
    """Return the page that every format of this edition is rendered from.

    For the `own` feed of a reader each item ends with links by which they say what they think.
    """
    standing = edition.standing
    topic = standing.topic
    spoken = language(topic.language) or "en"
    items = tuple(
        item(placed, by=standing.edition_time, shows_reason=topic.show_reason)
        for placed in edition.placements
    )
    return FeedPage(
        topic_id=topic.id,
        id=standing.feed_id,
        title=line(topic.title) or topic.id,
        subtitle=line(topic.description) or line(topic.title) or topic.id,
        updated=_updated(edition),
        language=spoken,
        rights=RIGHTS,
        site=site,
        items=tuple(
            _asking(one, topic.id, site, own) if own else one
            for one in (_finished((each, spoken)) for each in _bounded(_merged(items)))
        ),
        page=edition.page,
        older=(edition.page or standing.pages + 1) - 1 or None,
        newer=edition.page + 1 if 0 < edition.page < standing.pages else None,
        hub=None if edition.page or topic.private or own else site.hub,
        departed=_departed(edition, {one.id for one in items}),
    )


def _updated(edition: Edition) -> datetime:
    """Return when a document last changed; a page of the archive does not with every edition."""
    latest = edition.standing.edition_time
    if not edition.page:
        return latest
    changes = (
        *(max(each.placed, each.stored.revised) for each in edition.placements),
        *(each.departed for each in edition.departures),
    )
    return min(max(changes, default=latest), latest)


def _departed(edition: Edition, shown: AbstractSet[str]) -> tuple[Departed, ...]:
    """Return the ids that are gone, each once, less those that another source's entry still has.

    That entry may stand on another page.
    """
    found: dict[str, Departed] = {}
    for each in edition.departures:
        gone = permanent_id(each.uid, tag=each.source.tag)
        still = {permanent_id(each.uid, tag=other.tag) for other in each.stands_of}
        if gone not in shown | still:
            found.setdefault(gone, Departed(gone, each.departed))
    return tuple(found.values())


def _merged(items: tuple[FeedItem, ...]) -> tuple[FeedItem, ...]:
    """Return the items with one for each id, in order: an id may not repeat (DuplicateEntries)."""
    found: dict[str, FeedItem] = {}
    for one in items:
        twin = found.get(one.id)
        found[one.id] = _joined(twin, one) if twin else one
    return tuple(found.values())


def _joined(twin: FeedItem, one: FeedItem) -> FeedItem:
    newer, older = (twin, one) if twin.updated >= one.updated else (one, twin)
    return replace(
        newer,
        also=(*newer.also, older.source, *older.also),
        via=distinct((*newer.via, *older.via)),
    )


def _bounded(items: tuple[FeedItem, ...]) -> tuple[FeedItem, ...]:
    """Return the items, the last ones as excerpts when all together are too long to send."""
    kept: list[FeedItem] = []
    size = 0
    for one in items:
        size += len(one.content_html.encode()) + len(one.summary_html.encode())
        kept.append(one if size <= _MOST_CONTENT else _short(one))
    return tuple(kept)


def _short(one: FeedItem) -> FeedItem:
    return replace(one, summary_html=paragraph(one.excerpt), content_html="")


def _finish(given: tuple[FeedItem, str]) -> FeedItem:
    """Return an item with its attribution; its language is said where it is not the page's."""
    one, spoken = given
    said = replace(one, lang=None) if one.lang == spoken else one
    return _ended(said, _attribution(said))


_finished = Kept(_finish, length=lambda given: given[0].length)


def _ended(one: FeedItem, said: str) -> FeedItem:
    """Add what is said at the end to what readers show; without a link, content is obligatory (Atom)."""
    if one.content_html:
        return replace(one, content_html=one.content_html + said)
    if one.url:
        return replace(one, summary_html=one.summary_html + said)
    return replace(one, summary_html="", content_html=one.summary_html + said)


def _attribution(one: FeedItem) -> str:
    also = tuple(_link(credit.title, credit.entry_url or credit.address) for credit in one.also)
    said = (
        f"From {_link(one.source.title, one.source.address)}.",
        f"Also at {listed(also)}." if also else "",
        f"Why it is here: {escape(one.reasons)}." if one.reasons else "",
    )
    return f'<p lang="en" dir="ltr"><small>{" ".join(distinct(said))}</small></p>'


def _asking(one: FeedItem, topic_id: str, site: Site, own: OwnReader) -> FeedItem:
    """Add the links by which a reader says what they think, behind the attribution."""
    links = (
        _link(words, site.url(own.path(Answer(topic_id, one.entry_id, is_on_topic=is_on_topic))))
        for words, is_on_topic in (("Not on topic?", False), ("On topic", True))
    )
    return _ended(one, f'<p lang="en" dir="ltr"><small>{" · ".join(links)}</small></p>')


def _link(text: str, url: str | None) -> str:
    return f'<a href="{escape(url)}">{escape(text)}</a>' if url else escape(text)
