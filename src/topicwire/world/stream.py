"""A bridge from an event loop in a thread of its own to plain iteration."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Generator
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

import uvloop

Item = TypeVar("Item")
Deliver = Callable[[Item], Awaitable[None]]
Produce = Callable[[Deliver[Item]], Coroutine[Any, Any, None]]


def stream(
    produce: Produce[Item], *, room: int, tick: float | None = None
) -> Generator[tuple[Item, ...]]:
    """Run `produce` and yield what it delivers, as it comes, all that is there at once.

    What is delivered in one round of the loop is handed over together: each time the lock of
    the interpreter changes hands. The producer waits while `room` items lie undelivered. With a
    `tick` an empty tuple is yielded whenever nothing came for that many seconds. Closing the
    generator cancels the producer; what the producer raises is raised here.
    """
    running = _Stream(produce, room=room)
    try:
        while (items := running.arrived(tick)) is not None:
            yield items
    finally:
        running.close()
    running.task.result()


class _Stream(Generic[Item]):
    """A producer under way. The loop is closed only here, so it may be woken at any time."""

    def __init__(self, produce: Produce[Item], *, room: int) -> None:
        self._gathered: list[Item] = []
        self._arrived: SimpleQueue[list[Item] | None] = SimpleQueue()  # None is the end
        self._room = asyncio.Semaphore(room)
        self._loop = uvloop.new_event_loop()
        self.task = self._loop.create_task(produce(self._deliver))
        self._thread = Thread(target=self._run, name="topicwire-web", daemon=True)
        self._thread.start()

    async def _deliver(self, item: Item) -> None:
        await self._room.acquire()
        if not self._gathered:
            self._loop.call_soon(self._hand_over)
        self._gathered.append(item)

    def _hand_over(self) -> None:
        if self._gathered:
            self._arrived.put(self._gathered)
            self._gathered = []

    def _run(self) -> None:
        try:
            with contextlib.suppress(asyncio.CancelledError, Exception):  # kept in the task
                self._loop.run_until_complete(self.task)
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._hand_over()
            self._arrived.put(None)

    def arrived(self, tick: float | None) -> tuple[Item, ...] | None:
        """Wait for an item and return it with all others that are there; None after the last."""
        items: list[Item] = []
        try:
            some = self._arrived.get(timeout=tick)
            while some is not None:
                items += some
                some = self._arrived.get_nowait()
            self._arrived.put(None)  # the end comes last; the next call finds it again
        except Empty:
            pass
        else:
            if not items:
                return None
        self._loop.call_soon_threadsafe(self._make_room, len(items))
        return tuple(items)

    def _make_room(self, count: int) -> None:
        for _ in range(count):
            self._room.release()

    def close(self) -> None:
        """Cancel the producer unless it has ended, and wait until it has cleaned up."""
        self._loop.call_soon_threadsafe(self.task.cancel)
        self._thread.join()
        self._loop.close()
