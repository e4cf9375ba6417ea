from datetime import UTC, datetime

import pytest

from topicwire.errors import ParseError
from topicwire.ingest.raw import Markup
from topicwire.ingest.scrape import page, problem
from topicwire.model.catalogue import Selectors

URL = "https://press.example/columns/"
PAGE = """<html lang="en"><head><title>The Press</title></head><body>
<article class="card"><a href="/a/1"><img></a><h2><a href="/a/1">Crews trade seats</a></h2>
  <time datetime="2026-11-02T12:00:00Z">today</time><p class="by">Ada  Writer</p></article>
<article class="card"><h2><a href="2">A treaty</a></h2><p class="by">Bo</p></article>
<article class="card"><h2>No link here</h2></article>
</body></html>"""


def test_the_entries_of_a_page_are_found() -> None:
    """By default: the first link that says something, its text, the first time element."""
    feed = page(PAGE, Selectors(items="article.card", author=".by"), url=URL)

    first, second = feed.entries
    assert (feed.title, feed.lang, feed.site) == (Markup("The Press", is_html=False), "en", URL)
    assert (first.id, first.link) == ("https://press.example/a/1",) * 2
    assert first.title == Markup("Crews trade seats", is_html=False)
    assert first.published == datetime(2026, 11, 2, 12, tzinfo=UTC)
    assert first.authors == ("Ada Writer",)
    assert second.link == "https://press.example/columns/2"
    assert second.published is None


def test_every_part_may_be_told() -> None:
    """Selectors say where link, title and date stand, in an attribute if need be."""
    text = (
        '<ul><li data-when="2026-11-02" data-to="https://press.example/x"><b>Title</b>'
        '<a href="/wrong">more</a></li></ul>'
    )
    selectors = Selectors(items="li", link="@data-to", title="b", date="@data-when")

    (entry,) = page(text, selectors, url=URL).entries
    assert entry.link == "https://press.example/x"
    assert entry.title == Markup("Title", is_html=False)
    assert entry.published == datetime(2026, 11, 2, tzinfo=UTC)


def test_a_base_that_is_no_address_counts_for_nothing() -> None:
    """Links are those of the page then, and the page is read."""
    text = '<base href="http://[foo"><p><a href="1">Crews trade seats</a></p>'

    (entry,) = page(text, Selectors(items="p"), url=URL).entries
    assert entry.link == "https://press.example/columns/1"


@pytest.mark.parametrize(
    ("selectors", "reason"),
    [
        pytest.param(Selectors("div.none"), "the page may have a new shape", id="nothing"),
        pytest.param(Selectors("p.by"), "hold no link; set link", id="no link"),
    ],
)
def test_a_page_that_yields_nothing_says_so(selectors: Selectors, reason: str) -> None:
    """A new shape of a page is trouble, never an empty success."""
    with pytest.raises(ParseError, match=reason):
        page(PAGE, selectors, url=URL)


def test_a_page_that_yields_little_warns() -> None:
    """What is half gone is a warning in the source's health."""
    text = '<p class=x>a</p><p class=x>b</p><p class=x><a href="/1">c</a></p>'

    assert page(text, Selectors("p.x"), url=URL).warnings == (
        "only 1 of 3 elements hold a link; the page may have a new shape",
        "no entry has a date; the time it is first seen counts",
    )


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        pytest.param("article.card > h2 a", None, id="css"),
        pytest.param("time@datetime", None, id="attribute"),
        pytest.param("@href", None, id="own attribute"),
        pytest.param("a[", "it is no CSS selector (Can't parse CSS selector.)", id="broken"),
        pytest.param("a@", "it names no attribute after the @", id="no attribute"),
    ],
)
def test_a_selector_is_checked(selector: str, expected: str | None) -> None:
    """What is no selector is refused when the catalogue is read."""
    assert problem(selector) == expected
