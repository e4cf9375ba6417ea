"""A cable to another host: a network of its own whose wire can be cut, unnoticed at both ends."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from ipaddress import IPv4Address
from itertools import count

BLOCK = int(IPv4Address("198.18.0.0"))  # of 2 ** 17 addresses for such networks (RFC 2544)
NOBODY = "02:00:00:00:00:99"  # an address on the wire that neither end has
_NUMBERS = count(1)


class Cable:
    """The wire between this host, at `near`, and one that is reached at `far`."""

    def __init__(self) -> None:
        number = (os.getpid() * 8 + next(_NUMBERS)) % 2**15  # tests run side by side
        first = BLOCK + 4 * number
        self.near, self.far = str(IPv4Address(first + 1)), str(IPv4Address(first + 2))
        self.host = self._wire = f"wire-{number}"

    @property
    def there(self) -> tuple[str, ...]:
        """What to write before a command that is to run on the other host."""
        return ("ip", "netns", "exec", self.host)

    def lay(self) -> None:
        """Make the other host and the wire to it."""
        _ip("netns", "add", self.host)
        _ip("link", "add", self._wire, "type", "veth", "peer", "name", "wire", "netns", self.host)
        _ip("address", "add", f"{self.near}/30", "dev", self._wire)
        _ip("link", "set", self._wire, "up")
        _ip("-n", self.host, "address", "add", f"{self.far}/30", "dev", "wire")
        for each in ("lo", "wire"):
            _ip("-n", self.host, "link", "set", each, "up")

    def take_up(self) -> None:
        """Remove the other host, and the wire with it."""
        _ip("netns", "delete", self.host)

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Lose whatever either end sends, without a word to anybody; then mend the wire."""
        near = ("neighbour", "{}", self.far, "dev", self._wire)
        far = ("-n", self.host, "neighbour", "{}", self.near, "dev", "wire")
        for each in (near, far):
            _ip(*(word.format("replace") for word in each), "lladdr", NOBODY, "nud", "permanent")
        try:
            yield
        finally:
            for each in (near, far):
                _ip(*(word.format("delete") for word in each))


@contextmanager
def cable() -> Iterator[Cable]:
    """Lay a cable to another host, for as long as it is needed."""
    laid = Cable()
    laid.lay()
    try:
        yield laid
    finally:
        laid.take_up()


def _ip(*words: str) -> None:
    subprocess.run(("ip", *words), check=True, capture_output=True)


@cache
def is_allowed() -> bool:
    """Whether a cable can be laid here: that takes root and iproute2."""
    try:
        with cable():
            return True
    except (OSError, subprocess.CalledProcessError):
        return False
