"""What watching asks of the store, and what it saves there."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from topicwire.model.errand import Act
from topicwire.model.figures import Figures
from topicwire.model.watch import Counted, Hour, Incident, Lag, Share, Work
from topicwire.model.wire import Shape
from topicwire.store import figures, tallies, totals, waiting, watching
from topicwire.store.acts.base import OnDatabase


class Watching(OnDatabase):
    """What watching asks of the store, and what it saves there."""

    # ---- watch -----------------------------------------------------------------------

    def tallies(self, counted: Counted, *, days: int, until: date) -> Mapping[str, tuple[int, ...]]:
        """Return by name the counts of the `days` days before `until`, oldest first.

        A name of which there was nothing in all that time is left out.
        """
        with self._database.reading() as connection:
            return tallies.by_name(connection, counted, days=days, until=until)

    def incidents(self, *, limit: int) -> tuple[Incident, ...]:
        """Return all incidents that last, and the latest `limit` that are over, latest first."""
        with self._database.reading() as connection:
            return watching.latest(connection, limit=limit)

    def lasting(self) -> tuple[Incident, ...]:
        """Return the incidents that last, the earliest first."""
        with self._database.reading() as connection:
            return watching.lasting(connection)

    def save_incidents(
        self, begun: Sequence[Incident], ended: Sequence[Incident], *, now: datetime
    ) -> None:
        """Store incidents that have begun, and that others are over since now."""
        with self._database.writing() as connection:
            watching.save(connection, begun, ended, now=now)

    def shapes(self) -> tuple[tuple[str, Shape, Shape | None], ...]:
        """Return the sources whose last document is not like the usual one: id, shape, usual."""
        with self._database.reading() as connection:
            return watching.shapes(connection)

    def accept_shapes(
        self, shapes: Mapping[str, Shape], told: Sequence[Incident], *, now: datetime
    ) -> None:
        """Let these documents be what their sources usually give; store what is told of that."""
        with self._database.writing() as connection:
            for source_id, shape in shapes.items():
                watching.accept_shape(connection, source_id, shape)
            watching.save(connection, told, (), now=now)

    def shares(self, topic_id: str, *, until: datetime) -> tuple[Share, ...]:
        """Return what each source gave to a topic lately, and before, by id."""
        with self._database.reading() as connection:
            return watching.shares(connection, topic_id, until=until)

    def totals(self) -> Mapping[str, int]:
        """Return how many stories stand in each topic, by its id."""
        with self._database.reading() as connection:
            return {name: each.stories for name, each in totals.totals(connection).items()}

    def waiting(self, now: datetime, *, hub: str | None = None) -> frozenset[Act]:
        """Return the acts that the store has work for: cheap enough for every second.

        Named are those that find out by asking the store alone. `hub` is that of somebody else
        who is told of every document, None where each subscriber is.
        """
        with self._database.reading() as connection:
            return waiting.waiting(connection, now, hub=hub)

    # ---- the daemon ------------------------------------------------------------------

    def beat(self, role: str, work: Work, *, now: datetime) -> None:
        """Note that a role works, and what it did since it last said so."""
        with self._database.writing() as connection:
            size = self._database.dialect.size(connection)
            watching.beat(connection, role, work, size=size, now=now)

    def beats(self, role: str, *, since: datetime) -> tuple[str, ...]:
        """Return who of a role, each `ROLE WHO`, has shown since then that it works."""
        with self._database.reading() as connection:
            return watching.beats(connection, role, since=since)

    def clear_beats(self, role: str, *, before: datetime) -> None:
        """Forget those of a role, each `ROLE WHO` or one by its whole name, who ended before then."""
        with self._database.writing() as connection:
            watching.clear_beats(connection, role, before=before)

    def last_beat(self, role: str) -> datetime | None:
        """Return when a role last showed that it works, None when it never did."""
        with self._database.reading() as connection:
            return watching.last_beat(connection, role)

    def hours(self, since: datetime) -> tuple[Hour, ...]:
        """Return what the daemon did in each hour since then in which it worked, oldest first."""
        with self._database.reading() as connection:
            return watching.hours_since(connection, since)

    def lags(self, *, since: datetime, limit: int) -> tuple[Lag, ...]:
        """Return how the latest entries that came since then reached a topic, oldest first."""
        with self._database.reading() as connection:
            return watching.lags(connection, since=since, limit=limit)

    def figures(self) -> Figures:
        """Return the store in numbers, all as of one moment."""
        with self._database.reading() as connection:
            size = self._database.dialect.size(connection)
            return figures.figures(connection, size=size)
