"""Addresses and ids as they are published."""

import pytest

from topicwire.publish.address import is_canonical, permanent_id, web_url


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("https://a.example/b?c=d#e", "https://a.example/b?c=d#e", id="as it is"),
        pytest.param("HTTPS://a.example/%7eB", "https://a.example/%7eB", id="escapes are kept"),
        pytest.param("http://a.example", "http://a.example", id="no path"),
        pytest.param("http://a.example?q=1", "http://a.example/?q=1", id="query without a path"),
        pytest.param("https://a.example/é x", "https://a.example/%C3%A9%20x", id="non-ASCII"),
        pytest.param("https://bücher.example/", "https://xn--bcher-kva.example/", id="IDNA"),
        pytest.param("https://a.example/[1]|2", "https://a.example/%5B1%5D%7C2", id="brackets"),
        pytest.param("https://a.example/100%", "https://a.example/100%25", id="stray per cent"),
        pytest.param("https://u:p@a.example/", "https://a.example/", id="credentials (S26)"),
        pytest.param(" https://a.example/\n", "https://a.example/", id="white space"),
        pytest.param("//a.example/", None, id="no scheme"),
        pytest.param("/path", None, id="relative"),
        pytest.param("javascript:alert(1)", None, id="another scheme"),
        pytest.param("http://[::1]/", None, id="IPv6 literal"),
        pytest.param("http://[bad", None, id="broken"),
        pytest.param("http://a.example:99999999/", None, id="absurd port"),
        pytest.param("http://a b.example/", None, id="space in the host"),
        pytest.param(f"http://{'a' * 64}.example/", None, id="label too long"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="none"),
    ],
)
def test_web_url(given: str | None, expected: str | None) -> None:
    """O7: an address is an absolute ASCII http(s) URL, or none at all."""
    assert expected == web_url(given)


@pytest.mark.parametrize(
    "uri",
    [
        "https://a.example/p/1",
        "http://a.example:8080/?p=123",
        "https://a.example/%C3%A9#c-2",
        "tag:a.example,2026-11-02:entry/1",
        "tag:ada@a.example,2026:x",
        "urn:uuid:5f2b8f0e-0d2f-4c61-9f0e-6d1b0c5a7e11",
        "urn:isbn:0451450523",
    ],
)
def test_canonical(uri: str) -> None:
    """O4: an absolute URI in normal form stands as an id as it is."""
    assert is_canonical(uri)


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("123", id="bare number"),
        pytest.param("/p/2", id="relative"),
        pytest.param("HTTP://A.example/", id="upper case"),
        pytest.param("http://a.example", id="no path"),
        pytest.param("http://a.example:80/", id="default port"),
        pytest.param("https://a.example:443/x", id="default port of https"),
        pytest.param("http://a.example./", id="trailing dot"),
        pytest.param("http://a.example/a/../b", id="dot segments"),
        pytest.param("http://a.example/%7Eada", id="needless escape"),
        pytest.param("http://a.example/%c3%a9", id="escape in lower case"),
        pytest.param("http://a.example/e%CC%81", id="not composed"),
        pytest.param("http://a.example/%FF", id="no UTF-8"),
        pytest.param("http://a.example/é", id="an IRI"),
        pytest.param("http://u:p@a.example/", id="credentials"),
        pytest.param("tag:A.example,2026:x", id="tag with upper case"),
        pytest.param("tag:a.example,26:x", id="tag without a year"),
        pytest.param("urn:uuid:5f2b8f0e", id="short UUID"),
        pytest.param("yt:video:abc", id="unregistered scheme"),
        pytest.param("https://a.example/a b", id="space"),
        pytest.param("https://a.example/\n", id="line feed"),
    ],
)
def test_not_canonical(uri: str) -> None:
    """O4: what the validator would object to is no id (NonCanonicalURI, InvalidFullLink and kin)."""
    assert not is_canonical(uri)


def test_permanent_id_is_minted_from_what_was_given() -> None:
    """O4: an id that cannot stand gives the same canonical tag URI every time, another for another."""
    tag = "tag:wire.example,2026-11-02:source/press"
    minted = permanent_id("123", tag=tag)
    assert minted.startswith(f"{tag}/")
    assert is_canonical(minted)
    assert permanent_id("123", tag=tag) == minted
    assert permanent_id("124", tag=tag) != minted


def test_permanent_id_of_a_surrogate() -> None:
    """An id with a lone surrogate still gets one of ours."""
    assert is_canonical(permanent_id("\ud800", tag="tag:wire.example,2026:source/press"))
