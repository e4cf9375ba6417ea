"""The links at the end of a reader's own feeds: a page that asks, and the answer it takes."""

import asyncio

from topicwire.publish.run.readers import Readers
from topicwire.serve.wire import Answer, Headers
from topicwire.serve.words import ALLOW_FEEDBACK, not_allowed

# One button that answers to the page's own address, and nothing else.
_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS: Headers = (
    ("content-type", "text/html; charset=utf-8"),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("x-robots-tag", "noindex"),
    ("referrer-policy", "no-referrer"),
    ("content-security-policy", _POLICY),
)


async def answer(readers: Readers, path: str, method: str) -> Answer:
    """Ask on GET, which changes nothing, and take the answer on POST.

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
        return not_allowed(ALLOW_FEEDBACK)
    return 200, (*_HEADERS, ("content-length", str(len(page)))), page
