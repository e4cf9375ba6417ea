"""The crew: who else works on the database, beside this process, and at what."""

from collections import Counter
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from topicwire.errors import ConfigError
from topicwire.model.errand import Act, Errand, Stage
from topicwire.model.status import Fleet
from topicwire.wanted import Wanted
from topicwire.watch.errands import set_aside
from topicwire.watch.run.status import WORKER
from topicwire.world.lock import Lock

if TYPE_CHECKING:
    from topicwire.measure.metrics import Metrics
    from topicwire.world.engine.engine import Engine
    from topicwire.world.engine.lead import Lead

FAR = 1_000  # entries that a topic has not judged, from which on others need not wait for it
PAUSE = timedelta(days=1)  # after which a source is due that nobody could poll
CLOSE = timedelta(seconds=5)  # within which the clocks of hosts agree
ALIVE = timedelta(seconds=100)  # for which a worker counts that has not said that it works


class Crew(Wanted):
    """The parts of the house, with those who share its work where the database is shared."""

    @cached_property
    def metrics(self) -> "Metrics":
        """What this process counts, and what the store knows."""
        from topicwire.measure.metrics import Metrics

        return Metrics(self.store.figures, self.clock, self.fleet)

    def demanded_engine(self) -> "Engine":
        """Return what takes errands to workers.

        Raises:
            ConfigError: the database is one that a single process works on.
        """
        if self.engine is None:
            raise ConfigError(
                "workers share a PostgreSQL database, and TOPICWIRE_DATABASE_URL names SQLite, on "
                "which `topicwire run` does everything itself; docs/scaling.md says how to change"
            )
        return self.engine

    @cached_property
    def leading(self) -> "Lead":
        """The lead of the schedulers, where several may stand by."""
        from topicwire.world.engine.lead import Lead

        lead = Lead(self.settings.database_url)
        self._open.callback(lead.close)
        return lead

    def leader(self) -> str | None:
        """Return which process schedules on this database, None when none does.

        Raises:
            StoreError: the database is away.
        """
        path = self.store.lock_path
        if path is None:
            from topicwire.world.engine.lead import leader

            return leader(self.settings.database_url)
        return Lock(path).holder()

    def set_aside(self, errand: Errand, reason: str) -> None:
        """Tell that an errand was set aside, and why; its sources are due a day later."""
        now = self.clock()
        if errand.act is Act.POLL:
            self.store.postpone(errand.names, until=now + PAUSE)
        incident = set_aside(errand.key, reason, at=now)
        if incident.key not in {each.key for each in self.store.lasting()}:
            self.store.save_incidents([incident], [], now=now)

    def try_again(self, key: str | None = None) -> tuple[Errand, ...]:
        """Have what was set aside tried once more, all of it or one; return what that is.

        Raises:
            NotFoundError: nothing of this key was set aside.
        """
        now = self.clock()
        tried = self.demanded_engine().retry(now, key)
        polls = [name for each in tried if each.act is Act.POLL for name in each.names]
        self.store.postpone(polls, until=now)
        return tried

    def aside(self) -> tuple[str, ...]:
        """Return the keys of the errands that workers could not do.

        Raises:
            StoreError: the database is away.
        """
        taken = () if self.engine is None else self.engine.taken()
        return tuple(each.errand.key for each in taken if each.stage is Stage.SET_ASIDE)

    def clock_gap(self) -> timedelta:
        """Return by how much the clock here is ahead of the database's; 0 where that is little.

        What is due, and who lives, is told by the clocks of all hosts.
        """
        gap = self.store.clock_gap(self.clock())
        return gap if abs(gap) > CLOSE else timedelta()

    def working(self) -> tuple[str, ...]:
        """Return the workers that live, each as host:process."""
        return self.store.beats(WORKER, since=self.clock() - ALIVE)

    def fleet(self) -> Fleet | None:
        """Return who works on this database, None where one process does everything.

        Raises:
            StoreError: the database is away.
        """
        if self.engine is None:
            return None
        stages = Counter(each.stage for each in self.engine.taken())
        return Fleet(
            workers=len(self.working()),
            leader=self.leader(),
            waiting=stages[Stage.WAITING],
            doing=stages[Stage.DOING],
            aside=stages[Stage.SET_ASIDE],
        )

    def unjudged_topics(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the topics that have something to judge: those nearly done, those far behind."""
        left = self.store.left_by_topic()
        near = tuple(name for name, count in left if count <= FAR)
        return near, tuple(name for name, count in left if count > FAR)
