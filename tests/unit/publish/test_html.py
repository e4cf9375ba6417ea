"""Pages for people."""

import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from builders import NOON, a_standing, a_topic
from topicwire.model.document import TopicSummary
from topicwire.model.judging import Edition, Placement
from topicwire.publish.compose import FeedPage, Site, compose
from topicwire.publish.html import (
    Asked,
    asset,
    by_day,
    day_words,
    exact,
    plot,
    plot_words,
    render_about,
    render_feedback,
    render_index,
    render_missing,
    render_topic,
)
from unit.publish.editions import SITE, a_page, placed

NASTY = '<script>alert("&\'")</script>'


class Outline(HTMLParser):
    """Notes every element with its attributes, and checks that what opens is closed."""

    VOID = frozenset({"meta", "link"})

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        wanted = attributes.items()
        return [found for name, found in self.elements if name == tag and wanted <= found.items()]


def archived(page: int, pages: int, *entries: Placement) -> FeedPage:
    """Return a page of the archive of the ordinary topic."""
    return compose(Edition(a_standing(pages=pages), entries or (placed(),), page), SITE)


def hrefs(page: bytes, rel: str) -> list[str | None]:
    return [each["href"] for each in Outline(page).all("a", rel=rel)]


@pytest.mark.parametrize(
    ("page", "older", "newer"),
    [
        pytest.param(3, "/topics/seats/archive/2", "/topics/seats", id="newest"),
        pytest.param(2, "/topics/seats/archive/1", "/topics/seats/archive/3", id="between"),
        pytest.param(1, None, "/topics/seats/archive/2", id="oldest"),
    ],
)
def test_archive_pages_lead_to_their_neighbours(page: int, older: str | None, newer: str) -> None:
    """Visitors turn the pages of the archive as feed readers do, and find the way back."""
    rendered = render_topic(archived(page, 3))
    assert hrefs(rendered, "prev") == ([older] if older else [])
    assert hrefs(rendered, "next") == [newer]
    assert Outline(rendered).all("a", href="/topics/seats")


def test_the_topic_page_leads_to_the_archive_if_there_is_one() -> None:
    """The newest page of the archive is one link away."""
    edition = Edition(a_standing(pages=3), (placed(),))
    assert hrefs(render_topic(compose(edition, SITE)), "prev") == ["/topics/seats/archive/3"]
    assert hrefs(render_topic(a_page(placed())), "prev") == []


def test_an_archive_page_says_which_part_it_is() -> None:
    """Its number, how many entries and from when; its feeds are of the same page, and none to follow."""
    entries = (placed(1, published=NOON - timedelta(9)), placed(2))
    rendered = render_topic(archived(2, 3, *entries))
    assert b"Page 2: 2 entries, 24 October 2026 to 2 November 2026." in rendered
    assert b'class="subscribe"' not in rendered
    assert [each["href"] for each in Outline(rendered).all("link", rel="alternate")] == [
        f"https://wire.example/topics/seats/archive/2.{suffix}"
        for suffix in ("atom", "rss", "json")
    ]


def test_an_archive_page_of_which_all_was_taken_out() -> None:
    """It is a page all the same: those before and after it are still linked."""
    page = compose(Edition(a_standing(pages=3), (), 2), SITE)
    assert b"all of its entries were taken out" in render_topic(page)


def test_hub() -> None:
    """O59, W34: who finds the page finds the hub, and the feed that it tells of."""
    site = Site(SITE.base_url, SITE.version, hub="https://hub.example/")
    found = Outline(render_topic(compose(Edition(a_standing(), (placed(),)), site)))
    assert [each["href"] for each in found.all("link", rel="hub")] == ["https://hub.example/"]
    (itself,) = found.all("link", rel="self")
    assert itself["href"] == "https://wire.example/topics/seats.atom"
    assert Outline(render_topic(a_page())).all("link", rel="hub") == []


@pytest.mark.parametrize(
    ("page", "address"),
    [
        pytest.param(render_topic(a_page(placed())), "/topics/seats", id="topic"),
        pytest.param(render_topic(archived(2, 3)), "/topics/seats/archive/2", id="archive"),
        pytest.param(render_index((), SITE), "/", id="index"),
        pytest.param(render_about(SITE), "/about", id="about"),
    ],
)
def test_heads(page: bytes, address: str) -> None:
    """A page that is passed on is shown with its title, its address and the card, all absolute."""
    found = Outline(page)
    named = {each["property"]: each["content"] for each in found.all("meta") if "property" in each}
    assert named["og:url"] == SITE.base_url + address
    assert named["og:image"] == "https://wire.example/card.png"
    assert named["og:title"]
    assert named["og:description"]
    assert [each["href"] for each in found.all("link", rel="canonical")] == [named["og:url"]]
    assert len(found.all("h1")) == 1


