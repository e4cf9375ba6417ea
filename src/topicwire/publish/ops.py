"""The health of sources and topics as a feed of its own; it never comes into a topic's feed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlsplit

import feedgen.entry
import feedgen.feed

from topicwire.model.watch import About, Incident, Kind
from topicwire.publish.compose import Site
from topicwire.publish.days import exact
from topicwire.publish.extension import marked, written

PATH = "/ops.atom"
_TITLES = {
    Kind.FAILING: "{} fails",
    Kind.DEAD: "{} is dead",
    Kind.GONE: "{} is gone",
    Kind.MERGED: "{} has moved onto another source",
    Kind.MOVED: "{} has moved",
    Kind.SILENT: "{} is silent",
    Kind.RESHAPED: "{} gives another kind of feed",
    Kind.MORE: "{} has more than usual",
    Kind.LESS: "{} has less than usual",
    Kind.OUTAGE: "Most sources cannot be reached",
    Kind.SET_ASIDE: "What was to be done was set aside: {}",
}
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def render(incidents: Sequence[Incident], site: Site) -> bytes:
    """Return what has begun to be wrong, and what is over, as an Atom document in UTF-8."""
    events = sorted(_events(incidents), key=lambda each: each[0], reverse=True)
    feed = feedgen.feed.FeedGenerator()
    feed.id(site.url(PATH))
    feed.title(marked(f"{site.title}: what is wrong"))
    feed.subtitle("Sources and topics that are not what they usually are, and when that is over.")
    feed.updated(updated(incidents))
    feed.author(name=marked(site.title), uri=site.url("/"))
    feed.generator(marked(site.title), version=site.version, uri=site.url("/"))
    feed.language("en")
    feed.link(href=site.url(PATH), rel="self", type="application/atom+xml")
    feed.link(href=site.url("/status"), rel="alternate", type="text/html")
    for moment, incident, is_over in events:
        feed.add_entry(_entry(moment, incident, site, is_over=is_over), order="append")
    xml: bytes = feed.atom_str(pretty=True)
    return written(xml)


def updated(incidents: Sequence[Incident]) -> datetime:
    """Return when something last began or was over."""
    return max((moment for moment, _, _ in _events(incidents)), default=_LONG_AGO)


def title(incident: Incident) -> str:
    """Return an incident in a few words: "press fails"."""
    return _TITLES[incident.kind].format(incident.name)


def _events(incidents: Sequence[Incident]) -> Iterator[tuple[datetime, Incident, bool]]:
    """Yield when each was told and, where it lasted, when it was over."""
    for each in incidents:
        told = each.told or each.began
        yield told, each, False
        if each.ended is not None and each.ended > told:
            yield each.ended, each, True


def _entry(moment: datetime, incident: Incident, site: Site, *, is_over: bool) -> object:
    entry = feedgen.entry.FeedEntry()
    host = urlsplit(site.base_url).hostname or "localhost"
    name = f"tag:{host},{incident.told or incident.began:%Y-%m-%d}:incident/{incident.number}"
    entry.id(f"{name}/over" if is_over else name)
    entry.title(marked(f"Over: {title(incident)}" if is_over else title(incident)))
    entry.published(moment)
    entry.updated(moment)
    entry.link(href=site.url("/status"))
    entry.category([{"term": incident.kind.value}])
    entry.content(_content(incident, is_over=is_over), type="html")
    return entry


def _content(incident: Incident, *, is_over: bool) -> str:
    what = incident.what
    if incident.about is not About.SITE:
        what = f"{incident.about.value.capitalize()} {incident.name}: {what}"
    since = f"It has been so since {exact(incident.began)}."
    said = (what, since) if is_over else (what, since, incident.cause, incident.mend)
    return "".join(f"<p>{_marked_up(each)}</p>" for each in said if each)


def _marked_up(text: str) -> str:
    """Return a text as HTML, commands between backticks as code."""
    parts = (escape(part) for part in text.split("`"))
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
