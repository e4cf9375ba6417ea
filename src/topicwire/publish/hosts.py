"""The files by which Netlify and Cloudflare Pages send what our server would."""

from collections.abc import Iterable, Iterator

from topicwire.model.document import Format
from topicwire.publish.compose import Site, topic_path
from topicwire.publish.headers import (
    ASSET_CACHING,
    CACHING,
    MEDIA_TYPES,
    NO_CACHING,
    OPML,
    PAGE_SAFETY,
    PLAIN,
    SAFETY,
    SHARING,
    Headers,
    escaped,
    link,
    of_document,
)
from topicwire.publish.places import FEEDS, FORMATS, Moves, Place

# A host joins the headers of all rules that match, and Cloudflare reads only the first hundred
# rules. So a header stands in one of the rules that match an address, what is the same for many
# stands in one rule with a wildcard, and only the Link of a feed has a rule of its own.


def headers_file(places: Iterable[Place], site: Site, *, assets: dict[str, str]) -> bytes:
    """Return `_headers`; the `assets` are media types by name.

    Feeds carry their links inside as well, so that little is lost after the hundredth rule; the
    current documents come before the archives.
    """
    rules = (*_shared(assets), *_links(places, site))
    return _text(f"{path}\n" + "".join(f"  {n}: {v}\n" for n, v in found) for path, found in rules)


def _shared(assets: dict[str, str]) -> Iterator[tuple[str, Headers]]:
    page = of_document(MEDIA_TYPES[Format.HTML])
    yield "/", page
    yield "/about", page
    yield "/topics.opml", of_document(OPML)
    yield "/robots.txt", of_document(PLAIN, caching=NO_CACHING)
    for name, media_type in assets.items():
        yield f"/{name}", of_document(media_type, caching=ASSET_CACHING)
    # No wildcard leaves feeds out, so that they have the policy of pages, which changes nothing.
    yield "/topics/*", (("Cache-Control", CACHING), *SAFETY, *PAGE_SAFETY)
    for form in FEEDS:
        yield f"/topics/*.{form}", (("Content-Type", MEDIA_TYPES[form]), *SHARING)


def _links(places: Iterable[Place], site: Site) -> Iterator[tuple[str, Headers]]:
    feeds = (place for place in places if place.form in FEEDS)
    for place in sorted(feeds, key=lambda each: each.page > 0):
        hub = None if place.page else site.hub
        yield place.path, (("Link", link(site.url(place.path), hub)),)


def redirects_file(moved: Moves, site: Site) -> bytes:
    """Return `_redirects`: renamed topics lead to their successors, whatever the document.

    301 is the permanent redirect that both hosts know. What is gone has no file and is a 404.
    """
    whole = (
        (topic_path(old, form), topic_path(new, form))
        for old, new in moved.renamed
        for form in FORMATS
    )
    archives = (
        (f"{topic_path(old)}/archive/*", f"{topic_path(new)}/archive/:splat")
        for old, new in moved.renamed
    )
    # Cloudflare wants those with a wildcard last.
    lines = (f"{old} {escaped(site.path(new))} 301\n" for old, new in (*whole, *archives))
    return _text(("/favicon.ico /favicon.svg 200\n", *lines))


def _text(parts: Iterable[str]) -> bytes:
    return ("# Written by topicwire build.\n" + "".join(parts)).encode()
