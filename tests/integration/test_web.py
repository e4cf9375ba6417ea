"""The web against an origin on the loopback that behaves well, badly, and with malice."""

import asyncio
import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import brotli
import pytest

from origin import Origin, Seen, answer
from topicwire.model.wire import Request, Response
from topicwire.world.guard import Guard
from topicwire.world.web import Web, WebLimits

AGENT = "Topicwire/1.0 (+https://wire.example/about)"
FEED = b"<rss version='2.0'><channel><title>t</title></channel></rss>"


def a_web(*allowed: str, **limits: Any) -> Web:
    values: dict[str, Any] = {"user_agent": AGENT, "spacing": 0.0}
    return Web(WebLimits(**(values | limits)), Guard(allowed or ("127.0.0.0/8",)))


def one(url: str, *, web: Web | None = None, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    (response,) = (web or a_web()).fetch([Request("key", url, headers)])
    return response


def always(reply: bytes) -> Callable[[Seen], bytes]:
    return lambda _: reply


# ---- what a request looks like -----------------------------------------------------------


@pytest.mark.parametrize(
    ("etag", "modified"),
    [
        ('"abc-gzip"', "Mon, 02 Nov 2026 12:00:00 GMT"),
        ('W/"5f2b"', "Mon, 2 Nov 2026 12:00:00 +0000"),
        ("without-quotes", "yesterday at noon"),
        ('"a b,c"', "Monday, 02-Nov-26 12:00:00 GMT"),
        ('"caf\xe9"', "02 f\xe9vrier"),
    ],
    ids=["apache-gzip", "weak", "unquoted", "odd", "Latin-1"],
)
def test_validators_come_back_byte_for_byte(etag: str, modified: str) -> None:
    """F1, F2, K1, K2, K3: what the server gave is what it gets back, and then it says 304."""

    def reply(seen: Seen) -> bytes:
        known = seen.header("if-none-match"), seen.header("if-modified-since")
        if known == (etag, modified):
            return answer(304, etag=etag)
        return answer(200, FEED, etag=etag, last_modified=modified)

    with Origin(reply) as origin:
        first = one(origin.url())
        assert (first.status, first.body) == (200, FEED)
        validators = (
            ("If-None-Match", first.header("etag") or ""),
            ("If-Modified-Since", first.header("last-modified") or ""),
        )
        second = one(origin.url(), headers=validators)
    assert (second.status, second.body, second.error) == (304, b"", None)
    assert first.header("etag") == second.header("etag")


@pytest.mark.parametrize("etag", ['"ab\x01c"', '"ab\x7f"'])
def test_validator_that_cannot_be_sent_is_none(etag: str) -> None:
    """Kept, it would have every later request fail; what else is said counts."""
    with Origin(always(answer(200, FEED, etag=etag, server="x"))) as origin:
        response = one(origin.url())
    assert (response.body, response.header("etag"), response.header("server")) == (FEED, None, "x")


def test_request_says_who_asks_and_nothing_more() -> None:
    """F15, F17, F18, K11, K12, K17, K18: agent and codings; no cookie, referer or fragment."""

    def reply(seen: Seen) -> bytes:
        if seen.path.startswith("/feed"):
            return answer(302, location="/moved#part", set_cookie="id=7; Path=/")
        return answer(200, FEED, set_cookie="id=7; Path=/")

    with Origin(reply) as origin:
        web = a_web()
        accept = ("Accept", "application/atom+xml")
        response = one(origin.url("/feed#part"), web=web, headers=(accept,))
        one(origin.url("/feed"), web=web)
    assert [seen.path for seen in origin.seen] == ["/feed", "/moved", "/feed", "/moved"]
    assert origin.url("/moved") == response.url
    first = dict(origin.seen[0].headers)
    expected = {
        "host": f"127.0.0.1:{origin.port}",
        "user-agent": AGENT,
        "accept-encoding": "gzip, deflate, br",
        "accept": "application/atom+xml",
        "connection": "close",
    }
    assert expected == first
    assert not [seen for seen in origin.seen if seen.header("cookie") or seen.header("referer")]


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("/a%7Eb?sig=%2F%3d+x", "/a%7Eb?sig=%2F%3d+x"),
        ("/a//b/?", "/a//b/?"),
        ("?q", "/?q"),
        ("/ä b?ö", "/%C3%A4%20b?%C3%B6"),
    ],
    ids=["escapes", "slashes", "no-path", "not-ascii"],
)
def test_url_is_asked_for_as_it_was_given(given: str, asked: str) -> None:
    """K13: a signed URL keeps its escapes; only what cannot be sent is escaped."""
    with Origin(always(answer(200, FEED))) as origin:
        one(origin.url(given))
    assert asked.rstrip("?") == origin.seen[0].path.rstrip("?")


