"""What a feed says of itself beside its entries."""

from datetime import UTC, datetime

import pytest

from topicwire.ingest import beside
from topicwire.ingest.parse import parse
from topicwire.model.wire import Retraction

RSS = "<rss version='2.0' {ns}><channel><title>t</title>{inside}<item><guid>1</guid></item></channel></rss>"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom' {ns}><title>t</title><id>i</id>{inside}</feed>"


def test_when_a_feed_is_not_to_be_read() -> None:
    """F32: hours in GMT, midnight as 0 or 24; days by name; garbage is passed over."""
    feed = parse(
        RSS.format(
            ns="",
            inside="<skipHours><hour>0</hour><hour> 23 </hour><hour>24</hour><hour>99</hour>"
            "</skipHours><skipDays><day>Sunday</day><day>monday</day><day>Doomsday</day></skipDays>",
        ).encode(),
        content_type=None,
    )

    assert feed.skip_hours == (0, 23)
    assert feed.skip_days == (0, 6)


@pytest.mark.parametrize(
    ("inside", "field", "value"),
    [
        ("<link rel='hub' href='https://hub.example/'/>", "hub", "https://hub.example/"),
        (
            "<link rel='self' href='https://press.example/f'/>",
            "self_url",
            "https://press.example/f",
        ),
        ("<link rel='prev-archive' href='/old'/>", "older", "/old"),
        ("<link rel='next' href='/2'/>", "older", "/2"),
        ("<link rel='next' href='/2'/><link rel='prev-archive' href='/old'/>", "older", "/old"),
    ],
    ids=["W30 102 hub", "self", "prev-archive", "next", "archive before pages"],
)
def test_an_atom_feed_names_its_relations(inside: str, field: str, value: str) -> None:
    """W1: hub and self stand in the document; so does what is older (RFC 5005)."""
    feed = parse(ATOM.format(ns="", inside=inside).encode(), content_type=None)

    assert getattr(feed, field) == value


def test_an_rss_feed_names_its_relations() -> None:
    """W30 103: the same in RSS, by Atom's link element."""
    inside = "<a:link rel='hub' href='https://hub.example/'/><a:link rel='self' href='https://p.example/f'/>"
    ns = "xmlns:a='http://www.w3.org/2005/Atom'"
    feed = parse(RSS.format(ns=ns, inside=inside).encode(), content_type=None)

    assert (feed.hub, feed.self_url) == ("https://hub.example/", "https://p.example/f")


def test_a_json_feed_names_its_relations() -> None:
    """W1: hubs, feed_url and next_url of JSON Feed."""
    body = (
        b'{"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [],'
        b'"feed_url": "https://p.example/f", "next_url": "https://p.example/2",'
        b'"hubs": [{"type": "rssCloud", "url": "x"}, {"type": "WebSub", "url": "https://h.example/"}]}'
    )
    feed = parse(body, content_type=None)

    assert (feed.hub, feed.self_url, feed.older) == (
        "https://h.example/",
        "https://p.example/f",
        "https://p.example/2",
    )


def test_what_a_feed_takes_back_is_heard() -> None:
    """P31: tombstones (RFC 6721) by their namespace, whatever the prefix."""
    inside = (
        "<x:deleted-entry ref='tag:a&amp;b' when=\"2026-11-02T12:00:00Z\"/>"
        "<x:deleted-entry ref='2'><x:by/></x:deleted-entry><x:deleted-entry when='now'/>"
    )
    feed = parse(
        ATOM.format(ns="xmlns:x='http://purl.org/atompub/tombstones/1.0'", inside=inside).encode(),
        content_type=None,
    )

    assert feed.retractions == (
        Retraction("tag:a&b", datetime(2026, 11, 2, 12, tzinfo=UTC)),
        Retraction("2"),
    )
    assert beside.retractions("<at:deleted-entry ref='1'/>") == ()


@pytest.mark.parametrize(
    ("ns", "inside", "expected"),
    [
        ("xmlns:fh='http://purl.org/syndication/history/1.0'", "<fh:complete/>", True),
        ("xmlns:h='http://purl.org/syndication/history/1.0'", "<h:complete />", True),
        ("xmlns:h='http://other.example/'", "<h:complete/>", False),
        ("", "", False),
    ],
    ids=["complete", "another prefix", "another namespace", "none"],
)
def test_a_complete_feed_says_so(ns: str, inside: str, *, expected: bool) -> None:
    """P32: only a feed that says so has all there is."""
    feed = parse(ATOM.format(ns=ns, inside=inside).encode(), content_type=None)

    assert feed.is_complete is expected


COMPLETE = (
    "<rss version='2.0' xmlns:fh='http://purl.org/syndication/history/1.0'><channel>"
    "<title>P</title><fh:complete/>{}</channel></rss>"
)


def a_complete_feed(items: int) -> str:
    """Return a complete RSS document of that many items."""
    inside = (f"<item><guid>{n}</guid><title>{n}</title></item>" for n in range(items))
    return COMPLETE.format("".join(inside))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(a_complete_feed(6), True, id="whole"),
        pytest.param(a_complete_feed(6)[:250], False, id="cut off"),
        pytest.param(
            a_complete_feed(6).replace("<title>3", "<title>3 & 4"), False, id="ill-formed"
        ),
        pytest.param(a_complete_feed(2_001), False, id="too many items to read"),
        pytest.param(
            COMPLETE.format(f"<item>{'<br/>' * 20_001}</item><item><guid>1</guid></item>"),
            False,
            id="an item that is too much to read",
        ),
    ],
)
def test_what_was_not_read_whole_is_not_complete(text: str, *, expected: bool) -> None:
    """P19, P32: what a document lacks is not gone when something of it was lost or left out."""
    assert parse(text.encode(), content_type=None).is_complete is expected
