"""The links at the end of a reader's own feeds: a page that asks, and the answer it takes."""

import asyncio

from topicwire.publish.run.readers import Readers
from topicwire.serve.asgi import Answer, Headers

# One button that answers to the page's own address, and nothing else.
_POLICY = (
    b"default-src 'none'; img-src 'self'; style-src 'self'; "
    b"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS: Headers = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", _POLICY),
)


async def answer(readers: Readers, path: str, method: str) -> Answer | None:
    """Ask on GET, which changes nothing, and take the answer on POST; None for other methods.

    What the request carries beside is not read: the path says it all, and is signed.

    Raises:
        NotFoundError: the link was signed for nobody, or what it names is not there.
        StoreError: the database is away.
    """
    if method in {"GET", "HEAD"}:
        page = await asyncio.to_thread(readers.ask, path)
    elif method == "POST":
        page = await asyncio.to_thread(readers.take, path)
    else:
        return None
    return 200, (*_HEADERS, (b"content-length", b"%d" % len(page))), page
