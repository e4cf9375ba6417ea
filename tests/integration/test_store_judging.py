from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from builders import NOON, a_source, a_topic, an_entry
from stores import REASON, a_definition, a_poll, a_verdict, fill, judge, settle, titles
from topicwire.errors import NotFoundError, StoreError
from topicwire.model.judging import Placed, StoredEntry
from topicwire.model.wire import Entry
from topicwire.store.store import Store

LATER = NOON + timedelta(hours=1)


def numbered(count: int) -> list[Entry]:
    """Return entries called 1, 2, …, published an hour after one another."""
    return [
        an_entry(uid=f"{n}", title=f"{n}", published=NOON + timedelta(hours=n))
        for n in range(1, count + 1)
    ]


def change(store: Store, version: str) -> None:
    store.mirror((a_source(),), (a_definition(version=version),), now=LATER, host="wire.example")


def in_feed(store: Store) -> list[str]:
    return [each.stored.entry.title for each in store.edition("seats").placements]


def kept(store: Store) -> dict[int, float]:
    """Return the scores of the verdicts that are kept, by entry."""
    found = [store.verdicts_of(each.id) for each in store.entries(limit=99)]
    return {verdict.entry_id: verdict.score for each in found for _, verdict in each}


# ---- what is left to do ----------------------------------------------------------------


def test_everything_is_unjudged_at_first(store: Store) -> None:
    """A new topic judges the whole archive, oldest change first."""
    fill(store, *numbered(3))
    standing = store.standing("seats")

    assert titles(store.unjudged(standing, limit=2)) == ["1", "2"]
    assert store.unjudged_count(standing) == 3
    assert store.has_unjudged()


def test_a_judged_entry_is_not_judged_again(store: Store) -> None:
    """A second turn with nothing new has nothing to do."""
    fill(store, *numbered(3))
    judge(store, score=lambda _: 0.0)
    standing = store.standing("seats")

    assert store.unjudged(standing, limit=9) == ()
    assert store.unjudged_count(standing) == 0
    assert not store.has_unjudged()
    assert (standing.judged_seq, standing.judged_version) == (3, "v1")


def test_new_and_revised_entries_are_judged(store: Store) -> None:
    """Of an archive that has been judged, only what changed is left."""
    fill(store, *numbered(3))
    judge(store)

    store.save_polls([a_poll(an_entry(uid="2", fingerprint="f2"), an_entry(uid="9"))], now=LATER)
    settle(store)

    left = store.unjudged(store.standing("seats"), limit=9)
    assert {each.entry.uid for each in left} == {"2", "9"}
    assert store.has_unjudged()


def test_an_empty_archive_has_nothing_to_judge(store: Store) -> None:
    """A new topic without entries is no work."""
    fill(store)

    assert not store.has_unjudged()


def test_ten_thousand_entries_are_judged_page_by_page(store: Store) -> None:
    """Paging through an archive misses no entry and gives none twice."""
    fill(store, *[an_entry(uid=f"{n}", text="", content_html="") for n in range(10_000)])
    seen: list[int] = []

    def score(stored: StoredEntry) -> float:
        seen.append(stored.id)
        return 0.0

    placed = judge(store, score=score, limit=1500)

    assert [each.judged for each in placed] == [1500] * 6 + [1000]
    assert sorted(seen) == list(range(1, 10_001))


def test_a_changed_topic_judges_everything_again(store: Store) -> None:
    """A changed rule re-judges the archive, whatever the version before had judged."""
    fill(store, *numbered(3))
    judge(store)

    change(store, "v2")

    assert store.unjudged_count(store.standing("seats")) == 3
    assert store.has_unjudged()


def test_work_on_an_outdated_topic_is_none(store: Store) -> None:
    """Who still holds the topic as it was is given nothing to judge."""
    fill(store, *numbered(3))
    outdated = store.standing("seats")

    change(store, "v2")

    assert store.unjudged(outdated, limit=9) == ()
    assert store.unjudged_count(outdated) == 0


