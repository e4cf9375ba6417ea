"""WebSub as a subscriber: what is asked of a hub, and who is believed."""

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta

import pytest

from builders import NOON
from topicwire.ingest import websub
from topicwire.model.push import PushState, Subscription

HUB, TOPIC = "https://hub.example/", "https://press.example/feed"
ASKED = websub.asked("press", HUB, TOPIC, token="t" * 43, secret="s" * 43, now=NOON)
VERIFY = {
    "hub.mode": "subscribe",
    "hub.topic": TOPIC,
    "hub.challenge": "c",
    "hub.lease_seconds": "864000",
}


def test_a_subscription_is_asked_for_with_the_feeds_own_address() -> None:
    """W2, W6: callback, mode, topic (the self link), lease, and a secret over https."""
    assert dict(websub.form(ASKED, callback="https://wire.example/websub/callback/t")) == {
        "hub.callback": "https://wire.example/websub/callback/t",
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.lease_seconds": "864000",
        "hub.secret": "s" * 43,
    }
    plain = websub.asked("press", "http://hub.example/", TOPIC, token="t", secret="s", now=NOON)
    assert "hub.secret" not in dict(websub.form(plain, callback="x"))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (202, PushState.PENDING),
        (204, PushState.PENDING),
        (400, PushState.DENIED),
        (None, PushState.DENIED),
    ],
    ids=str,
)
def test_an_accepted_subscription_waits_for_its_verification(
    status: int | None, state: PushState
) -> None:
    """W4: 202 is no subscription yet; anything else is told, and polling goes on."""
    after = websub.answered(ASKED, status=status, reason="no\r\nsuch topic")

    assert after.state is state
    assert "\n" not in after.reason


def test_what_we_asked_for_is_confirmed() -> None:
    """W7, W9, W31: the challenge comes back, and the hub's lease is the lease."""
    answer = websub.verified(VERIFY, ASKED, now=NOON)

    assert (answer.status, answer.body) == (200, "c")
    assert answer.subscription is not None
    assert answer.subscription.state is PushState.ACTIVE
    assert answer.subscription.lease_until == NOON + timedelta(days=10)


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        pytest.param({}, None, id="unknown token"),
        pytest.param({"hub.topic": "https://press.example/other"}, ASKED, id="W31 205 other topic"),
        pytest.param({"hub.topic": ""}, ASKED, id="no topic"),
        pytest.param({"hub.mode": "unsubscribe"}, ASKED, id="W8 an end we did not ask for"),
        pytest.param({"hub.mode": "publish"}, ASKED, id="another mode"),
        pytest.param({"hub.challenge": ""}, ASKED, id="no challenge"),
        pytest.param({"hub.challenge": "<" * 501}, ASKED, id="a long challenge"),
        pytest.param({}, replace(ASKED, state=PushState.ENDED), id="ended"),
    ],
)
def test_what_we_did_not_ask_for_is_unknown(
    changes: dict[str, str], known: Subscription | None
) -> None:
    """W7, W8: everything else is 404 and changes nothing."""
    assert websub.verified(VERIFY | changes, known, now=NOON) == websub.Verified(404)


def test_a_second_verification_is_answered_the_same() -> None:
    """W8: a hub that asks again about an active subscription gets the same answer."""
    first = websub.verified(VERIFY, ASKED, now=NOON)
    again = websub.verified(VERIFY, first.subscription, now=NOON)

    assert again == first


def test_a_denial_is_kept_with_its_reason() -> None:
    """W10: the hub may refuse later; we poll, and answer 2xx."""
    denied = websub.verified(
        {"hub.mode": "denied", "hub.topic": TOPIC, "hub.reason": "closed\r\nX: y"}, ASKED, now=NOON
    )

    assert denied.status == 200
    assert denied.subscription == replace(ASKED, state=PushState.DENIED, reason="closed X: y")


@pytest.mark.parametrize(
    ("given", "lease"),
    [
        ("864000", timedelta(days=10)),
        ("1", timedelta(minutes=5)),
        ("99999999999", timedelta(days=10)),
        ("999999999", timedelta(days=90)),
        ("-5", timedelta(days=10)),
        ("abc", timedelta(days=10)),
        ("", timedelta(days=10)),
    ],
    ids=str,
)
def test_a_lease_is_within_reason(given: str, lease: timedelta) -> None:
    """W9: the hub's value wins, unless it cannot be meant."""
    answer = websub.verified(VERIFY | {"hub.lease_seconds": given}, ASKED, now=NOON)

    assert answer.subscription is not None
    assert answer.subscription.lease_until == NOON + lease


@pytest.mark.parametrize(
    ("state", "age", "expected"),
    [
        (PushState.ACTIVE, timedelta(days=6), False),
        (PushState.ACTIVE, timedelta(days=7), True),
        (PushState.PENDING, timedelta(hours=2), False),
        (PushState.PENDING, timedelta(days=1), True),
        (PushState.DENIED, timedelta(hours=23), False),
        (PushState.DENIED, timedelta(days=1), True),
        (PushState.UNRELIABLE, timedelta(days=6), False),
        (PushState.UNRELIABLE, timedelta(days=7), True),
    ],
    ids=str,
)
def test_a_subscription_is_renewed_in_time(
    state: PushState, age: timedelta, *, expected: bool
) -> None:
    """W9, W15: after two thirds of a lease; after a day where it failed; after a week of distrust."""
    known = replace(ASKED, state=state, lease_until=NOON + timedelta(days=10))

    assert websub.is_to_renew(known, now=NOON + age) is expected


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signed_delivery_is_genuine(method: str) -> None:
    """W12, W32: the HMAC of the raw body, by any of the four methods."""
    digest = hmac.new(b"secret", b"body", getattr(hashlib, method)).hexdigest()

    assert websub.is_genuine(b"body", f"{method}={digest}", "secret")
    assert websub.is_genuine(b"body", f"{method}={digest.upper()}", "secret")
    assert not websub.is_genuine(b"other", f"{method}={digest}", "secret")
    assert not websub.is_genuine(b"body", f"{method}={digest}", "another")


@pytest.mark.parametrize(
    "signature", [None, "", "sha1", "md5=00", "sha256=zz", "sha256=00", "=00"], ids=str
)
def test_an_unsigned_delivery_is_not(signature: str | None) -> None:
    """W12, W32: with a secret set, no, a wrong or an unknown signature is not believed."""
    assert not websub.is_genuine(b"body", signature, "secret")
    assert websub.is_genuine(b"body", signature, None)
