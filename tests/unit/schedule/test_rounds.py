"""Each kind of work at its time or at once, and never too often beside itself."""

import asyncio
import threading

from topicwire.bell import Bell
from topicwire.model.errand import Act
from topicwire.schedule.rounds import Rounds


class Work:
    """Work that counts how often it began, and waits until it is let go."""

    def __init__(self) -> None:
        self.begun = 0
        self.begins = threading.Semaphore(0)
        self.goes_on = threading.Semaphore(0)

    def __call__(self) -> None:
        self.begun += 1
        self.begins.release()
        assert self.goes_on.acquire(timeout=5)

    async def begin(self) -> None:
        """Wait until it begins once more."""
        assert await asyncio.to_thread(self.begins.acquire, timeout=5)


def test_work_is_not_begun_beside_itself() -> None:
    """A tick that finds a turn under way is over at once; the next one begins another."""

    async def scene() -> int:
        rounds, work = Rounds(), Work()
        rounds.add("poll", work)
        rounds.begin("poll")
        await work.begin()
        rounds.begin("poll")
        work.goes_on.release()
        await rounds.close()
        return work.begun

    assert asyncio.run(scene()) == 1


def test_what_is_rung_for_meanwhile_is_done_once_more() -> None:
    """The turn under way may have looked before there was something; many rings are one turn."""

    async def scene() -> int:
        rounds, work = Rounds(), Work()
        rounds.add("judge", work)
        rounds.ring("judge")
        await work.begin()
        for _ in range(3):
            rounds.ring("judge")
        await asyncio.sleep(0)
        work.goes_on.release(2)
        await work.begin()
        await rounds.close()
        return work.begun

    assert asyncio.run(scene()) == 2


def test_several_turns_may_be_under_way() -> None:
    """As many as are allowed, so that one that waits holds back no other."""

    async def scene() -> int:
        rounds, work = Rounds(), Work()
        rounds.add("announce", work, most=2)
        for _ in range(3):
            rounds.begin("announce")
        await work.begin()
        await work.begin()
        begun = work.begun
        work.goes_on.release(2)
        await rounds.close()
        return begun

    assert asyncio.run(scene()) == 2


def test_nothing_begins_after_the_end() -> None:
    """Who closes waits for what is under way, and what is rung for then is left to the next start."""

    async def scene() -> int:
        rounds, work = Rounds(), Work()
        rounds.add("push", work)
        rounds.begin("push")
        await work.begin()
        rounds.ring("push")
        closing = asyncio.create_task(rounds.close())
        await asyncio.sleep(0.01)
        assert not closing.done()
        work.goes_on.release()
        await closing
        rounds.begin("push")
        return work.begun

    assert asyncio.run(scene()) == 1


def test_a_bell_that_nobody_hears_does_nothing() -> None:
    """A server alone rings for acts that another process does at its next tick."""
    bell, heard = Bell(), list[Act]()
    bell.ring(Act.PUSH)
    bell.heard_by(heard.append)
    bell.ring(Act.ANNOUNCE)

    assert heard == [Act.ANNOUNCE]
