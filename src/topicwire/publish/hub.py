"""WebSub (W3C Recommendation) as a hub: what is taken in, asked of callbacks, and told them."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode, urlsplit

from topicwire.model.document import Document, Format
from topicwire.model.hub import Behind, Intent, Load, Mode, Subscriber
from topicwire.model.waits import LONGEST as LONGEST_ASKED
from topicwire.model.waits import retry_after
from topicwire.model.wire import Request, Response
from topicwire.publish.compose import Site, topic_path

PATH = "/websub/hub"
LEASE = timedelta(days=10)  # where none is asked for
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=30)
LONGEST_CALLBACK = 2_000  # characters
LONGEST_SECRET = 199  # bytes (section 5.1)
MOST_FIELDS = 50
MOST_SUBSCRIBERS = 10_000  # of one document, and at one callback's host
MOST_WAITING, MOST_WAITING_OF_HOST = 1_000, 100  # to be verified

LONGEST_WAIT = 10.0  # seconds for a callback to answer in
LONGEST_ANSWER = 4_000  # bytes of what a callback gives back when it is verified
MOST_TRIES = 3  # to reach a callback that is to be verified
RETRY = timedelta(seconds=10)  # after a first failure; four times as long after each
LONGEST_RETRY = timedelta(hours=6)
CALM = timedelta(seconds=10)  # between two pings of one document to a hub of somebody else's
LONGEST_REASON = 200  # characters

_FORM = "application/x-www-form-urlencoded"
_NUMBER = re.compile(r"[0-9]*")
_VISIBLE = re.compile(r"[!-~]+")
_TOPIC = re.compile(r"/topics/(?P<id>[a-z0-9-]+)\.(?P<format>atom|rss|json)")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not taken in: a status of the 400s, and words."""

    status: int
    reason: str


_OVERLOADED = Refusal(429, "There is much to verify just now; ask again in a minute.")
NO_TOPIC = Refusal(404, "This hub has no such topic; hub.topic is what a feed calls its self.")


# ---- what is asked of the hub ----------------------------------------------------------


def read(form: bytes, content_type: str | None, site: Site, *, now: datetime) -> Intent | Refusal:
    """Return what a request asks for, or why it asks for nothing (section 5.1).

    Fields that are not known are ignored.
    """
    if (content_type or "").partition(";")[0].strip().lower() != _FORM:
        return Refusal(415, f"Send the fields as {_FORM}.")
    try:
        fields = dict(parse_qsl(form.decode(), max_num_fields=MOST_FIELDS))
    except ValueError:
        return Refusal(400, "The fields cannot be read.")
    wrong = _wrong(fields)
    if wrong is not None:
        return Refusal(400, wrong)
    topic = _topic(fields.get("hub.topic", ""), site)
    if topic is None:
        return NO_TOPIC
    callback, mode = fields["hub.callback"], Mode(fields["hub.mode"])
    lease, secret = _lease(fields.get("hub.lease_seconds", "")), fields.get("hub.secret")
    return Intent(*topic, callback, host(callback), mode, lease, now, now, secret)


def _wrong(fields: Mapping[str, str]) -> str | None:
    """Return what is wrong with the fields, None when nothing is."""
    if fields.get("hub.mode") not in tuple(Mode):
        return "hub.mode is subscribe or unsubscribe."
    if not _is_callback(fields.get("hub.callback", "")):
        return "hub.callback is an http or https address without a user or fragment."
    if len(fields.get("hub.secret", "").encode()) > LONGEST_SECRET:
        return "hub.secret is shorter than 200 bytes."
    if not _NUMBER.fullmatch(fields.get("hub.lease_seconds", "")):
        return "hub.lease_seconds is a number."
    return None


def overload(load: Load, mode: Mode) -> Refusal | None:
    """Return why a request that is all right is not taken in all the same, None where it is."""
    if load.waiting >= MOST_WAITING or load.waiting_of_host >= MOST_WAITING_OF_HOST:
        return _OVERLOADED
    if mode is Mode.SUBSCRIBE and max(load.subscribers, load.of_host) >= MOST_SUBSCRIBERS:
        return Refusal(403, "This hub has as many subscribers as it can take.")
    return None


def host(callback: str) -> str:
    """Return the host of a callback."""
    return (urlsplit(callback).hostname or "").rstrip(".")


def _topic(url: str, site: Site) -> tuple[str, Format] | None:
    """Return whose address this is, None when it is that of no document that may be subscribed to."""
    found = _TOPIC.fullmatch(url.removeprefix(site.url("")))
    if found is None:
        return None
    topic_id, form = found["id"], Format(found["format"])
    return (topic_id, form) if url == _address(topic_id, form, site) else None


def _address(topic_id: str, form: Format, site: Site) -> str:
    return site.url(topic_path(topic_id, form))


