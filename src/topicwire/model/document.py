"""Documents: what readers receive."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from topicwire.model.judging import Placement, StandingTopic


class Format(StrEnum):
    """The formats of a topic's feed."""

    ATOM = "atom"
    RSS = "rss"
    JSON = "json"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Document:
    """Rendered bytes as they are served; `etag` is the quoted strong validator of `body`."""

    body: bytes
    media_type: str
    etag: str
    modified: datetime


@dataclass(frozen=True, slots=True)
class TopicSummary:
    """A topic as the index page shows it.

    `weekly` counts placements by week of publication for the last 26 weeks before the topic's
    edition, oldest first; `newest` are its latest placements, at most three.
    """

    standing: StandingTopic
    weekly: tuple[int, ...]
    newest: tuple[Placement, ...]
    total: int
