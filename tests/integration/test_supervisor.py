"""Whoever supervises the daemon hears when it answers, that it lives, and that it stops."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from topicwire.cli import daemon
from topicwire.world import supervisor


@pytest.fixture(params=["path", "abstract"])
def ear(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Give the socket of a supervisor, in the file system or beside it."""
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        path = str(Path(folder) / "notify")
        is_abstract = request.param == "abstract"
        ear.bind("\0" + path if is_abstract else path)
        ear.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + path if is_abstract else path)
        yield ear


def test_a_state_is_told(ear: socket.socket) -> None:
    """Both kinds of address are understood."""
    supervisor.tell("READY=1")

    assert ear.recv(100) == b"READY=1"


def test_where_nobody_listens_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a supervisor, or with one that has gone, the daemon goes on."""
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    supervisor.tell("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere/notify")
    supervisor.tell("READY=1")


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        pytest.param({"WATCHDOG_USEC": "1500000"}, 1.5, id="it waits"),
        pytest.param({}, None, id="it does not"),
        pytest.param({"WATCHDOG_USEC": "1", "WATCHDOG_PID": "1"}, None, id="for another process"),
        pytest.param(
            {"WATCHDOG_USEC": "2000000", "WATCHDOG_PID": str(os.getpid())}, 2.0, id="for this one"
        ),
    ],
)
def test_how_long_it_waits_is_read(
    given: dict[str, str], seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is meant for another process is not obeyed."""
    for name in ("WATCHDOG_USEC", "WATCHDOG_PID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert supervisor.patience() == seconds


def test_the_daemon_says_that_it_lives_until_it_stops(
    ear: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It beats three times as often as it must, and says when it stops."""
    monkeypatch.setenv("WATCHDOG_USEC", "300000")

    async def some_beats() -> None:
        stop = asyncio.Event()
        beating = asyncio.create_task(daemon._beat(stop))
        await asyncio.sleep(0.25)
        stop.set()
        await beating

    asyncio.run(some_beats())

    heard: list[bytes] = []
    while not heard or heard[-1] != b"STOPPING=1":
        heard.append(ear.recv(100))
    assert heard[:2] == [b"WATCHDOG=1"] * 2
