"""Tests of documents made ready to be sent."""

import gzip

from builders import NOON
from topicwire.model.document import Document
from topicwire.publish.own import OwnReader
from topicwire.serve.asgi import Headers
from topicwire.serve.prepare import Prepared, prepare
from topicwire.serve.routes import route

ATOM = "application/atom+xml; charset=utf-8"


def ready(
    path: str = "/topics/seats.atom",
    *,
    body: bytes = b"<feed/>" * 100,
    media_type: str = ATOM,
    base_url: str = "https://wire.example",
) -> Prepared:
    """Return a document prepared for a path."""
    found = route(path)
    assert found is not None
    return prepare(Document(body, media_type, '"d1"', NOON), found, base_url=base_url)


def value(headers: Headers, name: bytes) -> bytes | None:
    """Return the only header of a name."""
    values = [given for key, given in headers if key == name]
    assert len(values) <= 1
    return values[0] if values else None


def test_a_feed_has_all_its_headers() -> None:
    """O50, O51, O53, O54, O55, O58: exactly these, exactly so."""
    expected = {
        b"etag": b'"d1"',
        b"content-type": ATOM.encode(),
        b"last-modified": b"Mon, 02 Nov 2026 12:00:00 GMT",
        b"cache-control": b"public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400",
        b"vary": b"Accept-Encoding",
        b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"no-referrer",
        b"accept-ranges": b"none",
        b"link": b'<https://wire.example/topics/seats.atom>; rel="self"',
        b"access-control-allow-origin": b"*",
        b"access-control-expose-headers": b"ETag, Link",
        b"content-length": b"700",
    }
    headers = ready().identity.whole
    assert expected == dict(headers)
    assert len(expected) == len(headers)


def test_each_coding_has_its_own_validator() -> None:
    """O51: a strong validator names one sequence of bytes."""
    prepared = ready()
    assert prepared.gzip is not None
    assert value(prepared.identity.whole, b"etag") == b'"d1"'
    assert value(prepared.gzip.whole, b"etag") == b'"d1-gzip"'
    assert value(prepared.gzip.whole, b"content-encoding") == b"gzip"
    assert value(prepared.gzip.whole, b"content-length") == b"%d" % len(prepared.gzip.body)
    assert gzip.decompress(prepared.gzip.body) == prepared.identity.body


def test_compression_is_deterministic() -> None:
    """O2: the same document is the same bytes, also compressed."""
    packed = ready().gzip
    assert packed is not None
    assert packed == ready().gzip
    assert packed.body[4:8] == bytes(4)  # where gzip writes the time


def test_what_does_not_shrink_is_not_compressed() -> None:
    """Compression that saves nothing is left out."""
    assert ready(body=b"ab").gzip is None


def test_an_unchanged_answer_repeats_what_caches_need() -> None:
    """O51, O55: ETag, Cache-Control, Vary and Link stand on a 304; nothing of the body does."""
    headers = dict(ready().identity.unchanged)
    assert {b"etag", b"cache-control", b"vary", b"link", b"access-control-allow-origin"} <= set(
        headers
    )
    assert not {b"content-type", b"content-length", b"content-encoding"} & set(headers)


def test_a_page_has_a_content_security_policy_and_no_self_link() -> None:
    """O54, O58: pages are locked down, and vary by Accept where it chooses."""
    page = ready("/topics/seats", media_type="text/html; charset=utf-8").identity.whole
    assert value(page, b"content-security-policy") == (
        b"default-src 'none'; img-src https: data:; style-src 'self'; "
        b"form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert value(page, b"vary") == b"Accept, Accept-Encoding"
    assert value(page, b"link") is None
    assert value(page, b"access-control-allow-origin") is None


def test_an_own_feed_is_for_one_reader_alone() -> None:
    """S27: no shared cache keeps it, no search engine lists it, no header tells its address."""
    asked = route(f"/own/{'t' * 43}/topics/seats.atom")
    assert asked is not None
    own = asked.for_reader(OwnReader("d" * 64))
    prepared = prepare(Document(b"<feed/>", ATOM, '"d1"', NOON), own, base_url="https://w.example")
    for headers in (prepared.identity.whole, prepared.identity.unchanged):
        assert value(headers, b"cache-control") == b"private, max-age=300"
        assert value(headers, b"x-robots-tag") == b"noindex"
        assert value(headers, b"referrer-policy") == b"no-referrer"
        assert value(headers, b"etag") == b'"d1"'
        assert value(headers, b"link") is None
        assert value(headers, b"access-control-allow-origin") is None


def test_an_asset_may_be_kept_for_a_day() -> None:
    """Assets are named by their digest and need no asking."""
    style = ready("/style.css", media_type="text/css; charset=utf-8").identity.whole
    assert value(style, b"cache-control") == b"public, max-age=86400"


def test_no_base_url_breaks_out_of_its_header() -> None:
    """S20: line breaks, quotes and letters outside ASCII are escaped."""
    headers = ready(base_url='https://bücher.example\r\nEvil: 1"').identity.whole
    assert value(headers, b"link") == (
        b'<https://b%C3%BCcher.example%0D%0AEvil:%201%22/topics/seats.atom>; rel="self"'
    )


def test_its_size_is_what_its_bodies_take() -> None:
    """The shelf counts both codings."""
    prepared = ready()
    assert prepared.gzip is not None
    assert prepared.size == 700 + len(prepared.gzip.body)
