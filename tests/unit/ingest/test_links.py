"""Addresses become absolute, ASCII and free of what only tracks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topicwire.ingest import links

BASE = "https://press.example/columns/1?page=2"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("https://a.example/b", "https://a.example/b", id="absolute"),
        pytest.param("HTTP://A.example:80", "http://a.example/", id="canonical"),
        pytest.param("https://a.example:8443/", "https://a.example:8443/", id="port"),
        pytest.param("/b", "https://press.example/b", id="absolute path"),
        pytest.param("b", "https://press.example/columns/b", id="relative path"),
        pytest.param("?q", "https://press.example/columns/1?q", id="query (P17)"),
        pytest.param("#f", "https://press.example/columns/1?page=2#f", id="fragment (P17)"),
        pytest.param("//b.example/c", "https://b.example/c", id="host (P17)"),
        pytest.param("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4", id="IDN"),
        pytest.param(
            "https://faß.example/", "https://xn--fa-hia.example/", id="IDN as in browsers"
        ),
        pytest.param(" https://a.example/b c\n", "https://a.example/b%20c", id="spaces (P17)"),
        pytest.param("https://a.example/%7Eb%20c", "https://a.example/%7Eb%20c", id="escapes stay"),
        pytest.param("https://u:p@a.example/", "https://a.example/", id="credentials"),
        pytest.param(
            "https://a.example/?utm_source=x&id=1&fbclid=y",
            "https://a.example/?id=1",
            id="tracking",
        ),
        pytest.param(
            "https://a.example/?gclid=x&mc_eid=y&mtm_kwd=z",
            "https://a.example/",
            id="only tracking",
        ),
        pytest.param(
            "https://a.example/x#utm_source=y", "https://a.example/x", id="tracking fragment"
        ),
        pytest.param(
            "https://a.example/?a=&&b;c", "https://a.example/?a=&&b;c", id="odd queries stay"
        ),
        pytest.param("javascript:alert(1)", None, id="javascript (S15)"),
        pytest.param("java\nscript:alert(1)", None, id="javascript in two (S15)"),
        pytest.param("data:text/html,x", None, id="data (S15)"),
        pytest.param("file:///etc/passwd", None, id="file (S15)"),
        pytest.param("https://a b/", None, id="space in the host"),
        pytest.param("https://[half/", None, id="half an address"),
        pytest.param("https://a.example:x/", None, id="port that is none"),
        pytest.param(
            f"https://a.example/?{'x' * 3_000}", f"https://a.example/?{'x' * 3_000}", id="long"
        ),
        pytest.param(f"https://a.example/{'x' * 8_000}", None, id="too long"),
        pytest.param(f"https://a.example/{'資' * 1_000}", None, id="too long in ASCII"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="none"),
    ],
)
def test_an_address_becomes_absolute_or_nothing(address: str | None, expected: str | None) -> None:
    """S15-S17, P17: links are absolute http(s) URLs in ASCII."""
    assert expected == links.url(address, base=BASE)


@pytest.mark.parametrize(
    "base",
    [
        pytest.param(None, id="none"),
        pytest.param("samples/a.xml", id="a file of the catalogue"),
        pytest.param("file:///srv/feeds/", id="another scheme"),
    ],
)
def test_nothing_is_resolved_against_what_is_no_address(base: str | None) -> None:
    """S16: a relative address stays unresolved without an address to start from."""
    assert links.url("/a", base=base) is None


@settings(deadline=None)
@given(
    st.one_of(st.text(), st.text().map("https://a.example/".__add__), st.text().map("//".__add__))
)
def test_an_address_is_settled_at_once(address: str) -> None:
    """What comes out is ASCII, has no blanks and comes out the same again."""
    found = links.url(address, base=BASE)

    assert found is None or (found.isascii() and not found.split()[1:])
    assert found == links.url(found)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("https://feeds.feedburner.com/~r/x/~4/y", True, id="feedburner"),
        pytest.param("https://pixel.wp.com/b.gif", True, id="WordPress"),
        pytest.param("https://press.feedsportal.com/c/1/mf.gif", True, id="feedsportal"),
        pytest.param("https://press.example/feedburner.com/a.png", False, id="a name in a path"),
    ],
)
def test_images_that_count_readers_are_known(address: str, *, expected: bool) -> None:
    """S17: tracker hosts are told by their host."""
    assert expected == links.is_tracker(address)
