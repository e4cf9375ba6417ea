import time
from datetime import timedelta

from topicwire.store.sources import in_turn, ramp, sliced


def test_hosts_take_turns() -> None:
    """F35: a host with many due sources does not hold up the others."""
    due = [
        ("a1", "https://a.example/1"),
        ("a2", "https://a.example/2"),
        ("a3", "https://A.example:443/3"),
        ("b1", "http://b.example/1"),
        ("c1", "samples/columns.xml"),
        ("b2", "http://b.example/2"),
    ]

    assert in_turn(due) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_nothing_due_is_nothing() -> None:
    """No source gives no turn."""
    assert in_turn([]) == []


def test_a_great_host_beside_many_small_ones_takes_no_time() -> None:
    """F35: finding whose turn it is grows with the sources, not with the hosts times the largest."""
    great = [(f"g{n}", f"https://great.example/{n}") for n in range(30_000)]
    small = [(f"s{n}", f"https://h{n}.example/") for n in range(30_000)]
    began = time.process_time()

    found = in_turn(great + small)

    assert time.process_time() - began < 2
    assert found[0] == "g0"
    assert found[1 : len(small) + 1] == [name for name, _ in small]


def test_what_becomes_due_together_comes_one_after_another_within_the_window() -> None:
    """F22: five a second, but so many more as it takes for the last to come within the window."""
    assert ramp(100, window=3600) == timedelta(seconds=0.2)
    assert ramp(1_000_000, window=3600) == timedelta(seconds=0.0036)
    assert ramp(0, window=3600) == timedelta(seconds=0.2)


def test_slices_hold_every_key_once() -> None:
    """Cutting many keys into statements loses none and repeats none."""
    keys = [str(number) for number in range(2500)]

    slices = list(sliced(keys))

    assert [len(each) for each in slices] == [1000, 1000, 500]
    assert [key for each in slices for key in each] == keys
