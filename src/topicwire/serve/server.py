"""The HTTP server: serves a site with granian inside our own event loop."""

import asyncio
import errno
import socket
from collections.abc import Callable

from topicwire.errors import ListenError
from topicwire.serve.application import Site
from topicwire.serve.worker import Worker

GRACE = 5  # seconds that answers under way have to finish after the stop


async def serve(
    site: Site,
    *,
    host: str,
    port: int,
    stop: asyncio.Event,
    listening: Callable[[], None] = lambda: None,
) -> None:
    """Serve until `stop` is set, then let the answers under way finish for a moment.

    `listening` is called as soon as requests are answered.

    Raises:
        ListenError: the address cannot be listened on, or the server failed.
    """
    address = await asyncio.to_thread(check_free, host, port)
    async with site.open():
        try:
            worker = Worker(site, address=address, port=port)
        except OSError as error:
            shown = _shown(host, port)
            raise ListenError(f"the server on {shown} did not start; start it again") from error
        listening()
        ended = asyncio.create_task(worker.ended())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            worker.stop()
            # A client that does not read its answer must not keep us from stopping.
            await asyncio.wait({ended}, timeout=GRACE)
            ended.cancel()
    if not stop.is_set():
        raise ListenError(f"the server on {_shown(host, port)} ended by itself; start it again")


def check_free(host: str, port: int) -> str:
    """Return the numeric address of `host`, if its port can be listened on.

    granian shares a port that another granian listens on (SO_REUSEPORT) and ends without a word
    when it cannot have it, so we try first.

    Raises:
        ListenError: the name does not resolve, or the port is taken or not allowed.
    """
    shown = _shown(host, port)
    next_step = "set TOPICWIRE_LISTEN to another host:port"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise ListenError(f"the address {shown} does not resolve: {next_step}") from error
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen()
        except PermissionError as error:
            raise ListenError(
                f"the address {shown} needs more rights than this process has: "
                f"use a port from 1024 on; {next_step}"
            ) from error
        except OSError as error:
            raise ListenError(f"the address {shown} {_reason(error)}: {next_step}") from error
    return str(address[0])


def _reason(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "is already in use"
    if error.errno == errno.EADDRNOTAVAIL:
        return "is not one of this machine"
    return f"cannot be listened on ({error.strerror})"


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
