"""An origin whose feeds are as long as their address says, and a press that fills them.

`python -m bench.press PORT`. `GET /50` is a feed of 50 columns of 5 KB on space cooperation, the
newest first; `GET /change` gives every feed one new column. Columns are made of the words of the
starter catalogue's sample columns: the same number of the same feed gives the same column.
"""

import random
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bench.judge import samples

from topicwire.model.catalogue import Topic

ROOT = Path(__file__).parents[1]
SIZE = 5_000
HOUR = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)  # noqa: TID251 (a measurement is a door)
NATIONS = ("The United States", "Russia", "Japan", "India", "China", "France", "Germany", "Brazil")
ACTS = ("signed an agreement on", "cooperate on", "formed a partnership for", "jointly build")
THINGS = ("a space station", "a lunar mission", "a satellite", "a spacecraft", "a crewed mission")


@cache
def words() -> tuple[str, ...]:
    """Return the words of the sample columns, each once, in order."""
    return tuple(sorted({word for each in samples() for word in re.findall(r"\w+", each.text)}))


@cache
def item(feed: str, number: int, *, is_on_subject: bool = True) -> str:
    """Return a column as an item of RSS; one on the subject begins its paragraphs with it."""
    choose = random.Random(f"{feed} {number}")
    address = f"https://{feed}.example/columns/{number}"
    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) < SIZE:
        paragraphs.append(paragraph(choose, is_on_subject=is_on_subject))
    published = HOUR - timedelta(hours=1) + timedelta(seconds=number)
    title = subject(choose) if is_on_subject else sentence(choose, 8)
    return (
        f"<item><title>{title}</title><link>{address}</link><guid>{address}</guid>"
        f"<pubDate>{format_datetime(published)}</pubDate>"
        f"<author>ada@{feed}.example (Ada Writer)</author>"
        f"<description>{escape(''.join(paragraphs))}</description></item>"
    )


def paragraph(choose: random.Random, *, is_on_subject: bool) -> str:
    """Return a paragraph of some sixty words."""
    sentences = [sentence(choose, 20) for _ in range(3)]
    if is_on_subject:
        sentences[:2] = subject(choose), subject(choose)
    return f"<p>{'. '.join(sentences)}.</p>"


def sentence(choose: random.Random, length: int) -> str:
    """Return so many words as a sentence without its end."""
    return " ".join(choose.choices(words(), k=length)).capitalize()


def subject(choose: random.Random) -> str:
    """Return a sentence in which two nations do something together in space."""
    one, other = choose.sample(NATIONS, 2)
    more = sentence(choose, 8).lower()
    return f"{one} and {other} {choose.choice(ACTS)} {choose.choice(THINGS)} {more}"


def document(items: Iterator[str], feed: str) -> bytes:
    """Return a feed of items."""
    head = f"<title>The {feed}</title><link>https://{feed}.example/</link><description/>"
    return f"<rss version='2.0'><channel>{head}{''.join(items)}</channel></rss>".encode()


def a_topic(number: int) -> Topic:
    """Return a topic that one in a hundred columns belongs to."""
    choose = random.Random(number)
    long = [each for each in words() if len(each) > 6 and each.isalpha()]
    one, other, third, *pair = choose.sample(long, 5)
    query = f'({one} OR "{" ".join(pair)}") AND {other} AND {third}'
    return Topic(id=f"made-up-{number}", title=f"Topic {number}", description="", query=query)


# ---- the origin ------------------------------------------------------------------------


@contextmanager
def press() -> Iterator[tuple[int, int]]:
    """Run an origin in a process of its own; give its port and its number."""
    command = (sys.executable, "-m", "bench.press")
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        try:
            yield port, process.pid
        finally:
            process.terminate()


class Handler(BaseHTTPRequestHandler):
    """Serves the feeds as they are after so many changes."""

    protocol_version = "HTTP/1.1"
    changes = 0

    def do_GET(self) -> None:
        """Answer with a feed, or change all of them."""
        name = self.path.strip("/")
        if name == "change":
            Handler.changes += 1
            body = b""
        else:
            newest = Handler.changes + int(name)
            numbers = range(newest, Handler.changes, -1)
            body = document((item(f"feed-{name}", each) for each in numbers), f"feed-{name}")
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        print(server.server_port, flush=True)
        server.serve_forever()