def test_pages_that_are_for_nobody_else_are_not_indexed() -> None:
    """What a reader is asked, and what is not there, has no card and is no search result."""
    found = Outline(render_missing(SITE))
    assert found.all("meta", name="robots", content="noindex")
    assert not found.all("link", rel="canonical")


def test_about() -> None:
    """It says what a feed is, what enters and leaves, whose entries they are, and names the bot."""
    page = render_about(SITE).decode()
    assert "feed reader is an app" in page
    assert "Topicwire/1.2.3" in page
    assert "/topics.opml" in page
    assert "WebSub" not in page
    assert (
        "WebSub"
        in render_about(Site("https://a.example", "1", hub="https://hub.example/")).decode()
    )


@pytest.mark.parametrize("name", ["icon.png", "apple-touch-icon.png", "card.png"])
def test_pictures(name: str) -> None:
    """Pictures are bytes of PNG, and small."""
    picture = asset(name)
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 30_000


def test_alternates() -> None:
    """O59: a topic's page names its three feeds for browsers and readers to discover."""
    found = Outline(render_topic(a_page())).all("link", rel="alternate")
    assert [(each["type"], each["href"]) for each in found] == [
        ("application/atom+xml", "https://wire.example/topics/seats.atom"),
        ("application/rss+xml", "https://wire.example/topics/seats.rss"),
        ("application/feed+json", "https://wire.example/topics/seats.json"),
    ]


def test_feed_addresses_can_be_copied() -> None:
    """H2: a visitor finds each feed's address as text, to be selected without a script."""
    page = render_topic(a_page()).decode()
    assert "<code>https://wire.example/topics/seats.atom</code>" in page


def test_empty_topic() -> None:
    """O16: a topic without entries says so in a sentence."""
    assert "Nothing has been published on this topic yet." in render_topic(a_page()).decode()


def test_entry() -> None:
    """O15: an entry stands with its time, source, author and excerpt, linked to the original."""
    page = Outline(render_topic(a_page(placed(1, lang="fr"))))
    assert page.open == []
    assert page.all("article", lang="fr")
    assert page.all("a", href="https://press.example/columns/1")
    assert page.all("a", href="https://press.example/")
    assert page.all(
        "time", datetime="2026-11-02T12:00:00+00:00", title="2 November 2026, 12:00 UTC"
    )


def test_plain_texts_are_escaped() -> None:
    """S19: no plain text of an entry or a topic can become markup, in text or attribute."""
    topic = a_topic(title=NASTY, description=NASTY)
    page = Outline(
        render_topic(a_page(placed(title=NASTY, text=NASTY, authors=(NASTY,)), topic=topic))
    )
    assert page.all("script") == []
    assert page.open == []


def test_no_third_party_markup() -> None:
    """S18: an entry's own HTML is not shown on our pages at all."""
    page = render_topic(a_page(placed(content_html="<video>x</video>", summary_html="<u>y</u>")))
    assert b"<video" not in page
    assert b"<u>" not in page


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(render_topic(a_page(placed())), id="topic"),
        pytest.param(render_topic(archived(2, 3)), id="archive"),
        pytest.param(render_index((), SITE), id="index"),
        pytest.param(render_about(SITE), id="about"),
    ],
)
def test_pages_obey_the_content_security_policy(page: bytes) -> None:
    """O58: pages have no script, no inline style and nothing loaded from elsewhere."""
    outline = Outline(page)
    assert not {"script", "style", "img", "iframe", "form"} & {tag for tag, _ in outline.elements}
    assert not [found for _, found in outline.elements if "style" in found]
    sheets = [str(each["href"]) for each in outline.all("link", rel="stylesheet")]
    assert re.fullmatch(r"/style\.css\?v=[0-9a-f]{12}", sheets[0])


def test_days_are_latest_first() -> None:
    """Entries stand by day of publication, the latest day and the latest entry first."""
    page = a_page(
        placed(1, published=NOON - timedelta(1)),
        placed(2, published=NOON),
        placed(3, published=NOON - timedelta(hours=1)),
    )
    days = [(day, [str(item.url)[-1] for item in items]) for day, items in by_day(page.items)]
    assert days == [(date(2026, 11, 2), ["2", "3"]), (date(2026, 11, 1), ["1"])]


