"""Documents become feeds: everything a worker process does."""

import contextlib
import gzip
import json
import pickle
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import NOON
from topicwire.errors import ParseError
from topicwire.ingest.read import MOST_ENTRIES, ReadJob, read
from topicwire.model.wire import Enclosure, Entry, Feed, Origin
from unit.ingest.attacks import ATTACKS
from unit.ingest.goldens import DATA, Golden

FORMATS = sorted(path.name for path in (DATA / "parse").glob("format-*"))
REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "real_feeds"
TEXT = "NASA and Roscosmos agreed to trade seats.\n\nTwo crews fly next spring."


def a_job(body: bytes, **changes: object) -> ReadJob:
    """Return a document as it came, with `changes`."""
    values: dict[str, object] = {
        "body": body,
        "content_type": None,
        "url": "https://press.example/feed",
        "now": NOON + timedelta(days=1),
    }
    return ReadJob(**(values | changes))  # type: ignore[arg-type]


def a_feed(*items: str, channel: str = "", root: str = "", **changes: object) -> Feed:
    """Read an RSS document with these items."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    text = f"<rss version='2.0' {root}><channel><title>P</title>{channel}{inside}</channel></rss>"
    return read(a_job(text.encode(), **changes))


def an_item(item: str, *, channel: str = "", root: str = "", **changes: object) -> Entry:
    """Read an RSS item."""
    (entry,) = a_feed(item, channel=channel, root=root, **changes).entries
    return entry


def an_atom_entry(inside: str) -> Entry:
    """Read an Atom entry."""
    entry = f"<entry><id>tag:press.example,2026:1</id><title>T</title>{inside}</entry>"
    text = f"<feed xmlns='http://www.w3.org/2005/Atom'><id>f</id><title>P</title>{entry}</feed>"
    (found,) = read(a_job(text.encode())).entries
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_feed(name: str) -> None:
    """P16: nine formats, one model; each says as much of it as it can."""
    feed = read(a_job(Golden(DATA / "parse" / name).body))

    first, second = feed.entries
    assert (feed.title, feed.site) == ("The Press", "https://press.example/")
    assert (first.title, second.title) == ("Crews trade seats", "A probe wakes up")
    assert first.url == "https://press.example/columns/1"
    assert feed.lang in ("en", None)
    if name != "format-rss-0.90":
        assert (first.text, second.text) == (TEXT, TEXT)
    for entry, hours in ((first, 0), (second, 24)):
        assert entry.published in (
            NOON - timedelta(hours=hours),
            NOON.replace(microsecond=250_000),
            None,
        )
    assert first.authors in (("Ada Writer", "Bo Reader"), ("Ada Writer",), ())
    assert first.tags in (("Space",), ())
    assert first.enclosures in ((Enclosure("https://press.example/1.mp3", "audio/mpeg", 1200),), ())
    assert first.origin is None or first.origin.title == "The Wire"


def test_a_job_and_its_feed_cross_to_a_worker_and_back() -> None:
    """A worker process gets and gives plain values."""
    job = a_job(Golden(DATA / "parse" / "format-atom-1.0").body)

    assert job == pickle.loads(pickle.dumps(job))
    assert read(job) == pickle.loads(pickle.dumps(read(job)))


@pytest.mark.parametrize(
    "url",
    ["http://press.example/feed", "https://press.example/new/path.xml", "https://other.example/"],
)
@pytest.mark.parametrize("guid", ["1", "/p/2", "urn:x:3", "../4", "https://press.example/5"])
def test_ids_do_not_follow_the_address_of_the_feed(url: str, guid: str) -> None:
    """P2: the same feed at another address has the same entries."""
    entry = an_item(f"<title>T</title><guid isPermaLink='false'>{guid}</guid>", url=url)

    assert guid == entry.uid


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        pytest.param("<title>AT&amp;amp;T</title>", "AT&T", id="escaped twice"),
        pytest.param("<title>A &amp; B &lt; C</title>", "A & B < C", id="escaped once"),
        pytest.param("<title><![CDATA[<b>A</b> &amp; B]]></title>", "A & B", id="HTML in CDATA"),
        pytest.param("<description>&lt;p&gt;A b.&lt;/p&gt;</description>", "A b.", id="none (P37)"),
        pytest.param("<title><![CDATA[<![CDATA[A & B]]>]]></title>", "A & B", id="CDATA twice"),
    ],
)
def test_titles_are_text(item: str, expected: str) -> None:
    """P34, P37: one line without markup, always."""
    assert expected == an_item(f"<guid>1</guid>{item}").title


@pytest.mark.parametrize(
    ("body", "html", "text"),
    [
        pytest.param("a &lt;b&gt;c&lt;/b&gt;", "a <b>c</b>", "a c", id="escaped (P35)"),
        pytest.param("<![CDATA[a <b>c</b>]]>", "a <b>c</b>", "a c", id="CDATA (P35)"),
        pytest.param(
            "&amp;lt;p&amp;gt;a&amp;lt;/p&amp;gt;", "<p>a</p>", "a", id="escaped twice (P35)"
        ),
        pytest.param(
            "Use &amp;lt;p&amp;gt; for it",
            "Use &lt;p&gt; for it",
            "Use <p> for it",
            id="about HTML (P35)",
        ),
        pytest.param(
            "One.\n\nTwo &amp;amp; three.",
            "<p>One.</p><p>Two &amp; three.</p>",
            "One.\n\nTwo & three.",
            id="text",
        ),
        pytest.param(
            "<![CDATA[<![CDATA[a <b>c</b>]]]]><![CDATA[>]]>", "a <b>c</b>", "a c", id="CDATA twice"
        ),
        pytest.param(" &lt;![CDATA[a]]&gt;\n", "a", "a", id="CDATA escaped"),
        pytest.param("a ]]&gt; b", "a ]]&gt; b", "a ]]> b", id="the end of CDATA (P35)"),
    ],
)
def test_descriptions_are_html_however_they_are_written(body: str, html: str, text: str) -> None:
    """P35, P36: markup is unescaped as often as it was escaped, not more."""
    entry = an_item(f"<guid>1</guid><description>{body}</description>")

    assert (html, text) == (entry.summary_html, entry.text)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param("text/markdown", "<p>a &lt;i&gt;</p>", id="Markdown"),
        pytest.param("Text/X-Org; charset=utf-8", "<p>a &lt;i&gt;</p>", id="with a parameter"),
        pytest.param("text/html; charset=utf-8", "a <i></i>", id="HTML with a parameter"),
        pytest.param("text/xml", "", id="XML"),
        pytest.param("application/json", "", id="no text"),
    ],
)
def test_content_may_be_text_of_any_kind(kind: str, expected: str) -> None:
    """P36: what begins with text/ is text in Atom (RFC 4287, 4.1.3.3)."""
    entry = an_atom_entry(f"<content type='{kind}'>a &lt;i></content>")

    assert expected == entry.content_html


@pytest.mark.parametrize("name", ["content", "summary"])
def test_a_break_in_xhtml_is_one(name: str) -> None:
    """P36: XHTML's empty elements are HTML's; what HTML itself says is left to it."""
    inside = "<div xmlns='http://www.w3.org/1999/xhtml'>a<br/>b<hr/>c</div>"

    xhtml = an_atom_entry(f"<{name} type='xhtml'>{inside}</{name}>")
    html = an_atom_entry(f"<{name} type='html'>a&lt;br>&lt;/br>b</{name}>")

    assert xhtml.content_html + xhtml.summary_html == "a<br>b<hr>c"
    assert html.content_html + html.summary_html == "a<br><br>b"


def test_links_in_markup_start_from_the_entry() -> None:
    """P17, S16: xml:base, else the entry's link, else the site, else the feed."""
    body = "<description>&lt;a href='x'&gt;y&lt;/a&gt;</description>"
    entry = "<link>https://press.example/columns/1</link><guid>1</guid>"
    based = "xml:base='https://based.example/dir/'"
    site = "<link>https://site.example/home/</link>"

    pages = [
        an_item(body + entry, root=based).summary_html,
        an_item(body + entry, channel=site).summary_html,
        an_item(body + "<guid>1</guid>", channel=site).summary_html,
        an_item(body + "<guid>1</guid>").summary_html,
    ]

    assert [page.split('"')[1] for page in pages] == [
        "https://based.example/dir/x",
        "https://press.example/columns/x",
        "https://site.example/home/x",
        "https://press.example/x",
    ]


