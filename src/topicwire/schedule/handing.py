"""Handing over: what there is of an act goes to the engine, whose workers do it on any host."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from topicwire import observe
from topicwire.app import App
from topicwire.errands.acts import Acts
from topicwire.model.errand import ABREAST, Act, Errand, Stage, Taken
from topicwire.schedule.batches import judge_batches, poll_batches

if TYPE_CHECKING:
    from topicwire.world.engine.engine import Engine

FRESH = 0.5  # seconds that one look serves all acts of a tick
HEARD = 10.0  # seconds in which whoever lives has said so, also after the database was away


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one look found: what there is to do, and what the engine has of it already."""

    waiting: frozenset[Act]
    taken: tuple[Taken, ...]

    def busy(self, act: Act) -> list[Errand]:
        """Return the errands of an act that the engine has, also those that were set aside."""
        return [each.errand for each in self.taken if each.errand.act is act]


class Handing:
    """Hands errands to the engine, each once until it is done; from any thread."""

    def __init__(self, app: App, engine: "Engine", acts: Acts) -> None:
        self._app = app
        self._engine = engine
        self._acts = acts
        self._log = observe.logger(role="schedule")
        self._lock = Lock()
        self._began = time.monotonic()
        self._looked = 0.0
        self._seen = _Seen(frozenset(), ())

    def hand(self, errand: Errand) -> None:
        """Hand over what there is to do of an act, and the engine does not have yet.

        The static site is a folder of this host, and is written here.

        Raises:
            StoreError: the database is away.
        """
        if errand.act is Act.WRITE_SITE:
            self._acts.do(errand)
            return
        for each in self._wanted(errand.act, self._look()):
            self._engine.hand(each)

    def rescue(self) -> None:
        """Have done by others what dead workers were doing.

        Raises:
            StoreError: the database is away.
        """
        if time.monotonic() - self._began < HEARD:
            return
        for each in self._engine.rescue(self._app.clock(), self._app.set_aside):
            self._log.warning("errand.rescued", errand=each.key, names=len(each.names))

    def _look(self) -> _Seen:
        with self._lock:
            if time.monotonic() - self._looked > FRESH:
                foreign = self._app.foreign_hub
                waiting = self._app.store.waiting(self._app.clock(), hub=foreign)
                self._seen = _Seen(waiting, self._engine.taken())
                self._looked = time.monotonic()
            return self._seen

    def _wanted(self, act: Act, seen: _Seen) -> Iterator[Errand]:
        busy = seen.busy(act)
        match act:
            case Act.POLL:
                yield from self._polls(busy)
            case Act.JUDGE:
                yield from self._judging(busy, is_unsettled=act in seen.waiting)
            case Act.ANNOUNCE | Act.VERIFY if act in seen.waiting:
                if len(busy) < ABREAST[act] and not _is_waiting(seen, act):
                    yield Errand(act)
            case Act.PUSH | Act.BACKFILL | Act.COMPLETE if act in seen.waiting and not busy:
                yield Errand(act)
            case Act.KEEP_HOUSE:
                self._app.try_again()  # a year is long, and faults are mended
                yield Errand(act)
            case Act.WATCH | Act.SUBSCRIBE if not busy:
                yield Errand(act)
            case Act.CONSULT if not busy and self._app.second_reader is not None:
                yield Errand(act)

    def _polls(self, busy: list[Errand]) -> Iterator[Errand]:
        taken = {name for each in busy for name in each.names}
        due = self._app.store.due_addresses(self._app.clock())
        yield from poll_batches(due, taken=taken, busy={each.key for each in busy})

    def _judging(self, busy: list[Errand], *, is_unsettled: bool) -> Iterator[Errand]:
        near, behind = self._app.unjudged_topics()
        if (near or is_unsettled) and Errand(Act.JUDGE) not in busy:
            yield Errand(Act.JUDGE)
        if behind:
            taken = {name for each in busy for name in each.names}
            workers = len(self._app.working())
            yield from judge_batches(behind, taken=taken, workers=workers)


def _is_waiting(seen: _Seen, act: Act) -> bool:
    return any(e.stage is Stage.WAITING and e.errand.act is act for e in seen.taken)