def test_index() -> None:
    """O59: the index lists the topics with their newest entries, their feeds and the OPML."""
    summary = TopicSummary(a_standing(), (0, 1, 3), (placed(),), 4)
    page = Outline(render_index((summary,), Site("https://example.org/wire", "1")))
    assert page.open == []
    assert page.all("a", href="/wire/topics/seats")
    assert page.all("a", href="https://press.example/columns/1")
    assert page.all("svg", **{"aria-label": "4 entries in the last 3 weeks, at most 3 in one week"})
    assert [(each["type"], each["href"]) for each in page.all("link", rel="alternate")] == [
        ("text/x-opml", "https://example.org/wire/topics.opml"),
        ("application/atom+xml", "https://example.org/wire/topics/seats.atom"),
    ]


def test_index_of_nothing() -> None:
    """An index without topics says how one comes about."""
    assert "There is no topic yet." in render_index((), SITE).decode()


@pytest.mark.parametrize(
    ("weekly", "expected"),
    [
        pytest.param((0, 2, 4), "0,24 6,12 12,0", id="highest at the top"),
        pytest.param((0, 0), "0,24 6,24", id="nothing"),
        pytest.param((), "", id="no weeks"),
    ],
)
def test_plot(weekly: tuple[int, ...], expected: str) -> None:
    """The plot is one stroke from the oldest week to the latest."""
    assert expected == plot(weekly)


@pytest.mark.parametrize(
    ("weekly", "expected"),
    [
        pytest.param((0, 0), "No entry in the last 2 weeks", id="none"),
        pytest.param((0, 1), "1 entry in the last 2 weeks, at most 1 in one week", id="one"),
    ],
)
def test_plot_words(weekly: tuple[int, ...], expected: str) -> None:
    """The plot has a text alternative."""
    assert expected == plot_words(weekly)


def test_day_and_time_in_words() -> None:
    """Days and times are written out in English, whatever the locale."""
    assert day_words(NOON) == "Monday, 2 November 2026"
    assert exact(NOON) == "2 November 2026, 12:00 UTC"


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [pytest.param(0, id="light"), pytest.param(1, id="dark")])
@pytest.mark.parametrize("name", ["ink", "quiet", "accent"])
def test_contrast(scheme: int, name: str) -> None:
    """Every text has a contrast of at least 7:1 with the paper, in both colour schemes."""
    css = asset("style.css").decode()
    paper, ink = (re.findall(rf"--{each}: (#\w+)", css)[scheme] for each in ("paper", name))
    assert contrast(paper, ink) >= 7


def an_asked(**changes: object) -> Asked:
    values: dict[str, object] = {
        "title": "Crews trade seats",
        "url": "https://press.example/columns/1",
        "topic_title": "Seats in space",
        "topic_path": "/topics/seats",
        "is_on_topic": False,
    }
    return Asked(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("is_on_topic", "question", "button"),
    [
        pytest.param(False, "Not on topic?", "It is not on topic", id="no"),
        pytest.param(True, "On topic?", "It is on topic", id="yes"),
    ],
)
def test_a_link_asks_before_it_answers(is_on_topic: bool, question: str, button: str) -> None:  # noqa: FBT001
    """S21: the page names entry and topic, and has one button that posts to its own address."""
    page = render_feedback(an_asked(is_on_topic=is_on_topic), SITE)
    outline = Outline(page)
    assert f"<h1>{question}</h1>" in page.decode()
    assert f'<form method="post"><button type="submit">{button}</button></form>' in page.decode()
    hrefs = [attrs.get("href") for tag, attrs in outline.elements if tag == "a"]
    assert hrefs[1:3] == ["https://press.example/columns/1", "/topics/seats"]
    assert ("meta", {"name": "robots", "content": "noindex"}) in outline.elements


def test_an_answer_that_was_taken_is_thanked_for() -> None:
    """What came of it is said plainly, and there is nothing left to press."""
    page = render_feedback(an_asked(outcome="It is noted."), SITE).decode()
    assert "<h1>Thank you</h1>" in page
    assert "<p>It is noted.</p>" in page
    assert "<form" not in page


def test_an_entry_without_a_link_and_with_a_nasty_title_can_be_asked_about() -> None:
    """S19, S25: whatever the entry and the topic are called, it stays text."""
    page = render_feedback(an_asked(title=NASTY, topic_title=NASTY, url=None), SITE)
    assert not any(tag == "script" for tag, _ in Outline(page).elements)
    assert page.count(b"&lt;script&gt;") == 2
