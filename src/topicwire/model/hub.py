"""The hub: who wants to be told of a topic's new editions, and what came of telling them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from topicwire.model.document import Format
from topicwire.model.road import Step


class Mode(StrEnum):
    """What a callback asks for."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Intent:
    """What was asked for a callback, to be done once the callback itself has confirmed it.

    `host` is the callback's, which alone may be logged: who knows a callback can write to it. `lease` is in seconds. `edition` is the topic's when it was asked: what comes after it is
    told. `tries` counts the times that the callback did not answer.
    """

    topic_id: str
    format: Format
    callback: str
    host: str
    mode: Mode
    lease: int
    received: datetime
    due: datetime
    secret: str | None = None
    edition: int = 0
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who is told of the new editions of a topic's document.

    `lease_until` is None for a hub of somebody else's, which is told that there is something new
    and fetches it itself. `edition` is the last one told of and `digest` that of its bytes, None
    before the first. `failures` counts those in a row, `error` says in words what the last one
    was, and `ms` is what telling took the last time.
    """

    id: int
    topic_id: str
    format: Format
    callback: str
    host: str
    edition: int
    due: datetime
    lease_until: datetime | None = None
    secret: str | None = None
    digest: str | None = None
    failures: int = 0
    ms: int = 0
    error: str | None = None

    @property
    def is_hub(self) -> bool:
        """Whether it is a hub of somebody else's."""
        return self.lease_until is None


@dataclass(frozen=True, slots=True)
class Behind:
    """A subscriber who has not been told of the `current` edition of its topic."""

    subscriber: Subscriber
    current: int


@dataclass(frozen=True, slots=True)
class Load:
    """How much our hub has to do: what bounds it takes in.

    `subscribers` counts those of one document, `of_host` all those at one callback's host;
    `waiting` counts all that is to be verified, `waiting_of_host` what of it is at that host.
    """

    subscribers: int
    of_host: int
    waiting: int
    waiting_of_host: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of asking a callback whether it meant it; `error` says why it is not done."""

    intent: Intent
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What came of telling a subscriber; `error` says why it did not work.

    `status` is None where none came. `is_ended` says that it wants to hear no more. `step` is the
    telling, and `since` is until when it had been told of everything before.
    """

    subscriber: Subscriber
    status: int | None
    elapsed: float
    error: str | None = None
    is_ended: bool = False
    step: Step | None = field(default=None, compare=False)
    since: datetime | None = field(default=None, compare=False)
