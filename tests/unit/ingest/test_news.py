"""Of a document whose items are known only the news are read, and the feed is the same."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import NOON
from topicwire.errors import ParseError
from topicwire.ingest.read import ReadJob, read
from topicwire.ingest.repair import MOST_ELEMENTS
from topicwire.model.catalogue import FullText
from topicwire.model.wire import Feed, Outline
from unit.ingest.attacks import ATTACKS

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "real_feeds"
PARTS = 5  # so that processors share them
FEWEST = 30  # of the real feeds in a part that can be cut

FIELDS = ("title", "content:encoded", "description", "guid", "link", "author", "category")
HEAD = (
    "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/' "
    "xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>P</title>"
)


def rss(*items: str, head: str = "") -> bytes:
    """Return an RSS document with these items."""
    inside = "\n".join(f"<item>{item}</item>" for item in items)
    return f"{HEAD}{head}{inside}</channel></rss>".encode()


def read_at(body: bytes, outline: Outline | None = None, **changes: object) -> Feed:
    """Read a document, given what is remembered of the one before it."""
    values: dict[str, object] = {
        "body": body,
        "content_type": None,
        "url": "https://press.example/feed",
        "now": NOON,
        "outline": outline,
    }
    return read(ReadJob(**(values | changes)))  # type: ignore[arg-type]


def remembered(feed: Feed) -> Outline:
    """Return the outline of a feed as it is remembered once its entries are stored."""
    assert feed.outline is not None
    items = (item._replace(number=number) for number, item in enumerate(feed.outline.items, 1))
    return replace(feed.outline, items=tuple(items))


def forgotten(feed: Feed) -> Feed:
    """Return the feed as if its entries had numbers nowhere."""
    if feed.outline is None:
        return feed
    items = tuple(item._replace(number=None) for item in feed.outline.items)
    return replace(feed, outline=replace(feed.outline, items=items))


def assert_same(news: Feed, whole: Feed) -> None:
    """Both are one feed, but that of the news some entries were not read again."""
    uids = {entry.uid for entry in news.entries}
    expected = tuple(entry for entry in whole.entries if entry.uid in uids)
    assert forgotten(news) == replace(whole, entries=expected), (
        "the feed differs by more than the entries that were not read"
    )
    assert news.uids == whole.uids


def assert_same_in_turn(bodies: Iterable[bytes]) -> None:
    """Each document, read after the one before it, is the feed that it is when all is read."""
    outline = None
    for body in bodies:
        whole = tolerantly(body)
        if whole is not None:
            assert_same(read_at(body, outline), whole)
            outline = remembered(whole) if whole.outline else None


def test_only_what_is_new_is_read() -> None:
    """What was read before is in the outline, and not among the entries."""
    old = [f"<guid>{n}</guid><title>T{n}</title>" for n in range(9)]
    first = read_at(rss(*old))
    body = rss("<guid>new</guid><title>New</title>", *old[:-1])

    news = read_at(body, remembered(first))

    assert [entry.uid for entry in news.entries] == ["new"]
    assert [item.uid for item in news.unread] == [str(n) for n in range(8)]
    assert_same(news, read_at(body))


def rss10(*ids: str) -> bytes:
    """Return an RSS 1.0 document, which lists its items before they come."""
    listed = "\n".join(f'<rdf:li rdf:resource="https://press.example/{each}"/>' for each in ids)
    items = "".join(
        f'<item rdf:about="https://press.example/{each}"><title>Title {each}</title>'
        f"<link>https://press.example/{each}</link></item>"
        for each in ids
    )
    return (
        '<?xml version="1.0"?><rdf:RDF xmlns="http://purl.org/rss/1.0/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<channel rdf:about="https://press.example/feed"><title>P</title>'
        f"<items><rdf:Seq>{listed}</rdf:Seq></items></channel>{items}</rdf:RDF>"
    ).encode()


def test_what_rss_10_lists_of_its_items_is_no_part_of_its_frame() -> None:
    """Its head changes with each new item, and no item is read otherwise for it."""
    outline = remembered(read_at(rss10("1", "2", "3")))
    body = rss10("4", "1", "3")

    news = read_at(body, outline)

    assert [entry.uid for entry in news.entries] == ["https://press.example/4"]
    assert_same(news, read_at(body))


def json_feed(*items: object, **changes: object) -> bytes:
    """Return a JSON Feed with these items."""
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "title": "P", **changes, "items": items}).encode()


def test_of_a_json_feed_only_what_is_new_is_read() -> None:
    """Its items are told apart as those of XML are."""
    old = [{"id": f"{n}", "title": f"T{n}", "content_html": "<p>A</p>"} for n in range(9)]
    outline = remembered(read_at(json_feed(*old)))
    edited = old[3] | {"title": "Edited"}
    body = json_feed({"id": 9}, *old[:3], edited, *old[4:8])

    news = read_at(body, outline)

    assert [entry.uid for entry in news.entries] == ["9", "3"]
    assert_same(news, read_at(body))
    other = json_feed(*old, authors=[{"name": "Ada"}])
    assert len(read_at(other, outline).entries) == 9


JSON = st.recursive(
    st.sampled_from(
        ["1", "2", "", "<p>a</p>", "2026-11-01T12:00:00Z", 1, 1.5, None, True, *ATTACKS]
    ),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=3,
)
JSON_FIELDS = (
    *("id", "url", "title", "content_html", "content_text", "summary", "authors", "tags"),
    *("date_published", "language", "attachments", "image"),
)
JSON_ITEMS = st.lists(
    st.one_of(JSON, st.dictionaries(st.sampled_from(JSON_FIELDS), JSON, max_size=4)), max_size=5
)


@settings(max_examples=60, deadline=None)
@given(st.lists(JSON_ITEMS, min_size=2, max_size=4))
def test_json_feeds_one_after_another_are_the_same_feeds(documents: list[list[object]]) -> None:
    """Whatever stands where its items belong, nothing is lost by not reading all of it."""
    assert_same_in_turn(json_feed(*items) for items in documents)


def test_a_large_feed_costs_what_is_new_as_well() -> None:
    """However much markup its columns have together, each is known by itself."""
    html = "<p>A <em>word</em>.</p>" * 60
    old = [f"<guid>{n}</guid><description><![CDATA[{html}]]></description>" for n in range(100)]
    body = rss("<guid>new</guid>", *old[:-1])
    assert body.count(b"<") > MOST_ELEMENTS

    news = read_at(body, remembered(read_at(rss(*old))))

    assert [entry.uid for entry in news.entries] == ["new"]
    assert_same(news, read_at(body))


@pytest.mark.parametrize(
    ("items", "read_again"),
    [
        pytest.param((1, 0), set(), id="in another order"),
        pytest.param((0,), set(), id="one is gone"),
        pytest.param(("<guid>0</guid><title>Edited</title>", 1), {"0"}, id="one is edited"),
        pytest.param((0, 1, 1), {"0", "1"}, id="two are equal"),
        pytest.param(
            (0, 1, "<guid>1</guid><title>Other</title>"), {"0", "1", "1|"}, id="an id twice"
        ),
        pytest.param((0, 1, "<pubDate>soon</pubDate>"), {"0", "1"}, id="an empty one"),
        pytest.param((0, "<guid>2</guid><x:y>1</x:y>"), {"0", "2"}, id="a prefix of nothing"),
        pytest.param((0, 1, "<guid>2</guid>&nbsp;"), {"0", "1", "2"}, id="it is ill-formed"),
        pytest.param(
            (0, "<guid>2</guid><item><guid>3</guid></item>"), {"0", "2", "3"}, id="nested"
        ),
    ],
)
def test_any_change_gives_what_the_whole_document_gives(
    items: Sequence[int | str], read_again: set[str]
) -> None:
    """What could be read otherwise beside the others is read with the others."""
    old = [f"<guid>{n}</guid><title>T{n}</title>" for n in range(2)]
    outline = remembered(read_at(rss(*old)))
    body = rss(*(each if isinstance(each, str) else old[each] for each in items))

    news = read_at(body, outline)

    assert read_again == {entry.uid for entry in news.entries}
    assert_same(news, read_at(body))


@pytest.mark.parametrize(
    ("head", "changes"),
    [
        pytest.param("<language>de</language>", {}, id="head"),
        pytest.param("", {"url": "https://other.example/feed"}, id="address"),
        pytest.param("", {"site": "https://site.example/"}, id="home page"),
        pytest.param("", {"full_text": FullText.ALWAYS}, id="pages wanted"),
    ],
)
def test_all_is_read_when_reading_depends_on_what_has_changed(
    head: str, changes: dict[str, object]
) -> None:
    """An item that is the same may be read otherwise in another frame."""
    outline = remembered(read_at(rss("<guid>1</guid>")))

    assert read_at(rss("<guid>1</guid>"), outline).entries == ()
    assert len(read_at(rss("<guid>1</guid>", head=head), outline, **changes).entries) == 1


def test_an_entry_that_is_dated_ahead_is_read_until_its_time_has_come() -> None:
    """P30: its date counts only then, and with it how often the source writes."""
    ahead = "<guid>1</guid><pubDate>Tue, 03 Nov 2026 12:00:00 GMT</pubDate>"
    first = read_at(rss(ahead, "<guid>2</guid>"))
    later: datetime = NOON + timedelta(days=2)

    news = read_at(rss(ahead, "<guid>2</guid>"), remembered(first), now=later)

    assert [entry.uid for entry in news.entries] == ["1"]
    assert_same(news, read_at(rss(ahead, "<guid>2</guid>"), now=later))


ITEMS = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(FIELDS),
            st.one_of(st.sampled_from(["1", "2", "<p>a</p>", "Ada <a@b.example>", *ATTACKS])),
        ),
        max_size=3,
    ).map(
        lambda fields: "".join(
            f"<{name}><![CDATA[{text.replace(']]>', '')}]]></{name}>" for name, text in fields
        )
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ITEMS, min_size=2, max_size=4))
def test_documents_one_after_another_are_the_same_feeds(documents: list[list[str]]) -> None:
    """Whatever a source shows in turn, nothing of it is lost by not reading all of it."""
    assert_same_in_turn(rss(*items) for items in documents)


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_dir(), reason="the collection of real feeds is not here")
@pytest.mark.parametrize("part", range(PARTS))
def test_real_feeds_lose_nothing_by_being_cut(part: int) -> None:
    """The first and the last entry of a real feed, read alone, are as they are in its document."""
    cuts = 0
    for path in sorted(REAL.iterdir())[part::PARTS]:
        body = path.read_bytes()
        whole = None if path.suffix == ".jsonl" else tolerantly(body)
        if whole is None or whole.outline is None:
            continue
        cuts += 1
        outline = remembered(whole)
        for known in (outline.items[1:], outline.items[:-1]):
            news = read_at(body, replace(outline, items=known))
            assert len(news.entries) == 1 or not known
            assert_same(news, whole)
    assert cuts >= FEWEST


def tolerantly(body: bytes) -> Feed | None:
    """Return the feed, None when it cannot be read."""
    try:
        return read_at(body)
    except ParseError:
        return None
