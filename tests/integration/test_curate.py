"""Act 2 on a real store: what is unjudged is judged once, and lands where it belongs."""

from contextlib import closing
from datetime import timedelta

from builders import NOON, a_concept, a_stored, a_topic, an_entry
from stores import a_poll, fill, settle
from topicwire.curate.define import definitions
from topicwire.curate.run import Readings, curate
from topicwire.model import Catalogue, Concept, Definition, Placed, Reason, Topic, Zone
from topicwire.store.store import Store

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


def test_topics_share_the_reading_of_an_entry() -> None:
    """An entry is read once for all topics, and again when it was revised or long ago."""
    readings = Readings({}, most=2)
    one, two, three = (a_stored(id=number, seq=number) for number in range(3))

    first = readings.of(one)
    assert first is readings.of(one)
    readings.of(two)
    readings.of(three)
    assert first is not readings.of(one)
    assert readings.of(three) is not readings.of(a_stored(id=2, seq=9, revision=1))