def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """S6: HTTP_PROXY leads no request around the guard."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with Origin(always(answer(200, FEED))) as origin:
        assert one(origin.url()).status == 200


# ---- bodies --------------------------------------------------------------------------------

ENCODE: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda body: brotli.compress(body, quality=1),
}


@pytest.mark.parametrize("coding", ENCODE)
def test_coded_body_is_decoded(coding: str) -> None:
    """F15: every coding that is asked for is understood."""
    body = ENCODE[coding](FEED)
    with Origin(always(answer(200, body, content_encoding=coding))) as origin:
        assert one(origin.url()).body == FEED


@pytest.mark.parametrize("coding", ENCODE)
def test_bomb_is_cut_at_the_limit(coding: str) -> None:
    """F51, S7: a small answer that unfolds to 64 MB ends at the limit, with memory flat."""
    bomb = ENCODE[coding](bytes(64_000_000))
    with Origin(always(answer(200, bomb, content_encoding=coding))) as origin:
        tracemalloc.start()
        try:
            response = one(origin.url(), web=a_web(max_bytes=500_000))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert response.status is None
    assert response.error == "the answer is larger than 500,000 bytes"
    assert peak < 12_000_000


@pytest.mark.parametrize("coding", ["gzip, gzip", "compress", "zstd", "x-unheard-of"])
def test_unknown_coding_is_an_error(coding: str) -> None:
    """F15, S7: what cannot be decoded, nested codings among it, is not taken for a feed."""
    body = gzip.compress(gzip.compress(FEED))
    with Origin(always(answer(200, body, content_encoding=coding))) as origin:
        response = one(origin.url())
    assert f"the answer has a content coding that was not asked for: {coding}" == response.error


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        pytest.param("gzip", FEED, id="plain as gzip"),
        pytest.param("br", FEED, id="plain as brotli"),
        pytest.param("gzip", gzip.compress(FEED) + b"<!-- x -->", id="more behind it"),
        pytest.param("gzip", gzip.compress(FEED[:9]) + gzip.compress(FEED[9:]), id="in two parts"),
    ],
)
def test_body_that_is_not_coded_as_it_says_is_asked_for_anew_as_identity(
    coding: str, body: bytes
) -> None:
    """F15: a server that mislabels its body is asked once without codings."""

    def reply(seen: Seen) -> bytes:
        if seen.header("accept-encoding") == "identity":
            return answer(200, FEED)
        return answer(200, body, content_encoding=coding)

    with Origin(reply) as origin:
        assert one(origin.url()).body == FEED
    with Origin(always(answer(200, body, content_encoding=coding))) as origin:
        response = one(origin.url())
        assert len(origin.seen) == 2
    assert response.error == "the answer is not coded as its Content-Encoding says"


def test_announced_size_is_refused_unread() -> None:
    """F51: a Content-Length over the limit ends the request at once."""

    async def endless(_: Seen) -> AsyncIterator[bytes]:
        yield answer(200, content_length="600000")
        await asyncio.sleep(60)

    with Origin(endless) as origin:
        response = one(origin.url(), web=a_web(max_bytes=500_000))
    assert response.error == "the answer is larger than 500,000 bytes"


def test_endless_body_ends_at_the_limit() -> None:
    """F51: a body without an end is cut while it streams."""

    async def endless(_: Seen) -> AsyncIterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        while True:
            yield bytes(10_000)

    with Origin(endless) as origin:
        response = one(origin.url(), web=a_web(max_bytes=500_000))
    assert response.error == "the answer is larger than 500,000 bytes"


def test_body_of_an_error_page_is_not_read() -> None:
    """F47: of a failure only status and headers matter."""

    async def reply(_: Seen) -> AsyncIterator[bytes]:
        yield answer(503, b"sorry", retry_after="120", content_length="1000000")
        await asyncio.sleep(60)

    with Origin(reply) as origin:
        response = one(origin.url())
    assert (response.status, response.body, response.error) == (503, b"", None)
    assert response.header("retry-after") == "120"


def test_header_that_is_no_text_is_left_out() -> None:
    """What is no UTF-8 could not be stored as text, and is sent back to nobody but as a validator."""
    with Origin(always(answer(200, FEED, link="<caf\xe9>", server="x"))) as origin:
        response = one(origin.url())
    assert response.header("link") is None
    assert response.header("server") == "x"


def test_head_is_kept_in_order_and_only_the_heads_own() -> None:
    """F1: of interim answers, folded lines and trailers only what is the answer's counts."""
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nLINK: one\r\nX-Long: a\r\n  b\r\nLink: two\r\nEmpty:\r\n"
    chunked = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nTrailer: t\r\n\r\n"
    with Origin(always(early + head + chunked)) as origin:
        response = one(origin.url())
    expected = ("link", "one"), ("x-long", "a b"), ("link", "two"), ("empty", "")
    assert (response.headers[:-1], response.body) == (expected, b"abc")


