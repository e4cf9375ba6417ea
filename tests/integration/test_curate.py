"""Act 2 on a real store: what is unjudged is judged once, and lands where it belongs."""

from contextlib import closing
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from builders import NOON, a_concept, a_source, a_state, a_topic, an_entry
from stores import a_poll, fill, settle
from topicwire.curate.define import definitions
from topicwire.curate.run import Bench, curate
from topicwire.model.catalogue import Catalogue, Concept, Definition, Topic
from topicwire.model.judging import Placed, Reason, Zone
from topicwire.model.wire import Feed, Health, Poll, Retraction
from topicwire.store.store import Store
from topicwire.world.workers import Workers

LATER = NOON + timedelta(hours=1)
CREWS = an_entry(uid="1", title="Crews trade seats", text="NASA agreed.", fingerprint="a")
ROADS = an_entry(uid="2", title="Roads", text="The council met.", fingerprint="a")
MOON = an_entry(uid="3", title="The moon", text="NASA lands.", fingerprint="a")


def defined(*topics: Topic, concepts: tuple[Concept, ...] = ()) -> tuple[Definition, ...]:
    return definitions(Catalogue(sources=(), topics=topics, concepts=concepts))


def judged(store: Store, *, batch: int = 500) -> list[Placed]:
    return list(curate(store, clock=lambda: LATER, batch=batch))


def in_feed(store: Store, topic_id: str) -> list[str]:
    return [one.stored.entry.title for one in store.edition(topic_id).placements]


def test_new_entries_land_in_the_topics_they_belong_to(store: Store) -> None:
    """Each batch is reported; the placement carries time, score and reasons."""
    topics = defined(a_topic(id="moon", query="moon"), a_topic(id="nasa", query="@agency"), concepts=(a_concept("agency", nasa=("NASA",)),))  # fmt: skip
    fill(store, CREWS, ROADS, MOON, definitions=topics)

    expected = [
        Placed("moon", judged=3, entered=1, left=0, edition=2),
        Placed("nasa", judged=3, entered=2, left=0, edition=2),
    ]
    assert expected == judged(store)
    assert in_feed(store, "moon") == ["The moon"]
    assert {"The moon", "Crews trade seats"} == set(in_feed(store, "nasa"))
    (placement,) = store.edition("moon").placements
    assert placement.placed == LATER
    assert (Reason("moon", "moon", Zone.TITLE, 1),) == placement.reasons


def test_only_the_sources_of_what_is_judged_are_read(store: Store) -> None:
    """One entry of one source among many is judged by what that source is called, and no other read."""
    many = tuple(a_source(id=name, title=f"The {name}") for name in ("press", "post", "times"))
    topics = defined(a_topic(query="source:press"))
    fill(store, CREWS, sources=many, definitions=topics)
    asked: list[Any] = []

    def note(_c: object, _u: object, sql: str, values: object, *_: object) -> None:
        if "FROM sources" in sql:
            asked.append(values)

    event.listen(store._database._reader, "before_cursor_execute", note)
    judged(store)
    event.remove(store._database._reader, "before_cursor_execute", note)

    assert in_feed(store, "seats") == ["Crews trade seats"]
    given = [set(each.values()) if isinstance(each, dict) else set(each) for each in asked]
    assert given == [{"press"}]


def test_what_is_judged_is_not_judged_again(store: Store) -> None:
    """A second turn finds nothing to do."""
    fill(store, CREWS, definitions=defined(a_topic(query="seats")))
    judged(store)
    assert judged(store) == []


def test_topics_take_turns_batch_by_batch(store: Store) -> None:
    """A long archive is placed piece by piece, for all topics alike."""
    topics = defined(a_topic(id="moon", query="moon"), a_topic(id="seats", query="seats"))
    fill(store, CREWS, ROADS, MOON, definitions=topics)
    found = [(one.topic_id, one.judged) for one in judged(store, batch=2)]
    assert found == [("moon", 2), ("seats", 2), ("moon", 1), ("seats", 1)]


