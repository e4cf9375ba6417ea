"""Pages for people."""

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from struct import unpack

import pytest

from builders import NOON, a_standing, a_topic
from topicwire.model.document import TopicSummary
from topicwire.model.judging import Edition, Placement
from topicwire.publish.compose import FeedPage, Site, compose
from topicwire.publish.html import (
    Asked,
    by_day,
    render_about,
    render_feedback,
    render_index,
    render_missing,
    render_topic,
)
from topicwire.publish.pages import MOTTO, asset
from unit.publish.editions import SITE, a_page, an_edition, placed

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


def a_part(*placements: Placement, page: int, of: int = 3) -> FeedPage:
    """Return a page of the ordinary topic's archive."""
    return compose(Edition(a_standing(pages=of), placements, page=page), SITE)


def an_asked(**changes: object) -> Asked:
    values: dict[str, object] = {
        "title": "Crews trade seats",
        "url": "https://press.example/columns/1",
        "topic_title": "Seats in space",
        "topic_path": "/topics/seats",
        "is_on_topic": False,
    }
    return Asked(**(values | changes))  # type: ignore[arg-type]


PAGES = {
    "topic": render_topic(a_page(placed(1, lang="fr"), placed(2))),
    "empty topic": render_topic(a_page(pages=3)),
    "archive": render_topic(a_part(placed(), page=2)),
    "empty archive": render_topic(a_part(page=1)),
    "index": render_index((TopicSummary(a_standing(), (0, 1, 3), (placed(),), 4),), SITE),
    "empty index": render_index((), SITE),
    "about": render_about(SITE, most_old=20),
    "feedback": render_feedback(an_asked(), SITE),
    "thanks": render_feedback(an_asked(outcome="It is noted."), SITE),
    "missing": render_missing(SITE),
}
every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())


@every_page
def test_one_heading_and_landmarks(page: bytes) -> None:
    """A page has one h1, one header, main and footer, and a first link that skips to main."""
    outline = Outline(page)
    assert outline.open == []
    for landmark in ("h1", "header", "main", "footer"):
        assert len(outline.all(landmark)) == 1, landmark
    assert outline.all("a")[0]["href"] == "#main"
    assert outline.all("main", id="main")


@every_page
def test_what_is_linked_to_on_a_page_is_there(page: bytes) -> None:
    """An id stands once, and a link to a place on the same page leads to one."""
    outline = Outline(page)
    ids = [found["id"] for _, found in outline.elements if "id" in found]
    assert len(ids) == len(set(ids))
    places = [str(each["href"]) for each in outline.all("a")]
    assert {place[1:] for place in places if place.startswith("#")} <= set(ids)


@every_page
def test_every_page_leads_to_the_others(page: bytes) -> None:
    """O59: the first page, what the site is, and the list of all topics are linked to everywhere."""
    hrefs = {each["href"] for each in Outline(page).all("a")}
    assert {"/", "/about", "/topics.opml"} <= hrefs
    assert not [href for href in hrefs if href and href.startswith("feed:")]


@every_page
def test_icons(page: bytes) -> None:
    """Every page names its icons for browsers and for the screens of phones."""
    outline = Outline(page)
    assert [each["href"] for each in outline.all("link", rel="icon")] == [
        "/favicon.svg",
        "/icon.png",
    ]
    assert outline.all("link", rel="apple-touch-icon", href="/apple-touch-icon.png")


@pytest.mark.parametrize(
    ("name", "title", "description", "path"),
    [
        pytest.param(
            "topic", "Seats in space", "Who flies with whom.", "/topics/seats", id="topic"
        ),
        pytest.param("index", "Topicwire", MOTTO, "/", id="index"),
        pytest.param(
            "archive",
            "Seats in space: part 2 of the archive",
            "1 entry, published on 2 November 2026.",
            "/topics/seats/archive/2",
            id="archive",
        ),
    ],
)
def test_preview(name: str, title: str, description: str, path: str) -> None:
    """Search engines and previews get title, description, address and a card."""
    outline = Outline(PAGES[name])
    properties = {
        each["property"]: each["content"] for each in outline.all("meta") if "property" in each
    }
    assert properties["og:title"] == title
    assert properties["og:description"] == description
    assert properties["og:url"] == f"https://wire.example{path}"
    assert properties["og:image"] == "https://wire.example/card.png"
    assert outline.all("link", rel="canonical", href=f"https://wire.example{path}")
    assert outline.all("meta", name="description", content=description)
    assert outline.all("meta", name="twitter:card", content="summary_large_image")
    shown = title if title == "Topicwire" else f"{title} · Topicwire"
    assert f"<title>{shown}</title>" in PAGES[name].decode()


