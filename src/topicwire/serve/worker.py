"""granian's worker: one thread that reads requests and writes answers.

Handing a request over to the event loop and a task costs more than answering it. What is at hand
is therefore answered in the worker's own thread, and only the rest goes to the loop; granian's
`Server` cannot do that, so that its worker is driven here (decision record 0008).
"""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

from granian._granian import CallbackScheduler, ListenerSpec, RSGIWorker, WorkerSignal
from granian.http import HTTP1Settings

from topicwire import observe
from topicwire.serve.application import Site
from topicwire.serve.wire import Answer

CONNECTIONS = 512  # open at once; more wait in the backlog
BACKLOG = 1024
HEADER_TIMEOUT = 10  # seconds for a request's head, and for an idle connection's next one
UNREAD = 30  # seconds after which a client that takes nothing of its answer is let go
HEAD_BYTES = 16 * 1024  # of a request line and its headers; hyper answers 431 beyond that

_NO_TLS: tuple[Any, ...] = (False, None, None, None, "tls1.3", None, [], False)


class Worker:
    """Serves a site from the moment it is made, in the event loop that runs then."""

    def __init__(self, site: Site, *, address: str, port: int) -> None:
        """Listen and begin to serve.

        Raises:
            OSError: the address cannot be listened on.
        """
        self._site = site
        self._loop = asyncio.get_running_loop()
        self._signal = WorkerSignal()
        self._ended = self._loop.create_future()
        self._signal.add_cb(self._end)
        self._log = observe.logger(role="serve")
        try:
            listener = ListenerSpec(address, port, BACKLOG).build()
        except RuntimeError as error:
            raise OSError("granian cannot listen there") from error
        _let_go_of_the_idle(listener.get_fd())
        worker = _rsgi_worker(listener)
        worker.serve_async(_scheduler(self._loop, self._schedule), self._loop, self._signal)

    def stop(self) -> None:
        """Take no more requests; `ended` returns once the last was answered."""
        self._signal.set()

    async def ended(self) -> None:
        """Return when the worker has ended."""
        await self._ended

    def _end(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop was closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._ended.set_result, None)

    def _schedule(self, exchange: Any) -> None:
        """Answer a request at once if that is possible, else in the loop; called by the worker."""
        answer = self._at_once(exchange.scope)
        if answer is None:
            self._loop.call_soon_threadsafe(self._begin, exchange)
        else:
            _send(exchange, answer)

    def _at_once(self, scope: Any) -> Answer | None:
        try:
            return self._site.at_once(scope)
        except Exception:  # noqa: BLE001 (the door: one fault must not end the server)
            self._log.exception("request.failed_at_once")
            return None

    def _begin(self, exchange: Any) -> None:
        exchange.taskref(self._loop.create_task(self._answer(exchange)))

    async def _answer(self, exchange: Any) -> None:
        try:
            answer = await self._site.answer(exchange.scope, exchange.proto)
        except asyncio.CancelledError as error:  # a stop; the site answers all else
            exchange.err(error)
            raise
        _send(exchange, answer)


def _send(exchange: Any, answer: Answer) -> None:
    """Send an answer, and end the exchange."""
    status, headers, body = answer
    if body:
        exchange.proto.response_bytes(status, headers, body)
    else:
        exchange.proto.response_empty(status, headers)
    exchange.done()


def _let_go_of_the_idle(listening: int) -> None:
    """Have Linux end connections whose peer takes nothing; those accepted inherit it (RFC 5482)."""
    if sys.platform == "linux":
        with socket.socket(fileno=os.dup(listening)) as listener:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD * 1000)


class _Scheduler(CallbackScheduler):
    """What granian's worker calls with each request, without granian's own scheduling."""

    _schedule_fn: Callable[[Any], None]


def _scheduler(loop: asyncio.AbstractEventLoop, schedule: Callable[[Any], None]) -> _Scheduler:
    make: Any = _Scheduler  # its stub is behind it, as is the worker's
    scheduler: _Scheduler = make(loop, None, None, None, None)
    scheduler._schedule_fn = schedule  # noqa: SLF001 (the hook that granian's own has)
    return scheduler


def _rsgi_worker(listener: Any) -> Any:
    make: Any = RSGIWorker
    return make(
        1,  # the only worker
        (None, listener),
        None,  # no channel to a parent process
        1,  # thread that reads and writes
        512,  # threads at most for blocking work, of which there is none
        1,  # thread that calls us
        30,  # seconds after which it ends when idle
        CONNECTIONS,
        "1",  # HTTP/1 alone
        HTTP1Settings(header_read_timeout=HEADER_TIMEOUT * 1000, max_buffer_size=HEAD_BYTES),
        None,
        False,  # no websockets
        None,  # no static files
        *_NO_TLS,
        (None, None),  # no metrics
    )
