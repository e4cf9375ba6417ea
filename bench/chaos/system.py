"""The whole system as processes: started, killed at random, and started again."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from bench.chaos.origin import free_port

from cable import Cable
from postgres import Server
from topicwire.config import Settings

SOURCES = 6
LIMIT = 20  # entries in the current document, so that there are pages of an archive
PATIENCE = 90.0  # seconds for anything
TOGETHER, APART = ("run",), ("schedule", "serve")
SCALED = ("schedule", "work", "serve")  # needs a database server
SOURCE = (
    'id = "{name}"\nurl = "http://127.0.0.1:{port}/{name}"\ntitle = "{name}"\nfull_text = "never"\n'
)
TOPIC = (
    'id = "seats"\ntitle = "Seats"\ndescription = "Seats traded."\nquery = "seats"\n'
    f"min_score = 0.01\nlimit = {LIMIT}\n"
)


@dataclass
class System:
    """An installation in `folder`.

    Its database is in `folder/db`, which may be a small disk, or else one of a `server`, which may
    be at the end of a `cable`.
    """

    folder: Path
    origin_port: int
    chance: random.Random
    server: Server | None = None
    cable: Cable | None = None
    database_url: str = ""
    port: int = 0
    roles: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port = free_port()
        self.disk.mkdir()
        self.database_url = (
            f"sqlite:///{self.disk}/wire.sqlite"
            if self.server is None
            else self.server.url(self.server.create())
        )
        self.turn_clock(0)
        for name in ("sources", "topics", "concepts"):
            (self.folder / "feeds" / name).mkdir(parents=True)
        for number in range(SOURCES):
            text = SOURCE.format(name=f"s{number}", port=self.origin_port)
            (self.folder / "feeds" / "sources" / f"s{number}.toml").write_text(text)
        (self.folder / "feeds" / "topics" / "seats.toml").write_text(TOPIC)

    @property
    def disk(self) -> Path:
        """The folder of the database."""
        return self.folder / "db"

    @property
    def settings(self) -> Settings:
        """Its settings."""
        return Settings(
            database_url=self.database_url,
            catalogue=self.folder / "feeds",
            base_url=f"http://127.0.0.1:{self.port}",
            listen=f"127.0.0.1:{self.port}",
            allow_private=("127.0.0.1",),
            host_spacing=0,
            min_interval=0,
            workers=2,
            log="json",
            similarity=False,
        )

    def turn_clock(self, ahead: float) -> None:
        """Let the daemon's clock be ahead by so many seconds."""
        fresh = self.folder / "clock.new"
        fresh.write_text(str(ahead), encoding="ascii")
        fresh.replace(self.folder / "clock")

    def start(self) -> None:
        """Start what does not run: everything in one process, or each role in its own."""
        ways = (TOGETHER, APART if self.server is None else SCALED)
        for name in () if self.roles else self.chance.choice(ways):
            self.roles[name] = self._process(name)
        for name, process in self.roles.items():
            if process.poll() is not None:
                self.roles[name] = self._process(name)

    def ended(self) -> tuple[str, ...]:
        """Return the roles whose process has ended."""
        return tuple(name for name, each in self.roles.items() if each.poll() is not None)

    def kill(self) -> str:
        """Kill a process at random, now and then all of them; return what was killed."""
        if self.chance.random() < 0.25:
            self.kill_all()
            return "everything"
        mine = {each.pid: name for name, each in self.roles.items()}
        found = list(mine) if self.chance.random() < 0.5 else self.processes()
        pid = self.chance.choice(found or list(mine))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        if pid in mine:
            self.roles[mine[pid]].wait()
        return mine.get(pid, "a worker")

    def kill_all(self) -> None:
        """Kill all processes at once, as a failing machine does."""
        for pid in [*(each.pid for each in self.roles.values()), *self.processes()]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for each in self.roles.values():
            each.wait()
        self.roles.clear()

    def stop(self) -> bool:
        """Ask all processes to end; return whether all did so in good order."""
        for each in self.roles.values():
            each.terminate()
        return all(each.wait(PATIENCE) == 0 for each in self.roles.values())

    def processes(self) -> list[int]:
        """Return all processes of this installation, also those that nobody waits for."""
        mine = f"={self.folder}/feeds".encode()
        found = []
        for each in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):
                if mine in each.read_bytes():
                    found.append(int(each.parent.name))
        return sorted(found)

    def is_ready(self) -> bool:
        """Whether it listens."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def log(self) -> str:
        """Return what all processes have logged."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def _process(self, role: str) -> subprocess.Popen[bytes]:
        command = (sys.executable, "-m", "bench.chaos.daemon", str(self.folder / "clock"), role)
        process = subprocess.Popen(command, env=self._environment(), stderr=subprocess.PIPE)
        Thread(target=self._keep_log, args=(process,), daemon=True).start()
        return process

    def _keep_log(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stderr is not None
        with (self.folder / "log").open("ab", buffering=0) as log:
            for line in process.stderr:
                log.write(line)

    def _environment(self) -> dict[str, str]:
        names = ("database_url", "catalogue", "base_url", "listen", "host_spacing", "min_interval")
        given = {
            name: str(getattr(self.settings, name))
            for name in (*names, "workers", "log", "similarity")
        }
        given["allow_private"] = "127.0.0.1"
        return os.environ | {f"TOPICWIRE_{name.upper()}": value for name, value in given.items()}


def came_about(is_so: object, *, seconds: float = PATIENCE) -> bool:
    """Wait until something is so; return False when it takes too long."""
    assert callable(is_so)
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