def test_judging_that_is_broken_off_goes_on_where_it_stopped(store: Store) -> None:
    """What was placed before the break is kept; nothing is left out."""
    fill(store, CREWS, ROADS, MOON, definitions=defined(a_topic(query="NASA")))
    with closing(curate(store, clock=lambda: NOON, batch=2)) as turn:
        assert next(turn).judged == 2

    assert [one.judged for one in judged(store, batch=2)] == [1]
    assert len(in_feed(store, "seats")) == 2


def test_a_revised_entry_is_judged_anew(store: Store) -> None:
    """An entry that no longer belongs leaves; one that now does enters."""
    topics = defined(a_topic(query="seats"))
    fill(store, CREWS, ROADS, definitions=topics)
    judged(store)
    revised = [
        an_entry(uid="1", title="Roads", text="", fingerprint="b"),
        an_entry(uid="2", title="Seats", text="", fingerprint="b"),
    ]
    store.save_polls([a_poll(*revised)], now=LATER)
    settle(store)

    assert [Placed("seats", judged=2, entered=1, left=1, edition=4)] == judged(store)
    assert in_feed(store, "seats") == ["Seats"]


def test_a_changed_query_judges_the_archive_anew(store: Store) -> None:
    """A rule selects; it cannot lose an entry."""
    fill(store, CREWS, ROADS, definitions=defined(a_topic(query="seats")))
    judged(store)
    fill(store, definitions=defined(a_topic(query="council")))
    judged(store)
    assert in_feed(store, "seats") == ["Roads"]


def test_a_query_can_name_a_source_that_left_the_catalogue(store: Store) -> None:
    """Its entries stay, with the title of their source."""
    fill(store, CREWS)
    topics = defined(a_topic(query='source:"the press"'))
    store.mirror((), topics, now=NOON, host="wire.example")
    judged(store)
    assert in_feed(store, "seats") == ["Crews trade seats"]


def test_a_topic_that_cannot_be_read_does_not_stop_the_others(store: Store) -> None:
    """It is reported with its error; the others are judged."""
    broken = Definition(topic=a_topic(id="broken", query="@gone"), concepts=(), version="x")
    fill(store, CREWS, definitions=(broken, *defined(a_topic(query="seats"))))

    first, second = judged(store)
    assert (first.topic_id, first.judged) == ("broken", 0)
    assert first.error is not None
    assert "no concept `@gone`" in first.error
    assert Placed("seats", judged=1, entered=1, left=0, edition=2) == second


def test_a_topic_that_changes_meanwhile_is_left_to_the_next_turn(store: Store) -> None:
    """Verdicts of a former query are not stored."""
    fill(store, CREWS, ROADS, MOON, definitions=defined(a_topic(query="seats")))
    turn = curate(store, clock=lambda: NOON, batch=1)
    next(turn)
    fill(store, definitions=defined(a_topic(query="council")))

    assert list(turn) == []
    judged(store)
    assert in_feed(store, "seats") == ["Roads"]


def test_a_topic_that_is_behind_meets_the_others(store: Store) -> None:
    """A new topic judges the archive while the others go on, and then goes with them."""
    moon = a_topic(id="moon", query="moon")
    fill(store, CREWS, ROADS, MOON, definitions=defined(moon))
    judged(store)
    fill(
        store,
        an_entry(uid="4", title="Seats on the moon", text="", fingerprint="a"),
        definitions=defined(moon, a_topic(id="seats", query="seats")),
    )

    found = [(one.topic_id, one.judged) for one in judged(store, batch=3)]
    assert found == [("seats", 3), ("moon", 1), ("seats", 1)]
    assert set(in_feed(store, "moon")) == {"The moon", "Seats on the moon"}
    assert set(in_feed(store, "seats")) == {"Crews trade seats", "Seats on the moon"}


