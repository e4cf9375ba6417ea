"""The subscription list of all topics."""

from lxml import etree

from builders import NOON, a_standing, a_topic
from topicwire.publish.opml import render
from unit.publish.editions import SITE


def test_outlines() -> None:
    """L1: every topic is an outline with its title, feed and page."""
    body = render((a_standing(topic=a_topic(title="A & B")),), SITE, modified=NOON)
    root = etree.fromstring(body)
    assert root.get("version") == "2.0"
    assert root.findtext("head/title") == "Topicwire topics"
    assert root.findtext("head/dateModified") == "Mon, 02 Nov 2026 12:00:00 +0000"
    assert [dict(each.attrib) for each in root.findall("body/outline")] == [
        {
            "text": "A & B",
            "title": "A & B",
            "type": "rss",
            "xmlUrl": "https://wire.example/topics/seats.atom",
            "htmlUrl": "https://wire.example/topics/seats",
            "description": "Who flies with whom.",
        }
    ]


def test_no_topics() -> None:
    """L1: the list of no topics is still a document, with nothing in it to subscribe to."""
    root = etree.fromstring(render((), SITE, modified=NOON))
    assert [each.get("xmlUrl") for each in root.findall("body/outline")] == [None]
