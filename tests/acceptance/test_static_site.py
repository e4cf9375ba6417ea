"""The static site: built by the command, sent by a real nginx, and the same as our server's."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest

from acceptance.conftest import kind_in_group
from acceptance.formats import FORMATS as FEEDS
from acceptance.origin import Origin
from acceptance.wire import TOPIC, Wire, wait_until
from nginx import Nginx, needs_nginx
from ports import free_port
from postgres import Server
from topicwire.publish.headers import MOVED

HEADERS = (
    *("Content-Type", "Cache-Control", "Link", "X-Content-Type-Options", "Referrer-Policy"),
    *("Content-Security-Policy", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"),
)
FORMATS = ("atom", "rss", "json", "html")
SITE = "site"


def paths_of(site: Path) -> list[str]:
    """Return the path of every document in the folder of a site, by the names of its files."""
    hidden = {"404.html", "nginx.conf", "_headers", "_redirects", "index.html"}
    names = {
        str(path.relative_to(site)).removesuffix(".html")
        for path in site.rglob("[!.]*")
        if path.is_file() and path.suffix not in {".gz", ".br", ".zst"} and path.name not in hidden
    }
    return ["/", *(f"/{name}" for name in sorted(names))]


def bytes_of(site: Path) -> dict[str, tuple[bytes, int]]:
    """Return the bytes and the time of change of every file that a host would send."""
    return {
        str(path.relative_to(site)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in site.rglob("*")
        if path.is_file() and not path.relative_to(site).parts[0].startswith(".topicwire")
    }


kind = kind_in_group("static site")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, shared_database_url: str) -> Wire:
    """Return an installation that built its site after a poll, with an archive of two pages."""
    wire = Wire(tmp_path_factory.mktemp("wire"), shared_database_url)
    topic = wire.folder / "feeds" / "topics" / f"{TOPIC}.toml"
    topic.write_text(topic.read_text().replace("limit = 100", "limit = 4"))
    with Origin() as origin:
        wire.add(**{name: origin.url(name) for name in FEEDS})
        wire.json("poll")
    assert wire.json("build", str(wire.folder / SITE))["removed"] == []
    return wire


@pytest.fixture
def wire(first: Wire, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Wire]:
    """Return a copy of it, to do with as a test likes."""
    if first.is_file:
        yield first.copied(tmp_path)
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database(first.database) as url:
        yield first.copied(tmp_path, url)


@pytest.fixture
def built(wire: Wire) -> Path:
    """Return the folder of its site."""
    return wire.folder / SITE


def test_the_files_are_what_the_command_shows(wire: Wire, built: Path) -> None:
    """O61: the same bytes as from `feed show`, and packed ones that open to them."""
    for form in FORMATS:
        body = (built / "topics" / f"{TOPIC}.{form}").read_bytes()
        assert body.decode() == wire.run("feed", "show", TOPIC, "--format", form).out
        name = f"{TOPIC}.{form}"
        assert gzip.decompress((built / "topics" / f"{name}.gz").read_bytes()) == body
        assert brotli.decompress((built / "topics" / f"{name}.br").read_bytes()) == body


@needs_nginx
def test_nginx_answers_as_the_server(wire: Wire, built: Path) -> None:
    """O50, O53, O55, O58, O61: status, headers and bytes of every address, in every coding."""
    port = free_port()
    with wire.daemon(), Nginx(wire.folder / "nginx", built, port=port) as nginx:
        wait_until(nginx.answers)
        wait_until(lambda: wire.get(f"/topics/{TOPIC}")[0] == 200)
        paths = paths_of(built)
        archived = {f"/topics/{TOPIC}/archive/1", f"/topics/{TOPIC}/archive/2.atom"}
        assert {f"/topics/{TOPIC}", "/about", "/topics.opml", "/card.png"} | archived < set(paths)
        for path in (*paths, "/favicon.ico"):
            ours, theirs = wire.get(path), nginx.get(path)
            assert (path, theirs[0]) == (path, ours[0])
            assert {name: theirs[1].get_all(name) for name in HEADERS} == {
                name: ours[1].get_all(name) for name in HEADERS
            }, path
            assert theirs[2] == ours[2], path
            packed = nginx.get(path, Accept_Encoding="gzip")
            if packed[1]["Content-Encoding"] == "gzip":
                assert gzip.decompress(packed[2]) == ours[2]
        for path in ("/index.html", "/nginx.conf", "/_headers", "/.topicwire.json", "/topics/no"):
            assert nginx.get(path)[0] == wire.get(path)[0] == 404, path
        assert b"Nothing is here" in nginx.get("/topics/no")[2]


@needs_nginx
def test_nginx_sends_what_was_packed_and_304s(wire: Wire, built: Path) -> None:
    """O51, O54, O55: small bodies, validators for each coding, and Link on a 304 too."""
    path = f"/topics/{TOPIC}.atom"
    with Nginx(wire.folder / "nginx", built, port=free_port()) as nginx:
        wait_until(nginx.answers)
        for coding, suffix in (("gzip", "gz"), *((("br", "br"),) if nginx.has_brotli else ())):
            status, headers, body = nginx.get(path, Accept_Encoding=coding)
            assert (status, headers["Content-Encoding"]) == (200, coding)
            assert body == (built / f"topics/{TOPIC}.atom.{suffix}").read_bytes()
            assert headers["Vary"] == "Accept-Encoding"
            again = nginx.get(path, Accept_Encoding=coding, If_None_Match=headers["ETag"])
            assert (again[0], again[2]) == (304, b"")
            assert again[1]["Link"] == headers["Link"]
        assert nginx.get(path, Range="bytes=0-9")[0] == 200


@needs_nginx
def test_nginx_leads_renamed_topics_on_and_says_what_is_gone(wire: Wire, built: Path) -> None:
    """O17, O63: 308 to the same document of the successor, 410 for what has none."""
    wire.execute(
        f"""
        CREATE TEMP TABLE copy AS SELECT * FROM topics WHERE id = '{TOPIC}';
        UPDATE copy SET id = 'before', removed = TRUE, successor = '{TOPIC}', feed_id = 'tag:b';
        INSERT INTO topics SELECT * FROM copy;
        UPDATE copy SET id = 'over', successor = NULL, feed_id = 'tag:c';
        INSERT INTO topics SELECT * FROM copy;
        UPDATE copy SET id = 'secret', private = TRUE, removed = FALSE, feed_id = 'tag:d';
        INSERT INTO topics SELECT * FROM copy;
        """
    )
    written = wire.json("build", str(built))["written"]
    assert {"_redirects", "nginx.conf"} <= set(written)
    assert not any("secret" in body.decode("latin-1") for body, _ in bytes_of(built).values())
    with Nginx(wire.folder / "nginx", built, port=free_port()) as nginx:
        wait_until(nginx.answers)
        for end in ("", ".atom", ".rss", ".json", "/archive/2", "/archive/2.atom"):
            status, headers, _ = nginx.get(f"/topics/before{end}")
            assert (status, headers["Location"]) == (308, f"/topics/{TOPIC}{end}")
            said = dict(headers.items())
            assert dict(MOVED).items() <= said.items()  # else browsers keep it for good
            assert nginx.get(f"/topics/over{end}")[0] == 410
            assert nginx.get(f"/topics/secret{end}")[0] == 404


def test_a_build_follows_what_happened(wire: Wire, built: Path) -> None:
    """O61: nothing without news; then only what changed; a topic that left takes its files along."""
    before = bytes_of(built)
    assert wire.json("build", str(built)) == {"written": [], "removed": [], "kept": len(before)}
    assert "Nothing has changed" in wire.run("build", str(built), "--full").out
    assert bytes_of(built) == before
    wire.execute(f"UPDATE topics SET edition = edition + 1 WHERE id = '{TOPIC}'")
    assert wire.json("build", str(built))["written"] == []  # the same bytes keep their files
    wire.execute("UPDATE sources SET title = 'The Other Review'")
    wire.execute("UPDATE topics SET edition_time = edition_time + 1")  # as a database set back has
    assert f"topics/{TOPIC}.atom" in wire.json("build", str(built))["written"]
    (wire.folder / "feeds" / "topics" / f"{TOPIC}.toml").unlink()
    assert wire.run("apply").code == 0
    removed = wire.json("build", str(built))["removed"]
    assert set(removed) == {name for name in before if name.startswith("topics/")}
    assert not (built / "topics").exists()


@pytest.mark.slow
def test_a_killed_command_leaves_the_old_site(wire: Wire, built: Path) -> None:
    """O61: byte for byte, when it died while it was staging; the next build ends the job."""
    before = bytes_of(built)
    known = (built / ".topicwire.json").read_bytes()
    topic = wire.folder / "feeds" / "topics" / f"{TOPIC}.toml"
    for attempt in range(5):  # on a busy machine a signal may come late
        topic.write_text(
            re.sub("(?m)^title = .*", f'title = "Title {attempt}"', topic.read_text(), count=1)
        )
        assert wire.run("apply").code == 0
        wire.start_and_kill("build", str(built), once=(built / ".topicwire-staging").exists)
        if (built / ".topicwire.json").read_bytes() == known:
            break
    assert bytes_of(built) == before
    assert (built / ".topicwire-staging").exists()
    wire.json("build", str(built))
    assert f"Title {attempt}".encode() in (built / "topics" / f"{TOPIC}.html").read_bytes()
    assert not (built / ".topicwire-staging").exists()