@pytest.mark.parametrize(("length", "is_fine"), [(30_000, True), (33_000, False)])
def test_long_header_is_taken_and_a_longer_one_refused(length: int, *, is_fine: bool) -> None:
    """S7: security policies are long; what is longer is no header."""
    with Origin(always(answer(200, FEED, content_security_policy="x" * length))) as origin:
        response = one(origin.url())
    assert (response.status == 200) is is_fine
    assert is_fine or "a header is longer than 32,768 bytes" in (response.error or "")


# ---- time ----------------------------------------------------------------------------------


def test_drip_feed_ends_at_the_total_deadline() -> None:
    """F50, S9: one byte after the other keeps no request alive."""

    async def drip(_: Seen) -> AsyncIterator[bytes]:
        yield answer(200, content_length="1000")
        while True:
            yield b"x"
            await asyncio.sleep(0.02)

    with Origin(drip) as origin:
        response = one(origin.url(), web=a_web(total_seconds=0.3))
    assert response.error == "no answer within 0.3 s"
    assert 0.25 < response.elapsed < 3


def test_deadline_covers_redirects() -> None:
    """F50: redirects do not start the clock anew."""

    async def slow(seen: Seen) -> AsyncIterator[bytes]:
        await asyncio.sleep(0.15)
        other = f"127.0.0.{len(seen.path) % 2 + 1}"
        yield answer(302, location=origin.url(f"{seen.path}x", other))

    with Origin(slow) as origin:
        response = one(origin.url("/"), web=a_web(total_seconds=0.4))
    assert response.error == "no answer within 0.4 s"


def test_silence_ends_at_the_read_timeout() -> None:
    """F50: a server that accepts and says nothing is left."""

    async def silent(_: Seen) -> AsyncIterator[bytes]:
        await asyncio.sleep(60)
        yield b""

    with Origin(silent) as origin:
        response = one(origin.url(), web=a_web(read_seconds=0.2))
    assert response.error == "nothing came for 0.2 s"


