"""Asking the operator's own server of the chat protocol: one request at a time, to one address.

The guard is for addresses that strangers choose; this one the operator chose, so it may be on
loopback or in a private network. No redirect leads away from it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp

from topicwire.model.wire import Response
from topicwire.world.names import Names
from topicwire.world.web import connection_reason

LARGEST = 1_000_000  # bytes of a response
LOOK = 0.1  # seconds between two looks at whether to stop
CONNECT = 10.0  # seconds
STOPPED = "the question was broken off"

_REFUSALS = {
    401: "the server refuses the key; correct TOPICWIRE_SECOND_READER_KEY",
    403: "the server refuses the key; correct TOPICWIRE_SECOND_READER_KEY",
    404: "the server knows no such address or model; correct TOPICWIRE_SECOND_READER_URL or _MODEL",
    429: "the server was asked too often, or the account's quota is used (429)",
}


class Server:
    """A server of the chat protocol at `url`, the address up to and including `/v1`.

    `key` goes into the Authorization header and nowhere else. `seconds` is the longest time that
    one request may take in all.
    """

    def __init__(
        self,
        url: str,
        *,
        user_agent: str,
        key: str = "",
        seconds: float = 30.0,
    ) -> None:
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._headers = {
            "User-Agent": user_agent,
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # so that the size of what is read is what was sent
        } | ({"Authorization": f"Bearer {key}"} if key else {})
        self._seconds = seconds

    def ask(self, body: bytes, stopping: Callable[[], bool] = lambda: False) -> Response:
        """Send a request; what went wrong is said in its response, which never holds the key.

        It is broken off soon after `stopping` is true.
        """
        began = time.monotonic()
        status, said, error = asyncio.run(self._until(stopping, body))
        elapsed = time.monotonic() - began
        return Response("", self._url, status, body=said, error=error, elapsed=elapsed)

    async def _until(
        self, stopping: Callable[[], bool], body: bytes
    ) -> tuple[int | None, bytes, str | None]:
        asking = asyncio.create_task(self._asked(body))
        while not (await asyncio.wait((asking,), timeout=LOOK))[0]:
            if stopping():
                asking.cancel()
                await asyncio.wait((asking,))
                return None, b"", STOPPED
        return asking.result()

    async def _asked(self, body: bytes) -> tuple[int | None, bytes, str | None]:
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._session() as session,
                session.post(self._url, data=body, allow_redirects=False) as answer,
            ):
                if not 200 <= answer.status < 300:  # noqa: PLR2004 (the successes of RFC 9110)
                    return answer.status, b"", _refusal(answer.status)
                said = await _bounded(answer)
                if said is None:
                    return answer.status, b"", f"the answer is larger than {LARGEST} bytes"
                return answer.status, said, None
        except Exception as error:  # noqa: BLE001 (no failure of the server's may reach the act)
            return None, b"", self._reason(error)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[aiohttp.ClientSession]:
        names = Names()
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True, resolver=names),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=self._headers,
            timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT),
            trust_env=False,
        )
        session._retry_connection = False  # noqa: SLF001 (no other way: a question is asked once)
        try:
            yield session
        finally:
            await session.close()
            await names.close()

    def _reason(self, error: Exception) -> str:  # noqa: PLR0911 (a table)
        """Say in an operator's words why no answer came."""
        match error:
            case aiohttp.ConnectionTimeoutError():
                return f"no connection within {CONNECT:g} s"
            case TimeoutError():
                return f"no answer within {self._seconds:g} s"
            case aiohttp.ClientPayloadError():
                return "the answer broke off"
            case aiohttp.ServerDisconnectedError():
                return "the server hung up without an answer"
            case aiohttp.ClientResponseError():
                return "the answer is not HTTP"
            case OSError():
                return connection_reason(error, self._url.split("/")[2])
        return f"the request failed: {type(error).__name__}"


async def _bounded(answer: aiohttp.ClientResponse) -> bytes | None:
    """Return the whole body, None when it is too large."""
    said = bytearray()
    async for chunk in answer.content.iter_any():
        said += chunk
        if len(said) > LARGEST:
            return None
    return bytes(said)


def _refusal(status: int) -> str:
    if 300 <= status < 400:  # noqa: PLR2004 (the redirects of RFC 9110)
        return f"the server answered {status}: it sends elsewhere, which is not followed"
    return _REFUSALS.get(status, f"the server answered {status}")
