"""A document made ready to be sent: its bytes in each coding with all their headers."""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from threading import Lock

from topicwire.model.document import Document
from topicwire.publish.headers import ARCHIVE_CACHING, ASSET_CACHING, CACHING, link, of_document
from topicwire.serve.accept import Coding, codings
from topicwire.serve.compress import LATER, compressed
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
    """A body in one content coding, with its validator and the headers of a 200 and of a 304.

    `body` is None until it is packed; the headers of a 200 then lack its length.
    """

    body: bytes | None
    etag: str
    whole: Headers
    unchanged: Headers

    def with_body(self, body: bytes) -> "Coded":
        """Return it with its body."""
        whole = (*self.whole, ("content-length", str(len(body))))
        return Coded(body, self.etag, whole, self.unchanged)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready to be sent: as it is and, if that makes it smaller, in gzip.

    The other codings are packed when somebody first asks for them. `kind` is that of its address.
    `plain` is its validator without quotes and coding.
    """

    kind: str
    plain: str
    modified: datetime | None
    forms: dict[Coding, Coded]
    _packing: Lock = field(default_factory=Lock, repr=False, compare=False)

    @property
    def size(self) -> int:
        """Bytes that the bodies take; those to be packed are taken to be like gzip's."""
        gzip = len(self._body(Coding.GZIP)) if Coding.GZIP in self.forms else 0
        return len(self._body(Coding.IDENTITY)) + gzip * (len(self.forms) - 1)

    def answer(self, headers: Fields) -> Answer | None:
        """Answer with the document in the coding that suits, or that it is unchanged.

        None says that this coding is to be packed first, which takes a while.
        """
        coded = self.forms[self.chosen(headers)]
        match = headers.get("if-none-match")
        if match == coded.etag:  # nearly always, so before all that may be said instead
            return 304, coded.unchanged, b""
        if is_unchanged(headers, plain=self.plain, modified=self.modified):
            return 304, coded.unchanged, b""
        return None if coded.body is None else (200, coded.whole, coded.body)

    def pack(self, coding: Coding) -> None:
        """Have the body in a coding; may be called from any thread."""
        with self._packing:
            coded = self.forms[coding]
            if coded.body is None:
                body = compressed(self._body(Coding.IDENTITY), coding)
                self.forms[coding] = coded.with_body(body)  # whoever looks meanwhile sees either

    def _body(self, coding: Coding) -> bytes:
        return self.forms[coding].body or b""

    def chosen(self, headers: Fields) -> Coding:
        """Return the coding that suits best of those there are."""
        accept_encoding = headers.get("accept-encoding")
        if accept_encoding is not None:
            for coding in codings(accept_encoding):
                if coding in self.forms:
                    return coding
        return Coding.IDENTITY


def prepare(document: Document, route: Route, *, base_url: str, hub: str | None = None) -> Prepared:
    """Compress a document and write all its headers, once for all who will ask for it.

    `hub` is the address of the hub that tells of it, None where none does. What gzip makes no
    smaller has no coding.
    """
    common = _common(document, route, base_url=base_url, hub=hub)
    unchanged = tuple(header for header in common if header[0] not in _OF_THE_BODY)
    plain = document.etag.strip('"')
    headers = (common, unchanged)
    gzip = compressed(document.body, Coding.GZIP)
    forms = {Coding.IDENTITY: _coded(Coding.IDENTITY, plain, headers).with_body(document.body)}
    if len(gzip) < len(document.body):
        forms[Coding.GZIP] = _coded(Coding.GZIP, plain, headers).with_body(gzip)
        forms |= {coding: _coded(coding, plain, headers) for coding in LATER}
    return Prepared(route.kind.value, plain, document.modified, forms)


def _coded(coding: Coding, plain: str, headers: tuple[Headers, Headers]) -> Coded:
    whole, unchanged = headers
    is_packed = coding is not Coding.IDENTITY
    etag = f'"{plain}-{coding}"' if is_packed else f'"{plain}"'
    named = ("etag", etag)
    encoding = (("content-encoding", str(coding)),) if is_packed else ()
    return Coded(None, etag, (named, *encoding, *whole), (named, *unchanged))


def _common(document: Document, route: Route, *, base_url: str, hub: str | None) -> Headers:
    told_by = None if route.page else hub
    shared = of_document(
        document.media_type,
        caching=_caching(route),
        link=link(base_url + route.path, told_by) if route.is_feed else None,
    )
    headers: Headers = (
        *((name.lower(), value) for name, value in shared),
        ("vary", route.vary),
        ("accept-ranges", "none"),
    )
    if document.modified is not None:
        headers += (("last-modified", format_datetime(document.modified, usegmt=True)),)
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
