from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from builders import NOON, a_source, a_state, a_topic, an_entry
from stores import a_definition, a_feed, a_poll, fill, judge, settle, titles
from topicwire.errors import NotFoundError, StoreError
from topicwire.model.wire import Enclosure, Feed, Health, Origin, Poll, PollOutcome
from topicwire.store.store import Store

LATER = NOON + timedelta(hours=1)


def newest(store: Store) -> list[str]:
    return titles(store.entries(limit=99))


# ---- states ----------------------------------------------------------------------------


def test_a_state_comes_back_as_it_was_saved(store: Store) -> None:
    """F1, F2, F22: everything remembered of a poll survives, validators byte for byte."""
    fill(store)
    state = a_state(
        next_poll=LATER + timedelta(microseconds=1),
        health=Health.FAILING,
        etag='W/"caf\udce9-gzip"',
        last_modified="Mon, 2 Nov 2026 12:00:00 GMT",
        validated_url="https://press.example/feed?é",
        body_hash="0" * 64,
        parser=3,
        last_poll=NOON,
        last_success=NOON - timedelta(days=1),
        last_change=NOON - timedelta(days=2),
        http_status=500,
        error="500 Internal Server Error 💥",
        failures=2,
        gap=3600.5,
        ttl=1800,
    )

    (outcome,) = store.save_polls([Poll("press", state, a_feed())], now=NOON)

    (polled,) = store.polled(("press",))
    assert state == polled.state
    assert outcome == PollOutcome(
        "press", Health.FAILING, error="500 Internal Server Error 💥", http_status=500
    )


def test_a_poll_without_a_document_changes_nothing_that_a_document_said(store: Store) -> None:
    """What an archive's reading has come to meanwhile is not taken back by a 304 either."""
    fill(store)
    read = a_state(gap=3600.5, ttl=1800, skip_hours=(3,), skip_days=(6,), older_left=2)
    older = replace(read, older_url="https://press.example/2", last_change=NOON)
    store.save_polls([Poll("press", older, a_feed())], now=NOON)
    store.save_backfill("press", None, older="https://press.example/3", now=NOON)

    asked = replace(older, http_status=304, last_poll=LATER, etag='"new"', pacing="as it says")
    store.save_polls([Poll("press", asked)], now=LATER)

    (polled,) = store.polled(("press",))
    gone_on = replace(asked, older_url="https://press.example/3", older_left=1)
    assert polled.state == gone_on


def test_what_a_feed_says_of_itself_is_kept_until_it_says_otherwise(store: Store) -> None:
    """A poll that parsed nothing leaves the feed's own title, site, id and rights."""
    fill(store)
    feed = replace(a_feed(title="Own"), site="https://own.example/", id="urn:x", rights="CC BY")
    store.save_polls([Poll("press", a_state(), feed)], now=NOON)

    store.save_polls([Poll("press", a_state())], now=LATER)

    (polled,) = store.polled(("press",))
    assert (polled.feed_title, polled.feed_site) == ("Own", "https://own.example/")
    assert (polled.feed_id, polled.feed_rights, polled.feed_format) == ("urn:x", "CC BY", "rss20")


def test_the_last_change_is_when_an_entry_came(store: Store) -> None:
    """Only a poll that brought a new or revised entry counts as a change."""
    fill(store, an_entry())
    (polled,) = store.polled(("press",))
    assert polled.state.last_change == NOON

    store.save_polls([Poll("press", polled.state, a_feed(an_entry()))], now=LATER)

    (polled,) = store.polled(("press",))
    assert polled.state.last_change == NOON


def test_a_poll_of_a_source_that_left_is_dropped(store: Store) -> None:
    """A source removed while it was polled gets no entries, and the other polls are saved."""
    fill(store, sources=(a_source(), a_source(id="old")))
    store.mirror((a_source(),), (), now=NOON, host="wire.example")

    outcomes = store.save_polls(
        [a_poll(an_entry(), source_id="old"), a_poll(an_entry()), a_poll(source_id="never")],
        now=NOON,
    )

    assert [(each.source_id, each.new) for each in outcomes] == [
        ("old", 0),
        ("press", 1),
        ("never", 0),
    ]
    assert [each.source_id for each in store.entries(limit=9)] == ["press"]


