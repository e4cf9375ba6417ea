"""Tests of documents made ready to be sent."""

from datetime import datetime

import pytest

from builders import NOON
from topicwire.model.document import Document
from topicwire.publish.own import OwnReader
from topicwire.serve.accept import Coding
from topicwire.serve.prepare import Coded, Prepared, prepare
from topicwire.serve.routes import route
from topicwire.serve.wire import Answer, Headers
from unit.serve.fakes import UNPACK, FakeFields

ATOM = "application/atom+xml; charset=utf-8"
PACKED = [Coding.GZIP, Coding.BROTLI, Coding.ZSTD]


def ready(
    path: str = "/topics/seats.atom",
    *,
    body: bytes = b"<feed/>" * 100,
    media_type: str = ATOM,
    base_url: str = "https://wire.example",
    hub: str | None = None,
    modified: datetime | None = NOON,
) -> Prepared:
    """Return a document prepared for a path."""
    found = route(path)
    assert found is not None
    document = Document(body, media_type, '"d1"', modified)
    return prepare(document, found, base_url=base_url, hub=hub)


def plain(prepared: Prepared) -> Coded:
    """Return the form without any coding."""
    return prepared.forms[Coding.IDENTITY]


def answered(prepared: Prepared, **fields: str) -> Answer:
    """Return the answer to a request with some headers."""
    answer = prepared.answer(FakeFields(**fields))
    assert answer is not None
    return answer


def value(headers: Headers, name: str) -> str | None:
    """Return the only header of a name."""
    values = [given for key, given in headers if key == name]
    assert len(values) <= 1
    return values[0] if values else None


def test_a_feed_has_all_its_headers() -> None:
    """O50, O51, O53, O54, O55, O58: exactly these, exactly so."""
    expected = {
        "etag": '"d1"',
        "content-type": ATOM,
        "last-modified": "Mon, 02 Nov 2026 12:00:00 GMT",
        "cache-control": "public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400",
        "vary": "Accept-Encoding",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "accept-ranges": "none",
        "link": '<https://wire.example/topics/seats.atom>; rel="self"',
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "ETag, Link",
        "content-length": "700",
    }
    headers = plain(ready()).whole
    assert expected == dict(headers)
    assert len(expected) == len(headers)


@pytest.mark.parametrize("coding", PACKED, ids=str)
def test_each_coding_has_its_own_validator(coding: Coding) -> None:
    """O51, O54: a strong validator names one sequence of bytes."""
    prepared = ready()
    prepared.pack(coding)
    packed = prepared.forms[coding]
    assert packed.body is not None
    assert value(plain(prepared).whole, "etag") == '"d1"'
    assert value(packed.whole, "etag") == value(packed.unchanged, "etag") == f'"d1-{coding}"'
    assert value(packed.whole, "content-encoding") == coding
    assert value(packed.whole, "content-length") == str(len(packed.body))
    assert UNPACK[coding](packed.body) == plain(prepared).body


@pytest.mark.parametrize(
    ("accept_encoding", "expected"),
    [
        pytest.param("gzip", "gzip", id="gzip"),
        pytest.param("br;q=0.9, gzip;q=0.5", "br", id="brotli rather"),
        pytest.param("gzip, deflate, br, zstd", "zstd", id="a browser"),
        pytest.param("deflate", None, id="none of ours"),
        pytest.param(None, None, id="nothing said"),
    ],
)
def test_the_coding_that_suits_is_sent(accept_encoding: str | None, expected: str | None) -> None:
    """O54: Accept-Encoding chooses, and a 304 names the validator of the coding it chose."""
    prepared = ready()
    given = {} if accept_encoding is None else {"accept_encoding": accept_encoding}
    prepared.pack(prepared.chosen(FakeFields(**given)))
    status, headers, body = answered(prepared, **given)
    assert (status, value(headers, "content-encoding")) == (200, expected)
    assert value(headers, "content-length") == str(len(body))
    again, repeated, nothing = answered(prepared, if_none_match='W/"d1-gzip"', **given)
    assert (again, nothing) == (304, b"")
    assert value(repeated, "etag") == value(headers, "etag")


@pytest.mark.parametrize("coding", [Coding.BROTLI, Coding.ZSTD], ids=str)
def test_what_is_packed_when_first_asked_for_is_confirmed_before(coding: Coding) -> None:
    """O51: a validator names the bytes whether or not this process has them; a body waits."""
    prepared = ready()
    asked = FakeFields(accept_encoding=coding)
    assert prepared.answer(asked) is None
    status, headers, body = answered(
        prepared, accept_encoding=coding, if_none_match=f'"d1-{coding}"'
    )
    assert (status, value(headers, "etag"), body) == (304, f'"d1-{coding}"', b"")
    prepared.pack(prepared.chosen(asked))
    first, again = answered(prepared, accept_encoding=coding), prepared.answer(asked)
    assert UNPACK[coding](first[2]) == plain(prepared).body
    assert first == again


@pytest.mark.parametrize("path", ["/", "/topics.opml"])
def test_what_has_no_time_is_known_by_its_bytes_alone(path: str) -> None:
    """O51: the list is another when a topic leaves it, whatever the date of the one that is known."""
    prepared = ready(path, modified=None)
    status, headers, _ = answered(prepared, if_modified_since="Mon, 02 Nov 2026 12:00:00 GMT")
    assert (status, value(headers, "last-modified")) == (200, None)
    assert answered(prepared, if_none_match='"d1"')[0] == 304


