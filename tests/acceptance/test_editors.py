"""Editors and readers at a running site: a veto, a pin, and an answer from a reader's own feed."""

import io
import re
from urllib.parse import urlsplit

import feedparser

from acceptance.columns import OTHERS, TOGETHER
from acceptance.wire import TOPIC, Wire, wait_until

TITLES = {column.title for column in TOGETHER}
FEED = f"/topics/{TOPIC}.atom"


def shown(wire: Wire, path: str = FEED) -> set[str]:
    """Return the titles in a feed that the daemon serves."""
    feed = feedparser.parse(io.BytesIO(wire.get(path)[2]))
    return {entry.title for entry in feed.entries}


def number_of(wire: Wire, title: str) -> str:
    """Return the number of the stored entry of that title."""
    return next(str(e["id"]) for e in wire.json("entry", "list") if e["title"] == title)


def test_what_an_editor_decides_is_served_within_seconds_and_outlives_the_daemon(
    wire: Wire,
) -> None:
    """A veto takes out, a pin brings in, without a restart; after one, both stand."""
    out, chosen = TOGETHER[0].title, OTHERS[0].title
    wanted = (TITLES - {out}) | {chosen}
    with wire.daemon():
        wait_until(lambda: shown(wire) == TITLES)
        veto = ("veto", TOPIC, number_of(wire, out), "--why", "An advertisement")
        pin = ("pin", TOPIC, number_of(wire, chosen), "--why", "It belongs")
        assert wire.run("topic", *veto).code == 0
        assert wire.run("topic", *pin).code == 0
        wait_until(lambda: shown(wire) == wanted)
    assert wire.run("topic", "edit", TOPIC, "--min-score", "0.3").code == 0
    with wire.daemon():
        wait_until(lambda: wire.json("status")["unjudged"] == 0)
        wait_until(lambda: shown(wire) == wanted)
    assert b"chosen by the editor" in wire.run("feed", "show", TOPIC).out.encode()


def test_a_reader_says_that_an_entry_is_not_on_topic(wire: Wire) -> None:
    """From `token add` over the own feed and the button to the label; then the token is revoked."""
    address = wire.run("token", "add", "ada").out.splitlines()[0]
    own = urlsplit(address.replace("TOPIC", TOPIC)).path
    token = own.split("/")[2]
    with wire.daemon() as daemon:
        wait_until(lambda: shown(wire) == TITLES)
        status, headers, body = wire.get(own)
        assert (status, headers["Cache-Control"]) == (200, "private, max-age=300")
        assert wire.get(own, if_none_match=headers["ETag"])[0] == 304
        entry = feedparser.parse(io.BytesIO(body), sanitize_html=False).entries[0]
        shown_text = entry.content[0].value if "content" in entry else entry.summary
        link = urlsplit(re.findall(r'href="([^"]*/no/[^"]*)"', shown_text)[0])
        assert link.netloc == f"127.0.0.1:{wire.port}"

        page = wire.get(link.path)
        assert page[0] == 200
        assert b'<form method="post">' in page[2]
        assert wire.json("topic", "labels", TOPIC) == []
        thanks = wire.post(link.path)
        assert thanks[0] == 200
        assert b"It is noted that this entry is not on topic." in thanks[2]
        (label,) = wire.json("topic", "labels", TOPIC)
        assert (label["title"], label["expect"], label["who"], label["by"]) == (
            entry.title,
            False,
            "ada",
            "feedback",
        )
        assert wire.post(link.path[:-1] + "x")[0] == 404

        assert wire.run("token", "revoke", "ada").code == 0
        assert wire.get(own)[0] == 404
        assert wire.post(link.path)[0] == 404
        assert wire.get(FEED)[0] == 200
        assert token not in daemon.log
        assert link.path.rpartition("/")[2] not in daemon.log
    assert token.encode() not in body + page[2] + thanks[2]
