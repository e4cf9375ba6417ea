"""The bridge from an event loop in a thread to plain iteration."""

import asyncio
import threading
import time
from contextlib import closing

import pytest

from topicwire.world.stream import Deliver, stream


def threads() -> set[str]:
    return {each.name for each in threading.enumerate() if each.name.startswith("topicwire")}


def test_everything_delivered_arrives_in_order() -> None:
    """What the producer delivers is yielded, all of it, in order."""

    async def produce(deliver: Deliver[int]) -> None:
        for number in range(1000):
            await deliver(number)

    got = [number for numbers in stream(produce, room=7) for number in numbers]
    assert list(range(1000)) == got
    assert set() == threads()


def test_what_comes_in_one_round_comes_together() -> None:
    """What many deliver in one round is handed over once, though its consumer waits for it."""

    async def produce(deliver: Deliver[int]) -> None:
        async def send(number: int) -> None:
            await deliver(number)
            time.sleep(0.02)  # noqa: ASYNC251 (a round takes its time, and the consumer wakes)

        async with asyncio.TaskGroup() as group:
            for number in range(5):
                group.create_task(send(number))

    assert list(stream(produce, room=5)) == [(0, 1, 2, 3, 4)]


def test_producer_waits_while_nobody_takes() -> None:
    """The producer runs ahead of its consumer by no more than the room."""
    delivered = []

    async def produce(deliver: Deliver[int]) -> None:
        for number in range(100):
            await deliver(number)
            delivered.append(number)

    with closing(stream(produce, room=5)) as numbers:
        assert len(next(numbers)) <= 5
        time.sleep(0.1)
        assert len(delivered) <= 10
    assert set() == threads()


def test_error_of_the_producer_is_raised_after_what_it_delivered() -> None:
    """A fault inside neither hangs nor loses what came before it."""

    async def produce(deliver: Deliver[int]) -> None:
        await deliver(1)
        raise LookupError("broken inside")

    numbers = stream(produce, room=5)
    assert next(numbers) == (1,)
    with pytest.raises(LookupError, match="broken inside"):
        list(numbers)
    assert set() == threads()


def test_closing_cancels_the_producer_and_lets_it_clean_up() -> None:
    """Closing returns promptly, after the producer's own clean-up, and leaves no thread."""
    cleaned = []

    async def produce(deliver: Deliver[int]) -> None:
        try:
            await deliver(1)
            await asyncio.sleep(60)
        finally:
            cleaned.append(True)

    began = time.monotonic()
    with closing(stream(produce, room=5)) as numbers:
        assert next(numbers) == (1,)
    assert cleaned == [True]
    assert time.monotonic() - began < 5
    assert set() == threads()


def test_tick_gives_the_consumer_a_turn() -> None:
    """With a tick an empty tuple comes while nothing is delivered."""

    async def produce(deliver: Deliver[int]) -> None:
        await asyncio.sleep(0.2)
        await deliver(1)

    got = list(stream(produce, room=5, tick=0.02))
    assert got[0] == ()
    assert [each for each in got if each] == [(1,)]
