"""One request under way: from its URL over redirects to a response, or to the reason of none."""

import re
from dataclasses import dataclass, field

from aiohttp import ClientPayloadError, ClientResponse, ClientSession
from aiohttp.http_exceptions import ContentEncodingError
from yarl import URL

from topicwire.errors import GuardError, WebError
from topicwire.model.wire import Response
from topicwire.world.address import without_feed

CODINGS = ("gzip", "deflate", "br", "zstd")  # what aiohttp decodes
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
REPEATED = frozenset({307, 308})  # redirects that a POST may follow (RFC 9110 section 15.4)
LONGEST_REASON = 4_000  # bytes of what a server says to a POST that it refuses

_PLAIN = re.compile(r"[!-~]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FOR_ONE_ORIGIN = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(slots=True)
class Exchange:
    """A request and how far it has come: at `url`, after `hops` redirects and `spent` seconds.

    With `form` it is a POST of these fields, with `body` of these bytes. With no hop allowed a
    redirect is an answer like any other. `spacing` is the least time between two starts on its
    host, in seconds. `permanent` is where redirects that are for good have led so far, and
    `is_moving` whether no other has come yet. `refusal` is what the guard last said against an
    address of its host.
    """

    key: str
    url: URL
    headers: dict[str, str]
    max_bytes: int
    max_hops: int
    form: tuple[tuple[str, str], ...] | None = None
    body: bytes | None = None
    spacing: float = 0.0
    hops: int = 0
    spent: float = 0.0
    refusal: str | None = None
    permanent: str | None = None
    is_moving: bool = True
    seen: set[URL] = field(default_factory=set)

    @property
    def host(self) -> str:
        """The host to ask, whose turn it has to be."""
        return (self.url.raw_host or "").rstrip(".").lower()

    async def ask(self, session: ClientSession) -> Response | None:
        """Make one request; None when another has to be made, elsewhere or otherwise.

        Raises:
            WebError: the answer leads nowhere.
            aiohttp.ClientError, OSError, TimeoutError: no complete answer came.
        """
        self.refusal = None
        try:
            async with session.request(
                "GET" if self.form is None and self.body is None else "POST",
                self.url,
                headers=self.headers,
                data=self.form if self.body is None else self.body,
                allow_redirects=False,
            ) as answer:
                if answer.status in REDIRECTS and self.max_hops:
                    self._follow(answer)
                    return None
                body = await self._body(answer)
                headers = _headers(answer)
                url = str(self.url)
                return Response(
                    self.key, url, answer.status, headers, body, permanent_url=self.permanent
                )
        except ClientPayloadError as error:
            if not isinstance(error.__cause__, ContentEncodingError):
                raise
            if "Accept-Encoding" in self.headers:
                raise WebError("the answer is not coded as its Content-Encoding says") from error
        self.headers["Accept-Encoding"] = "identity"  # some servers label plain bodies as coded
        return None

    def _follow(self, answer: ClientResponse) -> None:
        """Move to where the answer points, if that is allowed."""
        location = answer.headers.get("Location")
        if location is None:
            raise WebError(f"the server answered {answer.status} without saying where to go")
        target = read_url(location, base=self.url)
        self.seen.add(self.url)
        self.hops += 1
        if target in self.seen:
            raise WebError(f"the redirects go in a circle: {target} comes twice")
        if self.hops > self.max_hops:
            raise WebError(f"there were more than {self.max_hops} redirects")
        if self.url.scheme == "https" and target.scheme == "http":
            raise WebError(f"the redirect from https to {target} is refused: it is not encrypted")
        if self.form is not None and answer.status not in REPEATED:
            raise WebError(f"the server answered {answer.status}, where a form cannot follow")
        if target.origin() != self.url.origin():
            for name in [name for name in self.headers if name.lower() in _FOR_ONE_ORIGIN]:
                del self.headers[name]
        self.is_moving = self.is_moving and answer.status in PERMANENT
        self.permanent = str(target) if self.is_moving else self.permanent
        self.url = target

    async def _body(self, answer: ClientResponse) -> bytes:
        """Return the decoded body of a success; of what else a server says, a form's reason."""
        if self.body is not None:
            return b""
        if 200 <= answer.status < 300:  # noqa: PLR2004 (the successes of RFC 9110)
            return await _whole(answer, self.max_bytes)
        if self.form is None:
            return b""
        return await answer.content.read(LONGEST_REASON)


def read_url(text: str, *, base: URL | None = None) -> URL:
    """Return the URL without its fragment, its escapes as they were given: some are signed.

    Raises:
        WebError: it cannot be read.
        GuardError: it is of another scheme than http and https, or holds a password.
    """
    text = without_feed(text.strip())
    if _CONTROL.search(text):
        raise WebError(f"the address {text!r} holds control characters; take them out")
    try:
        url = URL(text, encoded=bool(_PLAIN.fullmatch(text)))
        url = (base.join(url) if base else url).with_fragment(None)
        host = url.raw_host  # refuses ports out of range
    except ValueError as error:
        raise WebError(f"the address {text!r} cannot be read: {error}; correct it") from error
    if url.scheme not in {"http", "https"}:
        raise GuardError(f"only http and https are fetched, not {url.scheme or 'a bare path'}")
    if not host:
        raise WebError(f"the address {text!r} names no host; correct it")
    if url.raw_user is not None or url.raw_password is not None:
        raise GuardError(f"the address at {host} holds a user name or password; take it out")
    return url


async def _whole(answer: ClientResponse, max_bytes: int) -> bytes:
    """Return the decoded body, within its limit."""
    coding = ", ".join(answer.headers.getall("Content-Encoding", ())).strip().lower()
    if coding not in {"", "identity", *CODINGS}:
        raise WebError(f"the answer has a content coding that was not asked for: {coding}")
    if (answer.content_length or 0) > max_bytes:
        raise WebError(f"the answer is larger than {max_bytes:,} bytes")
    parts, size = [], 0
    async for part in answer.content.iter_any():
        size += len(part)
        if size > max_bytes:
            raise WebError(f"the answer is larger than {max_bytes:,} bytes")
        parts.append(part)
    return b"".join(parts)


def _headers(answer: ClientResponse) -> tuple[tuple[str, str], ...]:
    """Return the headers; one that is no UTF-8 could neither be stored nor sent back."""
    return tuple(
        (name.lower(), value)
        for name, value in answer.headers.items()
        if value.isascii() or value.encode("utf-8", "replace").decode() == value
    )
