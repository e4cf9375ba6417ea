"""A document made ready to be sent: its bytes in each coding with all their headers."""

import gzip
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from topicwire.model.document import Document
from topicwire.publish.headers import ASSET_CACHING, CACHING, link, of_document
from topicwire.serve.asgi import Headers
from topicwire.serve.conditions import tags
from topicwire.serve.routes import Kind, Route

# What is one reader's own is kept by nobody between.
OWN_CACHING = "private, max-age=300"

_CACHING = {Kind.ASSET: ASSET_CACHING, Kind.OWN: OWN_CACHING}

_OF_THE_BODY = frozenset(
    (b"content-type", b"content-length", b"content-encoding", b"content-security-policy")
)


@dataclass(frozen=True, slots=True)
class Coded:
    """A body in one content coding, with the headers of a 200 and of a 304."""

    body: bytes
    whole: Headers
    unchanged: Headers


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready to be sent; `gzip` is None when compression saves nothing.

    `tags` are the validators that mean it, whatever the coding.
    """

    tags: frozenset[bytes]
    modified: datetime
    identity: Coded
    gzip: Coded | None

    @property
    def size(self) -> int:
        """How many bytes of memory its bodies take."""
        return len(self.identity.body) + (len(self.gzip.body) if self.gzip else 0)


def prepare(document: Document, route: Route, *, base_url: str) -> Prepared:
    """Compress a document and write all its headers, once for all who will ask for it."""
    common = _common(document, route, base_url=base_url)
    packed = gzip.compress(document.body, compresslevel=6, mtime=0)
    saves = len(packed) < len(document.body)
    plain = document.etag.strip('"')
    return Prepared(
        tags=tags(document.etag),
        modified=document.modified,
        identity=_coded(document.body, ((b"etag", f'"{plain}"'.encode()), *common)),
        gzip=_coded(
            packed,
            ((b"etag", f'"{plain}-gzip"'.encode()), (b"content-encoding", b"gzip"), *common),
        )
        if saves
        else None,
    )


def _coded(body: bytes, headers: Headers) -> Coded:
    return Coded(
        body=body,
        whole=(*headers, (b"content-length", b"%d" % len(body))),
        unchanged=tuple(header for header in headers if header[0] not in _OF_THE_BODY),
    )


def _common(document: Document, route: Route, *, base_url: str) -> Headers:
    vary = b"Accept, Accept-Encoding" if route.is_negotiable else b"Accept-Encoding"
    shared = of_document(
        document.media_type,
        caching=_CACHING.get(route.kind, CACHING),
        link=link(base_url + route.path) if route.is_feed else None,
    )
    headers: Headers = (
        *((name.lower().encode(), value.encode()) for name, value in shared),
        (b"last-modified", format_datetime(document.modified, usegmt=True).encode()),
        (b"vary", vary),
        (b"accept-ranges", b"none"),
    )
    if route.kind is Kind.OWN:
        headers += ((b"x-robots-tag", b"noindex"),)
    return headers
