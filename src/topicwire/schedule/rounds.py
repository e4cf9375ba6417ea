"""Rounds: each kind of work at its time or at once, in threads, and never too often beside itself."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

THREADS = 24  # more than all kinds of work together ever take


class Rounds:
    """Kinds of work by name, run in threads of their own, so that no server waits for one.

    But for `ring`, everything is called in the event loop.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="topicwire-act")
        self._work: dict[str, tuple[Callable[[], None], int]] = {}
        self._under_way: Counter[str] = Counter()
        self._is_wanted: set[str] = set()  # rung for while there was no room for it
        self._is_closed = False
        self._idle = asyncio.Event()

    def add(self, name: str, work: Callable[[], None], *, most: int = 1) -> None:
        """Let work have a name; at most so many of it are under way at once."""
        self._work[name] = (work, most)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all work."""
        return tuple(self._work)

    def begin(self, name: str, *, is_rung: bool = False) -> None:
        """Begin the work, unless enough of it is under way.

        What is rung for meanwhile is done once more: those under way may have looked too early.
        """
        work, most = self._work[name]
        if self._is_closed:
            return
        if self._under_way[name] >= most:
            if is_rung:
                self._is_wanted.add(name)
            return
        self._under_way[name] += 1
        running = self._loop.run_in_executor(self._threads, work)
        running.add_done_callback(lambda _: self._ended(name))

    def ring(self, name: str) -> None:
        """Have the work begun at once, from whichever thread."""
        self._loop.call_soon_threadsafe(lambda: self.begin(name, is_rung=True))

    async def close(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._is_closed = True
        while self._under_way.total():
            self._idle.clear()
            await self._idle.wait()
        self._threads.shutdown()

    def _ended(self, name: str) -> None:
        self._under_way[name] -= 1
        self._idle.set()
        if name in self._is_wanted:
            self._is_wanted.discard(name)
            self.begin(name)
