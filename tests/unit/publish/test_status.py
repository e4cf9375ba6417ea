"""The status page, the same as JSON, and what is wrong as a feed."""

import json
from dataclasses import replace
from datetime import timedelta

import feedparser
import pytest
from lxml import etree

from builders import NOON, an_incident
from topicwire.model.status import Status, Way
from topicwire.model.watch import About, Incident, Kind
from topicwire.model.wire import Health
from topicwire.publish import facts, ops, status
from unit.publish.editions import SITE
from unit.publish.rules import atom_findings
from unit.publish.statuses import (
    LASTING,
    MOMENT,
    OVER,
    a_source_status,
    a_status,
    a_topic_status,
    much_wrong,
)
from unit.publish.test_html import Outline

EMPTY = a_status(sources=(), topics=(), hours=(), to_readers_by_day=(None,) * 28)


@pytest.mark.parametrize("seen", [a_status(), much_wrong(), EMPTY], ids=["well", "wrong", "empty"])
def test_the_page_is_whole_and_runs_nothing(seen: Status) -> None:
    """Every element is closed, nothing is loaded or run, every plot says in words what it shows."""
    page = Outline(status.render(seen, SITE))

    assert page.open == []
    assert not page.all("script")
    plots = page.all("svg")
    assert len(plots) == 7 + len(seen.sources)
    assert all(plot["aria-label"] for plot in plots)


def test_whether_all_is_well_comes_first() -> None:
    """One sentence answers the question before anything else is said."""
    ill = a_source_status(health=Health.FAILING, failures=1, error="HTTP 500")

    assert status.headline(a_status()) == "All is well."
    assert status.headline(a_status(sources=(ill,))) == "All is well, but for 1 source."
    assert status.headline(a_status(incidents=(LASTING, OVER))) == "1 thing is wrong."
    assert status.headline(much_wrong()) == "2 things are wrong."


def test_what_is_wrong_says_what_to_do() -> None:
    """Each thing that is wrong stands with its cause and the command that mends it, as code."""
    page = status.render(much_wrong(), SITE).decode()

    assert "It has given nothing for 1 day: HTTP &lt;503&gt;. Its polls fail: HTTP 503." in page
    assert "Run <code>topicwire source check &lt;url&gt;</code>." in page
    assert "No daemon has worked on this database yet." in page
    assert "<bdi>wire</bdi>" in page
    assert "fails: HTTP &lt;503&gt;" in page


def test_how_quickly_it_goes_is_said_in_words() -> None:
    """Counts, the next poll and the way of an entry to its readers are said in sentences."""
    assert status.pace(a_status()) == (
        "1 source, 1,200 entries, 1 topic. The next poll is due in 1 hour. Half of the entries are"
        " published here within 16 minutes of appearing at their source, and 95 of 100 within 1 hour."
    )
    slow = a_status(late="The daemon is gone.", to_readers=Way(None, None, 0), unjudged=2000)
    assert status.pace(slow) == (
        "1 source, 1,200 entries, 1 topic. 2,000 judgements are still to be made."
    )
    assert status.pace(replace(slow, unjudged=1)).endswith(" 1 judgement is still to be made.")
    assert "No daemon has worked here yet." in status.pace(a_status(beat=None))


def test_of_very_many_sources_those_in_trouble_are_shown() -> None:
    """The page does not grow without end, and says what it leaves out."""
    sources = tuple(a_source_status(f"s{n}") for n in range(600))

    page = status.render(a_status(sources=sources), SITE).decode()

    assert page.count('<tr><th scope="row"><bdi>') == 500
    assert "And 100 more, which are well." in page


def test_plots_show_what_there_was() -> None:
    """Days add up over sources, hours stand where they were, and gaps stay gaps."""
    entries, placements, way, polls, *_ = status.charts(
        a_status(sources=(a_source_status(), a_source_status("wire")))
    )

    assert entries.words == "756 new entries in 28 days, at most 54 in one"
    assert placements.words == "28 entries in 28 days, at most 1 in one; 56 just missed"
    assert way.words == "now 16 minutes, at most 16"
    assert len(way.strokes) == 1
    assert polls.words == "60 polls, 2 of them failed"
    assert [bar.left for bar in polls.bars] == [pytest.approx(320, abs=2)]


def test_programs_are_told_the_same() -> None:
    """`/status.json` has every fact of the page, times in ISO 8601 and lengths in seconds."""
    told = json.loads(facts.render(much_wrong()))

    assert (told["well"], told["wrong"], told["late"]) == (False, 2, much_wrong().late)
    assert told["seconds_to_readers"] == {"median": 960.0, "most": 3700.0, "entries": 20}
    assert told["incidents"][0]["kind"] == "failing"
    assert told["incidents"][1]["ended"] == (NOON - timedelta(hours=1)).isoformat()
    assert [each["id"] for each in told["sources"]] == ["wire", "press"]
    assert told["topics"][0]["misses"] == [2] * 28
    assert told["hours"][0]["longest"] == 1500
    assert json.loads(facts.render(a_status()))["well"] is True


INCIDENTS = (LASTING, OVER, MOMENT)


@pytest.mark.parametrize("incidents", [INCIDENTS, ()], ids=["full", "empty"])
def test_the_feed_of_what_is_wrong_is_valid(incidents: tuple[Incident, ...]) -> None:
    """The validator's rules find nothing but what only a feed of others' entries must have."""
    of_others = {f"MissingElement: {name}" for name in ("source", "author", "rights")}

    assert set(atom_findings(ops.render(incidents, SITE))) <= of_others


def test_the_feed_tells_each_beginning_and_each_end_once() -> None:
    """What lasted has two entries, what is over at once has one; the latest comes first."""
    entries = feedparser.parse(ops.render(INCIDENTS, SITE)).entries

    assert [each.title for each in entries] == [
        "wire fails",
        "seats gives another kind of feed",
        "Over: press is silent",
        "press is silent",
    ]
    ids = [each.id for each in entries]
    assert len(set(ids)) == 4
    assert ids[2] == f"{ids[3]}/over"


def test_an_entry_of_the_feed_keeps_its_id_when_its_incident_ends() -> None:
    """Readers see the end as news, and the beginning as what they have read."""
    ended = replace(LASTING, ended=NOON + timedelta(hours=2))

    before = feedparser.parse(ops.render((LASTING,), SITE)).entries
    after = feedparser.parse(ops.render((ended,), SITE)).entries

    assert after[1].id == before[0].id
    assert after[1].content == before[0].content


def test_the_feed_says_what_to_do() -> None:
    """Markup in what a source says stays text; commands are code."""
    root = etree.fromstring(ops.render((LASTING,), SITE))
    content = root.findtext(".//{http://www.w3.org/2005/Atom}content")

    assert content is not None
    assert "Source wire: It has given nothing for 1 day: HTTP &lt;503&gt;." in content
    assert "<code>topicwire source check &lt;url&gt;</code>" in content


def test_every_kind_of_incident_has_a_title() -> None:
    """Whatever goes wrong can be told."""
    for kind in Kind:
        about = About.SITE if kind is Kind.OUTAGE else About.SOURCE
        assert ops.title(an_incident(kind=kind, about=about))


def test_private_topics_are_the_callers_business() -> None:
    """What the status names is shown; who asks for a public one gets none that is private."""
    page = status.render(a_status(topics=(a_topic_status("secret"),)), SITE)

    assert b"secret" in page
