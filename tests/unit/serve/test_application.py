"""Tests of the site, asked as the server asks it."""

import asyncio
import gzip
import threading

import pytest
from structlog.testing import capture_logs

from builders import NOON
from topicwire.errors import StoreError
from topicwire.measure.metrics import Metrics
from topicwire.model.document import Format, TopicState
from topicwire.model.figures import Figures
from topicwire.serve import application as module
from topicwire.serve.application import Site, application
from unit.serve.fakes import TYPES, Client, FakePublisher, alive

FEEDS = ["/topics/a.atom", "/topics/a.rss", "/topics/a.json"]
PATHS = [
    *(*FEEDS, "/topics/a", "/", "/about", "/topics.opml", "/style.css", "/favicon.svg"),
    *("/favicon.ico", "/icon.png", "/apple-touch-icon.png", "/card.png"),
]


def a_site(
    publisher: FakePublisher | None = None,
    *,
    unready: str | None = None,
    metrics: Metrics | None = None,
) -> Site:
    """Return the site over a publisher, by default one with two topics."""
    return application(
        publisher or FakePublisher(a=1, b=3),
        base_url="https://wire.example",
        unready=lambda: unready,
        metrics=metrics,
        counted=metrics,
    )


@pytest.mark.parametrize("path", PATHS)
def test_a_known_path_is_served(path: str) -> None:
    """O58: every document comes with its type and the header that forbids guessing it."""

    async def work(client: Client) -> None:
        got = await client.get(path)
        assert got.status == 200
        assert got.headers["content-length"] == str(len(got.body))
        assert got.headers["x-content-type-options"] == "nosniff"

    alive(a_site(), work)


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_the_body(path: str) -> None:
    """O54: HEAD has the headers of GET."""

    async def work(client: Client) -> None:
        got = await client.get(path, accept_encoding="gzip")
        head = await client.get(path, method="HEAD", accept_encoding="gzip")
        assert head.status == got.status
        assert head.headers == got.headers
        assert head.body == b""

    alive(a_site(), work)


@pytest.mark.parametrize("path", FEEDS)
def test_a_second_request_costs_no_body(path: str) -> None:
    """O51, O52, O55: a 304 whatever the coding was, with what caches need, empty."""

    async def work(client: Client) -> None:
        plain = await client.get(path)
        packed = await client.get(path, accept_encoding="gzip")
        assert gzip.decompress(packed.body) == plain.body
        for etag in (plain.headers["etag"], packed.headers["etag"]):
            for coding in ("identity", "gzip"):
                again = await client.get(path, if_none_match=etag, accept_encoding=coding)
                assert again.status == 304
                assert again.body == b""
                assert again.headers["link"] == f'<https://wire.example{path}>; rel="self"'
                assert {"etag", "cache-control", "vary"} <= set(again.headers)
                assert "content-length" not in again.headers

    alive(a_site(), work)


def test_conditions_in_several_headers_are_one_list() -> None:
    """O51: a list may be spread over several lines."""

    async def work(client: Client) -> None:
        etag = (await client.get("/style.css")).headers["etag"]
        again = await client.get("/style.css", if_none_match=('"other"', etag))
        assert again.status == 304

    alive(a_site(), work)


def test_a_range_is_ignored() -> None:
    """O54: ranges are not offered, so the whole document comes."""

    async def work(client: Client) -> None:
        got = await client.get("/topics/a.atom", range="bytes=0-10")
        assert (got.status, got.headers["accept-ranges"]) == (200, "none")

    alive(a_site(), work)


def test_a_reader_that_takes_differences_gets_the_whole() -> None:
    """O60: who does not support A-IM answers as if it were not there."""

    async def work(client: Client) -> None:
        old = await client.get("/topics/b.atom", a_im="feed", if_none_match='"of-an-earlier-one"')
        assert (old.status, "im" in old.headers) == (200, False)
        assert old.body == (await client.get("/topics/b.atom")).body

    alive(a_site(), work)


@pytest.mark.parametrize(
    ("accept", "concrete"),
    [
        pytest.param("application/atom+xml", "/topics/a.atom", id="atom"),
        pytest.param("application/rss+xml, text/html;q=0.5", "/topics/a.rss", id="rss"),
        pytest.param("application/feed+json", "/topics/a.json", id="json"),
    ],
)
def test_a_topics_address_negotiates(accept: str, concrete: str) -> None:
    """O56: the answer names the concrete address, and says that it depends on Accept."""

    async def work(client: Client) -> None:
        got = await client.get("/topics/a", accept=accept)
        same = await client.get(concrete, accept=accept)
        assert got.body == same.body
        assert got.headers["content-location"] == concrete
        assert got.headers["link"] == f'<https://wire.example{concrete}>; rel="self"'
        assert got.headers["vary"] == "Accept, Accept-Encoding"
        assert same.headers["vary"] == "Accept-Encoding"
        again = await client.get("/topics/a", accept=accept, if_none_match=got.headers["etag"])
        assert (again.status, again.headers["vary"]) == (304, "Accept, Accept-Encoding")

    alive(a_site(), work)


