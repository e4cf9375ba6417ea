"""Arranging: every placement stands in one document, nothing floods, and departures are told."""

import shutil
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import NOON, a_source, a_topic, an_entry
from stores import a_definition, a_feed, a_poll, a_verdict, fill, judge, settle
from topicwire.errors import NotFoundError
from topicwire.model.article import Settled
from topicwire.model.catalogue import Source
from topicwire.model.judging import Ruling, Stand
from topicwire.model.wire import Entry, Retraction
from topicwire.store.arranging import MOST_OLD
from topicwire.store.judged import HYSTERESIS
from topicwire.store.store import Store

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def numbered(*numbers: int, age: timedelta = timedelta(0), **changes: object) -> list[Entry]:
    """Return entries called by their numbers, published a minute after one another."""
    return [
        an_entry(
            **{"uid": f"{n}", "title": f"{n}", "published": NOON - age + timedelta(minutes=n)}
            | changes
        )
        for n in numbers
    ]


def bring(store: Store, *entries: Entry, now: datetime, limit: int = 4) -> None:
    """Let entries come and be judged at a time."""
    definitions = (a_definition(a_topic(limit=limit)),)
    fill(store, *entries, now=now, definitions=definitions)
    judge(store, now=now)


def on_page(store: Store, page: int = 0) -> list[str]:
    """Return the titles on a page, in the order they are published."""
    return [each.stored.entry.title for each in store.edition("seats", page=page).placements]


def walked(store: Store) -> list[list[str]]:
    """Return the titles of the documents, from the current one back through the archive."""
    pages = store.standing("seats").pages
    return [on_page(store, page) for page in (0, *range(pages, 0, -1))]


def gone(store: Store, page: int = 0) -> list[str]:
    return [each.uid for each in store.edition("seats", page=page).departures]


def ruling(entry_id: int, stand: Stand, *, at: datetime) -> Ruling:
    return Ruling("seats", entry_id, stand, "ada", "It is so.", at)


def retopic(store: Store, version: str, *, at: datetime, limit: int = 4) -> None:
    """Let the topic be another from now on."""
    definition = a_definition(a_topic(limit=limit), version=version)
    store.mirror((a_source(),), (definition,), now=at, host="wire.example")


# ---- the archive -----------------------------------------------------------------------


def test_what_the_document_cannot_hold_goes_into_the_archive_in_whole_pages(store: Store) -> None:
    """O48: pages hold half as many as the document; each entry stands on one of them."""
    for n in range(1, 12):
        bring(store, *numbered(n), now=NOON + n * HOUR)

    assert walked(store) == [["11", "10", "9"], ["8", "7"], ["6", "5"], ["4", "3"], ["2", "1"]]


def test_a_page_that_is_made_gains_no_entry(store: Store) -> None:
    """O48: whoever has read a page of the archive need not come again for new entries."""
    for n in range(1, 8):
        bring(store, *numbered(n), now=NOON + n * HOUR)
    before = {page: on_page(store, page) for page in (1, 2)}
    for n in range(8, 14):
        bring(store, *numbered(n), now=NOON + n * HOUR)

    assert {page: on_page(store, page) for page in (1, 2)} == before


def test_a_late_column_comes_first(store: Store) -> None:
    """The order is that of entering the topic, so that no reader misses what came late."""
    bring(store, *numbered(5), now=NOON)
    late = numbered(3, age=3 * DAY)
    bring(store, *late, now=NOON + HOUR)

    assert on_page(store) == ["3", "5"]
    assert store.edition("seats").placements[0].stored.published == late[0].published


def test_a_page_that_is_not_there_is_told(store: Store) -> None:
    """A number beyond the newest page is an error that names it, if there is one."""
    bring(store, *numbered(1), now=NOON)
    with pytest.raises(NotFoundError, match="has no page 1: nothing is in it yet"):
        store.edition("seats", page=1)
    bring(store, *numbered(*range(1, 6)), now=NOON)

    assert store.standing("seats").pages == 1
    with pytest.raises(NotFoundError, match="archive of seats has no page 2: the newest is 1"):
        store.edition("seats", page=2)


