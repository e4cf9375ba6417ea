"""What holds for any edition: it renders, reads back the same, and is the same every time."""

import json
import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape, unescape
from io import BytesIO
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from builders import NOON, a_placement, a_polled, a_source, a_stored, a_topic, an_entry
from topicwire.model.catalogue import Republish
from topicwire.model.document import Format
from topicwire.model.judging import Edition, Placement, Reason, Zone
from topicwire.model.wire import Enclosure, Origin
from topicwire.publish.compose import FeedPage, compose
from topicwire.publish.item import Grounds
from topicwire.publish.own import OwnReader, digest_of
from unit.publish.editions import RENDERERS, SITE, a_page, an_edition
from unit.publish.rules import atom_findings, rss_findings

NASTY = (
    "]]>",
    "&amp;lt;p&amp;gt;",
    "</title><script>alert(1)</script>",
    "A & B < C",
    "\x00\x0b\x1f\x85\x9f",
    "\ud800",
    "\ufffd\ufffe\ufdd0",
    "שלום \u202e عالم",
    "👩🏽‍🚀🚀\U0001d518",
    "long " * 60,
    " \n\t ",
    "{{ 7 * 7 }}{% raw %}",
)
TEXTS = st.sampled_from(NASTY) | st.text(st.characters(), max_size=40)
URLS = st.none() | st.sampled_from(
    (
        "https://press.example/a?b=c&d=[e]",
        "/relative",
        "//host",
        "javascript:x",
        "http://é.example/ü",
    )
)
HTML = TEXTS.map(lambda text: f"<p>{escape(text)}</p>" if text else "")
TIMES = st.none() | st.integers(-11_000_000_000, 4_000_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
FINDINGS = {Format.ATOM: atom_findings, Format.RSS: rss_findings}


@st.composite
def placements(draw: st.DrawFn) -> Placement:
    """Draw a placement of an entry as odd as a source can make it."""
    entry = an_entry(
        uid=draw(TEXTS | st.sampled_from(("1", "https://press.example/a", "tag:a.example,2026:x"))),
        title=draw(TEXTS),
        url=draw(URLS),
        authors=tuple(draw(st.lists(TEXTS, max_size=2))),
        summary_html=draw(HTML),
        content_html=draw(HTML),
        text=draw(TEXTS),
        lang=draw(st.none() | st.sampled_from(("en", "fr-CA", "he", "nonsense"))),
        published=draw(TIMES),
        updated=draw(TIMES),
        tags=tuple(draw(st.lists(TEXTS, max_size=2))),
        enclosures=tuple(
            draw(
                st.lists(
                    st.builds(
                        Enclosure,
                        url=URLS.map(lambda url: url or ""),
                        type=st.sampled_from(("audio/mpeg", "", "a b")) | TEXTS,
                        length=st.integers(-1, 9),
                    ),
                    max_size=3,
                )
            )
        ),
        origin=draw(st.none() | st.builds(Origin, title=TEXTS, url=URLS, site=URLS, id=URLS)),
        rights=draw(TEXTS),
    )
    source = a_source(
        title=draw(TEXTS),
        url=draw(st.sampled_from(("https://press.example/feed", "samples/press.xml"))),
        site=draw(URLS),
        republish=draw(st.sampled_from(Republish)),
    )
    reasons = st.builds(
        Reason, clause=TEXTS, matched=TEXTS, zone=st.sampled_from(Zone), count=st.just(1)
    )
    return a_placement(
        stored=a_stored(entry=entry),
        source=a_polled(source=source, feed_id=draw(URLS)),
        score=draw(st.floats(0, 1)),
        reasons=tuple(draw(st.lists(reasons, max_size=3))),
        is_pinned=draw(st.booleans()),
    )


EDITIONS = st.builds(
    lambda found, title, description, shows: an_edition(
        *found, topic=a_topic(title=title, description=description, show_reason=shows)
    ),
    st.lists(placements(), max_size=4),
    TEXTS,
    TEXTS,
    st.booleans(),
)
OWN = st.none() | st.just(OwnReader(digest_of("ada's token")))


def reread(form: Format, body: bytes) -> list[tuple[str, str, str | None]]:
    """Return id, title and link of every entry, as a stranger reads them."""
    if form is Format.JSON:
        items = json.loads(body)["items"]
        return [(each["id"], each["title"], each.get("url")) for each in items]
    feed = feedparser.parse(BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    assert not feed.bozo
    return [(each.id, each.title, address(each)) for each in feed.entries]


def address(entry: Any) -> str | None:
    """Return the entry's alternate link; `entry.link` may be its id instead."""
    links = entry.get("links", ())
    return next((link.href for link in links if link.rel == "alternate"), None)


def said(page: FeedPage) -> list[tuple[str, str, str | None]]:
    """Return what we published of every entry."""
    return [(item.id, item.title, item.url) for item in page.items]


@pytest.mark.parametrize("form", [Format.ATOM, Format.RSS, Format.JSON])
@settings(max_examples=50)
@given(edition=EDITIONS)
def test_entries_read_back(form: Format, edition: Edition) -> None:
    """O9: whatever sources say, a reader reads the ids, titles and links that we published."""
    page = compose(edition, SITE)
    assert said(page) == reread(form, RENDERERS[form](page))


@pytest.mark.parametrize("form", [Format.ATOM, Format.RSS])
@settings(max_examples=50)
@given(edition=EDITIONS, own=OWN)
def test_no_findings(form: Format, edition: Edition, own: OwnReader | None) -> None:
    """O1: whatever sources say, the validator's rules are kept, also in a reader's own feed."""
    assert FINDINGS[form](RENDERERS[form](compose(edition, SITE, own=own))) == []


@pytest.mark.parametrize("form", [Format.ATOM, Format.RSS])
@settings(max_examples=50)
@given(edition=EDITIONS)
def test_reasons_read_back(form: Format, edition: Edition) -> None:
    """Whatever sources say, programs read why each entry is there as it was judged."""
    page = compose(edition, SITE)
    root = etree.fromstring(RENDERERS[form](page))
    items = root.iter("item", "{http://www.w3.org/2005/Atom}entry")
    assert [item.grounds for item in page.items] == [grounds(item) for item in items]


def grounds(item: Any) -> Grounds | None:
    """Return the grounds that an item's instructions give."""
    said = [(each.target, read(each.text)) for each in item.iterchildren(etree.PI)]
    if not said:
        return None
    (target, verdict), *reasons = said
    assert target == "topicwire-verdict"
    if verdict == {"by": "editor"}:
        return Grounds(score=None)
    assert {target for target, _ in reasons} <= {"topicwire-reason"}
    found = (
        Reason(each["clause"], each["matched"], Zone(each["zone"]), int(each["count"]))
        for _, each in reasons
    )
    return Grounds(float(verdict["score"]), tuple(found))


def read(instruction: str) -> dict[str, str]:
    """Return an instruction's text as the attributes that it reads like."""
    return {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', instruction)}


@settings(max_examples=50)
@given(edition=EDITIONS)
def test_page_is_well_formed(edition: Edition) -> None:
    """S19: whatever sources say, a topic's page has no element that we did not write."""
    page = RENDERERS[Format.HTML](compose(edition, SITE)).decode()
    tree = etree.fromstring(page, etree.HTMLParser())
    assert not tree.xpath("//script | //img | //@style | //@onclick")
    assert len(tree.xpath("//article")) == len(compose(edition, SITE).items)


@pytest.fixture
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the process into another time zone for a while."""
    monkeypatch.setitem(os.environ, "TZ", "Pacific/Chatham")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("form", list(Format))
@settings(max_examples=25)
@given(edition=EDITIONS)
def test_same_bytes(form: Format, edition: Edition) -> None:
    """O2: the same edition gives the same bytes."""
    one, other = (RENDERERS[form](compose(edition, SITE)) for _ in range(2))
    assert one == other


HERE = {form: RENDERERS[form](a_page(a_placement())) for form in Format}


@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize("form", list(Format))
def test_same_bytes_elsewhere(form: Format) -> None:
    """O2: the time zone of the process does not show."""
    assert NOON.astimezone().utcoffset() != NOON.utcoffset()
    assert HERE[form] == RENDERERS[form](a_page(a_placement()))