def test_handshake_that_hangs_ends_at_the_connect_timeout() -> None:
    """F50: the connect timeout covers name, connection and TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        response = one(f"https://127.0.0.1:{port}/", web=a_web(connect_seconds=0.2))
    assert response.error == "no connection within 0.2 s"


def test_slow_servers_do_not_hold_up_the_others() -> None:
    """S9: quick answers arrive while slow ones are under way."""

    async def reply(seen: Seen) -> AsyncIterator[bytes]:
        if seen.path == "/slow":
            await asyncio.sleep(0.5)
        yield answer(200, FEED)

    with Origin(reply) as origin:
        requests = [Request("slow", origin.url("/slow"))]
        requests += [
            Request(f"quick-{number}", origin.url("/quick", f"127.0.0.{number}"))
            for number in range(2, 12)
        ]
        order = [response.key for response in a_web().fetch(requests)]
    assert len(order) == 11
    assert order[-1] == "slow"


# ---- manners -------------------------------------------------------------------------------


def test_one_request_a_host_at_a_time_and_spaced() -> None:
    """F34, F35: a host with many feeds is asked for one after the other, with pauses."""

    async def reply(_: Seen) -> AsyncIterator[bytes]:
        await asyncio.sleep(0.02)
        yield answer(200, FEED)

    with Origin(reply) as origin:
        web = a_web(spacing=0.2)
        hosts = ["127.0.0.1", "127.0.0.2"]
        requests = [
            Request(f"{host}/{number}", origin.url(f"/{number}", host))
            for host in hosts
            for number in range(4)
        ]
        assert len(list(web.fetch(requests[:7]))) == 7
        list(web.fetch(requests[7:]))
    assert origin.most == 1
    for host in hosts:
        times = [s.at for s in origin.seen if (s.header("host") or "").startswith(f"{host}:")]
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert len(times) == 4
        assert min(gaps) > 0.12  # as seen by a busy server


def test_a_busy_host_holds_up_no_caller_for_longer_than_it_likes() -> None:
    """What still waits for its host's turn then is not asked, and what is under way is answered."""

    async def reply(_: Seen) -> AsyncIterator[bytes]:
        await asyncio.sleep(0.3)
        yield answer(200, FEED)

    with Origin(reply) as origin:
        requests = [Request(f"{n}", origin.url(f"/{n}", "127.0.0.1")) for n in range(20)]
        requests.append(Request("other", origin.url("/", "127.0.0.2")))
        with closing(a_web().arrivals(requests, most=0.5)) as arrivals:
            answered = [each for responses in arrivals for each in responses]
    assert {each.status for each in answered} == {200}
    assert {each.key for each in answered} == {"other", "0", "1"}
    assert len(origin.seen) == 3


def test_redirect_waits_for_its_new_hosts_turn() -> None:
    """F35: sources that redirect to one host are not all sent there at once."""

    def reply(seen: Seen) -> bytes:
        if seen.path == "/feed":
            return answer(301, location=f"http://127.0.0.99:{origin.port}/central")
        return answer(200, FEED)

    with Origin(reply) as origin:
        web = a_web(spacing=0.2, total_seconds=0.7)
        requests = [
            Request(str(number), origin.url(host=f"127.0.0.{number}")) for number in range(1, 7)
        ]
        statuses = [response.status for response in web.fetch(requests)]
    assert statuses == [200] * 6
    times = [seen.at for seen in origin.seen if seen.path == "/central"]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) > 0.12  # as seen by a busy server
    assert origin.most == 1


def test_connections_are_bounded() -> None:
    """F35: no more requests are under way than the setting allows."""
    under_way, most = 0, 0

    async def reply(_: Seen) -> AsyncIterator[bytes]:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.03)
        under_way -= 1
        yield answer(200, FEED)

    with Origin(reply) as origin:
        requests = [
            Request(str(number), origin.url(host=f"127.0.0.{number}")) for number in range(1, 21)
        ]
        assert len(list(a_web(connections=4).fetch(requests))) == 20
    assert most == 4


# ---- redirects -----------------------------------------------------------------------------


def test_redirects_are_followed_and_relative_ones_resolved() -> None:
    """F42, F43: up to five hops; the response names the last URL."""
    hops = {"/feed": "b/c?x#y", "/b/c?x": "../d", "/d": "//127.0.0.2:PORT/e", "/e": "?f"}

    def reply(seen: Seen) -> bytes:
        location = hops.get(seen.path)
        if location is None:
            return answer(200, FEED)
        return answer(302, location=location.replace("PORT", str(origin.port)))

    with Origin(reply) as origin:
        response = one(origin.url())
    assert (response.status, response.body) == (200, FEED)
    assert origin.url("/e?f", "127.0.0.2") == response.url
    assert [seen.path for seen in origin.seen] == ["/feed", "/b/c?x", "/d", "/e", "/e?f"]


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("/feed", "the redirects go in a circle"),
        ("{path}x", "there were more than 5 redirects"),
        (None, "the server answered 301 without saying where to go"),
        ("ftp://127.0.0.1/feed", "only http and https are fetched, not ftp"),
        ("file:///etc/passwd", "only http and https are fetched, not file"),
        ("http://u:p@127.0.0.1/", "holds a user name or password"),
        ("http://127.0.0.2:{port}/", "the address 127.0.0.2 is private"),
        ("http://[::ffff:127.0.0.2]:{port}/", "the address 127.0.0.2 is private"),
        ("http://169.254.169.254/latest", "the address 169.254.169.254 is private"),
        ("http://127.0.0.1:99999/", "cannot be read"),
    ],
    ids=[
        "circle",
        "many",
        "nowhere",
        "ftp",
        "file",
        "password",
        "private",
        "private-mapped",
        "metadata",
        "no-port",
    ],
)
def test_redirect_that_may_not_be_followed(location: str | None, error: str) -> None:
    """F43, S1, S2: every hop is judged like the first."""

    def reply(seen: Seen) -> bytes:
        if location is None:
            return answer(301)
        return answer(301, location=location.format(path=seen.path, port=origin.port))

    with Origin(reply) as origin:
        response = one(origin.url(), web=a_web("127.0.0.1"))
        assert len(origin.seen) <= 6
    assert response.status is None
    assert error in (response.error or "")


