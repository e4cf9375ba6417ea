"""Which entry is which, over changed ids, edits and retractions."""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest

from builders import NOON, a_source, a_state, an_entry
from stores import a_feed, a_poll, fill, settle, titles
from topicwire.model.catalogue import Throttle
from topicwire.model.wire import Brought, Entry, Health, Poll, Retraction
from topicwire.store.store import Store

LATER = NOON + timedelta(hours=1)
LONG_AGO = NOON - timedelta(days=90)


def column(n: int, **changes: object) -> Entry:
    """Return one of several columns, with an address and words of its own."""
    values = {
        "uid": f"old-{n}",
        "title": f"Column {n}",
        "url_key": f"press.example/{n}",
        "likeness": f"words {n}",
        "fingerprint": f"f{n}",
    }
    return an_entry(**(values | changes))


def retracted(store: Store, uid: str) -> datetime | None:
    """Return when the entry of that id was taken back."""
    return next(each.retracted for each in store.entries(limit=9) if each.entry.uid == uid)


def poll(store: Store, *entries: Entry, now: datetime = LATER, **feed: object) -> tuple[int, int]:
    """Save a poll that brought these entries; return how many are new, and revised."""
    brought = replace(a_poll(*entries), feed=replace(a_feed(*entries), **feed))  # type: ignore[arg-type]
    (outcome,) = store.save_polls([brought], now=now)
    settle(store, now=now)
    return outcome.new, outcome.revised


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"likeness": None}, id="same page and title"),
        pytest.param({"url_key": "press.example/moved", "title": "Edited"}, id="same words"),
    ],
)
def test_a_new_scheme_of_ids_makes_nothing_new(store: Store, changes: dict[str, object]) -> None:
    """P28: a known column under another id is the known column, and keeps its id for good."""
    fill(store, column(1), column(2))
    renamed = [column(n, uid=f"https://press.example/{n}", **changes) for n in (1, 2)]

    assert poll(store, *renamed) == (0, 0)
    assert poll(store, *renamed, column(3, uid="https://press.example/3")) == (1, 0)
    assert {each.entry.uid for each in store.entries(limit=9)} == {
        "old-1",
        "old-2",
        "https://press.example/3",
    }


def test_an_entry_that_is_still_there_is_not_renamed(store: Store) -> None:
    """P26, P28: while its own id stands in the document, one like it is another entry."""
    fill(store, column(1))

    assert poll(store, column(1), column(1, uid="another")) == (1, 0)


def test_a_recurring_title_is_another_entry(store: Store) -> None:
    """P28: the same title at another page with other words is no renamed entry."""
    fill(store, column(1, title="Morning briefing"))

    new = column(2, uid="new", title="Morning briefing")
    assert poll(store, new) == (1, 0)


def test_silent_edits_are_believed_only_so_often(store: Store) -> None:
    """P29: a site that changes an entry at every poll stops counting as editing it."""
    fill(store, column(1))
    revised = [poll(store, column(1, fingerprint=f"g{n}"))[1] for n in range(30)]

    assert sum(revised) == 24
    edited = column(1, fingerprint="edited", updated=LATER + timedelta(days=1))
    assert poll(store, edited) == (0, 1)
    assert poll(store, replace(edited, fingerprint="again")) == (0, 1)


def test_another_way_of_reading_is_no_edit(store: Store) -> None:
    """F12: what a newer version reads otherwise is stored, judged again, and no revision."""
    fill(store, column(1, fingerprint="f1"))

    assert poll(store, column(1, fingerprint="2:x", text="Read better.")) == (0, 0)
    stored = store.entry(1)
    assert (stored.entry.text, stored.revision, stored.revised) == ("Read better.", 0, NOON)


def test_what_a_feed_takes_back_is_gone_and_never_new(store: Store) -> None:
    """P31: a tombstone marks the entry; showing it again does not bring it back, an update does."""
    fill(store, column(1), column(2))
    poll(store, column(2), retractions=(Retraction("old-1", NOON),))
    assert retracted(store, "old-1") == NOON

    assert poll(store, column(1), column(2)) == (0, 0)
    assert retracted(store, "old-1") == NOON
    assert poll(store, column(1, updated=LATER), column(2)) == (0, 1)
    assert retracted(store, "old-1") is None


