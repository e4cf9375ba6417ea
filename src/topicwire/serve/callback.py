"""The callbacks of hubs: they ask whether we meant it, and deliver what is new (WebSub)."""

import asyncio
from urllib.parse import parse_qsl

from topicwire.ingest.run.push import Callbacks
from topicwire.serve.asgi import Answer, Receive, Scope

LARGEST = 3 << 20  # bytes of a delivery


async def answer(
    callbacks: Callbacks, token: str, scope: Scope, fields: dict[bytes, bytes], receive: Receive
) -> Answer:
    """Answer a hub; nothing of the request but the challenge is ever repeated."""
    if scope["method"] in {"GET", "HEAD"}:
        given = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        status, text = await asyncio.to_thread(callbacks.verify, token, given)
        return _words(status, text.encode())
    if scope["method"] != "POST":
        return _words(405)
    refused = await asyncio.to_thread(callbacks.refusal, token)
    if refused is not None:
        return _words(refused)
    body = await read_body(fields, receive, largest=LARGEST)
    if body is None:
        await asyncio.to_thread(callbacks.too_large, token)
        return _words(413)
    status = await asyncio.to_thread(
        callbacks.deliver,
        token,
        body,
        content_type=_text(fields.get(b"content-type")),
        signature=_text(fields.get(b"x-hub-signature")),
    )
    return _words(status)


async def read_body(fields: dict[bytes, bytes], receive: Receive, *, largest: int) -> bytes | None:
    """Return the body, None when it is larger than is taken."""
    announced = fields.get(b"content-length", b"0")
    if announced.isdigit() and int(announced) > largest:
        return None
    parts, size, is_more = [], 0, True
    while is_more:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > largest or message["type"] == "http.disconnect":
            return None
        parts.append(part)
        is_more = message.get("more_body", False)
    return b"".join(parts)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


def _words(status: int, text: bytes = b"") -> Answer:
    headers = (
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(text)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *(((b"retry-after", b"60"),) if status == 503 else ()),  # noqa: PLR2004 (the status)
    )
    return int(status), headers, text
