"""Topicwire as its users meet it: a folder of TOML files, commands, a daemon, and addresses."""

import http.client
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from ports import free_port

ROOT = Path(__file__).resolve().parents[2]
TOPIC = "space-cooperation"
PATIENCE = 60.0  # seconds that anything may take


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


class Daemon:
    """A daemon that runs; its log is kept in a file."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def log(self) -> str:
        """What it logged so far."""
        return self._log.read_text(encoding="utf-8")

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal and return its exit code."""
        self._process.send_signal(number)
        return self._process.wait(PATIENCE)


class Wire:
    """One installation in a folder of its own; its database is a new file there if none is named."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.folder = folder
        self._url = database_url or f"sqlite:///{folder / 'wire.sqlite'}"
        self.port = free_port()
        self.min_interval = 600  # longer than any test: what was polled is not due again
        self._daemons = 0
        catalogue = folder / "feeds"
        (catalogue / "sources").mkdir(parents=True)
        shutil.copytree(ROOT / "feeds" / "concepts", catalogue / "concepts")
        (catalogue / "topics").mkdir()
        shutil.copy(ROOT / "feeds" / "topics" / f"{TOPIC}.toml", catalogue / "topics")

    def copied(self, folder: Path, database_url: str = "") -> "Wire":
        """Return a copy, at the same port; a database that is no file has been copied already."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        other = copy(self)
        other.folder = folder
        other._url = database_url or f"sqlite:///{shutil.copy(self._file, folder / 'wire.sqlite')}"
        return other

    @property
    def base_url(self) -> str:
        """Where its daemon serves."""
        return f"http://127.0.0.1:{self.port}"

    def add(self, **sources: str) -> None:
        """Write a file for each source; names have underscores for hyphens."""
        for name, url in sources.items():
            source = name.replace("_", "-")
            text = f'id = "{source}"\nurl = "{url}"\ntitle = "The {source} Review"\n'
            path = self.folder / "feeds" / "sources" / f"{source}.toml"
            path.write_text(text, encoding="utf-8")

    def run(self, *arguments: str) -> Ended:
        """Run a command to its end."""
        done = subprocess.run(
            self._command(*arguments),
            env=self._environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 2,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def start_and_kill(self, *arguments: str, once: Callable[[], bool]) -> None:
        """Run a command, and kill it as soon as something is so."""
        with subprocess.Popen(
            self._command(*arguments), env=self._environment(), cwd=self.folder
        ) as process:
            while not once() and process.poll() is None:
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)

    def stopped(self, *arguments: str, number: signal.Signals, once: Callable[[], bool]) -> Ended:
        """Run a command, and send it a signal as soon as something is so."""
        with subprocess.Popen(
            self._command(*arguments),
            env=self._environment(),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            wait_until(lambda: once() or process.poll() is not None)
            process.send_signal(number)
            out, err = process.communicate(timeout=PATIENCE)
        return Ended(process.returncode, out, err)

    def json(self, *arguments: str) -> Any:
        """Run a command that must succeed and print JSON."""
        ended = self.run(*arguments, "--json")
        assert ended.code == 0, ended.err
        return json.loads(ended.out)

    @contextmanager
    def daemon(self) -> Iterator[Daemon]:
        """Start the daemon, wait until it is ready, and kill it if a test leaves it running."""
        self._daemons += 1
        log = self.folder / f"daemon-{self._daemons}.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                self._command("run"), env=self._environment(), cwd=self.folder, stderr=stream
            )
        daemon = Daemon(process, log)
        try:
            wait_until(lambda: self._is_ready() or not daemon.is_running())
            assert daemon.is_running(), daemon.log
            yield daemon
        finally:
            if daemon.is_running():
                daemon.end(signal.SIGKILL)

    def get(self, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Ask the daemon for a path."""
        return self._ask("GET", path, headers)

    def post(self, path: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Send an empty form to the daemon, as a browser does when a button is pressed."""
        return self._ask("POST", path, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(
        self, method: str, path: str, headers: Mapping[str, str]
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            client.request(method, path, headers=named)
            response = client.getresponse()
            return response.status, response.headers, response.read()

    @property
    def is_file(self) -> bool:
        """Whether its database is a file, of SQLite."""
        return self._url.startswith("sqlite")

    @property
    def database(self) -> str:
        """The name of its database on a server."""
        return self._url.rpartition("/")[2]

    def rows(self, query: LiteralString) -> list[tuple[Any, ...]]:
        """Read the database directly."""
        if not self.is_file:
            with psycopg.connect(self._url) as server:
                return server.execute(query).fetchall()
        with closing(self._open_file()) as file:
            return file.execute(query).fetchall()

    def count_entries(self) -> int:
        """Count what is stored, 0 when there is no database yet."""
        try:
            return int(self.rows("SELECT count(*) FROM entries")[0][0])
        except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
            return 0

    def execute(self, script: LiteralString) -> None:
        """Change the database directly."""
        if not self.is_file:
            with psycopg.connect(self._url) as server:
                server.execute(script)
            return
        with closing(self._open_file()) as file:
            file.executescript(script)

    @property
    def _file(self) -> str:
        return self._url.removeprefix("sqlite:///")

    def _open_file(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file)

    def _is_ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "topicwire", *arguments]

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "TOPICWIRE_DATABASE_URL": self._url,
            "TOPICWIRE_CATALOGUE": str(self.folder / "feeds"),
            "TOPICWIRE_ALLOW_PRIVATE": "127.0.0.0/8",
            "TOPICWIRE_LISTEN": f"127.0.0.1:{self.port}",
            "TOPICWIRE_MIN_INTERVAL": str(self.min_interval),
            "TOPICWIRE_HOST_SPACING": "0",
            "TOPICWIRE_WORKERS": "2",
            "TOPICWIRE_SIMILARITY": "false",  # its model takes longer to load than all the rest
        }


def wait_until(is_so: Any, *, seconds: float = PATIENCE) -> None:
    """Wait until something is so; fail the test when it takes too long."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            pytest.fail(f"it did not come about within {seconds:.0f} seconds")
        time.sleep(0.05)
