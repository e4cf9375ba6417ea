"""What is due is parted so that workers side by side get in nobody's way."""

from itertools import count
from zlib import crc32

from topicwire.model.errand import Act, Errand
from topicwire.schedule.batches import BATCH, SHARDS, judge_batches, poll_batches


def at(host: str, *names: str) -> list[tuple[str, str]]:
    """Return sources of one host, as they are due."""
    return [(name, f"https://{host}/{name}") for name in names]


def test_the_sources_of_a_host_go_together() -> None:
    """One worker asks a host, whatever else is due between its sources."""
    due = [*at("press.example", "a"), *at("wire.example", "b"), *at("press.example", "c")]

    batches = list(poll_batches(due, taken=(), busy=()))

    assert sorted(each.names for each in batches) == [("a", "c"), ("b",)]
    assert len({each.key for each in batches}) == 2


def test_what_is_with_a_worker_is_not_handed_out_again() -> None:
    """Neither a source that is taken nor a second batch of a shard that is busy."""
    due = at("press.example", "a", "b")
    (whole,) = poll_batches(due, taken=(), busy=())

    assert [each.names for each in poll_batches(due, taken={"a"}, busy=())] == [("b",)]
    assert list(poll_batches(due, taken={"a", "b"}, busy=())) == []
    assert list(poll_batches(due, taken=(), busy={whole.key})) == []


def test_a_batch_is_no_larger_than_it_may_be() -> None:
    """The rest of a shard comes with its next batch, the first that fell due first."""
    names = [f"s{number}" for number in range(BATCH + 5)]

    (batch,) = poll_batches(at("press.example", *names), taken=(), busy=())

    assert batch.names == tuple(names[:BATCH])


def test_a_host_that_is_never_done_fills_no_batch_alone() -> None:
    """F35: what is due at other hosts of its shard has its turn, however long its own have waited."""
    shard = crc32(b"platform.example") % SHARDS
    names = (f"h{number}.example" for number in count())
    other = next(name for name in names if crc32(name.encode()) % SHARDS == shard)
    waiting = [f"s{number}" for number in range(2 * BATCH)]
    due = [*at("platform.example", *waiting), *at(other, "late")]

    (batch,) = poll_batches(due, taken=(), busy=())

    assert batch.names == ("s0", "late", *waiting[1 : BATCH - 1])


def test_topics_that_are_behind_are_judged_in_as_many_parts_as_workers() -> None:
    """Each part reads the archive once; what a worker has already is left to it."""
    behind = ["a", "b", "c", "d", "e"]

    assert [each.names for each in judge_batches(behind, taken=(), workers=2)] == [
        ("a", "b", "c"),
        ("d", "e"),
    ]
    assert [each.names for each in judge_batches(behind, taken={"a", "b"}, workers=0)] == [
        ("c", "d", "e")
    ]
    assert list(judge_batches(behind, taken=behind, workers=2)) == []


def test_what_an_errand_is_called_names_no_topic() -> None:
    """Everybody may read it where it is told, and a topic may be private."""
    (errand,) = judge_batches(["secret-plans"], taken=(), workers=1)

    assert "secret" not in errand.key
    assert errand.key.startswith("judge:")


def test_an_errand_is_divided_into_single_ones() -> None:
    """Each has a key of its own; one that is single, or about all there is, stays whole."""
    errand = Errand(Act.POLL, ("a", "b"), part="shard-3")

    assert [each.names for each in errand.singles] == [("a",), ("b",)]
    assert len({errand.key, *(each.key for each in errand.singles)}) == 3
    assert errand.singles[0].singles == ()
    assert Errand(Act.JUDGE).singles == ()
