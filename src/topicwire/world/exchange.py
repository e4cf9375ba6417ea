"""One request under way: from its URL over redirects to a response, or to the reason of none."""

import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from yarl import URL

from topicwire.errors import GuardError, WebError
from topicwire.model.wire import Response
from topicwire.world.address import without_feed
from topicwire.world.answer import Head
from topicwire.world.call import CODINGS, UNSENT, Call, MiscodedError

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
REPEATED = frozenset({307, 308})  # redirects that a POST may follow (RFC 9110 section 15.4)
LONGEST_REASON = 4_000  # bytes of what a server says to a POST that it refuses

_PLAIN = re.compile(r"[!-~]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_VALIDATORS = frozenset({"etag", "last-modified"})
_FOR_ONE_ORIGIN = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(slots=True)
class Exchange:
    """A request and how far it has come: at `url`, after `hops` redirects and `spent` seconds.

    With `form` it is a POST of these fields, with `body` of these bytes. With no hop allowed a
    redirect is an answer like any other. `spacing` is the least time between two starts on its
    host, in seconds. `permanent` is where redirects that are for good have led so far, and
    `is_moving` whether no other has come yet.
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
    permanent: str | None = None
    is_moving: bool = True
    seen: set[URL] = field(default_factory=set)

    @property
    def host(self) -> str:
        """The host to ask, whose turn it has to be."""
        return (self.url.raw_host or "").rstrip(".").lower()

    async def ask(self, call: Call) -> Response | None:
        """Make one request; None when another has to be made, elsewhere or otherwise.

        Raises:
            WebError: no complete answer came, or it leads nowhere.
        """
        began = time.monotonic()
        try:
            answer = await call.make(
                str(self.url),
                self.url.raw_host or "",
                self.url.port or 0,
                self._headers(),
                wanted=self._wanted,
                body=self._sent(),
                spent=self.spent,
            )
        except MiscodedError:
            if "Accept-Encoding" in self.headers:
                raise
            self.headers["Accept-Encoding"] = "identity"  # some servers label plain bodies as coded
            return None
        finally:
            self.spent += time.monotonic() - began
        head = answer.head
        if self._is_redirect(head):
            self._follow(head)
            return None
        if answer.is_cut and head.is_success and self.body is None:
            raise self._too_large()
        return Response(
            self.key,
            str(self.url),
            head.status,
            _sane(head),
            answer.body,
            elapsed=self.spent,
            permanent_url=self.permanent,
        )

    def failed(self, reason: str) -> Response:
        """Return what came of it as far as it went: nothing, for the reason given."""
        return Response(self.key, str(self.url), None, error=reason, elapsed=self.spent)

    def _headers(self) -> dict[str, str]:
        """Return the headers to send; bytes that nobody names are just that."""
        if self.body is None or any(name.lower() == "content-type" for name in self.headers):
            return self.headers
        return {"Content-Type": "application/octet-stream"} | self.headers

    def _sent(self) -> bytes | None:
        return urlencode(self.form).encode() if self.form is not None else self.body

    def _is_redirect(self, head: Head) -> bool:
        return head.status in REDIRECTS and self.max_hops > 0

    def _wanted(self, head: Head) -> int:
        """Return how much of the body is wanted: a success, or the reason that refuses a form."""
        if self._is_redirect(head) or self.body is not None:
            return 0
        if not head.is_success:
            return 0 if self.form is None else LONGEST_REASON
        coding = ", ".join(head.values("content-encoding")).strip().lower()
        if coding not in {"", "identity", *CODINGS}:
            raise WebError(f"the answer has a content coding that was not asked for: {coding}")
        if head.length > self.max_bytes:
            raise self._too_large()
        return self.max_bytes

    def _too_large(self) -> WebError:
        return WebError(f"the answer is larger than {self.max_bytes:,} bytes")

    def _follow(self, head: Head) -> None:
        """Move to where the answer points, if that is allowed."""
        location = next(iter(head.values("location")), None)
        if location is None:
            raise WebError(f"the server answered {head.status} without saying where to go")
        target = read_url(location, base=self.url)
        self.seen.add(self.url)
        self.hops += 1
        if target in self.seen:
            raise WebError(f"the redirects go in a circle: {target} comes twice")
        if self.hops > self.max_hops:
            raise WebError(f"there were more than {self.max_hops} redirects")
        if self.url.scheme == "https" and target.scheme == "http":
            raise WebError(f"the redirect from https to {target} is refused: it is not encrypted")
        if self.form is not None and head.status not in REPEATED:
            raise WebError(f"the server answered {head.status}, where a form cannot follow")
        if target.origin() != self.url.origin():
            for name in [name for name in self.headers if name.lower() in _FOR_ONE_ORIGIN]:
                del self.headers[name]
        self.is_moving = self.is_moving and head.status in PERMANENT
        self.permanent = str(target) if self.is_moving else self.permanent
        self.url = target


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


def _sane(head: Head) -> tuple[tuple[str, str], ...]:
    """Return the headers but those that are no UTF-8: validators are sent back as they came (F1).

    Of those the ones are left out that no request can be made with.
    """
    return tuple((name, value) for name, value in head.headers if _is_sane(name, value))


def _is_sane(name: str, value: str) -> bool:
    if name in _VALIDATORS:
        return UNSENT.search(value) is None
    return value.encode("utf-8", "replace").decode() == value
