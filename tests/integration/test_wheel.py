"""What is installed outside a checkout holds all that it needs to run."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from zipfile import ZipFile

import pytest

from ports import free_port

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).parent / "uv"
PATIENCE = 30  # seconds that the daemon may take to answer

pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that has the wheel, a home without anything in it, and no checkout."""

    home: Path
    program: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a login of the user there has in the environment."""
        return {"HOME": str(self.home), "PATH": os.defpath, "TOPICWIRE_ALLOW_FILES": "true"}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command there."""
        command = (str(self.program), *words)
        return subprocess.run(
            command,
            cwd=self.home,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def says(self, *words: str) -> str:
        """Return what a command that works says."""
        said = self.run(*words)
        assert (said.returncode, said.stderr) == (0, ""), words
        return said.stdout

    @contextmanager
    def daemon(self) -> Iterator[int]:
        """Run everything, and give the port."""
        port = free_port()
        own = self.environment | {"TOPICWIRE_LISTEN": f"127.0.0.1:{port}"}
        command = (str(self.program), "--quiet", "run")
        with subprocess.Popen(command, cwd=self.home, env=own) as process:
            try:
                yield port
            finally:
                process.terminate()


@pytest.fixture(scope="module")
def machine(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Return a machine with the wheel in a clean environment, made of what was fetched before."""
    if not UV.exists():
        pytest.skip("uv is not installed beside the tests; pip would take minutes")
    folder = tmp_path_factory.mktemp("machine")
    python = folder / "venv" / "bin" / "python"
    made = (str(UV), "venv", "--quiet", "--python", sys.executable, str(folder / "venv"))
    subprocess.run(made, check=True, capture_output=True)
    install = (str(UV), "pip", "install", "--quiet", "--offline", "--python", str(python))
    locked = ("--require-hashes", "-r", str(ROOT / "requirements.lock"))
    found = subprocess.run((*install, *locked), capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip(f"uv has not all packages at hand: {found.stderr[-300:]}")
    subprocess.run((*install, "--no-deps", str(wheel)), check=True)
    subprocess.run((str(UV), "pip", "check", "--quiet", "--python", str(python)), check=True)
    (folder / "home").mkdir()
    return Machine(folder / "home", python.with_name("topicwire"))


def test_the_wheel_carries_migrations_catalogue_and_templates(wheel: Path) -> None:
    """Every migration, every file of the starter catalogue and every template is inside."""
    with ZipFile(wheel) as archive:
        inside = set(archive.namelist())

    wanted = {
        f"topicwire/{place}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, place, pattern in (
            ("db/migrations", "_db/migrations", "**/*.py"),
            ("feeds", "_feeds", "**/*.*"),
            ("src/topicwire/publish/templates", "publish/templates", "*"),
        )
        for path in (ROOT / folder).glob(pattern)
    }
    assert wanted - inside == set()


@pytest.mark.timeout(240)  # a fresh environment compiles every module that it imports
def test_a_newcomer_installs_begins_and_reads(machine: Machine) -> None:
    """From the first command to a topic that is served, in a home of one's own."""
    shutil.rmtree(machine.home)
    machine.home.mkdir()

    assert machine.says("--version").startswith("topicwire ")
    refused = machine.run("source", "add", "https://a.example/feed", "--unseen")
    assert refused.returncode == 1
    assert "is part of the program, and is not edited" in refused.stderr
    assert "topicwire init" in refused.stderr

    begun = machine.says("init", "--yes").splitlines()
    assert (machine.home / ".config" / "topicwire" / "feeds" / "topics").is_dir()
    assert begun[-2:] == ["  topicwire poll", "  topicwire run"]
    assert "add     topic space-cooperation" in machine.says("apply")
    assert machine.says("poll").startswith("4 of 4 sources answered: 40 new entries")
    assert "<title>Space cooperation</title>" in machine.says("feed", "show", "space-cooperation")
    assert "already at schema" in machine.says("db", "migrate")
    assert machine.says("doctor").startswith("Nothing to mend.")
    assert "Wrote" in machine.says("source", "pause", "sample-polyglot")

    with machine.daemon() as port:
        assert _status(port, "/livez") == 200
        assert _status(port, "/topics/space-cooperation.atom") == 200


def _status(port: int, path: str) -> int:
    """Return the status of a page, as soon as somebody answers."""
    deadline = time.monotonic() + PATIENCE
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        finally:
            connection.close()
