"""An origin whose feeds change when they are asked for, and a subscriber; both can be cut off."""

import random
import struct
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, SO_LINGER, SOL_SOCKET, socket
from threading import Event, Lock, Thread
from urllib.parse import parse_qs, urlsplit

from bench.origin import WORDS

WINDOW = 100  # entries in a feed
CHANGES = (0, 0, 0, 0, 1, 1, 2)  # new entries that a request may bring
RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: a closed connection is reset
LONGEST_HANG = 60.0  # seconds


class Network(Enum):
    """What becomes of a connection."""

    WHOLE = auto()
    REFUSED = auto()
    RESET = auto()
    HANGING = auto()


@dataclass
class Origin:
    """Feeds by name; `shown` is each entry's latest title and text, by (feed, uid)."""

    chance: random.Random
    network: Network = Network.WHOLE
    is_calm: bool = False
    asked: Counter[str] = field(default_factory=Counter)
    shown: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    told: list[bytes] = field(default_factory=list)
    released: Event = field(default_factory=Event)
    listener: socket = field(default_factory=socket)
    _dates: dict[str, str] = field(default_factory=dict)
    _names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _versions: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def answer(self, name: str, etag: str | None) -> tuple[int, str, bytes]:
        """Return status, validator and body of the feed of that name."""
        with self._lock:
            self.asked[name] += 1
            if not self.is_calm:
                self._change(name)
            current = f'"{name}-{self._versions[name]}"'
            if etag == current:
                return 304, current, b""
            return 200, current, self._feed(name)

    @contextmanager
    def cut(self, how: Network) -> Iterator[None]:
        """Let the network be cut within."""
        self.network = how
        self.released.clear()
        if how is Network.REFUSED:
            self.listener.shutdown(SHUT_RDWR)
        try:
            yield
        finally:
            if how is Network.REFUSED:
                self.listener.listen(128)
            self.network = Network.WHOLE
            self.released.set()

    def matching(self) -> set[tuple[str, str]]:
        """Return the entries that belong to the topic."""
        return {key for key, (_, text) in self.shown.items() if text.startswith("Seats")}

    def _change(self, name: str) -> None:
        mine = self._names[name]
        for _ in range(self.chance.choice(CHANGES)):
            uid = f"{name}-{len(mine)}"
            mine.append(uid)
            self._dates[uid] = formatdate(time.time())
            self._show(name, uid)
        if mine and self.chance.random() < 0.2:
            self._show(name, self.chance.choice(mine[-20:]))

    def _show(self, name: str, uid: str) -> None:
        words = " ".join(self.chance.choices(WORDS, k=80))
        has_seats = int(uid.rpartition("-")[2]) % 2
        text = f"{'Seats were traded by NASA' if has_seats else 'Nothing was'}. {words}."
        self.shown[name, uid] = (f"Column {uid}", text)
        self._versions[name] += 1

    def _feed(self, name: str) -> bytes:
        items = "".join(self._item(name, uid) for uid in reversed(self._names[name][-WINDOW:]))
        head = f"<title>{name}</title><link>http://{name}.example/</link><description/>"
        return f"<rss version='2.0'><channel>{head}{items}</channel></rss>".encode()

    def _item(self, name: str, uid: str) -> str:
        title, text = self.shown[name, uid]
        return (
            f"<item><guid isPermaLink='false'>{uid}</guid><title>{title}</title>"
            f"<link>http://{name}.example/{uid}</link><description>{text}</description>"
            f"<pubDate>{self._dates[uid]}</pubDate></item>"
        )


def handler(origin: Origin) -> type[BaseHTTPRequestHandler]:  # noqa: C901 (short methods)
    """Return what answers for the feeds and for the subscriber's callback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if self._is_cut():
                return
            if parts.path == "/callback":
                challenge = parse_qs(parts.query).get("hub.challenge", [""])[0]
                self._say(200, "", challenge.encode())
            else:
                self._say(*origin.answer(parts.path.strip("/"), self.headers["If-None-Match"]))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not self._is_cut():
                origin.told.append(body)
                self._say(200, "", b"")

        def _is_cut(self) -> bool:
            cut = origin.network
            if cut is Network.HANGING:
                origin.released.wait(LONGEST_HANG)
            if cut in (Network.HANGING, Network.RESET):
                self.close_connection = True
                self.connection.setsockopt(SOL_SOCKET, SO_LINGER, RESET)
                self.connection.close()
                return True
            return False

        def _say(self, status: int, etag: str, body: bytes) -> None:
            with suppress(OSError):  # who asked may have been killed
                self.send_response(status)
                self.send_header("ETag", etag)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


class Server(ThreadingHTTPServer):
    """A server that says nothing of clients that hang up: some of them are killed."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(origin: Origin) -> Iterator[int]:
    """Serve the feeds, and the subscriber's callback, on loopback; give the port."""
    # A port that was asked for stays ours while nobody listens; one that was given does not.
    with Server(("127.0.0.1", free_port()), handler(origin)) as server:
        origin.listener = server.socket
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server.server_port
        finally:
            origin.released.set()
            server.shutdown()