def test_a_complete_feed_takes_back_what_it_lacks(store: Store) -> None:
    """P32: with fh:complete what vanished is gone; without it, it stays."""
    fill(store, column(1), column(2))
    poll(store, column(2))
    assert retracted(store, "old-1") is None

    poll(store, column(2, uid="renamed"), is_complete=True)
    assert retracted(store, "old-1") == LATER
    assert retracted(store, "old-2") is None  # it is there, under another id


def test_what_a_complete_feed_holds_again_is_back(store: Store) -> None:
    """P32: a complete feed says what there is, unless it says of the same that it is deleted."""
    fill(store, column(1), column(2))
    poll(store, column(2), is_complete=True)
    deleted = Retraction("old-1", NOON)
    assert poll(store, column(1), column(2), is_complete=True, retractions=(deleted,)) == (0, 0)
    assert retracted(store, "old-1") == LATER

    assert poll(store, column(1), column(2), is_complete=True) == (0, 1)
    assert retracted(store, "old-1") is None


def test_a_delivery_is_never_complete(store: Store) -> None:
    """W14: what a hub sends may be a part; nothing that it lacks is taken for gone."""
    fill(store, column(1), column(2))

    part = replace(a_feed(column(3)), is_complete=True)
    assert store.save_feed("press", part, now=LATER) == Brought(new=1)
    assert retracted(store, "old-1") is None
    assert store.polled(("press",))[0].entries == 3


def test_the_backlog_of_a_new_source_is_dated_by_its_feed(store: Store) -> None:
    """P33: a first import is no flood of news: each entry stands where it was published."""
    fill(store, column(1, published=LONG_AGO), column(2, published=NOON - timedelta(days=1)))
    poll(store, column(3, published=None), column(2), column(1))

    assert titles(store.entries(limit=9)) == ["Column 3", "Column 2", "Column 1"]
    assert store.entry(1).published == LONG_AGO


def test_pages_are_wanted_once(store: Store) -> None:
    """A new entry's page is noted with it; a known entry's is not noted again."""
    fill(store)
    poll(store, column(1), wanted=frozenset({"old-1"}))
    poll(store, column(1, fingerprint="edited"), wanted=frozenset({"old-1"}))

    (due,) = store.articles_due(LATER, limit=9)
    assert (due.entry_id, due.tries) == (1, 0)


def test_pages_of_one_host_hold_up_no_others(store: Store) -> None:
    """However many of a host are due, the first of every other comes before its second."""
    fill(store)
    there = [column(n, url=f"https://press.example/{n}") for n in range(1, 5)]
    elsewhere = column(9, url="https://other.example/9")
    feed = replace(a_feed(elsewhere, *there), wanted=frozenset(f"old-{n}" for n in (1, 2, 3, 4, 9)))
    store.save_polls([replace(a_poll(elsewhere, *there), feed=feed)], now=NOON)

    assert store.entry(5).entry.url == elsewhere.url  # the last in the order of storing

    due = store.articles_due(LATER, limit=2)

    assert {urlsplit(each.url).hostname for each in due} == {"press.example", "other.example"}


def test_an_entry_waits_for_its_page_a_quarter_of_an_hour(store: Store) -> None:
    """PEERS 17: nothing is judged on a teaser while its page may come, and nothing for long."""
    fill(store)
    feed = replace(a_feed(column(1)), wanted=frozenset({"old-1"}))
    store.save_polls([replace(a_poll(column(1)), feed=feed)], now=NOON)

    assert store.unsettled(NOON + timedelta(minutes=14), limit=9) == ()
    assert len(store.unsettled(NOON + timedelta(minutes=15), limit=9)) == 1


# ---- sources: moves, hosts, downtime -----------------------------------------------------

OTHER = a_source(id="other", url="https://press.example/new")


