"""The web that is made up: hosts of all sizes, and on each sources that write more or less.

Nothing here is measured. What is assumed stands in `Assumed`, each with what it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from math import log

import numpy as np
from numpy.typing import NDArray

DAY = 86_400.0
MEDIAN_OF_MEAN = log(2)  # of the gaps between entries that come by chance
STEPS = 4  # gaps are rounded to so many steps from one to its double

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Answer(IntEnum):
    """What a source answers."""

    UNCHANGED = 0
    CHANGED = 1
    FAILED = 2
    SILENT = 3  # no answer within the time that is allowed
    TOO_MANY = 4  # 429
    FIRST = 5  # all that it has, at the first poll


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is assumed of a web of a million sources; shares are of the sources, times in seconds."""

    platforms: int = 4  # hosts that carry `on_platforms` of all sources, as many each
    on_platforms: float = 0.2
    on_tail: float = 0.2  # on hosts whose sizes fall as 1, 1/2, 1/3 …; the rest are alone on theirs
    quiet: float = 0.45  # have written nothing for over a month
    rate: float = 0.35  # entries a day of the others, the median
    rate_sigma: float = 1.5  # of its logarithm
    most: float = 500.0  # entries a day
    asks: tuple[tuple[float, float], ...] = ((0, 0.9), (6 * 3_600, 0.06), (DAY, 0.04))  # ttl, share
    bare: float = 0.1  # send no validators
    broken: float = 0.04  # fail at every poll, half of them by not answering
    stumble: float = 0.005  # of the polls of all others fail
    latency: float = 0.25  # the median
    latency_sigma: float = 0.9
    patience: float = 20.0  # of the web for one that does not answer
    hourly: int = 1_000  # requests after which one large host answers 429 for the rest of the hour


@dataclass(frozen=True, slots=True)
class Kind:
    """What the schedule knows of a source that answers: all that its waits depend on."""

    gap: float | None
    asks: int
    has_validators: bool
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class Web:
    """The sources, by number: host, kind, entries a second, and whether it is broken or silent."""

    assumed: Assumed
    hosts: list[int]
    sizes: list[int]  # sources of each host
    kinds: list[Kind]
    kind: list[int]
    rates: list[float]
    broken: list[bool]
    silent: list[bool]
    throttled: int  # the host that answers 429


def made_up(sources: int, assumed: Assumed, choose: np.random.Generator) -> Web:
    """Return a web of so many sources."""
    sizes = list(_sizes(sources, assumed))
    hosts = np.repeat(np.arange(len(sizes)), sizes)
    choose.shuffle(hosts)
    is_quiet = choose.random(sources) < assumed.quiet
    rates = assumed.rate * np.exp(assumed.rate_sigma * choose.standard_normal(sources))
    rates = np.where(is_quiet, 0.0, np.minimum(rates, assumed.most)) / DAY
    kinds, kind = _kinds(is_quiet, rates, assumed, choose)
    broken = choose.random(sources) < assumed.broken
    return Web(
        assumed=assumed,
        hosts=hosts.tolist(),
        sizes=sizes,
        kinds=kinds,
        kind=kind,
        rates=rates.tolist(),
        broken=broken.tolist(),
        silent=(broken & (choose.random(sources) < 0.5)).tolist(),
        throttled=assumed.platforms,
    )


def _sizes(sources: int, assumed: Assumed) -> Iterator[int]:
    """Yield how many sources each host has: the platforms, the tail, then one each."""
    each = max(1, round(sources * assumed.on_platforms / assumed.platforms))
    yield from [each] * assumed.platforms
    left = sources - each * assumed.platforms
    tail = min(round(sources * assumed.on_tail), left)
    largest = _largest(tail)
    for rank in range(1, largest + 1):
        size = min(largest // rank, tail)
        if size <= 1:
            break
        yield size
        tail, left = tail - size, left - size
    yield from [1] * left


def _largest(total: int) -> int:
    """Return the size of the largest of hosts of sizes n, n/2, n/3 … that have `total` sources."""
    most = 1
    while most * (log(most) + 0.58) < total:
        most = most + 1 + most // 50
    return most


def _kinds(
    is_quiet: NDArray[np.bool_], rates: Floats, assumed: Assumed, choose: np.random.Generator
) -> tuple[list[Kind], list[int]]:
    """Return the kinds that there are, and by source its kind's place among them."""
    count = len(rates)
    gaps = MEDIAN_OF_MEAN / np.where(is_quiet, 1.0, rates)
    steps = np.where(is_quiet, -1, np.maximum(0, np.rint(STEPS * np.log2(gaps)))).astype(np.int64)
    times, shares = zip(*assumed.asks, strict=True)
    asks = choose.choice(np.array(times, dtype=np.int64), size=count, p=shares)
    has_validators = choose.random(count) >= assumed.bare
    rows = np.column_stack((steps, asks, has_validators.astype(np.int64)))
    unique, kind = np.unique(rows, axis=0, return_inverse=True)
    kinds = [
        Kind(
            gap=None if step < 0 else float(2 ** (step / STEPS)),
            asks=int(ask),
            has_validators=bool(validators),
            is_quiet=step < 0,
        )
        for step, ask, validators in unique.tolist()
    ]
    return kinds, kind.ravel().tolist()