@pytest.mark.parametrize("judged", [2, 5], ids=["before the end", "past the old mark"])
def test_judging_goes_on_where_a_crash_stopped_it(
    store: Store, database_url: str, judged: int
) -> None:
    """A crash between batches loses nothing and repeats nothing, in a re-judgement too."""
    fill(store, *numbered(5))
    judge(store)
    store.save_polls([a_poll(*numbered(9))], now=LATER)
    settle(store)
    change(store, "v2")
    standing = store.standing("seats")
    batch = store.unjudged(standing, limit=judged)
    store.place(standing, [a_verdict(e) for e in batch], through=batch[-1].seq, now=LATER)
    store.close()

    with closing(Store.open(database_url)) as reopened:
        left = reopened.unjudged(reopened.standing("seats"), limit=99)

    assert titles(left) == [f"{n}" for n in range(judged + 1, 10)]


# ---- storing verdicts ------------------------------------------------------------------


def test_accepted_entries_enter_the_topic(store: Store) -> None:
    """The answer counts what was judged and what entered, and names the new edition."""
    fill(store, *numbered(4))

    placed = judge(store, score=lambda each: 0.9 if each.id % 2 else 0.1, now=LATER)

    assert placed == [Placed("seats", judged=4, entered=2, left=0, edition=2)]
    assert in_feed(store) == ["3", "1"]
    assert store.standing("seats").edition_time == LATER
    (placement, _) = store.edition("seats").placements
    assert (placement.placed, placement.score, placement.reasons) == (LATER, 0.9, (REASON,))


def test_a_batch_that_changes_nothing_keeps_the_edition(store: Store) -> None:
    """Entries that do not belong are no news to readers."""
    fill(store, *numbered(4))

    placed = judge(store, score=lambda _: 0.4)

    assert placed == [Placed("seats", judged=4, entered=0, left=0, edition=1)]
    assert store.standing("seats").edition_time == NOON


def test_near_misses_are_kept_and_others_are_not(store: Store) -> None:
    """An editor may ask why an entry nearly belonged; what is far off takes no room."""
    fill(store, *numbered(4))
    scores = {1: 0.0, 2: 0.199, 3: 0.2, 4: 0.9}

    judge(store, score=lambda each: scores[each.id])

    assert kept(store) == {3: 0.2, 4: 0.9}


def test_an_accepted_entry_is_kept_whatever_its_score(store: Store) -> None:
    """A topic with a low bar places what it accepts."""
    fill(store, *numbered(1))
    standing = store.standing("seats")
    (entry,) = store.unjudged(standing, limit=9)

    store.place(standing, [a_verdict(entry, score=0.05, accepted=True)], through=1, now=NOON)

    assert in_feed(store) == ["1"]


def test_a_new_version_lets_old_placements_leave(store: Store) -> None:
    """What the new rule rejects leaves, what it accepts stays at its time, what is new enters now."""
    fill(store, *numbered(3))
    judge(store, score=lambda each: 0.9 if each.id < 3 else 0.3)
    change(store, "v2")

    placed = judge(store, score=lambda each: 0.9 if each.id > 1 else 0.0, now=LATER)

    assert placed == [Placed("seats", judged=3, entered=1, left=1, edition=3)]
    found = store.edition("seats").placements
    assert [(each.stored.id, each.placed) for each in found] == [(3, LATER), (2, NOON)]
    assert kept(store) == {1: 0.0, 2: 0.9, 3: 0.9}


def test_an_equal_verdict_keeps_the_edition(store: Store) -> None:
    """A new version that judges as the old one did is no news to readers."""
    fill(store, *numbered(3))
    judge(store)
    change(store, "v2")

    placed = judge(store, now=LATER)

    assert placed == [Placed("seats", judged=3, entered=0, left=0, edition=2)]