def test_an_unchanged_poll_of_a_source_that_left_is_dropped(store: Store) -> None:
    """One that brought no document leaves the source as it was when it left, too."""
    fill(store, sources=(a_source(), a_source(id="old")))
    store.mirror((a_source(),), (), now=NOON, host="wire.example")
    before = {each.source.id: each.state for each in store.sources(removed=True)}

    unchanged = a_state(health=Health.FAILING, http_status=304)
    store.save_polls([Poll(each, unchanged, feed=None) for each in ("old", "press")], now=NOON)

    after = {each.source.id: each.state for each in store.sources(removed=True)}
    assert after["old"] == before["old"]
    assert after["press"].health is Health.FAILING


@pytest.mark.parametrize("feed", [a_feed(an_entry()), None], ids=["read", "unread"])
def test_a_poll_of_an_address_that_changed_meanwhile_is_dropped(
    store: Store, feed: Feed | None
) -> None:
    """Where a source's old address led to says nothing of the new one, which is asked at once."""
    fill(store)
    old = store.polled(("press",))[0].source.url
    new = a_source(url="https://press.example/new")
    store.mirror((new,), (), now=NOON, host="wire.example")
    (before,) = store.due(NOON)

    moved = a_state(next_poll=LATER, moved_url="https://press.example/old-one-moved")
    store.save_polls([Poll("press", moved, feed, url=old)], now=NOON)
    failed = a_state(next_poll=LATER, health=Health.GONE)
    store.save_polls([Poll("press", failed, feed, url=old)], now=NOON)

    assert store.due(NOON) == (before,)
    assert store.entries(limit=9) == ()
    store.save_polls([Poll("press", failed, feed, url=new.url)], now=NOON)
    assert store.polled(("press",))[0].state.health is Health.GONE


def test_a_batch_is_saved_whole_or_not_at_all(store: Store) -> None:
    """F7: when one entry cannot be stored, no state and no other entry of the batch is."""
    fill(store, sources=(a_source(), a_source(id="good")))
    before = store.sources()
    broken = an_entry(title=None)

    with pytest.raises(StoreError, match=r"(?i)not.null constraint"):
        store.save_polls(
            [
                a_poll(an_entry(), source_id="good", etag='"new"'),
                a_poll(broken, etag='"new"'),
            ],
            now=NOON,
        )

    assert before == store.sources()
    assert store.entries(limit=9) == ()
    fill(store, an_entry())
    assert [each.seq for each in store.entries(limit=9)] == [1]


def test_nothing_to_save_is_nothing(store: Store) -> None:
    """An empty batch is no error."""
    assert store.save_polls([], now=NOON) == ()


# ---- entries ---------------------------------------------------------------------------


def test_an_entry_comes_back_as_it_was_given(store: Store) -> None:
    """Everything a feed says of an entry survives, in whatever script, to the microsecond."""
    entry = an_entry(
        uid="urn:uuid:\u202eÜnïcode 🚀 %00",
        title="Weltraum 🛰️ 宇宙 فضاء \u2028 a\u0301 á \U0001d518",
        authors=("Ада Райтер", 'O\'Neil "Q" ; DROP TABLE entries; --'),
        summary_html="<p>\U0010ffff</p>",
        published=datetime(2026, 11, 2, 11, 59, 59, 999999, tzinfo=UTC),
        updated=datetime(2026, 11, 2, 12, 0, 0, 1, tzinfo=UTC),
        tags=("a, b", "ß"),
        enclosures=(Enclosure("https://press.example/a.mp3", "audio/mpeg", 2**40),),
        origin=Origin(title="Elsewhere", url="https://else.example/feed", site=None, id="x"),
        rights="© 2026",
        lang=None,
        url=None,
    )

    fill(store, entry)

    stored = store.entry(1)
    assert entry == stored.entry
    assert (stored.source_id, stored.seq, stored.revision) == ("press", 1, 0)
    assert (stored.first_seen, stored.revised) == (NOON, NOON)


