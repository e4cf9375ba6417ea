"""The door of our own hub: who wants to be told of a topic says so here (WebSub)."""

import asyncio

from topicwire.publish.run.hub import Hub
from topicwire.serve.asgi import Answer

LARGEST = 64 * 1024  # bytes of a request


async def answer(hub: Hub, *, content_type: str | None, body: bytes) -> Answer:
    """Answer a request for a subscription or its end; nothing of it is ever repeated.

    Raises:
        StoreError: the database is away.
    """
    status, said = await asyncio.to_thread(hub.request, body, content_type)
    text = f"{said}\n".encode()
    headers = (
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(text)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *(((b"retry-after", b"60"),) if status == 429 else ()),  # noqa: PLR2004 (the status)
    )
    return int(status), headers, text
