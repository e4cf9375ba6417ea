"""robots.txt: which pages may be read."""

import pytest

from topicwire.ingest.robots import rules

PAGE = "https://press.example"


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        pytest.param("", "/a", True, id="empty"),
        pytest.param("User-agent: *\nDisallow: /", "/a", False, id="all"),
        pytest.param("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True, id="longest wins"),
        pytest.param("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True, id="allow wins ties"),
        pytest.param("User-agent: *\nDisallow: /*.pdf$", "/x.pdf", False, id="wildcard, end"),
        pytest.param("User-agent: *\nDisallow: /*.pdf$", "/x.pdf?y", True, id="not the end"),
        pytest.param(
            "User-agent: *\nDisallow: /\n\nUser-agent: TOPICWIRE\nDisallow: /x",
            "/a",
            True,
            id="own group",
        ),
        pytest.param("User-agent: topicwire\nDisallow: /", "/a", False, id="token in lower case"),
        pytest.param("User-agent: OtherBot\nDisallow: /", "/a", True, id="another's group"),
        pytest.param("\ufeffUser-agent: *\nDisallow: /", "/a", False, id="byte order mark"),
        pytest.param("garbage \0 \ufffd", "/a", True, id="garbage"),
    ],
)
def test_rules_are_read_as_rfc_9309_says(text: str, path: str, *, expected: bool) -> None:
    """F53: longest match, allow on ties, wildcards, our own group before all others'."""
    assert rules(200, text.encode()).allows(PAGE + path) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [(404, True), (401, True), (410, True), (500, False), (503, False), (None, False)],
    ids=str,
)
def test_a_site_without_rules_is_open_and_one_that_fails_is_not(
    status: int | None, *, expected: bool
) -> None:
    """F52: 4xx allows everything; 5xx and silence allow nothing."""
    found = rules(status, b"User-agent: *\nDisallow: /")

    assert found.allows(f"{PAGE}/a") is expected
    assert "robots.txt" in found.reason


@pytest.mark.parametrize(
    ("given", "expected"), [("5", 5.0), ("0.5", 0.5), ("86400", 60.0), ("abc", 0.0)], ids=str
)
def test_a_crawl_delay_is_obeyed_within_reason(given: str, expected: float) -> None:
    """F54: as spacing between pages, a minute at most."""
    assert rules(200, f"User-agent: *\nCrawl-delay: {given}".encode()).spacing == expected


def test_a_huge_file_is_read_to_its_limit() -> None:
    """F52: 500 KiB are read; what follows is not."""
    text = b"# x\n" * 130_000 + b"User-agent: *\nDisallow: /"

    assert rules(200, text).allows(f"{PAGE}/a")
