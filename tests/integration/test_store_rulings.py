"""Rulings: what an editor decides of an entry goes before every verdict, and stays."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import NOON, a_source, a_topic, an_entry
from stores import a_definition, a_feed, a_poll, fill, judge
from topicwire.errors import NotFoundError
from topicwire.model.article import Settled
from topicwire.model.judging import Placed, Ruling, Stand
from topicwire.model.wire import Entry, Retraction
from topicwire.store.store import Store

LATER = NOON + timedelta(hours=1)


def a_ruling(entry_id: int, stand: Stand = Stand.PIN, **changes: object) -> Ruling:
    values: dict[str, object] = {
        "topic_id": "seats",
        "entry_id": entry_id,
        "stand": stand,
        "who": "ada",
        "why": "It says so between the lines.",
        "made": LATER,
    }
    return Ruling(**(values | changes))  # type: ignore[arg-type]


def numbered(count: int) -> list[Entry]:
    """Return entries called 1, 2, …, published a minute after one another."""
    return [
        an_entry(uid=f"{n}", title=f"{n}", published=NOON + timedelta(minutes=n))
        for n in range(1, count + 1)
    ]


def change(store: Store, version: str) -> None:
    store.mirror((a_source(),), (a_definition(version=version),), now=LATER, host="wire.example")


def in_topic(store: Store) -> set[int]:
    """Return the entries that stand in the topic, published or behind another."""
    return {each.id for each in store.entries(topic="seats", limit=99)}


def published(store: Store) -> list[int]:
    return [each.stored.id for each in store.edition("seats").placements]


def edition(store: Store) -> int:
    return store.standing("seats").edition


def far(store: Store, count: int = 2) -> None:
    """Fill the store with entries that no verdict is kept of."""
    fill(store, *numbered(count))
    judge(store, score=lambda _: 0.0)


# ---- from the moment it is made ----------------------------------------------------------


def test_a_pin_brings_in_what_was_never_near(store: Store) -> None:
    """An entry without a verdict is in its topic at once, in a new edition, chosen by an editor."""
    far(store)

    placed = store.rule(a_ruling(2))

    assert placed == Placed("seats", judged=0, entered=1, left=0, edition=2)
    (placement,) = store.edition("seats").placements
    assert (placement.stored.id, placement.placed) == (2, LATER)
    assert (placement.is_pinned, placement.score, placement.reasons) == (True, 0.0, ())
    assert store.standing("seats").edition_time == LATER


def test_a_veto_takes_out_what_was_accepted(store: Store) -> None:
    """The entry is out at once, while the judge's own opinion of it is kept."""
    fill(store, *numbered(2))
    judge(store)

    placed = store.rule(a_ruling(1, Stand.VETO))

    assert placed == Placed("seats", judged=0, entered=0, left=1, edition=3)
    assert published(store) == [2]
    ((_, verdict),) = store.verdicts_of(1)
    assert verdict.accepted


def test_a_pin_on_what_is_in_already_says_so(store: Store) -> None:
    """The reason that readers are shown changes, so the feed has a new edition; once."""
    fill(store, *numbered(1))
    judge(store)
    store.rule(a_ruling(1))
    assert edition(store) == 3

    store.rule(a_ruling(1, why="Said otherwise."))

    assert edition(store) == 3
    ((ruling, _),) = store.rulings("seats")
    assert ruling.why == "Said otherwise."


def test_a_veto_on_what_is_out_is_no_news_to_readers(store: Store) -> None:
    """The edition stays; the ruling is there for what may come."""
    far(store)

    placed = store.rule(a_ruling(1, Stand.VETO))

    assert (placed.entered, placed.left, placed.edition) == (0, 0, 1)


# ---- whatever comes ------------------------------------------------------------------------


@pytest.fixture(params=[Stand.PIN, Stand.VETO], ids=["pinned", "vetoed"])
def ruled(request: pytest.FixtureRequest, store: Store) -> tuple[Store, Stand]:
    """Give a store in which entry 1 is ruled against the topic's verdict."""
    stand: Stand = request.param
    fill(store, *numbered(3))
    judge(store, score=lambda _: against(stand))
    store.rule(a_ruling(1, stand))
    return store, stand


def against(stand: Stand) -> float:
    return 0.0 if stand is Stand.PIN else 0.9


def is_as_ruled(store: Store, stand: Stand) -> bool:
    return (1 in in_topic(store)) is (stand is Stand.PIN)