def test_the_fuller_of_content_and_summary_is_the_content() -> None:
    """P36: both are kept; the text is of the fuller one."""
    root = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    parts = "<content:encoded>Short.</content:encoded><description>A longer one.</description>"

    entry = an_item(f"<guid>1</guid>{parts}", root=root)

    assert (entry.content_html, entry.summary_html) == ("A longer one.", "Short.")
    assert entry.text == "A longer one."


def test_what_is_said_twice_is_kept_once() -> None:
    """P36: a summary that repeats the content is none."""
    root = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    parts = "<content:encoded>&lt;p&gt;A.&lt;/p&gt;</content:encoded><description>A.</description>"

    entry = an_item(f"<guid>1</guid>{parts}", root=root)

    assert (entry.content_html, entry.summary_html) == ("<p>A.</p>", "")


def test_a_feed_has_its_language_and_people_for_entries_without() -> None:
    """P18, P39: language and author are inherited."""
    channel = (
        "<language>de-AT</language><managingEditor>desk@press.example (The Desk)</managingEditor>"
    )
    root = "xmlns:dc='http://purl.org/dc/elements/1.1/'"

    plain = an_item("<guid>1</guid>", channel=channel, root=root)
    own = an_item(
        "<guid>1</guid><dc:language>fr</dc:language><author>a@b.example (Ada)</author>",
        channel=channel,
        root=root,
    )

    assert (plain.lang, plain.authors) == ("de", ("The Desk",))
    assert (own.lang, own.authors) == ("fr", ("Ada",))


