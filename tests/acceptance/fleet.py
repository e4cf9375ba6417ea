"""Topicwire on many hosts: each process in a folder of its own, one PostgreSQL, nginx in front."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from acceptance.wire import ROOT, TOPIC, wait_until
from nginx import Proxy
from ports import free_port
from postgres import Server

ROLES = {"schedule": 2, "work": 2, "serve": 2}


class Member:
    """A process of the fleet, on what stands for a host of its own."""

    def __init__(self, fleet: "Fleet", role: str, folder: Path) -> None:
        self.role = role
        self.port = free_port()
        self._fleet = fleet
        self._folder = folder
        shutil.copytree(fleet.catalogue, folder / "feeds")
        self._process: subprocess.Popen[bytes] | None = None
        self._before = 0

    @property
    def log(self) -> str:
        """What it logged so far, over all its lives."""
        path = self._folder / "log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def is_leader(self) -> bool:
        """Whether it is the scheduler that leads: the last thing that it said of that."""
        said = re.findall(r"schedule\.(leads|stands_by|lost_the_lead)", self.log)
        return bool(said) and said[-1] == "leads"

    def start(self) -> None:
        """Start it; `has_begun` says when it works."""
        self._before = len(self.log)
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "topicwire", self.role],
                env=self._fleet.environment(self._folder, self.port),
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )

    def has_begun(self) -> bool:
        """Whether it says that it works, since it was last started."""
        return bool(re.search(r"(work|serve)\.started|leads|stands_by", self.log[self._before :]))

    def kill(self) -> None:
        """Kill it, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to stop, and return how it ended."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        code = self._process.wait(30)
        self._process = None
        return code

    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None


class Fleet:
    """The topology of docker-compose's profile `scale`, without containers."""

    def __init__(self, folder: Path, postgres: Server, **sources: str) -> None:
        self.folder = folder
        self.postgres = postgres
        self.catalogue = folder / "feeds"
        self._url = postgres.url(postgres.create())
        self._write_catalogue(sources)
        self.members = [
            Member(self, role, folder / f"{role}-{number}")
            for role, count in ROLES.items()
            for number in range(count)
        ]
        self.proxy = self._proxy()

    def _write_catalogue(self, sources: dict[str, str]) -> None:
        (self.catalogue / "sources").mkdir(parents=True)
        (self.catalogue / "topics").mkdir()
        shutil.copytree(ROOT / "feeds" / "concepts", self.catalogue / "concepts")
        shutil.copy(ROOT / "feeds" / "topics" / f"{TOPIC}.toml", self.catalogue / "topics")
        for name, url in sources.items():
            text = f'id = "{name}"\nurl = "{url}"\ntitle = "The {name} Review"\n'
            (self.catalogue / "sources" / f"{name}.toml").write_text(text, encoding="utf-8")

    def _proxy(self) -> Proxy:
        """Return an nginx with the settings of the profile; only addresses and folders are others."""
        compose: dict[str, Any] = YAML(typ="safe").load(ROOT / "docker-compose.yml")
        text: str = compose["configs"]["proxy"]["content"].replace("$$", "$")
        port = free_port()
        servers = "".join(
            f"server 127.0.0.1:{each.port} max_fails=1 fail_timeout=5s;"
            for each in self.of("serve")
        )
        ours = {
            "resolver 127.0.0.11 valid=5s;": "",
            "server server:8080 resolve max_fails=1 fail_timeout=5s;": servers,
            "/var/cache/nginx/topicwire": str(self.folder / "cache"),
            "listen 80;": f"listen 127.0.0.1:{port};",
        }
        for theirs, here in ours.items():
            assert theirs in text
            text = text.replace(theirs, here)
        return Proxy(self.folder / "nginx", text, port=0, plain=port)

    def environment(self, home: Path, port: int) -> dict[str, str]:
        """Return what a process of the fleet is told: all the same, but for where it listens."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "TOPICWIRE_DATABASE_URL": self._url,
            "TOPICWIRE_CATALOGUE": str(home / "feeds"),
            "TOPICWIRE_BASE_URL": "http://wire.example",
            "TOPICWIRE_LISTEN": f"127.0.0.1:{port}",
            "TOPICWIRE_ALLOW_PRIVATE": "127.0.0.0/8",
            "TOPICWIRE_MIN_INTERVAL": "1",
            "TOPICWIRE_HOST_SPACING": "0.1",
            "TOPICWIRE_PUSH": "off",
            "TOPICWIRE_HUB": "off",
            "TOPICWIRE_WORKERS": "1",
            "TOPICWIRE_SIMILARITY": "false",  # its model takes longer to load than all the rest
        }

    def of(self, role: str) -> list[Member]:
        """Return the members of a role."""
        return [each for each in self.members if each.role == role]

    @property
    def leader(self) -> Member:
        """The scheduler that leads."""
        wait_until(lambda: any(each.is_leader for each in self.of("schedule")))
        return next(each for each in self.of("schedule") if each.is_leader)

    def run(self, *arguments: str) -> str:
        """Run a command that must succeed, as an operator somewhere in the fleet."""
        done = subprocess.run(
            [sys.executable, "-m", "topicwire", *arguments],
            env=self.environment(self.folder, free_port()),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Make the database, start everything, and kill what is left at the end."""
        self.run("db", "migrate")
        with ExitStack() as stack:
            stack.callback(self._clear)
            for each in self.members:
                each.start()
            wait_until(lambda: all(each.has_begun() for each in self.members))
            stack.enter_context(self.proxy)
            yield

    def _clear(self) -> None:
        for each in self.members:
            if each.is_running():
                each.kill()
