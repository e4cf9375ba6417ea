"""A server of the chat protocol on loopback, strict about what it is asked and free in what it says.

Written for the tests, where no model can be installed. It refuses every request that is not as
the protocol's documentation has it, and keeps those that are.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR

YES = '{"belongs": "yes", "reason": "Two agencies share a crew."}'
NO = '{"belongs": "no", "reason": "It is about roads."}'
_DATA = re.compile(r"^\{.*\}$", re.MULTILINE)
_KEYS = {"model", "messages", "temperature", "seed", "max_tokens", "response_format"}
_WORDS = {"type": str, "enum": list, "properties": dict, "required": list}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was taken: its headers by lower-case name, its body, and the entry in it."""

    path: str
    headers: dict[str, str]
    body: dict[str, object]
    entry: dict[str, str]

    @property
    def title(self) -> str:
        """The title of the entry that is asked of."""
        return self.entry["title"]


Say = Callable[[Asked], str]


def yes(asked: Asked) -> str:
    """Answer yes to everything."""
    del asked
    return YES


@dataclass(slots=True)
class Chat:
    """What the server does next, and what it was asked.

    `say` gives the model's words. `status` other than 200 refuses. `raw` is sent instead of a
    response of the protocol. `hangs` holds every answer back until `go` is set; `drops` hangs up
    without one. `plain_only` refuses all but model and messages, as simple servers do.
    """

    url: str
    say: Say = yes
    status: int = 200
    raw: bytes | None = None
    hangs: bool = False
    drops: bool = False
    plain_only: bool = False
    location: str | None = None
    retry_after: str | None = None
    asked: list[Asked] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    @property
    def titles(self) -> list[str]:
        """The titles of the entries that were asked of, in order."""
        return [each.title for each in self.asked]


def problem(body: object) -> str | None:
    """Say what of a request the protocol does not allow; None when it is as documented."""
    if not isinstance(body, dict) or not {"model", "messages"} <= set(body) <= _KEYS:
        return f"the keys are not those of a request: {body!r:.200}"
    messages = body["messages"]
    if not isinstance(body["model"], str) or not body["model"] or not isinstance(messages, list):
        return "model is a string and messages a list"
    if not all(_is_message(each) for each in messages):
        return "a message has a role of the protocol and a string as content"
    for key, kind, least, most in (
        ("temperature", int | float, 0, 2),
        ("seed", int, -(2**63), 2**63),
        ("max_tokens", int, 1, 100_000),
    ):
        value = body.get(key, least)
        if not isinstance(value, kind) or not least <= value <= most:
            return f"{key} is {value!r}"
    return _form_problem(body["response_format"]) if "response_format" in body else None


def _is_message(given: object) -> bool:
    match given:
        case {"role": "system" | "user" | "assistant", "content": str(), **more}:
            return not more
        case _:
            return False


def _form_problem(form: object) -> str | None:
    match form:
        case {"type": "json_schema", "json_schema": {"name": str(name), "schema": dict(schema)}}:
            if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
                return "the schema's name is not one"
            return _schema_problem(schema)
        case _:
            return "response_format is no JSON schema"


def _schema_problem(schema: dict[str, object]) -> str | None:
    """Say what strict schemas do not allow."""
    for word, value in schema.items():
        if word == "additionalProperties":
            continue
        if word not in _WORDS or not isinstance(value, _WORDS[word]):
            return f"{word} is not supported in strict schemas"
    if schema["type"] != "object":
        return None
    properties = schema["properties"]
    assert isinstance(properties, dict)
    if schema.get("additionalProperties") is not False:
        return "additionalProperties must be false"
    if schema.get("required") != list(properties):
        return "every property must be required"
    return next(filter(None, map(_schema_problem, properties.values())), None)


def _entry(body: dict[str, object]) -> dict[str, str]:
    messages = body["messages"]
    assert isinstance(messages, list)
    found = _DATA.search(messages[-1]["content"])
    assert found is not None
    return dict(json.loads(found[0]))


class _Handler(BaseHTTPRequestHandler):
    chat: Chat

    def do_POST(self) -> None:
        given = self.rfile.read(int(self.headers["Content-Length"]))
        body = json.loads(given)
        wrong = problem(body)
        if self.headers["Content-Type"] != "application/json":
            wrong = "the body is not said to be JSON"
        if self.chat.plain_only and set(body) != {"model", "messages"}:
            wrong = "I know model and messages only"
        if wrong is not None:
            self.chat.refused.append(wrong)
            self._send(400, json.dumps({"error": {"message": wrong}}).encode())
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.path, headers, body, _entry(body))
        self.chat.asked.append(asked)
        self.chat.arrived.set()
        if self.chat.hangs:
            self.chat.go.wait(30)
        if self.chat.drops:
            self.connection.shutdown(SHUT_RDWR)
        else:
            self._answer(asked)

    def _answer(self, asked: Asked) -> None:
        if self.chat.status != 200:
            self._send(self.chat.status, b'{"error": {"message": "no"}}')
            return
        message = {"role": "assistant", "content": self.chat.say(asked)}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        said = {"id": "1", "object": "chat.completion", "created": 1, "choices": [choice]}
        raw = self.chat.raw
        self._send(200, json.dumps(said).encode() if raw is None else raw)

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if self.chat.location is not None:
            self.send_header("Location", self.chat.location)
        if self.chat.retry_after is not None:
            self.send_header("Retry-After", self.chat.retry_after)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return  # who asked did not wait

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Say nothing."""


@contextmanager
def chatting() -> Iterator[Chat]:
    """Give a server that answers until the end of the block."""

    class Handler(_Handler):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        chat = Handler.chat = Chat(f"http://127.0.0.1:{server.server_address[1]}/v1")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield chat
        finally:
            chat.go.set()
            server.shutdown()
            thread.join()
