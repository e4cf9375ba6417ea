"""Tests of topics that are private, renamed or removed, and of their archives."""

from base64 import b64encode
from collections.abc import Awaitable, Callable

import pytest
from structlog.testing import capture_logs

from builders import NOON
from topicwire.model.document import TopicState
from topicwire.serve.application import Site, application
from unit.serve.fakes import Client, FakePublisher, FakeReaders, alive

TOKEN = "t" * 43
NOTHING = "There is nothing at this address.\n"
FORMS = ["", ".atom", ".rss", ".json"]


def by_token(token: str = TOKEN) -> str:
    """Return the header of Basic authentication."""
    return "Basic " + b64encode(f"ada:{token}".encode()).decode()


def a_publisher() -> FakePublisher:
    """Return a publisher of topics of every kind."""
    publisher = FakePublisher(open=1)
    for state in (
        TopicState("old", 1, NOON, is_removed=True, successor="older"),
        TopicState("older", 1, NOON, is_removed=True, successor="open"),
        TopicState("gone", 1, NOON, is_removed=True),
        TopicState("round", 1, NOON, is_removed=True, successor="about"),
        TopicState("about", 1, NOON, is_removed=True, successor="round"),
        TopicState("spiral", 1, NOON, is_removed=True, successor="round"),
        TopicState("lost", 1, NOON, is_removed=True, successor="never-was"),
        TopicState("secret", 1, NOON, pages=1, is_private=True),
        TopicState("was-open", 1, NOON, is_removed=True, successor="secret"),
        TopicState("was-secret", 1, NOON, is_private=True, is_removed=True, successor="open"),
        TopicState("hushed", 1, NOON, is_private=True, is_removed=True),
        TopicState("long", 1, NOON, pages=3),
    ):
        publisher.put(state)
    return publisher


def a_site(readers: FakeReaders | None = None, publisher: FakePublisher | None = None) -> Site:
    """Return a site with all of them."""
    return application(
        publisher or a_publisher(),
        base_url="https://wire.example/feeds",
        unready=lambda: None,
        readers=readers or FakeReaders(TOKEN),
        hub_url="https://hub.example/",
    )


def served(work: Callable[[Client], Awaitable[None]], readers: FakeReaders | None = None) -> None:
    """Do some work with that site."""
    alive(a_site(readers), work)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_removed_topic_is_gone(form: str, method: str) -> None:
    """O17: 410 tells readers to stop asking; so do topics whose successors lead nowhere."""

    async def work(client: Client) -> None:
        for name in ("gone", "round", "spiral", "lost"):
            got = await client.get(f"/topics/{name}{form}", method=method)
            assert (got.status, got.headers["content-type"]) == (410, "text/plain; charset=utf-8")

    served(work)


@pytest.mark.parametrize("form", [*FORMS, "/archive/2", "/archive/2.rss"])
def test_a_renamed_topic_sends_on_to_the_same_document(form: str) -> None:
    """O63, S23, S24: at once to where it stands now, always at an address of ours."""

    async def work(client: Client) -> None:
        for name in ("old", "older"):
            got = await client.get(f"/topics/{name}{form}", host="evil.example")
            assert got.status == 308
            assert got.headers["location"] == f"https://wire.example/feeds/topics/open{form}"
            assert got.headers["cache-control"].startswith("public, max-age=300")
            assert got.headers["access-control-allow-origin"] == "*"

    served(work)


@pytest.mark.parametrize(
    "authorization",
    [
        pytest.param((), id="nobody"),
        pytest.param(by_token("wrong" * 9), id="wrong token"),
        pytest.param("Basic", id="half a header"),
        pytest.param(f"Bearer {TOKEN}", id="another scheme"),
    ],
)
@pytest.mark.parametrize("name", ["secret", "was-open", "was-secret", "hushed"])
def test_a_private_topic_is_an_address_of_nothing(
    name: str, authorization: str | tuple[str, ...]
) -> None:
    """S27: without a token that opens it, it is not even asked for; nor does a redirect tell of it."""

    async def work(client: Client) -> None:
        for form in [*FORMS, "/archive/1.atom"]:
            got = await client.get(f"/topics/{name}{form}", authorization=authorization)
            assert (got.status, got.text) == (404, NOTHING)
            assert "www-authenticate" not in got.headers

    served(work)


def test_a_token_of_another_topic_opens_nothing() -> None:
    """S27: the reader is in order, but not for this topic."""
    readers = FakeReaders(TOKEN, closed=("secret",))

    async def work(client: Client) -> None:
        got = await client.get("/topics/secret.atom", authorization=by_token())
        assert got.status == 404
        assert (await client.get(f"/own/{TOKEN}/topics/secret.atom")).status == 404
        assert (await client.get(f"/own/{TOKEN}/topics/open.atom")).status == 200

    served(work, readers)
    assert readers.asked_for == ["secret", "secret", "open"]


@pytest.mark.parametrize("form", [*FORMS, "/archive/1.atom"])
def test_a_password_that_opens_a_private_topic_shows_it_to_its_reader_alone(form: str) -> None:
    """S27, O53, O55: Basic authentication at the ordinary address; no shared cache keeps the answer."""
    readers = FakeReaders(TOKEN)

    async def work(client: Client) -> None:
        path = f"/topics/secret{form}"
        got = await client.get(path, authorization=by_token())
        assert got.status == 200
        assert f"for {readers.reader.digest}" in got.text
        assert got.headers["cache-control"] == "private, max-age=300"
        assert "Authorization" in got.headers["vary"]
        assert got.headers["x-robots-tag"] == "noindex"
        assert not {"link", "access-control-allow-origin"} & set(got.headers)
        again = await client.get(path, authorization=by_token(), if_none_match=got.headers["etag"])
        assert (again.status, again.headers["cache-control"]) == (304, "private, max-age=300")
        assert (await client.get(path)).status == 404

    served(work, readers)


