"""A gate between one reader and the daemon: it passes everything on, and keeps what was asked."""

import http.client
import threading
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

TOO_CLOSE = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


@dataclass(frozen=True, slots=True)
class Passed:
    """One request that went through: its path, its validators, and the status of the answer."""

    path: str
    is_conditional: bool
    status: int


class Gate:
    """A server on a free port before the daemon's; a context manager."""

    def __init__(self, port: int) -> None:
        self.passed: list[Passed] = []
        self._server = _Server(self, port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def take(self) -> tuple[Passed, ...]:
        """Return what has gone through since it was last asked."""
        taken = tuple(self.passed)
        self.passed.clear()
        return taken

    def url(self, path: str) -> str:
        """Return the address of a path of the daemon, through the gate."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, gate: Gate, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.gate = gate
        self.behind = port

    def here(self, name: str, value: str) -> str:
        """Return the value of a header, so that a redirect leads through the gate again."""
        behind = f"http://127.0.0.1:{self.behind}/"
        return value.replace(behind, self.gate.url("/")) if name.lower() == "location" else value

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of readers that hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._pass("GET")

    def do_HEAD(self) -> None:
        self._pass("HEAD")

    def _pass(self, method: str) -> None:
        asked = {k: v for k, v in self.headers.items() if k.lower() not in TOO_CLOSE}
        behind = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=10)
        with closing(behind):
            behind.request(method, self.path, headers=asked)
            answer = behind.getresponse()
            body = answer.read()
        is_conditional = bool({"if-none-match", "if-modified-since"} & {k.lower() for k in asked})
        self.server.gate.passed.append(Passed(self.path, is_conditional, answer.status))
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in TOO_CLOSE:
                self.send_header(name, self.server.here(name, value))
        if answer.status != http.HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Keep quiet."""
