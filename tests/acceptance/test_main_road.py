"""The main road: origins, the CLI, the daemon, the served feeds, and readers that re-read them."""

import io
import json

import feedparser

from acceptance.columns import OTHERS, SEAT_SWAP_AGAIN, TOGETHER
from acceptance.formats import FORMATS, Outlet
from acceptance.origin import Origin
from acceptance.wire import TOPIC, Wire, wait_until

TITLES = {column.title for column in TOGETHER}
LINKS = {
    Outlet("", f"https://{name}.example/").article(column)
    for name, column in zip(FORMATS, TOGETHER, strict=True)
}

MARKS = "CREATE TABLE marks (entry INTEGER);"
WATCH_FILE = MARKS + (
    "CREATE TRIGGER i AFTER INSERT ON entries BEGIN INSERT INTO marks VALUES (new.id); END;"
    "CREATE TRIGGER u AFTER UPDATE ON entries BEGIN INSERT INTO marks VALUES (new.id); END;"
    "CREATE TRIGGER d AFTER DELETE ON entries BEGIN INSERT INTO marks VALUES (old.id); END;"
)
WATCH_SERVER = MARKS + (
    "CREATE FUNCTION mark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " INSERT INTO marks VALUES (coalesce(NEW.id, OLD.id)); RETURN NULL; END $$;"
    "CREATE TRIGGER m AFTER INSERT OR UPDATE OR DELETE ON entries"
    " FOR EACH ROW EXECUTE FUNCTION mark();"
)


def watch(wire: Wire) -> None:
    """Let any write to an entry leave a mark, also one that changes nothing."""
    wire.execute(WATCH_FILE if wire.is_file else WATCH_SERVER)


def titles_of(document: str | bytes) -> set[str]:
    """Return the titles in an Atom or RSS document, read with feedparser."""
    raw = document.encode() if isinstance(document, str) else document
    feed = feedparser.parse(io.BytesIO(raw))
    assert not feed.bozo
    return {entry.title for entry in feed.entries}


def test_columns_of_every_format_reach_the_topic_feed(wire: Wire) -> None:
    """Each format gives its columns; those on the topic are published, the others are not."""
    report = wire.json("poll")
    assert {
        poll["source"]: (poll["new"], poll["error"]) for poll in report["polls"]
    } == dict.fromkeys(FORMATS, (2, None))
    assert len(wire.json("entry", "list")) == len(TOGETHER) + len(OTHERS)
    assert titles_of(wire.run("feed", "show", TOPIC, "--format", "atom").out) == TITLES
    assert titles_of(wire.run("feed", "show", TOPIC, "--format", "rss").out) == TITLES
    shown = json.loads(wire.run("feed", "show", TOPIC, "--format", "json").out)
    assert {item["title"] for item in shown["items"]} == TITLES


def test_the_daemon_serves_what_the_sources_gave(wire: Wire) -> None:
    """The three formats and the page say the same, and every entry its source and its original."""
    with wire.daemon() as daemon:
        path = f"/topics/{TOPIC}"
        wait_until(lambda: titles_of(wire.get(f"{path}.atom")[2]) == TITLES)
        for suffix in ("atom", "rss"):
            feed = feedparser.parse(io.BytesIO(wire.get(f"{path}.{suffix}")[2]))
            assert {entry.link for entry in feed.entries} == LINKS
            assert {entry.source.title for entry in feed.entries} == {
                f"The {name} Review" for name in FORMATS
            }
        served = json.loads(wire.get(f"{path}.json")[2])
        assert {item["url"] for item in served["items"]} == LINKS
        page = wire.get(path)[2].decode()
        assert all(link in page for link in LINKS)
        assert f"{path}.atom" in wire.get("/")[2].decode()
        assert daemon.end() == 0


