"""What a simulated day leaves behind: every poll, and what the workers and the database did."""

from array import array
from collections import Counter
from dataclasses import dataclass
from math import ceil, inf

import numpy as np
from bench.simulate.web import Floats, Ints, Web

MINUTE = 60.0
QUANTILES = (0.5, 0.95, 0.999)


@dataclass(frozen=True, slots=True)
class Late:
    """By how many seconds polls came after they were due."""

    polls: int
    median: float
    most_of_20: float
    most_of_1000: float
    most: float


class Record:
    """Every poll of a run, and the time that was spent, by minute."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._at = array("d")
        self._late = array("f")
        self._source = array("l")
        self._answered = [-inf] * len(web.sizes)  # when each host's last answer came
        self.least_spacing = inf  # from a host's answer to the next request
        self.answers: Counter[int] = Counter()
        self.entries = 0.0
        self.jobs = 0
        self.transactions: Counter[int] = Counter()  # by minute, as all that follow
        self.busy: Counter[int] = Counter()  # microseconds of all workers
        self.database: Counter[int] = Counter()  # microseconds
        self.queue: Counter[int] = Counter()  # most jobs that waited for a worker

    def poll(self, source: int, *, due: float, start: float, end: float, answer: int) -> None:
        """Note a request, and how far it was from the one before it on its host."""
        host = self._web.hosts[source]
        self.least_spacing = min(self.least_spacing, start - self._answered[host])
        self._answered[host] = end
        self._at.append(start)
        self._late.append(start - due)
        self._source.append(source)
        self.answers[answer] += 1

    def worked(self, at: float, seconds: float) -> None:
        """Note what a worker spent."""
        self.busy[int(at / MINUTE)] += round(seconds * 1e6)

    def saved(self, at: float, seconds: float, *, transactions: int = 1) -> None:
        """Note what the database spent."""
        minute = int(at / MINUTE)
        self.transactions[minute] += transactions
        self.database[minute] += round(seconds * 1e6)

    def waiting(self, at: float, jobs: int) -> None:
        """Note how many jobs wait for a worker."""
        minute = int(at / MINUTE)
        self.queue[minute] = max(self.queue[minute], jobs)

    @property
    def polls(self) -> int:
        """How many polls there were."""
        return len(self._at)

    def late(self, since: float = 0.0, until: float = inf, *, crowded: bool = False) -> Late:
        """Return how late polls came, of the sources on platforms or of all others."""
        at, late, source = self._arrays()
        is_crowded = np.array(self._web.hosts)[source] < self._web.assumed.platforms
        found = late[(at >= since) & (at < until) & (is_crowded == crowded)]
        if not len(found):
            return Late(0, 0.0, 0.0, 0.0, 0.0)
        median, of_20, of_1000 = np.quantile(found, QUANTILES).tolist()
        return Late(len(found), median, of_20, of_1000, float(found.max()))

    def rates(self, until: float, step: float = 10 * MINUTE) -> Floats:
        """Return the polls a second, step by step."""
        return np.histogram(self._arrays()[0], np.arange(0, until + step, step))[0] / step

    def lateness(self, until: float, step: float = 10 * MINUTE) -> Floats:
        """Return by how much the latest of a hundred polls were late, step by step, off platforms."""
        at, late, source = self._arrays()
        is_free = np.array(self._web.hosts)[source] >= self._web.assumed.platforms
        place = (at[is_free] // step).astype(np.int64)
        late = late[is_free]
        order = np.argsort(place, kind="stable")
        cuts = np.searchsorted(place[order], np.arange(1, ceil(until / step)))
        parts = np.split(late[order], cuts)
        return np.array([np.quantile(part, 0.99) if len(part) else 0.0 for part in parts])

    def gaps(self, host: int, since: float) -> Floats:
        """Return the seconds between two polls of one source, for the sources of a host."""
        at, _, source = self._arrays()
        is_here = np.array(self._web.hosts)[source] == host
        at, source = at[is_here], source[is_here]
        order = np.lexsort((at, source))
        at, source = at[order], source[order]
        is_pair = (source[1:] == source[:-1]) & (at[1:] >= since)
        found: Floats = (at[1:] - at[:-1])[is_pair]
        return found

    def begun(self, share: float) -> float:
        """Return when so great a share of all sources had been polled; infinity if never."""
        at, _, source = self._arrays()
        order = np.argsort(at, kind="stable")
        _, first = np.unique(source[order], return_index=True)
        wanted = ceil(share * len(self._web.hosts))
        times = np.sort(at[order][first])
        return float(times[wanted - 1]) if len(times) >= wanted else inf

    def asked(self, since: float, until: float) -> dict[int, int]:
        """Return how many requests each host had."""
        at, _, source = self._arrays()
        hosts = np.array(self._web.hosts)[source[(at >= since) & (at < until)]]
        count = np.bincount(hosts, minlength=len(self._web.sizes))
        return dict(enumerate(count.tolist()))

    def _arrays(self) -> tuple[Floats, Floats, Ints]:
        return (
            np.frombuffer(self._at, dtype=np.float64),
            np.frombuffer(self._late, dtype=np.float32).astype(np.float64),
            np.frombuffer(self._source, dtype=np.int64),
        )
