"""One request after another by libcurl: what it may do, and in plain words why no answer came."""

import errno
import math
import os
import re
import socket
import ssl
import time
from asyncio import timeout
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pycurl

from topicwire.errors import GuardError, WebError
from topicwire.world.answer import Answer, Head, Wanted, read_head
from topicwire.world.names import Names, is_address
from topicwire.world.transfers import Transfers

CODINGS = ("gzip", "deflate", "br")  # what libcurl decodes, as it is built for its wheels
LONGEST_HEADER = 32_768  # bytes; security policies are long

Check = Callable[[str, str, int], None]  # host, address, port; raises GuardError

UNSENT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # control characters that no header is sent with
_VERDICT = re.compile(r"SSL(?: certificate [^:]+)?: (.+?)(?: \(\d+\))?")  # around a verdict
_NO_BODY = frozenset({204, 304})
_STOP = -1  # what a callback returns for libcurl to end the transfer
_INTERIM = 200  # the answers below are followed by another (RFC 9110 section 15.2)
_REMEMBERED = 1  # second that libcurl knows what a name was looked up to: it sifts all with each
_MARGIN = 0.002  # seconds by which libcurl's milliseconds may fall short of a limit

_ALWAYS = (
    (pycurl.NOSIGNAL, 1),
    (pycurl.PROXY, ""),  # none, not the environment's
    (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
    (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
    (pycurl.FOLLOWLOCATION, 0),  # each hop is judged, and waits for its turn
    (pycurl.PATH_AS_IS, 1),
    (pycurl.FRESH_CONNECT, 1),  # who hangs up is not asked again
    (pycurl.FORBID_REUSE, 1),  # a host's next turn is far away; idle connections cost files
    (pycurl.SSL_VERIFYPEER, 1),
    (pycurl.SSL_VERIFYHOST, 2),
    (pycurl.LOW_SPEED_LIMIT, 1),
)
_NOT_HTTP = frozenset({pycurl.E_UNSUPPORTED_PROTOCOL, pycurl.E_FTP_WEIRD_SERVER_REPLY, 100})
_NOT_SECURE = frozenset(
    {
        pycurl.E_SSL_CONNECT_ERROR,
        pycurl.E_SSL_CIPHER,
        pycurl.E_SSL_CERTPROBLEM,
        pycurl.E_SSL_CACERT_BADFILE,
    }
)
# The second is said of what stands behind a packed body, and of all that brotli cannot unpack.
_MISCODED = frozenset({pycurl.E_BAD_CONTENT_ENCODING, pycurl.E_WRITE_ERROR})
_UNUSABLE = frozenset({pycurl.E_URL_MALFORMAT, pycurl.E_BAD_FUNCTION_ARGUMENT})
_BROKEN_OFF = frozenset({pycurl.E_PARTIAL_FILE, pycurl.E_RECV_ERROR})


class MiscodedError(WebError):
    """The body is not coded as its Content-Encoding says."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request may take to connect, to be silent and in all, in seconds.

    Silence is less than one byte a second for that long, in whole seconds; libcurl takes the mean
    of the last few, so that it is noticed some seconds late once much has come.
    """

    connect: float
    silence: float
    total: float


class Calls:
    """What the requests of one event loop have in common.

    `check` judges each address that is about to be dialled; None dials them all. Certificates
    are checked against those that Python trusts, wherever libcurl was built.
    """

    def __init__(self, *, user_agent: str, patience: Patience, check: Check | None = None) -> None:
        self.patience = patience
        self.check = check
        self.names = Names()
        self.transfers = Transfers()
        self._user_agent = user_agent
        self._trusted = ssl.get_default_verify_paths()

    def close(self) -> None:
        """End; no request may be under way any more."""
        self.names.close()
        self.transfers.close()

    def handle(self) -> pycurl.Curl:
        """Return a new handle with all that stays the same."""
        curl = pycurl.Curl()
        for option, value in _ALWAYS:
            curl.setopt(option, value)
        curl.setopt(pycurl.USERAGENT, self._user_agent)
        curl.setopt(pycurl.ACCEPT_ENCODING, ", ".join(CODINGS))
        curl.setopt(pycurl.LOW_SPEED_TIME, math.ceil(self.patience.silence))
        for option, path in (
            (pycurl.CAINFO, self._trusted.cafile),
            (pycurl.CAPATH, self._trusted.capath),
        ):
            if path:
                curl.setopt(option, path)
            else:
                curl.unsetopt(option)  # what was there where libcurl was built
        return curl


class Call:
    """A handle that makes one request at a time."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._patience = calls.patience
        self._forget()
        self._curl = calls.handle()
        self._curl.setopt(pycurl.HEADERFUNCTION, self._line)
        self._curl.setopt(pycurl.WRITEFUNCTION, self._part)
        self._curl.setopt(pycurl.OPENSOCKETFUNCTION, self._open)

    def close(self) -> None:
        """Give the handle back; no request may be under way."""
        self._curl.close()

    async def make(
        self,
        url: str,
        host: str,
        port: int,
        headers: dict[str, str],
        *,
        wanted: Wanted,
        body: bytes | None = None,
        spent: float = 0.0,
    ) -> Answer:
        """GET the URL, or POST the body there; `spent` seconds are gone already.

        Raises:
            MiscodedError: the body is not coded as the answer says.
            WebError: no complete answer came, or none of it is wanted.
        """
        self._forget()
        self._host, self._wanted = host, wanted
        self._left = self._patience.total - spent
        await self._aim(url, host, port)
        self._say(headers, body)
        try:
            await self._calls.transfers.make(self._curl)
        except pycurl.error as error:
            if self._fault is not None:
                raise self._fault from error
            if not self._is_cut:
                raise self._failure(*error.args) from error
        if self._head is None:
            raise WebError("the server hung up without an answer")
        return Answer(self._head, bytes(self._body[: self._room]), self._is_cut)

    def _forget(self) -> None:
        """Forget the request before."""
        self._lines: list[bytes] = []
        self._head: Head | None = None
        self._body = bytearray()
        self._room = 0
        self._is_cut = False
        self._fault: Exception | None = None  # of a callback
        self._refusal: GuardError | None = None

    async def _aim(self, url: str, host: str, port: int) -> None:
        """Say where to go, and how much time is left for it once the name is looked up."""
        connect = self._patience.connect
        curl = self._curl
        curl.setopt(pycurl.URL, url)
        if is_address(host):
            curl.unsetopt(pycurl.RESOLVE)
            curl.setopt(pycurl.DNS_CACHE_TIMEOUT, 0)
        else:
            curl.setopt(pycurl.DNS_CACHE_TIMEOUT, _REMEMBERED)
            began = time.monotonic()
            found = await self._looked_up(host, port)
            looked = time.monotonic() - began
            self._left -= looked
            connect -= looked
            shown = ",".join(f"[{each}]" if ":" in each else each for each in found)
            curl.setopt(pycurl.RESOLVE, [f"+{host}:{port}:{shown}"])  # "+": not for ever
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, _milliseconds(connect))
        curl.setopt(pycurl.TIMEOUT_MS, _milliseconds(self._left))

    async def _looked_up(self, host: str, port: int) -> tuple[str, ...]:
        try:
            async with timeout(min(self._patience.connect, self._left)):
                return await self._calls.names.addresses(host, port)
        except TimeoutError as error:
            raise self._late(is_total=self._left <= self._patience.connect) from error
        except OSError as error:
            raise WebError(f"the name {host} does not resolve") from error

    def _say(self, headers: dict[str, str], body: bytes | None) -> None:
        curl = self._curl
        if body is None:
            curl.setopt(pycurl.HTTPGET, 1)
        else:
            curl.setopt(pycurl.POST, 1)
            curl.setopt(pycurl.POSTFIELDS, body)
        sent = [_sent(name, value) for name, value in headers.items()]
        curl.setopt(pycurl.HTTPHEADER, [*sent, b"Connection: close", b"Expect:"])

    # ---- what libcurl calls ------------------------------------------------------------------

    def _open(self, _: int, address: Any) -> int:
        """Return a socket for the address about to be dialled, if the guard lets it pass."""
        family, kind, protocol, (dialled, port, *_) = address
        try:
            if self._calls.check is not None:
                self._calls.check(self._host, str(dialled), int(port))
            opened = socket.socket(family, kind, protocol)
        except GuardError as error:
            self._refusal = error
        except OSError as error:  # too many open files
            self._fault = WebError(f"the connection failed: {error.strerror or error}")
        except Exception as error:  # noqa: BLE001 (libcurl takes none)
            self._fault = error
        else:
            return opened.detach()  # libcurl closes it
        return int(pycurl.SOCKET_BAD)

    def _line(self, line: bytes) -> int | None:
        """Take a line of the head, or of the trailer, which counts for nothing."""
        if self._head is not None:
            return None
        if len(line) > LONGEST_HEADER:
            self._fault = WebError(
                f"the answer is not HTTP: a header is longer than {LONGEST_HEADER:,} bytes"
            )
            return _STOP
        if line not in {b"\r\n", b"\n"}:
            self._lines.append(line)
            return None
        try:
            return self._begin(read_head(self._lines))
        except Exception as error:  # noqa: BLE001 (libcurl takes none)
            self._fault = error
            return _STOP

    def _begin(self, head: Head) -> int | None:
        if head.status < _INTERIM:
            self._lines = []
            return None
        self._room = self._wanted(head)
        self._head = head
        if self._room or head.status in _NO_BODY:
            return None
        self._is_cut = True
        return _STOP

    def _part(self, part: bytes) -> int | None:
        self._body += part
        if len(self._body) <= self._room:
            return None
        self._is_cut = True
        return _STOP

    # ---- why no answer came ------------------------------------------------------------------

    def _failure(self, number: int, words: str) -> WebError:  # noqa: C901, PLR0911 (a table)
        """Say in an operator's words why no answer came."""
        if number == pycurl.E_OPERATION_TIMEDOUT:
            return self._too_late()
        if self._refusal is not None and self._head is None:
            return self._refusal  # of several addresses libcurl tells of the last one only
        if number == pycurl.E_COULDNT_RESOLVE_HOST:
            return WebError(f"the name {self._host} does not resolve")
        if number == pycurl.E_PEER_FAILED_VERIFICATION:
            return WebError(f"the certificate is not valid: {_verdict(words)}")
        if number in _NOT_SECURE:
            return WebError(f"no secure connection could be made: {words}")
        if number == pycurl.E_GOT_NOTHING:
            return WebError("the server hung up without an answer")
        if number in _NOT_HTTP:
            return WebError(f"the answer is not HTTP: {words}")
        if number in _MISCODED:
            return MiscodedError("the answer is not coded as its Content-Encoding says")
        if number in _BROKEN_OFF and self._head is not None:
            return WebError(f"the answer broke off or is garbled: {words}")
        if number in _UNUSABLE:
            return WebError(f"the address cannot be used: {words}")
        return WebError(self._no_connection(words))

    def _no_connection(self, words: str) -> str:
        cause = self._curl.getinfo(pycurl.OS_ERRNO)
        if cause == errno.ECONNREFUSED:
            return "the connection was refused"
        return f"the connection failed: {os.strerror(cause) if cause else words}"

    def _too_late(self) -> WebError:
        if self._curl.getinfo(pycurl.TOTAL_TIME) >= self._left - _MARGIN:
            return self._late(is_total=True)
        if not self._curl.getinfo(pycurl.REQUEST_SIZE):
            return self._late(is_total=False)
        return WebError(f"nothing came for {self._patience.silence:g} s")

    def _late(self, *, is_total: bool) -> WebError:
        if is_total:
            return WebError(f"no answer within {self._patience.total:g} s")
        return WebError(f"no connection within {self._patience.connect:g} s")


def _sent(name: str, value: str) -> bytes:
    """Return a header as libcurl takes it; a line break in it would begin another one.

    Bytes that came as no UTF-8, which stand there as lone surrogates, go out as they came.

    Raises:
        WebError: it cannot be sent.
    """
    if UNSENT.search(name + value):
        raise WebError(f"the request failed: the header {name} holds control characters")
    return (f"{name}: {value}" if value else f"{name};").encode("utf-8", "surrogateescape")


def _verdict(words: str) -> str:
    """Return what was found wrong with a certificate, without what libcurl says around it."""
    found = _VERDICT.fullmatch(words)
    return found[1] if found else words


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))  # 0 would be no limit
