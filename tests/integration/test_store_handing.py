"""What the store says is to be done, to those who hand it out."""

from datetime import timedelta

from builders import NOON, a_source, a_state, a_topic, an_entry
from stores import a_definition, a_poll, fill, judge, settle
from topicwire.model.errand import Act
from topicwire.model.watch import Work
from topicwire.store.store import Store

LATER = NOON + timedelta(hours=1)


def test_sources_are_due_until_somebody_has_polled_them(store: Store) -> None:
    """Of a batch that another has begun only the rest is polled."""
    fill(store, sources=(a_source(id="a", url="https://a.example/"), a_source(id="b")))
    later = NOON + timedelta(days=1)
    due = store.due_addresses(later)
    assert sorted(name for name, _ in due) == ["a", "b"]
    store.save_polls([a_poll(source_id="a", next_poll=later + timedelta(hours=1))], now=later)

    assert [each.source.id for each in store.still_due(("a", "b", "gone"), later)] == ["b"]
    assert [name for name, _ in store.due_addresses(later)] == ["b"]


def test_a_source_that_nobody_can_poll_is_due_later(store: Store) -> None:
    """So that it is not taken for one that everybody forgot."""
    fill(store)
    store.postpone(("press",), until=LATER)

    assert store.next_due() == LATER


def test_what_is_to_be_settled_is_waited_for(store: Store) -> None:
    """Judging begins with that; nothing waits in a store in which all is done."""
    fill(store, an_entry())
    assert store.waiting(NOON) == frozenset()
    store.save_polls([a_poll(an_entry(uid="urn:new"))], now=LATER)
    assert store.waiting(LATER) == {Act.JUDGE}
    settle(store, now=LATER)
    assert store.waiting(LATER) == frozenset()


def test_archives_of_new_sources_are_waited_for(store: Store) -> None:
    """As long as one has a document that was not read."""
    fill(store)
    state = a_state(older_url="https://press.example/2", older_left=2)
    poll = a_poll(an_entry())
    store.save_polls([poll.__class__(poll.source_id, state, poll.feed)], now=NOON)

    assert Act.BACKFILL in store.waiting(NOON)


def test_each_topic_says_how_far_behind_it_is(store: Store) -> None:
    """The one that is furthest comes first, and one that has judged all is not named."""
    both = (a_definition(), a_definition(a_topic(id="late")))
    fill(store, an_entry(uid="urn:1"), an_entry(uid="urn:2"), definitions=both)
    judge(store)
    assert store.left_by_topic() == (("late", 2),)


def test_workers_are_counted_while_they_show_that_they_live(store: Store) -> None:
    """Who ends is forgotten at once; who dies, when it has been silent for long."""
    store.beat("schedule", Work(), now=NOON)
    store.beat("work one:7", Work(polls=2), now=NOON)
    store.beat("work two:8", Work(), now=LATER)

    assert store.beats("work", since=NOON) == ("one:7", "two:8")
    assert store.beats("work", since=LATER) == ("two:8",)
    store.clear_beats("work two:8", before=LATER + timedelta(seconds=1))
    assert store.beats("work", since=NOON) == ("one:7",)
    store.housekeeping(LATER + timedelta(days=30))
    assert store.beats("work", since=NOON) == ()
    assert store.last_beat("schedule") == NOON
    assert [role for role, _ in store.figures().beats] == ["schedule"]
