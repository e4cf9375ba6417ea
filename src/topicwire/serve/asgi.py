"""The ASGI words that the server and the application speak to each other."""

from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]

Headers = tuple[tuple[bytes, bytes], ...]
Answer = tuple[int, Headers, bytes]  # status, headers, body
