"""The words that the server and the site speak to each other: requests and answers.

They are those of RSGI, granian's own protocol, as far as we need them.
"""

import asyncio
from collections.abc import AsyncIterable
from typing import Protocol

from topicwire.errors import LateError

Headers = tuple[tuple[str, str], ...]
Answer = tuple[int, Headers, bytes]  # status, headers, body

Chunks = AsyncIterable[bytes]  # a body as it comes, to be asked for once

SILENCE = 10.0  # seconds without a byte after which a body is not waited for
SLOWEST = 64 << 10  # bytes a second at which the largest body that may be still comes in time


class Fields(Protocol):
    """The headers of a request, by their names in lower case."""

    def get(self, key: str, default: str | None = None) -> str | None:
        """Return the first header of a name."""

    def get_all(self, key: str) -> list[str]:
        """Return all headers of a name."""


class Request(Protocol):
    """A request but for its body; `path` is decoded, `client` the peer as `address:port`."""

    @property
    def method(self) -> str:
        """The method, in capitals."""

    @property
    def path(self) -> str:
        """The path, without the query."""

    @property
    def query_string(self) -> str:
        """What stands behind the question mark."""

    @property
    def client(self) -> str:
        """Who asks, as the socket knows it."""

    @property
    def headers(self) -> Fields:
        """The headers."""


def field(headers: Fields, name: str) -> str | None:
    """Return the headers of a name as one list, None where there is none (RFC 9110, 5.3)."""
    given = headers.get_all(name)
    return ", ".join(given) if given else None


async def body(headers: Fields, chunks: Chunks, *, limit: int) -> bytes | None:
    """Return a request's body, None as soon as it is larger than `limit` bytes.

    Raises:
        LateError: it stopped coming, or comes more slowly than a body of `limit` bytes may.
    """
    announced = headers.get("content-length") or ""
    if announced.isdecimal() and int(announced) > limit:
        return None
    try:
        return await _read(chunks, limit=limit)
    except TimeoutError as error:
        raise LateError("the body did not come in time; send it anew") from error


async def _read(chunks: Chunks, *, limit: int) -> bytes | None:
    now = asyncio.get_running_loop().time
    end = now() + SILENCE + limit / SLOWEST
    parts, size = [], 0
    async with asyncio.timeout(SILENCE) as waiting:
        async for part in chunks:
            size += len(part)
            if size > limit:
                return None
            parts.append(part)
            waiting.reschedule(min(now() + SILENCE, end))
    return b"".join(parts)
