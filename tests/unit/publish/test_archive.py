"""The archive and the hub in every format: how a document leads to the others."""

import io
import json

import feedparser
import pytest
from lxml import etree

from builders import NOON, a_standing
from topicwire.model.document import Format
from topicwire.model.judging import Departure, Edition
from topicwire.publish import atom, jsonfeed, rss
from topicwire.publish.compose import FeedPage, Site, compose
from unit.publish.common_rules import ATOM, HISTORY, TOMBSTONES
from unit.publish.editions import SITE, placed
from unit.publish.rules import UNKNOWN_TOMBSTONES, atom_findings, rss_findings

BASE = "https://wire.example/topics/seats"
HUB = Site(SITE.base_url, SITE.version, hub="https://wire.example/websub/hub")
GONE = Departure("https://press.example/columns/9", placed(9).source, NOON)


def page_of(page: int, pages: int = 3, *gone: Departure, site: Site = SITE) -> FeedPage:
    return compose(Edition(a_standing(pages=pages), (placed(),), page, gone), site)


def relations(body: bytes) -> dict[str, str]:
    """Return the addresses that a document links to, by relation, but for its page."""
    root = etree.fromstring(body)
    feed = root if root.tag == f"{ATOM}feed" else root[0]
    links = {
        each.get("rel", "alternate"): each.get("href", "") for each in feed.findall(f"{ATOM}link")
    }
    return {rel: url for rel, url in links.items() if rel != "alternate"}


@pytest.mark.parametrize(
    ("page", "pages", "expected"),
    [
        pytest.param(0, 0, {"self": ""}, id="no archive"),
        pytest.param(0, 3, {"self": "", "prev-archive": "/archive/3"}, id="current"),
        pytest.param(
            3,
            3,
            {"self": "/archive/3", "current": "", "prev-archive": "/archive/2"},
            id="newest page",
        ),
        pytest.param(
            2,
            3,
            {
                "self": "/archive/2",
                "current": "",
                "prev-archive": "/archive/1",
                "next-archive": "/archive/3",
            },
            id="page between",
        ),
        pytest.param(
            1,
            3,
            {"self": "/archive/1", "current": "", "next-archive": "/archive/2"},
            id="oldest page",
        ),
        pytest.param(
            1, 1, {"self": "/archive/1", "current": "", "next-archive": ""}, id="only page"
        ),
    ],
)
def test_documents_lead_to_their_neighbours(
    page: int, pages: int, expected: dict[str, str]
) -> None:
    """O48, O49: self is the document's own address, and the links keep the format."""
    found = page_of(page, pages)
    for suffix, render in (("atom", atom.render), ("rss", rss.render)):
        urls = {rel: f"{BASE}{path}.{suffix}" for rel, path in expected.items()}
        assert relations(render(found)) == urls


def test_pages_of_the_archive_say_that_they_are() -> None:
    """O48: fh:archive stands on pages of the archive and nowhere else."""
    for render in (atom.render, rss.render):
        found = [
            len(list(etree.fromstring(render(page_of(page))).iter(f"{HISTORY}archive")))
            for page in (0, 1, 2, 3)
        ]
        assert found == [0, 1, 1, 1]


def test_no_findings() -> None:
    """O1, O48: of any document, the validator minds only that it knows no tombstones."""
    for pages in (1, 3):
        for page in range(pages + 1):
            found = page_of(page, pages, GONE, site=HUB)
            assert atom_findings(atom.render(found)) == [UNKNOWN_TOMBSTONES]
            assert rss_findings(rss.render(found)) == []


def test_hub() -> None:
    """W20, O42: the current document names the hub once, in every format; the archive does not."""
    current, archived = page_of(0, site=HUB), page_of(1, site=HUB)
    assert relations(atom.render(current))["hub"] == HUB.hub
    assert relations(rss.render(current))["hub"] == HUB.hub
    assert json.loads(jsonfeed.render(current))["hubs"] == [{"type": "WebSub", "url": HUB.hub}]
    assert "hub" not in relations(atom.render(archived))
    assert "hubs" not in json.loads(jsonfeed.render(archived))


def test_tombstones() -> None:
    """RFC 6721: what is gone stands before the entries, with its id and the time it left."""
    root = etree.fromstring(atom.render(page_of(0, 0, GONE)))
    (gone,) = root.findall(f"{TOMBSTONES}deleted-entry")
    assert dict(gone.attrib) == {"ref": GONE.uid, "when": NOON.isoformat()}
    tags = [child.tag for child in root]
    assert tags.index(gone.tag) < tags.index(f"{ATOM}entry")
    assert feedparser.parse(io.BytesIO(atom.render(page_of(0, 0, GONE)))).entries[0].id != GONE.uid


def test_prefixes_are_declared_where_they_are_used() -> None:
    """A document that needs no extension does not name it."""
    plain = atom.render(page_of(0, 0))
    assert b"syndication/history" not in plain
    assert b"tombstones" not in plain


def test_json_leads_to_the_next_older_page() -> None:
    """O45: next_url goes back page by page, and never to where a reader has been."""
    chain = [json.loads(jsonfeed.render(page_of(page))) for page in (0, 3, 2, 1)]
    urls = [each["feed_url"] for each in chain]
    assert [each.get("next_url") for each in chain] == [*urls[1:], None]
    assert len(set(urls)) == 4
    about = [each["_topicwire"] for each in chain]
    assert [each.get("archive") for each in about] == [None, True, True, True]
    assert [each.get("newer_url") for each in about] == [None, None, urls[1], urls[2]]
    assert [each.get("current_url") for each in about] == [None, urls[0], urls[0], urls[0]]


def test_json_names_what_is_gone() -> None:
    """Programs that read JSON Feed learn of removals as well."""
    document = json.loads(jsonfeed.render(page_of(0, 0, GONE)))
    assert document["_topicwire"]["departed"] == [{"id": GONE.uid, "when": NOON.isoformat()}]


@pytest.mark.parametrize("form", [Format.ATOM, Format.RSS, Format.JSON])
def test_an_archive_page_is_the_same_bytes_in_every_edition(form: Format) -> None:
    """O2, O48: a new edition of the topic does not touch the archive."""
    render = {Format.ATOM: atom.render, Format.RSS: rss.render, Format.JSON: jsonfeed.render}[form]
    one, other = (
        compose(
            Edition(
                a_standing(pages=2, edition=n, edition_time=NOON.replace(day=n)), (placed(),), 1
            ),
            SITE,
        )
        for n in (3, 4)
    )
    assert render(one) == render(other)
