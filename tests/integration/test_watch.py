"""Watching: what the other acts leave in the store is looked at, and what is wrong told once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from builders import NOON, a_shape, a_source, a_state, a_topic, an_entry, an_incident
from stores import a_definition, a_feed, a_poll, fill, judge
from topicwire.model.watch import About, Counted, Incident, Kind, Lag, Work
from topicwire.model.wire import Health, Poll
from topicwire.store.store import Store
from topicwire.watch.baseline import DAYS
from topicwire.watch.run.look import watch
from topicwire.watch.run.status import status

DAY = timedelta(days=1)


def bring(store: Store, *, count: int, at: datetime, source_id: str = "press") -> None:
    """Poll a source that shows so many new columns, and judge them."""
    entries = [
        an_entry(uid=f"{at}-{n}", title=f"Column {at} {n}", published=at, fingerprint=f"{at}{n}")
        for n in range(count)
    ]
    store.save_polls([a_poll(*entries, source_id=source_id)], now=at)
    judge(store, now=at)


def usual_weeks(store: Store, *, per_day: int = 3) -> datetime:
    """Let nine ordinary weeks pass; return the noon after them."""
    fill(store)
    for day in range(DAYS):
        bring(store, count=per_day, at=NOON + day * DAY)
    return NOON + DAYS * DAY


def kinds(found: tuple[Incident, ...]) -> list[tuple[About, Kind, bool]]:
    return sorted((each.about, each.kind, each.ended is None) for each in found)


def test_what_is_new_is_counted_by_day(store: Store) -> None:
    """Entries of a source and placements in a topic are counted the day they come; old ones are not."""
    fill(store)
    bring(store, count=2, at=NOON)
    bring(store, count=3, at=NOON + DAY)
    old = an_entry(uid="old", published=NOON - 30 * DAY, fingerprint="old")
    store.save_polls([a_poll(old)], now=NOON + DAY)
    judge(store, now=NOON + DAY)

    until = (NOON + 2 * DAY).date()
    assert store.tallies(Counted.ENTRIES, days=3, until=until) == {"press": (0, 2, 3)}
    assert store.tallies(Counted.PLACEMENTS, days=3, until=until) == {"seats": (0, 2, 3)}


def test_a_changed_rule_is_counted_and_a_new_topic_is_none(store: Store) -> None:
    """The alarm of a topic can say that its rule was changed."""
    fill(store)
    assert store.tallies(Counted.CHANGES, days=1, until=(NOON + DAY).date()) == {}

    changed = a_definition(a_topic(query="nasa"), version="v2")
    store.mirror((a_source(),), (changed,), now=NOON, host="wire.example")

    assert store.tallies(Counted.CHANGES, days=1, until=(NOON + DAY).date()) == {"seats": (1,)}


def test_a_renamed_topic_keeps_its_baseline(store: Store) -> None:
    """Its counts and incidents go on under the new id."""
    fill(store)
    bring(store, count=2, at=NOON)
    store.save_incidents([an_incident(about=About.TOPIC, name="seats")], [], now=NOON)

    renamed = a_definition(a_topic(id="crews", formerly=("seats",)))
    store.mirror((a_source(),), (renamed,), now=NOON, host="wire.example")

    until = (NOON + DAY).date()
    assert store.tallies(Counted.PLACEMENTS, days=1, until=until) == {"crews": (2,)}
    assert [each.name for each in store.lasting()] == ["crews"]


def test_ordinary_weeks_are_no_incident(store: Store) -> None:
    """Nothing is told where nothing is wrong."""
    assert watch(store, now=usual_weeks(store)) == ()


def test_a_flood_is_told_once_and_its_end_once(store: Store) -> None:
    """A source and its topic leave their baselines: one incident each, with the cause."""
    after = usual_weeks(store)
    bring(store, count=80, at=after)

    told = watch(store, now=after + DAY)
    again = watch(store, now=after + DAY + timedelta(minutes=5))

    assert kinds(told) == [(About.SOURCE, Kind.MORE, True), (About.TOPIC, Kind.MORE, True)]
    by_about = {each.about: each for each in told}
    assert by_about[About.SOURCE].cause == "Its publisher does more than before."
    assert by_about[About.TOPIC].cause == "Most of it comes from press."
    assert again == ()

    for day in range(1, 9):
        bring(store, count=3, at=after + day * DAY)
    over = watch(store, now=after + 9 * DAY)
    assert kinds(over) == [(About.SOURCE, Kind.MORE, False), (About.TOPIC, Kind.MORE, False)]
    assert store.lasting() == ()
    assert len(store.incidents(limit=9)) == 2


def test_a_topic_that_dries_up_names_the_source_that_fell_silent(store: Store) -> None:
    """The cause of a drought is the source that gave most of the topic and gives nothing."""
    after = usual_weeks(store)
    store.save_polls(
        [
            Poll(
                "press",
                a_state(
                    health=Health.FAILING, failures=9, error="HTTP 503", failing_since=after - DAY
                ),
            )
        ],
        now=after,
    )

    told = watch(store, now=after + 8 * DAY)

    (topic,) = [each for each in told if each.about is About.TOPIC]
    assert topic.kind is Kind.LESS
    assert (
        topic.cause == "Nothing came from press, which gave 100 % of it before (press: HTTP 503)."
    )
    assert Kind.FAILING in {each.kind for each in told}


def test_a_feed_of_another_shape_is_told_once(store: Store) -> None:
    """The first document is the usual one; one that differs is told, and is then the usual one."""
    fill(store)

    def poll(**shape: object) -> None:
        store.save_polls(
            [
                Poll(
                    "press",
                    a_state(health=Health.OK),
                    replace(a_feed(an_entry()), shape=a_shape(**shape)),
                )
            ],
            now=NOON,
        )

    poll()
    assert watch(store, now=NOON) == ()
    poll(length=2500)
    assert watch(store, now=NOON) == ()
    poll(length=90, dated=0.0)
    (told,) = watch(store, now=NOON)
    assert told.kind is Kind.RESHAPED
    assert "3,000 characters, and have 90 characters; its entries had dates" in told.what
    assert watch(store, now=NOON) == ()
    assert [each.ended for each in store.incidents(limit=5)] == [NOON]


def test_beats_add_up_by_the_hour(store: Store) -> None:
    """What the daemon did is kept by the hour: sums, and the greatest of times and memory."""
    store.beat("schedule", Work(turns=1, polls=5, ms=40, longest=40, memory=9), now=NOON)
    store.beat("schedule", Work(turns=2, polls=1, failed=1, ms=30, longest=20, memory=7), now=NOON)
    store.beat("schedule", Work(), now=NOON + timedelta(hours=1))

    first, second = store.hours(NOON - DAY)
    assert first.work == Work(turns=3, polls=6, failed=1, ms=70, longest=40, memory=9)
    assert (first.began, second.began) == (NOON, NOON + timedelta(hours=1))
    assert first.size > 0
    assert store.last_beat("schedule") == NOON + timedelta(hours=1)
    assert store.last_beat("serve") is None


def test_the_way_of_an_entry_is_known(store: Store) -> None:
    """From its publication by the source over its arrival to the topic that shows it."""
    fill(store)
    bring(store, count=2, at=NOON - DAY)  # what a new source has tells nothing
    appeared, came = NOON, NOON + timedelta(minutes=20)
    entries = [an_entry(published=appeared), an_entry(uid="2", published=None, fingerprint="2")]
    store.save_polls([a_poll(*entries)], now=came)
    judge(store, now=came + timedelta(seconds=5))

    placed = came + timedelta(seconds=5)
    assert set(store.lags(since=NOON - 2 * DAY, limit=10)) == {
        Lag(appeared, came, placed),
        Lag(None, came, placed),
    }


def test_what_is_long_over_is_forgotten(store: Store) -> None:
    """Housekeeping keeps a year and a bit of counts, hours and incidents, and all that lasts."""
    fill(store)
    bring(store, count=1, at=NOON)
    store.beat("schedule", Work(turns=1), now=NOON)
    over = an_incident(kind=Kind.RESHAPED, ended=NOON)
    store.save_incidents([an_incident(), over], [], now=NOON)

    store.housekeeping(NOON + 401 * DAY)

    assert store.tallies(Counted.ENTRIES, days=9, until=(NOON + DAY).date()) == {}
    assert store.hours(NOON - DAY) == ()
    assert [each.kind for each in store.incidents(limit=9)] == [Kind.FAILING]


def test_nothing_is_told_of_a_source_that_is_paused(store: Store) -> None:
    """Who paused it has seen to it; what lasted is over."""
    fill(store)
    ill = a_state(health=Health.DEAD, failures=50, failing_since=NOON - 40 * DAY)
    store.save_polls([Poll("press", ill)], now=NOON)
    assert [each.kind for each in watch(store, now=NOON)] == [Kind.DEAD]

    store.mirror((a_source(paused=True),), (a_definition(),), now=NOON, host="wire.example")

    (over,) = watch(store, now=NOON)
    assert over.ended == NOON


@pytest.mark.parametrize("kind", [Kind.FAILING, Kind.DEAD])
def test_a_source_that_comes_back_ends_its_incident(store: Store, kind: Kind) -> None:
    """The end is told as well, when the source gives something again."""
    fill(store)
    health = Health.FAILING if kind is Kind.FAILING else Health.DEAD
    ill = a_state(health=health, failures=5, error="HTTP 500", failing_since=NOON - 2 * DAY)
    store.save_polls([Poll("press", ill)], now=NOON)
    assert [each.kind for each in watch(store, now=NOON)] == [kind]

    store.save_polls([Poll("press", a_state(health=Health.OK))], now=NOON + DAY)

    (over,) = watch(store, now=NOON + DAY)
    assert (over.kind, over.ended) == (kind, NOON + DAY)


def test_private_topics_are_named_to_nobody(store: Store) -> None:
    """What everybody may read names no private topic: neither the status nor its incidents nor metrics."""
    secret = a_definition(a_topic(id="secret", private=True))
    fill(store, definitions=(a_definition(), secret))
    private = an_incident(about=About.TOPIC, name="secret", kind=Kind.LESS)
    store.save_incidents([private, an_incident()], [], now=NOON)

    public = status(store, now=NOON, is_public=True)
    own = status(store, now=NOON, is_public=False)

    assert [each.standing.topic.id for each in public.topics] == ["seats"]
    assert [each.name for each in public.incidents] == ["press"]
    assert [each.id for each in store.figures().topics] == ["seats"]
    assert {each.name for each in own.incidents} == {"press", "secret"}
    assert len(own.topics) == 2


def test_a_private_topic_that_left_is_named_to_nobody_either(store: Store) -> None:
    """What was wrong with it is remembered for long after its file is gone."""
    fill(store, definitions=(a_definition(a_topic(id="secret", private=True)),))
    over = an_incident(about=About.TOPIC, name="secret", kind=Kind.LESS, ended=NOON)
    store.save_incidents([over, an_incident()], [], now=NOON)
    fill(store, definitions=())

    assert [each.name for each in status(store, now=NOON, is_public=True).incidents] == ["press"]


def test_that_nothing_can_be_reached_is_seen_at_once(store: Store) -> None:
    """An outage stands in the status before the next look, and once."""
    sources = tuple(a_source(id=f"s{n}", url=f"https://s{n}.example/") for n in range(6))
    fill(store, sources=sources)
    lost = a_state(health=Health.FAILING, failures=1, error="no route", failing_since=NOON)
    store.save_polls([Poll(each.id, lost) for each in sources], now=NOON)

    seen = status(store, now=NOON, is_public=True)
    watch(store, now=NOON)
    again = status(store, now=NOON, is_public=True)

    assert [each.kind for each in seen.lasting] == [Kind.OUTAGE]
    assert [each.kind for each in again.lasting] == [Kind.OUTAGE]


def test_what_an_outage_made_fail_is_asked_again_when_it_is_over(store: Store) -> None:
    """F22: one source tells that the network is back; the others need not wait for days."""
    sources = tuple(a_source(id=f"s{n}", url=f"https://s{n}.example/") for n in range(8))
    fill(store, sources=sources)
    since, now = NOON - 3 * DAY, NOON
    lost = a_state(
        health=Health.FAILING, failures=7, failing_since=since, next_poll=now + 2 * DAY,
        last_success=since,
    )  # fmt: skip
    asked = {each.id: now - timedelta(hours=9 - n) for n, each in enumerate(sources)}
    states = {name: replace(lost, last_poll=at) for name, at in asked.items()}
    told = replace(lost, not_before=now + DAY)  # what a server asked for before counts
    store.save_polls(
        [Poll(name, state) for name, state in (states | {"s7": told}).items()], now=now
    )

    watch(store, now=now)
    (probe,) = store.due(now)
    assert probe.source.id == "s0"  # who was asked longest ago
    store.save_polls(
        [Poll("s0", replace(probe.state, last_poll=now, next_poll=now + DAY))], now=now
    )
    soon = now + timedelta(minutes=10)
    watch(store, now=soon)
    assert store.due(soon) == ()

    later = now + timedelta(minutes=15)
    watch(store, now=later)
    (probe,) = store.due(later)
    assert probe.source.id == "s1"
    well = {"last_poll": later, "last_success": later, "next_poll": later + DAY}
    store.save_polls([a_poll(source_id="s1", **well)], now=later)

    over = next(each for each in watch(store, now=later) if each.kind is Kind.OUTAGE)
    assert over.ended == later
    back = {each.source.id for each in store.due(later + timedelta(seconds=2))}
    assert back == {"s0", "s2", "s3", "s4", "s5", "s6"}
