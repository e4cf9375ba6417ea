"""An origin for measuring pollers: one feed, on as many loopback hosts as asked for.

`python -m bench.origin PORT HOSTS`. Each host is an address of its own, 127.1.x.y, so that
nobody's politeness to one host slows the measurement. `GET /change` gives every feed one new entry.
"""

import asyncio
import http.client
import random
import sys
from functools import cache

ENTRIES = 50
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


def host(number: int) -> str:
    """Return the address of a host."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


@cache
def item(number: int) -> str:
    """Return an RSS item of about a kilobyte; the same number gives the same item."""
    choose = random.Random(number)
    text = " ".join(choose.choices(WORDS, k=140))
    return (
        f"<item><title>Column {number} on the {choose.choice(WORDS)}</title>"
        f"<link>https://HOST.example/columns/{number}</link>"
        f'<guid isPermaLink="false">HOST-{number}</guid>'
        f"<pubDate>Mon, 02 Nov 2026 08:{number // 60 % 60:02}:{number % 60:02} +0000</pubDate>"
        f"<description>&lt;p&gt;{text}.&lt;/p&gt;</description></item>"
    )


@cache
def feed(change: int) -> bytes:
    """Return the feed after so many changes, newest entry first."""
    items = "".join(item(number) for number in range(change + ENTRIES, change, -1))
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>HOST</title>'
        "<link>https://HOST.example/</link><description>Columns</description>"
        f"{items}</channel></rss>"
    ).encode()


def change(port: int) -> None:
    """Let a running origin give every feed one new entry."""
    client = http.client.HTTPConnection(host(0), port)
    client.request("GET", "/change")
    client.getresponse().read()
    client.close()


class Origin:
    """Answers requests; counts how often its feeds have changed."""

    def __init__(self) -> None:
        self.changes = 0

    def answer(self, request: bytes) -> bytes:
        """Return the whole answer to the head of a request."""
        head = request.decode("latin-1").lower()
        etag = f'"v{self.changes}"'
        if head.startswith("get /change"):
            self.changes += 1
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        if f"if-none-match: {etag}\r\n" in head:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()
        name = head.partition("\r\nhost: ")[2].partition(":")[0]
        body = feed(self.changes).replace(b"HOST", f"h{name.replace('.', '-')}".encode())
        return (
            "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=utf-8\r\n"
            f"ETag: {etag}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body


class Connection(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each whole head."""
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            request, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            self._transport.write(self._origin.answer(request + b"\r\n"))


async def main(port: int, hosts: int) -> None:
    origin = Origin()
    loop = asyncio.get_running_loop()
    addresses = [host(number) for number in range(hosts)]
    server = await loop.create_server(lambda: Connection(origin), addresses, port, backlog=512)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
