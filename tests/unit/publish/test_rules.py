"""The rules of these tests themselves: what the validator would find, they find."""

import pytest

from topicwire.model.judging import Departure
from topicwire.model.wire import Enclosure
from topicwire.publish import atom, jsonfeed, rss
from topicwire.publish.compose import compose
from unit.publish.bodies import body_findings
from unit.publish.editions import SITE, an_edition, placed
from unit.publish.json_rules import json_findings
from unit.publish.rules import atom_findings, rss_findings


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("<p>a</p>", "", id="nothing"),
        pytest.param("<b>a", "NotHtml", id="left open"),
        pytest.param("<p><div>a</div></p>", "NotHtml", id="closed too often"),
        pytest.param("<b>a</i></b>", "NotHtml", id="crossed"),
        pytest.param("a &b; c", "NotHtml", id="unknown entity"),
        pytest.param("<script>a</script>", "SecurityRisk: script", id="script"),
        pytest.param('<p style="">a</p>', "SecurityRiskAttr: style", id="style"),
        pytest.param('<a href="/x">a</a>', "ContainsRelRef: /x", id="relative link"),
        pytest.param("<img src='x.png'>", "ContainsRelRef: x.png", id="relative image"),
    ],
)
def test_bodies(html: str, expected: str) -> None:
    """HTML that is not strictly well formed, risky or relative is found."""
    found = body_findings(html)
    assert [each[: len(expected)] for each in found] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        pytest.param("Crews", "CafÃ©s", "BadCharacters", id="UTF-8 as Latin-1"),
        pytest.param("Crews", "a\x9c", "BadCharacters", id="C1 control"),
        pytest.param("xmlns=", 'xmlns:x="urn:x" xmlns=', "UnknownNamespace: urn:x", id="namespace"),
        pytest.param(
            'xmlns:fh="',
            'xmlns:q="http://search.yahoo.com/mrss/" xmlns:fh="',
            "Nonstd",
            id="prefix",
        ),
        pytest.param("2026-11-02", "1970-11-02", "ImplausibleDate", id="past"),
        pytest.param("12:00:00+00:00", "12:00:00", "InvalidRFC3339Date", id="zone"),
        pytest.param('rel="current"', 'rel="up"', "MissingCurrentInArchive", id="archive"),
        pytest.param('rel="prev-archive"', 'rel="x"', "UnregisteredAtomLinkRel", id="relation"),
        pytest.param('rel="self"', 'rel="alternate"', "MissingSelf", id="no self"),
        pytest.param("<title>The Press</title>", "", "MissingElement: title", id="source"),
        pytest.param("/columns/1</id>", "/columns/2</id>", "DuplicateEntries", id="same id"),
        pytest.param('rel="via" href="https:', 'rel="via" href="', "InvalidURI", id="relative"),
        pytest.param('xml:lang="en"', 'xml:lang="english"', "InvalidLanguage", id="language"),
        pytest.param("&lt;small&gt;", "&lt;p&gt;", "NotHtml", id="body"),
        pytest.param("/columns/3", "/columns/1", "InvalidFullLink", id="tombstone that is there"),
    ],
)
def test_atom(right: str, wrong: str, expected: str) -> None:
    """An Atom document with one thing wrong has a finding that it had not before."""
    gone = Departure("https://press.example/columns/3", placed().source, placed().placed)
    edition = an_edition(placed(1), placed(2), pages=3)
    page = compose(type(edition)(edition.standing, edition.placements, 2, (gone,)), SITE)
    body = atom.render(page).decode()
    assert right in body
    before = set(atom_findings(body.encode()))
    found = set(atom_findings(body.replace(right, wrong).encode())) - before
    assert any(each.startswith(expected) for each in found)


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        pytest.param("version/1.1", "version/1", "version", id="version"),
        pytest.param('"items"', '"posts"', "feed.posts is unknown", id="key"),
        pytest.param('"https://press', '"//press', "feed.items.url: //press", id="relative"),
        pytest.param(
            '"title": "Crews trade seats"', '"title": null', "feed.items.title", id="null"
        ),
        pytest.param("T12:00:00+00:00", " 12:00", "feed.items.date_published", id="time"),
        pytest.param('"content_html"', '"_html"', "missing content_html", id="content"),
        pytest.param('"en"', '"english"', "feed.language", id="language"),
        pytest.param('"size_in_bytes": 5', '"size_in_bytes": "5"', "feed.items.att", id="size"),
        pytest.param("seats/archive/3", "seats", "next_url leads nowhere", id="next"),
    ],
)
def test_json(right: str, wrong: str, expected: str) -> None:
    """A JSON Feed document with one thing wrong has a finding that it had not before."""
    files = (Enclosure("https://press.example/a.mp3", "audio/mpeg", 5),)
    page = compose(an_edition(placed(enclosures=files), pages=3), SITE)
    body = jsonfeed.render(page).decode()
    assert right in body
    assert json_findings(body.encode()) == []
    found = json_findings(body.replace(right, wrong).encode())
    assert any(each.startswith(expected) for each in found)


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        pytest.param("Mon, ", "Tue, ", "IncorrectDOW", id="day of the week"),
        pytest.param(
            "<pubDate>Mon, 02", "<pubDate>Mon, 09", "ImplausibleDate", id="after the edition"
        ),
        pytest.param("+0000", "+0545", "ProblematicalRFC822Date", id="zone"),
        pytest.param(" 2026 ", " 1970 ", "I", id="past"),
        pytest.param("A &#x26;lt; B", "A &amp;lt; B", "CharacterData", id="reference"),
        pytest.param("isPermaLink=", "x=", "InvalidBooleanAttribute", id="guid"),
        pytest.param("//press.example/a.mp3", "//press/a.mp3", "InvalidURLAttribute", id="host"),
        pytest.param('length="5"', 'length="?"', "InvalidURLAttribute", id="length"),
        pytest.param("<ttl>5</ttl>", "", "MissingElement: ttl", id="ttl"),
        pytest.param('rel="self"', 'rel="up"', "MissingAtomSelfLink", id="no self"),
        pytest.param("<description>&lt;p", "<description>&lt;q", "NotHtml", id="body"),
        pytest.param('url="https://press.example/feed"', 'u=""', "MissingAttribute", id="source"),
    ],
)
def test_rss(right: str, wrong: str, expected: str) -> None:
    """An RSS document with one thing wrong has a finding that it had not before."""
    files = (Enclosure("https://press.example/a.mp3", "audio/mpeg", 5),)
    page = compose(an_edition(placed(title="A &lt; B", enclosures=files)), SITE)
    body = rss.render(page).decode()
    assert right in body
    assert rss_findings(body.encode()) == []
    found = rss_findings(body.replace(right, wrong).encode())
    assert any(each.startswith(expected) for each in found)
