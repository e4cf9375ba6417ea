"""A tiny origin server on the loopback for tests: says exactly the bytes it is told to."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Self


@dataclass(frozen=True)
class Seen:
    """A request as it arrived: names of headers in lower case, `at` on the monotonic clock."""

    path: str
    headers: tuple[tuple[str, str], ...]
    at: float
    method: str = "GET"
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


Answer = Callable[[Seen], bytes | AsyncIterator[bytes]]


def answer(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """Return a whole answer; `content_type="…"` becomes the header Content-Type."""
    lines = [f"HTTP/1.1 {status} Whatever"]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    if "content_length" not in headers and status != 304:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


@dataclass
class Origin:
    """A server under `http://127.0.0.1:port`, also reached by every other 127.x.y.z address.

    `reply` makes the bytes of each answer; the connection is closed after it. `most` is the
    largest number of requests that were under way at once for one Host.
    """

    reply: Answer
    tls: ssl.SSLContext | None = None
    seen: list[Seen] = field(default_factory=list)
    most: int = 0

    def __enter__(self) -> Self:
        self._under_way: dict[str, int] = {}
        self._ready = Event()
        self._thread = Thread(target=asyncio.run, args=(self._serve(),))
        self._thread.start()
        self._ready.wait(5)
        return self

    def __exit__(self, *failure: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def url(self, path: str = "/feed", host: str = "127.0.0.1") -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://{host}:{self.port}{path}"

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._talk, "0.0.0.0", 0, ssl=self.tls, backlog=1024)
        self.port: int = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        mine = asyncio.current_task()
        for task in asyncio.all_tasks():
            if task is not mine:
                task.cancel()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            pairs = [line.split(": ", 1) for line in head[1:-2]]
            headers = tuple((name.lower(), value) for name, value in pairs)
            method, path, _ = head[0].split(" ")
            body = await reader.readexactly(int(dict(headers).get("content-length", "0")))
            seen = Seen(path, headers, time.monotonic(), method, body)
            await self._answer(seen, writer)
        writer.close()

    async def _answer(self, seen: Seen, writer: asyncio.StreamWriter) -> None:
        self.seen.append(seen)
        host = seen.header("host") or ""
        self._under_way[host] = self._under_way.get(host, 0) + 1
        self.most = max(self.most, self._under_way[host])
        try:
            reply = self.reply(seen)
            if isinstance(reply, bytes):
                writer.write(reply)
                await writer.drain()
                return
            async for part in reply:
                writer.write(part)
                await writer.drain()
        finally:
            self._under_way[host] -= 1
