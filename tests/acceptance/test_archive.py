"""The archive over HTTP: a walk meets every entry once, and another Topicwire reads it whole."""

import io
from pathlib import Path
from urllib.parse import urlsplit

import feedparser

from acceptance.columns import SEAT_SWAP_AGAIN, TOGETHER
from acceptance.origin import Origin
from acceptance.wire import TOPIC, Wire, wait_until

TITLES = sorted(column.title for column in TOGETHER)


def limit(wire: Wire, most: int) -> None:
    """Let the topic's document hold so many entries, and a page of its archive half of them."""
    file = wire.folder / "feeds" / "topics" / f"{TOPIC}.toml"
    file.write_text(file.read_text().replace("limit = 100", f"limit = {most}"))


def documents(wire: Wire, suffix: str) -> list[feedparser.FeedParserDict]:
    """Return the topic's documents as a reader finds them that follows prev-archive."""
    found: list[feedparser.FeedParserDict] = []
    path: str | None = f"/topics/{TOPIC}.{suffix}"
    while path is not None:
        status, _, body = wire.get(path)
        assert status == 200
        document = feedparser.parse(io.BytesIO(body))
        assert not document.bozo
        found.append(document)
        links = {link.rel: link.href for link in document.feed.links}
        path = urlsplit(links["prev-archive"]).path if "prev-archive" in links else None
    return found


def titles(found: list[feedparser.FeedParserDict]) -> list[str]:
    return sorted(entry.title for document in found for entry in document.entries)


def test_a_walk_meets_every_entry_once(wire: Wire, origin: Origin) -> None:
    """O48, O49: in both formats, and also after a new entry moved others into the archive."""
    limit(wire, 4)
    wire.min_interval = 0
    wire.json("poll")
    origin.add("rss20", SEAT_SWAP_AGAIN)
    with wire.daemon():
        wanted = sorted([*TITLES, SEAT_SWAP_AGAIN.title])
        for suffix in ("atom", "rss"):
            wait_until(lambda suffix=suffix: titles(documents(wire, suffix)) == wanted)
            found = documents(wire, suffix)
            assert [len(each.entries) for each in found[1:]] == [2] * (len(found) - 1)
            assert found[0].entries[0].title == SEAT_SWAP_AGAIN.title
            oldest = f"/topics/{TOPIC}/archive/1.{suffix}"
            headers = wire.get(oldest)[1]
            assert "max-age=86400" in headers["Cache-Control"]
            assert wire.get(oldest, if_none_match=headers["ETag"])[0] == 304
            assert wire.get(f"/topics/{TOPIC}/archive/99.{suffix}")[0] == 404


def test_another_topicwire_reads_all_of_it(wire: Wire, tmp_path: Path) -> None:
    """A new subscriber gets what was published before, and each entry names its first source."""
    limit(wire, 6)
    other = Wire(tmp_path / "other")
    with wire.daemon():
        wait_until(lambda: titles(documents(wire, "atom")) == TITLES)
        other.add(upstream=f"{wire.base_url}/topics/{TOPIC}.atom")
        with other.daemon():
            wait_until(lambda: titles(documents(other, "atom")) == TITLES)
            sources = {e.source.title for d in documents(other, "atom") for e in d.entries}
            assert sources == {
                entry.source.title
                for document in documents(wire, "atom")
                for entry in document.entries
            }
