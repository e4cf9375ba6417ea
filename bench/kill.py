"""Nothing lost, nothing doubled: ingest killed at random moments, again and again.

`python -m bench.kill [KILLS] [SEED]`. A process polls, settles and judges without a pause what an
origin changes at every request; it is killed (SIGKILL, in turn alone and with its workers) after
a random time and started anew. In the end the store is compared with all that was ever shown.
"""

import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from bench.origin import WORDS
from bench.report import machine, show

from topicwire.app import App
from topicwire.config import Settings
from topicwire.curate.define import definitions
from topicwire.model.catalogue import Catalogue, Definition, FullText, Source, Topic
from topicwire.model.judging import StoredEntry

SOURCES = 12
LONGEST = 0.7  # seconds that a process lives after it began to work
WINDOW = 400  # entries in a feed
START = datetime(2026, 11, 2, tzinfo=UTC)


@dataclass
class Origin:
    """Feeds that change when they are asked for; `shown` is each entry's latest title and text."""

    chance: random.Random
    requests: int = 0
    is_calm: bool = False
    shown: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    versions: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def answer(self, name: str, etag: str | None) -> tuple[int, str, bytes]:
        """Return status, validator and body of the feed of that name."""
        with self.lock:
            self.requests += 1
            if not self.is_calm:
                self._change(name)
            current = f'"{name}-{self.versions[name]}"'
            if etag == current:
                return 304, current, b""
            return 200, current, self._feed(name)

    def _change(self, name: str) -> None:
        mine = [uid for source, uid in self.shown if source == name]
        for _ in range(self.chance.choice((0, 0, 1, 1, 2, 5))):
            uid = f"{name}-{len(mine)}"
            mine.append(uid)
            self.shown[name, uid] = (f"Column {uid}", self._text(uid))
            self.versions[name] += 1
        if mine and self.chance.random() < 0.2:
            uid = self.chance.choice(mine[-20:])
            self.shown[name, uid] = (f"Column {uid}", self._text(uid))
            self.versions[name] += 1

    def _text(self, uid: str) -> str:
        words = " ".join(self.chance.choices(WORDS, k=80))
        number = int(uid.rpartition("-")[2])
        return f"{'Seats were traded by NASA' if number % 2 else 'Nothing was'}. {words}."

    def _feed(self, name: str) -> bytes:
        items = [
            f"<item><guid isPermaLink='false'>{uid}</guid><title>{title}</title>"
            f"<link>http://{name}.example/{uid}</link><description>{text}</description>"
            f"<pubDate>{_date(uid)}</pubDate></item>"
            for (source, uid), (title, text) in self.shown.items()
            if source == name
        ]
        inside = "".join(reversed(items[-WINDOW:]))
        head = f"<title>{name}</title><link>http://{name}.example/</link><description/>"
        return f"<rss version='2.0'><channel>{head}{inside}</channel></rss>".encode()


def _date(uid: str) -> str:
    moment = START + timedelta(minutes=int(uid.rpartition("-")[2]))
    return moment.strftime("%a, %d %b %Y %H:%M:%S +0000")


