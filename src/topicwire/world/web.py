"""The web: many polite, guarded GETs at once.

Inside it is asynchronous, outside an iterator. No request raises: what went wrong is said in
plain words in its response. Only who was never asked, as nobody knew whose turn it is, gives none.
"""

import asyncio
import math
import time
from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from topicwire.errors import StoreError, WebError
from topicwire.model.wire import Request, Response
from topicwire.world.call import Call, Calls, Patience
from topicwire.world.exchange import Exchange, read_url
from topicwire.world.guard import Guard
from topicwire.world.hosts import TakesTurns
from topicwire.world.stream import Deliver, stream
from topicwire.world.turns import Turn, Turns


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

        Raises:
            StoreError: as in arrivals.
        """
        with closing(self.arrivals(requests)) as arrivals:
            for responses in arrivals:
                yield from responses

    def arrivals(
        self, requests: Iterable[Request], *, tick: float | None = None, most: float = math.inf
    ) -> Generator[tuple[Response, ...]]:
        """Fetch, but yield together what is there together.

        With a `tick` an empty tuple comes whenever nothing arrived for that many seconds, so
        that the caller can turn to other work. After `most` seconds no request is begun any
        more: what still waits for its host's turn then is not answered.

        Raises:
            StoreError: nobody knew whose turn it is at some host, which was not asked; all other
                responses have been yielded.
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
            produce = partial(self._produce, turns, until=time.monotonic() + most)
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

    async def _produce(
        self, turns: Turns[Exchange], deliver: Deliver[Response], *, until: float
    ) -> None:
        limits = self._limits
        calls = Calls(
            user_agent=limits.user_agent,
            patience=Patience(limits.connect_seconds, limits.read_seconds, limits.total_seconds),
            check=self._guard.check,
        )
        with closing(calls):
            async with asyncio.TaskGroup() as group:
                working = [
                    group.create_task(self._work(Call(calls), turns, deliver, until=until))
                    for _ in range(min(limits.connections, len(turns)))
                ]
        if unknown := next((each.result() for each in working if each.result()), None):
            raise unknown

    async def _work(
        self, call: Call, turns: Turns[Exchange], deliver: Deliver[Response], *, until: float
    ) -> StoreError | None:
        """Take turns until there are none in time; a host under way is seen to by who has it.

        Returns why somebody was not asked, None where all were.
        """
        unknown: StoreError | None = None
        with closing(call):
            while (turn := turns.take(now := time.monotonic(), until=until)) is not None:
                if turn.start > now:
                    await asyncio.sleep(turn.start - now)
                    now = time.monotonic()
                try:
                    response = await self._in_turn(call, turn)
                except StoreError as error:
                    unknown = StoreError(f"{turn.host} was not asked: {error}")
                    turns.done(turn.host, started=now)
                    continue
                turns.done(turn.host, started=now)
                if response is None:
                    turns.add(self._lane(turn.job), turn.job)
                else:
                    await deliver(response)
        return unknown

    async def _in_turn(self, call: Call, turn: Turn[Exchange]) -> Response | None:
        """Advance the exchange once nobody else asks its host.

        Raises:
            StoreError: nobody knows whose turn it is.
        """
        exchange = turn.job
        if self._hosts is None:
            return await _advance(call, exchange)
        async with self._hosts.turn(turn.host, spacing=exchange.spacing):
            return await _advance(call, exchange)


async def _advance(call: Call, exchange: Exchange) -> Response | None:
    """Return the response, or None when another request has to be made, which waits its turn."""
    try:
        return await exchange.ask(call)
    except WebError as error:
        return exchange.failed(str(error))
    except Exception as error:  # noqa: BLE001 (one source's failure must not stop the others)
        return exchange.failed(f"the request failed: {type(error).__name__}: {error}")