def test_every_address_says_its_type_and_confirms_its_validator(wire: Wire) -> None:
    """O50, O51: what readers ask again for costs them nothing."""
    types = {
        f"/topics/{TOPIC}.atom": "application/atom+xml; charset=utf-8",
        f"/topics/{TOPIC}.rss": "application/rss+xml; charset=utf-8",
        f"/topics/{TOPIC}.json": "application/feed+json",
        f"/topics/{TOPIC}": "text/html; charset=utf-8",
        "/": "text/html; charset=utf-8",
        "/topics.opml": "text/x-opml; charset=utf-8",
        "/style.css": "text/css; charset=utf-8",
        "/favicon.svg": "image/svg+xml",
    }
    wire.json("poll")
    with wire.daemon():
        for path, expected in types.items():
            status, headers, _ = wire.get(path)
            assert (status, headers["Content-Type"]) == (200, expected)
            assert wire.get(path, if_none_match=headers["ETag"])[0] == 304


def test_an_unchanged_second_poll_costs_one_304_a_source_and_no_entry_write(
    wire: Wire, origin: Origin
) -> None:
    """F1, F2, F3, K1: validators go back byte for byte, whatever they look like."""
    wire.min_interval = 0
    wire.json("poll")
    watch(wire)
    edition = wire.json("status")["topics"][0]["edition"]
    report = wire.json("poll", *FORMATS)
    assert {poll["http_status"] for poll in report["polls"]} == {304}
    for name in FORMATS:
        counts = {"200": 1, "304": 1, "unconditional": 1, "conditional": 1}
        assert dict(origin.count(name)) == counts
    assert wire.rows("SELECT * FROM marks") == []
    assert wire.json("status")["topics"][0]["edition"] == edition


def test_a_new_column_arrives_alone(wire: Wire, origin: Origin) -> None:
    """Of a changed feed only the new column is written, and its topic gets one edition."""
    wire.min_interval = 0
    wire.json("poll")
    watch(wire)
    origin.add("rss20", SEAT_SWAP_AGAIN)
    report = wire.json("poll", *FORMATS)
    assert {p["source"]: p["new"] for p in report["polls"] if p["new"]} == {"rss20": 1}
    assert len(wire.rows("SELECT DISTINCT * FROM marks")) == 1
    feed = wire.run("feed", "show", TOPIC, "--format", "atom").out
    assert titles_of(feed) == TITLES | {SEAT_SWAP_AGAIN.title}


def test_pollers_show_who_they_are_and_nothing_else(wire: Wire, origin: Origin) -> None:
    """F15, F17, F18, K11, K12, K13: a named agent that takes gzip; no cookie, referer or query."""
    wire.json("poll")
    for asked in origin.asked:
        assert asked.headers["user-agent"].startswith("Topicwire/")
        assert "gzip" in asked.headers["accept-encoding"]
        assert not {"cookie", "referer"} & set(asked.headers)
        assert "?" not in asked.path


def test_trouble_at_one_source_stays_there(wire: Wire, origin: Origin) -> None:
    """F46, F47, F48: each failure is told with its source; the others are published."""
    wrong = {f"status{code}": origin.url(f"status/{code}") for code in (404, 410, 429, 500)}
    wire.min_interval = 0  # everything is due again at once, unless its server asked otherwise
    wire.add(**wrong, page=origin.url("page"), nobody="http://127.0.0.1:9/feed")
    report = wire.json("poll")
    failed = {poll["source"] for poll in report["polls"] if poll["error"]}
    assert failed >= {*wrong, "page", "nobody"} - {"status410"}
    assert failed.isdisjoint(FORMATS)
    assert titles_of(wire.run("feed", "show", TOPIC).out) == TITLES
    wire.json("poll")
    assert origin.count("status/500")["500"] == 2
    assert origin.count("status/410") == {"410": 1, "unconditional": 1}
    assert origin.count("status/429") == {"429": 1, "unconditional": 1}


def test_a_moved_feed_is_followed(wire: Wire, origin: Origin) -> None:
    """F40, F43: a redirect leads to the columns, and is asked for again next time."""
    wire.min_interval = 0
    wire.add(moved=origin.url("moved"))
    for _ in range(2):
        assert wire.json("poll", "moved")["polls"][0]["error"] is None
    assert origin.count("moved")["301"] == 2
    assert origin.count("rss20")["304"] == 1
