"""An origin server on loopback: feeds of every format, and everything a server does to a poller.

Paths: `/<format>` for each of FORMATS, `/page` (HTML), `/moved` (301 to rss20), `/slow` (answers
when released), `/status/<code>`. Validators are compared byte for byte, as strict servers do.
"""

import gzip
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from acceptance.columns import OTHERS, TOGETHER, Column
from acceptance.formats import FORMATS, Outlet

SLOW = 60.0  # seconds after which a slow answer comes unasked, so that no test hangs for ever

# One style of validators each: strong, weak, Apache's, a date alone, a date no library would
# write, an opaque one. The number in braces grows with every change of the feed.
VALIDATORS: Mapping[str, tuple[str | None, str | None]] = {
    "rss091": (None, "Mon, 02 Nov 2026 08:00:{:02} GMT"),
    "rss092": ('"092-{}"', None),
    "rss20": ('"5f3-{}"', "Mon, 2 Nov 2026 8:00:{:02} GMT"),
    "rdf10": ('W/"rdf-{}"', None),
    "atom03": ('"a03-{}-gzip"', "Mon, 02 Nov 2026 08:00:{:02} GMT"),
    "atom10": ('W/"a10-{}"', "Mon, 02 Nov 2026 08:00:{:02} GMT"),
    "json11": ('"eyJ2Ijp7{}fQ=="', None),
}
ERRORS = {404: "not here", 410: "gone for good", 429: "too many", 500: "broken"}


@dataclass(frozen=True, slots=True)
class Resource:
    """What a path serves at the moment."""

    body: bytes
    content_type: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in, and the status it got; header names are in lower case."""

    path: str
    headers: Mapping[str, str]
    status: int

    @property
    def is_conditional(self) -> bool:
        """Whether it carried a validator."""
        return "if-none-match" in self.headers or "if-modified-since" in self.headers


class Origin:
    """The server; a context manager. What it was asked stays readable after it stopped."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.slow_asked = threading.Event()
        self.released = threading.Event()
        self._columns: dict[str, tuple[Column, ...]] = {}
        self._resources: dict[str, Resource] = {}
        self._changes: Counter[str] = Counter()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        for name, column, other in zip(FORMATS, TOGETHER, OTHERS, strict=True):
            self._columns[name] = (column, other)
            self._render(name)
        page = b"<!doctype html><title>A page</title><p>This is no feed.</p>"
        self._resources["/page"] = Resource(page, "text/html; charset=utf-8")
        self._resources["/slow"] = replace(self._resources["/rss092"], etag=None)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def url(self, name: str) -> str:
        """Return the address of a feed or another path."""
        return f"http://127.0.0.1:{self.port}/{name}"

    def add(self, name: str, column: Column) -> None:
        """Put a new column on top of a feed; its validators change."""
        self._columns[name] = (column, *self._columns[name])
        self._changes[name] += 1
        self._render(name)

    def count(self, name: str) -> Counter[str]:
        """Count the requests for a path: by status, and as conditional or unconditional."""
        counts: Counter[str] = Counter()
        for each in self.requests(name):
            counts[str(each.status)] += 1
            counts["conditional" if each.is_conditional else "unconditional"] += 1
        return counts

    def requests(self, name: str) -> list[Asked]:
        """Return the requests for a path, first to last."""
        return [each for each in self.asked if each.path == f"/{name}"]

    def answer(self, path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body for a request."""
        if path == "/moved":
            return 301, {"Location": "/rss20"}, b""
        if path.startswith("/status/"):
            code = int(path.removeprefix("/status/"))
            retry = {"Retry-After": "7200"} if code == 429 else {}
            return code, retry, ERRORS[code].encode()
        if path == "/slow":
            self.slow_asked.set()
            self.released.wait(SLOW)
        resource = self._resources.get(path)
        return _served(resource, headers) if resource else (404, {}, b"not here")

    def _render(self, name: str) -> None:
        render, content_type = FORMATS[name]
        outlet = Outlet(f"The {name} Review", f"https://{name}.example/")
        etag, last_modified = VALIDATORS[name]
        change = self._changes[name]
        self._resources[f"/{name}"] = Resource(
            render(outlet, self._columns[name]).encode(),
            content_type,
            etag.format(change) if etag else None,
            last_modified.format(change) if last_modified else None,
        )


def _served(resource: Resource, asked: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
    headers = {"Content-Type": resource.content_type, "Vary": "Accept-Encoding"}
    if resource.etag:
        headers["ETag"] = resource.etag
    if resource.last_modified:
        headers["Last-Modified"] = resource.last_modified
    if _has(resource, asked):
        return 304, headers, b""
    if "gzip" in asked.get("accept-encoding", ""):
        return 200, headers | {"Content-Encoding": "gzip"}, gzip.compress(resource.body)
    return 200, headers, resource.body


def _has(resource: Resource, asked: Mapping[str, str]) -> bool:
    match = asked.get("if-none-match")
    if match is not None:
        return match == resource.etag
    since = asked.get("if-modified-since")
    return since is not None and since == resource.last_modified


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, origin: Origin) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.origin = origin

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of pollers that hang up: some tests kill them."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        origin = self.server.origin
        asked = {name.lower(): value for name, value in self.headers.items()}
        status, headers, body = origin.answer(self.path, asked)
        origin.asked.append(Asked(self.path, asked, status))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Keep quiet."""
