"""The whole road over a folder of real feeds: polled over HTTP, stored, judged, published.

`python -m bench.road FOLDER`. The folder holds feed documents and perhaps an `index.jsonl` with
`file` and `expected_entries`.
"""

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

from bench.report import machine, show

from topicwire.app import App
from topicwire.config import Settings
from topicwire.curate.define import definitions
from topicwire.home import checkout
from topicwire.model.catalogue import FullText, Source
from topicwire.model.document import Format
from topicwire.model.wire import PollOutcome
from topicwire.world.catalogue import load


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(folder: Path) -> None:
    paths = sorted(path for path in folder.iterdir() if path.name != "index.jsonl")
    with tempfile.TemporaryDirectory() as scratch, served(folder) as port:
        settings = Settings(
            database_url=f"sqlite:///{scratch}/road.sqlite",
            allow_private=("127.0.0.1",),
            host_spacing=0,
        )
        sources = tuple(source(number, path, port) for number, path in enumerate(paths))
        names = {each.id: path.name for each, path in zip(sources, paths, strict=True)}
        with App.open(settings, clock=now) as app:
            root = checkout()
            assert root is not None
            topics = definitions(load(root / "feeds"))
            app.store.mirror(sources, topics, now=now(), host="localhost")
            report(app, names, expected(folder))


def report(app: App, names: dict[str, str], wanted: dict[str, int]) -> None:
    began = time.perf_counter()
    outcomes = list(app.ingest(app.store.due(now(), with_new=True)))
    polled = time.perf_counter()
    settled = sum(len(each.entries) for each in app.settle())
    were_settled = time.perf_counter()
    judged = sum(placed.judged for placed in app.curate())
    were_judged = time.perf_counter()
    documents = [app.publisher.topic(t, form) for t, _ in app.store.editions() for form in Format]
    published = time.perf_counter()
    failed = [each for each in outcomes if each.error]
    stored = sum(each.new for each in outcomes)
    rows = [
        (
            "poll, read, store",
            polled - began,
            f"{len(outcomes) - len(failed)} feeds, {stored} entries",
        ),
        ("settle", were_settled - polled, f"{settled} entries"),
        ("judge", were_judged - were_settled, f"{judged} verdicts"),
        ("publish", published - were_judged, f"{len(documents)} documents"),
        ("all", published - began, ""),
    ]
    show(f"{len(outcomes)} real feeds, the whole road", ("act", "seconds", "what"), rows)
    for each in failed:
        print(f"failed: {names[each.source_id]}: {each.error}")
    for difference in differing(outcomes, names, wanted):
        print(difference)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory: {own:.0f} MB, and {workers():.0f} MB in the largest of the workers")
    machine("topicwire", "feedparser", "nh3")


def workers() -> float:
    """Return the peak memory of the largest process that this one started, in MB."""
    peaks = [0]
    for path in Path("/proc").glob("[0-9]*/status"):
        pid = int(path.parent.name)
        with suppress(OSError):  # it may have ended meanwhile
            if pid != os.getpid() and os.getpgid(pid) == os.getpgid(0):
                lines = dict(row.split(":", 1) for row in path.read_text().splitlines())
                peaks.append(int(lines.get("VmHWM", "0 kB").split()[0]))
    return max(peaks) / 1024


def differing(
    outcomes: list[PollOutcome], names: dict[str, str], wanted: dict[str, int]
) -> Iterator[str]:
    for each in outcomes:
        name = names[each.source_id]
        if not each.error and each.new != wanted.get(name, each.new):
            yield f"differs: {name}: {each.new} entries stored, {wanted[name]} expected"


def source(number: int, path: Path, port: int) -> Source:
    return Source(
        id=f"s{number}",
        url=f"http://127.0.0.1:{port}/{quote(path.name)}",
        title="",
        full_text=FullText.NEVER,
    )


def expected(folder: Path) -> dict[str, int]:
    index = folder / "index.jsonl"
    if not index.exists():
        return {}
    lines = [json.loads(line) for line in index.read_text(encoding="utf-8").splitlines()]
    return {line["file"]: line["expected_entries"] for line in lines}


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """Serve the folder on loopback and give the port."""
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (a measurement is a door)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