def test_a_changed_topic_keeps_to_it(ruled: tuple[Store, Stand]) -> None:
    """A new version of the topic judges the archive anew, and the ruling stands."""
    store, stand = ruled
    change(store, "v2")
    judge(store, score=lambda _: 1 - against(stand), now=LATER)
    change(store, "v3")

    judge(store, score=lambda _: against(stand), now=LATER)

    assert is_as_ruled(store, stand)
    assert in_topic(store) - {1} == (set() if stand is Stand.PIN else {2, 3})


def test_a_revision_keeps_to_it(ruled: tuple[Store, Stand]) -> None:
    """The entry is rewritten and judged again, and the ruling stands."""
    store, stand = ruled
    store.save_polls([a_poll(an_entry(uid="1", title="1b", fingerprint="f2"))], now=LATER)

    judge(store, score=lambda _: against(stand), now=LATER)

    assert is_as_ruled(store, stand)


def test_a_topic_that_left_and_came_back_keeps_to_it(ruled: tuple[Store, Stand]) -> None:
    """A topic taken out of the catalogue and put back stands as it stood."""
    store, stand = ruled
    store.mirror((a_source(),), (), now=LATER, host="wire.example")
    assert store.rulings_of(1) == ()

    change(store, "v2")
    judge(store, score=lambda _: against(stand), now=LATER)

    assert is_as_ruled(store, stand)
    assert [each.stand for each in store.rulings_of(1)] == [stand]


def test_a_restart_keeps_to_it(ruled: tuple[Store, Stand], database_url: str) -> None:
    """Another process knows of it: who decided, why and when."""
    _, stand = ruled
    with closing(Store.open(database_url)) as other:
        change(other, "v2")
        judge(other, score=lambda _: against(stand), now=LATER)

        assert is_as_ruled(other, stand)
        assert other.rulings_of(1) == (a_ruling(1, stand),)


def test_a_pin_whose_entry_moves_moves_in_the_feed(store: Store) -> None:
    """A pinned entry with another date stands at its new place, though no verdict was kept."""
    far(store)
    store.rule(a_ruling(1))
    store.rule(a_ruling(2))
    assert published(store) == [2, 1]
    moved = an_entry(uid="1", title="1", fingerprint="f2", published=NOON + timedelta(days=1))
    store.save_polls([a_poll(moved)], now=LATER)

    judge(store, score=lambda _: 0.0, now=LATER)

    assert published(store) == [1, 2]


def test_a_pin_shows_no_reasons_so_they_make_no_edition(store: Store) -> None:
    """What the judge says of a pinned entry is not shown, and another score is no news."""
    fill(store, *numbered(1))
    judge(store)
    store.rule(a_ruling(1))
    before = edition(store)
    change(store, "v2")

    judge(store, score=lambda _: 0.6, now=LATER)

    assert edition(store) == before


# ---- what its source took back ----------------------------------------------------------


def test_what_was_retracted_leaves_though_it_is_pinned(store: Store) -> None:
    """Its source's word goes before the editor's; when it comes back, the pin holds again."""
    far(store)
    store.rule(a_ruling(1))
    gone = replace(a_feed(), retractions=(Retraction("1", LATER),))
    store.save_feed("press", gone, now=LATER)

    judge(store, score=lambda _: 0.0, now=LATER)
    assert in_topic(store) == set()

    back = an_entry(uid="1", title="1", fingerprint="f2", updated=LATER + timedelta(hours=1))
    store.save_polls([a_poll(back)], now=LATER + timedelta(hours=2))
    judge(store, score=lambda _: 0.0, now=LATER + timedelta(hours=2))
    assert in_topic(store) == {1}


def test_what_was_retracted_cannot_be_pinned_in(store: Store) -> None:
    """The pin is kept, and waits."""
    far(store)
    gone = replace(a_feed(), retractions=(Retraction("1", LATER),))
    store.save_feed("press", gone, now=LATER)

    placed = store.rule(a_ruling(1))

    assert (placed.entered, placed.edition) == (0, 1)
    assert store.rulings_of(1) == (a_ruling(1),)


# ---- what is not ready yet -----------------------------------------------------------------


def test_a_pin_on_what_is_not_ready_waits_for_it(store: Store) -> None:
    """An entry that has just come is placed once it is settled and judged, whatever the verdict."""
    fill(store)
    store.save_polls([a_poll(*numbered(1))], now=NOON)

    placed = store.rule(a_ruling(1))
    assert (placed.entered, in_topic(store)) == (0, set())
    judge(store, score=lambda _: 0.0, now=LATER)

    assert published(store) == [1]


def test_a_veto_on_what_is_not_ready_keeps_it_out(store: Store) -> None:
    """It never enters, not even for a moment."""
    fill(store)
    store.save_polls([a_poll(*numbered(1))], now=NOON)

    store.rule(a_ruling(1, Stand.VETO))
    placed = judge(store, now=LATER)

    assert placed == [Placed("seats", judged=1, entered=0, left=0, edition=1)]


