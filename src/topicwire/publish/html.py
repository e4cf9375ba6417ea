"""Pages for people: the index of topics, and a topic's entries by day."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined

from topicwire.model.document import Format, TopicSummary
from topicwire.publish.compose import RIGHTS, FeedPage, Site, topic_path
from topicwire.publish.headers import MEDIA_TYPES
from topicwire.publish.item import FeedItem, item
from topicwire.publish.wording import line

# Not strftime: it speaks the language of the process's locale.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_FEEDS = (
    (
        Format.ATOM,
        "Atom",
        "Understood by nearly every reader, and the fullest: it also tells what was taken out.",
    ),
    (
        Format.RSS,
        "RSS",
        "The oldest. Take it where Atom is not understood, as by many podcast players.",
    ),
    (
        Format.JSON,
        "JSON Feed",
        "The youngest. It is easy on programs, and some readers prefer it.",
    ),
)
_PLOT_HEIGHT = 24
_PLOT_STEP = 6

_LOADER = PackageLoader("topicwire.publish", "templates")
_FILES = files("topicwire.publish") / "templates"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as pages name it: its format's name and media type, its address, who it is for."""

    label: str
    kind: str
    url: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A topic in the index: its page's path, its feeds, its newest items, its weeks as a plot."""

    title: str
    description: str
    path: str
    feeds: tuple[Feed, ...]
    newest: tuple[FeedItem, ...]
    plot: str
    plot_words: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader is asked of an entry; `outcome` says what came of it, None before."""

    title: str
    url: str | None
    topic_title: str
    topic_path: str
    is_on_topic: bool
    outcome: str | None = None


def render_topic(page: FeedPage) -> bytes:
    """Return a topic's page, or one of its archive, as HTML in UTF-8: its entries by day."""
    return _rendered(
        "archive.html" if page.page else "topic.html",
        site=page.site,
        page=page,
        address=page.url(Format.HTML),
        feeds=_feeds(page.topic_id, page.site, page=page.page),
        days=by_day(page.items),
        span=span(page.items),
        older=_path(page, page.older) if page.older else None,
        newer=_path(page, page.newer or 0),
        current=_path(page, 0),
    )


def render_index(summaries: tuple[TopicSummary, ...], site: Site) -> bytes:
    """Return the page that lists all topics as HTML in UTF-8."""
    rows = tuple(_row(summary, site) for summary in summaries)
    opml = site.url("/topics.opml")
    return _rendered("index.html", site=site, rows=rows, opml=opml, address=site.url("/"))


def render_about(site: Site) -> bytes:
    """Return the page that says what the site is, how to follow it and whose the entries are."""
    forms = tuple(Feed(label, "", "", words) for _, label, words in _FEEDS)
    opml = site.path("/topics.opml")
    return _rendered("about.html", site=site, forms=forms, opml=opml, address=site.url("/about"))


def render_feedback(asked: Asked, site: Site) -> bytes:
    """Return the page that asks a reader what they think of an entry, or thanks for it."""
    question, button = (
        ("On topic?", "It is on topic")
        if asked.is_on_topic
        else ("Not on topic?", "It is not on topic")
    )
    heading = question if asked.outcome is None else "Thank you"
    return _rendered("feedback.html", site=site, asked=asked, heading=heading, button=button)


def render_missing(site: Site) -> bytes:
    """Return the page that static hosts show where there is nothing."""
    return _rendered("missing.html", site=site)


def by_day(items: tuple[FeedItem, ...]) -> tuple[tuple[date, tuple[FeedItem, ...]], ...]:
    """Return the items by their day of publication in UTC, the latest day and item first."""
    latest = sorted(items, key=lambda one: one.published, reverse=True)
    days = groupby(latest, key=lambda one: one.published.date())
    return tuple((day, tuple(group)) for day, group in days)


def span(items: tuple[FeedItem, ...]) -> str:
    """Return in words how many items there are, and from when to when they were published."""
    days = sorted(one.published.date() for one in items)
    if not days:
        return "all of its entries were taken out"
    count = f"{len(days)} entries" if len(days) > 1 else "one entry"
    first, last = short_day(days[0]), short_day(days[-1])
    return f"{count}, {first}" if first == last else f"{count}, {first} to {last}"


def asset(name: str) -> bytes:
    """Return a file that the pages link to."""
    return _FILES.joinpath(name).read_bytes()


def _path(page: FeedPage, number: int) -> str:
    return page.site.path(topic_path(page.topic_id, page=number))


def _feeds(topic_id: str, site: Site, *, page: int = 0) -> tuple[Feed, ...]:
    return tuple(
        Feed(
            label,
            MEDIA_TYPES[form].partition(";")[0],
            site.url(topic_path(topic_id, form, page=page)),
            words,
        )
        for form, label, words in _FEEDS
    )


def _row(summary: TopicSummary, site: Site) -> Row:
    standing = summary.standing
    topic = standing.topic
    return Row(
        title=line(topic.title) or topic.id,
        description=line(topic.description),
        path=site.path(topic_path(topic.id)),
        feeds=_feeds(topic.id, site),
        newest=tuple(item(one, by=standing.edition_time) for one in summary.newest),
        plot=plot(summary.weekly),
        plot_words=plot_words(summary.weekly),
    )


def plot(weekly: tuple[int, ...]) -> str:
    """Return the weeks as the points of one stroke, the highest week at the top."""
    most = max(*weekly, 1) if weekly else 1
    return " ".join(
        f"{week * _PLOT_STEP},{_PLOT_HEIGHT - round(count * _PLOT_HEIGHT / most, 1):g}"
        for week, count in enumerate(weekly)
    )


def plot_words(weekly: tuple[int, ...]) -> str:
    """Return in words what the plot shows."""
    total, weeks = sum(weekly), len(weekly)
    if not total:
        return f"No entry in the last {weeks} weeks"
    entries = "entry" if total == 1 else "entries"
    return f"{total} {entries} in the last {weeks} weeks, at most {max(weekly)} in one week"


def day_words(day: date) -> str:
    """Return a day as people write it: "Monday, 2 November 2026"."""
    return f"{_DAYS[day.weekday()]}, {short_day(day)}"


def short_day(day: date) -> str:
    """Return a day without its name: "2 November 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def exact(moment: datetime) -> str:
    """Return a moment to the minute, in words: "2 November 2026, 12:00 UTC"."""
    return f"{short_day(moment)}, {moment:%H:%M} UTC"


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=_LOADER,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    templates.filters |= {"day_words": day_words, "short_day": short_day, "exact": exact}
    templates.globals |= {"rights": RIGHTS, "plot_height": _PLOT_HEIGHT}
    # The address of the stylesheet changes with it, so that it may be cached for ever.
    css = _LOADER.get_source(templates, "style.css")[0]
    digest = blake2b(css.encode(), digest_size=6).hexdigest()
    templates.globals["style"] = f"/style.css?v={digest}"
    return templates


def _rendered(name: str, **values: object) -> bytes:
    return _templates().get_template(name).render(**values).encode()
