"""Batches: what is due, parted so that workers side by side get in nobody's way."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit
from zlib import crc32

from topicwire.model.errand import Act, Errand, veiled
from topicwire.store.sources import in_turn

SHARDS = 64  # parts of all hosts; the sources of a host are in one, and so with one worker
BATCH = 50  # sources of a shard polled at a time


def poll_batches(
    due: Iterable[tuple[str, str]], *, taken: Collection[str], busy: Collection[str]
) -> Iterator[Errand]:
    """Yield an errand for each shard in which sources are due, given as (id, URL).

    Those `taken` are with a worker, or set aside; of the errands whose keys are `busy` there are
    no others. The hosts of a shard take turns, so that one with more due than can be asked fills
    no batch while others wait.
    """
    shards: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for name, url in due:
        if name not in taken:
            shards[crc32((urlsplit(url).hostname or "").encode()) % SHARDS].append((name, url))
    for number, found in shards.items():
        errand = Errand(Act.POLL, part=f"shard-{number}")
        if errand.key not in busy:
            yield replace(errand, names=tuple(in_turn(found)[:BATCH]))


def judge_batches(
    behind: Sequence[str], *, taken: Collection[str], workers: int
) -> Iterator[Errand]:
    """Yield errands that judge archives anew: the topics `behind`, in as many parts as workers.

    An entry is read once for all topics that go together, so that there are no more parts.
    """
    free = [name for name in behind if name not in taken]
    size = -(-len(free) // max(workers, 1))
    for start in range(0, len(free), size or 1):
        names = tuple(free[start : start + size])
        yield Errand(Act.JUDGE, names, part=veiled(names[0]))