def test_a_source_that_moves_onto_another_is_merged(store: Store) -> None:
    """F45: no crash and no second poll: the other goes on, its entries and ids stay."""
    fill(store, column(1), sources=(a_source(), OTHER))
    moved = a_poll(column(1), moved_url=OTHER.url)
    store.save_polls([moved], now=LATER)

    (press,) = store.polled(("press",))
    assert (press.state.health, press.merged_into) == ("merged", "other")
    assert [each.source.id for each in store.due(NOON + timedelta(days=9))] == ["other"]
    assert store.entry(1).source_id == "press"


def test_a_merged_source_comes_back_when_the_other_goes(store: Store) -> None:
    """F45: removing the other one, or giving it another address, revives it."""
    fill(store, column(1), sources=(a_source(), OTHER))
    store.save_polls([a_poll(column(1), moved_url=OTHER.url)], now=LATER)
    store.mirror((a_source(),), (), now=LATER, host="wire.example")

    (press,) = store.polled(("press",))
    assert (press.state.health, press.merged_into, press.url) == ("new", None, OTHER.url)


def test_a_merged_source_comes_back_when_it_is_added_after_the_other_went(store: Store) -> None:
    """F45: it does not stay merged into what the catalogue no longer has."""
    fill(store, column(1), sources=(a_source(), OTHER))
    store.save_polls([a_poll(column(1), moved_url=OTHER.url)], now=LATER)
    for wanted in ((), (a_source(),)):
        store.mirror(wanted, (), now=LATER, host="wire.example")

    assert [each.source.id for each in store.due(LATER)] == ["press"]


@pytest.mark.parametrize(
    ("health", "paused"), [(Health.OK, True), (Health.GONE, False)], ids=["paused", "gone"]
)
def test_a_source_that_moves_onto_one_that_is_not_polled_stays(
    store: Store, health: Health, *, paused: bool
) -> None:
    """F45: merged into one that nobody asks, it would not be asked any more either."""
    fill(store, column(1), sources=(a_source(), replace(OTHER, paused=paused)))
    store.save_polls([Poll("other", a_state(health=health))], now=LATER)
    store.save_polls([a_poll(column(1), moved_url=OTHER.url)], now=LATER)

    (press,) = store.polled(("press",))
    assert (press.state.health, press.merged_into, press.url) == ("ok", None, OTHER.url)


def test_an_address_that_the_catalogue_changes_forgets_the_move(store: Store) -> None:
    """F8, F40: the editor's word counts; what was learned of the old address goes."""
    fill(store, column(1))
    store.save_polls([a_poll(column(1), moved_url="https://moved.example/", failures=3)], now=LATER)
    store.mirror((a_source(url="https://new.example/f"),), (), now=LATER, host="wire.example")

    (press,) = store.polled(("press",))
    assert (press.url, press.state.failures) == ("https://new.example/f", 0)


@pytest.mark.parametrize(("throttle", "held"), [("host", True), ("source", False)], ids=str)
def test_a_429_may_hold_back_a_whole_host(store: Store, throttle: str, *, held: bool) -> None:
    """F30: by default a source alone waits; where the catalogue says so, its host."""
    first = a_source(throttle=Throttle(throttle))
    fill(store, sources=(first, OTHER, a_source(id="far", url="https://far.example/f")))
    until = NOON + timedelta(hours=5)
    refused = replace(a_poll(next_poll=until, http_status=429), feed=None)
    store.save_polls([refused], now=NOON)

    due = {each.source.id for each in store.due(NOON + timedelta(hours=1))}
    assert due == ({"far"} if held else {"far", "other"})


def test_the_host_is_held_back_that_refused(store: Store) -> None:
    """F30: of a source that has moved that is the new one; its old host has said nothing."""
    moved_to = "https://new.example/f"
    there = a_source(id="there", url="https://new.example/other")
    fill(store, sources=(a_source(throttle=Throttle.HOST), OTHER, there))
    until = NOON + timedelta(hours=5)
    moved = a_poll(moved_url=moved_to)
    refused = a_poll(moved_url=moved_to, next_poll=until, http_status=429)
    for each in (moved, refused):
        store.save_polls([replace(each, feed=None)], now=NOON)

    due = {each.source.id for each in store.due(NOON + timedelta(hours=1))}
    assert due == {"other"}


