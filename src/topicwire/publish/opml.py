"""Every topic in one subscription list (OPML 2.0)."""

from datetime import datetime
from email.utils import format_datetime

from lxml.etree import Element, SubElement, tostring

from topicwire.model.document import Format
from topicwire.model.judging import StandingTopic
from topicwire.publish.compose import Site, topic_path
from topicwire.publish.wording import line


def render(topics: tuple[StandingTopic, ...], site: Site, *, modified: datetime) -> bytes:
    """Return the topics' Atom feeds as an OPML document in UTF-8."""
    root = Element("opml", version="2.0")
    head = SubElement(root, "head")
    SubElement(head, "title").text = f"{line(site.title)} topics"
    SubElement(head, "dateModified").text = format_datetime(modified)
    SubElement(head, "docs").text = "https://opml.org/spec2.opml"
    body = SubElement(root, "body")
    for standing in topics:
        SubElement(body, "outline", _outline(standing, site))
    if not topics:
        # A body must have an outline; one without a type is nothing to subscribe to.
        SubElement(body, "outline", {"text": "There is no topic yet."})
    return tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _outline(standing: StandingTopic, site: Site) -> dict[str, str]:
    topic = standing.topic
    title = line(topic.title) or topic.id
    return {
        "text": title,
        "title": title,
        "type": "rss",
        "xmlUrl": site.url(topic_path(topic.id, Format.ATOM)),
        "htmlUrl": site.url(topic_path(topic.id)),
        "description": line(topic.description),
    }
