"""Tests of the server: real sockets on loopback, granian, and clients of every temper."""

import asyncio
import gzip
import http.client
import socket
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest

from builders import NOON
from ports import free_port
from topicwire.errors import ListenError
from topicwire.model.document import TopicState
from topicwire.serve import server, wire, worker
from topicwire.serve.application import application
from topicwire.serve.server import check_free, serve
from unit.serve.fakes import UNPACK, FakePublisher, FakeReaders, a_document

FORM = "application/x-www-form-urlencoded"
POST = f"POST /websub/hub HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\n"


@contextmanager
def serving(publisher: FakePublisher, *, host: str = "127.0.0.1", **options: Any) -> Iterator[int]:
    """Serve in a thread; the port is given, and the server stopped afterwards."""
    port = free_port(host)
    started: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    site = application(publisher, base_url="https://wire.example", unready=lambda: None, **options)

    async def run() -> None:
        stop = asyncio.Event()
        started.append((asyncio.get_running_loop(), stop))
        await serve(site, host=host, port=port, stop=stop)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        wait_for(host, port)
        yield port
    finally:
        loop, stop = started[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        assert not thread.is_alive()


def wait_for(host: str, port: int) -> None:
    """Wait until the server answers: while it tries whether the port is free, that one only listens."""
    for _ in range(200):
        try:
            ask(port, "/livez", host=host)
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)
        else:
            return
    pytest.fail("the server did not start within 4 seconds")


def ask(
    port: int,
    path: str,
    method: str = "GET",
    *,
    host: str = "127.0.0.1",
    body: bytes | None = None,
    **headers: str,
) -> tuple[http.client.HTTPResponse, bytes]:
    """Make one request with a real client; header names have underscores for hyphens."""
    connection = http.client.HTTPConnection(host, port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, headers=named)
    response = connection.getresponse()
    received = response.read()
    connection.close()
    return response, received


def raw(port: int, request: bytes) -> bytes:
    """Send bytes as they are and return the start of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(request)
        return client.recv(2000)


@contextmanager
def posting(port: int, framing: str) -> Iterator[socket.socket]:
    """Send the head of a form, without its body."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(f"{POST}{framing}\r\n\r\n".encode())
        yield client


def whole(client: socket.socket) -> bytes:
    """Return all that comes until the server ends the connection."""
    return b"".join(iter(lambda: client.recv(2000), b""))


