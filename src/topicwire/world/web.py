"""The web: many polite, guarded GETs at once.

Inside it is asynchronous, outside an iterator. No request raises: what went wrong is said in
plain words in its response.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Generator, Iterable
from contextlib import asynccontextmanager, closing
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial

import aiohttp

from topicwire.errors import GuardError, WebError
from topicwire.model.wire import Request, Response
from topicwire.world.exchange import CODINGS, Exchange, read_url
from topicwire.world.guard import Guard
from topicwire.world.hosts import TakesTurns
from topicwire.world.names import Names
from topicwire.world.stream import Deliver, stream
from topicwire.world.turns import Turn, Turns

LONGEST_HEADER = 32_768  # bytes; long security policies are over aiohttp's 8 KB


@dataclass(frozen=True, slots=True)
class WebLimits:
    """How much the web may take; times are in seconds.

    `spacing` lies between two starts on one host. `total_seconds` covers a request with all its
    redirects, but not the wait for a host's turn. `max_bytes` bounds a decoded body. `max_hops`
    is how many redirects are followed; with 0 one is an answer like any other. `takes_turns`
    says whether a host is asked one thing at a time.
    """

    user_agent: str
    connections: int = 100
    spacing: float = 1.0
    connect_seconds: float = 10.0
    read_seconds: float = 20.0
    total_seconds: float = 60.0
    max_bytes: int = 10_000_000
    max_hops: int = 5
    takes_turns: bool = True


_dialling: ContextVar[Exchange] = ContextVar("dialling")


class Web:
    """Fetches as a polite stranger: no cookies, no proxy of the environment, no hurry."""

    def __init__(self, limits: WebLimits, guard: Guard, hosts: TakesTurns | None = None) -> None:
        """Make requests within the limits, through the guard.

        `hosts` keeps requests to one host apart from those of every other thread and process;
        None keeps apart only what one call fetches.
        """
        self._limits = limits
        self._guard = guard
        self._hosts = hosts
        self._free_at: dict[str, float] = {}  # host -> when it may be asked again, monotonic

    def fetch(self, requests: Iterable[Request]) -> Generator[Response]:
        """Make the requests and yield the responses as they arrive.

        Hosts take turns: one request a host at a time, `spacing` apart. Closing the generator
        cancels what is under way.
        """
        with closing(self.arrivals(requests)) as arrivals:
            for responses in arrivals:
                yield from responses

    def arrivals(
        self, requests: Iterable[Request], *, tick: float | None = None
    ) -> Generator[tuple[Response, ...]]:
        """Fetch, but yield together what is there together.

        With a `tick` an empty tuple comes whenever nothing arrived for that many seconds, so
        that the caller can turn to other work.
        """
        turns: Turns[Exchange] = Turns(spacing=self._limits.spacing, free_at=self._recent())
        refused = []
        for request in requests:
            try:
                exchange = self._exchange(request)
            except WebError as error:
                refused.append(Response(request.key, request.url, None, error=str(error)))
            else:
                turns.add(self._lane(exchange), exchange)
        if refused:
            yield tuple(refused)
        if turns:
            produce = partial(self._produce, turns)
            yield from stream(produce, room=self._limits.connections, tick=tick)

    def _recent(self) -> dict[str, float]:
        """Return the hosts that must still wait, forgetting the others."""
        now = time.monotonic()
        for host, free_at in tuple(self._free_at.items()):  # other threads fetch meanwhile
            if free_at <= now:
                self._free_at.pop(host, None)
        return self._free_at

    def _exchange(self, request: Request) -> Exchange:
        return Exchange(
            request.key,
            read_url(request.url),
            dict(request.headers),
            max_bytes=self._limits.max_bytes,
            max_hops=self._limits.max_hops,
            form=request.form,
            body=request.body,
            spacing=max(self._limits.spacing, request.spacing),
        )

    def _lane(self, exchange: Exchange) -> str:
        """Return what an exchange waits for: its host, or nobody else."""
        return exchange.host if self._limits.takes_turns else exchange.key

    async def _produce(self, turns: Turns[Exchange], deliver: Deliver[Response]) -> None:
        async with self._session() as session, asyncio.TaskGroup() as group:
            for _ in range(min(self._limits.connections, len(turns))):
                group.create_task(self._work(session, turns, deliver))

    async def _work(
        self, session: aiohttp.ClientSession, turns: Turns[Exchange], deliver: Deliver[Response]
    ) -> None:
        """Take turns until there are none; a host under way is seen to by who has it."""
        while (turn := turns.take(now := time.monotonic())) is not None:
            if turn.start > now:
                await asyncio.sleep(turn.start - now)
                now = time.monotonic()
            response = await self._in_turn(session, turn)
            turns.done(turn.host, started=now)
            if response is None:
                turns.add(self._lane(turn.job), turn.job)
            else:
                await deliver(response)

    async def _in_turn(
        self, session: aiohttp.ClientSession, turn: Turn[Exchange]
    ) -> Response | None:
        """Advance the exchange once nobody else asks its host."""
        exchange = turn.job
        if self._hosts is None:
            return await self._advance(session, exchange)
        try:
            async with self._hosts.turn(turn.host, spacing=exchange.spacing):
                return await self._advance(session, exchange)
        except WebError as error:
            return Response(exchange.key, str(exchange.url), None, error=str(error))

    async def _advance(self, session: aiohttp.ClientSession, exchange: Exchange) -> Response | None:
        """Return the response, or None when another request has to be made, which waits its turn."""
        began = time.monotonic()
        response = None
        _dialling.set(exchange)
        try:
            async with asyncio.timeout(self._limits.total_seconds - exchange.spent):
                response = await exchange.ask(session)
        except Exception as error:  # noqa: BLE001 (one source's failure must not stop the others)
            reason = _reason(error, exchange, self._limits)
            response = Response(exchange.key, str(exchange.url), None, error=reason)
        exchange.spent += time.monotonic() - began
        return response and replace(response, elapsed=exchange.spent)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[aiohttp.ClientSession]:
        limits = self._limits
        names = Names()
        connector = aiohttp.TCPConnector(
            limit=0,  # the number of workers is the limit
            force_close=True,  # a host's next turn is far away; idle connections cost files
            resolver=names,
            socket_factory=self._dial,
        )
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": limits.user_agent, "Accept-Encoding": ", ".join(CODINGS)},
            timeout=aiohttp.ClientTimeout(
                total=None, connect=limits.connect_seconds, sock_read=limits.read_seconds
            ),
            trust_env=False,
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
        )
        session._retry_connection = False  # noqa: SLF001 (no other way: who hangs up is not asked again)
        try:
            yield session
        finally:
            await session.close()
            await names.close()

    def _dial(self, address: aiohttp.AddrInfoType) -> socket.socket:
        """Return a socket for the address about to be dialled, if the guard lets it pass."""
        family, kind, protocol, _, (dialled, port, *_) = address
        exchange = _dialling.get()
        try:
            self._guard.check(exchange.host, str(dialled), int(port))
        except GuardError as error:
            exchange.refusal = str(error)  # of several addresses aiohttp tells a summary only
            raise
        return socket.socket(family, kind, protocol)


def _reason(error: Exception, exchange: Exchange, limits: WebLimits) -> str:  # noqa: PLR0911 (a table)
    """Say in an operator's words why no answer came."""
    match error:
        case WebError():
            return str(error)
        case aiohttp.InvalidURL():
            return f"the address cannot be used: {error.description or error}"
        case aiohttp.ConnectionTimeoutError():
            return f"no connection within {limits.connect_seconds:g} s"
        case aiohttp.SocketTimeoutError():
            return f"nothing came for {limits.read_seconds:g} s"
        case TimeoutError():
            return f"no answer within {limits.total_seconds:g} s"
        case aiohttp.ClientPayloadError():
            return f"the answer broke off or is garbled: {error}"
        case aiohttp.ServerDisconnectedError():
            return "the server hung up without an answer"
        case aiohttp.ClientResponseError():
            return f"the answer is not HTTP: {error.message}"
        case OSError():
            return exchange.refusal or connection_reason(error, exchange.host)
    return f"the request failed: {type(error).__name__}: {error}"


def connection_reason(error: OSError, host: str) -> str:
    """Say in an operator's words why no connection to a host came about."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    match error, cause:
        case aiohttp.ClientConnectorDNSError(), _:
            return f"the name {host} does not resolve"
        case aiohttp.ClientConnectorCertificateError(), _:
            fault = error.certificate_error
            return f"the certificate is not valid: {getattr(fault, 'verify_message', fault)}"
        case aiohttp.ClientSSLError(), _:
            return f"no secure connection could be made: {cause.strerror or cause}"
        case _, ConnectionRefusedError():
            return "the connection was refused"
    return f"the connection failed: {cause.strerror or cause}"