@pytest.mark.parametrize("name", ["feedback", "thanks", "missing"])
def test_what_is_not_to_be_found(name: str) -> None:
    """Pages that are one reader's, or none, have no address of their own and no preview."""
    outline = Outline(PAGES[name])
    assert outline.all("meta", name="robots", content="noindex")
    assert not outline.all("link", rel="canonical")
    assert not [each for each in outline.all("meta") if "property" in each]


def test_pages_below_a_path() -> None:
    """A site that is served below a path links to its own files and pages there."""
    page = render_about(Site("https://example.org/wire", "1"), most_old=20)
    outline = Outline(page)
    local = [str(each["href"]) for tag in ("a", "link") for each in outline.all(tag)]
    assert all(href.startswith(("/wire/", "#", "https://example.org/wire/")) for href in local)


def test_alternates() -> None:
    """O59: a topic's page names its three feeds for browsers and readers to discover."""
    found = Outline(render_topic(a_page())).all("link", rel="alternate")
    assert [(each["type"], each["href"]) for each in found] == [
        ("application/atom+xml", "https://wire.example/topics/seats.atom"),
        ("application/rss+xml", "https://wire.example/topics/seats.rss"),
        ("application/feed+json", "https://wire.example/topics/seats.json"),
    ]


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_how_to_subscribe(form: str) -> None:
    """H2: each format is linked to, explained, and its address selected whole without a script."""
    page = render_topic(a_page()).decode()
    address = f"https://wire.example/topics/seats.{form}"
    assert re.search(
        rf'<a href="{address}" type="[^"]+">[^<]+</a></dt><dd>[^<]{{20,}}</dd>'
        rf"<dd><code>{address}</code></dd>",
        page,
    )
    assert re.search(r"\.subscribe code \{[^}]*user-select: all", asset("style.css").decode())
    assert "A feed reader is an app" in page


def test_hub() -> None:
    """O59, W34: where a hub tells of a topic, its page names it, and the feed to subscribe to there."""
    site = Site("https://wire.example", "1", hub="https://hub.example/")
    outline = Outline(render_topic(compose(an_edition(), site)))
    assert outline.all("link", rel="hub", href="https://hub.example/")
    assert outline.all("link", rel="self", href="https://wire.example/topics/seats.atom")
    assert not Outline(render_topic(a_page())).all("link", rel="hub")


def test_a_topic_leads_to_its_archive() -> None:
    """The current page links to the newest page of the archive, where there is one."""
    outline = Outline(render_topic(a_page(placed(), pages=3)))
    assert outline.all("a", rel="prev", href="/topics/seats/archive/3")
    assert not Outline(render_topic(a_page(placed()))).all("a", rel="prev")


@pytest.mark.parametrize(
    ("number", "newer", "older"),
    [
        pytest.param(1, "/topics/seats/archive/2", None, id="oldest"),
        pytest.param(2, "/topics/seats/archive/3", "/topics/seats/archive/1", id="middle"),
        pytest.param(3, "/topics/seats", "/topics/seats/archive/2", id="newest"),
    ],
)
def test_neighbours_in_the_archive(number: int, newer: str, older: str | None) -> None:
    """A page of the archive leads on and back, and always to the current page."""
    page = render_topic(a_part(placed(), page=number))
    outline = Outline(page)
    assert [each["href"] for each in outline.all("a", rel="next")] == [newer]
    assert [each["href"] for each in outline.all("a", rel="prev")] == [older] * bool(older)
    assert (b"There is nothing older." in page) == (older is None)
    assert outline.all("a", href="/topics/seats")
    site = "https://wire.example"
    assert outline.all("link", rel="current", href=f"{site}/topics/seats")
    following = [] if number == 3 else [site + newer]
    assert [each["href"] for each in outline.all("link", rel="next-archive")] == following
    before = [site + older] if older else []
    assert [each["href"] for each in outline.all("link", rel="prev-archive")] == before


def test_a_page_of_the_archive() -> None:
    """It says which part it is and what it spans, and links to its formats, not to subscribing."""
    page = render_topic(
        a_part(placed(1), placed(2, published=NOON - timedelta(40)), page=2)
    ).decode()
    assert '<span class="part" lang="en" dir="ltr">Part 2 of the archive</span></h1>' in page
    assert "2 entries, published from 23 September to 2 November 2026." in page
    assert 'id="subscribe"' not in page
    alternates = Outline(page.encode()).all("link", rel="alternate")
    assert [each["href"] for each in alternates] == [
        f"https://wire.example/topics/seats/archive/2.{form}" for form in ("atom", "rss", "json")
    ]


def test_a_page_of_the_archive_that_lost_its_entries() -> None:
    """It is said that what stood there has left."""
    page = PAGES["empty archive"].decode()
    assert page.count('dir="ltr">Everything that stood in this part has left the topic.') == 1