def test_files_are_absolute_and_named_once() -> None:
    """P40: only http(s), each once, with a media type and a length that is a number."""
    entry = an_item(
        "<guid>1</guid><enclosure url='/a.mp3' type='' length='x'/><enclosure url='/a.mp3' type='audio/ogg'/>"
        "<enclosure url='javascript:x' type='a/b'/><enclosure url='/b' type='video' length='7'/>"
    )

    assert (
        Enclosure("https://press.example/a.mp3", "audio/mpeg", 0),
        Enclosure("https://press.example/b", "application/octet-stream", 7),
    ) == entry.enclosures


def test_the_feed_an_entry_was_taken_from_is_kept() -> None:
    """P42: RSS source."""
    entry = an_item("<guid>1</guid><source url='https://wire.example/feed'>The Wire</source>")

    assert Origin("The Wire", "https://wire.example/feed") == entry.origin


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        pytest.param("<title type='html'>A &amp;amp; B</title>", "A & B", id="HTML"),
        pytest.param("<title>A &lt;b&gt; B</title>", "A B", id="text with tags"),
        pytest.param("<title>A &amp;amp; B</title>", "A &amp; B", id="text"),
    ],
)
def test_the_name_of_an_origin_is_text(title: str, expected: str) -> None:
    """P34, P42: it is read as its type says; RSS, which says none, means HTML."""
    atom = an_atom_entry(f"<source><id>urn:a</id>{title}</source>")
    rss = an_item("<guid>1</guid><source url='https://wire.example/feed'>A &amp;amp; B</source>")

    assert Origin(expected, id="urn:a") == atom.origin
    assert Origin("A & B", "https://wire.example/feed") == rss.origin


def test_tracking_goes_from_links_but_not_from_ids() -> None:
    """S17: an id is never touched."""
    entry = an_item("<guid>https://press.example/1?utm_source=x</guid>")

    assert entry.uid == "https://press.example/1?utm_source=x"
    assert entry.url == "https://press.example/1"


def test_the_newest_entries_are_read_and_the_rest_is_named() -> None:
    """P20: no document brings more than the cap, and what is left out is said."""
    dates = "<pubDate>Mon, 02 Nov 2026 12:00:00 GMT</pubDate>", ""
    dated, undated = (
        a_feed(*(f"<guid>{n}</guid><title>{n}</title>{date}" for n in range(MOST_ENTRIES + 7)))
        for date in dates
    )

    assert (len(dated.entries), len(undated.entries)) == (MOST_ENTRIES, MOST_ENTRIES)
    assert dated.warnings == ("7 older entries were left out; the newest 500 are read",)
    assert undated.warnings == ("no entry is dated; of 507 the first and the last 250 are read",)


def test_a_packed_document_is_read() -> None:
    """A sitemap is often kept as `sitemap.xml.gz`, and its server says nothing of it."""
    text = b"<urlset><url><loc>https://press.example/a</loc></url></urlset>"

    (entry,) = read(a_job(gzip.compress(text), content_type="application/x-gzip")).entries
    assert entry.url == "https://press.example/a"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(gzip.compress(b"<urlset>" + b" " * 20_000_000), "larger than", id="a bomb"),
        pytest.param(b"\x1f\x8b\x08 no more", "cannot be unpacked", id="damaged"),
    ],
)
def test_a_packed_document_is_refused_in_plain_words(body: bytes, reason: str) -> None:
    """S8: what is packed may grow as large as what is not."""
    with pytest.raises(ParseError, match=reason):
        read(a_job(body))