def test_an_entry_without_a_date_is_dated_when_first_seen(store: Store) -> None:
    """P30: a missing date is the time of the first poll, at every later poll too."""
    undated = an_entry(published=None)
    fill(store, undated)

    store.save_polls([a_poll(replace(undated, fingerprint="f2"))], now=LATER)

    stored = store.entry(1)
    assert (stored.published, stored.first_seen, stored.revised) == (NOON, NOON, LATER)
    assert stored.entry.published is None


def test_an_unchanged_entry_is_not_written(store: Store) -> None:
    """An entry that says what it said costs no write, whatever else the feed changed of it."""
    fill(store, an_entry())
    before = store.entry(1)

    (outcome,) = store.save_polls([a_poll(an_entry(title="Not in the fingerprint"))], now=LATER)

    assert (outcome.new, outcome.revised) == (0, 0)
    assert before == store.entry(1)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"authors": ("Bo Reader",)}, id="authors"),
        pytest.param({"tags": ("Space",)}, id="tags"),
        pytest.param({"url": "https://press.example/moved"}, id="link"),
        pytest.param({"content_html": "<p>NASA <img src='https://p.example/1'></p>"}, id="picture"),
        pytest.param({"published": LATER}, id="date"),
    ],
)
def test_an_edit_beside_the_words_is_taken_when_it_is_declared(
    store: Store, changes: dict[str, object]
) -> None:
    """P29: `updated` says that something changed; it is no revision, since the words did not."""
    edited = an_entry(updated=LATER, **changes)
    fill(store, an_entry(), sources=(a_source(),))
    judge(store)

    (outcome,) = store.save_polls([a_poll(edited)], now=LATER)
    judge(store)

    stored = store.entry(1)
    assert (outcome.new, outcome.revised) == (0, 0)
    assert stored.entry == edited
    assert (stored.revision, stored.revised) == (0, NOON)
    assert store.edition("seats").placements[0].stored.entry == edited


def test_a_time_that_moves_with_every_poll_is_no_edit(store: Store) -> None:
    """P29: what differs in its `updated` alone is not written."""
    fill(store, an_entry(updated=NOON))
    before = store.entry(1)

    store.save_polls([a_poll(an_entry(updated=LATER))], now=LATER)

    assert store.entry(1) == before


def test_edits_beside_the_words_are_believed_so_often(store: Store) -> None:
    """P29: an address that changes with every poll does not make editions without end."""
    fill(store, an_entry())
    for number in range(1, 40):
        when = NOON + timedelta(hours=number)
        edited = an_entry(updated=when, url=f"https://press.example/{number}")
        store.save_polls([a_poll(edited)], now=when)

    assert store.entry(1).entry.url == "https://press.example/24"


def test_a_revised_entry_keeps_its_identity(store: Store) -> None:
    """P29: an edit updates in place: same number, uid and first sight; new text and sequence."""
    fill(store, an_entry())

    (outcome,) = store.save_polls(
        [a_poll(an_entry(title="Crews trade places", fingerprint="f2"))], now=LATER
    )

    settle(store)
    stored = store.entry(1)
    assert (outcome.new, outcome.revised) == (0, 1)
    assert stored.entry.title == "Crews trade places"
    assert (stored.seq, stored.revision) == (2, 1)
    assert (stored.first_seen, stored.revised) == (NOON, LATER)
    assert store.polled(("press",))[0].entries == 1


def test_a_revision_without_a_date_keeps_the_date(store: Store) -> None:
    """P30: a feed that no longer gives the date does not take it away."""
    fill(store, an_entry(published=NOON - timedelta(days=3)))

    store.save_polls([a_poll(an_entry(published=None, fingerprint="f2"))], now=LATER)

    assert store.entry(1).entry.published == NOON - timedelta(days=3)
    assert store.entry(1).published == NOON - timedelta(days=3)


