"""A placed entry as an item."""

from datetime import datetime, timedelta

import pytest

from builders import NOON, a_placement, a_polled, a_source, a_stored, an_entry
from topicwire.model.catalogue import Republish
from topicwire.model.wire import Enclosure, Origin
from topicwire.publish.item import FeedItem, item, language

LONG = "word " * 200


def an_item(**entry: object) -> FeedItem:
    return item(a_placement(stored=a_stored(entry=an_entry(**entry))), by=NOON)


def republished(how: Republish, **entry: object) -> FeedItem:
    source = a_polled(source=a_source(republish=how))
    return item(a_placement(stored=a_stored(entry=an_entry(**entry)), source=source), by=NOON)


@pytest.mark.parametrize("how", [Republish.FEED, Republish.FULL])
def test_all_that_the_feed_gave(how: Republish) -> None:
    """O15: by default summary and content are republished as the source's feed gave them."""
    given = republished(how, summary_html="<p>S</p>", content_html="<p>C</p>")
    assert (given.summary_html, given.content_html) == ("<p>S</p>", "<p>C</p>")


def test_summary_equal_to_content_is_said_once() -> None:
    """A summary that repeats the content is left out."""
    assert an_item(summary_html="<p>C</p>", content_html="<p>C</p>").summary_html == ""


def test_title_only() -> None:
    """O15: a source that allows its titles gives nothing else of the entry away."""
    given = republished(
        Republish.TITLE,
        summary_html="<p>secret</p>",
        content_html="<p>secret</p>",
        text="secret",
        enclosures=(Enclosure("https://press.example/secret.mp3", "audio/mpeg"),),
    )
    assert "secret" not in repr(given)
    assert given.title == "Crews trade seats"


def test_title_only_without_a_title() -> None:
    """O15: a missing title is not made from a text that may not be republished."""
    given = republished(Republish.TITLE, title="", text="secret")
    assert given.title == "https://press.example/columns/1"


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        pytest.param("<p>Short &amp; sweet</p>", "<p>Short &amp; sweet</p>", id="as it is"),
        pytest.param("", "<p>The text &lt;of&gt; it.</p>", id="made from the text"),
    ],
)
def test_summary_only(summary: str, expected: str) -> None:
    """O15: a source that allows its summaries gives no content away."""
    given = republished(Republish.SUMMARY, summary_html=summary, text="The text <of> it.")
    assert (given.summary_html, given.content_html) == (expected, "")


def test_article_in_the_summary() -> None:
    """O15: a whole article in the summary's place is cut like one."""
    given = republished(Republish.SUMMARY, summary_html=f"<p>{LONG}</p>", text=LONG)
    assert len(given.summary_html) <= len("<p></p>") + 300
    assert given.summary_html.endswith("word…</p>")


@pytest.mark.parametrize(
    ("published", "updated", "expected"),
    [
        pytest.param(NOON - timedelta(1), None, NOON - timedelta(1), id="as given"),
        pytest.param(None, None, NOON - timedelta(2), id="none: first seen"),
        pytest.param(NOON + timedelta(9), None, NOON - timedelta(2), id="future: first seen"),
        pytest.param(NOON.replace(year=1704), None, NOON - timedelta(2), id="absurd: first seen"),
        pytest.param(
            NOON - timedelta(1), NOON - timedelta(3), NOON - timedelta(1), id="updated before"
        ),
    ],
)
def test_times(published: datetime | None, updated: datetime | None, expected: datetime) -> None:
    """O11: no time is published that is absurd or lies after the edition, and none changes later."""
    seen = NOON - timedelta(2)
    stored = a_stored(
        first_seen=seen, revised=seen, entry=an_entry(published=published, updated=updated)
    )
    given = item(a_placement(stored=stored), by=NOON)
    assert (given.published, given.updated) == (expected, expected)


def test_updated_after_the_edition() -> None:
    """O11: a change dated in the future is taken for none, whatever the edition."""
    given = an_item(published=NOON - timedelta(1), updated=NOON + timedelta(9))
    assert given.updated == NOON - timedelta(1)


