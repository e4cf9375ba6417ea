"""Requests a second for a 304 and for a 30 KB document, beside nginx with the same file.

`python -m bench.serve [SECONDS]`; needs wrk, nginx and taskset. Each server has the first core to
itself, all its threads included, and wrk the second.
"""

import asyncio
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

import uvloop
from bench.report import goal, lacks, machine, measured_with, said_by, show

from topicwire.model.document import Document, Format, TopicState
from topicwire.publish.run.documents import Publisher
from topicwire.serve.application import application
from topicwire.serve.server import serve

PIN = ("taskset", "--cpu-list")
SERVER_CORE, CLIENT_CORE = "0", "1" if (os.cpu_count() or 1) > 1 else "0"
PORT, NGINX_PORT = 18473, 18474
PATIENCE = 600  # twentieths of a second until a server answers
SIZE = 30_000
LEAST = 0.5  # of what nginx answers
ROUNDS = 3
CONFIGURATION = """
worker_processes 1; daemon off; pid nginx.pid; error_log error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; keepalive_requests 100000000; open_file_cache max=10;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {{ listen 127.0.0.1:{port}; root .; types {{ application/atom+xml atom; }} }}
}}
"""


class OneDocument(Publisher):
    """A publisher of one topic whose feed has SIZE bytes; it needs no store."""

    def __init__(self, body: bytes) -> None:
        etag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
        media_type = "application/atom+xml; charset=utf-8"
        self._modified = datetime(2026, 11, 2, tzinfo=UTC)
        self._document = Document(body, media_type, etag, self._modified)

    def pulse(self) -> Hashable:
        """Return always the same: nothing is ever written."""
        return 0

    def topics(self) -> tuple[TopicState, ...]:
        """Return the only topic."""
        return (TopicState("bench", 1, self._modified),)

    def topic(
        self, topic_id: str, form: Format, *, page: int = 0, reader: str | None = None
    ) -> Document:
        """Return the only document."""
        del topic_id, form, page, reader
        return self._document


@dataclass(frozen=True, slots=True)
class Measured:
    """What wrk saw: requests a second, and milliseconds that the slowest 1 % took at least."""

    rate: float
    slowest: float


def main(seconds: int) -> None:
    missing = [name for name in ("wrk", "nginx", "taskset") if shutil.which(name) is None]
    if missing:
        lacks(f"{' and '.join(missing)} not installed")
        return
    seen: dict[tuple[str, str], list[Measured]] = {}
    with tempfile.TemporaryDirectory() as folder, ours(), nginx(Path(folder)):
        for _ in range(ROUNDS):
            for who, port in (("topicwire", PORT), ("nginx", NGINX_PORT)):
                url = f"http://127.0.0.1:{port}/topics/bench.atom"
                conditional = ("-H", f"If-None-Match: {etag(url)}")
                seen.setdefault((who, "304"), []).append(wrk(url, seconds, *conditional))
                seen.setdefault((who, "200 of 30 KB"), []).append(wrk(url, seconds))
    rows = [row(answer, seen) for answer in ("304", "200 of 30 KB")]
    title = f"Requests a second on one core: wrk -t1 -c64, {seconds} s, median of {ROUNDS}"
    show(title, ("answer", "topicwire", "nginx", "ratio", "p99 ms", "nginx p99 ms"), rows)
    least = min(float(str(each[3])) for each in rows)
    goal(f"at least {LEAST} of nginx on the same core", is_met=least >= LEAST)
    machine("topicwire", "granian", "uvloop")
    measured_with(said_by("nginx", "-v"))


def row(answer: str, seen: dict[tuple[str, str], list[Measured]]) -> tuple[object, ...]:
    """Return the medians of both servers and the ratio of their rates."""
    mine, theirs = seen["topicwire", answer], seen["nginx", answer]
    rates = [statistics.median(each.rate for each in measured) for measured in (mine, theirs)]
    slowest = [statistics.median(each.slowest for each in measured) for measured in (mine, theirs)]
    return (answer, *rates, rates[0] / rates[1], *slowest)


def wrk(url: str, seconds: int, *more: str) -> Measured:
    """Return what wrk measures; every answer must be a good one."""
    command = (*PIN, CLIENT_CORE, "wrk", "-t1", "-c64", f"-d{seconds}s", "--latency", *more, url)
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    slowest = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    assert rate is not None
    assert slowest is not None
    return Measured(
        float(rate[1]), float(slowest[1]) * {"us": 0.001, "ms": 1, "s": 1000}[slowest[2]]
    )


def etag(url: str) -> str:
    """Return the validator that a server gives."""
    host, port, path = url.removeprefix("http://").replace(":", "/", 1).split("/", 2)
    with socket.create_connection((host, int(port))) as client:
        client.sendall(f"HEAD /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        found = re.search(r"(?i)etag: (\S+)", client.recv(4000).decode())
    assert found is not None
    return found[1]


@contextmanager
def ours() -> Iterator[None]:
    """Run our server in a process of its own."""
    with running((sys.executable, "-m", "bench.serve", "site"), PORT):
        yield


@contextmanager
def nginx(folder: Path) -> Iterator[None]:
    """Run nginx with the same document as a file."""
    folder.chmod(0o755)  # nginx started by root reads as nobody
    (folder / "topics").mkdir()
    (folder / "topics" / "bench.atom").write_bytes(body())
    (folder / "nginx.conf").write_text(CONFIGURATION.format(port=NGINX_PORT), encoding="utf-8")
    with running(("nginx", "-p", str(folder), "-c", "nginx.conf", "-e", "error.log"), NGINX_PORT):
        yield


@contextmanager
def running(command: tuple[str, ...], port: int) -> Iterator[None]:
    """Run a server until it has been measured."""
    with subprocess.Popen((*PIN, SERVER_CORE, *command)) as process:
        try:
            for _ in range(PATIENCE):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield
        finally:
            process.send_signal(signal.SIGTERM)


def body() -> bytes:
    """Return a document of SIZE bytes."""
    return b"<feed>" + b"x" * (SIZE - 13) + b"</feed>"


async def site() -> None:
    """Serve the document until terminated."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    app = application(
        OneDocument(body()),
        base_url="https://wire.example",
        unready=lambda: None,
        hub_url="https://wire.example/websub/hub",
        rate_limit=600,
        trusted_proxies=("127.0.0.0/8",),
    )
    await serve(app, host="127.0.0.1", port=PORT, stop=stop)


if __name__ == "__main__":
    if sys.argv[1:] == ["site"]:
        uvloop.run(site())
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 4)