def test_another_score_makes_a_new_edition(store: Store) -> None:
    """O2: reasons are rendered, so a placement with other reasons is another feed."""
    fill(store, *numbered(3))
    judge(store)
    change(store, "v2")

    placed = judge(store, score=lambda each: 0.9 if each.id > 1 else 0.8, now=LATER)

    assert [each.edition for each in placed] == [3]
    assert store.edition("seats").placements[-1].score == 0.8


def test_a_revised_placement_is_judged_anew(store: Store) -> None:
    """A column rewritten into something else leaves the topic it had entered."""
    fill(store, *numbered(2))
    judge(store)
    store.save_polls([a_poll(an_entry(uid="1", title="Recipes", fingerprint="f2"))], now=LATER)

    placed = judge(store, score=lambda _: 0.0, now=LATER)

    assert placed == [Placed("seats", judged=1, entered=0, left=1, edition=4)]
    assert in_feed(store) == ["2"]


def test_a_redated_placement_moves_in_the_feed(store: Store) -> None:
    """Entries placed together stand by publication, also after a date was corrected."""
    fill(store, *numbered(2))
    judge(store)
    assert in_feed(store) == ["2", "1"]

    moved = an_entry(uid="1", title="1", fingerprint="f2", published=NOON + timedelta(days=9))
    store.save_polls([a_poll(moved)], now=LATER)
    judge(store, now=LATER)

    assert in_feed(store) == ["1", "2"]
    assert titles(store.entries(topic="seats", limit=9)) == ["1", "2"]


def test_verdicts_for_an_outdated_version_change_nothing(store: Store) -> None:
    """A topic edited while it was judged is judged anew by its new version alone."""
    fill(store, *numbered(2))
    outdated = store.standing("seats")
    found = store.unjudged(outdated, limit=9)
    change(store, "v2")

    placed = store.place(outdated, [a_verdict(e) for e in found], through=2, now=LATER)

    assert placed == Placed("seats", judged=0, entered=0, left=0, edition=1)
    assert in_feed(store) == []
    assert store.unjudged_count(store.standing("seats")) == 2


def test_verdicts_for_a_removed_topic_change_nothing(store: Store) -> None:
    """A topic removed while it was judged gets no placements."""
    fill(store, *numbered(2))
    standing = store.standing("seats")
    found = store.unjudged(standing, limit=9)
    store.mirror((a_source(),), (), now=LATER, host="wire.example")

    placed = store.place(standing, [a_verdict(e) for e in found], through=2, now=LATER)

    assert placed.judged == 0
    assert store.counts().placements == 0


def test_a_verdict_that_is_lacking_loses_no_entry(store: Store) -> None:
    """Progress never passes an entry that was not judged."""
    fill(store, *numbered(3))
    standing = store.standing("seats")
    found = store.unjudged(standing, limit=9)

    placed = store.place(standing, [a_verdict(found[0])], through=found[-1].seq, now=NOON)

    assert placed == Placed("seats", judged=0, entered=0, left=0, edition=1)
    assert store.unjudged_count(standing) == 3


def test_two_judges_of_one_topic_agree(store: Store) -> None:
    """Two processes that judge the same entries place them once, and neither turns back the other."""
    fill(store, *numbered(4))
    standing = store.standing("seats")
    slow = store.unjudged(standing, limit=2)
    judge(store)

    placed = store.place(standing, [a_verdict(e) for e in slow], through=slow[-1].seq, now=LATER)

    assert placed == Placed("seats", judged=0, entered=0, left=0, edition=2)
    assert store.unjudged_count(store.standing("seats")) == 0
    assert in_feed(store) == ["4", "3", "2", "1"]


