"""An origin for measuring pollers: feeds of long entries, on as many loopback hosts as asked for.

`python -m bench.origin PORT`. Each host is an address of its own, 127.1.x.y, so that nobody's
politeness to one host slows the measurement. All answers are made before they are asked for.
`GET /change` gives every feed one new entry.
"""

import asyncio
import random
import sys
from functools import cache
from typing import cast

import uvloop

ENTRIES = 50
PARAGRAPHS = 8
FEEDS = 20  # that differ; the hosts have them in turn, each under a name of its own
NAME = "h000000"
WORDS = (
    *("agency", "ark", "bridge", "canal", "coast", "column", "crew", "debate", "election", "field"),
    *(
        "garden",
        "harbour",
        "island",
        "journal",
        "kitchen",
        "ladder",
        "market",
        "mission",
        "night",
        "orbit",
    ),
    *(
        "paper",
        "quarter",
        "river",
        "station",
        "treaty",
        "union",
        "valley",
        "window",
        "winter",
        "yard",
    ),
)
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


@cache
def paragraphs(number: int, name: str) -> str:
    """Return the HTML of a column, nearly five kilobytes; the same is the same column's."""
    choose = random.Random(f"{name}-{number}")
    return "\n".join(
        f"<p>The {choose.choice(WORDS)} {' '.join(choose.choices(WORDS, k=36))}, said "
        f'<a href="https://www.example/{choose.choice(WORDS)}/{each}">{choose.choice(WORDS)}</a>; '
        f"<em>{choose.choice(WORDS)}</em> {' '.join(choose.choices(WORDS, k=32))}.</p>"
        for each in range(PARAGRAPHS)
    )


def item(number: int, name: str) -> str:
    """Return an RSS item as a blog gives it: the whole text, and a summary."""
    text = paragraphs(number, name)
    return (
        f"<item><title>Column {number} of {name}</title>\n"
        f"<link>https://{name}.example/columns/{number}</link>\n"
        f'<guid isPermaLink="false">{name}-{number}</guid>\n'
        f"<dc:creator>Ada Writer {number % 7}</dc:creator><category>{WORDS[number % 30]}</category>\n"
        f"<pubDate>Mon, 02 Nov 2026 08:{number // 60 % 60:02}:{number % 60:02} +0000</pubDate>\n"
        f"<description>{text[7:200].partition('<')[0]} …</description>\n"
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item>\n"
    )


def feed(change: int, name: str) -> bytes:
    """Return the feed of that name after so many changes, newest entry first."""
    items = "".join(item(number, name) for number in range(change + ENTRIES, change, -1))
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" {NAMESPACES}><channel>'
        f"<title>{name}</title><link>https://{name}.example/</link>"
        "<description>Columns</description><language>en</language>"
        f"<lastBuildDate>Mon, 02 Nov 2026 09:00:{change % 60:02} +0000</lastBuildDate>\n"
        f"{items}</channel></rss>\n"
    ).encode()


class Origin:
    """Answers requests; counts how often its feeds have changed."""

    def __init__(self) -> None:
        self._changes = -1
        self._change()

    def _change(self) -> None:
        self._changes += 1
        self._etag = f'"v{self._changes}"'
        self._unchanged = f"HTTP/1.1 304 Not Modified\r\nETag: {self._etag}\r\n\r\n".encode()
        self._condition = f"if-none-match: {self._etag}\r\n".encode()
        self._answers = [self._answer(feed(self._changes, f"{NAME}-{n:02}")) for n in range(FEEDS)]

    def _answer(self, body: bytes) -> bytes:
        return (
            "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=utf-8\r\n"
            f"ETag: {self._etag}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    def answer(self, request: bytes) -> bytes:
        """Return the whole answer to the head of a request."""
        head = request.lower()
        if head.startswith(b"get /change"):
            self._change()
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        if self._condition in head:
            return self._unchanged
        found = head.partition(b"\r\nhost: ")[2].partition(b":")[0].split(b".")
        own = b"h%03d%03d" % (int(found[2]), int(found[3]))
        return self._answers[int(found[3]) % FEEDS].replace(NAME.encode(), own)


class Connection(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own is none by its type

    def data_received(self, data: bytes) -> None:
        """Answer each whole head."""
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            request, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            self._transport.write(self._origin.answer(request + b"\r\n"))


async def main(port: int) -> None:
    origin = Origin()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(origin), "0.0.0.0", port, backlog=2_000)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
