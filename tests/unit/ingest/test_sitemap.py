from datetime import UTC, datetime

import pytest

from topicwire.errors import ParseError
from topicwire.ingest import sitemap
from topicwire.ingest.parse import parse
from topicwire.ingest.raw import Markup

NEWS = """<?xml version="1.0"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://press.example/a/1 </loc><lastmod>2026-11-02T13:00:00Z</lastmod>
  <n:news><n:publication><n:name>The Press</n:name><n:language>en</n:language></n:publication>
  <n:publication_date>2026-11-02T12:00:00Z</n:publication_date>
  <n:title>Crews &amp; seats</n:title><n:keywords>space, crew</n:keywords></n:news></url>
<url><loc>https://press.example/columns/a-treaty-for-the-moon.html</loc></url>
<url><lastmod>2026-11-02</lastmod></url>
</urlset>"""


def test_a_sitemap_is_a_source() -> None:
    """The news extension gives title, date and language; else the address gives the title."""
    feed = parse(NEWS.encode(), content_type="application/xml")

    assert feed.format == "sitemap"
    assert [each.id for each in feed.entries] == [
        "https://press.example/a/1",
        "https://press.example/columns/a-treaty-for-the-moon.html",
    ]
    first, second = feed.entries
    assert first.title == Markup("Crews & seats", is_html=False)
    assert first.published == datetime(2026, 11, 2, 12, tzinfo=UTC)
    assert (first.lang, first.tags) == ("en", ("space", "crew"))
    assert second.title == Markup("A treaty for the moon", is_html=False)


def test_a_page_has_nothing_from_its_pictures_and_videos() -> None:
    """Title and date are those that the news extension gives, and the page's own."""
    text = (
        "<urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'"
        " xmlns:i='http://www.google.com/schemas/sitemap-image/1.1'"
        " xmlns:v='http://www.google.com/schemas/sitemap-video/1.1'>"
        "<url><loc>https://press.example/a</loc>"
        "<n:news><n:publication_date>2026-11-02T12:00:00Z</n:publication_date>"
        "<n:title>Crews</n:title></n:news>"
        "<i:image><i:loc>https://press.example/1.png</i:loc><i:title>A crew</i:title></i:image>"
        "<v:video><v:title>The launch</v:title><v:tag>moon</v:tag><v:lastmod>2020</v:lastmod>"
        "<v:publication_date>2020-01-01</v:publication_date></v:video></url></urlset>"
    )
    (entry,) = sitemap.parse(text).entries

    assert entry.title == Markup("Crews", is_html=False)
    assert (entry.published, entry.updated) == (datetime(2026, 11, 2, 12, tzinfo=UTC), None)


MALFORMED = "<urlset><url><loc>https://[domain]/page</loc></url>{}</urlset>"


def test_an_address_that_is_none_is_passed_over() -> None:
    """One page that cannot be read costs no other."""
    feed = sitemap.parse(MALFORMED.format("<url><loc>https://press.example/a</loc></url>"))

    assert [each.id for each in feed.entries] == ["https://press.example/a"]
    assert feed.warnings == ("1 page was passed over, since its address cannot be read",)


def test_an_index_names_the_latest_sitemaps() -> None:
    """An index is no source itself; it says which of its sitemaps to take."""
    parts = "".join(
        f"<sitemap><loc>https://press.example/{day}.xml</loc><lastmod>2026-11-{day:02}</lastmod>"
        "</sitemap>"
        for day in range(1, 9)
    )
    text = (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{parts}</sitemapindex>'
    )

    with pytest.raises(ParseError, match=r"take one of them: https://press.example/8.xml, "):
        sitemap.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<urlset></urlset>", id="empty"),
        pytest.param("<urlset><url><loc></loc></url></urlset>", id="no address"),
        pytest.param(MALFORMED.format(""), id="no address that can be read"),
    ],
)
def test_a_sitemap_without_a_page_is_refused(text: str) -> None:
    """Nothing found is said, not taken for an empty source."""
    with pytest.raises(ParseError, match="names no page"):
        sitemap.parse(text)


def test_entities_neither_grow_nor_reach_outside() -> None:
    """S8: a sitemap's document type is not acted upon."""
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x"}">' for n in range(12))
    text = (
        f'<!DOCTYPE urlset [{bomb}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        "<urlset><url><loc>https://press.example/&e11;&f;</loc></url></urlset>"
    )

    for entry in sitemap.parse(text).entries:
        assert len(entry.link or "") < 1_000
        assert "root:" not in (entry.link or "")
