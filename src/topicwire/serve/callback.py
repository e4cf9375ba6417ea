"""The callbacks of hubs: they ask whether we meant it, and deliver what is new (WebSub)."""

import asyncio
from http import HTTPStatus
from urllib.parse import parse_qsl

from topicwire.ingest.run.push import Callbacks
from topicwire.serve.wire import Answer, Chunks, Request, body
from topicwire.serve.words import words

LARGEST = 3 << 20  # bytes of a delivery
_RETRY_AFTER = ("retry-after", "60")


async def answer(callbacks: Callbacks, token: str, request: Request, chunks: Chunks) -> Answer:
    """Answer a hub; nothing of the request but the challenge is ever repeated."""
    if request.method in {"GET", "HEAD"}:
        given = dict(parse_qsl(request.query_string))
        status, text = await asyncio.to_thread(callbacks.verify, token, given)
        return words(status, text)
    if request.method != "POST":
        return words(HTTPStatus.METHOD_NOT_ALLOWED, "", ("allow", "GET, HEAD, POST"))
    refused = await asyncio.to_thread(callbacks.refusal, token)
    if refused is not None:
        return words(refused, "")
    return await _delivered(callbacks, token, request, chunks)


async def _delivered(callbacks: Callbacks, token: str, request: Request, chunks: Chunks) -> Answer:
    delivery = await body(request.headers, chunks, limit=LARGEST)
    if delivery is None:
        await asyncio.to_thread(callbacks.too_large, token)
        return words(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "")
    status = await asyncio.to_thread(
        callbacks.deliver,
        token,
        delivery,
        content_type=request.headers.get("content-type"),
        signature=request.headers.get("x-hub-signature"),
    )
    extra = (_RETRY_AFTER,) if status == HTTPStatus.SERVICE_UNAVAILABLE else ()
    return words(status, "", *extra)