def test_a_host_that_is_held_back_is_asked_for_nobody(store: Store) -> None:
    """F30: what a hub has told in vain does not bring a source forward whose host wants a rest."""
    fill(store, sources=(a_source(throttle=Throttle.HOST), OTHER))
    until = NOON + timedelta(hours=5)
    for when in (NOON + timedelta(hours=2), NOON + timedelta(hours=9)):
        healthy = a_poll(source_id="other", next_poll=when, last_poll=NOON)
        refused = a_poll(next_poll=until, http_status=429, failures=1)
        store.save_polls([replace(each, feed=None) for each in (healthy, refused)], now=NOON)

        store.bring_forward("other", to=NOON + timedelta(hours=1), last_poll=NOON)

        press, other = store.polled(["press", "other"])
        assert max(when, until) == other.state.next_poll
        assert (press.state.not_before, other.state.not_before) == (None, until)
    assert press.state.next_poll == until


def test_overdue_sources_are_spread(store: Store) -> None:
    """F22: after a downtime sources become due one after another, within the window."""
    many = tuple(a_source(id=f"s{n}", url=f"https://h{n}.example/f") for n in range(50))
    fill(store, sources=many)
    polls = [
        replace(a_poll(source_id=s.id, next_poll=NOON, last_poll=NOON), feed=None) for s in many
    ]
    store.save_polls(polls, now=NOON)
    back = NOON + timedelta(hours=9)

    assert store.spread_overdue(back, window=3600) == 50
    assert len(store.due(back)) == 1
    assert len(store.due(back + timedelta(seconds=5))) == 26
    assert store.spread_overdue(back, window=3600) == 0


def test_a_clock_that_was_ahead_keeps_nobody_waiting(store: Store) -> None:
    """What was asked by a clock five days ahead waits as long as it should from now on."""
    ahead = NOON + timedelta(days=5)
    fill(store, now=ahead)
    hour, two = timedelta(hours=1), timedelta(hours=2)
    asked = a_poll(next_poll=ahead + two, last_poll=ahead, not_before=ahead + hour)
    store.save_polls([asked], now=ahead)

    assert store.turn_back(NOON) == timedelta(days=5)
    state = store.sources()[0].state
    assert (state.last_poll, state.next_poll, state.not_before) == (NOON, NOON + two, NOON + hour)
    assert store.turn_back(NOON) == timedelta(0)


def test_an_entry_of_a_clock_that_was_ahead_is_judged(store: Store) -> None:
    """Its page is not waited for until the time comes that it was taken to be."""
    fill(store, now=NOON)
    entry = an_entry(uid="a")
    wanting = replace(a_feed(entry), wanted=frozenset({"a"}))
    poll = replace(a_poll(), feed=wanting)
    store.save_polls([poll], now=NOON + timedelta(days=5))

    assert [each.entry.uid for each in store.unsettled(NOON, limit=9)] == ["a"]


def test_many_new_sources_are_no_burst(store: Store) -> None:
    """L8: what a list brings in beyond the first hundred is asked one after another."""
    many = tuple(a_source(id=f"s{n}", url=f"https://h{n}.example/f") for n in range(300))
    fill(store, sources=many)

    assert len(store.due(NOON)) == 101
    assert len(store.due(NOON + timedelta(minutes=1))) == 300
    assert len(store.due(NOON, with_new=True)) == 300  # somebody who polls by hand wants them all


def test_the_troubled_come_last(store: Store) -> None:
    """S9: sources that failed, or took long to read, hold up no others."""
    three = tuple(a_source(id=n, url=f"https://{n}.example/f") for n in ("a", "b", "c"))
    fill(store, sources=three)
    states: dict[str, dict[str, object]] = {"a": {"failures": 2}, "b": {"is_slow": True}, "c": {}}
    store.save_polls(
        [replace(a_poll(source_id=n, next_poll=NOON, **s), feed=None) for n, s in states.items()],
        now=NOON,
    )

    assert next(each.source.id for each in store.due(NOON)) == "c"
