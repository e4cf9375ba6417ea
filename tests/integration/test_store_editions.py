from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from builders import NOON, a_source, a_topic, an_entry
from stores import a_definition, a_poll, fill, judge, titles
from topicwire.errors import NotFoundError
from topicwire.model.report import Counts
from topicwire.model.wire import Enclosure, Health, Origin
from topicwire.store.store import Store
from topicwire.store.unread import LONGEST

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)


def in_feed(store: Store) -> list[str]:
    return [each.stored.entry.title for each in store.edition("seats").placements]


def test_the_latest_into_the_topic_come_first(store: Store) -> None:
    """O2: by time of placement, then publication, then number, all latest first."""
    fill(store, an_entry(uid="a", title="a", published=NOON - HOUR))
    fill(store, an_entry(uid="b", title="b"), an_entry(uid="c", title="c"))
    judge(store)
    fill(store, an_entry(uid="d", title="d, older but placed later", published=NOON - 99 * HOUR))
    judge(store, now=NOON + HOUR)

    assert in_feed(store) == ["d, older but placed later", "b", "c", "a"]


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (NOON + timedelta(milliseconds=1_400), NOON + timedelta(seconds=2)),
        (NOON + timedelta(milliseconds=2_100), NOON + timedelta(milliseconds=2_100)),
        (NOON - timedelta(minutes=5), NOON + timedelta(seconds=2)),
    ],
    ids=["in the same second", "in the next one", "by a clock that is behind"],
)
def test_no_two_editions_have_one_date(store: Store, then: datetime, expected: datetime) -> None:
    """O51: in whole seconds, as HTTP has it, so that who asks by the date alone misses nothing."""
    fill(store, an_entry(uid="a"))
    judge(store, now=NOON + timedelta(milliseconds=1_200))
    fill(store, an_entry(uid="b"))
    judge(store, now=then)

    standing = store.standing("seats")
    assert (standing.edition, standing.edition_time) == (3, expected)


def test_an_edition_carries_as_many_as_the_topic_says(store: Store) -> None:
    """The document holds the newest `limit`; the others stay in the topic."""
    entries = [an_entry(uid=f"{n}", title=f"{n}", published=NOON + n * HOUR) for n in range(1, 6)]
    fill(store, *entries, definitions=(a_definition(a_topic(limit=2)),))
    judge(store)

    assert in_feed(store) == ["5", "4"]
    assert store.placements_count("seats") == 5


def test_an_edition_is_all_that_publishing_needs(store: Store) -> None:
    """A placement comes with its whole entry and its source."""
    fill(store, an_entry())
    judge(store)

    edition = store.edition("seats")

    assert edition.standing == store.standing("seats")
    (placement,) = edition.placements
    assert placement.stored == store.entry(1)
    assert (placement.source,) == store.polled(("press",))


@pytest.mark.parametrize("length", [10, LONGEST], ids=["that is kept", "too long to be kept"])
def test_an_edition_has_an_entry_as_it_is_now(store: Store, length: int) -> None:
    """All that a feed may give comes back, also what it has changed since it was last read."""
    given = an_entry(
        content_html="<p>“A”</p>" * length,
        tags=("a", "“b”"),
        enclosures=(Enclosure("https://press.example/a.mp3", "audio/mpeg", 9, 1),),
        origin=Origin("Upstream", "https://up.example/feed", None, "tag:up.example,2026:1"),
        updated=NOON + HOUR,
    )
    fill(store, given)
    judge(store)
    assert [each.stored for each in store.edition("seats").placements] == [store.entry(1)]

    store.save_polls([a_poll(replace(given, title="New", fingerprint="f2"))], now=NOON)

    (placement,) = store.edition("seats").placements
    assert (placement.stored.entry.title, placement.stored) == ("New", store.entry(1))
    assert placement.stored.entry.enclosures == given.enclosures
    assert placement.stored.entry.origin == given.origin


def test_an_edition_of_nothing_is_empty(store: Store) -> None:
    """A topic without placements is a feed without entries, a topic that is not there is an error."""
    fill(store)

    assert store.edition("seats").placements == ()
    with pytest.raises(NotFoundError, match="no topic 'other'"):
        store.edition("other")