def test_a_smaller_limit_moves_the_rest_into_the_archive(store: Store) -> None:
    """The document obeys the topic's file at once."""
    bring(store, *numbered(*range(1, 5)), now=NOON)
    definition = a_definition(a_topic(limit=2))
    store.mirror((a_source(),), (definition,), now=NOON + HOUR, host="wire.example")

    assert walked(store) == [["4", "3"], ["2"], ["1"]]


# ---- nothing floods --------------------------------------------------------------------


def test_on_its_first_day_a_topic_fills_its_document_with_the_latest(store: Store) -> None:
    """A first run over an archive shows the newest, whatever the order they were judged in."""
    fill(store, *numbered(*range(1, 31), age=99 * DAY), definitions=())
    retopic(store, "v1", at=NOON, limit=10)
    judge(store, limit=7, now=NOON)

    assert on_page(store) == [f"{n}" for n in range(30, 20, -1)]
    assert walked(store)[1:] == [
        [f"{n}" for n in range(20 - five, 15 - five, -1)] for five in (0, 5, 10, 15)
    ]


def test_a_changed_rule_brings_few_old_entries_and_the_latest_of_them(store: Store) -> None:
    """A rule change never floods: most of what it finds goes into the archive quietly."""
    bring(store, *numbered(1), now=NOON - 3 * DAY, limit=100)
    more = numbered(*range(2, 52), age=99 * DAY)
    fill(store, *more, now=NOON - 2 * DAY, definitions=(a_definition(a_topic(limit=100)),))
    judge(store, score=lambda _: 0.1, now=NOON - 2 * DAY)
    retopic(store, "v2", at=NOON, limit=100)
    judge(store, limit=13, now=NOON)

    assert on_page(store) == [f"{n}" for n in range(51, 51 - MOST_OLD, -1)] + ["1"]
    assert walked(store)[1:] == [[f"{n}" for n in range(31, 1, -1)]]


def test_nothing_is_published_before_all_is_judged_anew(store: Store) -> None:
    """Which of the old entries are the latest is known only at the end; what stood stays."""
    bring(store, *numbered(1), now=NOON)
    fill(store, *numbered(2, 3, 4), now=NOON, definitions=(a_definition(a_topic(limit=4)),))
    judge(store, score=lambda each: 0.9 if each.id == 1 else 0.1, now=NOON)
    retopic(store, "v2", at=NOON)
    standing = store.standing("seats")
    found = store.unjudged(standing, limit=3)
    verdicts = [a_verdict(each) for each in found]
    store.place(standing, verdicts, through=found[-1].seq, now=NOON)

    assert on_page(store) == ["1"]
    assert store.standing("seats").edition == standing.edition

    judge(store, now=NOON)
    assert on_page(store) == ["4", "3", "2", "1"]


def test_a_backfilled_source_brings_few_a_day(store: Store) -> None:
    """The entries of a new source's archive are old as well: what is over goes into ours."""
    bring(store, *numbered(1), now=NOON - 3 * DAY, limit=100)
    for part in range(3):
        some = numbered(*range(100 * part + 101, 100 * part + 111), age=99 * DAY)
        bring(store, *some, now=NOON + part * HOUR, limit=100)
    current = on_page(store)
    bring(store, *numbered(500, age=99 * DAY), now=NOON + 2 * DAY, limit=100)

    assert len(current) == MOST_OLD + 1
    assert [len(each) for each in walked(store)[1:]] == [30 - MOST_OLD]
    assert on_page(store)[0] == "500"


def test_what_is_published_now_is_never_old(store: Store) -> None:
    """However many columns a busy day brings, all of them come into the document."""
    bring(store, *numbered(1), now=NOON - 3 * DAY, limit=100)
    bring(store, *numbered(*range(2, 62)), now=NOON, limit=100)

    assert len(on_page(store)) == 61


