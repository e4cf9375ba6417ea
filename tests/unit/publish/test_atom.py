"""Atom documents."""

from dataclasses import replace

import feedparser
from lxml import etree

from builders import NOON
from topicwire.model.judging import Reason, Zone
from topicwire.model.wire import Enclosure
from topicwire.publish.atom import render
from topicwire.publish.compose import compose
from unit.publish.common_rules import ATOM
from unit.publish.editions import SITE, a_page, an_edition, placed
from unit.publish.rules import atom_findings

ENCLOSURES = (
    Enclosure("https://press.example/a.mp3", "audio/mpeg", 5),
    Enclosure("https://press.example/b.mp3", "audio/mpeg"),
)


def test_empty_topic() -> None:
    """O16: a topic without entries is a valid feed."""
    assert atom_findings(render(a_page())) == []


def test_no_findings() -> None:
    """O1, O34-O41: the validator finds nothing to say of an ordinary feed."""
    page = a_page(
        placed(
            1, summary_html="<p>S</p>", tags=("R&D",), enclosures=ENCLOSURES, rights="© <Press>"
        ),
        placed(2, title="A & B < C", lang="fr", authors=("A & B",)),
        placed(3, url=None, uid="3", authors=(), content_html=""),
    )
    assert atom_findings(render(page)) == []


def test_links() -> None:
    """O40, G1: each link keeps its relation, type and length; enclosures are no alternates."""
    entry = etree.fromstring(render(a_page(placed(enclosures=ENCLOSURES)))).find(f"{ATOM}entry")
    assert entry is not None
    assert [dict(link.attrib) for link in entry.findall(f"{ATOM}link")] == [
        {"href": "https://press.example/columns/1"},
        {
            "rel": "enclosure",
            "href": "https://press.example/a.mp3",
            "type": "audio/mpeg",
            "length": "5",
        },
        {"rel": "enclosure", "href": "https://press.example/b.mp3", "type": "audio/mpeg"},
        {"rel": "via", "href": "https://press.example/feed"},
    ]


def test_generator_and_rights() -> None:
    """O13, O14: the feed says what made it and whose the entries are; an entry has its own rights."""
    root = etree.fromstring(render(a_page(placed(rights="© <Press>"))))
    generator = root.find(f"{ATOM}generator")
    assert generator is not None
    assert (generator.text, dict(generator.attrib)) == (
        "Topicwire",
        {"uri": "https://wire.example/", "version": "1.2.3"},
    )
    rights = [each.text for each in root.iter(f"{ATOM}rights")]
    assert rights == [
        "Every entry belongs to the source that it names and links to.",
        "© <Press>",
    ]


def test_times() -> None:
    """O36, O37: times have seconds, a zone, and the precision that the source gave them."""
    moments = (NOON.replace(day=1, microsecond=250_000), NOON.replace(day=1, microsecond=500_000))
    page = a_page(*(placed(n, published=moment) for n, moment in enumerate(moments)))
    entries = etree.fromstring(render(page)).findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}updated") for entry in entries] == [
        "2026-11-01T12:00:00.250000+00:00",
        "2026-11-01T12:00:00.500000+00:00",
    ]


def test_entries_stand_in_order_and_link_nowhere_in_the_archive() -> None:
    """O41, G6: entries keep the edition's order, and no entry has a relation of RFC 5005."""
    page = compose(replace(an_edition(placed(2), placed(1), pages=3), page=2), SITE)
    entries = etree.fromstring(render(page)).findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Crews trade seats"] * 2
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [item.id for item in page.items]
    rels = {link.get("rel") for entry in entries for link in entry.iter(f"{ATOM}link")}
    assert rels == {None, "via", "self", "alternate"}


def test_no_style_sheet() -> None:
    """H1: browsers do away with XSLT; no document asks for a style sheet."""
    assert b"xml-stylesheet" not in render(a_page(placed()))


def test_source() -> None:
    """O39, G4: an entry says its source: id, title, time, addresses, and author if it has none."""
    source = etree.fromstring(render(a_page(placed(authors=())))).find(f"{ATOM}entry/{ATOM}source")
    assert source is not None
    assert [etree.QName(child).localname for child in source] == [
        "id",
        "title",
        "updated",
        "link",
        "link",
        "author",
    ]
    assert source.findtext(f"{ATOM}author/{ATOM}name") == "The Press"


def test_verdict() -> None:
    """O1: an entry says its score and reasons to programs without a namespace of our own."""
    because = (Reason("@nation", 'NASA & "Co"', Zone.TITLE, 2),)
    body = render(a_page(replace(placed(), score=0.8333, reasons=because)))
    assert (
        b'    <?topicwire-verdict score="0.83"?>\n    <?topicwire-reason zone="title" count="2" '
        b'clause="@nation" matched="NASA &amp; &quot;Co&quot;"?>\n'
    ) in body
    assert not feedparser.parse(body).bozo


def test_players() -> None:
    """O8: audio and video in a text have no controls, which the validator minds, but links."""
    player = '<audio controls="" preload="none" src="https://press.example/a.mp3"></audio>'
    video = '<video controls="" preload="none"><source src="https://press.example/v.mp4"></video>'
    body = render(a_page(placed(content_html=f"<p>{player}</p>{video}")))
    assert atom_findings(body) == []
    content = etree.fromstring(body).findtext(f"{ATOM}entry/{ATOM}content") or ""
    assert 'src="https://press.example/a.mp3"' in content
    assert '<a href="https://press.example/a.mp3">Audio</a>' in content
    assert '<a href="https://press.example/v.mp4">Video</a>' in content


def test_icon() -> None:
    """O40: the feed has one icon, the site's."""
    icons = etree.fromstring(render(a_page())).findall(f"{ATOM}icon")
    assert [each.text for each in icons] == ["https://wire.example/icon.png"]


def test_self_link() -> None:
    """O34: the feed names the address that it is served at."""
    root = etree.fromstring(render(a_page()))
    link = root.find(f"{ATOM}link[@rel='self']")
    assert link is not None
    assert link.get("href") == "https://wire.example/topics/seats.atom"
    assert link.get("type") == "application/atom+xml"


def test_html_is_escaped_once() -> None:
    """O38, G5: content is HTML, escaped once, and ]]> survives."""
    page = a_page(placed(content_html="<p>a &amp; b ]]&gt; ]]></p>"))
    content = etree.fromstring(render(page)).find(f"{ATOM}entry/{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"
    assert (content.text or "").startswith("<p>a &amp; b ]]&gt; ]]></p><p lang=")
