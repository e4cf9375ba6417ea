"""Real feeds, republished: no finding by the validator's rules, and readers find every entry."""

from io import BytesIO
from pathlib import Path

import feedparser
import pytest

from builders import NOON, a_placement, a_polled, a_source, a_standing, a_stored
from topicwire.ingest.read import ReadJob, read
from topicwire.model.judging import Edition
from topicwire.publish import atom, rss
from topicwire.publish.compose import FeedPage, Site, compose
from unit.publish.rules import atom_findings, rss_findings

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "real_feeds"
FEEDS = sorted(path for path in FOLDER.glob("*") if path.suffix != ".jsonl")
MOST = 100
SITE = Site("https://wire.example", "0.1.0")


@pytest.fixture(scope="module")
def pages() -> dict[str, FeedPage]:
    """Return for each real feed a topic's page that carries its newest entries, by file name."""
    if not FEEDS:
        pytest.skip("the shared folder of real feeds is not here")
    return {path.name: compose(edition_of(path), SITE) for path in FEEDS}


def edition_of(path: Path) -> Edition:
    """Return an edition with a feed's entries."""
    url = f"https://real.example/{path.name}"
    feed = read(ReadJob(path.read_bytes(), None, url, NOON))
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
    return Edition(a_standing(), tuple(a_placement(stored=one, source=source) for one in stored))


def test_no_finding_in_any_real_feed_republished(pages: dict[str, FeedPage]) -> None:
    """O1: every real feed, republished as Atom and RSS, keeps the validator's rules."""
    found = {
        name: findings
        for name, page in pages.items()
        if (findings := atom_findings(atom.render(page)) + rss_findings(rss.render(page)))
    }

    assert found == {}


def test_readers_find_every_entry_of_real_feeds(pages: dict[str, FeedPage]) -> None:
    """O5: what feedparser reads back are the entries that were published, ids and all."""
    differing = [
        name
        for name, page in pages.items()
        for render in (atom.render, rss.render)
        if ids(render(page)) != [item.id for item in page.items]
    ]

    assert differing == []


def ids(body: bytes) -> list[str]:
    """Return the ids that a reader finds."""
    return [entry.id for entry in feedparser.parse(BytesIO(body)).entries]