def test_topics_that_are_behind_may_be_judged_apart(store: Store) -> None:
    """Those that are left out are judged by whoever is to judge these alone."""
    topics = defined(a_topic(id="moon", query="moon"), a_topic(id="seats", query="seats"))
    fill(store, CREWS, MOON, definitions=topics)

    near = [each.topic_id for each in curate(store, clock=lambda: NOON, leave={"seats"})]
    behind = [each.topic_id for each in curate(store, clock=lambda: NOON, only={"seats"})]

    assert (near, behind, judged(store)) == (["moon"], ["seats"], [])


def test_an_entry_that_no_topic_is_near_leaves_every_topic_it_was_in(store: Store) -> None:
    """What was placed before is taken out, also when the index rules the topic out now."""
    fill(store, MOON, definitions=defined(a_topic(id="moon", query="moon"), a_topic(query="seats")))
    judged(store)
    revised = an_entry(uid="3", title="Roads", text="The council met.", fingerprint="b")
    store.save_polls([a_poll(revised)], now=LATER)
    settle(store)

    moon, seats = judged(store)
    assert (
        Placed("moon", judged=1, entered=0, left=1, edition=4) == moon
    )  # a revision is an edition too
    assert Placed("seats", judged=1, entered=0, left=0, edition=1) == seats
    assert in_feed(store, "moon") == []
    ((_, verdict),) = store.verdicts_of(1)
    assert (verdict.accepted, verdict.score, verdict.revision) == (False, 0.0, 1)


def test_what_a_source_has_taken_back_is_in_no_topic(store: Store) -> None:
    """A retracted entry is refused by every topic."""
    fill(store, MOON, definitions=defined(a_topic(id="moon", query="moon")))
    judged(store)
    gone = Feed(format="atom10", title="", entries=(), retractions=(Retraction("3"),))
    store.save_polls([Poll("press", a_state(health=Health.OK), feed=gone)], now=LATER)
    settle(store)
    judged(store)
    assert in_feed(store, "moon") == []


def test_many_topics_are_judged_in_a_few_statements(store: Store) -> None:
    """A topic that an entry does not touch costs no statement of its own."""
    few = defined(*(a_topic(id=f"t{number}", query=f"moon{number}") for number in range(30)))
    many = defined(*(a_topic(id=f"t{number}", query=f"moon{number}") for number in range(300)))
    fill(store, CREWS, ROADS, MOON, definitions=few)
    with_few = statements(store)
    fill(store, an_entry(uid="9", title="More", text="", fingerprint="a"), definitions=many)
    judged(store)
    fill(store, an_entry(uid="10", title="Moon 7", text="", fingerprint="a"), definitions=many)
    assert statements(store) <= with_few + 2


def statements(store: Store) -> int:
    """Return how many statements it takes to judge what is unjudged."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    engines = (store._database._reader, store._database._writer)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    judged(store)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    return count


def test_a_worker_helps_with_a_long_archive(store: Store) -> None:
    """Half of a large batch is judged by another process; what comes of it is the same."""
    columns = [an_entry(uid=str(n), title=f"Moon {n}" if n % 3 else "Roads") for n in range(300)]
    fill(store, *columns, definitions=defined(a_topic(query="moon")))
    with Workers(1, seconds=60) as workers:
        (placed,) = curate(store, clock=lambda: LATER, bench=Bench(workers=workers))
    assert (placed.judged, placed.entered) == (300, 200)


def test_what_a_worker_cannot_do_is_done_without_it(store: Store) -> None:
    """A worker that is stopped loses no entry."""
    columns = [an_entry(uid=str(n), title="Moon") for n in range(300)]
    fill(store, *columns, definitions=defined(a_topic(query="moon")))
    with Workers(1, seconds=0.001) as workers:
        (placed,) = curate(store, clock=lambda: LATER, bench=Bench(workers=workers))
    assert (placed.judged, placed.entered) == (300, 300)