def test_a_summary_counts_the_weeks_before_the_edition(store: Store) -> None:
    """The index shows when a topic was busy: 26 weeks up to its edition, oldest first."""
    ages = {
        "far ahead": -3 * WEEK,
        "ahead": -HOUR,
        "now": 0 * HOUR,
        "this week": WEEK - HOUR,
        "last week": WEEK,
        "first week": 26 * WEEK - HOUR,
        "too old": 26 * WEEK,
    }
    fill(store, *[an_entry(uid=u, title=u, published=NOON - age) for u, age in ages.items()])
    judge(store)

    (summary,) = store.summaries()

    assert summary.weekly == (1, *[0] * 23, 1, 4)
    assert summary.total == 7
    assert [each.stored.entry.title for each in summary.newest] == ["far ahead", "ahead", "now"]
    assert summary.standing == store.standing("seats")


def test_summaries_come_by_id_and_hold_their_own(store: Store) -> None:
    """Topics do not mix on the index page, and one without placements is on it too."""
    fill(store, an_entry(), definitions=(a_definition(), a_definition(a_topic(id="crews"))))
    judge(store)

    crews, seats = store.summaries()

    assert (crews.standing.topic.id, crews.total, crews.newest) == ("crews", 0, ())
    assert (seats.standing.topic.id, seats.total, len(seats.newest)) == ("seats", 1, 1)


def test_counts_say_how_much_there_is(store: Store) -> None:
    """The status page shows sources by health, entries, topics, placements and bytes."""
    fill(
        store,
        an_entry(),
        an_entry(uid="2"),
        sources=(a_source(), a_source(id="idle", paused=True), a_source(id="bad")),
    )
    store.save_polls([a_poll(source_id="bad", health=Health.FAILING)], now=NOON)
    judge(store, score=lambda each: 0.9 if each.id == 1 else 0.0)

    counts = store.counts()

    assert counts == Counts(
        sources=((Health.NEW, 1), (Health.OK, 1), (Health.FAILING, 1)),
        paused=1,
        entries=2,
        topics=1,
        placements=1,
        size=counts.size,
    )
    assert counts.size > 10_000


def test_counts_of_nothing_are_zero(store: Store) -> None:
    """A new database has counts too."""
    counts = store.counts()

    assert (counts.sources, counts.entries, counts.topics, counts.placements) == ((), 0, 0, 0)


# ---- the archive -----------------------------------------------------------------------


def an_archive(store: Store) -> None:
    fill(store, sources=(a_source(), a_source(id="other")))
    for number in range(7):
        source_id = "other" if number % 3 == 0 else "press"
        moment = NOON - (number // 2) * HOUR
        entry = an_entry(uid=f"{number}", title=f"{number}", published=moment)
        store.save_polls([a_poll(entry, source_id=source_id)], now=NOON)


def test_entries_come_newest_first(store: Store) -> None:
    """By publication, those of one moment by number, latest first."""
    an_archive(store)

    assert titles(store.entries(limit=4)) == ["1", "0", "3", "2"]


def test_entries_of_a_source_are_its_own(store: Store) -> None:
    """Listing a source shows no other's entries."""
    an_archive(store)

    assert titles(store.entries(source="other", limit=9)) == ["0", "3", "6"]


def test_entries_of_a_topic_are_those_placed(store: Store) -> None:
    """Listing a topic shows what stands in it, also of one source."""
    an_archive(store)
    judge(store, score=lambda each: 0.9 if each.id > 2 else 0.0)

    assert titles(store.entries(topic="seats", limit=9)) == ["3", "2", "5", "4", "6"]
    assert titles(store.entries(topic="seats", source="other", limit=9)) == ["3", "6"]


def test_paging_goes_on_after_an_entry(store: Store) -> None:
    """A page begins where the one before it ended, between entries of one moment too."""
    an_archive(store)
    judge(store)

    for topic in (None, "seats"):
        page = store.entries(topic=topic, limit=3)
        rest = store.entries(topic=topic, limit=9, before=page[-1].id)
        assert titles([*page, *rest]) == ["1", "0", "3", "2", "5", "4", "6"]


def test_the_archive_is_read_in_batches(store: Store) -> None:
    """A search sees every entry once, whatever the size of its batches."""
    an_archive(store)

    assert titles(list(store.archive(batch=2))) == ["1", "0", "3", "2", "5", "4", "6"]
    assert titles(list(store.archive(batch=7))) == ["1", "0", "3", "2", "5", "4", "6"]


def test_an_entry_that_is_not_there_is_told(store: Store) -> None:
    """The message shows where the numbers are."""
    with pytest.raises(NotFoundError, match=r"no entry 7\. `topicwire entry list`"):
        store.entry(7)
    with pytest.raises(NotFoundError, match="no entry 7"):
        store.entries(limit=1, before=7)
