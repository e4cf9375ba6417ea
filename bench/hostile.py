"""What hostile sources cost the good ones: a turn of many with and without a few among them.

`python -m bench.hostile [GOOD] [HOSTILE]`. Each hostile source attacks in one of the ways known;
the time that counts is until the last good source is stored, in a first turn and in a later one.
"""

import asyncio
import gzip
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from statistics import median
from threading import Event, Thread

from bench.origin import feed
from bench.report import goal, machine, show

from topicwire.app import App
from topicwire.config import Settings
from topicwire.model.catalogue import FullText, Source

ROUNDS = 3
MOST = 1.1
RSS = b"<rss version='2.0'><channel><title>t</title>%s</channel></rss>"


def rss(inside: str) -> bytes:
    return RSS % inside.encode()


def bomb() -> bytes:
    """Return a small XML document that grows a billion times."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    return f"<!DOCTYPE rss [{entities}]>".encode() + rss("<item><title>&e9;</title></item>")


ATTACKS: dict[str, bytes] = {
    "xml bomb": bomb(),
    "html 100,000 deep": rss(
        f"<item><description><![CDATA[{'<div>' * 100_000}]]></description></item>"
    ),
    "half comments": rss(f"<item><description>&lt;!{'-' * 150_000}</description></item>"),
    "ampersands": rss(f"<item><description><![CDATA[{'&' * 300_000}]]></description></item>"),
    "attributes": rss("<item><a " + " ".join(f'n{n}="1"' for n in range(50_000)) + "/></item>"),
    "elements": rss(f"<item>{'<category>c</category>' * 100_000}</item>"),
    "items": rss("<item><title>x</title></item>" * 100_000),
    "control characters": rss("<item><title>\x00\x0b\x1f</title></item>" * 500),
    "truncated": rss("<item><title>x</title></item>" * 100)[:900],
    "a page": b"<!doctype html><title>A page</title>" + b"<p>text</p>" * 10_000,
    "nothing": b"",
}
PACKED = gzip.compress(b"\0" * 60_000_000)  # once: what the origin does is not to count
SPECIAL = ("gzip bomb", "drip", "redirect loop", "to a private address", "silence")


class Hostile:
    """Answers by path: /good, or the name of an attack."""

    def __init__(self) -> None:
        self.changes = 0

    async def reply(self, path: str) -> AsyncIterator[bytes]:
        """Yield the answer to a request for a path."""
        name = path.strip("/").replace("%20", " ").partition("~")[0]
        if name == "good":
            body = feed(self.changes, name)
            yield head(200, len(body)) + body
        elif name in ATTACKS:
            yield head(200, len(ATTACKS[name])) + ATTACKS[name]
        elif name == "gzip bomb":
            yield head(200, len(PACKED), "Content-Encoding: gzip") + PACKED
        elif name == "drip":
            yield head(200, 10_000_000)
            for _ in range(90):
                yield b"<"
                await asyncio.sleep(1)
        elif name == "redirect loop":
            yield head(302, 0, f"Location: {path}")
        elif name == "to a private address":
            yield head(302, 0, "Location: http://169.254.169.254/latest")
        else:
            await asyncio.sleep(90)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request of a connection."""
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            request = await reader.readuntil(b"\r\n\r\n")
            async for part in self.reply(request.split(b" ")[1].decode("latin-1")):
                writer.write(part)
                await writer.drain()
        writer.close()


def head(status: int, length: int, *more: str) -> bytes:
    lines = (f"HTTP/1.1 {status} x", f"Content-Length: {length}", *more)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@contextmanager
def served(hostile: Hostile) -> Iterator[int]:
    ready, ports = Event(), list[int]()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        server = await asyncio.start_server(hostile.talk, "0.0.0.0", 0, backlog=2_000)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        await server.serve_forever()

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        for each in asyncio.all_tasks(loop):
            each.cancel()
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(asyncio.sleep(0.1))
        loop.close()

    task = loop.create_task(serve())
    thread = Thread(target=run, daemon=True)
    thread.start()
    ready.wait()
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()


def sources(port: int, good: int, hostile: int) -> tuple[Source, ...]:
    names = [*ATTACKS, *SPECIAL]
    attacks = [f"{names[n % len(names)]}~{n}".replace(" ", "%20") for n in range(hostile)]
    paths = [*attacks, *(f"good~{n}" for n in range(good))]
    return tuple(
        Source(
            id=f"{'g' if path.startswith('good') else 'a'}{number}",
            url=f"http://127.{2 + number // 60_000}.{number // 250 % 250}.{number % 250 + 1}:{port}/{path}",
            title="",
            full_text=FullText.NEVER,
        )
        for number, path in enumerate(paths)
    )


def turns(good: int, hostile: int) -> tuple[float, float]:
    """Return the seconds until the last good source is stored, in the first turn and a later one."""
    server, moment = Hostile(), datetime(2026, 11, 20, tzinfo=UTC)  # behind the dates of entries
    with tempfile.TemporaryDirectory() as folder, served(server) as port:
        settings = Settings(
            database_url=f"sqlite:///{folder}/h.sqlite",
            allow_private=("127.0.0.0/8",),
            host_spacing=0,
            workers=2,
        )
        with App.open(settings, clock=lambda: moment) as app:
            app.store.mirror(sources(port, good, hostile), (), now=moment, host="localhost")
            moment += timedelta(hours=1)
            first = turn(app, good)
            server.changes += 1
            moment += timedelta(days=9)
            return first, turn(app, good)


def turn(app: App, good: int) -> float:
    began = time.perf_counter()
    left = good
    with closing(app.ingest(app.store.due(app.clock()))) as outcomes:
        for outcome in outcomes:
            if outcome.source_id.startswith("g"):
                assert outcome.error is None, outcome.error
                left -= 1
                if not left:
                    break
    assert left == 0
    return time.perf_counter() - began


def main(good: int, hostile: int) -> None:
    alone: list[tuple[float, float]] = []
    beset: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        alone.append(turns(good, 0))
        beset.append(turns(good, hostile))
    rows = []
    for number, name in enumerate(("first turn", "later turn, all changed")):
        one, other = (median(each[number] for each in found) for found in (alone, beset))
        rows.append((name, one, other, other / one))
    show(
        f"{good} good sources, alone and beside {hostile} hostile ones",
        ("until the last good one is stored", "alone, s", "beside, s", "ratio"),
        rows,
    )
    most = max(float(ratio) for *_, ratio in rows)
    goal(f"good sources take at most {MOST} times as long beside hostile ones", is_met=most <= MOST)
    machine("topicwire")


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*(given + [320, 16][len(given) :]))  # each attack once
