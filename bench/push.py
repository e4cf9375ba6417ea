"""How long a push takes: from a source's hub, through the whole road, to our own subscriber.

`python -m bench.push [PUSHES]`. The daemon runs as one process over the starter topics. A hub
posts a signed document with one new column to our callback; a subscriber of a topic waits for
the signed delivery that holds it. Between lie reading in a worker, storing, settling, judging, a
new edition, rendering and posting.
"""

import hashlib
import hmac
import http.client
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from urllib.parse import parse_qs, urlencode, urlsplit

from bench.origin import WORDS
from bench.report import goal, machine, remark, show

from topicwire.app import App
from topicwire.config import Settings
from topicwire.home import checkout
from topicwire.ingest.run.push import CALLBACK
from topicwire.model.push import PushState, Subscription
from topicwire.publish.hub import PATH

SECRET = "hush"
TOKEN = "t" * 43
TOPIC = "space-cooperation"
PATIENCE = 30.0  # seconds for anything
SOURCE = 'id = "press"\nurl = "{url}"\ntitle = "The Press"\nfull_text = "never"\n'
ITEM = (
    "<item><guid isPermaLink='false'>{uid}</guid><title>NASA and Roscosmos sign pact {n} to trade"
    " seats to the space station</title><link>http://press.example/{uid}</link>"
    "<description>The United States and Russia agreed to cooperate in space: their agencies"
    " exchange seats on joint missions to the International Space Station. {more}.</description>"
    "</item>"
)


@dataclass
class Subscriber:
    """Who is told of the topic: what was delivered, and when, on the clock of this process."""

    bodies: list[tuple[float, bytes]] = field(default_factory=list)
    unsigned: int = 0
    news: Condition = field(default_factory=Condition)

    def take(self, body: bytes, signature: str | None) -> None:
        """Keep what was delivered."""
        at = time.perf_counter()
        is_signed = signature == f"sha256={signed(body)}"
        with self.news:
            self.unsigned += not is_signed
            self.bodies.append((at, body))
            self.news.notify_all()

    def wait(self, uid: str) -> float:
        """Return when the first delivery came that holds an entry."""
        wanted = f"press.example/{uid}".encode() + b'"'

        def found() -> float | None:
            return next((at for at, body in self.bodies if wanted in body), None)

        with self.news:
            if not self.news.wait_for(lambda: found() is not None, PATIENCE):
                sys.exit(f"no delivery held the entry {uid} within {PATIENCE:.0f} s")
            at = found()
        assert at is not None
        return at


def signed(body: bytes) -> str:
    return hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


