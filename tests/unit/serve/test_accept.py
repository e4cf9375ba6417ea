"""Tests of what a client can take."""

import pytest

from topicwire.model.document import Format
from topicwire.serve.accept import codings, preferred

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
READER = "application/rss+xml, application/xml;q=0.9, */*;q=0.8"


@pytest.mark.parametrize(
    ("accept_encoding", "expected"),
    [
        pytest.param("gzip", "gzip", id="one"),
        pytest.param("gzip, deflate, br, zstd", "zstd br gzip", id="a browser"),
        pytest.param("gzip;q=1.0, br;q=0.5, zstd;q=0.8", "gzip zstd br", id="by weight"),
        pytest.param("br;q=0.3, GZIP;q=0.5, *;q=0", "gzip br", id="in capitals, others refused"),
        pytest.param("x-gzip", "gzip", id="old name"),
        pytest.param("*", "gzip", id="anything"),
        pytest.param("br;q=0.2, *", "gzip br", id="one and anything"),
        pytest.param("gzip;q=0", "", id="refused"),
        pytest.param("gzip; q=0.000, *", "", id="refused beside anything"),
        pytest.param("identity;q=1, gzip;q=0.5", "", id="rather plain"),
        pytest.param("identity;q=0.5, gzip;q=0.5, br", "br gzip", id="plain as well"),
        pytest.param("identity;q=0, br", "br", id="not plain"),
        pytest.param("deflate, compress", "", id="others"),
        pytest.param("identity", "", id="plain"),
        pytest.param("", "", id="empty"),
        pytest.param("gzip;q=much", "", id="a weight that is no number"),
        pytest.param("\xff\x00;;=,", "", id="garbage"),
    ],
)
def test_the_codings_a_client_takes_come_by_their_weight(
    accept_encoding: str, expected: str
) -> None:
    """O54, O57: weights decide, then how well they pack; as it is comes last, for all."""
    assert (*expected.split(), "identity") == codings(accept_encoding)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param(FIREFOX, Format.HTML, id="browser"),
        pytest.param("*/*", Format.HTML, id="anything"),
        pytest.param("", Format.HTML, id="nothing"),
        pytest.param("image/png", Format.HTML, id="unsatisfiable"),
        pytest.param("text/html;q=0, */*;q=0", Format.HTML, id="all refused"),
        pytest.param("application/atom+xml", Format.ATOM, id="atom"),
        pytest.param("Application/RSS+XML;charset=utf-8", Format.RSS, id="rss with parameter"),
        pytest.param("application/feed+json", Format.JSON, id="json"),
        pytest.param(READER, Format.RSS, id="a reader with a fallback"),
        pytest.param("application/*", Format.ATOM, id="the first of its kind"),
        pytest.param(
            "application/rss+xml;q=0.5, application/atom+xml;q=0.9", Format.ATOM, id="weights"
        ),
        pytest.param("application/feed+json, text/html;q=0.1", Format.JSON, id="page as fallback"),
        pytest.param("*/*, text/html;q=0.2", Format.ATOM, id="a page only if it must be"),
    ],
)
def test_the_heaviest_format_is_preferred(accept: str, expected: Format) -> None:
    """O57: weights decide, the page is the default and nobody is refused."""
    assert expected == preferred(accept)
