"""What our hub takes in, asks of callbacks, and tells subscribers."""

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from builders import NOON
from topicwire.model.document import Document, Format
from topicwire.model.hub import Behind, Intent, Load, Mode, Subscriber
from topicwire.model.wire import Response
from topicwire.publish import hub
from topicwire.publish.compose import Site
from topicwire.publish.hub import Refusal

SITE = Site("https://wire.example/feeds", "1", hub="https://wire.example/feeds/websub/hub")
TOPIC = "https://wire.example/feeds/topics/seats.atom"
FORM = "application/x-www-form-urlencoded"
FIELDS = {
    "hub.callback": "https://reader.example/cb?id=7",
    "hub.mode": "subscribe",
    "hub.topic": TOPIC,
}
INTENT = Intent(
    topic_id="seats",
    format=Format.ATOM,
    callback="https://reader.example/cb?id=7",
    host="reader.example",
    mode=Mode.SUBSCRIBE,
    lease=864_000,
    received=NOON,
    due=NOON,
)
SUBSCRIBER = Subscriber(
    id=5,
    topic_id="seats",
    format=Format.ATOM,
    callback="https://reader.example/cb",
    host="reader.example",
    edition=3,
    due=NOON,
    lease_until=NOON + timedelta(days=10),
)
BEHIND = Behind(SUBSCRIBER, current=4)
DOCUMENT = Document(b"<feed/>", "application/atom+xml; charset=utf-8", '"d4"', NOON)


def read(content_type: str | None = FORM, **changes: str) -> Intent | Refusal:
    fields = FIELDS | {f"hub.{name}": value for name, value in changes.items()}
    return hub.read(urlencode(fields).encode(), content_type, SITE, now=NOON)


def answered(status: int | None, body: bytes = b"", error: str | None = None) -> Response:
    return Response("5", "https://reader.example/cb", status, body=body, error=error, elapsed=0.25)


# ---- what is asked of the hub ----------------------------------------------------------


def test_a_typical_request_is_taken_in() -> None:
    """W33 100: callback, mode and topic are enough; the lease is ten days then (W24)."""
    assert read() == INTENT


def test_a_request_may_have_a_secret() -> None:
    """W33 101: what is delivered is then signed with it."""
    assert read(secret="s" * 199) == replace(INTENT, secret="s" * 199)


def test_what_is_not_known_is_ignored() -> None:
    """W22, W33 102: additional parameters change nothing, nor does a parameter of the type."""
    assert read(f"{FORM}; charset=utf-8", foo="bar", verify="async") == INTENT


def test_an_end_is_asked_for_likewise() -> None:
    """W33 104: unsubscribing is an intent like subscribing."""
    assert read(mode="unsubscribe") == replace(INTENT, mode=Mode.UNSUBSCRIBE)


@pytest.mark.parametrize(
    ("path", "form"), [("seats.rss", Format.RSS), ("seats.json", Format.JSON)], ids=str
)
def test_each_format_is_a_topic(path: str, form: Format) -> None:
    """W33 105, 106: whatever the content is, its own address is what is subscribed to."""
    assert read(topic=f"https://wire.example/feeds/topics/{path}") == replace(INTENT, format=form)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("1", 300),
        ("300", 300),
        ("864001", 864_001),
        ("2592001", 2_592_000),
        ("9" * 400, 2_592_000),
    ],
    ids=["short", "shortest", "ordinary", "long", "absurd"],
)
def test_a_lease_is_never_perpetual(given: str, seconds: int) -> None:
    """W24: what is asked for is granted between five minutes and thirty days."""
    assert read(lease_seconds=given) == replace(INTENT, lease=seconds)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"mode": "publish"}, 400),
        ({"mode": ""}, 400),
        ({"callback": ""}, 400),
        ({"callback": "ftp://reader.example/"}, 400),
        ({"callback": "https:///path"}, 400),
        ({"callback": "https://me:pw@reader.example/"}, 400),
        ({"callback": "https://reader.example/#part"}, 400),
        ({"callback": "https://reader.example/\r\nX: y"}, 400),
        ({"callback": "https://[reader.example/"}, 400),
        ({"callback": "https://reader.example/" + "a" * 2_000}, 400),
        ({"secret": "s" * 200}, 400),
        ({"secret": "é" * 100}, 400),
        ({"lease_seconds": "ten"}, 400),
        ({"lease_seconds": "-1"}, 400),
        ({"topic": ""}, 404),
        ({"topic": "https://wire.example/feeds/topics/seats"}, 404),
        ({"topic": "https://wire.example/feeds/topics/seats.html"}, 404),
        ({"topic": "https://wire.example/feeds/topics/seats/archive/1.atom"}, 404),
        ({"topic": "https://wire.example/feeds/own/tttttttttttttttttttttt/topics/seats.atom"}, 404),
        ({"topic": "https://wire.example/topics/seats.atom"}, 404),
        ({"topic": "/topics/seats.atom"}, 404),
        ({"topic": "http://wire.example/feeds/topics/seats.atom"}, 404),
        ({"topic": "https://wire.example/feeds/topics/seats.atom?x"}, 404),
        ({"topic": "https://press.example/feed"}, 404),
    ],
    ids=lambda each: str(each)[:70],
)
def test_what_cannot_be_done_is_refused(changes: dict[str, str], status: int) -> None:
    """W22, W27: with a status of the 400s and words, and only our own public feeds are topics."""
    refused = read(**changes)

    assert isinstance(refused, Refusal)
    assert refused.status == status
    assert refused.reason.endswith(".")


