"""Push: what hubs promise and deliver."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PushState(StrEnum):
    """How far a subscription to a hub has come."""

    PENDING = "pending"
    ACTIVE = "active"
    DENIED = "denied"
    UNRELIABLE = "unreliable"  # polling found what the hub should have told us of
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription to a source at a hub (WebSub).

    `token` is the unguessable end of its callback. `topic` is the feed's own address for itself.
    `lease_until` is None before it is verified. `tries` counts what was told in vain, as too large
    or not to be read, since a poll last found something.
    """

    token: str
    source_id: str
    hub: str
    topic: str
    state: PushState
    asked: datetime
    secret: str | None = None
    lease_until: datetime | None = None
    last_push: datetime | None = None
    reason: str = ""
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """A document that a hub has pushed, waiting to be read."""

    id: int
    source_id: str
    received: datetime
    content_type: str | None
    body: bytes