@contextmanager
def served(origin: Origin) -> Iterator[int]:
    """Serve the origin on loopback and give the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.strip("/")
            status, etag, body = origin.answer(name, self.headers["If-None-Match"])
            with suppress(ConnectionError):  # who asked may have been killed
                self.send_response(status)
                self.send_header("ETag", etag)
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


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (a measurement is a door)


def settings(folder: str) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder}/kill.sqlite",
        allow_private=("127.0.0.1",),
        host_spacing=0,
        min_interval=0,
        workers=2,
    )


def work(folder: str) -> None:
    """Ingest and judge without a pause, until killed."""
    os.setsid()
    with App.open(settings(folder), clock=now) as app, app.lead():
        while True:
            turn(app)


def turn(app: App) -> int:
    """Poll what is due, settle and judge it; return how many entries were new or revised."""
    outcomes = list(app.ingest(app.store.due(now())))
    app.settle()
    list(app.curate())
    return sum(each.new + each.revised for each in outcomes)


def kill_often(folder: str, kills: int, chance: random.Random) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["topicwire.app", "topicwire.ingest.run.warm"])
    for number in range(kills):
        process = context.Process(target=work, args=(folder,))
        process.start()
        assert process.pid is not None
        time.sleep(chance.uniform(0.05, LONGEST))
        if number % 2:
            os.kill(process.pid, signal.SIGKILL)
        else:
            with suppress(ProcessLookupError):  # it has not made its group yet
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
        process.join()
        if sys.stderr.isatty():
            print(f"\r{number + 1} of {kills} kills", end="", file=sys.stderr)


@dataclass(frozen=True)
class Findings:
    """What is wrong with a store, each a count that should be 0."""

    lost: int
    doubled: int
    outdated: int
    unsettled: int
    placements_lost: int
    placements_doubled: int
    damaged: int


def compare(app: App, origin: Origin) -> Findings:
    stored = list(app.store.archive())
    placed = list(app.store.entries(topic="seats", limit=1_000_000))
    times = Counter(map(_key, stored))
    by_key = {_key(each): each for each in stored}
    belonging = {key for key, (_, text) in origin.shown.items() if "Seats" in text}
    places = Counter(map(_key, placed))
    return Findings(
        lost=len(origin.shown.keys() - times.keys()),
        doubled=sum(count - 1 for count in times.values()),
        outdated=sum(
            1
            for key, (_, text) in origin.shown.items()
            if key in by_key and by_key[key].entry.text != text
        ),
        unsettled=sum(1 for each in stored if each.seq < 0),
        placements_lost=len(belonging - places.keys()),
        placements_doubled=sum(count - 1 for count in places.values()),
        damaged=damage(app),
    )


def damage(app: App) -> int:
    """Return how many faults SQLite itself finds."""
    with closing(sqlite3.connect(app.settings.database_url.removeprefix("sqlite:///"))) as own:
        found = own.execute("PRAGMA integrity_check").fetchall()
        return len(found) - 1 + len(own.execute("PRAGMA foreign_key_check").fetchall())


def _key(stored: StoredEntry) -> tuple[str, str]:
    return stored.source_id, stored.entry.uid


def run(kills: int, seed: int) -> tuple[Findings, Origin]:
    """Kill so many times, let the last process finish in peace, and compare."""
    chance = random.Random(seed)
    origin = Origin(random.Random(seed + 1))
    with tempfile.TemporaryDirectory() as folder, served(origin) as port:
        with App.open(settings(folder), clock=now) as app:
            app.store.mirror(sources(port), topics(), now=START, host="localhost")
        kill_often(folder, kills, chance)
        origin.is_calm = True
        with App.open(settings(folder), clock=now) as app:
            while turn(app):
                pass
            return compare(app, origin), origin


def sources(port: int) -> tuple[Source, ...]:
    return tuple(
        Source(
            id=f"s{n}",
            url=f"http://127.0.0.1:{port}/s{n}",
            title="",
            full_text=FullText.NEVER,
        )
        for n in range(SOURCES)
    )


def topics() -> tuple[Definition, ...]:
    topic = Topic(id="seats", title="Seats", description="", query="seats", min_score=0.01)
    return definitions(Catalogue(sources=(), topics=(topic,), concepts=()))


def main(kills: int, seed: int) -> None:
    began = time.perf_counter()
    found, origin = run(kills, seed)
    names = ("lost", "doubled", "outdated", "unsettled")
    rows = [
        ("entries shown", len(origin.shown)),
        *((f"entries {name}", getattr(found, name)) for name in names),
        ("placements lost", found.placements_lost),
        ("placements doubled", found.placements_doubled),
        ("faults in the database", found.damaged),
        ("requests", origin.requests),
    ]
    show(f"ingest killed {kills} times (seed {seed})", ("what", "count"), rows)
    print(f"{time.perf_counter() - began:.0f} s")
    machine("topicwire")
    sys.exit(any(vars(found).values()))


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*(given + [200, 1][len(given) :]))
