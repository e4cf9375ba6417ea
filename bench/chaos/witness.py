"""A reader who asks for everything all the time, and checks every document that comes."""

import http.client
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Thread
from types import TracebackType
from typing import Self

from lxml import html

from unit.publish.json_rules import json_findings
from unit.publish.rules import atom_findings, rss_findings

TOPIC = "/topics/seats"
CURRENT = tuple(f"{TOPIC}{suffix}" for suffix in (".atom", ".rss", ".json", ""))
PAUSE = 0.1  # seconds between two requests
AWAY = 503  # the database is away, which is said so
NOT_YET = 404  # also of a topic that was not mirrored yet
LINK = re.compile(r"http://(s\d+)\.example/(s\d+-\d+)")

Key = tuple[str, str]


@dataclass
class Witness:
    """Reads in a thread of its own while it is entered; `faults` is what was wrong."""

    port: int
    faults: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    _left: Event = field(default_factory=Event)

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._thread.join()

    def _watch(self) -> None:
        for number in count():
            if self._left.is_set():
                return
            page = f"{TOPIC}/archive/{number // len(CURRENT) % 5 + 1}"
            for path in (CURRENT[number % len(CURRENT)], f"{page}.atom"):
                with suppress(OSError, http.client.HTTPException):  # nobody is there, or was killed
                    self._judge(path, *get(self.port, path))
            time.sleep(PAUSE)

    def _judge(self, path: str, status: int, body: bytes) -> None:
        self.read[str(status)] += 1
        if status == AWAY or (status == NOT_YET and (page_number(path) or not self.read["200"])):
            return
        wrong = findings(path, body) if status == 200 else [f"status {status}"]
        self.faults.update(f"{path}: {each}" for each in wrong)


def page_number(path: str) -> str | None:
    """Return the number of the archive page that a path names, None for current documents."""
    found = re.search(r"/archive/(\d+)", path)
    return found and found[1]


def get(port: int, path: str) -> tuple[int, bytes]:
    """Return status and body of a whole answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as client:
        client.request("GET", path)
        response = client.getresponse()
        return response.status, response.read()


def post(port: int, path: str, form: bytes) -> int:
    """Post a form; return the status of the answer."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as client:
        client.request("POST", path, form, headers)
        return client.getresponse().status


def findings(path: str, body: bytes) -> list[str]:
    """Return what is wrong with a document, by the rules of its format."""
    try:
        if path.endswith(".atom"):
            return atom_findings(body)
        if path.endswith(".rss"):
            return rss_findings(body)
        if path.endswith(".json"):
            return json_findings(body)
        return [] if html.fromstring(body).get("lang") else ["the page is not whole"]
    except (SyntaxError, json.JSONDecodeError) as error:
        return [f"{type(error).__name__}: {error}"]


def walk(port: int, path: str = f"{TOPIC}.atom") -> Iterator[bytes]:
    """Yield the current document and all that lie before it (RFC 5005)."""
    while path:
        status, body = get(port, path)
        if status != 200:
            return
        yield body
        found = re.search(rb'<link [^>]*rel="prev-archive"[^>]*>', body)
        href = found and re.search(rb'href="http://[^/]+(/[^"]+)"', found[0])
        path = href[1].decode() if href else ""


def entries_of(body: bytes) -> list[Key]:
    """Return the entries of a document, as (source, uid)."""
    inside = re.findall(rb"<entry.*?</entry>", body, re.DOTALL)
    found = (LINK.search(each.decode()) for each in inside)
    return [(each[1], each[2]) for each in found if each]


def ids_of(body: bytes) -> list[bytes]:
    """Return the ids of a document's entries."""
    return re.findall(rb"<entry.*?<id>(.*?)</id>", body, re.DOTALL)
