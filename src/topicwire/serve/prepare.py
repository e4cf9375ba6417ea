"""A document made ready to be sent: its bytes in each coding with all their headers."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from topicwire.model.document import Document
from topicwire.publish.headers import ARCHIVE_CACHING, ASSET_CACHING, CACHING, link, of_document
from topicwire.serve.accept import Coding, codings
from topicwire.serve.compress import compressed
from topicwire.serve.conditions import is_unchanged
from topicwire.serve.routes import Kind, Route
from topicwire.serve.wire import Answer, Fields, Headers

# What is one reader's own is kept by nobody between.
OWN_CACHING = "private, max-age=300"
NOW_CACHING = "public, max-age=5"

_OF_THE_BODY = frozenset(
    ("content-type", "content-length", "content-encoding", "content-security-policy")
)


@dataclass(frozen=True, slots=True)
class Coded:
    """A body in one content coding, with its validator and the headers of a 200 and of a 304."""

    body: bytes
    etag: str
    whole: Headers
    unchanged: Headers


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready to be sent, in each coding that makes it smaller and as it is.

    `plain` is its validator without quotes and coding.
    """

    plain: str
    modified: datetime
    forms: dict[Coding, Coded]

    @property
    def size(self) -> int:
        """Bytes that the bodies take."""
        return sum(len(form.body) for form in self.forms.values())

    def answer(self, headers: Fields) -> Answer:
        """Answer with the document in the coding that suits, or that it is unchanged."""
        coded = self._chosen(headers.get("accept-encoding"))
        match = headers.get("if-none-match")
        if match == coded.etag:  # nearly always, so before all that may be said instead
            return 304, coded.unchanged, b""
        if is_unchanged(headers, plain=self.plain, modified=self.modified):
            return 304, coded.unchanged, b""
        return 200, coded.whole, coded.body

    def _chosen(self, accept_encoding: str | None) -> Coded:
        if accept_encoding is not None:
            for coding in codings(accept_encoding):
                if coding in self.forms:
                    return self.forms[coding]
        return self.forms[Coding.IDENTITY]


def prepare(document: Document, route: Route, *, base_url: str, hub: str | None = None) -> Prepared:
    """Compress a document and write all its headers, once for all who will ask for it.

    `hub` is the address of the hub that tells of it, None where none does.
    """
    common = _common(document, route, base_url=base_url, hub=hub)
    unchanged = tuple(header for header in common if header[0] not in _OF_THE_BODY)
    plain = document.etag.strip('"')
    bodies = {Coding.IDENTITY: document.body, **compressed(document.body)}
    return Prepared(
        plain=plain,
        modified=document.modified,
        forms={
            coding: _coded(body, coding, plain, (common, unchanged))
            for coding, body in bodies.items()
        },
    )


def _coded(body: bytes, coding: Coding, plain: str, headers: tuple[Headers, Headers]) -> Coded:
    whole, unchanged = headers
    is_packed = coding is not Coding.IDENTITY
    etag = f'"{plain}-{coding}"' if is_packed else f'"{plain}"'
    named = ("etag", etag)
    encoding = (("content-encoding", str(coding)),) if is_packed else ()
    return Coded(
        body=body,
        etag=etag,
        whole=(named, *encoding, *whole, ("content-length", str(len(body)))),
        unchanged=(named, *unchanged),
    )


def _common(document: Document, route: Route, *, base_url: str, hub: str | None) -> Headers:
    told_by = None if route.page else hub
    shared = of_document(
        document.media_type,
        caching=_caching(route),
        link=link(base_url + route.path, told_by) if route.is_feed else None,
    )
    headers: Headers = (
        *((name.lower(), value) for name, value in shared),
        ("last-modified", format_datetime(document.modified, usegmt=True)),
        ("vary", route.vary),
        ("accept-ranges", "none"),
    )
    if route.kind is Kind.OWN:
        headers += (("x-robots-tag", "noindex"),)
    return headers


def _caching(route: Route) -> str:
    match route.kind:
        case Kind.ASSET:
            return ASSET_CACHING
        case Kind.OWN:
            return OWN_CACHING
        case Kind.STATUS | Kind.OPS:
            return NOW_CACHING
        case _:
            return ARCHIVE_CACHING if route.page else CACHING