def test_browsers_get_the_page() -> None:
    """O57: HTML is the default, and a validator of another format does not match it."""

    async def work(client: Client) -> None:
        feed = await client.get("/topics/a.atom")
        page = await client.get("/topics/a", if_none_match=feed.headers["etag"])
        assert (page.status, page.headers["content-type"]) == (200, TYPES[Format.HTML])
        assert page.headers["vary"] == "Accept, Accept-Encoding"

    alive(a_site(), work)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/topics/unknown-topic.atom", id="unknown topic"),
        pytest.param("/topics/../a", id="traversal"),
        pytest.param("/wp-login.php", id="elsewhere"),
    ],
)
def test_what_is_not_there_is_said_plainly(path: str) -> None:
    """S25, C1: plain text that repeats nothing of the request."""

    async def work(client: Client) -> None:
        got = await client.get(path)
        assert got.status == 404
        assert got.headers["content-type"] == "text/plain; charset=utf-8"
        assert got.text == "There is nothing at this address.\n"

    alive(a_site(), work)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "BREW"])
def test_other_methods_are_not_allowed(method: str) -> None:
    """O54: 405 names what is allowed."""

    async def work(client: Client) -> None:
        got = await client.get("/topics/a.atom", method=method)
        assert (got.status, got.headers["allow"]) == (405, "GET, HEAD, OPTIONS")

    alive(a_site(), work)