def test_a_pin_on_what_waits_to_be_settled_again_is_placed_at_once(store: Store) -> None:
    """A revised entry was ready once, and its story is known."""
    far(store)
    store.save_polls([a_poll(an_entry(uid="1", title="1b", fingerprint="f2"))], now=LATER)

    store.rule(a_ruling(1))

    assert published(store) == [1]


# ---- stories -----------------------------------------------------------------------------


def one_story(store: Store, count: int = 3) -> None:
    """Fill the store with entries that all tell the story of the first."""
    fill(store)
    store.save_polls([a_poll(*numbered(count))], now=NOON)
    found = sorted(store.unsettled(NOON, limit=9), key=lambda each: each.id)
    store.settle([Settled(each.id, story=1) for each in found], [])


def test_what_is_pinned_carries_its_story(store: Store) -> None:
    """The entry that the editor chose is published, and names the one that carried before."""
    one_story(store)
    judge(store)
    assert published(store) == [1]

    store.rule(a_ruling(3))

    (placement,) = store.edition("seats").placements
    assert (placement.stored.id, [each.title for each in placement.also]) == (3, ["1", "2"])


def test_what_is_pinned_carries_its_story_when_others_come_after(store: Store) -> None:
    """A pin from afar stays in front of what the verdict lets in later."""
    one_story(store)
    judge(store, score=lambda _: 0.0)
    store.rule(a_ruling(2))
    change(store, "v2")

    judge(store, now=LATER)

    assert published(store) == [2]
    assert in_topic(store) == {1, 2, 3}


def test_a_veto_lets_another_carry_the_story(store: Store) -> None:
    """The story stays in the topic, told by somebody else."""
    one_story(store)
    judge(store)

    placed = store.rule(a_ruling(1, Stand.VETO))

    assert (placed.left, published(store)) == (1, [2])


def test_a_veto_on_what_stands_behind_changes_the_feed(store: Store) -> None:
    """It is no longer named beside the entry that carries the story."""
    one_story(store, 2)
    judge(store)
    before = edition(store)

    store.rule(a_ruling(2, Stand.VETO))

    (placement,) = store.edition("seats").placements
    assert (placement.also, edition(store)) == ((), before + 1)


# ---- taking it back ------------------------------------------------------------------------


def test_a_veto_taken_back_lets_the_verdict_decide(store: Store) -> None:
    """What the topic accepts is in again at once."""
    fill(store, *numbered(1))
    judge(store)
    store.rule(a_ruling(1, Stand.VETO))

    placed = store.release("seats", 1, now=LATER)

    assert (placed.entered, placed.edition, published(store)) == (1, 4, [1])
    assert store.rulings("seats") == ()


def test_a_pin_taken_back_lets_the_verdict_decide(store: Store) -> None:
    """What the topic does not accept leaves at once, whether a verdict was kept of it or not."""
    fill(store, *numbered(2))
    judge(store, score=lambda each: 0.3 if each.id == 1 else 0.0)
    store.rule(a_ruling(1))
    store.rule(a_ruling(2))

    assert [store.release("seats", each, now=LATER).left for each in (1, 2)] == [1, 1]
    assert published(store) == []


def test_a_pin_taken_back_from_what_belongs_shows_its_reasons_again(store: Store) -> None:
    """The entry stays, in a new edition."""
    fill(store, *numbered(1))
    judge(store)
    store.rule(a_ruling(1))
    before = edition(store)

    store.release("seats", 1, now=LATER)

    (placement,) = store.edition("seats").placements
    assert (placement.is_pinned, placement.score, edition(store)) == (False, 0.9, before + 1)


def test_a_pin_turned_into_a_veto_takes_the_entry_out(store: Store) -> None:
    """The last word counts."""
    far(store)
    store.rule(a_ruling(1))

    assert store.rule(a_ruling(1, Stand.VETO)).left == 1
    assert published(store) == []


# ---- what is not there ---------------------------------------------------------------------


def test_a_ruling_needs_its_topic_and_entry(store: Store) -> None:
    """A slip of the pen is told, and nothing is stored."""
    far(store)

    with pytest.raises(NotFoundError, match="no topic 'seat'"):
        store.rule(a_ruling(1, topic_id="seat"))
    with pytest.raises(NotFoundError, match="no entry 99"):
        store.rule(a_ruling(99))
    with pytest.raises(NotFoundError, match="no ruling on entry 1 in seats"):
        store.release("seats", 1, now=LATER)
    with pytest.raises(NotFoundError, match="no topic 'seat'"):
        store.rulings("seat")


