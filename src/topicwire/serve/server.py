"""The HTTP server: runs an ASGI application with granian inside our own event loop."""

import asyncio
import errno
import socket

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from topicwire.errors import ListenError
from topicwire.serve.asgi import Application

CONNECTIONS = 512  # open at once; more wait in the backlog
HEADER_TIMEOUT = 10  # seconds for a request's head, and for an idle connection's next one
HEAD_BYTES = 16 * 1024  # of a request line and its headers; hyper answers 431 beyond that
GRACE = 5  # seconds that answers under way have to finish after the stop


async def serve(application: Application, *, host: str, port: int, stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then let the answers under way finish for a moment.

    Raises:
        ListenError: the address cannot be listened on, or the server failed.
    """
    server = _server(application, await asyncio.to_thread(check_free, host, port), port)
    running = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        server.stop()  # type: ignore[no-untyped-call]  # granian leaves it unannotated
        failure = await _ended(running)
    if not stop.is_set():
        raise ListenError(
            f"the server on {_shown(host, port)} ended by itself; start it again"
        ) from failure


async def _ended(running: asyncio.Task[None]) -> BaseException | None:
    """Return what the server failed with, None when it ended well."""
    await asyncio.wait({running}, timeout=GRACE)
    running.cancel()  # a client that does not read its answer must not keep us from stopping
    (failure,) = await asyncio.gather(running, return_exceptions=True)
    return failure


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


def _server(application: Application, address: str, port: int) -> Server:
    return Server(
        application,
        address=address,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_TIMEOUT * 1000, max_buffer_size=HEAD_BYTES
        ),
        log_enabled=False,  # it speaks to standard output, in a style that is not ours
    )