def test_options_lets_other_sites_ask_conditionally() -> None:
    """O54, O58: a browser's preflight for If-None-Match succeeds."""

    async def work(client: Client) -> None:
        got = await client.get("/topics/a.atom", method="OPTIONS")
        assert (got.status, got.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
        assert got.headers["access-control-allow-origin"] == "*"
        assert "If-None-Match" in got.headers["access-control-allow-headers"]

    alive(a_site(), work)


def test_a_database_that_was_never_there_is_said_to_be_away() -> None:
    """O62: 503 with Retry-After, never an empty feed; what needs no database is served."""
    publisher = FakePublisher(a=1)
    publisher.away = True

    async def work(client: Client) -> None:
        for path in ("/topics/a.atom", "/", "/topics.opml", "/readyz"):
            got = await client.get(path)
            assert (got.status, got.headers["retry-after"]) == (503, "10")
        for path in ("/livez", "/style.css", "/robots.txt"):
            assert (await client.get(path)).status == 200

    alive(a_site(publisher, unready="The database does not answer."), work)


def test_a_database_that_hangs_is_said_to_be_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """O62: who asks for what nobody has yet is told so before they give up."""
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    publisher = FakePublisher(a=1)
    may_go_on = threading.Event()
    publisher.before_render = lambda: may_go_on.wait(10)

    async def work(client: Client) -> None:
        got = await client.get("/topics/a.atom")
        assert (got.status, got.headers["retry-after"]) == (503, "10")
        may_go_on.set()
        assert (await client.get("/topics/a.atom")).status == 200

    alive(a_site(publisher), work)


def test_a_database_that_goes_away_is_told_once_and_so_is_its_return(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """O62: known documents are served meanwhile, and the log says when it went and came."""
    monkeypatch.setattr(module, "TICK", 0.01)
    publisher = FakePublisher(a=1)

    async def work(client: Client) -> None:
        await client.get("/topics/a.atom")
        publisher.away = True
        await asyncio.sleep(0.1)
        assert (await client.get("/topics/a.atom")).status == 200
        publisher.away, publisher.current["a"] = False, 2
        await asyncio.sleep(0.1)
        assert "edition 2" in (await client.get("/topics/a.atom")).text

    with capture_logs() as logs:
        alive(a_site(publisher), work)
    assert [entry["event"] for entry in logs] == ["store.away", "store.back"]


def test_a_fault_in_one_document_is_logged_and_hurts_no_other() -> None:
    """A bug in rendering is a 500 for that document alone."""
    publisher = FakePublisher(a=1)

    async def work(client: Client) -> None:
        publisher.broken = True
        got = await client.get("/topics/a.atom")
        assert (got.status, got.headers["content-type"]) == (500, "text/plain; charset=utf-8")
        publisher.broken = False
        assert (await client.get("/topics/a.atom")).status == 200

    with capture_logs() as logs:
        alive(a_site(publisher), work)
    assert [(entry["event"], entry["path"]) for entry in logs] == [
        ("request.failed", "/topics/a.atom")
    ]


def test_a_fault_in_looking_for_editions_does_not_end_the_looking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server outlives whatever one look at the editions brings."""
    monkeypatch.setattr(module, "TICK", 0.01)
    faults = [ZeroDivisionError(), StoreError("away")]

    class Faulty(FakePublisher):
        def topics(self) -> tuple[TopicState, ...]:
            if faults:
                raise faults.pop()
            return super().topics()

    async def work(client: Client) -> None:
        await asyncio.sleep(0.1)
        assert (await client.get("/topics/a.atom")).status == 200

    with capture_logs() as logs:
        alive(a_site(Faulty(a=1)), work)
    assert [entry["event"] for entry in logs] == ["store.away", "refresh.failed", "store.back"]


def test_readiness_says_why_there_is_none() -> None:
    """`/readyz` is 503 with the reason in words while turns are late; pages are served all the same."""

    async def work(client: Client) -> None:
        got = await client.get("/readyz")
        assert (got.status, got.headers["retry-after"]) == (503, "10")
        assert got.text == "not ready: No daemon works.\n"
        assert (await client.get("/topics/a.atom")).status == 200

    alive(a_site(unready="No daemon works."), work)


def test_readiness_is_not_the_same_as_life() -> None:
    """`/readyz` asks whether all is on time; `/livez` only says that the process answers."""

    async def work(client: Client) -> None:
        assert (await client.get("/readyz")).text == "ready\n"
        assert (await client.get("/livez")).text == "alive\n"
        assert (await client.get("/livez")).headers["cache-control"] == "no-store"

    alive(a_site(), work)


def test_robots_may_read_everything() -> None:
    """Search engines are welcome."""

    async def work(client: Client) -> None:
        assert (await client.get("/robots.txt")).text == "User-agent: *\nAllow: /\n"

    alive(a_site(), work)


def measured() -> Metrics:
    """Return metrics of a store that is away."""

    def away() -> Figures:
        raise StoreError("the database is away; start it")

    return Metrics(away, lambda: NOON)


def test_requests_are_counted_by_kind_status_and_whether_at_once() -> None:
    """What is at hand is counted where it is answered, and so is what never was there."""
    metrics = measured()

    async def work(client: Client) -> None:
        first = await client.get("/topics/a.atom")
        await client.get("/topics/a.atom")
        await client.get("/topics/a.atom", if_none_match=first.headers["etag"])
        await client.get("/nothing/here")
        text = (await client.get("/metrics")).body.decode()
        counted = {line for line in text.splitlines() if line.startswith("topicwire_http_requests")}
        name = "topicwire_http_requests_total"
        assert counted == {
            f'{name}{{at_once="false",route="topic",status="2xx"}} 1.0',
            f'{name}{{at_once="true",route="topic",status="2xx"}} 1.0',
            f'{name}{{at_once="true",route="topic",status="3xx"}} 1.0',
            f'{name}{{at_once="false",route="nothing",status="4xx"}} 1.0',
        }
        assert 'topicwire_http_request_duration_seconds_count{route="topic"} 1.0' in text

    alive(a_site(metrics=metrics), work)


def test_a_coding_that_is_packed_first_is_sent_at_once_from_then_on() -> None:
    """S29: nobody who can be answered at once waits for a body that is being packed."""
    metrics = measured()

    async def work(client: Client) -> None:
        await client.get("/topics/a.atom")
        first = await client.get("/topics/a.atom", accept_encoding="br")
        again = await client.get("/topics/a.atom", accept_encoding="br")
        assert (first.status, first.headers["content-encoding"]) == (200, "br")
        assert again == first
        text = (await client.get("/metrics")).body.decode()
        name = "topicwire_http_requests_total"
        assert f'{name}{{at_once="false",route="topic",status="2xx"}} 2.0' in text
        assert f'{name}{{at_once="true",route="topic",status="2xx"}} 1.0' in text

    alive(a_site(metrics=metrics), work)


def test_metrics_that_are_served_elsewhere_are_nothing_here() -> None:
    """An operator who gave them an address of their own does not show them to everybody."""

    async def work(client: Client) -> None:
        assert (await client.get("/metrics")).status == 404

    alive(a_site(), work)
