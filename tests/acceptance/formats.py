"""The columns of an outlet as a feed, in every format that is out there."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape

from acceptance.columns import Column

XML = '<?xml version="1.0" encoding="utf-8"?>\n'
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who publishes the columns; addresses of articles are below `site`."""

    title: str
    site: str

    def article(self, column: Column) -> str:
        """Return the address of a column."""
        return f"{self.site}columns/{column.number}"


Format = Callable[[Outlet, Sequence[Column]], str]


def rss_091(outlet: Outlet, columns: Sequence[Column]) -> str:
    """Title, link and description, and neither dates nor ids."""
    items = "".join(
        f"<item><title>{escape(c.title)}</title><link>{outlet.article(c)}</link>"
        f"<description>{escape(c.text)}</description></item>"
        for c in columns
    )
    return f'{XML}<rss version="0.91">{_channel(outlet, items)}</rss>'


def rss_092(outlet: Outlet, columns: Sequence[Column]) -> str:
    """Like 0.91, with a category."""
    items = "".join(
        f"<item><title>{escape(c.title)}</title><link>{outlet.article(c)}</link>"
        f"<description>{escape(c.text)}</description><category>columns</category></item>"
        for c in columns
    )
    return f'{XML}<rss version="0.92">{_channel(outlet, items)}</rss>'


def rss_20(outlet: Outlet, columns: Sequence[Column]) -> str:
    """With guid, author, date and the whole text as HTML."""
    items = "".join(
        f"<item><title>{escape(c.title)}</title><link>{outlet.article(c)}</link>"
        f'<guid isPermaLink="false">column-{c.number}</guid>'
        f"<dc:creator>{escape(c.author)}</dc:creator>"
        f"<pubDate>{format_datetime(c.published)}</pubDate>"
        f"<description>{escape(c.text[:60])}…</description>"
        f"<content:encoded><![CDATA[<p>{c.text}</p>]]></content:encoded></item>"
        for c in columns
    )
    return (
        f'{XML}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"{_channel(outlet, items)}</rss>"
    )


def rdf_10(outlet: Outlet, columns: Sequence[Column]) -> str:
    """Items beside the channel, named by rdf:about."""
    listed = "".join(f'<rdf:li rdf:resource="{outlet.article(c)}"/>' for c in columns)
    items = "".join(
        f'<item rdf:about="{outlet.article(c)}"><title>{escape(c.title)}</title>'
        f"<link>{outlet.article(c)}</link><description>{escape(c.text)}</description>"
        f"<dc:creator>{escape(c.author)}</dc:creator><dc:date>{_iso(c.published)}</dc:date></item>"
        for c in columns
    )
    return (
        f'{XML}<rdf:RDF xmlns:rdf="{RDF}" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{outlet.site}"><title>{escape(outlet.title)}</title>'
        f"<link>{outlet.site}</link><description>Columns</description>"
        f"<items><rdf:Seq>{listed}</rdf:Seq></items></channel>{items}</rdf:RDF>"
    )


def atom_03(outlet: Outlet, columns: Sequence[Column]) -> str:
    """The draft that never went away: issued, modified, mode="escaped"."""
    entries = "".join(
        f"<entry><title>{escape(c.title)}</title><id>tag:atom03.example,2026:{c.number}</id>"
        f'<link rel="alternate" type="text/html" href="{outlet.article(c)}"/>'
        f"<author><name>{escape(c.author)}</name></author>"
        f"<issued>{_iso(c.published)}</issued><modified>{_iso(c.published)}</modified>"
        f'<content type="text/html" mode="escaped">{escape(f"<p>{c.text}</p>")}</content></entry>'
        for c in columns
    )
    return (
        f'{XML}<feed version="0.3" xmlns="http://purl.org/atom/ns#">'
        f"<title>{escape(outlet.title)}</title>"
        f'<link rel="alternate" type="text/html" href="{outlet.site}"/>'
        f"<modified>{_iso(columns[0].published)}</modified>{entries}</feed>"
    )


def atom_10(outlet: Outlet, columns: Sequence[Column]) -> str:
    """The standard, with XHTML content."""
    entries = "".join(
        f"<entry><title>{escape(c.title)}</title><id>tag:atom10.example,2026:{c.number}</id>"
        f'<link href="{outlet.article(c)}"/><author><name>{escape(c.author)}</name></author>'
        f"<published>{_iso(c.published)}</published><updated>{_iso(c.published)}</updated>"
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
        f"<p>{escape(c.text)}</p></div></content></entry>"
        for c in columns
    )
    return (
        f'{XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        f"<title>{escape(outlet.title)}</title><id>tag:atom10.example,2026:feed</id>"
        f'<link href="{outlet.site}"/><updated>{_iso(columns[0].published)}</updated>'
        f"{entries}</feed>"
    )


def json_11(outlet: Outlet, columns: Sequence[Column]) -> str:
    """JSON Feed, which feedparser does not read."""
    items = [
        {
            "id": f"column-{c.number}",
            "url": outlet.article(c),
            "title": c.title,
            "content_html": f"<p>{escape(c.text)}</p>",
            "authors": [{"name": c.author}],
            "date_published": _iso(c.published),
        }
        for c in columns
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "home_page_url": outlet.site,
        "language": "en",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False)


FORMATS: Mapping[str, tuple[Format, str]] = {
    "rss091": (rss_091, "text/xml"),
    "rss092": (rss_092, "application/xml"),
    "rss20": (rss_20, "application/rss+xml; charset=utf-8"),
    "rdf10": (rdf_10, "application/rdf+xml"),
    "atom03": (atom_03, "application/x.atom+xml"),
    "atom10": (atom_10, "application/atom+xml; charset=utf-8"),
    "json11": (json_11, "application/feed+json"),
}


def _channel(outlet: Outlet, items: str) -> str:
    return (
        f"<channel><title>{escape(outlet.title)}</title><link>{outlet.site}</link>"
        f"<description>Columns</description><language>en</language>{items}</channel>"
    )


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
