"""Tests of the documents kept in memory."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from builders import NOON
from topicwire.errors import NotFoundError, StoreError
from topicwire.model.document import TopicState
from topicwire.publish.own import OwnReader
from topicwire.serve import shelf as module
from topicwire.serve.accept import Coding
from topicwire.serve.routes import Route, route
from topicwire.serve.shelf import Shelf
from unit.serve.fakes import FakePublisher


def at(path: str) -> Route:
    """Return the route of a known path."""
    found = route(path)
    assert found is not None
    return found


ATOM, PAGE, INDEX = at("/topics/a.atom"), at("/topics/a"), at("/")


def with_shelf(
    publisher: FakePublisher,
    work: Callable[[Shelf], Awaitable[None]],
    *,
    limit: int = 1_000_000,
) -> None:
    """Do some work with a shelf that knows the publisher's editions."""

    async def refreshed() -> None:
        shelf = Shelf(publisher, base_url="https://wire.example", limit=limit)
        await shelf.refresh()
        await work(shelf)

    asyncio.run(refreshed())


async def body(shelf: Shelf, wanted: Route) -> str:
    """Return the first line of a document."""
    found = (await shelf.get(wanted)).forms[Coding.IDENTITY].body
    assert found is not None
    return found.decode().splitlines()[0]


def test_a_document_is_rendered_once_an_edition() -> None:
    """S29: rendering is cached until the edition changes."""
    publisher = FakePublisher(a=1, b=1)

    async def work(shelf: Shelf) -> None:
        first = await shelf.get(ATOM)
        await shelf.refresh()
        assert first is await shelf.get(ATOM)
        publisher.current["a"] = 2
        assert first is await shelf.get(ATOM)  # until the next refresh
        await shelf.refresh()
        assert await body(shelf, ATOM) == "a atom edition 2"
        assert publisher.rendered == ["a.atom", "a.atom"]

    with_shelf(publisher, work)


def test_an_edition_whose_number_comes_again_is_another() -> None:
    """A database that was set back, by a backup or a replica that lagged, gives numbers twice."""
    publisher = FakePublisher(a=1)

    async def work(shelf: Shelf) -> None:
        await shelf.get(ATOM)
        publisher.put(TopicState("a", 1, NOON + timedelta(minutes=1)))
        await shelf.refresh()
        assert shelf.at_hand(ATOM.path) is None
        await shelf.get(ATOM)
        assert publisher.rendered == ["a.atom", "a.atom"]

    with_shelf(publisher, work)


def test_what_others_lead_to_already_is_looked_for() -> None:
    """O48: a reader follows a link to an archive page before this server has looked again."""
    publisher = FakePublisher(a=1)
    page = at("/topics/a/archive/1.atom")

    async def work(shelf: Shelf) -> None:
        publisher.put(TopicState("a", 2, NOON, pages=1))
        publisher.put(TopicState("b", 1, NOON))
        with pytest.raises(NotFoundError):
            await shelf.get(page)
        await shelf.look_for(page)
        assert (await body(shelf, page)).startswith("a atom edition 2 page 1")
        assert shelf.state("b").edition == 1
        looks = publisher.looks
        for _ in range(3):  # what nobody has written costs no reading of all states
            await shelf.look_for(at("/topics/a/archive/9.atom"))
        await shelf.look_for(ATOM)
        assert publisher.looks == looks
        publisher.away = True
        await shelf.look_for(at("/topics/a/archive/9.atom"))

    with_shelf(publisher, work)


def test_what_is_current_and_for_all_is_at_hand() -> None:
    """S29: without a look at the database, from any thread; what depends on who asks never is."""
    publisher = FakePublisher(a=1, b=1)
    others = [PAGE, at(f"/own/{'t' * 43}/topics/a.atom").for_reader(OwnReader("d" * 64))]
    everybody = [ATOM, INDEX, at("/about"), at("/topics.opml"), at("/style.css")]

    async def work(shelf: Shelf) -> None:
        assert shelf.at_hand(ATOM.path) is None
        for wanted in everybody:
            prepared = await shelf.get(wanted)
            assert await asyncio.to_thread(shelf.at_hand, wanted.path) is prepared
        for wanted in others:
            await shelf.get(wanted)
            assert shelf.at_hand(wanted.path) is None
        publisher.current["a"] = 2
        await shelf.refresh()
        at_hand = [each for each in everybody if shelf.at_hand(each.path)]
        assert at_hand == [at("/style.css")]

    with_shelf(publisher, work)