def test_a_private_page_negotiates_too() -> None:
    """O56: the answer depends on Accept and on who asks; RFC 9110 section 8.7: its address is whole."""

    async def work(client: Client) -> None:
        got = await client.get(
            "/topics/secret", accept="application/feed+json", authorization=by_token()
        )
        assert got.headers["content-location"] == "/feeds/topics/secret.json"
        assert got.headers["vary"] == "Accept, Accept-Encoding, Authorization"
        page = await client.get("/topics/secret", authorization=by_token())
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["vary"] == "Accept, Accept-Encoding, Authorization"

    served(work)


def test_who_may_read_a_private_topic_is_told_where_it_goes_on() -> None:
    """O63, S27: the way on is shown to those whose token opens what is there; no token is in it."""

    async def work(client: Client) -> None:
        got = await client.get("/topics/was-open.atom", authorization=by_token())
        assert got.headers["location"] == "https://wire.example/feeds/topics/secret.atom"
        own = await client.get(f"/own/{TOKEN}/topics/old.atom")
        assert (own.status, "location" in own.headers) == (200, False)
        assert own.text.startswith("open atom edition 1")
        assert (await client.get(f"/own/{TOKEN}/topics/gone.atom")).status == 410
        assert (await client.get("/topics/hushed", authorization=by_token())).status == 410

    served(work)


def test_no_token_is_repeated() -> None:
    """S27: not in headers, bodies or logs, whatever comes of a request."""
    publisher = a_publisher()

    async def work(client: Client) -> None:
        for broken in (True, False):
            publisher.broken = broken
            for name in ("secret", "open", "old", "gone", "never"):
                for path in (f"/own/{TOKEN}/topics/{name}.atom", f"/topics/{name}.rss"):
                    got = await client.get(path, authorization=by_token())
                    assert TOKEN not in f"{got.headers} {got.text}"
                    assert got.headers["referrer-policy"] == "no-referrer"

    with capture_logs() as logs:
        alive(a_site(publisher=publisher), work)
    assert logs
    assert TOKEN not in str(logs)


def test_a_topic_that_becomes_private_is_taken_from_the_shelf() -> None:
    """S27: what was kept for everybody is kept no longer."""
    publisher = FakePublisher(a=1)
    site = a_site(publisher=publisher)

    async def work(client: Client) -> None:
        assert (await client.get("/topics/a.atom")).status == 200
        assert (await client.get("/topics/a")).status == 200
        publisher.put(TopicState("a", 1, NOON, is_private=True))
        await site._shelf.refresh()
        assert site._shelf._size == 0
        assert (await client.get("/topics/a.atom")).status == 404
        assert (await client.get("/topics/a")).status == 404

    alive(site, work)


@pytest.mark.parametrize("form", [".atom", ".rss", ".json"])
def test_a_page_of_the_archive_is_served(form: str) -> None:
    """O48, O53, O55: for a day, with where it lives and no hub; validated like all documents."""

    async def work(client: Client) -> None:
        path = f"/topics/long/archive/3{form}"
        got = await client.get(path)
        assert got.text.startswith(f"long {form[1:]} edition 1 page 3\n")
        assert got.headers["cache-control"].startswith("public, max-age=86400, ")
        assert got.headers["link"] == f'<https://wire.example/feeds{path}>; rel="self"'
        again = await client.get(path, if_none_match=got.headers["etag"])
        assert (again.status, again.headers["link"]) == (304, got.headers["link"])

    served(work)


def test_a_page_of_the_archive_for_people_does_not_negotiate() -> None:
    """O56: only the topic's own address does."""

    async def work(client: Client) -> None:
        got = await client.get("/topics/long/archive/1", accept="application/rss+xml")
        assert got.headers["content-type"] == "text/html; charset=utf-8"
        assert got.headers["vary"] == "Accept-Encoding"
        assert "content-location" not in got.headers

    served(work)


def test_a_page_that_is_not_written_yet_is_not_even_asked_for() -> None:
    """S29: guessing pages costs no rendering; once written they are there."""
    publisher = a_publisher()
    site = a_site(publisher=publisher)

    async def work(client: Client) -> None:
        for page in (4, 9999):
            assert (await client.get(f"/topics/long/archive/{page}.atom")).status == 404
        assert publisher.rendered == []
        publisher.put(TopicState("long", 2, NOON, pages=4))
        await site._shelf.refresh()
        assert (await client.get("/topics/long/archive/4.atom")).status == 200

    alive(site, work)


def test_a_feed_names_its_hub_in_every_answer() -> None:
    """O55, W20, W34: GET, HEAD and 304, negotiated or not; private feeds name none."""
    hub = '<https://hub.example/>; rel="hub"'

    async def work(client: Client) -> None:
        got = await client.get("/topics/open.atom")
        own = '<https://wire.example/feeds/topics/open.atom>; rel="self"'
        assert got.headers["link"] == f"{own}, {hub}"
        head = await client.get("/topics/open.atom", method="HEAD")
        assert head.headers["link"] == got.headers["link"]
        chosen = await client.get("/topics/open", accept="application/atom+xml")
        assert chosen.headers["link"] == got.headers["link"]
        again = await client.get("/topics/open.atom", if_none_match=got.headers["etag"])
        assert (again.status, again.headers["link"]) == (304, got.headers["link"])
        for path in (
            "/topics/open",
            "/",
            "/about",
            "/topics.opml",
            f"/own/{TOKEN}/topics/open.rss",
        ):
            assert "link" not in (await client.get(path)).headers

    served(work)
