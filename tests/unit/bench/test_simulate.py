from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from bench.simulate.costs import costs, seconds
from bench.simulate.engine import HOUR, Setup, Simulation
from bench.simulate.page import drawn, written
from bench.simulate.record import Record
from bench.simulate.shard import Shard
from bench.simulate.waits import NOW, Waits
from bench.simulate.web import Answer, Assumed, Kind, Web, made_up

from topicwire.store.sources import in_turn

DOCS = Path(__file__).parents[3] / "docs"
AMPLE = Setup(shards=16, workers=50, abreast=10)
ALONE = Assumed(platforms=1, on_platforms=0.0, on_tail=0.0, latency_sigma=0.1)
KINDS = {
    "frequent": Kind(gap=600.0, asks=0, has_validators=True, is_quiet=False),
    "rare": Kind(gap=86_400.0, asks=0, has_validators=True, is_quiet=False),
    "quiet": Kind(gap=None, asks=0, has_validators=True, is_quiet=True),
    "bare": Kind(gap=600.0, asks=0, has_validators=False, is_quiet=False),
    "asking": Kind(gap=600.0, asks=21_600, has_validators=True, is_quiet=False),
}


def a_web(sources: int, assumed: Assumed | None = None) -> Web:
    return made_up(sources, assumed or Assumed(), np.random.default_rng(7))


def a_run(web: Web, setup: Setup = AMPLE) -> Simulation:
    return Simulation(web, setup, seconds(), np.random.default_rng(7))


def passed(run: Simulation, until: float) -> Record:
    for _ in run.run(until):
        pass
    return run.record


# ---- the product's rules ---------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
@pytest.mark.parametrize("answer", Answer, ids=lambda answer: answer.name.lower())
def test_waits_are_those_of_the_product(kind: Kind, answer: Answer) -> None:
    """Whatever the jitter and however many failures, a wait is what the product says."""
    waits = Waits([kind])
    for failures in (0, 1, 5, 30):
        for jitter in (0.0, 0.37, 1.0):
            state = waits.state(kind, answer, failures, jitter=jitter)
            wait = waits.after(0, answer, failures)

            ahead = timedelta(seconds=wait.least + wait.spread * jitter)
            assert abs(state.next_poll - NOW - ahead) < timedelta(milliseconds=1)
            assert (state.failures > 0) == (wait.failures > 0)


@pytest.mark.parametrize("limit", [3, 50], ids=str)
def test_a_shard_asks_whom_the_store_would_ask(limit: int) -> None:
    """The first of each host and the first hosts are enough to find the first of all in turn."""
    choose = np.random.default_rng(3)
    hosts = choose.integers(0, 12, size=300).tolist()
    shard = Shard(hosts, [0] * 300)
    due = [(float(time), source) for source, time in enumerate(choose.random(300).tolist())]
    shard.fill(list(due))
    left = sorted(due)

    while left:
        wanted = in_turn((str(s), f"https://h{hosts[s]}/") for _, s in left)[:limit]
        taken = shard.take(1.0, limit, of_host=limit)
        assert [str(source) for _, source in taken] == wanted
        left = [each for each in left if each not in taken]
    assert shard.take(1.0, limit, of_host=limit) == []


def test_those_that_failed_let_others_pass_and_yet_come() -> None:
    """As in the store, an hour is what a source that failed is put behind."""
    shard = Shard([0, 1, 2], [1, 0, 1])
    shard.fill([(0.0, 0), (1.8 * HOUR, 1), (1.7 * HOUR, 2)])

    taken = [source for _, source in shard.take(2 * HOUR, 3, of_host=3)]

    assert taken == [0, 1, 2]


# ---- time passes -----------------------------------------------------------------------


def test_the_same_seed_gives_the_same_day() -> None:
    """A simulated day can be repeated to the last poll."""
    days = [a_run(a_web(400)) for _ in range(2)]
    for day in days:
        day.begin()

    first, second = (passed(day, 6 * HOUR) for day in days)

    assert first.polls > 100
    assert first.late() == second.late()
    assert first.answers == second.answers


def test_with_workers_enough_polls_are_late_by_a_tick_at_most() -> None:
    """Where each source has a host of its own, what is due waits for nothing but the next look."""
    run = a_run(a_web(1_000, replace(ALONE, broken=0.0)), replace(AMPLE, shards=500))
    run.begin()

    record = passed(run, 12 * HOUR)

    assert record.polls > 500
    assert record.late().most_of_1000 <= AMPLE.tick + 0.5


def test_no_host_is_asked_twice_within_its_spacing() -> None:
    """F35: also where one host has most of all sources and more are due than can be asked."""
    run = a_run(a_web(3_000, Assumed(platforms=1, on_platforms=0.9)), Setup(workers=1))
    run.begin_anew()

    record = passed(run, 3 * HOUR)

    assert record.least_spacing == pytest.approx(1.0, abs=1e-6)
    assert record.polls > 2_000


def test_new_sources_are_all_polled_and_all_wait_again() -> None:
    """F22: none is forgotten, none comes twice before its time, and the last within the ramp."""
    web = a_web(500)
    run = a_run(web)
    run.begin_anew()

    record = passed(run, 0.9 * HOUR)

    assert record.polls == 500
    assert record.late(crowded=True).polls + record.late().polls == 500


def test_nobody_is_asked_in_an_outage_and_all_soon_after() -> None:
    """F22: what fell due meanwhile is asked within an hour, none of it all at once."""
    run = a_run(a_web(2_000))
    run.begin()
    run.stop_between(2 * HOUR, 3 * HOUR)

    record = passed(run, 5 * HOUR)

    rates = record.rates(5 * HOUR)
    assert rates[11] > 0
    assert rates[13:18].tolist() == [0.0] * 5
    assert rates[18:].max() < 6
    assert record.late(4 * HOUR).most < 10 * 60


# ---- the page --------------------------------------------------------------------------


def test_the_page_tells_the_costs_that_are_calculated_with() -> None:
    """Whoever measures anew and changes a cost writes the page anew as well."""
    rows = [(cost.what, cost.ms, cost.by) for cost in costs().values()]

    assert drawn(("what", "ms", "by"), rows) in (DOCS / "scale.md").read_text(encoding="utf-8")


def test_a_table_goes_into_its_place() -> None:
    """What stands between the marks is replaced, and nothing else."""
    page = "A\n<!-- t -->\nold\n<!-- end -->\nB\n"

    found = written(page, {"t": (("a", "b"), [("x", 1234.5)])})

    assert found == "A\n<!-- t -->\n| a | b |\n| --- | ---: |\n| x | 1,234 |\n<!-- end -->\nB\n"
    with pytest.raises(SystemExit, match="0 places named u"):
        written(page, {"u": (("a",), [])})
