"""Tests of which path means what."""

import pytest

from topicwire.model.document import Format
from topicwire.publish.own import OwnReader
from topicwire.serve.routes import Kind, Route, route

TOKEN = "t" * 43


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/", Route(Kind.INDEX, "/"), id="index"),
        pytest.param("/topics.opml", Route(Kind.OPML, "/topics.opml"), id="opml"),
        pytest.param("/topics/a-1", Route(Kind.TOPIC, "/topics/a-1", "a-1"), id="page"),
        pytest.param(
            "/topics/a.atom", Route(Kind.TOPIC, "/topics/a.atom", "a", Format.ATOM), id="atom"
        ),
        pytest.param(
            "/topics/a.rss", Route(Kind.TOPIC, "/topics/a.rss", "a", Format.RSS), id="rss"
        ),
        pytest.param(
            "/topics/a.json", Route(Kind.TOPIC, "/topics/a.json", "a", Format.JSON), id="json"
        ),
        pytest.param(
            "/favicon.ico", Route(Kind.ASSET, "/favicon.svg", "favicon.svg"), id="unasked icon"
        ),
        pytest.param("/about", Route(Kind.ABOUT, "/about"), id="about"),
        pytest.param("/card.png", Route(Kind.ASSET, "/card.png", "card.png"), id="card"),
        pytest.param("/websub/hub", Route(Kind.HUB, "/websub/hub"), id="hub"),
        pytest.param(
            "/topics/a/archive/12.json",
            Route(Kind.TOPIC, "/topics/a/archive/12.json", "a", Format.JSON, 12),
            id="page of the archive",
        ),
        pytest.param(
            "/topics/a/archive/1",
            Route(Kind.TOPIC, "/topics/a/archive/1", "a", Format.HTML, 1),
            id="page of the archive for people",
        ),
        pytest.param(
            f"/own/{TOKEN}/topics/a/archive/2.atom",
            Route(Kind.OWN, "/own/*/topics/a/archive/2.atom", "a", Format.ATOM, 2, TOKEN),
            id="page of an own archive",
        ),
        pytest.param(
            f"/websub/callback/{TOKEN}",
            Route(Kind.CALLBACK, "/websub/callback/*", TOKEN),
            id="callback",
        ),
        pytest.param("/readyz", Route(Kind.READY, "/readyz"), id="readiness"),
        pytest.param(
            f"/own/{TOKEN}/topics/a.rss",
            Route(Kind.OWN, "/own/*/topics/a.rss", "a", Format.RSS, token=TOKEN),
            id="own feed",
        ),
        pytest.param(
            "/feedback/a/7/no/xy",
            Route(Kind.FEEDBACK, "/feedback/", "/feedback/a/7/no/xy"),
            id="feedback",
        ),
    ],
)
def test_a_known_path_leads_somewhere(path: str, expected: Route) -> None:
    """O56: each format has its own address."""
    assert expected == route(path)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("", id="empty"),
        pytest.param("*", id="asterisk"),
        pytest.param("//evil.example", id="another host"),
        pytest.param("/topics", id="folder"),
        pytest.param("/topics/", id="no id"),
        pytest.param("/topics/a/", id="slash at the end"),
        pytest.param("/topics/../style.css", id="dots"),
        pytest.param("/topics/a\r\nX-Evil: 1.atom", id="header break"),
        pytest.param("/topics/a.atom\n", id="line break at the end"),
        pytest.param("/topics/a\x00.atom", id="null byte"),
        pytest.param("/topics/A.atom", id="capital"),
        pytest.param("/topics/ä.atom", id="not ascii"),
        pytest.param("/topics/\u0661.atom", id="a digit that is not ascii"),
        pytest.param("/topics/-a.atom", id="hyphen first"),
        pytest.param("/topics/" + "a" * 65, id="too long an id"),
        pytest.param("/" + "a" * 100_000, id="very long"),
        pytest.param("/topics/a/archive", id="archive without a number"),
        pytest.param("/topics/a/archive/0.atom", id="page nought"),
        pytest.param("/topics/a/archive/01.atom", id="leading nought"),
        pytest.param("/topics/a/archive/-1.atom", id="negative page"),
        pytest.param("/topics/a/archive/\u0661.atom", id="a page that is not ascii"),
        pytest.param("/topics/a/archive/99999999.atom", id="too far a page"),
        pytest.param("/topics/a.html", id="unknown format"),
        pytest.param("/topics/a.atom.rss", id="two formats"),
        pytest.param(f"/own/{TOKEN}/topics/a", id="an own page"),
        pytest.param(f"/own/{TOKEN}", id="a token alone"),
        pytest.param("/own/short/topics/a.atom", id="no token"),
        pytest.param(f"/own/{TOKEN}/../topics/a.atom", id="dots behind a token"),
        pytest.param(f"/own/{TOKEN}/topics/a.atom\n", id="line break behind an own feed"),
    ],
)
def test_any_other_path_leads_nowhere(path: str) -> None:
    """S20, S28: only slugs pass, so nothing odd reaches headers, logs or the database."""
    assert route(path) is None


def test_no_token_shows_where_routes_are_logged() -> None:
    """S27: neither the token nor the digest it is known by stands in a path or a description."""
    reader = OwnReader("d" * 64)
    asked = route(f"/own/{TOKEN}/topics/a.atom")
    assert asked is not None
    found = asked.for_reader(reader)

    assert TOKEN not in f"{asked} {asked!r}"
    assert reader.digest not in f"{found} {found!r}"
    assert (found.reader, found.path) == (reader.digest, f"/own/{reader.id}/topics/a.atom")


@pytest.mark.parametrize("form", list(Format), ids=str)
def test_the_same_document_of_another_topic_is_its_own_route(form: Format) -> None:
    """O63: where a renamed topic goes on, its documents have the same names."""
    page = route("/topics/seats/archive/2")
    assert page is not None
    other = page.in_format(form).of_topic("chairs")
    assert (other.name, other.page, other.format) == ("chairs", 2, form)
    assert other == route(other.path)


@pytest.mark.parametrize("form", list(Format), ids=str)
def test_the_same_topic_in_another_format_is_its_own_route(form: Format) -> None:
    """O56: switching the format gives the address that leads to it."""
    page = route("/topics/seats")
    assert page is not None
    other = page.in_format(form)
    assert other == route(other.path)