@pytest.mark.parametrize("content_type", [None, "", "application/json", "multipart/form-data"])
def test_a_request_is_a_form(content_type: str | None) -> None:
    """W22: fields in another form are not read."""
    assert read(content_type) == Refusal(415, f"Send the fields as {FORM}.")


@pytest.mark.parametrize("form", [b"\xff\xfe", b"&".join([b"a=1"] * 60)], ids=["bytes", "many"])
def test_what_cannot_be_read_is_refused(form: bytes) -> None:
    """W22: bytes that are no text and too many fields end with a reason."""
    assert hub.read(form, FORM, SITE, now=NOON) == Refusal(400, "The fields cannot be read.")


@pytest.mark.parametrize(
    ("load", "mode", "status"),
    [
        (Load(0, 0, 999, 99), Mode.SUBSCRIBE, None),
        (Load(0, 0, 1_000, 0), Mode.SUBSCRIBE, 429),
        (Load(0, 0, 0, 100), Mode.UNSUBSCRIBE, 429),
        (Load(10_000, 0, 0, 0), Mode.SUBSCRIBE, 403),
        (Load(0, 10_000, 0, 0), Mode.SUBSCRIBE, 403),
        (Load(10_000, 10_000, 0, 0), Mode.UNSUBSCRIBE, None),
    ],
    ids=["room", "waiting", "waiting of a host", "of a document", "of a host", "leaving"],
)
def test_what_is_taken_in_is_bounded(load: Load, mode: Mode, status: int | None) -> None:
    """W27: by document, by the callback's host and by what waits; who leaves may always."""
    refused = hub.overload(load, mode)

    assert (refused and refused.status) == status


# ---- what is asked of a callback -------------------------------------------------------


@pytest.mark.parametrize(
    ("callback", "start"),
    [
        ("https://reader.example/cb?id=7", "https://reader.example/cb?id=7&hub.mode="),
        ("https://reader.example/cb", "https://reader.example/cb?hub.mode="),
    ],
    ids=["query", "none"],
)
def test_a_verification_is_appended_to_the_query(callback: str, start: str) -> None:
    """W23: mode, topic, challenge and lease, behind what the callback has already."""
    request = hub.verification(replace(INTENT, callback=callback), SITE, key="k", challenge="c/1")

    assert request.url.startswith(start)
    assert (request.form, request.body) == (None, None)
    assert dict(parse_qsl(urlsplit(request.url).query)).items() >= {
        ("hub.mode", "subscribe"),
        ("hub.topic", TOPIC),
        ("hub.challenge", "c/1"),
        ("hub.lease_seconds", "864000"),
    }


def test_an_end_has_no_lease() -> None:
    """W23: hub.lease_seconds goes with subscribe alone."""
    request = hub.verification(replace(INTENT, mode=Mode.UNSUBSCRIBE), SITE, key="k", challenge="c")

    assert "hub.mode=unsubscribe" in request.url
    assert "lease" not in request.url


@pytest.mark.parametrize(
    ("response", "denial"),
    [
        (answered(200, b"c1"), None),
        (answered(204, b"c1"), None),
        (answered(200, b"c2"), "the callback did not give back the challenge"),
        (answered(200, b""), "the callback did not give back the challenge"),
        (answered(200, b"c1 "), "the callback did not give back the challenge"),
        (answered(302, b"c1"), "the callback answered 302"),
        (answered(404, b"c1"), "the callback answered 404"),
        (answered(500, b"c1"), "the callback answered 500"),
        (answered(None, error="the connection was refused"), "the connection was refused"),
    ],
    ids=["200", "204", "other", "empty", "more", "302", "404", "500", "none"],
)
def test_a_callback_confirms_with_the_challenge(response: Response, denial: str | None) -> None:
    """W23: 2xx and the very challenge, nothing else."""
    assert hub.denial(response, challenge="c1") == denial


