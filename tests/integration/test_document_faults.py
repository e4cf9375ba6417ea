"""Documents that no poll brought: what is wrong with one is its source's failure alone."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from datetime import timedelta
from math import inf

import pytest

from builders import NOON, a_source, a_state
from fakes import BrokenWorkers, FakeWeb, FakeWorkers
from stores import a_feed
from topicwire.errors import StoreError
from topicwire.ingest.run.backfill import backfill
from topicwire.ingest.run.push import read_deliveries
from topicwire.model.push import Delivery, PushState, Subscription
from topicwire.model.wire import Feed, Poll, PollOutcome, Request, Response
from topicwire.store.store import Store
from topicwire.world.workers import Workers

NAMES = ("broken", "fine")
OUR_FAULT = "a fault in Topicwire, please report it: ValueError: "
LATER = NOON + timedelta(days=1)

Refuse = Callable[[str, type[Exception]], None]
Read = Callable[[Store, Workers], list[PollOutcome]]


def rss(name: str) -> bytes:
    item = f"<item><guid>{name}</guid><title>{name}</title></item>"
    return f"<rss version='2.0'><channel><title>{name}</title>{item}</channel></rss>".encode()


def pushed(store: Store, workers: Workers) -> list[PollOutcome]:
    """Deliver a document of each source, the broken one first, and read them all."""
    mirror(store)
    for name in NAMES:
        known = Subscription(name, name, "https://hub.example/", "t", PushState.ACTIVE, NOON)
        store.receive(known, Delivery(0, name, NOON, None, rss(name)))
    outcomes = list(read_deliveries(store, workers, clock=lambda: LATER, min_interval=3600))
    assert store.deliveries(limit=9) == ()
    return outcomes


def gone_back(store: Store, workers: Workers) -> list[PollOutcome]:
    """Read the last document of each source's archive, the broken one first."""
    mirror(store)
    answers = {url(name): Response(name, url(name), 200, body=rss(name)) for name in NAMES}
    outcomes = list(backfill(store, FakeWeb(answers), workers, clock=lambda: LATER))
    assert store.backfilling() == ()
    return outcomes


def mirror(store: Store) -> None:
    sources = tuple(a_source(id=name, url=f"https://{name}.example/") for name in NAMES)
    store.mirror(sources, (), now=NOON, host="wire.example")
    states = {name: a_state(last_poll=NOON, older_url=url(name), older_left=1) for name in NAMES}
    store.save_polls([Poll(name, state, a_feed()) for name, state in states.items()], now=NOON)


def url(name: str) -> str:
    return f"https://{name}.example/older"


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """Return what makes a store refuse the entries of a feed, with an error of this kind."""

    def begin(title: str, error: type[Exception]) -> None:
        for method in ("save_feed", "save_backfill"):
            monkeypatch.setattr(Store, method, refusing(getattr(Store, method), title, error))

    return begin


def refusing(
    save: Callable[..., object], title: str, error: type[Exception]
) -> Callable[..., object]:
    def saved(store: Store, name: str, feed: Feed | None, **more: object) -> object:
        if feed is not None and feed.title == title:
            raise error("too large")
        return save(store, name, feed, **more)

    return saved


@pytest.mark.parametrize("read", [pushed, gone_back])
def test_a_fault_over_a_document_stops_no_other(store: Store, read: Read) -> None:
    """S9: whatever a document does to the one that reads it, those behind it are read."""
    broken, fine = read(store, BrokenWorkers())

    assert (broken.source_id, broken.new) == ("broken", 0)
    assert OUR_FAULT in (broken.error or "")
    assert (fine.new, fine.error) == (1, None)


@pytest.mark.parametrize("read", [pushed, gone_back])
def test_a_document_that_cannot_be_stored_stops_no_other(
    store: Store, read: Read, refuse: Refuse
) -> None:
    """S9: what the database cannot hold is told, and not tried for ever."""
    refuse("broken", OverflowError)
    broken, fine = read(store, FakeWorkers())

    assert (broken.new, fine.new, fine.error) == (0, 1, None)
    assert "its entries cannot be stored: OverflowError: too large" in (broken.error or "")


@pytest.mark.parametrize("read", [pushed, gone_back])
def test_a_database_that_is_away_is_no_documents_fault(
    store: Store, read: Read, refuse: Refuse
) -> None:
    """What could not be stored for want of a database is read again when it is back."""
    refuse("fine", StoreError)
    with pytest.raises(StoreError, match="too large"):
        read(store, FakeWorkers())

    left = [each.source_id for each in store.deliveries(limit=9)]
    older = [each.source.id for each in store.backfilling()]
    assert left == ["fine"] or older == ["fine"]


def answered(store: Store, response: Response) -> str:
    """Ask for the next document of the one archive that there is, and return what is wrong."""
    web = FakeWeb({response.url: response})
    (outcome,) = backfill(store, web, FakeWorkers(), clock=lambda: LATER)
    return outcome.error or ""


@pytest.mark.parametrize(
    ("status", "error"),
    [
        pytest.param(429, None, id="too many requests"),
        pytest.param(503, None, id="out of order"),
        pytest.param(408, None, id="too slow for it"),
        pytest.param(None, "no answer within 30 s", id="no answer"),
    ],
)
def test_an_archive_is_read_on_when_its_server_is_well_again(
    store: Store, status: int | None, error: str | None
) -> None:
    """Not at once, but after the source's next poll, whatever that brings; and not for ever."""
    source = a_source(id="press", url="https://press.example/")
    store.mirror((source,), (), now=NOON, host="wire.example")
    older = a_state(last_poll=NOON, older_url=url("press"), older_left=3)
    store.save_polls([Poll("press", older, a_feed())], now=NOON)
    ill = Response("press", url("press"), status, error=error)

    assert answered(store, ill).startswith("its archive is read on after the next poll: ")
    assert store.backfilling() == ()

    (waiting,) = store.polled(("press",))
    store.save_polls([Poll("press", replace(waiting.state, http_status=304))], now=LATER)
    (again,) = store.backfilling()
    assert (again.state.older_url, again.state.older_left) == (url("press"), 2)

    answered(store, ill)
    (waiting,) = store.polled(("press",))
    store.save_polls([Poll("press", waiting.state, a_feed())], now=LATER)
    assert answered(store, ill).startswith("its archive ends: ")


def test_a_stop_waits_for_no_archive(store: Store) -> None:
    """What was not answered is asked for once more by the next process."""
    mirror(store)
    silent = SilentWeb({})

    assert (
        list(backfill(store, silent, FakeWorkers(), clock=lambda: LATER, stopping=lambda: True))
        == []
    )
    assert [each.source.id for each in store.backfilling()] == list(NAMES)
    assert silent.is_closed


class SilentWeb(FakeWeb):
    """A web in which nobody answers."""

    def arrivals(
        self, requests: Iterable[Request], *, tick: float | None = None, most: float = inf
    ) -> Generator[tuple[Response, ...]]:
        """Yield nothing at each tick."""
        del requests, tick, most
        try:
            while True:
                yield ()
        finally:
            self.is_closed = True
