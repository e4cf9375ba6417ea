"""A real PostgreSQL for tests: a server of the test run's own, and a database for each test."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from cable import Cable
from ports import free_port

DEBIAN = Path("/usr/lib/postgresql")
USER = "wire"
NOBODY_MINDS = {  # a server that is thrown away need not be safe from power cuts
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
}


def programs() -> Path | None:
    """Return the folder of the server's programs, None where none is installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
    return versions[-1].parent if versions else None


# CI has one, or fails: what is skipped there would never run.
needs_postgres = pytest.mark.skipif(
    programs() is None and "CI" not in os.environ,
    reason="PostgreSQL is not installed (make clients)",
)


class Server:
    """A running server, on this host or at the end of a cable; each database it gives is new."""

    def __init__(self, folder: Path, programs: Path, cable: Cable | None = None) -> None:
        self.port = free_port()
        self._address = "127.0.0.1" if cable is None else cable.far
        self._numbers = count(1)
        self._folder, self._programs = folder, programs
        self._as_who = _unprivileged(folder)
        making = ("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        self._run(
            str(programs / "initdb"), f"--pgdata={folder}/data", f"--username={USER}", *making
        )
        with (folder / "data" / "pg_hba.conf").open("a", encoding="ascii") as rules:
            rules.write("host all all samenet trust\n")
        settings = (f"--{name}={value}" for name, value in NOBODY_MINDS.items())
        place = f"-D {folder}/data -k {folder} -h {self._address} -p {self.port}".split()
        there = () if cable is None else cable.there
        self._command = (*there, *self._as_who, str(programs / "postgres"), *place, *settings)
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, cwd=self._folder
            )
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self._folder / "log").read_text()
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop it at once, without writing down what is in memory: as if it had crashed."""
        self._process.send_signal(signal.SIGQUIT)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:  # it kills what is left of it after five
            self._signal(signal.SIGKILL)
            self._process.wait(15)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Let it neither answer nor fail, as a server does whose disk has stopped."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        """Send a signal to the server and all its processes."""
        main = self._process.pid
        children = Path(f"/proc/{main}/task/{main}/children").read_text(encoding="ascii")
        for pid in (main, *map(int, children.split())):  # itself first, so that none is begotten
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def copy(self) -> None:
        """Keep a copy of what is there now: a replica that hears no more of it."""
        place = f"-h {self._address} -p {self.port} -U {USER} -D {self._folder}/copy".split()
        self._run(str(self._programs / "pg_basebackup"), *place, "--checkpoint=fast", "--no-sync")

    def start_copy(self) -> None:
        """Start the copy in the place of the server, which has stopped: all since then is lost."""
        shutil.rmtree(self._folder / "data")
        (self._folder / "copy").rename(self._folder / "data")
        self.start()

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            [*self._as_who, *command], capture_output=True, text=True, cwd=self._folder, check=False
        )
        assert done.returncode == 0, done.stderr

    def url(self, name: str) -> str:
        """Return the URL of a database."""
        return f"postgresql://{USER}@{self._address}:{self.port}/{name}"

    def create(self, template: str = "template0") -> str:
        """Make a database, a copy of the template, and return its name."""
        name = f"wire_{os.getpid()}_{next(self._numbers)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._do(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Give the URL of a database, a copy of the template, that is removed afterwards."""
        name = self.create(template)
        yield self.url(name)
        self.drop(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever still uses it."""
        self._do(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _do(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def empty(url: str) -> None:
    """Remove all rows of a database of Topicwire, and begin its numbers anew.

    That takes a tenth of what a new database takes.
    """
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")  # in whichever order
        for (table,) in connection.execute(_TABLES).fetchall():
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        connection.execute("UPDATE counters SET value = 0")
        for (sequence,) in connection.execute(_SEQUENCES).fetchall():
            connection.execute("SELECT setval(%s, 1, false)", [sequence])


_TABLES = """
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename NOT IN ('alembic_version', 'counters')
"""
_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value > 0"


@contextmanager
def server(cable: Cable | None = None) -> Iterator[Server]:
    """Give a server in a folder of its own, stopped and removed afterwards."""
    found = programs()
    assert found is not None, "PostgreSQL is not installed (make clients)"
    with tempfile.TemporaryDirectory(prefix="wire-postgres-") as folder:
        running = Server(Path(folder), found, cable)
        try:
            yield running
        finally:
            running.stop()


def _unprivileged(folder: Path) -> list[str]:
    """Return how to run the server as somebody else, for it refuses to be run by root."""
    if os.geteuid() != 0:
        return []
    names = {each.pw_name for each in pwd.getpwall()}
    who = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, who)
    return ["setpriv", f"--reuid={who}", f"--regid={pwd.getpwnam(who).pw_gid}", "--clear-groups"]