def test_credentials_stay_with_their_origin() -> None:
    """F44: Authorization goes along within the origin, never to another."""

    def reply(seen: Seen) -> bytes:
        places = {"/feed": "/same", "/same": f"http://127.0.0.2:{origin.port}/other"}
        if seen.path in places:
            return answer(302, location=places[seen.path])
        return answer(200, FEED)

    with Origin(reply) as origin:
        assert one(origin.url(), headers=(("Authorization", "Basic eDp5"),)).status == 200
    sent = {seen.path: seen.header("authorization") for seen in origin.seen}
    assert sent == {"/feed": "Basic eDp5", "/same": "Basic eDp5", "/other": None}


def certified(folder: Path, name: str, *, days: int = 2) -> Path:
    """Return a file with a key and a certificate for a name or address, signed by itself."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate and is not installed")
    key, asked, signed = folder / "key.pem", folder / "asked.pem", folder / "certificate.pem"
    about = folder / "about"
    about.write_text(f"subjectAltName={name}")
    ask = "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=press"
    sign = f"openssl x509 -req -days {days} -signkey {key} -extfile {about}"
    for command in (
        (*ask.split(), "-keyout", str(key), "-out", str(asked)),
        (*sign.split(), "-in", str(asked), "-out", str(signed)),
    ):
        subprocess.run(command, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes(key.read_bytes() + signed.read_bytes())
    return both


def speaking(certificate: Path) -> ssl.SSLContext:
    """Return what a server with that certificate speaks."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate for 127.0.0.1 that nobody trusts."""
    return certified(tmp_path_factory.mktemp("tls"), "IP:127.0.0.1")


@pytest.fixture
def secure(certificate: Path) -> ssl.SSLContext:
    return speaking(certificate)


def test_certificate_nobody_vouches_for_is_refused(secure: ssl.SSLContext) -> None:
    """F47: the reason is told in the certificate checker's words."""
    with Origin(always(answer(200, FEED)), tls=secure) as origin:
        response = one(origin.url())
    assert response.error == "the certificate is not valid: self-signed certificate"


