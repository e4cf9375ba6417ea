"""Documents of every format, well and ill formed, become what they say."""

import contextlib
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topicwire.errors import ParseError
from topicwire.ingest.parse import parse
from topicwire.ingest.raw import Markup
from unit.ingest.goldens import DATA, Golden, cases

FORMATS = sorted(path.name for path in (DATA / "parse").glob("format-*"))
PIECES = [
    "<rss version='2.0'>",
    "<channel>",
    "<item>",
    "</item>",
    "</channel>",
    "</rss>",
    "<title>",
    "</title>",
    "<guid>",
    "</guid>",
    "<link>",
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "<entry>",
    "</entry>",
    "</feed>",
    "<content type='xhtml'>",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "&#0;",
    "&#x110000;",
    "&nbsp;",
    "&",
    "<",
    ">",
    "<!--",
    "<!DOCTYPE a [",
    "<!ENTITY b 'c'>",
    "<pubDate>",
    "<author>",
    "<source url='x'>",
    "</source>",
    "<media:content ",
    "<?xml version='1.0' encoding='utf-16'?>",
    "\0",
    "é",
    "\ud7ff",
    "x",
    " ",
    "xml:base='//['",
    "http://[",
    "{",
    "}",
    '{"version":"https://jsonfeed.org/version/1.1","items":[{"id":',
    '"',
    "1e999",
    "[",
    "]",
    ",",
]


PICTURE = (
    "<media:content url='https://press.example/a.jpg' medium='image'><media:description>"
    "A caption, longer than the column.</media:description></media:content>"
)


def rss(items: str, *, channel: str = "<title>The Press</title>") -> bytes:
    return f"<rss version='2.0'><channel>{channel}{items}</channel></rss>".encode()


@pytest.mark.parametrize("golden", cases("parse"))
def test_golden(golden: Golden) -> None:
    """P1-P19, P36-P43: a document says what its case expects."""
    golden.check(parse(golden.body, content_type=golden.content_type))


def test_every_format_is_told_by_its_content() -> None:
    """P14, P16: all nine formats are known, whatever the server calls them."""
    bodies = [Golden(DATA / "parse" / name).body for name in FORMATS]

    found = [parse(body, content_type="text/html").format for body in bodies]

    assert found == [
        "atom03",
        "atom10",
        "json10",
        "json11",
        "rss10",
        "rss090",
        "rss091u",
        "rss092",
        "rss20",
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", "is empty", id="nothing"),
        pytest.param(b" \r\n\t", "is empty", id="white space"),
        pytest.param(b"\xef\xbb\xbf", "is empty", id="only a byte order mark"),
        pytest.param(b"<!doctype html><html><body>Hi</body></html>", "a web page", id="HTML"),
        pytest.param(
            b"<!-- a --><!-- b --> <HTML lang=en>", "a web page", id="HTML after comments"
        ),
        pytest.param(b"<?xml version='1.0'?><html><p>x</p></html>", "a web page", id="XHTML"),
        pytest.param(b"<opml version='2.0'><body/></opml>", "neither RSS", id="OPML"),
        pytest.param(b"just words", "neither RSS", id="words"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", "neither RSS", id="an image"),
        pytest.param(b"<rss version='2.0'><channel><item><ti", "cut off", id="cut off at once"),
        pytest.param(b"<rss version='2.0'><channel>", "cut off", id="cut off before anything"),
        pytest.param(b'{"a": 1}', "no JSON Feed", id="another JSON"),
        pytest.param(b"[1, 2]", "no JSON Feed", id="a JSON list"),
        pytest.param(b'{"version": "https://jsonfeed.org', "cannot be read", id="JSON cut off"),
        pytest.param(b"{" * 100_000, "cannot be read", id="half an object"),
        pytest.param(b"[" * 100_000, "cannot be read", id="JSON too deep"),
    ],
)
def test_what_is_no_feed_is_refused_in_plain_words(body: bytes, reason: str) -> None:
    """P9: what is no feed says so."""
    with pytest.raises(ParseError, match=reason):
        parse(body, content_type=None)


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        pytest.param(rss(f"<item><author>{'a' * 100_000}</author></item>"), 2, id="author"),
        pytest.param(
            rss(f"<item><author><![CDATA[{'a]' * 50_000}]]></author></item>"),
            2,
            id="author in CDATA",
        ),
        pytest.param(
            rss(f"<item><description>&lt;!{'-' * 150_000}</description></item>"),
            2,
            id="half a comment",
        ),
        pytest.param(
            rss(f"<item><description><![CDATA[<!{'-' * 150_000}]]></description></item>"),
            2,
            id="half a comment in CDATA",
        ),
        pytest.param(
            rss(f"<item><title>{'&lt;/a' * 50_000}</title></item>"), 2, id="title of half tags"
        ),
        pytest.param(rss("<item><title>a</title></item>" * 50_000), 4, id="items without end"),
        pytest.param(b"<" * 50_000 + rss("<item/>"), 2, id="brackets before the feed"),
        pytest.param(b"<!-- a -->" * 450 + b"x", 2, id="comments without a page"),
    ],
)
def test_hostile_documents_take_no_long_time(body: bytes, seconds: float) -> None:
    """P5, P6, S8: no small document keeps the parser busy."""
    start = time.process_time()

    with contextlib.suppress(ParseError):
        parse(body, content_type=None)

    assert time.process_time() - start < seconds