def test_an_entry_revised_while_it_was_judged_is_judged_again(store: Store) -> None:
    """A verdict on a text that is no more does not count; the others of its batch do."""
    fill(store, *numbered(3))
    standing = store.standing("seats")
    found = store.unjudged(standing, limit=9)
    store.save_polls([a_poll(an_entry(uid="2", title="2b", fingerprint="f2"))], now=LATER)

    placed = store.place(standing, [a_verdict(e) for e in found], through=3, now=LATER)

    settle(store)
    assert (placed.judged, placed.entered) == (2, 2)
    assert titles(store.unjudged(store.standing("seats"), limit=9)) == ["2b"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # a trigger in its language
def test_placing_is_whole_or_not_at_all(store: Store, file_url: str) -> None:
    """A failure half-way leaves verdicts, placements, progress and edition as they were."""
    fill(store, *numbered(3))
    standing = store.standing("seats")
    found = store.unjudged(standing, limit=9)
    engine = create_engine(file_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER half_way BEFORE UPDATE OF judged_seq ON topics "
                "BEGIN SELECT RAISE(ABORT, 'half-way'); END"
            )
        )
    engine.dispose()

    with pytest.raises(StoreError, match="half-way"):
        store.place(standing, [a_verdict(e) for e in found], through=3, now=LATER)

    assert (kept(store), in_feed(store)) == ({}, [])
    assert standing == store.standing("seats")


def test_each_topic_judges_for_itself(store: Store) -> None:
    """What one topic accepts is another's affair."""
    fill(
        store,
        *numbered(2),
        definitions=(a_definition(), a_definition(a_topic(id="crews"))),
    )

    judge(store, topic_id="seats", score=lambda each: 0.9 if each.id == 1 else 0.3)
    judge(store, topic_id="crews", score=lambda _: 0.8)

    assert [(name, v.accepted, v.score) for name, v in store.verdicts_of(2)] == [
        ("crews", True, 0.8),
        ("seats", False, 0.3),
    ]
    assert store.placements_count("seats") == 1
    assert store.placements_count("crews") == 2


def test_a_topic_that_is_not_there_is_told_with_those_like_it(store: Store) -> None:
    """A slip of the pen is answered with the name that was meant."""
    fill(store)

    with pytest.raises(NotFoundError, match=r"no topic 'seat'\. Did you mean seats\?"):
        store.standing("seat")


def test_many_topics_are_placed_at_once(store: Store) -> None:
    """What is given is kept, what is not is refused, and each topic moves on alone."""
    crews = a_definition(a_topic(id="crews"))
    fill(store, *numbered(3), definitions=(a_definition(), crews))
    seats, others = store.standing("seats"), store.standing("crews")
    found = store.unjudged(seats, limit=9)
    judged = {each.id: each.revision for each in found}
    given = {"seats": [a_verdict(found[1])], "crews": [a_verdict(found[0], score=0.3)]}

    expected = (
        Placed("seats", judged=3, entered=1, left=0, edition=2),
        Placed("crews", judged=3, entered=0, left=0, edition=1),
    )
    assert expected == store.place_all([seats, others], given, judged=judged, through=3, now=LATER)
    assert in_feed(store) == ["2"]
    assert store.left_count() == 0
    assert [name for name, _ in store.verdicts_of(1)] == ["crews"]


def test_a_topic_with_a_gap_is_left_out_while_the_others_go_on(store: Store) -> None:
    """A topic further behind than what was judged keeps its place."""
    crews = a_definition(a_topic(id="crews"))
    fill(store, *numbered(2), definitions=(a_definition(), crews))
    judge(store)
    fill(store, an_entry(uid="3"), definitions=(a_definition(), crews))
    seats, others = store.standing("seats"), store.standing("crews")
    (last,) = store.unjudged(seats, limit=9)

    placed = store.place_all(
        [seats, others], {}, judged={last.id: last.revision}, through=last.seq, now=LATER
    )
    assert [each.judged for each in placed] == [1, 0]
    assert store.unjudged_count(store.standing("crews")) == 3
    assert store.left_count() == 3