def test_what_became_private_while_it_was_rendered_is_at_no_hand() -> None:
    """S27: who asked before may have it; nobody who asks afterwards."""
    publisher = FakePublisher(a=1)
    may_go_on = threading.Event()
    publisher.before_render = lambda: may_go_on.wait(10)

    async def work(shelf: Shelf) -> None:
        asking = asyncio.create_task(shelf.get(ATOM))
        await asyncio.sleep(0.01)
        publisher.put(TopicState("a", 1, NOON, is_private=True))
        await shelf.refresh()
        may_go_on.set()
        await asking
        assert shelf.at_hand(ATOM.path) is None

    with_shelf(publisher, work)


def test_a_topic_that_changes_takes_no_other_from_hand() -> None:
    """A new edition of one topic leaves the others as quick as they were."""
    publisher = FakePublisher(a=1, b=1)

    async def work(shelf: Shelf) -> None:
        kept = await shelf.get(ATOM)
        publisher.current["b"] = 2
        await shelf.refresh()
        assert shelf.at_hand(ATOM.path) is kept

    with_shelf(publisher, work)


def test_the_topics_are_read_only_when_something_was_written() -> None:
    """S29: a second in which nothing happens costs one small question, however many topics."""
    publisher = FakePublisher(a=1)

    async def work(shelf: Shelf) -> None:
        for _ in range(5):
            await shelf.refresh()
        assert publisher.looks == 1
        publisher.current["a"] = 2
        await shelf.refresh()
        assert publisher.looks == 2
        assert await body(shelf, ATOM) == "a atom edition 2"

    with_shelf(publisher, work)


def test_what_was_written_is_looked_at_again_when_that_failed() -> None:
    """O62: a look that fails after the pulse was felt is not the last."""
    publisher = FakePublisher(a=1)
    original = publisher.topics

    def failing() -> tuple[TopicState, ...]:
        raise StoreError("the database is away; start it")

    async def work(shelf: Shelf) -> None:
        publisher.current["a"] = 2
        publisher.topics = failing  # type: ignore[method-assign]
        with pytest.raises(StoreError):
            await shelf.refresh()
        publisher.topics = original  # type: ignore[method-assign]
        await shelf.refresh()
        assert await body(shelf, ATOM) == "a atom edition 2"

    with_shelf(publisher, work)


def test_another_topics_edition_touches_only_what_speaks_of_every_topic() -> None:
    """A new edition of one topic costs the index, but no other topic, a rendering."""
    publisher = FakePublisher(a=1, b=1)

    async def work(shelf: Shelf) -> None:
        for wanted in (ATOM, INDEX):
            await shelf.get(wanted)
        publisher.current["b"] = 2
        await shelf.refresh()
        for wanted in (ATOM, INDEX):
            await shelf.get(wanted)
        assert publisher.rendered == ["a.atom", "index", "index"]

    with_shelf(publisher, work)


def test_those_who_ask_at_once_share_one_rendering_off_the_loop() -> None:
    """A hundred readers of a new edition cost one rendering, and do not stop the loop."""
    publisher = FakePublisher(a=1)
    may_go_on = threading.Event()
    publisher.before_render = lambda: may_go_on.wait(10)

    async def work(shelf: Shelf) -> None:
        asking = [asyncio.create_task(shelf.get(ATOM)) for _ in range(100)]
        await asyncio.sleep(0.01)  # the loop lives while a thread renders
        asking[0].cancel()  # the first to ask leaves; the others are served all the same
        may_go_on.set()
        answers = await asyncio.gather(*asking[1:])
        assert len({id(answer) for answer in answers}) == 1
        assert publisher.rendered == ["a.atom"]

    with_shelf(publisher, work)


def test_an_earlier_edition_serves_while_the_database_is_away() -> None:
    """O62: what is known goes on being served, and the new edition follows by itself."""
    publisher = FakePublisher(a=1)

    async def work(shelf: Shelf) -> None:
        await shelf.get(ATOM)
        publisher.current["a"] = 2
        await shelf.refresh()
        publisher.away = True
        with pytest.raises(StoreError):
            await shelf.refresh()
        assert await body(shelf, ATOM) == "a atom edition 1"
        with pytest.raises(StoreError):
            await shelf.get(PAGE)
        publisher.away = False
        assert await body(shelf, ATOM) == "a atom edition 2"

    with_shelf(publisher, work)


