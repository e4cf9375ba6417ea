"""The hub's address: what subscribers ask of the site's own hub (WebSub section 5)."""

import asyncio
from http import HTTPStatus
from typing import Protocol

from topicwire.serve.wire import Answer, Chunks, Request, body
from topicwire.serve.words import ALLOW_POST, not_allowed, words

LARGEST = 64 << 10  # bytes of a form
_RETRY_AFTER = ("retry-after", "60")


class Hub(Protocol):
    """Takes what subscribers ask; may be called from any thread."""

    def request(self, form: bytes, content_type: str | None) -> tuple[int, str]:
        """Return status and words for a form."""


async def answer(hub: Hub, request: Request, chunks: Chunks) -> Answer:
    """Hand a form to the hub, and answer what it says."""
    if request.method != "POST":
        return not_allowed(ALLOW_POST)
    form = await body(request.headers, chunks, limit=LARGEST)
    if form is None:
        return words(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The form is too long.\n")
    content_type = request.headers.get("content-type")
    status, text = await asyncio.to_thread(hub.request, form, content_type)
    extra = (_RETRY_AFTER,) if status == HTTPStatus.TOO_MANY_REQUESTS else ()
    return words(status, f"{text}\n", *extra)