def _is_callback(url: str) -> bool:
    if len(url) > LONGEST_CALLBACK or not _VISIBLE.fullmatch(url) or "#" in url:
        return False
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
        )
    except ValueError:
        return False


def _lease(given: str) -> int:
    """Return for how many seconds a subscription holds: what was asked for, within reason."""
    wanted = timedelta(seconds=int(given[:9])) if given else LEASE
    return int(min(max(wanted, SHORTEST), LONGEST).total_seconds())


# ---- what is asked of a callback -------------------------------------------------------


def verification(intent: Intent, site: Site, *, key: str, challenge: str) -> Request:
    """Return the request that asks a callback whether it meant it (section 5.3)."""
    fields = {
        "hub.mode": intent.mode.value,
        "hub.topic": _address(intent.topic_id, intent.format, site),
        "hub.challenge": challenge,
    }
    if intent.mode is Mode.SUBSCRIBE:
        fields["hub.lease_seconds"] = str(intent.lease)
    join = "&" if "?" in intent.callback else "?"
    return Request(key, f"{intent.callback}{join}{urlencode(fields)}")


def denial(response: Response, *, challenge: str) -> str | None:
    """Return why a callback did not confirm, None when it did: it gives back the challenge."""
    if response.status is None:
        return response.error or "there was no answer"
    if not _is_success(response.status):
        return f"the callback answered {response.status}"
    is_same = hmac.compare_digest(response.body, challenge.encode())
    return None if is_same else "the callback did not give back the challenge"


def again(intent: Intent, response: Response, *, now: datetime) -> Intent | None:
    """Return the intent to try once more, None when that is of no use: an answer is final."""
    tries = intent.tries + 1
    if response.status is not None or tries >= MOST_TRIES:
        return None
    return replace(intent, tries=tries, due=now + _pause(tries))


# ---- what subscribers are told ---------------------------------------------------------


def digest(document: Document) -> str:
    """Return what tells a document's bytes from others."""
    return document.etag.strip('"')


def message(behind: Behind, document: Document, site: Site) -> Request:
    """Return the request that tells a subscriber of a document (section 7).

    A hub of somebody else's is only told which address has changed, and fetches it.
    """
    told = behind.subscriber
    address = _address(told.topic_id, told.format, site)
    if told.is_hub:
        form = (("hub.mode", "publish"), ("hub.url", address), ("hub.topic", address))
        return Request(str(told.id), told.callback, form=form)
    headers = {
        "Content-Type": document.media_type,
        "Link": f'<{site.hub}>; rel="hub", <{address}>; rel="self"',
    }
    if told.secret:
        signature = hmac.new(told.secret.encode(), document.body, sha256).hexdigest()
        headers["X-Hub-Signature"] = f"sha256={signature}"
    return Request(str(told.id), told.callback, tuple(headers.items()), body=document.body)


def unchanged(behind: Behind, *, now: datetime) -> Subscriber:
    """Return a subscriber who has the bytes of the current edition already."""
    return replace(behind.subscriber, edition=behind.current, due=now)


def after(behind: Behind, response: Response, *, digest: str, now: datetime) -> Subscriber:
    """Return the subscriber after it was told.

    Who could not be told is told again later, of what is current then, and no sooner than it asks
    (RFC 9110 section 10.2.3).
    """
    told = replace(behind.subscriber, ms=round(response.elapsed * 1000))
    if response.status is not None and _is_success(response.status):
        due = now + CALM if told.is_hub else now
        return replace(told, edition=behind.current, digest=digest, failures=0, error=None, due=due)
    failures = told.failures + 1
    error = f"it answered {response.status}" if response.status is not None else response.error
    shown = (error or "there was no answer")[:LONGEST_REASON]
    asked = timedelta(seconds=min(retry_after(response, now), LONGEST_ASKED))
    pause = max(_pause(failures), asked)
    return replace(told, failures=failures, error=shown, due=now + pause)


def told_until(subscriber: Subscriber) -> datetime:
    """Return until when a subscriber had been told of everything, before it is told again.

    Who was told is due since then, and somebody else's hub a moment later; who could not be told
    was so until the first failure. That is too late by what it asked for beyond our own pauses.
    """
    pauses = sum((_pause(each) for each in range(1, subscriber.failures + 1)), timedelta())
    waits = timedelta(seconds=LONGEST_WAIT) * subscriber.failures
    calm = CALM if subscriber.is_hub and not subscriber.failures else timedelta()
    return subscriber.due - pauses - waits - calm


def is_ended(subscriber: Subscriber, response: Response) -> bool:
    """Whether the callback says that it is gone for good (section 7)."""
    return response.status == HTTPStatus.GONE and not subscriber.is_hub


def _pause(failures: int) -> timedelta:
    """Return how long to wait after so many failures in a row."""
    return min(RETRY * (1 << min(2 * (failures - 1), 20)), LONGEST_RETRY)


def _is_success(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
