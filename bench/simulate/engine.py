"""The daemon, its queue and its workers, as discrete events.

A leader looks every second which shards have something due and hands each of those that no job
has to the engine. A worker takes as many jobs as it may have under way; a job asks up to fifty
sources at once, those of one host one after another. What arrives takes the worker's one core in
turn, and what is finished is saved as `ingest.run.polls` saves it, by a database that writes one
transaction after another.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import ceil, exp, inf

import numpy as np
from bench.simulate.record import Record
from bench.simulate.shard import Due, Shard
from bench.simulate.waits import Waits
from bench.simulate.web import Answer, Floats, Web

from topicwire.ingest.run.polls import BATCH as SAVED_AT_ONCE
from topicwire.ingest.run.polls import TICK as PAUSE
from topicwire.store.mirror import AT_ONCE, FIRST_ROUND
from topicwire.store.sources import OVERDUE, ramp

HOUR = 3_600.0
NEVER = -inf
DRAWN = 10_000  # random numbers at a time
PER_JOB = 3  # transactions of the engine: handed over, taken, finished
FAILURES = 10  # in a row, at most, of a source that has long been broken


@dataclass(frozen=True, slots=True)
class Setup:
    """How many there are of what; times in seconds."""

    shards: int = 64
    workers: int = 4
    abreast: int = 4  # jobs that a worker has under way at once
    batch: int = 50
    of_host: int = 50  # sources of one host in a batch
    spacing: float = 1.0
    tick: float = 1.0
    min_interval: int = 3_600


@dataclass(slots=True)
class Batch:
    """A job under way: whom it asks, in order of their answers, and how far it has come."""

    shard: int
    worker: int
    polls: list[tuple[float, int, Answer]]  # when the answer comes, of whom, and which
    arrived: int = 0
    unsaved: list[Answer] = field(default_factory=list)


class Simulation:
    """A run: `begin…` says how the sources stand, `run` lets time pass."""

    def __init__(
        self, web: Web, setup: Setup, costs: dict[str, float], choose: np.random.Generator
    ) -> None:
        self._web, self._setup, self._costs = web, setup, costs
        self._poll_costs = _poll_costs(costs)
        self.record = Record(web)
        self._waits = Waits(web.kinds, min_interval=setup.min_interval)
        self._random = _drawn(choose.random)
        latency = web.assumed.latency
        sigma = web.assumed.latency_sigma
        self._latency = _drawn(lambda n: latency * np.exp(sigma * choose.standard_normal(n)))
        self._failures = [0] * len(web.hosts)
        self._read = [NEVER] * len(web.hosts)  # when each source was last read
        self._shards = [Shard(web.hosts, self._failures) for _ in range(setup.shards)]
        self._free = [0.0] * len(web.sizes)  # when each host may be asked again
        self._cores = [0.0] * setup.workers  # when each is done with what it has
        self._database = 0.0
        self._slots = deque([*range(setup.workers)] * setup.abreast)
        self._ready: deque[int] = deque()
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._number = 0
        self._hour, self._in_hour = -1, 0  # of the host that answers 429
        self._outage = (inf, inf)

    # ---- the beginning -----------------------------------------------------------------

    def begin(self) -> None:
        """Let every source stand somewhere between two polls, as after a long time."""
        parts: list[list[Due]] = [[] for _ in self._shards]
        for source, host in enumerate(self._web.hosts):
            chance = next(self._random)
            if self._web.broken[source]:
                self._failures[source] = 1 + int(FAILURES * next(self._random))
            answer = Answer.FAILED if self._web.broken[source] else Answer.UNCHANGED
            failures = max(0, self._failures[source] - 1)
            wait = self._waits.after(self._web.kind[source], answer, failures)
            self._read[source] = wait.least * (chance - 1)
            parts[host % len(parts)].append((wait.least * chance, source))
        self._fill(parts)

    def begin_anew(self) -> None:
        """Let all sources be new at the same moment: the store lets them fall due one by one."""
        step = ramp(len(self._web.hosts), window=FIRST_ROUND).total_seconds()
        parts: list[list[Due]] = [[] for _ in self._shards]
        for source, host in enumerate(self._web.hosts):
            parts[host % len(parts)].append((step * max(0, source - AT_ONCE), source))
        self._fill(parts)

    def _fill(self, parts: list[list[Due]]) -> None:
        for number, (shard, part) in enumerate(zip(self._shards, parts, strict=True)):
            shard.fill(part)
            self._look(number, 0.0)

    def stop_between(self, begin: float, end: float) -> None:
        """Let nobody poll for a time; whoever then starts spreads what is overdue."""
        self._outage = (begin, end)
        self._at(end, self._catch_up)

    def _catch_up(self, now: float) -> None:
        overdue: list[Due] = []
        rest: list[list[Due]] = []
        for shard in self._shards:
            found = shard.all()
            is_late = [time < now - OVERDUE.total_seconds() for time, _ in found]
            overdue += [each for each, late in zip(found, is_late, strict=True) if late]
            rest.append([each for each, late in zip(found, is_late, strict=True) if not late])
        step = ramp(len(overdue), window=self._setup.min_interval).total_seconds()
        for place, (_, source) in enumerate(sorted(overdue)):
            shard_number = self._web.hosts[source] % len(self._shards)
            rest[shard_number].append((now + step * place, source))
        for shard, part in zip(self._shards, rest, strict=True):
            shard.fill(part)

    # ---- time passes -------------------------------------------------------------------

    def run(self, until: float) -> Iterator[float]:
        """Let time pass; yield it once an hour."""
        hour = 0.0
        while self._events and self._events[0][0] < until:
            now, _, happen = heappop(self._events)
            happen(now)
            if now >= hour + HOUR:
                hour = now // HOUR * HOUR
                yield hour

    def _at(self, when: float, happen: Callable[[float], None]) -> None:
        self._number += 1
        heappush(self._events, (when, self._number, happen))

    def _look(self, number: int, now: float) -> None:
        """Have the leader find a shard at the tick after its next source is due."""
        tick = self._setup.tick
        due = max(now, self._shards[number].next_due)
        if due < inf:
            self._at(ceil(due / tick) * tick, lambda at: self._hand_over(number, at))

    def _hand_over(self, number: int, now: float) -> None:
        if self._outage[0] <= now < self._outage[1]:
            self._at(self._outage[1], lambda at: self._look(number, at))
            return
        self._ready.append(number)
        self._take(now)

    def _take(self, now: float) -> None:
        """Let workers take what is ready."""
        while self._ready and self._slots:
            self._start(self._ready.popleft(), self._slots.popleft(), now)
        self.record.waiting(now, len(self._ready))

    def _start(self, number: int, worker: int, now: float) -> None:
        self.record.jobs += 1
        self.record.saved(now, 0.0, transactions=PER_JOB)
        self._burn(worker, now, self._costs["job"])
        taken = self._shards[number].take(now, self._setup.batch, of_host=self._setup.of_host)
        batch = Batch(number, worker, sorted(self._ask(each, now) for each in taken))
        if batch.polls:
            self._at(batch.polls[0][0], lambda at: self._arrive(batch, at))
        else:
            self._finish(batch, now)

    def _ask(self, due: Due, now: float) -> tuple[float, int, Answer]:
        """Send a request when its host may be asked; return when and what it answers."""
        time, source = due
        host = self._web.hosts[source]
        start = max(now, self._free[host])
        answer = self._answer(source, host, start)
        is_silent = answer is Answer.SILENT
        end = start + (self._web.assumed.patience if is_silent else next(self._latency))
        self._free[host] = end + self._setup.spacing
        self.record.poll(source, due=time, start=start, end=end, answer=answer)
        return end, source, answer

    def _answer(self, source: int, host: int, now: float) -> Answer:
        web = self._web
        if host == web.throttled and self._is_too_much(now):
            return Answer.TOO_MANY
        if web.broken[source]:
            return Answer.SILENT if web.silent[source] else Answer.FAILED
        if next(self._random) < web.assumed.stumble:
            return Answer.FAILED
        since, self._read[source] = self._read[source], now
        if since == NEVER:
            return Answer.FIRST
        awaited = web.rates[source] * (now - since)
        self.record.entries += awaited
        return Answer(awaited > 0 and next(self._random) > exp(-awaited))

    def _is_too_much(self, now: float) -> bool:
        """Whether the host that counts has been asked too often this hour."""
        hour = int(now / HOUR)
        self._in_hour = self._in_hour + 1 if hour == self._hour else 1
        self._hour = hour
        return self._in_hour > self._web.assumed.hourly

    def _arrive(self, batch: Batch, now: float) -> None:
        """Read what has come, say when to ask again, and save what is finished."""
        _, source, answer = batch.polls[batch.arrived]
        batch.arrived += 1
        batch.unsaved.append(answer)
        done = self._burn(batch.worker, now, self._poll_costs[answer])
        wait = self._waits.after(self._web.kind[source], answer, self._failures[source])
        self._failures[source] = wait.failures
        ahead = wait.least + wait.spread * next(self._random)
        self._shards[batch.shard].wait(source, done + ahead)
        is_last = batch.arrived == len(batch.polls)
        following = inf if is_last else batch.polls[batch.arrived][0]
        if len(batch.unsaved) >= SAVED_AT_ONCE or following > now + PAUSE:
            done = self._save(batch, done)
        if is_last:
            self._at(done, lambda at: self._finish(batch, at))
        else:
            self._at(following, lambda at: self._arrive(batch, at))

    def _finish(self, batch: Batch, now: float) -> None:
        self._slots.append(batch.worker)
        self._look(batch.shard, now)
        self._take(now)

    def _burn(self, worker: int, now: float, seconds: float) -> float:
        """Take a worker's core for so long; return when it is done."""
        done = self._cores[worker] = max(self._cores[worker], now) + seconds
        self.record.worked(done, seconds)
        return done

    def _save(self, batch: Batch, now: float) -> float:
        """Save what is finished; return when that is done."""
        seconds = self._costs["transaction"]
        seconds += self._costs["arrival"] * batch.unsaved.count(Answer.CHANGED)
        seconds += self._costs["arrivals"] * batch.unsaved.count(Answer.FIRST)
        batch.unsaved.clear()
        self._database = max(self._database, now) + seconds
        self.record.saved(self._database, seconds)
        return self._database


def _poll_costs(costs: dict[str, float]) -> dict[Answer, float]:
    """Return what each answer takes, with the connection: an hour later none is open any more."""
    named = {Answer.UNCHANGED: "unchanged", Answer.CHANGED: "changed", Answer.FIRST: "first"}
    return {each: costs["handshake"] + costs[named.get(each, "failed")] for each in Answer}


def _drawn(draw: Callable[[int], Floats]) -> Iterator[float]:
    """Yield random numbers one by one, drawn many at a time."""
    while True:
        yield from draw(DRAWN).tolist()