def test_revised_without_a_date() -> None:
    """P29: an entry revised without saying so changed when we saw it."""
    entry = an_entry(published=NOON - timedelta(2))
    stored = a_stored(entry=entry, revision=1, revised=NOON - timedelta(1))
    assert item(a_placement(stored=stored), by=NOON).updated == NOON - timedelta(1)


@pytest.mark.parametrize(
    ("churn", "updated"),
    [
        pytest.param(0, NOON - timedelta(3), id="the time that the feed gives"),
        pytest.param(1, NOON - timedelta(1), id="when we saw it, where the feed's is of before"),
    ],
)
def test_revised_with_a_date(churn: int, updated: datetime) -> None:
    """P29: an edit has a new time, also where the feed leaves its own as it was."""
    entry = an_entry(published=NOON - timedelta(5), updated=NOON - timedelta(3))
    stored = a_stored(entry=entry, revision=1, revised=NOON - timedelta(1), churn=churn)
    assert item(a_placement(stored=stored), by=NOON).updated == updated


def test_authors_and_tags() -> None:
    """S19, O40: names and tags are plain lines, each once, without e-mail addresses."""
    given = an_item(authors=("Ada <a@b.example>", "Ada", " "), tags=("a\nb", "", "a b"))
    assert (given.authors, given.tags) == (("Ada",), ("a b",))


def test_enclosures() -> None:
    """O29: enclosures are http(s), each once, with a media type and no negative length."""
    given = an_item(
        enclosures=(
            Enclosure("https://press.example/a b.mp3", "Audio/MPEG", -1),
            Enclosure("https://press.example/a%20b.mp3", "audio/mpeg", 2),
            Enclosure("ftp://press.example/c", "audio/mpeg", 2),
            Enclosure("https://press.example/d", "nonsense", 7),
        )
    )
    assert given.enclosures == (
        Enclosure("https://press.example/a%20b.mp3", "audio/mpeg", 0),
        Enclosure("https://press.example/d", "application/octet-stream", 7),
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("en", "en", id="as it is"),
        pytest.param("EN_us", "en-us", id="underscore and case"),
        pytest.param("zh-Hant-TW", "zh-Hant-TW", id="script and region"),
        pytest.param("gsw", "gsw", id="three letters"),
        pytest.param("yue-HK", None, id="three letters that the validator does not know"),
        pytest.param("xx", None, id="no language"),
        pytest.param("english", None, id="a word"),
        pytest.param(None, None, id="none"),
    ],
)
def test_language(given: str | None, expected: str | None) -> None:
    """O12: a language is a BCP 47 code that the validator knows, or none (InvalidLanguage)."""
    assert expected == language(given)


def test_credit() -> None:
    """O15, O39: an item names its source, the source's addresses and its id."""
    polled = a_polled(feed_id="https://press.example/feed-id", feed_rights="© The Press")
    given = item(a_placement(source=polled), by=NOON)
    assert (given.source.title, given.source.id) == ("The Press", "https://press.example/feed-id")
    assert (given.source.feed_url, given.source.site) == (
        "https://press.example/feed",
        "https://press.example/",
    )
    assert given.rights == "© The Press"


def test_credit_without_secrets() -> None:
    """S26: a source's credentials are published nowhere."""
    source = a_source(url="https://user:secret@press.example/feed")
    assert "secret" not in repr(item(a_placement(source=a_polled(source=source)), by=NOON))


def test_credit_of_a_file() -> None:
    """A source that is a file has no feed address to publish."""
    polled = a_polled(source=a_source(url="samples/press.xml", site=None))
    given = item(a_placement(source=polled), by=NOON)
    assert (given.source.feed_url, given.source.address, given.via) == (None, None, ())


def test_upstream_credit() -> None:
    """O39: an entry that names its own source is credited to that, read via ours."""
    origin = Origin("Upstream & Co", "https://up.example/feed", "https://up.example/", "x")
    given = an_item(origin=origin)
    assert given.source.title == "Upstream & Co"
    assert given.source.id.startswith("tag:wire.example,2026-11-02:source/press/")
    assert given.via == ("https://press.example/feed",)


def test_upstream_credit_without_a_title() -> None:
    """O39: an upstream source without a title is named by its host."""
    assert an_item(origin=Origin("", "https://up.example/feed")).source.title == "up.example"
