"""Pages for people: the index of topics, and a topic's entries by day."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import blake2b
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined

from topicwire.model.document import Format, TopicSummary
from topicwire.publish.compose import RIGHTS, FeedPage, Site, topic_path
from topicwire.publish.item import FeedItem, item
from topicwire.publish.wording import line

# Not strftime: it speaks the language of the process's locale.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_FEEDS = (
    (Format.ATOM, "Atom", "application/atom+xml"),
    (Format.RSS, "RSS", "application/rss+xml"),
    (Format.JSON, "JSON Feed", "application/feed+json"),
)
_PLOT_HEIGHT = 24
_PLOT_STEP = 6

_LOADER = PackageLoader("topicwire.publish", "templates")


@dataclass(frozen=True, slots=True)
class Row:
    """A topic in the index: its page's path, its feed, its newest items, its weeks as a plot."""

    title: str
    description: str
    path: str
    feed: str
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
    """Return a topic's page as HTML in UTF-8, its entries by day of publication."""
    return _rendered(
        "topic.html",
        site=page.site,
        page=page,
        address=page.url(Format.HTML),
        feeds=tuple((label, page.url(form), kind) for form, label, kind in _FEEDS),
        days=by_day(page.items),
    )


def render_index(summaries: tuple[TopicSummary, ...], site: Site) -> bytes:
    """Return the page that lists all topics as HTML in UTF-8."""
    rows = tuple(_row(summary, site) for summary in summaries)
    return _rendered("index.html", site=site, rows=rows, opml=site.url("/topics.opml"))


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


def asset(name: str) -> bytes:
    """Return a file that the pages link to."""
    return _LOADER.get_source(_templates(), name)[0].encode()


def _row(summary: TopicSummary, site: Site) -> Row:
    standing = summary.standing
    topic = standing.topic
    return Row(
        title=line(topic.title) or topic.id,
        description=line(topic.description),
        path=site.path(topic_path(topic.id)),
        feed=site.url(topic_path(topic.id, Format.ATOM)),
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