class OneHub:
    """Accepts every form, and notes it."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []

    def request(self, form: bytes, content_type: str | None) -> tuple[int, str]:
        """Note the form."""
        assert content_type == FORM
        self.seen.append(form)
        return 202, "accepted"


def test_a_feed_is_served_compressed_and_then_confirmed_without_a_body() -> None:
    """O51, O54: GET, HEAD and a conditional GET over the wire, with a Date on each."""
    with serving(FakePublisher(a=1)) as port:
        response, body = ask(port, "/topics/a.atom", accept_encoding="gzip")
        assert response.status == 200
        assert gzip.decompress(body).startswith(b"a atom edition 1")
        assert response.headers["ETag"].endswith('-gzip"')
        head, nothing = ask(port, "/topics/a.atom", "HEAD", accept_encoding="gzip")
        assert (head.status, nothing) == (200, b"")
        assert head.headers["Content-Length"] == str(len(body))
        again, nothing = ask(port, "/topics/a.atom", if_none_match=response.headers["ETag"])
        assert (again.status, nothing) == (304, b"")
        assert again.headers["Date"]


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
@pytest.mark.parametrize("path", ["/topics/a.atom", "/topics/a"])
def test_each_coding_arrives_whole(path: str, coding: str) -> None:
    """O51, O54: what comes at once and what comes from the loop, with HEAD and 304 as GET."""
    with serving(FakePublisher(a=1)) as port:
        plain = ask(port, path)[1]
        for _ in range(2):  # rendered, then at hand
            response, body = ask(port, path, accept_encoding=coding)
            assert response.headers["Content-Encoding"] == coding
            assert UNPACK[coding](body) == plain
            head, nothing = ask(port, path, "HEAD", accept_encoding=coding)
            same = {*response.headers.items()} - {("date", response.headers["Date"])}
            assert same <= {*head.headers.items()}
            tag = response.headers["ETag"]
            again, empty = ask(port, path, accept_encoding=coding, if_none_match=f'"x", W/{tag}')
            assert (again.status, again.headers["ETag"]) == (304, tag)
            assert (nothing, empty) == (b"", b"")


def test_a_form_is_read_from_the_wire() -> None:
    """W22: in one piece or in chunks; one that is too long is refused while it comes."""
    hub = OneHub()
    with serving(FakePublisher(a=1), hub=hub) as port:
        response, body = ask(port, "/websub/hub", "POST", body=b"hub.mode=x", content_type=FORM)
        assert (response.status, body) == (202, b"accepted\n")
        chunked = f"{POST}Transfer-Encoding: chunked\r\n\r\n4\r\nhub.\r\n3\r\nx=y\r\n0\r\n\r\n"
        assert b" 202 " in raw(port, chunked.encode())
        flood = f"{POST}Transfer-Encoding: chunked\r\n\r\n20000\r\n".encode() + b"x" * 0x20000
        assert b" 413 " in raw(port, flood + b"\r\n")
        assert ask(port, "/livez")[1] == b"alive\n"
    assert hub.seen == [b"hub.mode=x", b"hub.x=y"]


def test_who_sends_no_body_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """S10: a head whose body does not come is answered 408, and its connection ended."""
    monkeypatch.setattr(worker, "CONNECTIONS", 4)
    monkeypatch.setattr(wire, "SILENCE", 0.5)
    with serving(FakePublisher(a=1), hub=OneHub()) as port, ExitStack() as opened:
        silent = [opened.enter_context(posting(port, "Content-Length: 10")) for _ in range(4)]
        assert ask(port, "/livez")[1] == b"alive\n"
        for each in silent:
            answer = whole(each)
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b"connection: close\r\n" in answer


def test_a_body_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """S10: a byte now and then, each in time, is answered 408 once the largest would be there."""
    monkeypatch.setattr(wire, "SILENCE", 0.5)
    with (
        serving(FakePublisher(a=1), hub=OneHub()) as port,
        posting(port, "Transfer-Encoding: chunked") as client,
    ):
        client.settimeout(0.1)
        answer, deadline = b"", time.monotonic() + 8
        while not answer and time.monotonic() < deadline:
            client.sendall(b"1\r\nx\r\n")
            with suppress(TimeoutError):
                answer = client.recv(2000)
        assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_slow_body_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """W22: a form that takes longer than any silence may, but goes on coming, is taken."""
    monkeypatch.setattr(wire, "SILENCE", 0.8)
    hub = OneHub()
    with (
        serving(FakePublisher(a=1), hub=hub) as port,
        posting(port, "Content-Length: 5") as client,
    ):
        for _ in range(5):
            time.sleep(0.25)
            client.sendall(b"x")
        assert client.recv(2000).startswith(b"HTTP/1.1 202 ")
    assert hub.seen == [b"xxxxx"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends such connections")
def test_who_takes_nothing_of_an_answer_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """S10: an answer that nobody reads is given up, however large it is."""
    monkeypatch.setattr(worker, "CONNECTIONS", 1)
    monkeypatch.setattr(worker, "UNREAD", 1)
    publisher = FakePublisher(a=1)
    monkeypatch.setattr(publisher, "about", lambda: a_document("x" * (20 << 20), "text/html"))
    with serving(publisher) as port, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", port))
        client.sendall(b"GET /about HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(8) == b"HTTP/1.1"
        assert ask(port, "/livez")[1] == b"alive\n"


def test_a_private_topic_is_opened_by_a_password() -> None:
    """S27: over the wire, with what readers send for name and password."""
    publisher = FakePublisher()
    publisher.put(TopicState("a", 1, NOON, is_private=True))
    given = "Basic " + b64encode(b"ada:" + b"t" * 43).decode()
    with serving(publisher, readers=FakeReaders("t" * 43)) as port:
        assert ask(port, "/topics/a.atom")[0].status == 404
        response, body = ask(port, "/topics/a.atom", authorization=given)
        assert body.startswith(b"a atom edition 1 for ")
        assert response.headers["Cache-Control"] == "private, max-age=300"


def test_who_asks_too_often_behind_a_proxy_is_slowed_down() -> None:
    """S22, S29: over the wire, where the peer is the proxy."""
    trusted = ("127.0.0.0/8",)
    with serving(FakePublisher(a=1), rate_limit=3, trusted_proxies=trusted) as port:
        path, asker = "/topics/a.atom", "192.0.2.1"
        seen = [ask(port, path, x_forwarded_for=asker)[0].status for _ in range(4)]
        assert seen == [200] * 3 + [429]
        assert [ask(port, path)[0].status for _ in range(4)] == [200] * 4


def test_a_header_that_is_no_text_does_no_harm() -> None:
    """S25: bytes that no header should hold are as good as nothing."""
    with serving(FakePublisher(a=1)) as port:
        for path in ("/topics/a.atom", "/topics/a", "/topics/a.atom"):
            for name in ("If-None-Match", "Accept-Encoding", "Accept", "X-Forwarded-For"):
                request = f"GET {path} HTTP/1.1\r\nHost: x\r\n{name}: ".encode() + b"\xff\xfe"
                assert b" 200 OK" in raw(port, request + b"\r\n\r\n")


def test_a_new_edition_is_served_within_seconds() -> None:
    """The background look at the editions makes a change visible by itself."""
    publisher = FakePublisher(a=1)
    with serving(publisher) as port:
        ask(port, "/topics/a.atom")
        publisher.current["a"] = 2
        deadline = time.monotonic() + 10
        while b"edition 2" not in ask(port, "/topics/a.atom")[1]:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_the_host_header_changes_nothing() -> None:
    """S23: addresses in answers come from the settings."""
    with serving(FakePublisher(a=1)) as port:
        response, _ = ask(port, "/topics/a.atom", Host="evil.example")
        assert "evil" not in str(response.headers)
        assert response.headers["Link"] == '<https://wire.example/topics/a.atom>; rel="self"'


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/topics/%2e%2e/style.css", id="encoded dots"),
        pytest.param("/topics/..%2fstyle.css", id="encoded slash"),
        pytest.param("/topics/a%0d%0aSet-Cookie:%20evil.atom", id="encoded line break"),
        pytest.param("/topics/a%00.atom", id="encoded null"),
        pytest.param("/topics/%c3%a4.atom", id="encoded umlaut"),
        pytest.param("/topics/%ff%fe.atom", id="encoded bytes that are no text"),
        pytest.param("/" + "a" * 9000, id="overlong"),
    ],
)
def test_a_crooked_path_is_not_found(path: str) -> None:
    """S20, S25, S28: nothing of it comes back."""
    with serving(FakePublisher(a=1)) as port:
        response, body = ask(port, path)
        assert response.status == 404
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert body == b"There is nothing at this address.\n"


def test_crooked_requests_are_refused_and_the_server_lives_on() -> None:
    """S10: heads are bounded, bodies are not read, bytes that are no HTTP are refused."""
    with serving(FakePublisher(a=1)) as port:
        assert b" 431 " in raw(port, b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b" 400 " in raw(port, b"GET /\x00\xff HTTP/1.1\r\nHost: a\r\n\r\n")
        length = b"Content-Length: 1000000000"
        assert b" 405 " in raw(port, b"POST / HTTP/1.1\r\nHost: a\r\n" + length + b"\r\n\r\n")
        assert ask(port, "/livez")[1] == b"alive\n"


def test_a_client_that_does_not_finish_cannot_hold_up_the_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """S9, S10: half a request and an answer nobody reads end with the server."""
    monkeypatch.setattr(server, "GRACE", 0.5)
    publisher = FakePublisher(a=1)
    with serving(publisher) as port:
        half = socket.create_connection(("127.0.0.1", port))
        half.sendall(b"GET /topics/a.atom HTTP/1.1\r\nHost:")
        began = time.monotonic()
    assert time.monotonic() - began < 5
    half.close()


def test_ipv6_is_served() -> None:
    """The address may be `[::1]:port`."""
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        free_port("::1")
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with serving(FakePublisher(a=1), host="::1") as port:
        assert ask(port, "/livez", host="::1")[1] == b"alive\n"


def test_a_name_is_served() -> None:
    """The address may be a name, which is resolved before the start."""
    assert check_free("localhost", free_port()) in {"127.0.0.1", "::1"}


def test_a_port_in_use_is_said_before_the_start() -> None:
    """The message names the address and the setting."""
    with serving(FakePublisher(a=1)) as port:
        with pytest.raises(ListenError) as failure:
            check_free("127.0.0.1", port)
        assert str(failure.value) == (
            f"the address 127.0.0.1:{port} is already in use: "
            "set TOPICWIRE_LISTEN to another host:port"
        )


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        pytest.param("192.0.2.1", "is not one of this machine", id="another machine's"),
        pytest.param("no-such-host.invalid", "does not resolve", id="unknown name"),
        pytest.param("256.1.1.1", "does not resolve", id="no address"),
    ],
)
def test_an_address_that_cannot_be_had_is_said(host: str, reason: str) -> None:
    """The message says why and what to do."""
    with pytest.raises(ListenError, match=reason):
        check_free(host, 8080)


def test_a_server_that_fails_is_no_quiet_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the port is taken between the look and the start, an error says so."""
    port = free_port()
    monkeypatch.setattr(server, "check_free", lambda host, _: host)
    site = application(FakePublisher(a=1), base_url="", unready=lambda: None)

    async def run() -> None:
        await serve(site, host="127.0.0.1", port=port, stop=asyncio.Event())

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(ListenError, match="did not start"):
            asyncio.run(run())
