"""Tests of the server: real sockets on loopback, granian, and clients of every temper."""

import asyncio
import gzip
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from topicwire.errors import ListenError
from topicwire.serve import server
from topicwire.serve.application import application
from topicwire.serve.server import check_free, serve
from unit.serve.fakes import FakePublisher


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port that nobody listens on at this moment."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(publisher: FakePublisher, *, host: str = "127.0.0.1") -> Iterator[int]:
    """Serve in a thread; the port is given, and the server stopped afterwards."""
    port = free_port(host)
    started: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    site = application(publisher, base_url="https://wire.example", ready=lambda: True)

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
    """Wait until something answers."""
    for _ in range(200):
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail("the server did not start within 4 seconds")


def ask(
    port: int, path: str, method: str = "GET", *, host: str = "127.0.0.1", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """Make one request with a real client; header names have underscores for hyphens."""
    connection = http.client.HTTPConnection(host, port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=named)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def raw(port: int, request: bytes) -> bytes:
    """Send bytes as they are and return the start of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(request)
        return client.recv(2000)


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
    site = application(FakePublisher(a=1), base_url="", ready=lambda: True)

    async def run() -> None:
        await serve(site, host="127.0.0.1", port=port, stop=asyncio.Event())

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(ListenError, match="did not start"):
            asyncio.run(run())
