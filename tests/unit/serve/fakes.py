"""A publisher without a database, and a client without a socket."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from builders import NOON
from topicwire.errors import NotFoundError, StoreError
from topicwire.model.document import Document, Format, TopicState
from topicwire.publish.own import OwnReader, digest_of
from topicwire.publish.run.documents import Publisher
from topicwire.publish.run.readers import Readers
from topicwire.serve.asgi import Application

TYPES = {
    Format.HTML: "text/html; charset=utf-8",
    Format.ATOM: "application/atom+xml; charset=utf-8",
    Format.RSS: "application/rss+xml; charset=utf-8",
    Format.JSON: "application/feed+json",
}


class FakePublisher(Publisher):
    """Renders a line a document; `away` is a database that does not answer."""

    def __init__(self, **editions: int) -> None:
        self.current = dict(editions)
        self.away = False
        self.broken = False
        self.rendered: list[str] = []
        self.before_render: Callable[[], object] = lambda: None

    def topics(self) -> tuple[TopicState, ...]:
        """Return the states, unless away."""
        if self.away:
            raise StoreError("the database is away; start it")
        return tuple(TopicState(*each) for each in self.current.items())

    def topic(
        self, topic_id: str, form: Format, *, page: int = 0, reader: str | None = None
    ) -> Document:
        """Return a topic's document: its edition, often enough to be worth compressing."""
        del page
        self._render(f"{topic_id}.{form}" + (f" for {reader}" if reader else ""))
        if topic_id not in self.current:
            raise NotFoundError(f"there is no topic {topic_id}")
        whose = f" for {reader}" if reader else ""
        body = f"{topic_id} {form} edition {self.current[topic_id]}{whose}\n" * 50
        return a_document(body, TYPES[form])

    def index(self) -> Document:
        """Return the index page."""
        self._render("index")
        return a_document(f"index of {self.current}\n", TYPES[Format.HTML])

    def opml(self) -> Document:
        """Return the list of topics."""
        self._render("opml")
        return a_document(f"opml of {self.current}\n", "text/x-opml; charset=utf-8")

    def asset(self, name: str) -> Document:
        """Return an asset, also while the database is away."""
        self.rendered.append(name)
        return a_document(f"asset {name}\n", "text/css; charset=utf-8")

    def _render(self, what: str) -> None:
        self.before_render()
        if self.away:
            raise StoreError("the database is away; start it")
        if self.broken:
            raise ZeroDivisionError
        self.rendered.append(what)


class FakeReaders(Readers):
    """Knows one token and one link, and counts the answers that were taken."""

    def __init__(self, token: str, link: str) -> None:
        self.reader = OwnReader(digest_of(token))
        self.clients: list[str] = []
        self.taken = 0
        self.away = False
        self._token = token
        self._link = link

    def admit(self, token: str, *, client: str, topic_id: str) -> OwnReader | None:
        """Return the reader for the token, and note the client."""
        del topic_id
        if self.away:
            raise StoreError("the database is away; start it")
        self.clients.append(client)
        return self.reader if token == self._token else None

    def ask(self, path: str) -> bytes:
        """Return a page for the link."""
        if self.away:
            raise StoreError("the database is away; start it")
        if path != self._link:
            raise NotFoundError("this link was signed for no reader")
        return b"<p>Is it?</p>"

    def take(self, path: str) -> bytes:
        """Count the answer."""
        self.ask(path)
        self.taken += 1
        return b"<p>Thank you</p>"


def a_document(text: str, media_type: str) -> Document:
    """Return a document whose validator is made of its text."""
    body = text.encode()
    return Document(body, media_type, f'"{abs(hash(body)):x}"', NOON)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a client received; a header that came twice fails the test."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass(frozen=True, slots=True)
class Client:
    """Calls an ASGI application as a server would."""

    application: Application

    async def get(self, path: str, *, method: str = "GET", **headers: str) -> Answered:
        """Make one request; header names have underscores for hyphens."""
        sent: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            sent.append(dict(message))

        async def receive() -> dict[str, Any]:
            raise AssertionError("the application must not wait for a body")

        named = [(n.replace("_", "-").encode(), v.encode("latin-1")) for n, v in headers.items()]
        scope = {"type": "http", "method": method, "path": path, "headers": named}
        await self.application(scope, receive, send)
        start, body = sent
        names = [name.decode() for name, _ in start["headers"]]
        assert len(names) == len(set(names))
        values = {name.decode(): value.decode() for name, value in start["headers"]}
        return Answered(start["status"], values, body["body"])


def alive(application: Application, work: Callable[[Client], Awaitable[None]]) -> None:
    """Do some work within an application's life, as under a server."""
    asyncio.run(_alive(application, work))


async def _alive(application: Application, work: Callable[[Client], Awaitable[None]]) -> None:
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def send(message: Any) -> None:
        outbox.put_nowait(dict(message))

    life = asyncio.create_task(application({"type": "lifespan"}, inbox.get, send))
    inbox.put_nowait({"type": "lifespan.startup"})
    assert await outbox.get() == {"type": "lifespan.startup.complete"}
    try:
        await work(Client(application))
    finally:
        inbox.put_nowait({"type": "lifespan.shutdown"})
        assert await outbox.get() == {"type": "lifespan.shutdown.complete"}
        await life