@contextmanager
def served(subscriber: Subscriber) -> Iterator[int]:
    """Serve the source's feed and the subscriber's callback; give the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            challenge = parse_qs(parts.query).get("hub.challenge", [""])[0]
            self._answer(challenge.encode() if parts.path == "/callback" else document(()))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            subscriber.take(body, self.headers["X-Hub-Signature"])
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def document(items: tuple[str, ...]) -> bytes:
    head = "<title>The Press</title><link>http://press.example/</link><description/>"
    return f"<rss version='2.0'><channel>{head}{''.join(items)}</channel></rss>".encode()


def prepare(folder: Path, *, origin: int, port: int) -> Settings:
    """Make a catalogue of one source, polled once, whose hub we are subscribed to."""
    root = checkout()
    assert root is not None
    for name in ("topics", "concepts"):
        shutil.copytree(root / "feeds" / name, folder / "feeds" / name)
    (folder / "feeds" / "sources").mkdir()
    feed = f"http://127.0.0.1:{origin}/feed"
    (folder / "feeds" / "sources" / "press.toml").write_text(SOURCE.format(url=feed))
    settings = Settings(
        database_url=f"sqlite:///{folder}/push.sqlite",
        catalogue=folder / "feeds",
        base_url=f"http://127.0.0.1:{port}",
        listen=f"127.0.0.1:{port}",
        allow_private=("127.0.0.1",),
        host_spacing=0,
        log="json",
    )
    with App.open(settings, clock=now) as app:
        app.apply()
        list(app.ingest(app.store.due(now())))
        until = now() + timedelta(days=1)
        active = Subscription(
            TOKEN, "press", "http://hub.example/", feed, PushState.ACTIVE, now(), SECRET, until
        )
        app.store.save_subscription(active)
    return settings


@contextmanager
def running(folder: Path, settings: Settings) -> Iterator[int]:
    """Run the daemon and give its process."""
    names = ("database_url", "catalogue", "base_url", "listen", "host_spacing", "log")
    given = {f"TOPICWIRE_{name.upper()}": str(getattr(settings, name)) for name in names}
    environment = os.environ | given | {"TOPICWIRE_ALLOW_PRIVATE": "127.0.0.1"}
    command = (sys.executable, "-m", "topicwire", "run")
    with (folder / "log").open("wb") as log:
        daemon = subprocess.Popen(command, env=environment, stderr=log)
    try:
        yield daemon.pid
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(PATIENCE)


def post(port: int, path: str, body: bytes, headers: dict[str, str]) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as client:
        client.request("POST", path, body, headers)
        return client.getresponse().status


def subscribe(port: int, callback: str, folder: Path) -> float:
    """Subscribe to the topic; return how long that took until it was verified, in seconds."""
    fields = {
        "hub.mode": "subscribe",
        "hub.topic": f"http://127.0.0.1:{port}/topics/{TOPIC}.atom",
        "hub.callback": callback,
        "hub.secret": SECRET,
    }
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    deadline = time.perf_counter() + PATIENCE
    while True:
        began = time.perf_counter()
        with suppress(OSError):  # it is still starting
            if (status := post(port, PATH, urlencode(fields).encode(), form)) != 202:
                sys.exit(f"the hub answered {status}")
            break
        if began > deadline:
            sys.exit((folder / "log").read_text())
        time.sleep(0.1)
    while b"callback.verified" not in (folder / "log").read_bytes():
        time.sleep(0.005)
    return time.perf_counter() - began


def push(port: int, number: int, chance: random.Random) -> tuple[str, float]:
    """Deliver a new column as the source's hub does; return its id, and when that began."""
    uid = f"u{number}"
    item = ITEM.format(uid=uid, n=number, more=" ".join(chance.choices(WORDS, k=150)))
    body = document((item,))
    headers = {
        "Content-Type": "application/rss+xml",
        "X-Hub-Signature": f"sha256={signed(body)}",
    }
    began = time.perf_counter()
    if (status := post(port, f"{CALLBACK}{TOKEN}", body, headers)) != 202:
        sys.exit(f"our callback answered {status}")
    return uid, began


def idle(pid: int, seconds: float) -> float:
    """Return the share of a core that a process takes when there is nothing to do, in percent."""

    def ticks() -> int:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        return int(fields[11]) + int(fields[12])

    before = ticks()
    time.sleep(seconds)
    return 100 * (ticks() - before) / os.sysconf("SC_CLK_TCK") / seconds


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (a measurement is a door)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(pushes: int) -> None:
    chance, subscriber, times = random.Random(1), Subscriber(), []
    with tempfile.TemporaryDirectory() as scratch, served(subscriber) as origin:
        folder, port = Path(scratch), free_port()
        with running(folder, prepare(folder, origin=origin, port=port)) as pid:
            verified = subscribe(port, f"http://127.0.0.1:{origin}/callback", folder)
            for number in range(pushes):
                time.sleep(chance.uniform(0.1, 1.1))  # at any moment between two ticks
                uid, began = push(port, number, chance)
                times.append(1000 * (subscriber.wait(uid) - began))
            share = idle(pid, 15)
    times.sort()
    rows = [
        ("median", statistics.median(times)),
        ("95th percentile", times[int(len(times) * 0.95)]),
        ("slowest", times[-1]),
        ("a subscription until it is verified", 1000 * verified),
    ]
    show(f"{pushes} pushes, from a source's hub to our subscriber", ("what", "ms"), rows)
    remark(f"Deliveries: {len(subscriber.bodies)}, not signed: {subscriber.unsigned}")
    remark(f"The daemon with nothing to do: {share:.1f} % of a core")
    goal("within a second, in the median", is_met=statistics.median(times) <= 1000)
    machine("topicwire", "granian", "pycurl")
    sys.exit(statistics.median(times) > 1000 or subscriber.unsigned > 0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