def test_compression_is_deterministic() -> None:
    """O2: the same document is the same bytes, also compressed."""
    one, other = ready(), ready()
    for coding in PACKED:
        one.pack(coding)
        other.pack(coding)
    assert one.forms == other.forms
    gzip = one.forms[Coding.GZIP].body
    assert gzip is not None
    assert gzip[4:8] == bytes(4)  # where gzip writes the time


def test_what_does_not_shrink_is_not_compressed() -> None:
    """Compression that saves nothing is left out."""
    assert set(ready(body=b"ab").forms) == {Coding.IDENTITY}


def test_an_unchanged_answer_repeats_what_caches_need() -> None:
    """O51, O55: ETag, Cache-Control, Vary and Link stand on a 304; nothing of the body does."""
    headers = dict(plain(ready()).unchanged)
    assert {"etag", "cache-control", "vary", "link", "access-control-allow-origin"} <= set(headers)
    assert not {"content-type", "content-length", "content-encoding"} & set(headers)


@pytest.mark.parametrize("path", ["/topics/a.atom", "/topics/a.rss", "/topics/a.json"])
def test_a_feed_says_where_it_lives_and_what_tells_of_it(path: str) -> None:
    """O55, W20: exactly one self and the hub, on a 304 too."""
    form = plain(ready(path, hub="https://hub.example/?a=1"))
    expected = f'<https://wire.example{path}>; rel="self", <https://hub.example/?a=1>; rel="hub"'
    assert value(form.whole, "link") == value(form.unchanged, "link") == expected


@pytest.mark.parametrize("path", ["/topics/a", "/", "/topics.opml", "/topics/a/archive/1"])
def test_nothing_else_names_a_hub(path: str) -> None:
    """O55: pages and lists say what they have to say in their own words."""
    assert value(plain(ready(path, hub="https://hub.example/")).whole, "link") is None


def test_a_page_of_the_archive_is_kept_for_a_day_and_has_no_hub() -> None:
    """O48, O53: nobody is told of it, since it hardly changes; it too says where it lives."""
    archive = plain(ready("/topics/a/archive/3.rss", hub="https://hub.example/")).whole
    assert value(archive, "link") == '<https://wire.example/topics/a/archive/3.rss>; rel="self"'
    assert value(archive, "cache-control") == (
        "public, max-age=86400, stale-while-revalidate=86400, stale-if-error=604800"
    )
    assert value(archive, "vary") == "Accept-Encoding"


def test_a_page_has_a_content_security_policy_and_no_self_link() -> None:
    """O54, O58: pages are locked down, and vary by Accept where it chooses."""
    page = plain(ready("/topics/seats", media_type="text/html; charset=utf-8")).whole
    assert value(page, "content-security-policy") == (
        "default-src 'none'; img-src 'self' https: data:; style-src 'self'; "
        "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert value(page, "vary") == "Accept, Accept-Encoding"
    assert value(page, "access-control-allow-origin") is None


def test_an_own_feed_is_for_one_reader_alone() -> None:
    """O53, S27: no shared cache keeps it, no search engine lists it, no header tells its address."""
    asked = route(f"/own/{'t' * 43}/topics/seats.atom")
    assert asked is not None
    own = asked.for_reader(OwnReader("d" * 64))
    document = Document(b"<feed/>", ATOM, '"d1"', NOON)
    form = plain(prepare(document, own, base_url="https://w.example", hub="https://hub.example/"))
    for headers in (form.whole, form.unchanged):
        assert value(headers, "cache-control") == "private, max-age=300"
        assert value(headers, "vary") == "Accept-Encoding, Authorization"
        assert value(headers, "x-robots-tag") == "noindex"
        assert value(headers, "referrer-policy") == "no-referrer"
        assert value(headers, "etag") == '"d1"'
        assert value(headers, "link") is None
        assert value(headers, "access-control-allow-origin") is None


def test_an_asset_may_be_kept_for_a_day() -> None:
    """Assets are named by their digest and need no asking."""
    style = plain(ready("/style.css", media_type="text/css; charset=utf-8")).whole
    assert value(style, "cache-control") == "public, max-age=86400"


def test_no_base_url_breaks_out_of_its_header() -> None:
    """S20: line breaks, quotes and letters outside ASCII are escaped."""
    headers = plain(ready(base_url='https://bücher.example\r\nEvil: 1"')).whole
    assert value(headers, "link") == (
        '<https://b%C3%BCcher.example%0D%0AEvil:%201%22/topics/seats.atom>; rel="self"'
    )


def test_its_size_is_the_same_before_and_after_it_is_packed() -> None:
    """The shelf counts every coding when it keeps a document, those yet to be packed like gzip."""
    prepared = ready()
    gzip = prepared.forms[Coding.GZIP].body
    assert gzip is not None
    assert prepared.size == 700 + 3 * len(gzip)
    prepared.pack(Coding.BROTLI)
    assert prepared.size == 700 + 3 * len(gzip)
