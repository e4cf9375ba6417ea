"""RSS documents."""

import locale
from typing import Any

import pytest
from lxml import etree

from builders import a_polled, a_source
from topicwire.model.wire import Enclosure
from topicwire.publish.rss import render
from unit.publish.common_rules import ATOM, CONTENT, DC, MEDIA
from unit.publish.editions import a_page, placed
from unit.publish.rules import rss_findings

ENCLOSURES = (
    Enclosure("https://press.example/a.mp3", "audio/mpeg", 5),
    Enclosure("https://press.example/b.mp3", "audio/mpeg", 7, 3_723),
    Enclosure("https://press.example/c.mp3", "audio/mpeg"),
)


def channel_of(*placements: Any) -> Any:
    return etree.fromstring(render(a_page(*placements)))[0]


def test_empty_topic() -> None:
    """O16: a topic without entries is a valid feed."""
    assert rss_findings(render(a_page())) == []


def test_no_findings() -> None:
    """O1, O20-O33: the validator finds nothing to say of an ordinary feed."""
    page = a_page(
        placed(
            1, summary_html="<p>S</p>", tags=("R&D;",), enclosures=ENCLOSURES, rights="© &copy;"
        ),
        placed(2, title="A &amp; B <i>C</i>", lang="fr", authors=("A & B",)),
        placed(3, url=None, uid="3", authors=(), content_html=""),
    )
    assert rss_findings(render(page)) == []


def test_channel() -> None:
    """O13, O20, O22, O32, G3: the channel links to its page and itself, and says how long to wait."""
    channel = channel_of()
    assert channel.findtext("link") == "https://wire.example/topics/seats"
    assert dict(channel.find(f"{ATOM}link").attrib) == {
        "href": "https://wire.example/topics/seats.rss",
        "rel": "self",
        "type": "application/rss+xml",
    }
    assert channel.findtext("lastBuildDate") == "Mon, 02 Nov 2026 12:00:00 +0000"
    assert channel.findtext("generator") == "Topicwire 1.2.3 (https://wire.example/)"
    assert channel.findtext("docs") == "https://www.rssboard.org/rss-specification"
    assert int(channel.findtext("ttl")) > 0


def test_order_of_the_channel() -> None:
    """O21, O25: what is said of the channel comes before its items, each of which has a title."""
    channel = channel_of(placed(1, title=""), placed(2))
    positions = [child.tag == "item" for child in channel]
    assert positions == sorted(positions)
    assert [each.findtext("title") for each in channel.findall("item")] == [
        "NASA and Roscosmos agreed to trade seats.",
        "Crews trade seats",
    ]


def test_tags() -> None:
    """O31: each tag is a category, of no domain, for what a source calls it by is not kept."""
    categories = channel_of(placed(tags=("R&D", "space"))).findall("item/category")
    assert [(each.text, dict(each.attrib)) for each in categories] == [("R&D", {}), ("space", {})]


def test_rights() -> None:
    """O14: an item has the rights that its source claims, and the channel says whose items are."""
    channel = channel_of(placed(rights="© The Press"))
    assert channel.findtext(f"item/{DC}rights") == "© The Press"
    assert channel.findtext("copyright").startswith("Every entry belongs to the source")


def test_description_before_content() -> None:
    """O26: a description precedes the content, an excerpt of it when the source gave none."""
    item = channel_of(placed(text="The text.")).find("item")
    tags = [child.tag for child in item]
    assert tags.index("description") < tags.index(f"{CONTENT}encoded")
    assert item.findtext("description") == "<p>The text.</p>"


def test_content_without_any_text() -> None:
    """O26: content that no excerpt can be made of is the description."""
    item = channel_of(placed(content_html='<img src="https://press.example/i.png">', text="")).find(
        "item"
    )
    assert item.findtext("description").startswith("<img ")
    assert item.find(f"{CONTENT}encoded") is None


def test_guid() -> None:
    """O24: a guid is a permalink only if it is the entry's own address."""
    first, second = channel_of(placed(1), placed(2, uid="two")).findall("item")
    assert first.find("guid").attrib == {"isPermaLink": "true"}
    assert second.find("guid").attrib == {"isPermaLink": "false"}


def test_authors() -> None:
    """O27: each author is a dc:creator, and none an <author>, which would need an e-mail address."""
    item = channel_of(placed(authors=("Ada", "Bob"))).find("item")
    assert [each.text for each in item.findall(f"{DC}creator")] == ["Ada", "Bob"]
    assert item.find("author") is None


def test_enclosures() -> None:
    """O29: the first enclosure is the item's, the others media:content."""
    item = channel_of(placed(enclosures=ENCLOSURES)).find("item")
    assert [each.get("url") for each in item.findall("enclosure")] == [ENCLOSURES[0].url]
    assert [dict(each.attrib) for each in item.findall(f"{MEDIA}content")] == [
        {"url": ENCLOSURES[1].url, "type": "audio/mpeg", "fileSize": "7", "duration": "3723"},
        {"url": ENCLOSURES[2].url, "type": "audio/mpeg"},
    ]


def test_enclosure_at_an_odd_address() -> None:
    """O29: an address that the validator takes for none (InvalidURLAttribute) is media:content."""
    odd = Enclosure("https://localhost/a.mp3", "audio/mpeg", 5)
    body = render(a_page(placed(enclosures=(odd, ENCLOSURES[1]))))
    item: Any = etree.fromstring(body)[0].find("item")
    assert rss_findings(body) == []
    assert [each.get("url") for each in item.findall("enclosure")] == [ENCLOSURES[1].url]
    assert [each.get("url") for each in item.findall(f"{MEDIA}content")] == [odd.url]


def test_source() -> None:
    """O28: every item names its source and the address of the source's feed."""
    source = channel_of(placed()).find("item/source")
    assert (source.text, source.get("url")) == ("The Press", "https://press.example/feed")


def test_source_that_is_a_file() -> None:
    """O28: an item from a file still has the obligatory address: the entry's."""
    placement = placed()
    polled = a_polled(source=a_source(url="samples/press.xml", site=None))
    source = channel_of(
        type(placement)(placement.stored, polled, placement.placed, placement.score, ())
    ).find("item/source")
    assert source.get("url") == "https://press.example/columns/1"


def test_titles_use_hexadecimal_references() -> None:
    """O9: markup characters in a title are written as the RSS Profile asks."""
    body = render(a_page(placed(title="A & B < C")))
    assert b"<title>A &#x26; B &#x3C; C</title>" in body


def test_locale_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """G2, O23: rendering dates never touches the locale of the process."""

    def refuse(*_: object) -> None:
        pytest.fail("the locale was asked for or set")

    monkeypatch.setattr(locale, "setlocale", refuse)
    assert b"<pubDate>Mon, 02 Nov 2026 12:00:00 +0000</pubDate>" in render(a_page(placed()))
