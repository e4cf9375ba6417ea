"""Tests of the files by which hosts of static files send what our server would."""

import re

from builders import NOON
from topicwire.model.document import Format, TopicState
from topicwire.publish import nginx
from topicwire.publish.compose import Site
from topicwire.publish.headers import MEDIA_TYPES, link, of_document
from topicwire.publish.hosts import headers_file, redirects_file
from topicwire.publish.places import FEEDS, Moves, Place, places

SITE = Site("https://wire.example", "1.0", hub="https://hub.example/")
ASSETS = {"style.css": "text/css; charset=utf-8", "favicon.svg": "image/svg+xml"}
MOVED = Moves((("old", "seats"),), ("gone",))


def sent(content: bytes, path: str) -> dict[str, list[str]]:
    """Return what a host sends for a path: the headers of all rules that match."""
    found: dict[str, list[str]] = {}
    matches = False
    for line in content.decode().splitlines():
        if line.startswith("/"):
            matches = bool(re.fullmatch(re.escape(line).replace(r"\*", ".*"), path))
        elif matches and line.startswith("  "):
            name, _, value = line.strip().partition(": ")
            found.setdefault(name, []).append(value)
    return found


def the_headers(pages: int = 1) -> bytes:
    """Return `_headers` for a site of one topic."""
    return headers_file(places(TopicState("seats", 1, NOON, pages)), SITE, assets=ASSETS)


def test_feeds_are_sent_with_the_headers_of_the_server() -> None:
    """O50, O53, O55, O58: each header once, of the same value; the hub only where it tells."""
    for form in FEEDS:
        for page, hub in ((0, SITE.hub), (1, None)):
            path = Place("seats", form, page).path
            expected = of_document(MEDIA_TYPES[form], link=link(SITE.url(path), hub))
            found = sent(the_headers(), path)
            found.pop("Content-Security-Policy")  # no wildcard leaves feeds out
            assert found == {name: [value] for name, value in expected}


def test_pages_and_assets_are_sent_with_the_headers_of_the_server() -> None:
    """O53, O58: pages have a policy and no Link, assets are kept for a day."""
    page = dict(of_document(MEDIA_TYPES[Format.HTML]))
    assert sent(the_headers(), "/") == {name: [value] for name, value in page.items()}
    page.pop("Content-Type")  # a host knows what .html is
    assert sent(the_headers(), "/topics/seats") == {name: [page[name]] for name in page}
    assert sent(the_headers(), "/style.css")["Cache-Control"] == ["public, max-age=86400"]


def test_a_host_that_reads_a_hundred_rules_reads_what_matters() -> None:
    """O50: of a long archive only Links are lost, never a type, and current feeds come first."""
    rules = re.findall(r"^/.*$", the_headers(pages=500).decode(), re.MULTILINE)
    assert len(rules) > 1000
    assert all("archive" not in rule for rule in rules[:13])
    assert rules.index("/topics/*.atom") < rules.index("/topics/seats.atom") < 20


def test_renamed_topics_redirect_in_every_format() -> None:
    """O63: current documents and the archive, below the site's own path."""
    site = Site("https://wire.example/news", "1.0")
    lines = redirects_file(MOVED, site).decode().splitlines()[2:]
    assert lines == [
        "/topics/old.atom /news/topics/seats.atom 301",
        "/topics/old.rss /news/topics/seats.rss 301",
        "/topics/old.json /news/topics/seats.json 301",
        "/topics/old /news/topics/seats 301",
        "/topics/old/archive/* /news/topics/seats/archive/:splat 301",
    ]


def test_nginx_is_told_of_every_address_once() -> None:
    """O17, O61, O63: no rule stands twice, and none names a folder of the machine."""
    said = nginx.settings(SITE, MOVED, assets=ASSETS).decode()
    rules = re.findall(r"^location .*$", said, re.MULTILINE)
    assert len(rules) == len(set(rules))
    assert "location = /topics/gone.rss {\n    return 410;\n}" in said
    (leading,) = re.findall(r"location = /topics/old {\n(.*?)}", said, re.DOTALL)
    assert leading.endswith('    return 308 "/topics/seats";\n')
    assert not re.search(r"^\s*root ", said, re.MULTILINE)
