"""Tests of what a client can take."""

import pytest

from topicwire.model.document import Format
from topicwire.serve.accept import preferred, takes_gzip

FIREFOX = b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
READER = b"application/rss+xml, application/xml;q=0.9, */*;q=0.8"


@pytest.mark.parametrize(
    ("accept_encoding", "expected"),
    [
        pytest.param(b"gzip", True, id="named"),
        pytest.param(b"br, GZIP;q=0.5, *;q=0", True, id="named, in capitals, with a weight"),
        pytest.param(b"x-gzip", True, id="old name"),
        pytest.param(b"*", True, id="anything"),
        pytest.param(b"gzip;q=0", False, id="refused"),
        pytest.param(b"gzip; q=0.000, *", False, id="refused beside anything"),
        pytest.param(b"br, zstd", False, id="others"),
        pytest.param(b"identity", False, id="plain"),
        pytest.param(b"", False, id="empty"),
        pytest.param(b"gzip;q=much", False, id="a weight that is no number"),
        pytest.param(b"\xff\x00;;=,", False, id="garbage"),
    ],
)
def test_gzip_is_sent_to_those_who_take_it(accept_encoding: bytes, expected: bool) -> None:  # noqa: FBT001 (a column of the table)
    """O54: gzip is for those who say so."""
    assert expected == takes_gzip(accept_encoding)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param(FIREFOX, Format.HTML, id="browser"),
        pytest.param(b"*/*", Format.HTML, id="anything"),
        pytest.param(b"", Format.HTML, id="nothing"),
        pytest.param(b"image/png", Format.HTML, id="unsatisfiable"),
        pytest.param(b"text/html;q=0, */*;q=0", Format.HTML, id="all refused"),
        pytest.param(b"application/atom+xml", Format.ATOM, id="atom"),
        pytest.param(b"Application/RSS+XML;charset=utf-8", Format.RSS, id="rss with parameter"),
        pytest.param(b"application/feed+json", Format.JSON, id="json"),
        pytest.param(READER, Format.RSS, id="a reader with a fallback"),
        pytest.param(b"application/*", Format.ATOM, id="the first of its kind"),
        pytest.param(
            b"application/rss+xml;q=0.5, application/atom+xml;q=0.9", Format.ATOM, id="weights"
        ),
        pytest.param(b"application/feed+json, text/html;q=0.1", Format.JSON, id="page as fallback"),
        pytest.param(b"*/*, text/html;q=0.2", Format.ATOM, id="a page only if it must be"),
    ],
)
def test_the_heaviest_format_is_preferred(accept: bytes, expected: Format) -> None:
    """O57: weights decide, the page is the default and nobody is refused."""
    assert expected == preferred(accept)
