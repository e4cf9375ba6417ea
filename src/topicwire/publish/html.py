"""Pages for people: the topics, a topic's entries by day, its archive, and what the site is."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from topicwire.model.document import Format, TopicSummary
from topicwire.publish.address import web_url
from topicwire.publish.compose import FeedPage, Site, topic_path
from topicwire.publish.days import span
from topicwire.publish.headers import MEDIA_TYPES
from topicwire.publish.item import FeedItem, item, language
from topicwire.publish.pages import MOTTO, Head, rendered
from topicwire.publish.plot import plot, plot_words
from topicwire.publish.wording import line

_ABOUT = (
    "Topicwire reads columns from many sources and collects them by topic. Subscribe to a topic "
    "once, and every column on it comes to you, from every source, once."
)
_FEEDS = (
    (
        Format.ATOM,
        "Atom",
        "The fullest, and widely known. Take it if you have no preference.",
    ),
    (
        Format.RSS,
        "RSS",
        "The oldest. Take it where Atom is not understood, as by many podcast players.",
    ),
    (
        Format.JSON,
        "JSON Feed",
        "Easy on programs. Take it where a reader or a script prefers it.",
    ),
)
_LEFT = "Everything that stood in this part has left the topic."


@dataclass(frozen=True, slots=True)
class Feed:
    """A topic in one of the formats, and what that format is for."""

    label: str
    purpose: str
    address: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Part:
    """A page of a topic as its neighbours name it: its path, its address, and in words."""

    path: str
    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A topic in the index: its page's path, its feeds, its newest items, its weeks as a plot."""

    title: str
    description: str
    language: str
    path: str
    feeds: tuple[Feed, ...]
    newest: tuple[FeedItem, ...]
    plot: str
    plot_words: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader is asked of an entry; `outcome` says what came of it, None before.

    `topic_path` is None for a private topic, whose page no browser finds.
    """

    title: str
    url: str | None
    topic_title: str
    topic_path: str | None
    is_on_topic: bool
    outcome: str | None = None


def render_topic(page: FeedPage) -> bytes:
    """Return a topic's page, or one of its archive, as HTML, its entries by day of publication."""
    days = by_day(page.items)
    current = _part(page, 0)
    return rendered(
        "archive.html" if page.page else "topic.html",
        _head_of_part(page, days) if page.page else _head_of_topic(page),
        page.site,
        page=page,
        feeds=_feeds(page.topic_id, page.site, page=page.page),
        days=days,
        older=_part(page, page.older) if page.older else None,
        newer=_part(page, page.newer) if page.newer else current,
        current=current,
    )


def render_index(summaries: tuple[TopicSummary, ...], site: Site) -> bytes:
    """Return the page that lists all topics as HTML in UTF-8."""
    head = Head(site.title, MOTTO, site.url("/"), is_first=True)
    return rendered("index.html", head, site, rows=tuple(_row(each, site) for each in summaries))


def render_about(site: Site, *, most_old: int) -> bytes:
    """Return the page that says what this site is and how to use it.

    `most_old` is the number of old entries that come into a topic's current document in a day.
    """
    return rendered(
        "about.html",
        Head(f"About {site.title}", _ABOUT, site.url("/about")),
        site,
        formats=tuple((label, purpose) for _, label, purpose in _FEEDS),
        most_old=most_old,
        contact_address=_contact_address(site.contact),
    )


def render_feedback(asked: Asked, site: Site) -> bytes:
    """Return the page that asks a reader what they think of an entry, or thanks for it."""
    question, button = (
        ("On topic?", "It is on topic")
        if asked.is_on_topic
        else ("Not on topic?", "It is not on topic")
    )
    heading = question if asked.outcome is None else "Thank you"
    head = Head(heading, "What you think of one entry.")
    return rendered("feedback.html", head, site, asked=asked, button=button)


def render_missing(site: Site) -> bytes:
    """Return the page that static hosts show where there is nothing."""
    return rendered(
        "missing.html", Head("Nothing is here", "There is nothing at this address."), site
    )


def by_day(items: tuple[FeedItem, ...]) -> tuple[tuple[date, tuple[FeedItem, ...]], ...]:
    """Return the items by their day of publication in UTC, the latest day and item first."""
    latest = sorted(items, key=lambda one: one.published, reverse=True)
    days = groupby(latest, key=lambda one: one.published.date())
    return tuple((day, tuple(group)) for day, group in days)


def _head_of_topic(page: FeedPage) -> Head:
    return Head(page.title, page.subtitle, page.url(Format.HTML), page.language)


def _head_of_part(page: FeedPage, days: tuple[tuple[date, tuple[FeedItem, ...]], ...]) -> Head:
    entries = "1 entry" if len(page.items) == 1 else f"{len(page.items)} entries"
    said = f"{entries}, published {span(days[-1][0], days[0][0])}." if days else _LEFT
    title = f"{page.title}: part {page.page} of the archive"
    return Head(title, said, page.url(Format.HTML), page.language)


def _part(page: FeedPage, number: int) -> Part:
    """Return a page of the same topic, 0 for the current one."""
    return Part(
        path=page.site.path(topic_path(page.topic_id, page=number)),
        address=page.url(Format.HTML, page=number),
        words=f"part {number} of the archive" if number else "the current page",
    )


def _feeds(topic_id: str, site: Site, *, page: int = 0) -> tuple[Feed, ...]:
    return tuple(
        Feed(
            label=label,
            purpose=purpose,
            address=site.url(topic_path(topic_id, form, page=page)),
            media_type=MEDIA_TYPES[form].partition(";")[0],
        )
        for form, label, purpose in _FEEDS
    )


def _row(summary: TopicSummary, site: Site) -> Row:
    standing = summary.standing
    topic = standing.topic
    return Row(
        title=line(topic.title) or topic.id,
        description=line(topic.description),
        language=language(topic.language) or "en",
        path=site.path(topic_path(topic.id)),
        feeds=_feeds(topic.id, site),
        newest=tuple(item(one, by=standing.edition_time) for one in summary.newest),
        plot=plot(summary.weekly),
        plot_words=plot_words(summary.weekly),
    )


def _contact_address(contact: str) -> str | None:
    """Return where a link to the operator leads, None where nothing can be linked to."""
    return web_url(contact) or (f"mailto:{contact}" if "@" in contact else None)
