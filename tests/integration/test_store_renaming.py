"""Renaming: a topic goes on under another id, and its old addresses lead to it (O63)."""

from datetime import timedelta

from builders import NOON, a_source, a_topic, an_entry
from stores import a_definition, fill, judge
from topicwire.model.document import TopicState
from topicwire.model.judging import Ruling, Stand, Token
from topicwire.model.report import Change
from topicwire.store.store import Store

LATER = NOON + timedelta(hours=1)
RENAMED = a_topic(id="crews", formerly=("seats",))


def mirror(store: Store, *topics: object) -> tuple[Change, ...]:
    definitions = tuple(a_definition(each) for each in topics)  # type: ignore[arg-type]
    return store.mirror((a_source(),), definitions, now=LATER, host="wire.example")


def filled(store: Store) -> None:
    fill(store, *[an_entry(uid=f"{n}", title=f"{n}") for n in (1, 2, 3)])
    judge(store)
    store.rule(Ruling("seats", 1, Stand.VETO, "ada", "It is so.", NOON))


def state(store: Store, topic_id: str) -> TopicState:
    return next(each for each in store.topic_states() if each.id == topic_id)


def test_a_renamed_topic_keeps_all_it_has(store: Store) -> None:
    """Its feed's id, entries, rulings and departures are the same, so that readers see no change."""
    filled(store)
    before = store.standing("seats")
    shown = store.edition("seats")
    changes = mirror(store, RENAMED)

    after = store.standing("crews")
    edition = store.edition("crews")
    assert changes == (Change("rename", "topic", "crews", "it was seats"),)
    assert (after.feed_id, after.edition) == (before.feed_id, before.edition + 1)
    assert edition.placements == shown.placements
    assert edition.departures == shown.departures
    assert [each.entry_id for each, _ in store.rulings("crews")] == [1]
    assert store.unjudged(after, limit=9) == ()


def test_a_former_id_leads_on(store: Store) -> None:
    """The server is told where a former id's documents are now."""
    filled(store)
    mirror(store, RENAMED)

    former = state(store, "seats")
    assert (former.is_removed, former.successor) == (True, "crews")
    assert state(store, "crews").successor is None
    assert [each.topic.id for each in store.standing_topics()] == ["crews"]


def test_a_plan_tells_of_the_renaming(store: Store) -> None:
    """A dry run says what apply would do, and does nothing."""
    filled(store)
    definitions = (a_definition(RENAMED),)

    plan = store.plan((a_source(),), definitions)

    assert plan == (Change("rename", "topic", "crews", "it was seats"),)
    assert store.standing("seats").topic.id == "seats"
    assert mirror(store, RENAMED) == plan


def test_a_topic_renamed_twice_is_found_by_both_ids(store: Store) -> None:
    """Every id that a topic names as its former leads straight to it."""
    filled(store)
    mirror(store, RENAMED)
    mirror(store, a_topic(id="swaps", formerly=("seats", "crews")))

    assert {each.id: each.successor for each in store.topic_states()} == {
        "seats": "swaps",
        "crews": "swaps",
        "swaps": None,
    }
    assert len(store.edition("swaps").placements) == 2


def test_a_renaming_is_done_once(store: Store) -> None:
    """Mirroring the same catalogue again changes nothing."""
    filled(store)
    mirror(store, RENAMED)

    assert mirror(store, RENAMED) == ()


def test_a_former_id_may_be_given_anew(store: Store) -> None:
    """A new topic under an id that was another's begins with nothing."""
    filled(store)
    mirror(store, RENAMED)
    mirror(store, a_topic(id="crews"), a_topic())

    assert store.edition("seats").placements == ()
    assert len(store.edition("crews").placements) == 2
    assert (state(store, "seats").successor, state(store, "seats").is_removed) == (None, False)


def test_an_id_of_before_that_still_stands_is_left_alone(store: Store) -> None:
    """Only what left the catalogue is renamed: two topics are two topics."""
    filled(store)
    mirror(store, a_topic(), RENAMED)

    assert len(store.edition("seats").placements) == 2
    assert store.edition("crews").placements == ()
    assert state(store, "seats").successor is None


def test_a_topic_that_was_removed_first_leads_on_too(store: Store) -> None:
    """Whoever removes the old file today and writes the new one tomorrow loses nothing."""
    filled(store)
    mirror(store)
    assert state(store, "seats").is_removed
    mirror(store, RENAMED)

    assert len(store.edition("crews").placements) == 2
    assert state(store, "seats").successor == "crews"


def test_tokens_open_the_topic_under_its_new_id(store: Store) -> None:
    """C7: a token for a private topic goes on opening it, and opens no other."""
    fill(store, definitions=(a_definition(a_topic(private=True)),))
    store.add_token(Token(digest="d1", name="ada", created=NOON, topics=("seats",)))
    store.add_token(Token(digest="d2", name="bob", created=NOON, topics=("other",)))
    mirror(store, a_topic(id="crews", formerly=("seats",), private=True))

    assert store.admitted("d1", "crews") is not None
    assert store.admitted("d2", "crews") is None
    assert store.admitted("d1", "seats") is None


def made_one(store: Store) -> None:
    """Let a topic's addresses lead to another that there was already."""
    filled(store)
    mirror(store, a_topic(), a_topic(id="crews"))
    mirror(store, RENAMED)


def test_of_two_topics_that_were_made_one_the_other_comes_back_as_it_was(store: Store) -> None:
    """What led on to a topic with entries of its own still has its own, and so may stand again."""
    made_one(store)
    former = state(store, "seats")
    before = store.edition("crews").standing.feed_id
    changes = mirror(store, a_topic(), a_topic(id="crews"))

    assert (former.is_removed, former.successor) == (True, "crews")
    assert changes[1:] == (Change("add", "topic", "seats", "Seats in space"),)
    assert len(store.edition("seats").placements) == 2
    assert [each.entry_id for each, _ in store.rulings("seats")] == [1]
    assert store.standing("crews").feed_id == before != store.standing("seats").feed_id
    assert (state(store, "seats").successor, store.check()) == (None, ())


def test_a_topic_takes_the_id_of_one_that_it_was_made_one_with(store: Store) -> None:
    """An id with entries of its own is that topic's, as of any topic that had left."""
    made_one(store)
    mirror(store, a_topic(formerly=("crews",)))

    assert len(store.edition("seats").placements) == 2
    assert state(store, "crews").successor == "seats"
    assert store.check() == ()
