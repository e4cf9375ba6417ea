"""Turns: hosts in rotation, a while apart."""

from topicwire.world.turns import Turns


def taken(turns: Turns[str], now: float) -> str | None:
    turn = turns.take(now)
    return None if turn is None else f"{turn.job}@{turn.start:g}"


def test_hosts_take_turns() -> None:
    """F35: a host with many jobs does not hold up the others."""
    turns: Turns[str] = Turns(spacing=0, free_at={})
    for host, job in [("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1"), ("c", "c1")]:
        turns.add(host, job)
    order = []
    while (turn := turns.take(5.0)) is not None:
        order.append(turn.job)
        turns.done(turn.host, started=5.0)
    assert order == ["a1", "b1", "c1", "a2", "a3"]


def test_host_has_one_job_under_way() -> None:
    """F35: a host gets no second job before the first is done."""
    turns: Turns[str] = Turns(spacing=0, free_at={})
    turns.add("a", "a1")
    turns.add("a", "a2")
    assert taken(turns, 1) == "a1@1"
    assert taken(turns, 2) is None
    turns.done("a", started=1)
    assert taken(turns, 3) == "a2@3"


def test_starts_on_a_host_are_apart() -> None:
    """F34, F35: two starts on a host lie at least the spacing apart, however quick the first."""
    turns: Turns[str] = Turns(spacing=1.5, free_at={})
    turns.add("a", "a1")
    turns.add("a", "a2")
    turns.add("a", "a3")
    assert taken(turns, 10) == "a1@10"
    turns.done("a", started=10)
    assert taken(turns, 10.2) == "a2@11.5"
    turns.done("a", started=11.9)
    assert taken(turns, 12) == "a3@13.4"


def test_what_may_not_start_in_time_is_left_as_it_was() -> None:
    """A host whose turn comes too late keeps it, for whoever takes turns next."""
    free_at: dict[str, float] = {}
    turns: Turns[str] = Turns(spacing=5, free_at=free_at)
    turns.add("a", "a1")
    turns.add("a", "a2")
    assert taken(turns, 10) == "a1@10"
    turns.done("a", started=10)
    assert turns.take(11, until=15) is None
    assert free_at == {"a": 15}
    later: Turns[str] = Turns(spacing=5, free_at=free_at)
    later.add("a", "a2")
    assert taken(later, 12) == "a2@15"


def test_spacing_outlives_the_turns() -> None:
    """F35: the next Turns go on where these stopped."""
    free_at: dict[str, float] = {}
    first: Turns[str] = Turns(spacing=1, free_at=free_at)
    first.add("a", "a1")
    assert taken(first, 10) == "a1@10"
    second: Turns[str] = Turns(spacing=1, free_at=free_at)
    second.add("a", "a2")
    assert taken(second, 10.5) == "a2@11"


def test_job_added_for_a_host_under_way_waits() -> None:
    """F35: a redirect to a busy host waits for that host's turn."""
    turns: Turns[str] = Turns(spacing=0, free_at={})
    turns.add("a", "a1")
    assert taken(turns, 1) == "a1@1"
    turns.add("a", "moved here")
    assert taken(turns, 1) is None
    turns.done("a", started=1)
    assert taken(turns, 2) == "moved here@2"
    turns.done("a", started=2)
    assert len(turns) == 0