def test_what_an_editor_pins_is_shown_however_old(store: Store) -> None:
    """A pin is for readers to see."""
    bring(store, *numbered(1), now=NOON - 3 * DAY, limit=100)
    old = numbered(*range(2, 42), age=99 * DAY)
    fill(store, *old, now=NOON, definitions=(a_definition(a_topic(limit=100)),))
    judge(store, score=lambda each: 0.9 if each.id < 41 else 0.1, now=NOON)
    store.rule(ruling(41, Stand.PIN, at=NOON + HOUR))

    assert on_page(store)[0] == "41"


# ---- what leaves, and what comes back --------------------------------------------------


def vetoed(store: Store, at: datetime) -> None:
    store.rule(ruling(1, Stand.VETO, at=at))


def retracted(store: Store, at: datetime) -> None:
    feed = replace(a_feed(), retractions=(Retraction("1", at),))
    store.save_feed("press", feed, now=at)
    judge(store, now=at)


def ruled_out(store: Store, at: datetime) -> None:
    retopic(store, "v2", at=at)
    judge(store, score=lambda each: 0.1 if each.id == 1 else 0.9, now=at)


@pytest.mark.parametrize("leave", [vetoed, retracted, ruled_out], ids=lambda each: each.__name__)
def test_what_leaves_is_told(store: Store, leave: Callable[[Store, datetime], None]) -> None:
    """A veto, a retraction and a changed rule each leave a tombstone (RFC 6721) and a new edition."""
    bring(store, *numbered(1, 2), now=NOON)
    before = store.standing("seats").edition
    leave(store, NOON + HOUR)

    assert on_page(store) == ["2"]
    assert gone(store) == ["1"]
    assert store.standing("seats").edition > before


def test_what_left_the_archive_is_told_there_and_to_followers(store: Store) -> None:
    """Readers follow the current document, and walk the archive once."""
    for n in range(1, 8):
        bring(store, *numbered(n), now=NOON + n * HOUR)
    store.rule(ruling(1, Stand.VETO, at=NOON + DAY))

    assert on_page(store, 1) == ["2"]
    assert (gone(store), gone(store, 1), gone(store, 2)) == (["1"], ["1"], [])


def test_followers_are_told_for_a_month(store: Store) -> None:
    """A tombstone that every reader has seen need not be sent for ever."""
    bring(store, *numbered(1, 2), now=NOON)
    store.rule(ruling(1, Stand.VETO, at=NOON + DAY))
    bring(store, *numbered(3), now=NOON + 40 * DAY)

    assert gone(store) == []


def test_what_comes_back_takes_its_old_place(store: Store) -> None:
    """An entry that leaves and comes back is no new entry, and nothing says any more that it left."""
    for n in range(1, 8):
        bring(store, *numbered(n), now=NOON + n * HOUR)
    before = walked(store)
    for number in (2, 6):
        store.rule(ruling(number, Stand.VETO, at=NOON + DAY))
        store.release("seats", number, now=NOON + 2 * DAY)

    assert walked(store) == before
    assert gone(store) == []


def test_what_goes_behind_another_of_its_story_is_told(store: Store) -> None:
    """Another entry carries the story from now on: readers learn that the first is gone, and back."""
    fill(store, *numbered(1, 2))
    store.settle([Settled(number, story=1) for number in (1, 2)], [])
    judge(store, now=NOON)
    store.rule(ruling(2, Stand.PIN, at=NOON + HOUR))
    assert (on_page(store), gone(store)) == (["2"], ["1"])

    store.rule(ruling(2, Stand.VETO, at=NOON + DAY))
    assert (on_page(store), gone(store)) == (["1"], ["2"])