def test_about() -> None:
    """The page tells of entries, feeds, rights, the bot, and where to write to."""
    site = Site("https://wire.example", "1.2", hub="https://hub.example/", contact="a@wire.example")
    page = render_about(site, most_old=17).decode()
    for said in (
        *("at most 17 a day", "tombstone", "A feed reader is an app", "Atom", "RSS", "JSON Feed"),
        *("<code>https://hub.example/</code>", "(OPML)", "robots.txt", "Topicwire/1.2"),
        *("no cookies", '<a href="mailto:a@wire.example">a@wire.example</a>'),
    ):
        assert said in page, said
    assert "WebSub" not in render_about(SITE, most_old=17).decode()


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        pytest.param("https://wire.example/us", '<a href="https://wire.example/us">', id="address"),
        pytest.param("", "write to whoever runs this site,", id="nobody"),
        pytest.param("javascript:alert(1)", "write to whoever runs this site,", id="no address"),
    ],
)
def test_contact(contact: str, said: str) -> None:
    """S15: the operator is linked to where an address was given, and only by a web or mail one."""
    page = render_about(Site("https://wire.example", "1", contact=contact), most_old=20).decode()
    assert said in page
    assert "javascript:" not in page


@pytest.mark.parametrize(
    ("name", "width", "height"),
    [("icon.png", 512, 512), ("apple-touch-icon.png", 180, 180), ("card.png", 1200, 630)],
    ids=["icon", "touch icon", "card"],
)
def test_pictures(name: str, width: int, height: int) -> None:
    """Icons and card are small PNG files of the size that the pages say."""
    picture = asset(name)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert unpack(">II", picture[16:24]) == (width, height)
    assert len(picture) < 30_000


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


@every_page
def test_pages_obey_the_content_security_policy(page: bytes) -> None:
    """O58: pages have no script, no inline style and nothing loaded from elsewhere."""
    outline = Outline(page)
    assert not {"script", "style", "img", "iframe"} & {tag for tag, _ in outline.elements}
    assert not [found for _, found in outline.elements if "style" in found]
    sheets = [str(each["href"]) for each in outline.all("link", rel="stylesheet")]
    assert re.fullmatch(r"/style\.css\?v=[0-9a-f]{12}", sheets[0])
    assert b"url(" not in asset("style.css")
    assert b"@import" not in asset("style.css")


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
    for form, label in (("atom", "Atom"), ("rss", "RSS"), ("json", "JSON Feed")):
        address = f"https://example.org/wire/topics/seats.{form}"
        assert page.all("a", href=address, **{"aria-label": f"{label} of Seats in space"})
    assert page.all("svg", **{"aria-label": "4 entries in the last 3 weeks, at most 3 in one week"})
    assert [(each["type"], each["href"]) for each in page.all("link", rel="alternate")] == [
        ("text/x-opml", "https://example.org/wire/topics.opml"),
        ("application/atom+xml", "https://example.org/wire/topics/seats.atom"),
    ]


def test_a_topic_in_another_language_is_marked_in_the_index() -> None:
    """Title and sentence of a topic are in its own language, read in its direction."""
    standing = a_standing(topic=a_topic(language="ar", title="الفضاء"))
    page = Outline(render_index((TopicSummary(standing, (), (), 0),), SITE))
    assert page.all("h2", lang="ar", dir="auto")
    assert page.all("p", lang="ar", dir="auto")


def test_index_of_nothing() -> None:
    """An index without topics says how one comes about."""
    assert "There is no topic yet." in render_index((), SITE).decode()


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """Return the colour of a share of one over the other."""
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


@pytest.mark.parametrize("scheme", [pytest.param(0, id="light"), pytest.param(1, id="dark")])
@pytest.mark.parametrize("name", ["ink", "quiet", "accent", "trouble"])
def test_contrast(scheme: int, name: str) -> None:
    """Every text has a contrast of at least 7:1 with the paper, in both colour schemes."""
    css = asset("style.css").decode()
    paper, ink = (re.findall(rf"--{each}: (#\w+)", css)[scheme] for each in ("paper", name))
    assert contrast(paper, ink) >= 7


@pytest.mark.parametrize("scheme", [pytest.param(0, id="light"), pytest.param(1, id="dark")])
def test_bars_are_told_from_the_paper(scheme: int) -> None:
    """WCAG 2.2, 1.4.11: what shows a number has a contrast of at least 3:1 with the paper."""
    css = asset("style.css").decode()
    paper, bar = (re.findall(rf"--{each}: (#\w+)", css)[scheme] for each in ("paper", "accent"))
    share = float(re.findall(r"fill-opacity: (0\.\d+)", css)[0])
    assert contrast(paper, mixed(bar, paper, share)) >= 3


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
    assert hrefs[2:4] == ["https://press.example/columns/1", "/topics/seats"]
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
