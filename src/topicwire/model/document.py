"""Documents: what readers receive."""

from collections.abc import Callable
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
    """Rendered bytes as they are served; `etag` is the quoted strong validator of `body`.

    `modified` is None where no time moves with every change, as of a list that a topic may leave.
    """

    body: bytes
    media_type: str
    etag: str
    modified: datetime | None


@dataclass(frozen=True, slots=True)
class TopicState:
    """What answering for a topic's addresses takes: cheap enough to be read every second.

    An edition is known by its number and `edition_time` together: a database that was set back,
    as by a backup or a replica that lagged, gives the same number to another one.
    `pages` is the number of the newest archive page, 0 where there is none. A private topic is
    shown to nobody without a token. `is_removed` says that it left the catalogue; `successor` is
    the id under which it goes on, None where it does not.
    """

    id: str
    edition: int
    edition_time: datetime
    pages: int = 0
    is_private: bool = False
    is_removed: bool = False
    successor: str | None = None


def heir(state: TopicState, find: Callable[[str], TopicState | None]) -> TopicState:
    """Return the topic as which a topic goes on in the end: itself, if it was not renamed.

    `find` gives the state of a topic by its id.
    """
    passed = {state.id}
    while state.is_removed and state.successor and state.successor not in passed:
        following = find(state.successor)
        if following is None:
            break
        passed.add(following.id)
        state = following
    return state


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
