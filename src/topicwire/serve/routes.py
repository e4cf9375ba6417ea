"""Which path means what; a path that is not named here is nothing."""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from topicwire.model.document import Format
from topicwire.publish.compose import topic_path
from topicwire.publish.own import OwnReader

_TOPIC = re.compile(
    r"/topics/(?P<id>[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)"
    r"(?:/archive/(?P<page>[1-9][0-9]{0,6}))?(?:\.(?P<format>atom|rss|json))?"
)
_OWN = re.compile(rf"/own/(?P<token>[A-Za-z0-9_-]{{20,100}}){_TOPIC.pattern}")
_FEEDBACK = "/feedback/"

_CALLBACK = re.compile(r"/websub/callback/(?P<token>[A-Za-z0-9_-]{20,100})")


class Kind(StrEnum):
    """What a path leads to."""

    TOPIC = "topic"
    INDEX = "index"
    ABOUT = "about"
    OPML = "opml"
    ASSET = "asset"
    ROBOTS = "robots"
    LIVE = "live"
    READY = "ready"
    STATUS = "status"  # in the format of the route
    OPS = "ops"
    CALLBACK = "callback"
    HUB = "hub"
    OWN = "own"  # a topic as somebody's own feed
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class Route:
    """What a path leads to; `name` is the topic's id, the asset's name or the callback's token.

    `path` is the canonical one, so that documents can be kept by it; it may be logged, so that it
    holds no token. `page` is 0 for a topic's current document, else that of its archive. `token`
    is the one by which an own feed is asked for, `reader` the digest of one that is in use. The
    `name` of feedback is the whole path, which is signed.
    """

    kind: Kind
    path: str
    name: str = ""
    format: Format = Format.HTML
    page: int = 0
    token: str = field(default="", repr=False)
    reader: str = field(default="", repr=False)

    @property
    def is_feed(self) -> bool:
        """Whether everybody's feed readers subscribe to it, or walk back from there."""
        return self.kind is Kind.TOPIC and self.format is not Format.HTML

    @property
    def is_negotiable(self) -> bool:
        """Whether the Accept header chooses among the formats of a topic."""
        return self.kind is Kind.TOPIC and self.format is Format.HTML and not self.page

    @property
    def vary(self) -> str:
        """Which headers of a request make answers differ."""
        if self.kind is Kind.OWN:
            return "Accept-Encoding, Authorization"
        return "Accept, Accept-Encoding" if self.is_negotiable else "Accept-Encoding"

    def for_reader(self, reader: OwnReader) -> "Route":
        """Return the route of somebody's own feed once it is known whose it is."""
        path = f"/own/{reader.id}{topic_path(self.name, self.format, page=self.page)}"
        return replace(self, kind=Kind.OWN, path=path, token="", reader=reader.digest)

    def in_format(self, format: Format) -> "Route":  # noqa: A002 (the word of the domain)
        """Return the route of the same topic in another format."""
        return replace(self, path=topic_path(self.name, format, page=self.page), format=format)

    def of_topic(self, topic_id: str) -> "Route":
        """Return the route of the same document of another topic."""
        path = topic_path(topic_id, self.format, page=self.page)
        return replace(self, path=path, name=topic_id)


_FIXED = {
    "/": Route(Kind.INDEX, "/"),
    "/about": Route(Kind.ABOUT, "/about"),
    "/topics.opml": Route(Kind.OPML, "/topics.opml"),
    "/favicon.ico": Route(Kind.ASSET, "/favicon.svg", "favicon.svg"),  # browsers ask unasked
    "/robots.txt": Route(Kind.ROBOTS, "/robots.txt"),
    "/livez": Route(Kind.LIVE, "/livez"),
    "/readyz": Route(Kind.READY, "/readyz"),
    "/status": Route(Kind.STATUS, "/status"),
    "/status.json": Route(Kind.STATUS, "/status.json", format=Format.JSON),
    "/ops.atom": Route(Kind.OPS, "/ops.atom", format=Format.ATOM),
    "/websub/hub": Route(Kind.HUB, "/websub/hub"),
} | {
    f"/{name}": Route(Kind.ASSET, f"/{name}", name)
    for name in ("style.css", "favicon.svg", "icon.png", "apple-touch-icon.png", "card.png")
}


@lru_cache(maxsize=4096)
def route(path: str) -> Route | None:
    """Return what a decoded path leads to, None when to nothing.

    Only lower-case slugs pass, so traversal, control characters and the like lead to nothing.
    """
    fixed = _FIXED.get(path)
    if fixed is not None:
        return fixed
    callback = _CALLBACK.fullmatch(path)
    if callback is not None:
        return Route(Kind.CALLBACK, "/websub/callback/*", callback["token"])
    if path.startswith(_FEEDBACK):
        return Route(Kind.FEEDBACK, _FEEDBACK, path)
    own = _OWN.fullmatch(path)
    if own is not None and own["format"]:
        asked = _topic(own)
        return replace(asked, kind=Kind.OWN, path=f"/own/*{asked.path}", token=own["token"])
    topic = _TOPIC.fullmatch(path)
    return None if topic is None else _topic(topic)


def _topic(found: re.Match[str]) -> Route:
    form = Format(found["format"] or Format.HTML)
    page = int(found["page"] or 0)
    return Route(Kind.TOPIC, topic_path(found["id"], form, page=page), found["id"], form, page)
