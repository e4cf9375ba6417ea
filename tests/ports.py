"""Ports for the servers of tests: none that a client gets by chance, none that another test has."""

import errno
import os
import socket
from itertools import count

# Below what systems give to clients, and apart for each process that tests beside others.
_FIRST, _EACH, _PROCESSES = 20_000, 2_000, 5
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_next = count(_FIRST + _EACH * (_worker % _PROCESSES) + os.getpid() % (_EACH // 2))


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port that nobody listens on, and that no other call returns.

    Raises:
        OSError: this machine has no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        port = next(_next)
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
            else:
                return port