def test_rulings_are_of_their_topic_alone(store: Store) -> None:
    """Another topic judges the same entry as it likes; the latest ruling is listed first."""
    both = (a_definition(), a_definition(a_topic(id="crews")))
    fill(store, *numbered(2), definitions=both)
    judge(store)
    judge(store, topic_id="crews")
    store.rule(a_ruling(1, Stand.VETO))
    store.rule(a_ruling(2, made=LATER + timedelta(1)))

    assert [each.id for each in store.entries(topic="crews", limit=9)] == [2, 1]
    assert [(r.entry_id, e.entry.title) for r, e in store.rulings("seats")] == [(2, "2"), (1, "1")]
    assert store.rulings("crews") == ()


# ---- any order of events -------------------------------------------------------------------

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["pin", "veto", "release", "retopic", "revise", "retract", "judge"]),
        st.integers(1, 3),
        st.floats(0, 0.44) | st.floats(0.5, 1),  # between, what stands may stay
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database without rows, to be copied: making one anew takes long."""
    path = tmp_path_factory.mktemp("empty") / "wire.sqlite"
    with closing(Store.open(f"sqlite:///{path}", create=True)) as store:
        store.housekeeping(NOON)  # moves all of it into the one file
    return path


class Told:
    """What is known of the entries beside the store: the scores, rulings and retractions."""

    def __init__(self) -> None:
        self.score = dict.fromkeys((1, 2, 3), 0.0)
        self.stand: dict[int, Stand] = {}
        self.retracted: set[int] = set()
        self.version = 1

    @property
    def wanted(self) -> set[int]:
        """The entries that belong into the topic: by ruling, or else by verdict."""
        return {
            each
            for each in (1, 2, 3)
            if each not in self.retracted
            and self.stand.get(each, Stand.PIN if self.score[each] >= 0.5 else Stand.VETO)
            is Stand.PIN
        }


def act(store: Store, told: Told, verb: str, entry_id: int, score: float, *, step: int) -> None:
    """Do one thing to the store, and note it."""
    now = LATER + timedelta(hours=step)
    if verb in {"pin", "veto"}:
        told.stand[entry_id] = Stand(verb)
        store.rule(a_ruling(entry_id, Stand(verb), made=now))
    elif verb == "release" and entry_id in told.stand:
        del told.stand[entry_id]
        store.release("seats", entry_id, now=now)
    elif verb == "retopic":
        told.version += 1
        told.score[entry_id] = score
        change(store, f"v{told.version}")
    elif verb == "revise":
        told.score[entry_id] = score
        told.retracted.discard(entry_id)
        again = an_entry(uid=f"{entry_id}", title="x", fingerprint=f"g{step}", updated=now)
        store.save_polls([a_poll(again)], now=now)
    elif verb == "retract":
        told.retracted.add(entry_id)
        gone = replace(a_feed(), retractions=(Retraction(f"{entry_id}", now),))
        store.save_feed("press", gone, now=now)
    if verb in {"retopic", "revise", "retract", "judge"}:
        judge(store, score=lambda each: told.score[each.id], now=now)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS, together=st.booleans())
def test_the_placement_is_the_ruling_over_the_verdict(
    acts: list[tuple[str, int, float]],
    together: bool,  # noqa: FBT001 (hypothesis gives it by name)
    empty: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Whatever happens in whatever order: rulings go before verdicts, and a story has one carrier."""
    path = tmp_path_factory.mktemp("wire") / "wire.sqlite"
    shutil.copy(empty, path)
    with closing(Store.open(f"sqlite:///{path}")) as store:
        one_story(store) if together else far(store, 3)
        judge(store, score=lambda _: 0.0)
        told = Told()
        for step, (verb, entry_id, score) in enumerate(acts):
            before = edition(store), shown(store)
            act(store, told, verb, entry_id, score, step=step)

            assert in_topic(store) == told.wanted
            after = shown(store)
            assert len(after) == (min(1, len(told.wanted)) if together else len(told.wanted))
            assert before[1] == after or edition(store) > before[0]
            pinned = {e for e in told.wanted if told.stand.get(e) is Stand.PIN}
            assert {number for number, is_pinned, _ in after if is_pinned} <= pinned
            assert not (together and pinned) or after[0][0] in pinned


def shown(store: Store) -> list[tuple[int, bool, tuple[str, ...]]]:
    """Return what readers are shown of each placement that a ruling may change."""
    return [
        (each.stored.id, each.is_pinned, tuple(also.title for also in each.also))
        for each in store.edition("seats").placements
    ]