def test_only_who_did_not_answer_is_asked_again() -> None:
    """W23: an answer is final; silence is tried three times, ten and forty seconds apart."""
    silent = answered(None, error="no answer within 10 s")
    second = hub.again(INTENT, silent, now=NOON)
    assert second == replace(INTENT, tries=1, due=NOON + timedelta(seconds=10))
    third = hub.again(second, silent, now=NOON)
    assert third == replace(INTENT, tries=2, due=NOON + timedelta(seconds=40))

    assert hub.again(third, silent, now=NOON) is None
    assert hub.again(INTENT, answered(404), now=NOON) is None


# ---- what subscribers are told ---------------------------------------------------------


def test_a_delivery_is_the_document_and_says_whose() -> None:
    """W25: the bytes and type of the topic, Link to hub and self, and no signature unasked."""
    request = hub.message(BEHIND, DOCUMENT, SITE)

    assert (request.url, request.body, request.form) == (SUBSCRIBER.callback, b"<feed/>", None)
    assert dict(request.headers) == {
        "Content-Type": "application/atom+xml; charset=utf-8",
        "Link": f'<https://wire.example/feeds/websub/hub>; rel="hub", <{TOPIC}>; rel="self"',
    }


def test_a_secret_signs_the_delivery() -> None:
    """W25, W33 101: X-Hub-Signature is the HMAC of the body."""
    behind = replace(BEHIND, subscriber=replace(SUBSCRIBER, secret="sésame"))
    expected = hmac.new("sésame".encode(), b"<feed/>", hashlib.sha256).hexdigest()

    headers = dict(hub.message(behind, DOCUMENT, SITE).headers)

    assert headers["X-Hub-Signature"] == f"sha256={expected}"


def test_a_foreign_hub_is_told_the_address() -> None:
    """W21: hub.mode=publish with the address that changed, by both names in use."""
    behind = replace(BEHIND, subscriber=replace(SUBSCRIBER, lease_until=None))

    request = hub.message(behind, DOCUMENT, SITE)

    assert request.body is None
    assert request.form == (("hub.mode", "publish"), ("hub.url", TOPIC), ("hub.topic", TOPIC))


def test_who_was_told_is_told_of_the_next_edition_at_once() -> None:
    """W26: a success forgets the failures before it."""
    behind = replace(BEHIND, subscriber=replace(SUBSCRIBER, failures=3, error="it answered 500"))

    assert hub.after(behind, answered(202), digest="d4", now=NOON) == replace(
        SUBSCRIBER, edition=4, digest="d4", ms=250
    )


def test_a_foreign_hub_is_left_in_peace_for_a_moment() -> None:
    """W21: pings are debounced: the next change is told ten seconds later at the earliest."""
    behind = replace(BEHIND, subscriber=replace(SUBSCRIBER, lease_until=None))

    told = hub.after(behind, answered(204), digest="d4", now=NOON)

    assert (told.edition, told.due) == (4, NOON + timedelta(seconds=10))


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 10), (1, 40), (2, 160), (5, 10_240), (6, 21_600), (500, 21_600)],
    ids=str,
)
def test_who_could_not_be_told_is_told_later(failures: int, seconds: int) -> None:
    """W26: four times as long after each failure, six hours at most; the edition stays."""
    behind = replace(BEHIND, subscriber=replace(SUBSCRIBER, failures=failures))

    told = hub.after(behind, answered(301), digest="d4", now=NOON)

    assert (told.edition, told.digest, told.failures) == (3, None, failures + 1)
    assert (told.error, told.due) == ("it answered 301", NOON + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        pytest.param("3600", 3_600, id="seconds"),
        pytest.param("Mon, 02 Nov 2026 14:00:00 GMT", 7_200, id="a date"),
        pytest.param("3", 10, id="less than our own pause"),
        pytest.param("Mon, 02 Nov 2026 11:00:00 GMT", 10, id="past"),
        pytest.param("soon", 10, id="nonsense"),
        pytest.param("9" * 30, 31 * 86_400, id="a month at most"),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_who_asks_for_a_pause_is_told_after_it(status: int, given: str, seconds: int) -> None:
    """W26, F27: a busy callback says when to come back, and is left alone until then."""
    busy = replace(answered(status), headers=(("retry-after", given),))

    told = hub.after(BEHIND, busy, digest="d4", now=NOON)

    assert told.due == NOON + timedelta(seconds=seconds)


def test_only_410_ends_a_subscription() -> None:
    """W26: other failures are kept until the lease ends; a foreign hub is never forgotten."""
    assert hub.is_ended(SUBSCRIBER, answered(410))
    assert not hub.is_ended(SUBSCRIBER, answered(404))
    assert not hub.is_ended(SUBSCRIBER, answered(None, error="no answer"))
    assert not hub.is_ended(replace(SUBSCRIBER, lease_until=None), answered(410))