def test_what_leaves_says_which_other_source_still_has_it(store: Store) -> None:
    """A column of two sources is one column for readers: that of one is not gone with the other's."""
    sources = a_source(), a_source(id="mirror", url="https://mirror.example/feed")
    fill(store, *numbered(1), sources=sources)
    store.save_polls([a_poll(*numbered(1), source_id="mirror")], now=NOON)
    store.settle([Settled(number, story=1) for number in (1, 2)], [])
    judge(store, now=NOON)
    store.rule(ruling(1, Stand.VETO, at=NOON + HOUR))
    for n in range(3, 9):
        bring_beside(store, n, sources)

    assert gone(store) == ["1"]
    assert [stands_of(store, page) for page in (0, 1)] == [["mirror"], []]
    assert "1" in on_page(store, 1)

    store.rule(ruling(2, Stand.VETO, at=NOON + DAY))
    assert stands_of(store) == []


def bring_beside(store: Store, number: int, sources: tuple[Source, ...]) -> None:
    """Let an entry come to a topic of four, all sources staying."""
    now = NOON + number * HOUR
    definitions = (a_definition(a_topic(limit=4)),)
    fill(store, *numbered(number), now=now, sources=sources, definitions=definitions)
    judge(store, now=now)


def stands_of(store: Store, page: int = 0) -> list[str]:
    """Return the sources that still have what is gone."""
    departures = store.edition("seats", page=page).departures
    return [each.source.id for departure in departures for each in departure.stands_of]


def edited(store: Store, score: float, *, step: int) -> None:
    """Let the first entry be corrected, which is then judged anew."""
    now = NOON + step * HOUR
    again = numbered(1, fingerprint=f"f{step}", updated=now)
    store.save_polls([a_poll(*again)], now=now)
    judge(store, score=lambda _: score, now=now)


def test_an_entry_whose_score_wavers_stays(store: Store) -> None:
    """Hysteresis: corrections around the least score do not make an entry come and go."""
    bring(store, *numbered(1), now=NOON)
    for step, score in enumerate((0.49, 0.51, 0.5 - HYSTERESIS + 0.001), start=2):
        edited(store, score, step=step)
        assert on_page(store) == ["1"]
    edited(store, 0.5 - HYSTERESIS - 0.001, step=9)

    assert on_page(store) == []
    assert gone(store) == ["1"]


def test_an_entry_that_never_stood_needs_the_whole_score(store: Store) -> None:
    """What is held for those that stand lets nothing in."""
    fill(store, *numbered(1))
    judge(store, score=lambda _: 0.3)
    edited(store, 0.48, step=2)

    assert on_page(store) == []


def test_a_changed_rule_holds_nothing(store: Store) -> None:
    """An editor who changes a topic gets what they wrote, to the hundredth."""
    bring(store, *numbered(1), now=NOON)
    retopic(store, "v2", at=NOON + HOUR)
    judge(store, score=lambda _: 0.49, now=NOON + HOUR)

    assert on_page(store) == []


def test_an_edit_updates_in_place(store: Store) -> None:
    """A corrected column keeps its place and is another edition."""
    bring(store, *numbered(1), now=NOON)
    bring(store, *numbered(2), now=NOON + HOUR)
    before = store.standing("seats").edition
    again = numbered(1, title="1, corrected", fingerprint="f2", updated=NOON + 2 * HOUR)
    store.save_polls([a_poll(*again)], now=NOON + 2 * HOUR)
    judge(store, now=NOON + 2 * HOUR)

    assert on_page(store) == ["2", "1, corrected"]
    assert store.standing("seats").edition > before


def test_every_edit_has_a_new_time(store: Store) -> None:
    """Readers that go by `updated` see an edit also where the source does not say a later one."""
    bring(store, *numbered(1, updated=NOON), now=NOON)
    for step, when in enumerate((NOON, NOON + 2 * HOUR, None, NOON + 4 * HOUR), start=1):
        before = store.edition("seats").placements[0].stored.updated
        again = numbered(1, fingerprint=f"g{step}", updated=when)
        store.save_polls([a_poll(*again)], now=NOON + step * HOUR)

        assert store.edition("seats").placements[0].stored.updated > before


# ---- while others write ------------------------------------------------------------------


