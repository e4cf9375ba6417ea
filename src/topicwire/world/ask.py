"""Asking the operator's own server of the chat protocol: one request at a time, to one address.

The guard is for addresses that strangers choose; this one the operator chose, so it may be on
loopback or in a private network. No redirect leads away from it.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from urllib.parse import urlsplit

from topicwire.errors import WebError
from topicwire.model.wire import Response
from topicwire.world.answer import Head
from topicwire.world.call import Call, Calls, Patience

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
        self._user_agent = user_agent
        self._headers = {
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
        response = asyncio.run(self._until(stopping, body))
        return replace(response, elapsed=time.monotonic() - began)

    async def _until(self, stopping: Callable[[], bool], body: bytes) -> Response:
        asking = asyncio.create_task(self._asked(body))
        while not (await asyncio.wait((asking,), timeout=LOOK))[0]:
            if stopping():
                asking.cancel()
                await asyncio.wait((asking,))
                return self._failed(STOPPED)
        return asking.result()

    async def _asked(self, body: bytes) -> Response:
        patience = Patience(CONNECT, silence=self._seconds, total=self._seconds)
        calls = Calls(user_agent=self._user_agent, patience=patience)
        try:
            with closing(calls), closing(Call(calls)) as call:
                answer = await call.make(
                    self._url, *self._place(), self._headers, wanted=_wanted, body=body
                )
        except WebError as error:
            return self._failed(str(error))
        except Exception as error:  # noqa: BLE001 (no failure of the server's may reach the act)
            return self._failed(f"the request failed: {type(error).__name__}")
        given = Response("", self._url, answer.head.status, answer.head.headers)
        if not answer.head.is_success:
            return replace(given, error=_refusal(answer.head.status))
        if answer.is_cut:
            return replace(given, error=f"the answer is larger than {LARGEST} bytes")
        return replace(given, body=answer.body)

    def _failed(self, reason: str) -> Response:
        return Response("", self._url, None, error=reason)

    def _place(self) -> tuple[str, int]:
        """Return the server's host and port."""
        parts = urlsplit(self._url)
        return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _wanted(head: Head) -> int:
    """Return how much of the body is wanted."""
    return LARGEST if head.is_success else 0


def _refusal(status: int) -> str:
    if 300 <= status < 400:  # noqa: PLR2004 (the redirects of RFC 9110)
        return f"the server answered {status}: it sends elsewhere, which is not followed"
    return _REFUSALS.get(status, f"the server answered {status}")
