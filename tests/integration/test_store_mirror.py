from dataclasses import replace
from datetime import timedelta

import pytest

from builders import NOON, a_concept, a_source, a_state, a_topic, an_entry
from stores import a_definition, a_poll, fill, judge, settle
from topicwire.errors import NotFoundError
from topicwire.model.catalogue import Definition, Example, Republish, Source
from topicwire.model.report import Change
from topicwire.model.wire import Health, Poll
from topicwire.store.store import Store

LATER = NOON + timedelta(days=1)


def mirror(
    store: Store, *sources: Source, topics: tuple[Definition, ...] | None = None
) -> tuple[Change, ...]:
    wanted = (a_definition(),) if topics is None else topics
    return store.mirror(sources, wanted, now=LATER, host="other.example")


def test_a_new_source_is_due_at_once(store: Store) -> None:
    """What the editor adds is polled in the next turn."""
    fill(store, sources=(a_source(tags=("science", "été")),))

    (polled,) = store.polled(("press",))

    assert a_source(tags=("science", "été")) == polled.source
    assert a_state() == polled.state
    assert polled.tag == "tag:wire.example,2026-11-02:source/press"


def test_a_great_catalogue_is_due_within_its_first_day(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F22: five new sources a second, but more where the day would not be long enough."""
    monkeypatch.setattr("topicwire.store.mirror.FIRST_ROUND", 10.0)

    mirror(store, *(a_source(id=f"s{n:03}", url=f"https://h{n}.example/") for n in range(300)))

    assert len(store.due(LATER)) == 101
    assert len(store.due(LATER + timedelta(seconds=10))) == 300


def test_a_new_topic_stands_as_defined(store: Store) -> None:
    """O3: a topic gets a tag: URI once, and everything of its definition comes back."""
    topic = a_topic(
        about=("Crews trade seats.",),
        not_about=("Seats in parliament.",),
        examples=(Example(expect=True, title="Ein Sitz", text="Über Sitze", lang="de"),),
    )
    concept = a_concept()

    fill(store, definitions=(a_definition(topic, concepts=(concept,)),))

    standing = store.standing("seats")
    assert (topic, (concept,), "v1") == (standing.topic, standing.concepts, standing.version)
    assert (standing.edition, standing.edition_time) == (1, NOON)
    assert standing.feed_id.startswith("tag:wire.example,2026-11-02:topic/")


def test_two_topics_have_two_feed_ids(store: Store) -> None:
    """O3: no two topics share an id."""
    fill(store, definitions=(a_definition(), a_definition(a_topic(id="crews"))))

    first, second = store.standing_topics()

    assert first.feed_id != second.feed_id


def test_the_plan_is_what_mirroring_does(store: Store) -> None:
    """A dry run shows the same changes and makes none."""
    fill(store, an_entry(), sources=(a_source(), a_source(id="old")))
    wanted = (a_source(title="New"), a_source(id="added", url="https://added.example/feed"))
    topics = (a_definition(version="v2"), a_definition(a_topic(id="crews")))

    planned = store.plan(wanted, topics)

    assert planned == (
        Change("add", "source", "added", "https://added.example/feed"),
        Change("remove", "source", "old", "its 0 entries stay"),
        Change("change", "source", "press", "title"),
        Change("add", "topic", "crews", "Seats in space"),
        Change("change", "topic", "seats", "version"),
    )
    assert planned == mirror(store, *wanted, topics=topics)
    assert store.plan(wanted, topics) == ()


def test_a_moved_source_keeps_its_entries_and_its_validators(store: Store) -> None:
    """F8: the next poll goes to the new address at once; what belonged to the old one says so."""
    fill(store, an_entry())
    gone = a_state(
        next_poll=NOON + timedelta(days=30),
        health=Health.GONE,
        etag='"abc"',
        validated_url="https://press.example/feed",
        failures=3,
        error="410 Gone",
        http_status=410,
    )
    store.save_polls([replace(a_poll(), state=gone, feed=None)], now=NOON)

    mirror(store, a_source(url="https://press.example/moved"))

    (polled,) = store.due(LATER)
    assert polled.source.url == "https://press.example/moved"
    assert polled.entries == 1
    assert polled.state == a_state(
        next_poll=LATER,
        etag='"abc"',
        validated_url="https://press.example/feed",
        last_change=NOON,
    )


def test_another_change_leaves_the_poll_where_it_was(store: Store) -> None:
    """K10: editing a title polls nobody earlier."""
    fill(store, an_entry())
    store.save_polls([a_poll(next_poll=NOON + timedelta(days=2))], now=NOON)

    mirror(store, a_source(title="New"))

    assert store.next_due() == NOON + timedelta(days=2)


def test_a_removed_source_is_not_polled_but_stays_published(store: Store) -> None:
    """P32: what left the catalogue takes no entry with it."""
    fill(store, an_entry())
    judge(store)

    mirror(store)

    assert store.due(LATER) == ()
    assert store.next_due() is None
    assert store.sources() == ()
    assert [each.source.id for each in store.sources(removed=True)] == ["press"]
    (placement,) = store.edition("seats").placements
    assert placement.source.source == a_source()


def test_a_source_that_comes_back_is_the_same(store: Store) -> None:
    """A source that returns has its entries and its tag: URI, and is due."""
    fill(store, an_entry())
    store.save_polls([a_poll(next_poll=NOON + timedelta(days=9))], now=NOON)
    mirror(store)

    changes = mirror(store, a_source())

    assert changes == (Change("add", "source", "press", "https://press.example/feed"),)
    (polled,) = store.due(LATER)
    assert (polled.entries, polled.tag) == (1, "tag:wire.example,2026-11-02:source/press")


def test_a_source_that_comes_back_is_polled_though_it_was_gone(store: Store) -> None:
    """F46: whoever takes it into the catalogue again wants it, as one who polls it by name."""
    fill(store)
    gone = a_state(health=Health.GONE, next_poll=NOON + timedelta(days=3650), http_status=410)
    store.save_polls([Poll("press", gone)], now=NOON)
    mirror(store)
    mirror(store, a_source())

    assert [each.source.id for each in store.due(LATER)] == ["press"]


def test_a_source_that_comes_back_is_polled_when_its_server_allows(store: Store) -> None:
    """F27: to take a source out and in again is no way around what its server asked for."""
    fill(store)
    until = LATER + timedelta(days=1)
    store.save_polls([Poll("press", a_state(next_poll=until, not_before=until))], now=NOON)
    mirror(store)
    mirror(store, a_source())

    assert store.next_due() == until


def test_a_removed_topic_is_no_longer_served(store: Store) -> None:
    """A topic that left the catalogue is not found, by whatever way it is asked for."""
    fill(store, an_entry())
    judge(store)

    mirror(store, a_source(), topics=())

    assert (store.standing_topics(), store.editions(), store.summaries()) == ((), (), ())
    assert store.verdicts_of(1) == ()
    with pytest.raises(NotFoundError, match="There is no topic 'seats'"):
        store.edition("seats")


def test_a_topic_that_comes_back_is_the_same_feed(store: Store) -> None:
    """O3: subscribers of a topic that returns see the same feed with its placements."""
    fill(store, an_entry())
    judge(store)
    before = store.edition("seats")
    mirror(store, a_source(), topics=())

    mirror(store, a_source())

    assert before == store.edition("seats")


def test_an_entry_that_came_meanwhile_is_judged_when_the_topic_comes_back(store: Store) -> None:
    """A topic that was away catches up."""
    fill(store, an_entry())
    judge(store)
    mirror(store, a_source(), topics=())
    store.save_polls([a_poll(an_entry(uid="2", title="Meanwhile"))], now=LATER)
    settle(store)

    mirror(store, a_source())

    (left,) = store.unjudged(store.standing("seats"), limit=9)
    assert left.entry.title == "Meanwhile"


@pytest.mark.parametrize(
    ("changes", "edition"),
    [
        ({"title": "Other"}, 3),
        ({"description": "Other."}, 3),
        ({"limit": 7}, 3),
        ({"language": "de"}, 3),
        ({"show_reason": False}, 3),
        ({"query": "other"}, 2),
        ({"examples": (Example(expect=True, title="T", text="t"),)}, 2),
    ],
    ids=["title", "description", "limit", "language", "show_reason", "query", "examples"],
)
def test_a_topic_has_a_new_edition_when_readers_see_the_change(
    store: Store, changes: dict[str, object], edition: int
) -> None:
    """O2: the same edition gives the same bytes, so what is rendered of a topic makes a new one."""
    fill(store, an_entry())
    judge(store)
    assert store.editions() == (("seats", 2),)

    mirror(store, a_source(), topics=(a_definition(a_topic(**changes)),))

    assert store.editions() == (("seats", edition),)
    assert (store.standing("seats").edition_time == LATER) is (edition == 3)


@pytest.mark.parametrize(
    ("changes", "edition"),
    [
        ({"title": "Other"}, 3),
        ({"site": None}, 3),
        ({"republish": Republish.TITLE}, 3),
        ({"url": "https://press.example/other"}, 3),
        ({"interval": 7200}, 2),
        ({"paused": True}, 2),
    ],
    ids=["title", "site", "republish", "url", "interval", "paused"],
)
def test_topics_that_carry_a_source_have_a_new_edition_when_readers_see_the_change(
    store: Store, changes: dict[str, object], edition: int
) -> None:
    """O2: what is rendered of a source makes a new edition of the topics it stands in, of no other."""
    fill(store, an_entry(), definitions=(a_definition(), a_definition(a_topic(id="empty"))))
    judge(store)

    mirror(
        store,
        a_source(**changes),
        topics=(a_definition(), a_definition(a_topic(id="empty"))),
    )

    assert store.editions() == (("empty", 1), ("seats", edition))