def test_a_revised_entry_without_a_date_does_not_come_first(store: Store) -> None:
    """P30: editing an undated entry does not make it the newest."""
    fill(store, an_entry(uid="undated", title="undated", published=None))
    store.save_polls([a_poll(an_entry(uid="2", title="newer", published=LATER))], now=LATER)

    undated = an_entry(uid="undated", title="undated", published=None, fingerprint="f2")
    store.save_polls([a_poll(undated)], now=LATER + timedelta(hours=1))

    assert newest(store) == ["newer", "undated"]


def test_a_revision_may_change_the_date(store: Store) -> None:
    """A date that the feed corrects is corrected."""
    fill(store, an_entry())

    store.save_polls([a_poll(an_entry(published=LATER, fingerprint="f2"))], now=LATER)

    assert store.entry(1).published == LATER


def test_equal_uids_of_two_sources_are_two_entries(store: Store) -> None:
    """P27: an id means something within its source only."""
    fill(store, sources=(a_source(), a_source(id="other")))

    store.save_polls([a_poll(an_entry()), a_poll(an_entry(), source_id="other")], now=NOON)

    assert sorted(each.source_id for each in store.entries(limit=9)) == ["other", "press"]


def test_of_entries_that_share_a_uid_the_first_counts(store: Store) -> None:
    """P21: a document that repeats an id cannot stop the poll, nor can a batch that does."""
    fill(store)

    outcomes = store.save_polls(
        [a_poll(an_entry(title="First"), an_entry(title="Second")), a_poll(an_entry())], now=NOON
    )

    assert titles(store.entries(source="press", limit=9)) in (["First"], ["Crews trade seats"])
    assert store.polled(("press",))[0].entries == 1
    assert {each.new for each in outcomes} == {1}


def test_the_sequence_rises_with_publication(store: Store) -> None:
    """P20: of what one batch brings the oldest is judged first, from whichever source."""
    fill(store, sources=(a_source(), a_source(id="other")))
    hours = {f"{hour} h": NOON - timedelta(hours=hour) for hour in range(6)}
    entries = [an_entry(uid=name, title=name, published=time) for name, time in hours.items()]

    store.save_polls([a_poll(*entries[::2]), a_poll(*entries[1::2], source_id="other")], now=NOON)
    settle(store)

    found = store.unjudged(store.standing("seats"), limit=9)
    assert titles(found) == ["5 h", "4 h", "3 h", "2 h", "1 h", "0 h"]
    assert [each.seq for each in found] == [1, 2, 3, 4, 5, 6]


def test_undated_entries_rise_from_the_end_of_the_document(store: Store) -> None:
    """P20: feeds put the newest first, so without dates the last of the document is the oldest."""
    entries = [an_entry(uid=name, title=name, published=None) for name in ("new", "mid", "old")]

    fill(store, *entries)

    assert titles(store.unjudged(store.standing("seats"), limit=9)) == ["old", "mid", "new"]
    assert newest(store) == ["new", "mid", "old"]


def test_a_document_of_many_entries_is_saved(store: Store) -> None:
    """A document with more entries than one statement takes is compared and stored whole."""
    many = [an_entry(uid=f"{number}") for number in range(2100)]
    fill(store, *many)

    (outcome,) = store.save_polls([a_poll(*many, an_entry(uid="one more"))], now=LATER)

    assert (outcome.new, outcome.revised) == (1, 0)
    assert store.polled(("press",))[0].entries == 2101


# ---- editions --------------------------------------------------------------------------


def test_a_revised_placement_makes_a_new_edition_at_once(store: Store) -> None:
    """O2: readers see the new text from the moment it is stored, so the edition grows with it."""
    fill(store, an_entry(), definitions=(a_definition(), a_definition(a_topic(id="empty"))))
    judge(store)

    store.save_polls([a_poll(an_entry(title="Other", fingerprint="f2"))], now=LATER)

    assert store.editions() == (("empty", 1), ("seats", 3))
    assert store.standing("seats").edition_time == LATER


