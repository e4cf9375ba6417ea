"""WebSub (W3C Recommendation) as a subscriber: what to ask of a hub, and whom to believe."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus

from topicwire.model.push import PushState, Subscription

LEASE = timedelta(days=10)  # that we ask for
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=90)  # that we believe
RENEWED = 2 / 3  # of a lease, after which it is renewed
PATIENCE = timedelta(hours=1)  # for a hub to verify what it accepted
RETRY = timedelta(days=1)  # after a hub denied, failed or forgot
DISTRUST = timedelta(days=7)  # of a hub that did not tell us
LONGEST_CHALLENGE = 500  # characters
LONGEST_REASON = 200
METHODS = ("sha1", "sha256", "sha384", "sha512")
SIGNATURE = re.compile(r"(\w+)=([0-9a-fA-F]+)")


@dataclass(frozen=True, slots=True)
class Verified:
    """The answer to a hub's verification, and what the subscription is after it."""

    status: int
    body: str = ""
    subscription: Subscription | None = None


def form(subscription: Subscription, *, callback: str) -> tuple[tuple[str, str], ...]:
    """Return the fields by which a subscription is asked for (section 5.1).

    A secret goes over an encrypted connection alone.
    """
    fields = (
        ("hub.callback", callback),
        ("hub.mode", "subscribe"),
        ("hub.topic", subscription.topic),
        ("hub.lease_seconds", str(int(LEASE.total_seconds()))),
        ("hub.secret", subscription.secret),
    )
    return tuple((name, value) for name, value in fields if value)


def asked(
    source_id: str, hub: str, topic: str, *, token: str, secret: str, now: datetime
) -> Subscription:
    """Return a new subscription, not verified yet."""
    return Subscription(
        token=token,
        source_id=source_id,
        hub=hub,
        topic=topic,
        state=PushState.PENDING,
        asked=now,
        secret=secret if hub.startswith("https:") else None,
    )


def answered(subscription: Subscription, *, status: int | None, reason: str) -> Subscription:
    """Return the subscription after the hub's answer: 202 says that it will be verified."""
    if status is not None and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return subscription
    said = " ".join(reason.split())[:LONGEST_REASON]
    return replace(
        subscription, state=PushState.DENIED, reason=f"the hub answered {status}: {said}"
    )


def unanswered(subscription: Subscription) -> Subscription:
    """Return a subscription whose hub was not waited for: it may be asked for again at once."""
    return replace(subscription, asked=subscription.asked - RETRY)


def verified(
    parameters: Mapping[str, str], known: Subscription | None, *, now: datetime
) -> Verified:
    """Return what to answer a hub that asks whether we meant it (section 5.3).

    Only what we asked for is confirmed: the token's own topic, and never an end that we did not
    ask for.
    """
    mode, topic = parameters.get("hub.mode", ""), parameters.get("hub.topic", "")
    challenge = parameters.get("hub.challenge", "")
    if known is None or topic != known.topic or known.state is PushState.ENDED:
        return Verified(404)
    if mode == "denied":
        reason = " ".join(parameters.get("hub.reason", "no reason given").split())
        denied = replace(known, state=PushState.DENIED, reason=reason[:LONGEST_REASON])
        return Verified(200, "", denied)
    if mode != "subscribe" or not 0 < len(challenge) <= LONGEST_CHALLENGE:
        return Verified(404)
    until = now + _lease(parameters.get("hub.lease_seconds", ""))
    active = replace(known, state=PushState.ACTIVE, lease_until=until, reason="")
    return Verified(200, challenge, active)


def is_genuine(body: bytes, signature: str | None, secret: str | None) -> bool:
    """Whether a delivery is signed with the secret, where there is one (section 7)."""
    if secret is None:
        return True
    found = SIGNATURE.fullmatch((signature or "").strip())
    if found is None or found[1].lower() not in METHODS:
        return False
    expected = hmac.new(secret.encode(), body, found[1].lower()).hexdigest()
    return hmac.compare_digest(expected, found[2].lower())


def is_to_renew(subscription: Subscription, *, now: datetime) -> bool:
    """Whether a subscription has to be asked for again: renewed, or tried once more."""
    match subscription.state:
        case PushState.ACTIVE:
            assert subscription.lease_until is not None
            lease = subscription.lease_until - subscription.asked
            return now >= subscription.asked + lease * RENEWED
        case PushState.PENDING:
            return now >= subscription.asked + RETRY
        case PushState.UNRELIABLE:
            return now >= subscription.asked + DISTRUST
        case _:
            return now >= subscription.asked + RETRY


def _lease(given: str) -> timedelta:
    """Return how long a subscription holds: what the hub says, within reason."""
    seconds = int(given) if given.isdecimal() and len(given) < len("1000000000") else 0
    wanted = timedelta(seconds=seconds) if seconds else LEASE
    return min(max(wanted, SHORTEST), LONGEST)
