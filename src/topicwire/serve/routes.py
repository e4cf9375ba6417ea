"""Which path means what; a path that is not named here is nothing."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from topicwire.model.document import Format
from topicwire.publish.hub import PATH as HUB
from topicwire.publish.own import OwnReader

_TOPIC = re.compile(
    r"/topics/(?P<id>[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)(?:\.(?P<format>atom|rss|json))?"
)
_OWN = re.compile(rf"/own/(?P<token>[A-Za-z0-9_-]{{20,100}}){_TOPIC.pattern}")
_FEEDBACK = "/feedback/"

_CALLBACK = re.compile(r"/websub/callback/(?P<token>[A-Za-z0-9_-]{20,100})")


class Kind(StrEnum):
    """What a path leads to."""

    TOPIC = "topic"
    INDEX = "index"
    OPML = "opml"
    ASSET = "asset"
    ROBOTS = "robots"
    LIVE = "live"
    READY = "ready"
    CALLBACK = "callback"
    HUB = "hub"
    OWN = "own"  # a topic as somebody's own feed
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class Route:
    """What a path leads to; `name` is the topic's id, the asset's name or the callback's token.

    `path` is the canonical one, so that documents can be kept by it; it may be logged, so that it
    holds no token. `token` is the one by which an own feed is asked for, `reader` the digest of
    one that is in use. The `name` of feedback is the whole path, which is signed.
    """

    kind: Kind
    path: str
    name: str = ""
    format: Format = Format.HTML
    token: str = field(default="", repr=False)
    reader: str = field(default="", repr=False)

    @property
    def is_feed(self) -> bool:
        """Whether feed readers subscribe to it."""
        return self.kind is Kind.TOPIC and self.format is not Format.HTML

    @property
    def is_negotiable(self) -> bool:
        """Whether the Accept header chooses among the formats of a topic."""
        return self.kind is Kind.TOPIC and self.format is Format.HTML

    def for_reader(self, reader: OwnReader) -> "Route":
        """Return the route of somebody's own feed once it is known whose it is."""
        path = f"/own/{reader.id}/topics/{self.name}.{self.format}"
        return Route(Kind.OWN, path, self.name, self.format, reader=reader.digest)

    def in_format(self, format: Format) -> "Route":  # noqa: A002 (the word of the domain)
        """Return the route of the same topic in another format."""
        suffix = "" if format is Format.HTML else f".{format}"
        return Route(Kind.TOPIC, f"/topics/{self.name}{suffix}", self.name, format)


_FIXED = {
    "/": Route(Kind.INDEX, "/"),
    "/topics.opml": Route(Kind.OPML, "/topics.opml"),
    "/style.css": Route(Kind.ASSET, "/style.css", "style.css"),
    "/favicon.svg": Route(Kind.ASSET, "/favicon.svg", "favicon.svg"),
    "/favicon.ico": Route(Kind.ASSET, "/favicon.svg", "favicon.svg"),  # browsers ask unasked
    "/robots.txt": Route(Kind.ROBOTS, "/robots.txt"),
    HUB: Route(Kind.HUB, HUB),
    "/livez": Route(Kind.LIVE, "/livez"),
    "/readyz": Route(Kind.READY, "/readyz"),
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
        return Route(Kind.CALLBACK, path, callback["token"])
    if path.startswith(_FEEDBACK):
        return Route(Kind.FEEDBACK, _FEEDBACK, path)
    own = _OWN.fullmatch(path)
    if own is not None and own["format"]:
        shown = f"/own/*/topics/{own['id']}.{own['format']}"
        return Route(Kind.OWN, shown, own["id"], Format(own["format"]), token=own["token"])
    topic = _TOPIC.fullmatch(path)
    if topic is None:
        return None
    return Route(Kind.TOPIC, path, topic["id"], Format(topic["format"] or Format.HTML))
