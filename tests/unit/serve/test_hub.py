"""Tests of what is posted: to the site's own hub, and to the callbacks of hubs elsewhere."""

from collections.abc import Iterable, Iterator, Mapping

import pytest

from topicwire.errors import StoreError
from topicwire.ingest.run.push import Callbacks
from topicwire.serve.application import Site, application
from unit.serve.fakes import Client, FakePublisher, alive

TOKEN = "c" * 43
CALLBACK = f"/websub/callback/{TOKEN}"
MIB = 1 << 20


class FakeHub:
    """Takes every form."""

    def __init__(self) -> None:
        self.seen: list[tuple[bytes, str | None]] = []
        self.away = False

    def request(self, form: bytes, content_type: str | None) -> tuple[int, str]:
        """Note the form, unless away."""
        if self.away:
            raise StoreError("the database is away; start it")
        self.seen.append((form, content_type))
        return (202, "accepted") if form.startswith(b"hub.mode=") else (429, "too many")


class FakeCallbacks(Callbacks):
    """Knows one token; notes what is delivered."""

    def __init__(self) -> None:
        self.delivered: list[bytes] = []
        self.too_long = 0
        self.status = 202

    def verify(self, token: str, parameters: Mapping[str, str]) -> tuple[int, str]:
        """Repeat the challenge."""
        return (200, parameters["hub.challenge"]) if token == TOKEN else (404, "")

    def refusal(self, token: str) -> int | None:
        """Refuse what is for another."""
        return None if token == TOKEN else 404

    def deliver(
        self, token: str, body: bytes, *, content_type: str | None, signature: str | None
    ) -> int:
        """Keep the body."""
        del token, content_type, signature
        self.delivered.append(body)
        return self.status

    def too_large(self, token: str) -> None:
        """Count what was too large."""
        del token
        self.too_long += 1


def a_site(hub: FakeHub | None = None, callbacks: FakeCallbacks | None = None) -> Site:
    return application(
        FakePublisher(a=1),
        base_url="https://wire.example",
        unready=lambda: None,
        hub=hub,
        callbacks=callbacks,
    )


def endless(read: list[int], size: int = MIB) -> Iterator[bytes]:
    """Return a body that never ends, noting how much of it is read."""
    while True:
        read.append(size)
        yield b"x" * size


def test_a_form_reaches_the_hub_and_its_answer_the_subscriber() -> None:
    """W22: status and reason in plain text, whatever the hub makes of the form."""
    hub = FakeHub()

    async def work(client: Client) -> None:
        form = [b"hub.mode=subscribe", b"&hub.topic=x"]
        kind = "application/x-www-form-urlencoded"
        got = await client.get("/websub/hub", method="POST", body=form, content_type=kind)
        assert (got.status, got.text) == (202, "accepted\n")
        bad = await client.get("/websub/hub", method="POST", body=[b"?"])
        assert (bad.status, bad.text) == (429, "too many\n")
        assert bad.headers["retry-after"] == "60"
        assert bad.headers["content-type"] == "text/plain; charset=utf-8"
        assert bad.headers["cache-control"] == "no-store"
        assert hub.seen == [(b"".join(form), kind), (b"?", None)]
        hub.away = True
        away = await client.get("/websub/hub", method="POST", body=[b"hub.mode=subscribe"])
        assert (away.status, away.headers["retry-after"]) == (503, "10")

    alive(a_site(hub), work)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS"])
def test_the_hub_answers_to_post_alone(method: str) -> None:
    """O54: 405 names it."""

    async def work(client: Client) -> None:
        got = await client.get("/websub/hub", method=method)
        assert (got.status, got.headers["allow"]) == (405, "POST")

    alive(a_site(FakeHub()), work)


def test_a_site_without_a_hub_has_no_address_for_one() -> None:
    """Where a hub elsewhere tells of news, or none does, there is nothing here."""

    async def work(client: Client) -> None:
        got = await client.get("/websub/hub", method="POST", body=[b"hub.mode=subscribe"])
        assert got.status == 404
        assert (await client.get(CALLBACK)).status == 404

    alive(a_site(), work)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        pytest.param("/websub/hub", 64 << 10, id="form"),
        pytest.param(CALLBACK, 3 * MIB, id="delivery"),
    ],
)
def test_a_body_is_read_no_further_than_it_may_be(path: str, most: int) -> None:
    """S29: 413 as soon as it is too long, at once where its length is announced."""
    hub, callbacks = FakeHub(), FakeCallbacks()
    read: list[int] = []

    async def work(client: Client) -> None:
        bodies: tuple[tuple[Iterable[bytes], dict[str, str]], ...] = (
            (endless(read, 60_000), {}),
            ([b"never read"], {"content_length": str(most + 1)}),
            ([b"x" * most, b"y"], {"content_length": "nonsense"}),
        )
        for body, headers in bodies:
            assert (await client.get(path, method="POST", body=body, **headers)).status == 413
        got = await client.get(path, method="POST", body=[b"hub.mode=" + b"x" * (most - 9)])
        assert got.status == 202

    alive(a_site(hub, callbacks), work)
    assert sum(read) <= most + 60_000
    assert (len(hub.seen) + len(callbacks.delivered), callbacks.too_long) in {(1, 0), (1, 3)}


def test_a_hub_elsewhere_verifies_and_delivers() -> None:
    """W23, W32: the challenge comes back as plain text, deliveries are answered at once."""
    callbacks = FakeCallbacks()

    async def work(client: Client) -> None:
        told = await client.get(f"{CALLBACK}?hub.challenge=%3Cb%3E&hub.mode=subscribe")
        assert (told.status, told.text) == (200, "<b>")
        assert told.headers["content-type"] == "text/plain; charset=utf-8"
        assert (await client.get(CALLBACK, method="PUT")).headers["allow"] == "GET, HEAD, POST"
        other = CALLBACK.replace("c" * 43, "d" * 43)
        assert (await client.get(other, method="POST", body=endless([]))).status == 404
        callbacks.status = 503
        later = await client.get(CALLBACK, method="POST", body=[b"<feed/>"])
        assert (later.status, later.headers["retry-after"]) == (503, "60")

    alive(a_site(callbacks=callbacks), work)
    assert callbacks.delivered == [b"<feed/>"]
