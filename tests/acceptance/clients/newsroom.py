"""Three outlets on loopback, whose columns are as awkward for feed readers as columns get."""

import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

FIRST = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
SOUND = b"ID3\x03\x00\x00\x00\x00\x00\x00" + bytes(500)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of one of the outlets: `guid` is its id there, and another outlet may use it too."""

    outlet: str
    guid: str
    title: str
    text: str
    hours: int
    has_sound: bool = False

    @property
    def link(self) -> str:
        """The address of its page."""
        return f"https://{self.outlet}.example/columns/{self.guid}"

    @property
    def date(self) -> datetime:
        """When it was written, or edited."""
        return FIRST + timedelta(hours=self.hours)


AWKWARD = Column(
    "quay",
    "1",
    "Pilots & tugs < one harbour master",
    "Two pilots and three tugs wait for a single signature, and the tide does not wait at all.",
    1,
)
SAME_GUID = Column(
    "pier",
    "1",
    "The harbour café’s “other” menu — l’été à la carte",
    "What the cook does not write down is soup, which everybody orders by pointing at it.",
    2,
)
RIGHT_TO_LEFT = Column(
    "mole",
    "urn:example:mole:1",
    "سفينة جديدة في الميناء القديم",
    "وصلت السفينة مع المد عند الفجر، وكان البحارة ينتظرونها منذ ثلاثة أيام على الرصيف.",
    3,
)
TO_EDIT = Column(
    "mole",
    "urn:example:mole:2",
    "Night ferries leave the harbour at nine",
    "The last boat to the islands sails an hour earlier from Monday, says the company.",
    4,
)
EDITED = replace(TO_EDIT, title="Night ferries leave the harbour at ten", hours=40)
TO_VETO = Column(
    "pier",
    "2",
    "Harbour mud for sale, by the bucket",
    "A merchant offers what the dredger brings up as a cure for roses and for gout.",
    5,
)
EPISODE = Column(
    "quay",
    "2",
    "Harbour radio: an hour with the lock keeper",
    "She has opened the gates forty thousand times and closed them once too early.",
    6,
    has_sound=True,
)
LATER = Column(
    "quay",
    "3",
    "Harbour crane learns to sing, 50% off key",
    "Its new motor hums a fifth below the old one, and the choir has asked for a rehearsal.",
    50,
)
LATER_EPISODE = Column(
    "pier",
    "3",
    "Harbour radio: the diver's lunch",
    "He eats it dry, above the water, and tells what lies under the third bollard.",
    51,
    has_sound=True,
)
FIRST_COLUMNS = (AWKWARD, SAME_GUID, RIGHT_TO_LEFT, TO_EDIT, TO_VETO, EPISODE)


class Newsroom:
    """A server for the feeds of the outlets, `/quay`, `/pier` and `/mole`; a context manager."""

    def __init__(self) -> None:
        self.columns: tuple[Column, ...] = FIRST_COLUMNS
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def url(self, path: str) -> str:
        """Return an address of the server."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/{path}"

    def edit(self, before: Column, after: Column) -> None:
        """Put one column in the place of another."""
        self.columns = tuple(after if each == before else each for each in self.columns)

    def add(self, *columns: Column) -> None:
        """Publish columns."""
        self.columns += columns

    def feed(self, outlet: str) -> tuple[str, str]:
        """Return the media type and the text of an outlet's feed."""
        mine = [each for each in reversed(self.columns) if each.outlet == outlet]
        if outlet == "mole":
            return "application/atom+xml", _atom(outlet, mine)
        return "application/rss+xml", _rss(outlet, mine, self.url("sound"))


def _rss(outlet: str, columns: list[Column], sound: str) -> str:
    items = "".join(
        f"<item><title>{escape(each.title)}</title><link>{each.link}</link>"
        f'<guid isPermaLink="false">{each.guid}</guid>'
        f"<pubDate>{format_datetime(each.date)}</pubDate>"
        f"<description>{escape(each.text)}</description>{_enclosure(each, sound)}</item>"
        for each in columns
    )
    return (
        f'<rss version="2.0"><channel><title>The {outlet}</title>'
        f"<link>https://{outlet}.example/</link><description>Columns</description>"
        f"{items}</channel></rss>"
    )


def _enclosure(column: Column, sound: str) -> str:
    if not column.has_sound:
        return ""
    address = f"{sound}/{column.outlet}-{column.guid}.mp3"
    return f'<enclosure url="{address}" length="{len(SOUND)}" type="audio/mpeg"/>'


def _atom(outlet: str, columns: list[Column]) -> str:
    entries = "".join(
        f"<entry><title>{escape(each.title)}</title><id>{each.guid}</id>"
        f'<link href="{each.link}"/><author><name>Nadia</name></author>'
        f"<updated>{each.date.isoformat()}</updated>"
        f'<content type="text">{escape(each.text)}</content></entry>'
        for each in columns
    )
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>The {outlet}</title>'
        f'<id>urn:example:{outlet}</id><link href="https://{outlet}.example/"/>'
        f"<updated>{columns[0].date.isoformat()}</updated>{entries}</feed>"
    )


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, newsroom: Newsroom) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.newsroom = newsroom

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of pollers that hang up."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        path = self.path.strip("/")
        if path in {"quay", "pier", "mole"}:
            kind, text = self.server.newsroom.feed(path)
            self._send(200, kind, text.encode())
        elif path.startswith("sound/"):
            self._send(200, "audio/mpeg", SOUND)
        else:
            self._send(404, "text/plain", b"not here")

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Keep quiet."""
