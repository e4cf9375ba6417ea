"""Feeds, republished: no finding by the validator's rules, and readers find every entry whole."""

from pathlib import Path

import pytest

from builders import NOON, a_placement, a_polled, a_source, a_standing, a_stored
from topicwire.errors import ParseError
from topicwire.ingest.read import ReadJob, read
from topicwire.model.document import Format
from topicwire.model.judging import Departure, Edition
from topicwire.publish.compose import FeedPage, Site, compose
from unit.ingest.goldens import DATA, Golden
from unit.publish.editions import RENDERERS
from unit.publish.json_rules import json_findings
from unit.publish.rereading import published, reread
from unit.publish.rules import UNKNOWN_TOMBSTONES, atom_findings, rss_findings

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "real_feeds"
FEEDS = sorted(path for path in FOLDER.glob("*") if path.suffix != ".jsonl")
MOST = 100
PAGES = 2  # of the archive
SITE = Site("https://wire.example", "0.1.0", hub="https://wire.example/websub/hub")
FORMATS = [Format.ATOM, Format.RSS, Format.JSON]

# Two hundred feeds are read for them: of processes that test side by side one alone does that.
pytestmark = pytest.mark.xdist_group("real feeds")


@pytest.fixture(scope="module")
def pages() -> dict[str, FeedPage]:
    """Return for each real feed a document of a topic that carries its newest entries."""
    if not FEEDS:
        pytest.skip("the shared folder of real feeds is not here")
    return {
        path.name: compose(edition_of(path.read_bytes(), None, number % (PAGES + 1)), SITE)
        for number, path in enumerate(FEEDS)
    }


@pytest.fixture(scope="module")
def fixtures() -> dict[str, FeedPage]:
    """Return the same of each document of the golden cases that can be read."""
    found = {}
    for folder in sorted((DATA / "parse").iterdir()):
        case = Golden(folder)
        try:
            found[folder.name] = compose(edition_of(case.body, case.content_type, 0), SITE)
        except ParseError:
            continue
    assert len(found) > 30
    return found


def edition_of(body: bytes, content_type: str | None, page: int) -> Edition:
    """Return an edition with a feed's entries, and one that is gone."""
    url = "https://real.example/feed.xml"
    feed = read(ReadJob(body, content_type, url, NOON))
    source = a_polled(
        source=a_source(url=url, title="", site=None),
        feed_title=feed.title,
        feed_site=feed.site,
        feed_id=feed.id,
        feed_rights=feed.rights,
    )
    stored = (
        a_stored(id=number, entry=entry, seq=number)
        for number, entry in enumerate(feed.entries[:MOST], 1)
    )
    placements = tuple(a_placement(stored=one, source=source) for one in stored)
    return Edition(a_standing(pages=PAGES), placements, page, (Departure("gone", source, NOON),))


def findings(page: FeedPage) -> list[str]:
    """Return the findings on a page, but that the validator knows no tombstones."""
    found = [
        *atom_findings(RENDERERS[Format.ATOM](page)),
        *rss_findings(RENDERERS[Format.RSS](page)),
        *json_findings(RENDERERS[Format.JSON](page)),
    ]
    return [each for each in found if each != UNKNOWN_TOMBSTONES]


def differing(pages: dict[str, FeedPage], form: Format) -> dict[str, object]:
    """Return the first entry of each page that is read otherwise than it was published."""
    return {
        f"{name}: {ours.id}": (ours, theirs)
        for name, page in pages.items()
        for ours, theirs in zip(
            published(page, form), reread(RENDERERS[form](page), form), strict=True
        )
        if ours != theirs
    }


def test_no_finding_in_any_fixture_republished(fixtures: dict[str, FeedPage]) -> None:
    """O1: every fixture, republished, keeps the rules of the validator and of JSON Feed."""
    assert {name: found for name, page in fixtures.items() if (found := findings(page))} == {}


@pytest.mark.parametrize("form", FORMATS)
def test_readers_find_every_entry_of_fixtures(fixtures: dict[str, FeedPage], form: Format) -> None:
    """O3, O5: what is read back of every fixture is what was published."""
    assert differing(fixtures, form) == {}


def test_no_finding_in_any_real_feed_republished(pages: dict[str, FeedPage]) -> None:
    """O1: every real feed, republished, keeps the rules of the validator and of JSON Feed."""
    assert {name: found for name, page in pages.items() if (found := findings(page))} == {}


@pytest.mark.parametrize("form", FORMATS)
def test_readers_find_every_entry_of_real_feeds(pages: dict[str, FeedPage], form: Format) -> None:
    """O3, O5: what is read back of every real feed is what was published, with all its fields."""
    assert differing(pages, form) == {}