def test_an_earlier_edition_serves_while_the_database_hangs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """O62: nobody waits for the new edition for long, the next not at all; it follows in time."""
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    publisher = FakePublisher(a=1)
    may_go_on = threading.Event()

    async def work(shelf: Shelf) -> None:
        await shelf.get(ATOM)
        publisher.current["a"] = 2
        await shelf.refresh()
        publisher.before_render = lambda: may_go_on.wait(10)
        assert await body(shelf, ATOM) == "a atom edition 1"
        began = time.monotonic()
        for _ in range(5):
            assert await body(shelf, ATOM) == "a atom edition 1"
        assert time.monotonic() - began < module.PATIENCE
        may_go_on.set()
        for _ in range(1000):
            if await body(shelf, ATOM) == "a atom edition 2":
                break
            await asyncio.sleep(0.01)
        assert await body(shelf, ATOM) == "a atom edition 2"
        assert publisher.rendered == ["a.atom", "a.atom"]

    with_shelf(publisher, work)


def test_nothing_is_known_before_the_database_was_read() -> None:
    """O62: at the start only assets are there; topics are an error, not an empty feed."""

    async def work() -> None:
        shelf = Shelf(FakePublisher(a=1), base_url="")
        assert await body(shelf, at("/style.css")) == "asset style.css"
        for wanted in (ATOM, INDEX):
            with pytest.raises(StoreError):
                await shelf.get(wanted)

    asyncio.run(work())


def test_an_unknown_topic_is_not_even_rendered() -> None:
    """Guessing names costs no database query."""
    publisher = FakePublisher(a=1)

    async def work(shelf: Shelf) -> None:
        with pytest.raises(NotFoundError):
            await shelf.get(at("/topics/b.atom"))
        assert publisher.rendered == []

    with_shelf(publisher, work)


def test_a_removed_topic_is_forgotten_and_its_neighbours_stay() -> None:
    """A topic that is no more takes its documents along, and only its own."""
    publisher = FakePublisher(a=1, **{"a-b": 1})

    async def work(shelf: Shelf) -> None:
        neighbour = await shelf.get(at("/topics/a-b.atom"))
        await shelf.get(ATOM)
        del publisher.current["a"]
        await shelf.refresh()
        with pytest.raises(NotFoundError):
            await shelf.get(ATOM)
        assert neighbour is await shelf.get(at("/topics/a-b.atom"))
        publisher.current["a"] = 1
        await shelf.refresh()
        await shelf.get(ATOM)
        assert publisher.rendered == ["a-b.atom", "a.atom", "a.atom"]

    with_shelf(publisher, work)


def test_a_topic_removed_between_two_looks_is_not_found() -> None:
    """A topic that vanishes before it is rendered is an unknown topic."""
    publisher = FakePublisher(a=1)

    async def work(shelf: Shelf) -> None:
        publisher.current.clear()
        with pytest.raises(NotFoundError):
            await shelf.get(ATOM)

    with_shelf(publisher, work)


def test_the_least_recently_asked_for_makes_room() -> None:
    """Memory is bounded: what nobody asks for goes first and comes back when asked for."""
    publisher = FakePublisher(a=1, b=1, c=1)
    topics = {name: at(f"/topics/{name}.atom") for name in "abc"}

    async def work(shelf: Shelf) -> None:
        for name in ("a", "b", "a", "c", "a", "b"):
            await shelf.get(topics[name])
        assert publisher.rendered == ["a.atom", "b.atom", "c.atom", "b.atom"]

    with_shelf(publisher, work, limit=2200)  # two documents of about 950 bytes


def test_a_document_larger_than_the_limit_is_served_all_the_same() -> None:
    """What does not fit is rendered anew each time."""
    publisher = FakePublisher(a=1)

    async def work(shelf: Shelf) -> None:
        for _ in range(2):
            assert await body(shelf, ATOM) == "a atom edition 1"
        assert publisher.rendered == ["a.atom", "a.atom"]

    with_shelf(publisher, work, limit=10)


def test_a_failed_rendering_is_tried_again_by_the_next_who_asks() -> None:
    """One failure is not remembered."""
    publisher = FakePublisher(a=1)
    publisher.broken = True

    async def work(shelf: Shelf) -> None:
        with pytest.raises(ZeroDivisionError):
            await shelf.get(ATOM)
        publisher.broken = False
        assert await body(shelf, ATOM) == "a atom edition 1"

    with_shelf(publisher, work)
