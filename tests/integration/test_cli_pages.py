"""Sources without a feed, as a newcomer brings them in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import Run
from origin import Origin, Seen, answer

FEED = (
    "<rss version='2.0'><channel><title>The {name}</title><link>https://press.example/</link>"
    "<ttl>120</ttl><skipDays><day>Sunday</day></skipDays><item><guid isPermaLink='false'>1</guid>"
    "<title>Crews trade seats</title><pubDate>Mon, 02 Nov 2026 12:00:00 GMT</pubDate></item>"
    "</channel></rss>"
)
CARDS = "<article><a href='/a/1'>Crews trade seats</a><time datetime='2026-11-02'></time></article>"
LINK = "<link rel=alternate type='application/rss+xml' href='/{name}.xml'>"
PAGES = {
    "/one": f"<html><head>{LINK.format(name='feed')}</head>{CARDS}</html>",
    "/two": f"<html><head>{LINK.format(name='feed')}{LINK.format(name='other')}</head></html>",
    "/none": f"<html><title>No feed</title>{CARDS}</html>",
    "/secret/page": f"<html>{CARDS}</html>",
    "/robots.txt": "User-agent: topicwire\nDisallow: /secret/\n",
}


def reply(seen: Seen) -> bytes:
    if seen.path in PAGES:
        return answer(body=PAGES[seen.path].encode(), content_type="text/html")
    if seen.path in ("/feed.xml", "/other.xml"):
        return answer(body=FEED.format(name=seen.path[1:-4]).encode(), etag='"1"')
    return answer(404)


@pytest.fixture
def origin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Origin]:
    """Give an origin that the guard lets through."""
    monkeypatch.setenv("TOPICWIRE_ALLOW_PRIVATE", "127.0.0.1")
    monkeypatch.setenv("TOPICWIRE_HOST_SPACING", "0")
    with Origin(reply) as opened:
        yield opened


def test_a_page_is_asked_for_its_feeds(run: Run, origin: Origin) -> None:
    """P45, P46: each feed that a page names is looked at; guesses only when asked for."""
    named = run("source", "discover", origin.url("/two"))
    assert "names 2 feeds that can be read" in named.out
    assert "The other" in named.out

    nothing = run("source", "discover", origin.url("/none"))
    assert "names no feeds that can be read" in nothing.out
    assert "--guess" in nothing.out
    assert not any(seen.path == "/rss.xml" for seen in origin.seen)
    run("source", "discover", origin.url("/none"), "--guess")
    assert any(seen.path == "/rss.xml" for seen in origin.seen)


def test_adding_a_page_adds_its_feed(run: Run, origin: Origin) -> None:
    """P47: the one feed of a page is taken; of several one has to be picked."""
    one = run("source", "add", origin.url("/one"), "--id", "one")
    assert f"is a page; its feed {origin.url('/feed.xml')} is added" in one.out

    several = run("source", "add", origin.url("/two"), "--id", "two")
    assert several.code == 1
    assert "say which with --pick 1 to 2" in several.err
    assert run("source", "add", origin.url("/two"), "--id", "two", "--pick", "2").code == 0
    (two,) = (each for each in run("source", "list", "--json").json if each["id"] == "two")
    assert two["url"] == origin.url("/other.xml")


def test_a_page_without_a_feed_is_read_by_selectors(
    run: Run, origin: Origin, catalogue: Path
) -> None:
    """What the selectors find is shown before it is saved, and nothing found is not saved."""
    refused = run("source", "add", origin.url("/none"), "--id", "page", "--items", "div.x")
    assert refused.code == 1
    assert "the page may have a new shape" in refused.err
    assert not (catalogue / "sources" / "page.toml").exists()

    added = run("source", "add", origin.url("/none"), "--id", "page", "--items", "article")
    assert "Crews trade seats" in added.out
    assert 'items = "article"' in (catalogue / "sources" / "page.toml").read_text()
    run("poll", "page")
    shown = run("source", "show", "page")
    assert "a page read by selectors" in shown.out
    assert run("source", "show", "page", "--json").json["entries"] == 1


def test_a_page_that_changed_its_shape_is_in_trouble(
    run: Run, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that yields nothing any more is a failure that says so; nothing stored is lost."""
    monkeypatch.setenv("TOPICWIRE_MIN_INTERVAL", "0")
    run("source", "add", origin.url("/none"), "--id", "page", "--items", "article")
    run("poll", "page")
    monkeypatch.setitem(PAGES, "/none", "<html><div>All new</div></html>")

    said = run("poll", "page")
    assert said.code == 1
    assert "the page may have a new shape" in said.out
    assert run("source", "show", "page", "--json").json["entries"] == 1


def test_what_robots_txt_forbids_is_never_asked_for(run: Run, origin: Origin) -> None:
    """F54: neither a check nor a poll asks for a page that its site forbids."""
    checked = run("source", "check", origin.url("/secret/page"), "--items", "article")
    assert checked.code == 1
    assert "its site's robots.txt forbids it" in checked.err
    run("source", "add", origin.url("/secret/page"), "--id", "s", "--items", "article", "--unseen")

    polled = run("poll", "s")
    assert "its site's robots.txt forbids it" in polled.out
    assert {seen.path for seen in origin.seen} == {"/robots.txt"}
    assert len(origin.seen) == 1  # F52: it was kept


def test_a_check_says_what_it_means(run: Run, origin: Origin) -> None:
    """Format, validators, hints and the interval that follows, in words."""
    said = run("source", "check", origin.url("/feed.xml"))

    assert said.out.startswith("The feed: 1 entry, RSS 2.0.")
    for line in ("ETag", "2 hours between polls; no polls on Sunday", "2 hours: its feed says"):
        assert line in said.out
    wrong = run("source", "check", origin.url("/one"))
    assert f"is a web page, not a feed; it names {origin.url('/feed.xml')}" in wrong.err


def test_wrong_selectors_are_refused_by_name(run: Run, origin: Origin) -> None:
    """A selector that is none names the source, the key and the fault."""
    said = run("source", "add", origin.url("/none"), "--id", "p", "--items", "a[", "--unseen")
    assert said.code == 1
    assert "sources/p.toml: [page] items = 'a[': it is no CSS selector" in said.err
    lone = run("source", "check", origin.url("/none"), "--item-title", "h2")
    assert lone.code == 2
