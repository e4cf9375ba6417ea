"""JSON Feed documents become what they say."""

import json
from datetime import UTC, datetime

import pytest

from topicwire.ingest.jsonfeed import parse
from topicwire.ingest.raw import Markup, RawEntry
from topicwire.model.wire import Enclosure


def entry(**item: object) -> RawEntry:
    """Read one item with the given keys."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "P",
        "items": [{"id": "1"} | item],
    }
    (found,) = parse(json.dumps(document)).entries
    return found


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("a", "a", id="text"),
        pytest.param(" a ", "a", id="trimmed"),
        pytest.param(17, "17", id="number"),
        pytest.param(1.5, "1.5", id="fraction"),
    ],
)
def test_ids_become_text(given: object, expected: str) -> None:
    """P43: numbers as ids are the text they are written with."""
    assert expected == entry(id=given).id


@pytest.mark.parametrize("given", [None, "", " ", True, [], {}], ids=repr)
def test_items_without_an_id_are_passed_over_with_a_warning(given: object) -> None:
    """P43: an item without an id is no item."""
    document = {"version": "https://jsonfeed.org/version/1", "items": [{"id": given, "title": "x"}]}

    feed = parse(json.dumps(document))

    assert feed.entries == ()
    assert feed.warnings == ("1 items without an id were passed over",)


def test_html_and_text_are_both_kept() -> None:
    """P43: the text stands in for the summary that is not there, and never for one that is."""
    both = entry(content_html="<p>a</p>", content_text="a")
    three = entry(content_html="<p>a</p>", content_text="a", summary="s")

    assert (Markup("<p>a</p>", is_html=True), Markup("a", is_html=False)) == (
        both.content,
        both.summary,
    )
    assert Markup("s", is_html=False) == three.summary


def test_authors_count_over_author() -> None:
    """P39, P43: 1.1 has authors, 1.0 had author."""
    both = entry(authors=[{"name": "Ada"}, {"url": "x"}, "Bo"], author={"name": "Old"})

    assert both.authors == ("Ada",)
    assert entry(author={"name": "Old"}).authors == ("Old",)


def test_an_external_link_stands_in_for_none() -> None:
    """P43: the permanent address counts over the one an entry points to."""
    assert entry(external_url="https://a.example/").link == "https://a.example/"
    assert entry(url="/1", external_url="https://a.example/").link == "/1"


def test_an_id_that_is_an_address_links_to_the_entry() -> None:
    """P43: as in RSS and Atom, when the item names no other address."""
    own = "https://press.example/columns/1"

    assert entry(id=own).link == own
    assert entry(id=own, external_url="https://a.example/").link == "https://a.example/"
    assert entry(id="tag:press.example,2026:1").link is None


def test_files_come_with_type_and_size() -> None:
    """P40, P43: attachments, then images; a size that is none is 0."""
    found = entry(
        attachments=[
            {"url": "/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 7.0},
            3,
            {"size_in_bytes": "x"},
        ],
        image="/i.png",
    )

    expected = (
        Enclosure("/a.mp3", "audio/mpeg", 7),
        Enclosure("", ""),
        Enclosure("/i.png", "image"),
    )
    assert expected == found.enclosures


def test_keys_of_the_wrong_kind_say_nothing() -> None:
    """P43: what is of another kind than it should be is passed over."""
    odd = entry(
        title=3,
        url=[],
        tags={"a": 1},
        authors="Ada",
        attachments=7,
        date_published=1,
        language=None,
    )

    assert RawEntry(id="1") == odd


def test_dates_are_in_utc() -> None:
    """P43, P30: RFC 3339 with any offset."""
    found = entry(date_published="2026-11-02T13:00:00+01:00", date_modified="never")

    assert (datetime(2026, 11, 2, 12, tzinfo=UTC), None) == (found.published, found.updated)
