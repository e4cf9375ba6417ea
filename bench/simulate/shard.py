"""A shard: the hosts whose names hash to it, and which of their sources are due.

Whose turn it is says `sources.in_turn`, which the store asks of all that is due. Only a host's
first sources, and only the first hosts, can be among the first of a batch, so that it is asked of
those alone.
"""

from heapq import heapify, heappop, heappush
from math import inf

from topicwire.store.sources import HANDICAP, in_turn

LATER = HANDICAP.total_seconds()

Due = tuple[float, int]  # seconds and a source


class Shard:
    """The sources of some hosts: those that wait for their time, and by host those that are due."""

    def __init__(self, hosts: list[int], failures: list[int]) -> None:
        self._hosts = hosts
        self._failures = failures
        self._waiting: list[Due] = []
        self._due: dict[int, list[Due]] = {}
        self._heads: list[tuple[Due, int]] = []  # the first of each host, and perhaps former firsts
        self._times: dict[int, float] = {}  # when each source that is due became so

    def fill(self, waiting: list[Due]) -> None:
        """Let these sources wait, and no others."""
        heapify(waiting)
        self._waiting = waiting
        self._due, self._heads, self._times = {}, [], {}

    def wait(self, source: int, until: float) -> None:
        """Let a source wait until its next poll."""
        heappush(self._waiting, (until, source))

    @property
    def next_due(self) -> float:
        """When the next source is due: 0 when one is already, infinity when there is none."""
        if self._due:
            return 0.0
        return self._waiting[0][0] if self._waiting else inf

    def all(self) -> list[Due]:
        """Return all sources, each with when it is due or became so."""
        return [*self._waiting, *((time, source) for source, time in self._times.items())]

    def take(self, now: float, limit: int, *, of_host: int) -> list[Due]:
        """Return whom to ask next, with when they were due, and hold them no more.

        They are `limit` at most, and of one host `of_host`.
        """
        self._ripen(now)
        first = self._first(limit, of_host=of_host)
        addresses = ((str(source), f"https://h{self._hosts[source]}/") for _, source in first)
        taken = list(map(int, in_turn(addresses)))[:limit]
        chosen = set(taken)
        for each in first:
            if each[1] not in chosen:
                self._put(each)
        return [(self._times.pop(source), source) for source in taken]

    def _ripen(self, now: float) -> None:
        """Let become due what is due by now."""
        waiting = self._waiting
        while waiting and waiting[0][0] <= now:
            time, source = heappop(waiting)
            self._times[source] = time
            self._put((time + LATER * (self._failures[source] > 0), source))

    def _put(self, each: Due) -> None:
        host = self._hosts[each[1]]
        queue = self._due.setdefault(host, [])
        heappush(queue, each)
        if queue[0] == each:
            heappush(self._heads, (each, host))

    def _first(self, limit: int, *, of_host: int) -> list[Due]:
        """Take out the first `limit` hosts' first sources, in the order they are due."""
        hosts = self._first_hosts(limit)
        of_each = min(limit, of_host) if len(hosts) < limit else 1
        found = []
        for host in hosts:
            queue = self._due[host]
            found += [heappop(queue) for _ in range(min(of_each, len(queue)))]
            if queue:
                heappush(self._heads, (queue[0], host))
            else:
                del self._due[host]
        return sorted(found)

    def _first_hosts(self, limit: int) -> list[int]:
        """Take out of the heads the hosts whose sources are due first."""
        hosts: list[int] = []
        while self._heads and len(hosts) < limit:
            each, host = heappop(self._heads)
            queue = self._due.get(host)
            if queue and queue[0] == each and host not in hosts:
                hosts.append(host)
        return hosts