@pytest.mark.parametrize(
    ("name", "days", "error"),
    [
        pytest.param("IP:127.0.0.1", -1, "certificate has expired", id="expired"),
        pytest.param("IP:127.0.0.2", 2, "'127.0.0.1'", id="other address"),
        pytest.param("DNS:other.example", 2, "'127.0.0.1'", id="other name"),
    ],
)
def test_certificate_that_is_trusted_may_be_wrong(
    name: str, days: int, error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F47: one that is too old, or somebody else's, is refused and told."""
    certificate = certified(tmp_path, name, days=days)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Origin(always(answer(200, FEED)), tls=speaking(certificate)) as origin:
        response = one(origin.url())
        assert origin.seen == []
    assert (response.error or "").startswith("the certificate is not valid: ")
    assert error in (response.error or "")


def test_server_without_tls_is_told_apart() -> None:
    """F47: plain HTTP behind https is no secure connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk_plainly() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(answer(400))
                connection.recv(10_000)

        talking = threading.Thread(target=talk_plainly)
        talking.start()
        response = one(f"https://127.0.0.1:{listening.getsockname()[1]}/")
        talking.join()
    assert (response.error or "").startswith("no secure connection could be made: ")


def test_redirect_out_of_encryption_is_refused(
    secure: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F44: a redirect from https to http is not followed."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    reply = always(answer(302, location="http://127.0.0.1/x"))
    with Origin(reply, tls=secure) as origin:
        response = one(origin.url())
    refused = "the redirect from https to http://127.0.0.1/x is refused: it is not encrypted"
    assert response.error == refused


# ---- the guard at work ---------------------------------------------------------------------

LOOPBACK_NAMES = {
    "literal": "127.0.0.1",
    "mapped": "[::ffff:127.0.0.1]",
    "compatible": "[::127.0.0.1]",
    "localhost": "localhost",
    "localhost-dot": "localhost.",
    "decimal": "2130706433",
    "octal": "0177.0.0.1",
    "hexadecimal": "0x7f.1",
    "short": "127.1",
    "circled": "①②⑦.⓪.⓪.①",
}


@pytest.mark.parametrize("host", LOOPBACK_NAMES.values(), ids=LOOPBACK_NAMES.keys())
def test_no_name_leads_to_the_loopback(host: str) -> None:
    """S2, S3, S4: what is judged is the address dialled, whatever the name."""
    with Origin(always(answer(200, FEED))) as origin:
        guard = Guard((f"10.0.0.1:{origin.port}",))
        response = one(origin.url(host=host), web=Web(WebLimits(AGENT), guard))
        assert origin.seen == []
    refusals = ("is private; allow it with", "is not a canonical IPv4", "does not resolve")
    assert any(refusal in (response.error or "") for refusal in refusals)


Lookup = Callable[..., list[tuple[Any, ...]]]


def lookup(*addresses: str) -> Lookup:
    def getaddrinfo(_: str, port: int, *__: object) -> list[tuple[Any, ...]]:
        kind = socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, ""
        return [(*kind, (address, port)) for address in addresses]

    return getaddrinfo


def test_name_that_rebinds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """S2, C5: a public name whose address is inside is refused, and told as such."""
    with Origin(always(answer(200, FEED))) as origin:
        monkeypatch.setattr(socket, "getaddrinfo", lookup("127.0.0.1", "127.0.0.2"))
        web = Web(WebLimits(AGENT), Guard((f"intranet.example:{origin.port}",)))
        refused = one(origin.url(host="rebind.example"), web=web)
        allowed = one(origin.url(host="intranet.example"), web=web)
        dotted = one(origin.url(host="intranet.example."), web=web)
    assert "is private; allow it with" in (refused.error or "")
    assert allowed.status == 200
    assert dotted.status == 200
    assert len(origin.seen) == 2


def test_port_of_another_service_is_refused() -> None:
    """S1: a public address does not open every port."""
    response = one("http://93.184.216.34:22/", web=Web(WebLimits(AGENT), Guard()))
    assert response.error == (
        "the port 22 is not one of 80, 443, 8080, 8443; "
        "allow it with TOPICWIRE_ALLOW_PRIVATE=93.184.216.34:22"
    )


# ---- failures ------------------------------------------------------------------------------

GARBLED = {
    "garbage": (b"SSH-2.0-OpenSSH\r\n\r\n", "the answer is not HTTP: "),
    "nothing": (b"", "the server hung up without an answer"),
    "cut-off": (answer(200, b"short", content_length="1000"), "the answer broke off"),
}


@pytest.mark.parametrize(("reply", "error"), GARBLED.values(), ids=GARBLED.keys())
def test_answer_that_is_none_is_told_in_words(reply: bytes, error: str) -> None:
    """F47: the operator reads what happened, not a traceback."""
    with Origin(always(reply)) as origin:
        response = one(origin.url())
        assert len(origin.seen) == 1  # who hangs up is not asked again
    assert response.status is None
    assert (response.error or "").startswith(error)


def test_refused_connection_is_told_in_words() -> None:
    """F47: nobody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert one(f"http://127.0.0.1:{port}/").error == "the connection was refused"


@pytest.mark.parametrize(
    "failure",
    [socket.gaierror(socket.EAI_NONAME, "unknown"), UnicodeError()],
    ids=["none", "label"],
)
def test_unknown_name_is_told_in_words(failure: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """F47: the name is nobody's, or can be nobody's."""

    def getaddrinfo(*_: object) -> list[tuple[Any, ...]]:
        raise failure

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert one("http://nowhere.example/").error == "the name nowhere.example does not resolve"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nowhere",
        "ftp://x.example/",
        "http://",
        "http://x.example:99999/",
        "http://u:p@x.example/",
        "http://x.example/a\r\nHost: y",
    ],
    ids=["empty", "path", "ftp", "no-host", "port", "password", "newline"],
)
def test_url_that_cannot_be_fetched_is_an_answer_too(url: str) -> None:
    """S1, S20: a bad address is its source's failure; the others are fetched."""
    with Origin(always(answer(200, FEED))) as origin:
        requests = [Request("bad", url), Request("good", origin.url())]
        responses = {response.key: response for response in a_web().fetch(requests)}
    assert responses["bad"].error
    assert responses["bad"].status is None
    assert "u:p" not in (responses["bad"].error or "")
    assert responses["good"].status == 200


