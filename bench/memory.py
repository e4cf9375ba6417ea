"""What the daemon takes with many sources: its memory at work.

`python -m bench.memory [SOURCES] [SECONDS]`. All sources are on one loopback origin, each on a host
of its own; the daemon runs as its users start it, so that new sources come in one after another.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from bench.hosts import host
from bench.report import machine, show

PORT = 8_971
FILE = 'id = "s{n}"\nurl = "http://{host}:{port}/feed"\ntitle = "Source {n}"\nfull_text = "never"\n'


def memory(group: int) -> dict[str, float]:
    """Return the resident memory of the daemon, and of its largest worker, in MB."""
    found: list[tuple[int, float]] = []
    for path in Path("/proc").glob("[0-9]*/status"):
        pid = int(path.parent.name)
        with suppress(OSError):
            if os.getpgid(pid) == group:
                lines = dict(row.split(":", 1) for row in path.read_text().splitlines())
                found.append((pid, int(lines.get("VmRSS", "0 kB").split()[0]) / 1024))
    mine = next((size for pid, size in found if pid == group), 0.0)
    others = [size for pid, size in found if pid != group]
    return {"daemon": mine, "largest worker": max(others, default=0.0), "all": mine + sum(others)}


def main(count: int, seconds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Path(folder) / "feeds"
        for name in ("sources", "topics", "concepts"):
            (catalogue / name).mkdir(parents=True)
        for n in range(count):
            text = FILE.format(n=n, host=host(n), port=PORT)
            (catalogue / "sources" / f"s{n}.toml").write_text(text)
        origin = subprocess.Popen(
            [sys.executable, "-m", "bench.origin", str(PORT)], stdout=subprocess.PIPE
        )
        assert origin.stdout is not None
        origin.stdout.readline()
        environment = os.environ | {
            "TOPICWIRE_DATABASE_URL": f"sqlite:///{folder}/m.sqlite",
            "TOPICWIRE_CATALOGUE": str(catalogue),
            "TOPICWIRE_ALLOW_PRIVATE": "127.0.0.0/8",
            "TOPICWIRE_LISTEN": "127.0.0.1:8972",
        }
        log = Path(folder) / "log"
        with log.open("wb") as stream:
            daemon = subprocess.Popen(
                [sys.executable, "-m", "topicwire", "run"],
                env=environment,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        try:
            report(daemon.pid, log, count, seconds)
        finally:
            os.killpg(daemon.pid, signal.SIGKILL)
            origin.kill()


def report(group: int, log: Path, count: int, seconds: int) -> None:
    began = time.monotonic()
    peak: dict[str, float] = {}
    polled = 0
    while polled < count and time.monotonic() - began < seconds:
        time.sleep(1)
        for name, size in memory(group).items():
            peak[name] = max(peak.get(name, 0.0), size)
        polled = log.read_text().count("source.polled")
        if sys.stderr.isatty():
            print(f"\r{polled} of {count} sources polled", end="", file=sys.stderr)
    last = memory(group)
    rows = [(name, peak[name], last[name]) for name in peak]
    took = time.monotonic() - began
    show(
        f"daemon with {count:,} sources of 50 entries, {polled:,} polled in {took:.0f} s",
        ("memory, MB", "at most", "at the end"),
        rows,
    )
    machine("topicwire")


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*(given + [10_000, 180][len(given) :]))