def walk(store: Store) -> list[int]:
    """Return the entries as a reader meets them who follows prev-archive page by page."""
    current = store.edition("seats")
    met = [each.stored.id for each in current.placements]
    for page in range(current.standing.pages, 0, -1):
        met += [each.stored.id for each in store.edition("seats", page=page).placements]
    return met


def test_a_walk_meets_everything_once_while_entries_come_in(
    store: Store, database_url: str
) -> None:
    """O48: pages are made behind the walker's back, and nothing is lost or met twice."""
    bring(store, *numbered(1), now=NOON)
    ready = threading.Event()

    def write() -> None:
        with closing(Store.open(database_url)) as other:
            for n in range(2, 60):
                bring(other, *numbered(n), now=NOON + n * HOUR)
                ready.set()

    writer = threading.Thread(target=write)
    writer.start()
    ready.wait()
    walks = 0
    while writer.is_alive():
        known = {each.id for each in store.entries(topic="seats", limit=999)}
        met = walk(store)
        assert len(met) == len(set(met))
        assert known <= set(met)
        walks += 1
    writer.join()
    assert walks > 3
    assert sorted(walk(store)) == list(range(1, 60))


# ---- any order of events ---------------------------------------------------------------

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["come", "old", "veto", "release", "retopic", "retract", "narrow"]),
        st.integers(1, 12),
    ),
    max_size=14,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database without rows, to be copied: making one anew takes long."""
    path = tmp_path_factory.mktemp("empty") / "wire.sqlite"
    with closing(Store.open(f"sqlite:///{path}", create=True)) as store:
        fill(store, definitions=(a_definition(a_topic(limit=4)),), now=NOON)
        store.housekeeping(NOON)
    return path


def act(store: Store, verb: str, number: int, *, step: int) -> None:
    """Do one thing to the store, and judge what is to be judged."""
    now = NOON + step * 7 * HOUR
    known = {each.id for each in store.entries(limit=999)}
    held = {each.entry_id for each, _ in store.rulings("seats")}
    if verb in {"come", "old"}:
        age = timedelta(0) if verb == "come" else 90 * DAY
        some = numbered(*range(100 * step, 100 * step + number), age=age)
        store.save_polls([a_poll(*some)], now=now)
    elif verb == "veto" and number in known:
        store.rule(ruling(number, Stand.VETO, at=now))
    elif verb == "release" and number in held:
        store.release("seats", number, now=now)
    elif verb == "retopic":
        retopic(store, f"v{step}", at=now)
    elif verb == "narrow":
        retopic(store, store.standing("seats").version, at=now, limit=max(1, number // 3))
    elif verb == "retract" and number in known:
        gone_now = (Retraction(store.entry(number).entry.uid, now),)
        store.save_feed("press", replace(a_feed(), retractions=gone_now), now=now)
    settle(store, now=now)
    judge(store, score=lambda each: 0.1 if (each.id + step) % 5 == 0 else 0.9, now=now, limit=5)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS)
def test_a_walk_meets_every_placement_once(
    acts: list[tuple[str, int]], empty: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """O48: whatever happens in whatever order, and also when it happens in the middle of a walk."""
    path = tmp_path_factory.mktemp("wire") / "wire.sqlite"
    shutil.copy(empty, path)
    with closing(Store.open(f"sqlite:///{path}")) as store:
        for step, (verb, number) in enumerate(acts, start=1):
            pages = store.standing("seats").pages
            current = on_page(store)
            before = {page: set(on_page(store, page)) for page in range(1, pages + 1)}
            stood = {title for each in (current, *before.values()) for title in each}
            act(store, verb, number, step=step)

            found = [title for each in walked(store) for title in each]
            assert len(found) == len(set(found))
            in_topic = {each.entry.title for each in store.entries(topic="seats", limit=999)}
            assert set(found) == in_topic
            assert len(on_page(store)) <= store.standing("seats").topic.limit
            for page, held in before.items():
                gained = set(on_page(store, page)) - held
                assert gained.isdisjoint(stood)  # only what had left it before comes back
            met = {title for page in before for title in on_page(store, page)} | set(current)
            assert stood & in_topic <= met
