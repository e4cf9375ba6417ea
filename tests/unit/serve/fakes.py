"""A publisher without a database, and a client without a socket."""

import asyncio
import gzip
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

import brotli

from builders import NOON
from topicwire.errors import NotFoundError, StoreError
from topicwire.model.document import Document, Format, TopicState
from topicwire.publish.own import OwnReader, digest_of
from topicwire.publish.run.documents import Publisher
from topicwire.publish.run.readers import Readers
from topicwire.serve.application import Site

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TYPES = {
    Format.HTML: "text/html; charset=utf-8",
    Format.ATOM: "application/atom+xml; charset=utf-8",
    Format.RSS: "application/rss+xml; charset=utf-8",
    Format.JSON: "application/feed+json",
}

UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": zstd.decompress,
}
ASSETS = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml", "png": "image/png"}


class FakePublisher(Publisher):
    """Renders a line a document; `away` is a database that does not answer."""

    def __init__(self, **editions: int) -> None:
        self.current = dict(editions)
        self.states: dict[str, TopicState] = {}  # of topics that are not ordinary
        self.away = False
        self.broken = False
        self.rendered: list[str] = []
        self.looks = 0
        self.before_render: Callable[[], object] = lambda: None

    def pulse(self) -> Hashable:
        """Return what has been written, unless away."""
        if self.away:
            raise StoreError("the database is away; start it")
        return tuple(self.current.items()), tuple(self.states.items())

    def topics(self) -> tuple[TopicState, ...]:
        """Return the states, unless away."""
        self.looks += 1
        if self.away:
            raise StoreError("the database is away; start it")
        ordinary = {name: TopicState(name, edition, NOON) for name, edition in self.current.items()}
        return tuple((ordinary | self.states).values())

    def put(self, state: TopicState) -> None:
        """Have a topic that is not ordinary, and its documents unless it is removed."""
        self.states[state.id] = state
        self.current[state.id] = state.edition

    def topic(
        self, topic_id: str, form: Format, *, page: int = 0, reader: str | None = None
    ) -> Document:
        """Return a topic's document: its edition, often enough to be worth compressing."""
        whose = (f" page {page}" if page else "") + (f" for {reader}" if reader else "")
        self._render(f"{topic_id}.{form}{whose}")
        if topic_id not in self.current:
            raise NotFoundError(f"there is no topic {topic_id}")
        body = f"{topic_id} {form} edition {self.current[topic_id]}{whose}\n" * 50
        return a_document(body, TYPES[form])

    def index(self) -> Document:
        """Return the index page."""
        self._render("index")
        return a_document(f"index of {self.current}\n", TYPES[Format.HTML])

    def about(self) -> Document:
        """Return the page on the site."""
        self._render("about")
        return a_document("about\n", TYPES[Format.HTML])

    def opml(self) -> Document:
        """Return the list of topics."""
        self._render("opml")
        return a_document(f"opml of {self.current}\n", "text/x-opml; charset=utf-8")

    def asset(self, name: str) -> Document:
        """Return an asset, also while the database is away."""
        self.rendered.append(name)
        return a_document(f"asset {name}\n", ASSETS[name.rpartition(".")[2]])

    def _render(self, what: str) -> None:
        self.before_render()
        if self.away:
            raise StoreError("the database is away; start it")
        if self.broken:
            raise ZeroDivisionError
        self.rendered.append(what)


class FakeReaders(Readers):
    """Knows one token and one link, and counts the answers that were taken.

    The token opens every topic but those named in `closed`.
    """

    def __init__(self, token: str, link: str = "", *, closed: tuple[str, ...] = ()) -> None:
        self.reader = OwnReader(digest_of(token))
        self.asked_for: list[str] = []
        self._closed = closed
        self.clients: list[str] = []
        self.taken = 0
        self.away = False
        self._token = token
        self._link = link

    def admit(self, token: str, *, client: str, topic_id: str) -> OwnReader | None:
        """Return the reader for the token, and note the client."""
        if self.away:
            raise StoreError("the database is away; start it")
        self.clients.append(client)
        self.asked_for.append(topic_id)
        opens = token == self._token and topic_id not in self._closed
        return self.reader if opens else None

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


class FakeFields:
    """A request's headers; what is given as a tuple came on several lines."""

    def __init__(self, **lines: str | tuple[str, ...]) -> None:
        self._lines = {
            name.replace("_", "-"): (given,) if isinstance(given, str) else given
            for name, given in lines.items()
        }

    def get(self, key: str, default: str | None = None) -> str | None:
        """Return the first line of a name."""
        return next(iter(self._lines.get(key, ())), default)

    def get_all(self, key: str) -> list[str]:
        """Return all lines of a name."""
        return list(self._lines.get(key, ()))


@dataclass(frozen=True, slots=True)
class FakeRequest:
    """A request as the server hands it over."""

    path: str = "/"
    method: str = "GET"
    headers: FakeFields = field(default_factory=FakeFields)
    query_string: str = ""
    client: str = "192.0.2.7:4711"


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
    """Asks a site as the server would: what can be answered at once, then the rest."""

    site: Site
    address: str = "192.0.2.7:4711"

    async def get(
        self,
        path: str,
        *,
        method: str = "GET",
        body: Iterable[bytes] | None = None,
        **headers: str | tuple[str, ...],
    ) -> Answered:
        """Make one request; header names have underscores for hyphens."""
        plain, _, query = path.partition("?")
        request = FakeRequest(plain, method, FakeFields(**headers), query, self.address)
        answer = self.site.at_once(request) or await self.site.answer(request, _chunks(body))
        names = [name for name, _ in answer[1]]
        assert len(names) == len(set(names))
        return Answered(answer[0], dict(answer[1]), answer[2])


async def _chunks(body: Iterable[bytes] | None) -> AsyncIterator[bytes]:
    assert body is not None, "the site must not wait for a body"
    for chunk in body:
        yield chunk


def alive(site: Site, work: Callable[[Client], Awaitable[None]]) -> None:
    """Do some work within a site's life, as under a server."""

    async def living() -> None:
        async with site.open():
            await work(Client(site))

    asyncio.run(living())
