"""JSON Feed documents."""

import json
from dataclasses import replace
from typing import Any

from builders import a_topic
from topicwire.model.judging import Reason, Zone
from topicwire.model.wire import Enclosure
from topicwire.publish.jsonfeed import render
from unit.publish.editions import a_page, placed


def document(*placements: Any) -> Any:
    return json.loads(render(a_page(*placements)))


def test_empty_topic() -> None:
    """O16, O42, O45: a topic without entries is a valid feed, with all that the format demands."""
    feed = document()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "Seats in space"
    assert feed["home_page_url"] == "https://wire.example/topics/seats"
    assert feed["feed_url"] == "https://wire.example/topics/seats.json"
    assert feed["icon"] == "https://wire.example/icon.png"
    assert feed["favicon"] == "https://wire.example/apple-touch-icon.png"
    assert feed["language"] == "en"
    assert feed["items"] == []


def test_item() -> None:
    """O43, O44: an item has the original's id and address, plain texts, and its source."""
    placement = placed(
        summary_html="<p>A &amp; B</p>",
        content_html="<p>C</p>",
        tags=("x",),
        lang="fr",
        rights="© The Press",
        enclosures=(
            Enclosure("https://press.example/a.mp3", "audio/mpeg", 5, 3_723),
            Enclosure("https://press.example/b.mp3", "audio/mpeg"),
        ),
    )
    (item,) = document(placement)["items"]
    assert item.pop("content_html").startswith("<p>C</p>")
    assert item == {
        "id": "https://press.example/columns/1",
        "url": "https://press.example/columns/1",
        "title": "Crews trade seats",
        "summary": "A & B",
        "date_published": "2026-11-02T12:00:00+00:00",
        "date_modified": "2026-11-02T12:00:00+00:00",
        "authors": [{"name": "Ada Writer"}],
        "tags": ["x"],
        "language": "fr",
        "attachments": [
            {
                "url": "https://press.example/a.mp3",
                "mime_type": "audio/mpeg",
                "size_in_bytes": 5,
                "duration_in_seconds": 3723,
            },
            {"url": "https://press.example/b.mp3", "mime_type": "audio/mpeg"},
        ],
        "_source": {
            "about": "https://wire.example/",
            "id": "tag:wire.example,2026-11-02:source/press",
            "title": "The Press",
            "feed_url": "https://press.example/feed",
            "home_page_url": "https://press.example/",
            "item_url": "https://press.example/columns/1",
            "rights": "© The Press",
        },
        "_topicwire": {"about": "https://wire.example/", "score": 0.9, "reasons": []},
    }


def test_nothing_is_null() -> None:
    """O45: what is not known is left out, and the document has no byte order mark."""
    body = render(a_page(placed(url=None, authors=(), lang=None, text="", content_html="")))
    assert b"null" not in body
    assert body.startswith(b"{")


def test_reasons() -> None:
    """An item says why it is here, in an extension that programs read."""
    because = (Reason("@nation", "NASA, Roscosmos", Zone.TITLE, 2),)
    (item,) = document(replace(placed(), score=0.8333, reasons=because))["items"]
    assert item["_topicwire"] == {
        "about": "https://wire.example/",
        "score": 0.83,
        "reasons": [
            {"clause": "@nation", "matched": "NASA, Roscosmos", "zone": "title", "count": 2}
        ],
    }


def test_chosen() -> None:
    """An item that an editor pinned says so, and no score."""
    (item,) = document(replace(placed(), is_pinned=True))["items"]
    assert item["_topicwire"] == {"about": "https://wire.example/", "by": "editor"}


def test_no_reasons() -> None:
    """A topic that does not show its reasons leaves the extension out."""
    page = a_page(placed(), topic=a_topic(show_reason=False))
    (item,) = json.loads(render(page))["items"]
    assert "_topicwire" not in item


def test_also() -> None:
    """O5: a story that two sources published names both."""
    uid = "https://press.example/columns/1"
    (item,) = document(placed(1), placed(1, source="mirror", uid=uid))["items"]
    assert [each["title"] for each in item["_source"]["also"]] == ["The Mirror"]
