"""Subscription lists from the web: a list, and those it points to if wanted."""

from topicwire.errors import WebError
from topicwire.ingest import opml, politeness
from topicwire.ingest.opml import Listing
from topicwire.model.wire import Request
from topicwire.world.web import Web

DEEPEST = 3  # lists within lists
MOST = 20  # lists fetched in all


def follow(listing: Listing, web: Web) -> tuple[Listing, ...]:
    """Return the list with those that it points to, each once.

    Raises:
        WebError: one of them cannot be had.
        ParseError: one of them is no subscription list.
    """
    found, seen = [listing], set[str]()
    waiting = [(url, 1) for url in listing.includes]
    while waiting and len(found) < MOST:
        url, depth = waiting.pop(0)
        if url in seen or depth > DEEPEST:
            continue
        seen.add(url)
        inner = fetch(url, web)
        found.append(inner)
        waiting += [(each, depth + 1) for each in inner.includes]
    return tuple(found)


def fetch(url: str, web: Web) -> Listing:
    """Return the list at an address.

    Raises:
        WebError: no document came.
        ParseError: it is no subscription list.
    """
    (response,) = web.fetch([Request(key=url, url=url, headers=(("Accept", "text/x-opml, */*"),))])
    if reason := politeness.refusal(response):
        raise WebError(f"{url}: {reason}")
    return opml.read(response.body)
