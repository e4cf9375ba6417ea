"""How often the drift alarm is wrong, and how often it sees what is there.

`python -m bench.drift [SOURCES]`. Sources of many sizes are simulated for a year, from steady ones
(Poisson) to those that only come in bursts (gamma-Poisson), with weekends of their own. Then
each of them gives three times as much, a third, or nothing, for two weeks.
"""

import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bench.report import machine, show

from topicwire.model.catalogue import Source
from topicwire.model.wire import Health, Polled, PollState
from topicwire.watch.baseline import DAYS, deviations
from topicwire.watch.sources import silent

WEEK = (1.3, 1.2, 1.2, 1.1, 1.0, 0.4, 0.3)  # from Monday to Sunday, of the mean
MEANS = (0.15, 0.5, 1, 3, 10, 40)  # entries a day
BURSTS = {"steady": None, "bursty": 3.0, "very bursty": 1.0}  # shape of the gamma
YEAR = 365
START = datetime(2026, 1, 5, tzinfo=UTC)
SEEN_WITHIN = 14  # days


def day(chance: random.Random, mean: float, burst: float | None) -> int:
    """Return how many entries come on a day."""
    height = mean if burst is None else mean * chance.gammavariate(burst, 1 / burst)
    count, waited = 0, chance.expovariate(1)
    while waited < height:
        count += 1
        waited += chance.expovariate(1)
    return count


def history(
    chance: random.Random, mean: float, burst: float | None, *, days: int, factor: float = 1
) -> list[int]:
    """Return so many days, of which the last two weeks are multiplied by the factor."""
    changes = days - SEEN_WITHIN
    return [
        day(chance, mean * WEEK[n % 7] * (factor if n >= changes else 1), burst)
        for n in range(days)
    ]


def alarms(counts: Sequence[int], *, first: int) -> int:
    """Return how many alarms begin from the day `first` on."""
    total, is_on = 0, False
    for end in range(first, len(counts) + 1):
        found = deviations(counts[end - DAYS : end])
        is_alarming = any(each.is_more or each.is_less for each in found)
        total += is_alarming and not is_on
        is_on = is_alarming or (is_on and not all(each.is_calm for each in found))
    return total


def silences(counts: Sequence[int]) -> int:
    """Return how often a source that goes on as ever is taken to be silent."""
    polled = Polled(Source("s", "https://s.example/", "S"), PollState(START, Health.OK), tag="")
    total, is_silent = 0, False
    for end in range(DAYS, len(counts) + 1):
        now = START + timedelta(days=end)
        found = silent(polled, counts[end - DAYS : end], is_known=is_silent, now=now)
        total += found is not None and not is_silent
        is_silent = found is not None
    return total


def seen(sources: int, mean: float, burst: float | None, factor: float) -> str:
    """Return of how many sources the change is noticed within two weeks."""
    chance = random.Random(2)
    found = sum(
        alarms(history(chance, mean, burst, days=DAYS + SEEN_WITHIN, factor=factor), first=DAYS) > 0
        for _ in range(sources)
    )
    return f"{found}/{sources}"


def main() -> None:
    sources = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    rows = []
    for name, burst in BURSTS.items():
        for mean in MEANS:
            chance = random.Random(1)
            years = [history(chance, mean, burst, days=DAYS + YEAR) for _ in range(sources)]
            false = sum(alarms(each, first=DAYS) for each in years) / sources
            quiet = sum(silences(each) for each in years) / sources
            changes = (seen(sources, mean, burst, factor) for factor in (3, 1 / 3, 0))
            rows.append((name, mean, f"{false:.2f}", f"{quiet:.2f}", *changes))
    machine()
    head = ("source", "a day", "false a year", "silent a year", "threefold", "a third", "nothing")
    show("False alarms a source and year, and changes noticed within two weeks", head, rows)


if __name__ == "__main__":
    main()
