"""What befalls a system besides kills; each fault begins, lasts for some seconds, and is over."""

import resource
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
from bench.chaos.origin import Network, Origin
from bench.chaos.system import System, came_about

from topicwire import cable
from topicwire.store.dialects.sqlite import BUSY_SECONDS

DISK = "32m"  # bytes of the small disk
CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid != pg_backend_pid()"
)
HOUR, DAY = 3_600.0, 86_400.0


@dataclass(frozen=True)
class Fault:
    """A fault by name; `seconds` is how long it lasts, and `needs` what it cannot do without."""

    name: str
    befall: Callable[[System, Origin], AbstractContextManager[None]]
    seconds: float = 3.0
    needs: str = ""


def is_mounted(system: System) -> bool:
    """Give the system a small disk of its own; return whether that is allowed here."""
    command = ("mount", "-t", "tmpfs", "-o", f"size={DISK}", "chaos", str(system.disk))
    with suppress(OSError):
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False


@contextmanager
def disk_full(system: System, _: Origin) -> Iterator[None]:
    """Fill the disk of the database to the last byte."""
    filler = system.disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def read_only(system: System, _: Origin) -> Iterator[None]:
    """Let the disk be read-only while everything is started anew, then writable and started anew."""
    system.kill_all()
    _remount(system, "ro")
    try:
        system.start()
        yield
    finally:
        system.kill_all()
        _remount(system, "rw")
        system.start()


def _remount(system: System, mode: str) -> None:
    command = ("mount", "-o", f"remount,{mode}", str(system.disk))
    # What was killed lets go of its files a moment later.
    is_done = partial(subprocess.run, command, capture_output=True, check=False)
    if not came_about(lambda: is_done().returncode == 0, seconds=10):
        raise RuntimeError(f"{system.disk} could not be made {mode}: somebody still writes to it")


@contextmanager
def writes_refused(system: System, _: Origin) -> Iterator[None]:
    """Let the kernel refuse each write to a file, as a disk does that went read-only.

    A disk cannot be remounted while files on it are open for writing; a limit on the size of
    files does the same to a process that runs, and can be taken back.
    """
    _limit(system.processes(), 0)
    try:
        yield
    finally:
        for _again in range(2):  # what a process still begets meanwhile has its limit
            _limit(system.processes(), resource.RLIM_INFINITY)


def _limit(pids: list[int], most: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


@contextmanager
def busy(system: System, _: Origin) -> Iterator[None]:
    """Hold the write lock of the database."""
    path = system.disk / "wire.sqlite"
    with closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


# ---- of a database server ------------------------------------------------------------------


@contextmanager
def away(system: System, _: Origin) -> Iterator[None]:
    """Let the database server crash, and start it anew."""
    assert system.server is not None
    system.server.stop()
    try:
        yield
    finally:
        system.server.start()


def hanging(system: System, _: Origin) -> AbstractContextManager[None]:
    """Let the database server neither answer nor fail."""
    assert system.server is not None
    return system.server.hanging()


@contextmanager
def cut_off(system: System, _: Origin) -> Iterator[None]:
    """Cut every connection to the database, as a proxy between does that is started anew."""
    with _operator(system) as own:
        own.execute(CUT)
    yield


def cable_cut(system: System, _: Origin) -> AbstractContextManager[None]:
    """Lose all that goes to the database and comes from it, for longer than it takes to notice."""
    assert system.cable is not None
    return system.cable.cut()


@contextmanager
def taking_no_writes(system: System, _: Origin) -> Iterator[None]:
    """Let the database be read-only, as a server is that another one has taken over from."""
    with _operator(system) as own:
        own.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        own.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            own.execute("ALTER SYSTEM RESET default_transaction_read_only")
            own.execute("SELECT pg_reload_conf()")


@contextmanager
def locked(system: System, _: Origin) -> Iterator[None]:
    """Hold a table that all work goes through, as a careless operator's session does.

    One, so that no other waits in a circle with us: of those PostgreSQL ends one, which may be us.
    """
    with psycopg.connect(system.database_url) as own:
        own.execute("LOCK TABLE entries")
        yield


def _operator(system: System) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(system.database_url, autocommit=True)


# ---- of all that is around it --------------------------------------------------------------


@contextmanager
def clock_wrong(system: System, _: Origin, *, ahead: float) -> Iterator[None]:
    """Turn the clock, and turn it back."""
    system.turn_clock(ahead)
    try:
        yield
    finally:
        system.turn_clock(0)


@contextmanager
def network_cut(_: System, origin: Origin, *, how: Network) -> Iterator[None]:
    """Cut the network between the system, its sources and its subscriber."""
    with origin.cut(how):
        yield


OF_A_FILE = (
    Fault("the disk is full", disk_full, needs="disk of its own"),
    Fault("the disk is read-only at the start", read_only, needs="disk of its own"),
    Fault("each write is refused", writes_refused),
    Fault("the database is busy", busy, seconds=BUSY_SECONDS + 2),
)
OF_A_SERVER = (
    Fault("the database crashes", away, seconds=0.0),
    Fault("the database is away", away, seconds=12.0),
    Fault("the database hangs", hanging, seconds=12.0),
    Fault("the database cuts its connections", cut_off),
    Fault("the cable is cut", cable_cut, seconds=cable.PATIENCE + 5.0, needs="cable"),
    Fault("the database takes no writes", taking_no_writes),
    Fault("a table is locked", locked, seconds=BUSY_SECONDS + 2),
)
ANYWHERE = (
    Fault("the clock is two hours ahead", partial(clock_wrong, ahead=2 * HOUR)),
    Fault("the clock is five days ahead", partial(clock_wrong, ahead=5 * DAY)),
    Fault("the clock is a day behind", partial(clock_wrong, ahead=-DAY)),
    Fault("connections are refused", partial(network_cut, how=Network.REFUSED)),
    Fault("connections are reset", partial(network_cut, how=Network.RESET)),
    Fault("connections hang", partial(network_cut, how=Network.HANGING)),
)


def faults_of(system: System) -> tuple[Fault, ...]:
    """Return what may befall the system."""
    return (*(OF_A_FILE if system.server is None else OF_A_SERVER), *ANYWHERE)


def endure(fault: Fault, system: System, origin: Origin) -> None:
    """Let the fault befall the system, and wait until it is over."""
    with fault.befall(system, origin):
        time.sleep(fault.seconds)