def test_header_that_cannot_be_sent_is_an_answer_too() -> None:
    """S20: a line break in a header is never sent; it fails that request alone."""
    with Origin(always(answer(200, FEED))) as origin:
        bad = Request("bad", origin.url(), (("If-None-Match", '"a"\r\nX: y'),))
        good = Request("good", origin.url())
        responses = {response.key: response for response in a_web().fetch([bad, good])}
    assert (responses["bad"].error or "").startswith("the request failed: ")
    assert responses["good"].status == 200
    assert len(origin.seen) == 1


# ---- the iterator --------------------------------------------------------------------------


def names_of_threads() -> set[str]:
    return {each.name for each in threading.enumerate() if each.name.startswith("topicwire")}


def test_closing_midway_is_prompt_and_leaves_nothing() -> None:
    """S9: whoever stops listening waits for no slow server, and no thread stays."""

    async def reply(seen: Seen) -> AsyncIterator[bytes]:
        if seen.path == "/slow":
            await asyncio.sleep(60)
        yield answer(200, FEED)

    with Origin(reply) as origin:
        requests = [Request("slow", origin.url("/slow"))]
        requests += [Request("quick", origin.url(host="127.0.0.2"))]
        began = time.monotonic()
        with closing(a_web().fetch(requests)) as responses:
            assert next(responses).key == "quick"
        assert time.monotonic() - began < 3
    assert set() == names_of_threads()


def test_closing_waits_for_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """S9: a name server that hangs holds up neither other requests nor the end."""
    go = threading.Event()

    def getaddrinfo(*_: object) -> list[tuple[Any, ...]]:
        go.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with Origin(always(answer(200, FEED))) as origin:
        requests = [Request(str(n), f"http://hanging-{n}.example/") for n in range(40)]
        requests += [Request("quick", origin.url())]
        began = time.monotonic()
        with closing(a_web().fetch(requests)) as responses:
            assert next(responses).key == "quick"
        assert time.monotonic() - began < 3
    late = one("http://hanging.example/", web=a_web(connect_seconds=0.2))
    assert late.error == "no connection within 0.2 s"
    go.set()


def test_nothing_asked_nothing_started() -> None:
    """Without a request there is no thread and no answer."""
    assert list(a_web().fetch([])) == []


def test_many_hosts_at_once() -> None:
    """F35: hundreds of hosts are asked side by side and each gives its answer once."""
    with Origin(always(answer(304))) as origin:
        requests = [
            Request(str(number), origin.url(host=f"127.1.{number // 200}.{number % 200 + 1}"))
            for number in range(400)
        ]
        got = {response.key: response.status for response in a_web().fetch(requests)}
    assert {str(number): 304 for number in range(400)} == got
    assert set() == names_of_threads()


def test_arrivals_tick_while_nothing_comes() -> None:
    """The pipeline gets a turn while every server is slow."""

    async def slow(_: Seen) -> AsyncIterator[bytes]:
        await asyncio.sleep(0.2)
        yield answer(200, FEED)

    def counted(batches: Iterator[tuple[Response, ...]]) -> list[int]:
        return [len(batch) for batch in batches]

    with Origin(slow) as origin:
        sizes = counted(a_web().arrivals([Request("key", origin.url())], tick=0.02))
    assert sizes[0] == 0
    assert sum(sizes) == 1