def test_a_feed_that_renames_itself_makes_a_new_edition(store: Store) -> None:
    """O2: where the catalogue gives no title, the feed's own is shown."""
    fill(store, an_entry(), sources=(a_source(title=""),))
    judge(store)

    store.save_polls([Poll("press", a_state(), a_feed(title="Renamed"))], now=LATER)

    assert store.editions() == (("seats", 3),)
    assert store.edition("seats").placements[0].source.title == "Renamed"


def test_a_feed_that_renames_itself_behind_a_title_makes_none(store: Store) -> None:
    """Where the catalogue gives the title, the feed's own changes nothing that readers see."""
    fill(store, an_entry())
    judge(store)

    store.save_polls([Poll("press", a_state(), a_feed(title="Renamed"))], now=LATER)

    assert store.editions() == (("seats", 2),)


# ---- what is due -----------------------------------------------------------------------


def test_due_are_those_whose_time_has_come(store: Store) -> None:
    """F46: paused, gone and later sources are not polled; the boundary is inclusive."""
    names = ("now", "later", "paused", "gone", "failing")
    sources = tuple(a_source(id=name, paused=name == "paused") for name in names)
    store.mirror(sources, (), now=NOON, host="wire.example")
    store.save_polls(
        [
            a_poll(source_id="later", next_poll=LATER),
            a_poll(source_id="gone", health=Health.GONE),
            a_poll(source_id="failing", health=Health.FAILING),
        ],
        now=NOON,
    )

    assert {each.source.id for each in store.due(NOON)} == {"now", "failing"}
    assert store.due(NOON - timedelta(microseconds=1)) == ()
    assert store.next_due() == NOON


def test_a_limited_turn_takes_hosts_in_turn(store: Store) -> None:
    """F35: one host with many due sources does not fill the turn."""
    sources = [a_source(id=f"a{n}", url=f"https://a.example/{n}") for n in range(9)]
    store.mirror(
        (*sources, a_source(id="b", url="https://b.example/")), (), now=NOON, host="wire.example"
    )

    assert [each.source.id for each in store.due(NOON, limit=3)] == ["a0", "b", "a1"]


def test_those_in_trouble_come_late_but_come(store: Store) -> None:
    """F35: they let the others pass, but no stream of others keeps them waiting for ever."""
    names = ("waits", "tried", "now")
    fill(store, sources=tuple(a_source(id=name) for name in names))
    since = {"waits": timedelta(hours=2), "tried": timedelta(minutes=50), "now": timedelta(0)}
    polls = [
        replace(
            a_poll(source_id=name, next_poll=LATER - ago, failures=0 if name == "now" else 1),
            feed=None,
        )
        for name, ago in since.items()
    ]
    store.save_polls(polls, now=NOON)

    assert [each.source.id for each in store.due(LATER)] == ["waits", "now", "tried"]


def test_a_source_asked_for_is_due(store: Store) -> None:
    """F46: the operator may ask for a poll, also of a source that is gone."""
    fill(store, sources=(a_source(), a_source(id="other")))
    store.save_polls(
        [
            a_poll(next_poll=LATER, health=Health.GONE),
            a_poll(source_id="other", next_poll=LATER),
        ],
        now=NOON,
    )

    store.ask_poll(("press",), now=NOON)

    assert [each.source.id for each in store.due(NOON)] == ["press"]


def test_named_sources_come_in_the_order_asked_for(store: Store) -> None:
    """The answer is in the order of the question."""
    fill(store, sources=(a_source(id="a"), a_source(id="b")))

    assert [each.source.id for each in store.polled(("b", "a"))] == ["b", "a"]


def test_a_source_that_is_not_there_is_told_with_those_like_it(store: Store) -> None:
    """A slip of the pen changes nothing, and is answered with the name that was meant."""
    fill(store)
    store.save_polls([a_poll(next_poll=LATER)], now=NOON)

    with pytest.raises(NotFoundError, match=r"no source 'pres'\. Did you mean press\?"):
        store.polled(("press", "pres"))
    with pytest.raises(NotFoundError, match="no source 'pres'"):
        store.ask_poll(("press", "pres"), now=NOON)

    assert store.due(NOON) == ()
