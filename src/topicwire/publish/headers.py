"""The headers of public documents, the same from our server and from a host of static files."""

from urllib.parse import quote

from topicwire.model.document import Format

Headers = tuple[tuple[str, str], ...]

# Five minutes of silence a reader, then an hour in which a cache may answer while it asks us,
# and a day in which it may answer when we cannot.
CACHING = "public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400"
# A page of the archive changes when an entry of it does, which is rare.
ARCHIVE_CACHING = "public, max-age=86400, stale-while-revalidate=86400, stale-if-error=604800"
ASSET_CACHING = "public, max-age=86400"  # pages name assets by their digest
NO_CACHING = "no-store"

MEDIA_TYPES = {
    Format.ATOM: "application/atom+xml; charset=utf-8",
    Format.RSS: "application/rss+xml; charset=utf-8",
    Format.JSON: "application/feed+json",
    Format.HTML: "text/html; charset=utf-8",
}
OPML = "text/x-opml; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"

SAFETY: Headers = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
SHARING: Headers = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Link"),
)
# Sent on to where a topic goes on. Without a time, clients may keep that for ever.
MOVED: Headers = (("Cache-Control", CACHING), *SAFETY, ("Access-Control-Allow-Origin", "*"))
POLICY = (
    "default-src 'none'; img-src 'self' https: data:; style-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
PAGE_SAFETY: Headers = (("Content-Security-Policy", POLICY),)


def link(address: str, hub: str | None = None) -> str:
    """Return the Link of a feed: where it is, and the hub that tells of what is new (WebSub)."""
    own = f'<{escaped(address)}>; rel="self"'
    return f'{own}, <{escaped(hub)}>; rel="hub"' if hub else own


def of_document(media_type: str, *, caching: str = CACHING, link: str | None = None) -> Headers:
    """Return what is sent with a document beside its validators; only feeds have a `link`."""
    headers: Headers = (("Content-Type", media_type), ("Cache-Control", caching), *SAFETY)
    if media_type == MEDIA_TYPES[Format.HTML]:
        headers += PAGE_SAFETY
    if link is not None:
        headers += (("Link", link), *SHARING)
    return headers


def escaped(address: str) -> str:
    """Return the address without what ends a header, or a string in the settings of a host."""
    return quote(address, safe="%:/?#[]@!&()*+,;=~")
