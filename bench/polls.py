"""Polls a second, first, unchanged and changed, beside the `reader` package on the same origin.

`python -m bench.polls [SOURCES]`. `make bench` installs reader into build/bench.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.origin import ENTRIES, change, host
from bench.report import machine, said_by, show

from topicwire.app import App
from topicwire.config import Settings
from topicwire.model.catalogue import Source

ROOT = Path(__file__).parents[1]
THEIR_PYTHON = ROOT / "build" / "bench" / "bin" / "python"
PORTS = {"ours": 18471, "theirs": 18472}
PHASES = ("first", "unchanged", "changed")
WORKERS = 1  # threads for reader: on loopback nothing has to be waited for, and more were slower


def main(sources: int) -> None:
    ours = measure("ours", sources)
    rows: list[tuple[object, ...]] = []
    theirs = measure("theirs", sources) if THEIR_PYTHON.exists() else None
    for phase in PHASES:
        rate = sources / ours["seconds"][phase]
        if theirs is None:
            rows.append((phase, rate, "-", "-"))
        else:
            their_rate = sources / theirs["seconds"][phase]
            rows.append((phase, rate, their_rate, rate / their_rate))
    title = f"Sources polled a second: {sources} sources of {ENTRIES} entries, one run each"
    show(title, ("phase", "topicwire", "reader", "ratio"), rows)
    if theirs is None:
        print("reader was skipped: `make bench` installs it into build/bench")
    elif ours["entries"] != theirs["entries"]:
        print(f"not the same work: {ours['entries']} entries here, {theirs['entries']} there")
    machine("topicwire", "aiohttp", "feedparser", "sqlalchemy")
    if theirs is not None:
        code = "from importlib.metadata import version; print('reader', version('reader'))"
        print(said_by(str(THEIR_PYTHON), "-c", code))


def measure(who: str, sources: int) -> dict[str, dict[str, float]]:
    """Run one poller in a process of its own against an origin of its own."""
    with origin(PORTS[who], sources + 1), tempfile.TemporaryDirectory() as folder:
        arguments = (str(PORTS[who]), str(WORKERS), f"{folder}/db.sqlite")
        hosts = [host(number) for number in range(sources + 1)]  # one to warm up with
        command = (
            (sys.executable, "-m", "bench.polls", "poll", *arguments)
            if who == "ours"
            else (str(THEIR_PYTHON), "-m", "bench.reader_polls", *arguments)
        )
        done = subprocess.run((*command, *hosts), cwd=ROOT, stdout=subprocess.PIPE, check=True)
        result: dict[str, dict[str, float]] = json.loads(done.stdout)
        return result


@contextmanager
def origin(port: int, hosts: int) -> Iterator[None]:
    """Run the origin in a process of its own."""
    command = (sys.executable, "-m", "bench.origin", str(port), str(hosts))
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.terminate()


def poll(port: str, database: str, hosts: list[str]) -> None:
    """Poll all sources three times and print the seconds, as JSON."""
    settings = Settings(
        database_url=f"sqlite:///{database}",
        allow_private=("127.0.0.0/8",),
        min_interval=0,
        host_spacing=0,
    )
    sources = tuple(
        Source(id=f"s{number}", url=f"http://{address}:{port}/feed", title="")
        for number, address in enumerate(hosts)
    )
    warm_up, *ids = (source.id for source in sources)
    seconds = {}
    with App.open(settings, clock=now) as app:
        app.store.mirror(sources, (), now=now(), host="localhost")
        list(app.ingest(app.store.polled([warm_up])))  # so that the parsing processes are there
        for phase in PHASES:
            if phase == "changed":
                change(int(port))
            began = time.perf_counter()
            outcomes = list(app.ingest(app.store.polled(ids)))
            seconds[phase] = time.perf_counter() - began
            assert not [each for each in outcomes if each.error]
        entries = sum(each.entries for each in app.store.sources())
    print(json.dumps({"seconds": seconds, "entries": entries}))


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (a measurement is a door)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["poll", port, _, database, *hosts]:
            poll(port, database, hosts)
        case [number]:
            main(int(number))
        case _:
            main(200)
