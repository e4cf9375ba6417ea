"""What tests have workers and processes do; a module of its own, because workers import it by name."""

import gc
import os
import signal
import time
from hashlib import blake2b
from pathlib import Path

from topicwire.errors import ParseError
from topicwire.model.wire import Request
from topicwire.world.guard import Guard
from topicwire.world.hosts import Hosts
from topicwire.world.web import Web, WebLimits


def square(number: int) -> int:
    return number * number


def where(_: None) -> int:
    return os.getpid()


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def spin(_: None) -> None:
    while True:
        pass


def die(code: int) -> None:
    os._exit(code)


def die_of(number: int) -> None:
    """Die of a signal."""
    signal.raise_signal(number)


def die_with_the_lock(_: None) -> None:
    """Be killed as a process is that takes its next job: holding what the others wait for."""
    gc.unfreeze()  # what a worker loaded is not among the objects else
    channels = [each for each in gc.get_objects() if type(each).__name__ == "WorkerChannel"]
    assert channels[0].mutex.acquire()
    os.kill(os.getpid(), signal.SIGKILL)


def fill(size: int) -> int:
    return len(bytearray(size))


def refuse(reason: str) -> None:
    raise ParseError(reason)


def fail(_: None) -> None:
    raise LookupError("a fault of ours")


def a_web(folder: Path | None, *, spacing: float) -> Web:
    hosts = None if folder is None else Hosts(folder / "hosts")
    return Web(WebLimits("Topicwire", spacing=spacing), Guard(["127.0.0.0/8"]), hosts)


def in_the_way(folder: Path, host: str) -> None:
    """Let nobody know whose turn it is at a host: its file is a folder."""
    (folder / blake2b(host.encode(), digest_size=2).hexdigest()).mkdir(parents=True)


def fetch(folder: Path, urls: list[str], spacing: float) -> list[int | None]:
    requests = [Request(str(n), url) for n, url in enumerate(urls)]
    return [each.status for each in a_web(folder, spacing=spacing).fetch(requests)]
