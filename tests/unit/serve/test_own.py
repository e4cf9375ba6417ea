"""Tests of readers' own feeds and of their answers, as a server calls the application."""

import pytest
from structlog.testing import capture_logs

from topicwire.serve.application import Site, application
from unit.serve.fakes import Client, FakePublisher, FakeReaders, alive

TOKEN = "t" * 43
OWN = f"/own/{TOKEN}/topics/a.atom"
LINK = "/feedback/a/7/no/0123456789ab" + "0" * 32


def some_readers() -> FakeReaders:
    return FakeReaders(TOKEN, LINK)


def a_site(readers: FakeReaders | None, publisher: FakePublisher | None = None) -> Site:
    return application(
        publisher or FakePublisher(a=1),
        base_url="https://wire.example",
        unready=lambda: None,
        readers=readers,
    )


def test_an_own_feed_is_rendered_for_its_reader_once_an_edition() -> None:
    """S27, S29: it has a validator of its own, and is not what everybody gets."""
    readers, publisher = some_readers(), FakePublisher(a=1)

    async def work(client: Client) -> None:
        own = await client.get(OWN, user_agent="Reader/1")
        public = await client.get("/topics/a.atom")
        assert own.status == 200
        assert f"edition 1 for {readers.reader.digest}" in own.text
        assert own.headers["etag"] != public.headers["etag"]
        assert (await client.get(OWN, if_none_match=public.headers["etag"])).status == 200
        again = await client.get(OWN, if_none_match=own.headers["etag"])
        assert (again.status, again.body) == (304, b"")
        assert again.headers["cache-control"] == "private, max-age=300"
        assert readers.clients == ["Reader/1", "", ""]

    alive(a_site(readers, publisher), work)
    assert len(publisher.rendered) == 2


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(f"/own/{'u' * 43}/topics/a.atom", id="wrong token"),
        pytest.param(f"/own/{TOKEN}/topics/b.atom", id="unknown topic"),
        pytest.param(LINK.replace("/no/", "/yes/"), id="wrong signature"),
        pytest.param("/feedback/", id="no link"),
    ],
)
def test_what_was_given_to_nobody_is_not_there(path: str) -> None:
    """S25, S27: a wrong token or signature is an address of nothing, and nothing of it comes back."""

    async def work(client: Client) -> None:
        for method in ("GET", "HEAD"):
            got = await client.get(path, method=method)
            assert got.status == 404
        assert (await client.get(path)).text == "There is nothing at this address.\n"
        assert (await client.get("/topics/z.atom")).text == "There is nothing at this address.\n"

    alive(a_site(some_readers()), work)


def test_a_site_without_readers_has_none_of_it() -> None:
    """Where nobody keeps tokens, neither address leads anywhere."""

    async def work(client: Client) -> None:
        assert (await client.get(OWN)).status == 404
        assert (await client.get(LINK)).status == 404

    alive(a_site(None), work)


def test_looking_at_a_link_answers_nothing() -> None:
    """S21: programs that follow links in advance change nothing; the page is locked down."""
    readers = some_readers()

    async def work(client: Client) -> None:
        got = await client.get(LINK)
        assert (got.status, got.text) == (200, "<p>Is it?</p>")
        assert got.headers["content-type"] == "text/html; charset=utf-8"
        assert got.headers["cache-control"] == "no-store"
        assert got.headers["x-robots-tag"] == "noindex"
        assert got.headers["referrer-policy"] == "no-referrer"
        assert got.headers["content-security-policy"] == (
            "default-src 'none'; img-src 'self'; style-src 'self'; "
            "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        )
        head = await client.get(LINK, method="HEAD")
        assert (head.status, head.headers, head.body) == (200, got.headers, b"")

    alive(a_site(readers), work)
    assert readers.taken == 0


def test_pressing_the_button_answers() -> None:
    """S21: POST takes the answer; whatever else the request carries is not even read."""
    readers = some_readers()

    async def work(client: Client) -> None:
        got = await client.get(LINK, method="POST", content_length="1000000")
        assert (got.status, got.text) == (200, "<p>Thank you</p>")
        assert (await client.get(f"{LINK}0", method="POST")).status == 404

    alive(a_site(readers), work)
    assert readers.taken == 1


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
def test_a_link_answers_to_no_other_method(method: str) -> None:
    """O54: 405 names what is allowed; other sites get no leave to ask (no CORS)."""

    async def work(client: Client) -> None:
        got = await client.get(LINK, method=method)
        assert (got.status, got.headers["allow"]) == (405, "GET, HEAD, POST")
        assert "access-control-allow-origin" not in got.headers

    alive(a_site(some_readers()), work)


def test_a_database_that_is_away_is_told_to_readers() -> None:
    """O62: 503 with Retry-After, for feeds and answers alike."""
    readers = some_readers()
    readers.away = True

    async def work(client: Client) -> None:
        for path, method in ((OWN, "GET"), (LINK, "GET"), (LINK, "POST")):
            got = await client.get(path, method=method)
            assert (got.status, got.headers["retry-after"]) == (503, "10")

    alive(a_site(readers), work)


def test_a_fault_is_logged_without_token_or_signature() -> None:
    """S21, S27: what opens or answers stands in no log."""
    readers, publisher = some_readers(), FakePublisher(a=1)
    publisher.broken = True

    async def work(client: Client) -> None:
        assert (await client.get(OWN)).status == 500

    with capture_logs() as logs:
        alive(a_site(readers, publisher), work)
    assert [(entry["event"], entry["path"]) for entry in logs] == [
        ("request.failed", "/own/*/topics/a.atom")
    ]
    assert TOKEN not in str(logs)


def test_a_topic_that_left_is_gone_from_own_feeds_too() -> None:
    """What was kept of it is forgotten."""
    publisher = FakePublisher(a=1)
    site = a_site(some_readers(), publisher)

    async def work(client: Client) -> None:
        assert (await client.get(OWN)).status == 200
        assert site._shelf._size > 0
        publisher.current.clear()
        await site._shelf.refresh()
        assert site._shelf._size == 0
        assert (await client.get(OWN)).status == 404

    alive(site, work)
