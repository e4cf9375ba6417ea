"""Editions as odd as sources can make them."""

from datetime import UTC, datetime
from html import escape

from hypothesis import strategies as st

from builders import (
    NOON,
    a_placement,
    a_polled,
    a_source,
    a_standing,
    a_stored,
    a_topic,
    an_entry,
)
from topicwire.ingest import clean
from topicwire.ingest.charset import printable
from topicwire.model.catalogue import Republish
from topicwire.model.judging import Departure, Edition, Placement, Reason, Zone
from topicwire.model.wire import Enclosure, Origin

NASTY = (
    "",
    "]]>",
    "cafÃ© Â£5 Ã\x80\xa9",
    "src='x' <img src=y> <!-- <?import ?>",
    "&amp;lt;p&amp;gt;",
    "</title><script>alert(1)</script>",
    "A & B < C",
    "\x00\x0b\x1f\x85\x9f",
    "\ud800",
    "\ufffd\ufffe\ufdd0",
    "שלום \u202e عالم",
    "👩🏽‍🚀🚀\U0001d518",
    "long " * 60,
    " \n\t ",
    "{{ 7 * 7 }}{% raw %}",
)
TEXTS = st.sampled_from(NASTY) | st.text(st.characters(), max_size=40)
URLS = st.none() | st.sampled_from(
    (
        "https://press.example/a?b=c&d=[e]",
        "/relative",
        "//host",
        "javascript:x",
        "http://é.example/ü",
        "https://user:secret@press.example:443/a",
        "https://localhost/a.mp3",
        "https://press.example.?a#b",
        "http://[::1]/a",
        "https://press.example/\ud800 %zz",
        "https://" + "a" * 80 + ".example/",
        "mailto:ada@press.example",
    )
)
IDS = TEXTS | st.sampled_from(
    (
        "1",
        "https://press.example/a",
        "HTTP://Press.example/a",
        "tag:a.example,2026:x",
        "tag:A,1:x",
        "urn:uuid:no",
        "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",
    )
)
MARKUP = (
    "<p>",
    "</p>",
    "<div>",
    "<b><i>",
    "</b>",
    "<table><tr><td>",
    "<caption>",
    "<li>",
    "<h1><h2>",
    "<a href='/x' style='color:red'>",
    "<a href='#f'>",
    "<img src='i.png' alt=\"src='x'\">",
    "<audio src='/a.mp3' autoplay>",
    "<video><source src='v.mp4'>",
    "</video>",
    "<svg onload=x>",
    "<math><mtext>",
    "<script>x</script>",
    "<style>",
    "<ruby>a<rt>b",
    "<select><option>",
    "<pre>\n",
    "&nbsp;&copy;&amp;lt;",
    "&#0;&#x80;&#xFFFD;",
    "<blockquote cite='//a'>",
    "<br/><hr>",
    "<col><tbody>",
    "<!-- -->",
    "<?import x>",
    "]]>",
)
HTML = st.lists(st.sampled_from(MARKUP) | TEXTS.map(escape), max_size=12).map(
    lambda parts: clean.html(printable("".join(parts)), base="https://press.example/a/")
)
TIMES = (
    st.none()
    | st.sampled_from((datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)))
    | st.datetimes(timezones=st.just(UTC))
)


@st.composite
def placements(draw: st.DrawFn) -> Placement:
    """Draw a placement of an entry as odd as a source can make it."""
    entry = an_entry(
        uid=draw(IDS),
        title=draw(TEXTS),
        url=draw(URLS),
        authors=tuple(draw(st.lists(TEXTS, max_size=2))),
        summary_html=draw(HTML),
        content_html=draw(HTML),
        text=draw(TEXTS),
        lang=draw(st.none() | st.sampled_from(("en", "fr-CA", "he", "yue", "nonsense"))),
        published=draw(TIMES),
        updated=draw(TIMES),
        tags=tuple(draw(st.lists(TEXTS, max_size=2))),
        enclosures=tuple(
            draw(
                st.lists(
                    st.builds(
                        Enclosure,
                        url=URLS.map(lambda url: url or ""),
                        type=st.sampled_from(("audio/mpeg", "", "a b")) | TEXTS,
                        length=st.integers(-1, 9),
                        duration=st.integers(-1, 9),
                    ),
                    max_size=5,
                )
            )
        ),
        origin=draw(st.none() | st.builds(Origin, title=TEXTS, url=URLS, site=URLS, id=URLS)),
        rights=draw(TEXTS),
    )
    source = a_source(
        title=draw(TEXTS),
        url=draw(st.sampled_from(("https://press.example/feed", "samples/press.xml"))),
        site=draw(URLS),
        republish=draw(st.sampled_from(Republish)),
    )
    reasons = st.builds(
        Reason, clause=TEXTS, matched=TEXTS, zone=st.sampled_from(Zone), count=st.just(1)
    )
    return a_placement(
        stored=a_stored(entry=entry),
        source=a_polled(source=source, feed_id=draw(URLS)),
        score=draw(st.floats(0, 1)),
        reasons=tuple(draw(st.lists(reasons, max_size=3))),
        is_pinned=draw(st.booleans()),
    )


DEPARTURES = st.builds(
    Departure,
    uid=IDS,
    source=st.just(a_polled()),
    departed=st.datetimes(
        NOON.replace(day=1, tzinfo=None), NOON.replace(tzinfo=None), timezones=st.just(UTC)
    ),
)


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    """Draw an edition of a topic, current or of the archive, with what is gone from it."""
    topic = a_topic(title=draw(TEXTS), description=draw(TEXTS), show_reason=draw(st.booleans()))
    pages = draw(st.integers(0, 3))
    return Edition(
        a_standing(topic=topic, pages=pages),
        tuple(draw(st.lists(placements(), max_size=4))),
        draw(st.integers(0, pages)),
        tuple(draw(st.lists(DEPARTURES, max_size=2))),
    )


EDITIONS = editions()