def test_too_many_items_leave_both_ends() -> None:
    """P6, P20: the newest are at one end or the other, so the middle is what goes."""
    body = rss("".join(f"<item><guid>{n}</guid></item>" for n in range(3_000)))

    feed = parse(body, content_type=None)

    assert [*range(1_000), *range(2_000, 3_000)] == [int(each.id or "") for each in feed.entries]


@pytest.mark.parametrize(
    "name",
    [
        "authors",
        "author_detail",
        "content",
        "enclosures",
        "image",
        "links",
        "media_content",
        "media_thumbnail",
        "podcast_transcript",
        "published_parsed",
        "source",
        "summary_detail",
        "tags",
        "title_detail",
        "updated_parsed",
        "language",
        "id",
        "link",
        "ttl",
    ],
)
@pytest.mark.parametrize("attribute", ["", " a='b'"], ids=["bare", "with an attribute"])
def test_an_element_of_any_name_spoils_nothing(name: str, attribute: str) -> None:
    """P10: a feed's own elements may be called what feedparser calls its results."""
    odd = f"<{name}{attribute}>x</{name}>"
    item = f"<item><title>T</title><guid>1</guid>{odd}<pubDate>x</pubDate></item>"

    (entry,) = parse(rss(item, channel=f"<title>P</title>{odd}"), content_type=None).entries

    assert entry.title is not None
    assert "T" in entry.title.value


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_of_any_kind_are_a_feed_or_a_parse_error(body: bytes) -> None:
    """Parsing raises nothing but ParseError."""
    with contextlib.suppress(ParseError):
        parse(body, content_type=None)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=40),
    st.sampled_from([None, "text/xml; charset=utf-7", "a;charset=\0"]),
)
def test_pieces_of_feeds_are_a_feed_or_a_parse_error(
    pieces: list[str], content_type: str | None
) -> None:
    """Parsing raises nothing but ParseError, also for what nearly is a feed."""
    with contextlib.suppress(ParseError):
        parse("".join(pieces).encode(), content_type=content_type)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("02 Nov 2026", datetime(2026, 11, 2, tzinfo=UTC), id="a day"),
        pytest.param("2026-11", datetime(2026, 11, 1, tzinfo=UTC), id="a month"),
        pytest.param(
            "Δευ, 02 Νοε 2026 12:00:00 GMT", datetime(2026, 11, 2, 12, tzinfo=UTC), id="Greek"
        ),
        pytest.param("2026-november-02T12:00+01:00", None, id="Hungarian taken for a month"),
        pytest.param("2026-306", None, id="the day of a year"),
    ],
)
def test_a_guess_at_a_date_leaves_out_no_number(written: str, expected: datetime | None) -> None:
    """P8: what feedparser guesses stands for what is written, or not at all."""
    body = rss(f"<item><guid>1</guid><pubDate>{written}</pubDate></item>")

    assert parse(body, content_type=None).entries[0].published == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        pytest.param(
            f"<description>The column.</description>{PICTURE}", "The column.", id="after it"
        ),
        pytest.param(
            f"{PICTURE}<description>The column.</description>", "The column.", id="before it"
        ),
        pytest.param(
            f"<media:group>{PICTURE}</media:group><description>The column.</description>",
            "The column.",
            id="in a group",
        ),
        pytest.param(PICTURE, "A caption, longer than the column.", id="nothing else"),
    ],
)
def test_a_caption_is_no_column(item: str, expected: str) -> None:
    """P36: what is said of a picture or a video stands for an entry that says nothing itself."""
    body = rss(f"<item xmlns:media='http://search.yahoo.com/mrss/'><guid>1</guid>{item}</item>")
    (entry,) = parse(body, content_type=None).entries

    assert (entry.content, entry.summary and entry.summary.value) == (None, expected)


@pytest.mark.parametrize("base", ["http://press.example/", "https://press.example/new/"])
def test_an_id_is_as_it_is_written_wherever_its_feed_is(base: str) -> None:
    """P1, P2: an id is compared letter by letter; xml:base is for addresses."""
    body = (
        f"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='{base}'><title>P</title>"
        "<entry><id>columns/1</id><link href='1'/></entry></feed>"
    )
    (entry,) = parse(body.encode(), content_type=None).entries

    assert (entry.id, entry.link) == ("columns/1", f"{base}1")


def test_the_whole_text_for_yandex_is_the_content() -> None:
    """P36: many Russian papers give their columns whole in an element of their own."""
    body = rss(
        "<item xmlns:yandex='http://news.yandex.ru'><guid>1</guid><description>Short.</description>"
        "<yandex:full-text>The whole&lt;br/&gt;of it.</yandex:full-text></item>"
    )
    (entry,) = parse(body, content_type=None).entries

    assert (entry.content, entry.summary) == (
        Markup("The whole<br/>of it.", is_html=True),
        Markup("Short.", is_html=True),
    )
