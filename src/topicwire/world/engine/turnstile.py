"""One request a host at a time, some way apart, for all processes on one PostgreSQL.

Each host has a row that says when it is free. Who asks it moves that ahead for a moment, again
and again until the answer is there: when its holder dies the host is soon free by itself. The
time is the database's, for the hosts' own clocks differ.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import blake2b
from threading import Condition, Thread

from topicwire.cable import PATIENCE
from topicwire.errors import StoreError
from topicwire.world.engine.session import Session

LEASE = 10.0  # seconds for which a host is held without a word of its holder
RENEW = 3.0  # seconds between two words
FIRST_LOOK, LAST_LOOK = 0.01, 0.25  # seconds between two looks whether a host is free

TABLE = "CREATE UNLOGGED TABLE turns (key integer PRIMARY KEY, free_at timestamptz NOT NULL)"
# Rows are locked in the order of their keys, whoever takes and leaves: nobody waits in a circle.
_TAKE = """
    WITH asked AS (SELECT unnest(%(keys)s::int[]) AS key),
    taken AS (
        INSERT INTO turns (key, free_at)
        SELECT key, clock_timestamp() + make_interval(secs => %(lease)s) FROM asked ORDER BY key
        ON CONFLICT (key) DO UPDATE SET free_at = excluded.free_at
        WHERE turns.free_at <= clock_timestamp()
        RETURNING key
    )
    SELECT key, NULL FROM taken
    UNION ALL
    SELECT key, extract(epoch FROM turns.free_at - clock_timestamp())::float
    FROM asked JOIN turns USING (key) WHERE key NOT IN (SELECT key FROM taken)
"""
_LEAVE = """
    INSERT INTO turns (key, free_at)
    SELECT key, clock_timestamp() + make_interval(secs => seconds)
    FROM unnest(%(keys)s::int[], %(seconds)s::float[]) AS left_(key, seconds) ORDER BY key
    ON CONFLICT (key) DO UPDATE SET free_at = excluded.free_at
"""


@dataclass(frozen=True, slots=True)
class _Asking:
    """Somebody who waits to be told None when the host is theirs, or for how long it is not."""

    key: int
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[float | None]


class Turnstile:
    """The turns of hosts; may be used from any event loop, of any thread.

    Two hosts may share one of the 65,536 rows; they then wait for each other as well. All that is
    asked in one moment is asked of the database at once, in a thread of its own.
    """

    def __init__(self, url: str) -> None:
        self._session = Session(
            url,
            role="turns",
            synchronous_commit="off",
            statement_timeout=f"{PATIENCE}s",
        )
        self._changed = Condition()
        self._asking: list[_Asking] = []
        self._leaving: dict[int, float] = {}  # key -> seconds until it is free
        self._held: set[int] = set()
        self._thread: Thread | None = None
        self._is_closed = False

    @asynccontextmanager
    async def turn(self, host: str, *, spacing: float) -> AsyncIterator[None]:
        """Wait for the host's turn, and hold it; it is free again `spacing` seconds after.

        Raises:
            StoreError: the database is away.
        """
        key = int.from_bytes(blake2b(host.encode(), digest_size=2).digest())
        pause = FIRST_LOOK
        while (wait := await self._asked(key)) is not None:
            await asyncio.sleep(min(max(wait, pause), LAST_LOOK))
            pause = min(2 * pause, LAST_LOOK)
        try:
            yield
        finally:
            self._leave(key, spacing)

    async def _asked(self, key: int) -> float | None:
        loop = asyncio.get_running_loop()
        asking = _Asking(key, loop, loop.create_future())
        with self._changed:
            self._asking.append(asking)
            if self._thread is None:
                self._thread = Thread(target=self._serve, name="topicwire-turns", daemon=True)
                self._thread.start()
            self._changed.notify()
        try:
            return await asking.answer
        except asyncio.CancelledError:
            if not (asking.answer.cancelled() or asking.answer.exception()):
                self._answer(asking, asking.answer.result())  # the turn came with the end
            raise

    def _leave(self, key: int, seconds: float) -> None:
        with self._changed:
            self._held.discard(key)
            self._leaving[key] = seconds
            self._changed.notify()

    def close(self) -> None:
        """Leave all turns."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        self._session.close()

    def _serve(self) -> None:
        renewed = time.monotonic()
        while not self._is_closed or self._leaving:
            with self._changed:
                if not (self._asking or self._leaving or self._is_closed):
                    self._changed.wait(timeout=RENEW if self._held else None)
                asking, self._asking = self._asking, []
                leaving, self._leaving = self._leaving, {}
                if time.monotonic() - renewed >= RENEW:
                    renewed = time.monotonic()
                    leaving |= dict.fromkeys(self._held, LEASE)
            self._exchange(asking, leaving)

    def _exchange(self, asking: list[_Asking], leaving: dict[int, float]) -> None:
        """Tell the database what is left and what is asked for, and those who ask its answer."""
        is_open = self._session.is_open
        try:
            try:
                answers = self._said(asking, leaving)
            except StoreError:
                if not is_open:
                    raise
                answers = self._said(asking, leaving)  # the session may have ended long ago
        except Exception as error:  # noqa: BLE001 (of whatever kind: somebody waits for the answer)
            for each in asking:
                self._tell(each, StoreError(str(error)))
            return
        with self._changed:
            self._held.update(key for key, wait in answers.items() if wait is None)
        for each in asking:
            answer = answers.get(each.key, FIRST_LOOK)
            answers[each.key] = FIRST_LOOK if answer is None else answer  # the first has it
            self._tell(each, answer)

    def _said(self, asking: list[_Asking], leaving: dict[int, float]) -> dict[int, float | None]:
        if leaving:
            given = {"keys": list(leaving), "seconds": list(leaving.values())}
            self._session.rows(_LEAVE, given)
        keys = sorted({each.key for each in asking})
        return dict(self._session.rows(_TAKE, {"keys": keys, "lease": LEASE})) if keys else {}

    def _tell(self, asking: _Asking, answer: float | StoreError | None) -> None:
        try:
            asking.loop.call_soon_threadsafe(self._answer, asking, answer)
        except RuntimeError:  # its loop has ended
            if answer is None:
                self._leave(asking.key, 0)

    def _answer(self, asking: _Asking, answer: float | StoreError | None) -> None:
        if asking.answer.done():  # nobody waits any more
            if answer is None:
                self._leave(asking.key, 0)
        elif isinstance(answer, StoreError):
            asking.answer.set_exception(answer)
        else:
            asking.answer.set_result(answer)