def test_a_feed_of_which_entries_were_left_out_is_not_complete() -> None:
    """P32: what is beyond the cap is not gone."""
    items = [f"<guid>{n}</guid><title>{n}</title>" for n in range(MOST_ENTRIES + 1)]
    history = "xmlns:fh='http://purl.org/syndication/history/1.0'"
    all_of_them, too_many = (
        a_feed(*given, channel="<fh:complete/>", root=history) for given in (items[1:], items)
    )

    assert (all_of_them.is_complete, too_many.is_complete) == (True, False)


def test_empty_items_are_no_entries() -> None:
    """P24: what says nothing cannot be told from what else says nothing."""
    assert a_feed("", "<pubDate>Mon, 02 Nov 2026 12:00:00 GMT</pubDate>").entries == ()


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        pytest.param("<ttl>90</ttl>", 5_400, id="ttl (F31)"),
        pytest.param("<sy:updatePeriod>daily</sy:updatePeriod>", 86_400, id="sy (F33)"),
        pytest.param(
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>",
            1_800,
            id="sy often (F33)",
        ),
        pytest.param(
            "<ttl>90</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 5_400, id="the longer"
        ),
        pytest.param(
            "<ttl>soon</ttl><sy:updatePeriod>often</sy:updatePeriod>", None, id="garbage (F26)"
        ),
        pytest.param("<ttl>-5</ttl>", None, id="negative (F26)"),
        pytest.param(f"<ttl>{'9' * 10}</ttl>", 31 * 86_400, id="absurd (F26)"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_document_says_how_long_to_wait(channel: str, expected: int | None) -> None:
    """F31, F33, F26: hints in the document are taken, garbage is not."""
    root = "xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'"

    assert expected == a_feed(channel=f"<link>https://a.example/</link>{channel}", root=root).ttl


def test_the_site_is_absolute_or_the_catalogues() -> None:
    """P17: the home page is resolved against the feed; without one the catalogue's counts."""
    relative = a_feed(channel="<link>/home</link>")
    without = a_feed("<guid>1</guid>", site="https://site.example/")

    assert relative.site == "https://press.example/home"
    assert without.site == "https://site.example/"


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_attacks_do_not_survive_in_any_field(attack: str) -> None:
    """S13, S15, S19: no field brings a scheme or a tag that runs."""
    inside = f"<![CDATA[{attack.replace(']]>', '')}]]>"
    fields = ("title", "description", "author", "category", "link", "comments", "copyright")
    item = "<guid>1</guid>" + "".join(f"<{name}>{inside}</{name}>" for name in fields)

    entry = an_item(item)

    assert entry.url is None or entry.url.startswith("https://press.example/")
    for page in (entry.content_html, entry.summary_html):
        assert "<script" not in page.lower()
        assert "javascript:" not in page.lower().split('title="')[0]
    for line in (entry.title, *entry.authors, *entry.tags):
        assert "<script>" not in line.lower() or "&lt;" in attack or "CDATA" in attack


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(ATTACKS), st.text(max_size=8)), max_size=6).map("".join))
def test_any_json_feed_is_read(text: str) -> None:
    """Whatever stands in the fields, the feed is read, printable and as XML can hold it."""
    item = {"id": text or "1", "title": text, "url": text, "content_html": text, "tags": [text]}
    document = {"version": "https://jsonfeed.org/version/1.1", "title": text, "items": [item]}

    for entry in read(a_job(json.dumps(document).encode())).entries:
        for field in (entry.uid, entry.title, entry.content_html, entry.text, *entry.tags):
            field.encode()
            assert not any(char < " " and char not in "\t\n\r" for char in field)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.text(max_size=20))
def test_bytes_of_any_kind_are_a_feed_or_a_parse_error(body: bytes, url: str) -> None:
    """Reading raises nothing but ParseError."""
    for start in (b"", b"<rss version='2.0'><channel><title>t</title><item><description>"):
        with contextlib.suppress(ParseError):
            read(a_job(start + body, url=url, content_type=url))


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_dir(), reason="the collection of real feeds is not here")
def test_real_feeds_give_the_entries_they_have() -> None:
    """P10: 202 feeds from the wild are read, and but for items without id they are whole."""
    lines = (REAL / "index.jsonl").read_text(encoding="utf-8").splitlines()
    known = {each["file"]: each["expected_entries"] for each in map(json.loads, lines)}
    start = time.process_time()

    read_in = {
        name: len(read(a_job((REAL / name).read_bytes(), url="https://press.example/")).entries)
        for name in known
    }

    assert {"feed-rs__jsonfeed_elastic_1.1.json"} == {
        name for name in known if known[name] != read_in[name]
    }
    assert time.process_time() - start < 30
