"""Pruning: what goes, what stays, and that no document is another for it."""

import random
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from builders import NOON, a_source, a_topic, an_entry
from stores import a_definition, a_feed, a_poll, fill, judge
from topicwire.model.article import Settled
from topicwire.model.document import Format
from topicwire.model.judging import Answer, Label, LabelledBy, Ruling, Stand
from topicwire.model.report import Pruned
from topicwire.model.wire import Entry, Retraction
from topicwire.publish.compose import Site
from topicwire.publish.run.documents import Publisher
from topicwire.store.store import Store
from topicwire.store.tables import sources

DAY = timedelta(days=1)
LATER = NOON + 100 * DAY
HERALD = a_source(id="herald", url="https://herald.example/feed", title="The Herald")


def numbered(*numbers: int, **changes: object) -> list[Entry]:
    """Return entries called by their numbers."""
    return [
        an_entry(**{"uid": f"{n}", "title": f"{n}", "fingerprint": f"f{n}"} | changes)
        for n in numbers
    ]


def titles(store: Store) -> set[str]:
    return {each.entry.title for each in store.entries(limit=9999)}


def refused(store: Store, *numbers: int, shown: int = 99) -> None:
    """Store entries that the topic refuses, and let the source show only one other since."""
    fill(store, *numbered(*numbers))
    judge(store, score=lambda _: 0.3)
    store.save_polls([a_poll(*numbered(shown))], now=NOON + DAY)
    judge(store, score=lambda _: 0.1, now=NOON + DAY)


def pruned(store: Store, *, keep_days: int = 30, now: datetime = LATER) -> list[Pruned]:
    return [each for each in store.prune(now, keep_days=keep_days) if each.count]


# ---- what goes -------------------------------------------------------------------------


def test_what_nobody_needs_goes_when_it_is_old(store: Store) -> None:
    """With it goes all that hangs on it; the count of its source stays right."""
    refused(store, 1, 2, 3)
    expected = (Pruned("source", "press", 3),)
    assert store.prunable(LATER, keep_days=30) == expected
    assert titles(store) == {"1", "2", "3", "99"}

    assert tuple(pruned(store)) == expected

    assert titles(store) == {"99"}
    assert store.counts().entries == 1
    assert store.verdicts_of(1) == ()
    assert store.check() == ()
    assert pruned(store) == []


@pytest.mark.parametrize(
    ("keep_days", "of_source", "left"),
    [(0, None, 4), (30, None, 1), (30, 0, 4), (0, 30, 1), (30, 120, 4), (100, None, 4)],
    ids=["nobody says", "setting", "source: for ever", "source alone", "source longer", "young"],
)
def test_how_long_is_for_the_settings_and_the_source_to_say(
    store: Store, keep_days: int, of_source: int | None, left: int
) -> None:
    """By default everything is kept; a source's own word goes before the settings'."""
    refused(store, 1, 2, 3)
    source = a_source(keep_days=of_source)
    store.mirror((source,), (a_definition(),), now=NOON, host="wire.example")

    pruned(store, keep_days=keep_days)

    assert len(titles(store)) == left


def test_many_are_removed_in_short_transactions(store: Store) -> None:
    """Each batch is stored when it is yielded, so that nobody waits for all of them."""
    refused(store, *range(450), shown=999)

    batches = list(store.prune(LATER, keep_days=30))

    assert [each.count for each in batches] == [200, 200, 50]


def test_what_was_changed_since_it_was_found_stays(store: Store) -> None:
    """Between finding and removing, an editor may have ruled."""
    refused(store, *range(1, 251), shown=999)
    removing = store.prune(LATER, keep_days=30)
    next(removing)

    saved = store.entry(7)
    store.rule(Ruling("seats", 7, Stand.VETO, "ada", "It is so.", LATER))
    list(removing)

    assert titles(store) == {saved.entry.title, "999"}


def test_answers_go_with_the_last_entry_of_their_text(store: Store) -> None:
    """What a second reader said is kept as long as an entry reads so."""
    fill(store, *numbered(1), *numbered(2, fingerprint="f1"), *numbered(3))
    judge(store, score=lambda each: 0.9 if each.id == 2 else 0.1)
    store.save_polls([a_poll(*numbered(99))], now=NOON + DAY)
    judge(store, score=lambda _: 0.1, now=NOON + DAY)
    for text in ("f1", "f3"):
        answer = Answer("seats", text, "q", "m", asked=NOON, belongs=True, reason="So.")
        store.save_answer(store.standing("seats"), 99, answer, lambda given: given, now=NOON)

    pruned(store)

    assert titles(store) == {"2", "99"}
    assert set(store.answers("seats", "q", "m", ("f1", "f3"))) == {"f1"}


def test_what_comes_again_comes_anew(store: Store) -> None:
    """A feed that shows a removed entry again has a new one, with a number of its own."""
    refused(store, 1)
    pruned(store)

    (outcome,) = store.save_polls([a_poll(*numbered(1, 99))], now=LATER)

    assert outcome.new == 1
    assert store.check() == ()


# ---- what stays ------------------------------------------------------------------------


def ruled(store: Store) -> None:
    store.rule(Ruling("seats", 1, Stand.VETO, "ada", "It is so.", NOON))


def labelled(store: Store) -> None:
    store.label([Label("seats", 1, False, "ada", LabelledBy.EDITOR, NOON)])


def pinned_behind(store: Store) -> None:
    for number in (1, 2):
        store.rule(Ruling("seats", number, Stand.PIN, "ada", "It is so.", NOON))


def shown_again(store: Store) -> None:
    store.save_polls([a_poll(*numbered(1, 99))], now=NOON + 2 * DAY)


def waiting_to_be_judged(store: Store) -> None:
    changed = a_definition(version="v2")
    store.mirror((a_source(),), (changed,), now=NOON, host="wire.example")


def waiting_to_be_settled(store: Store) -> None:
    store.save_polls([a_poll(*numbered(1, fingerprint="other"))], now=NOON + 2 * DAY)
    store.save_polls([a_poll(*numbered(99))], now=NOON + 3 * DAY)


def told_after(store: Store) -> None:
    other = an_entry(uid="h", title="h")
    sources = a_source(), HERALD
    store.mirror(sources, (a_definition(),), now=NOON, host="wire.example")
    store.save_polls([a_poll(other, source_id="herald")], now=NOON + 90 * DAY)
    (twin,) = store.unsettled(LATER, limit=9)
    store.settle([Settled(twin.id, story=1)], [])
    judge(store, score=lambda _: 0.1, now=NOON + 90 * DAY)


@pytest.mark.parametrize(
    "happen",
    [
        ruled,
        labelled,
        pinned_behind,
        shown_again,
        waiting_to_be_judged,
        waiting_to_be_settled,
        told_after,
    ],
)
def test_what_is_needed_stays(store: Store, happen: object) -> None:
    """Whoever may still ask for an entry finds it."""
    refused(store, 1)

    happen(store)  # type: ignore[operator]
    pruned(store)

    assert "1" in titles(store)


def test_nothing_goes_before_it_is_known_what_the_feed_shows(store: Store) -> None:
    """After an upgrade a source keeps everything until its document was read once."""
    refused(store, 1)
    with store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE sources SET shown = NULL")
    assert pruned(store) == []
    assert store.unread_sources(keep_days=30) == ("press",)

    store.mirror((), (a_definition(),), now=NOON, host="wire.example")

    assert store.unread_sources(keep_days=30) == ()
    assert len(pruned(store)) == 1  # one that left the catalogue shows nothing any more


def test_a_poll_without_a_document_leaves_what_is_shown(store: Store) -> None:
    """What is shown is of the last document, under whatever id its entries have now."""
    fill(store, *numbered(1, 2))
    same = an_entry(uid="renamed", title="2", url="x", url_key="k", fingerprint="f2")
    store.save_polls([a_poll(*numbered(2, url_key="k"))], now=NOON)
    store.save_polls([a_poll(same, *numbered(3))], now=NOON + DAY)
    store.save_polls([replace(a_poll(), feed=None)], now=NOON + 2 * DAY)

    with store._database.reading() as connection:
        shown = connection.scalars(select(sources.c.shown)).one()
    named = {store.entry(number).entry.title for number in shown}
    assert named == {"2", "3"}


def test_what_is_said_to_be_gone_stays_until_no_document_says_so(store: Store) -> None:
    """A tombstone is shown for thirty days, one on a page of the archive for good."""
    definitions = (a_definition(a_topic(limit=2)),)
    for n in range(1, 7):
        fill(
            store,
            *numbered(n, published=NOON + n * DAY),
            definitions=definitions,
            now=NOON + n * DAY,
        )
        judge(store, now=NOON + n * DAY)
    numbers = {each.entry.title: each.id for each in store.entries(limit=9)}
    for title in ("1", "5"):  # one on a page of the archive, one in the current document
        store.rule(Ruling("seats", numbers[title], Stand.VETO, "ada", "It is so.", NOON + 10 * DAY))
        store.release("seats", numbers[title], now=NOON + 10 * DAY)
    for title in ("1", "5"):
        retract(store, title, at=NOON + 11 * DAY)
    fill(
        store,
        *numbered(90, published=NOON + 20 * DAY),
        definitions=definitions,
        now=NOON + 20 * DAY,
    )
    judge(store, now=NOON + 20 * DAY)
    pruned(store, keep_days=1, now=NOON + 40 * DAY)
    assert {"1", "5"} <= titles(store)

    fill(
        store,
        *numbered(91, published=NOON + 60 * DAY),
        definitions=definitions,
        now=NOON + 60 * DAY,
    )
    judge(store, now=NOON + 60 * DAY)
    pruned(store, keep_days=1, now=NOON + 61 * DAY)

    assert "1" in titles(store)
    assert "5" not in titles(store)
    assert store.check() == ()


def retract(store: Store, title: str, *, at: datetime) -> None:
    gone = (Retraction(title, at),)
    store.save_feed("press", replace(a_feed(), retractions=gone), now=at)
    judge(store, now=at)


# ---- verdicts --------------------------------------------------------------------------


def test_a_topic_forgets_what_it_refused(store: Store) -> None:
    """Its `keep_days` are for verdicts alone; what an editor spoke of keeps its verdict."""
    topic = a_topic(keep_days=30)
    fill(store, *numbered(1, 2, 3), definitions=(a_definition(topic),))
    judge(store, score=lambda each: 0.9 if each.id == 3 else 0.3)
    labelled(store)

    assert pruned(store, keep_days=0) == [Pruned("topic", "seats", 1)]

    kept = [number for number in (1, 2, 3) if store.verdicts_of(number)]
    assert kept == [1, 3]
    assert titles(store) == {"1", "2", "3"}
    assert store.check() == ()


# ---- any order of events ---------------------------------------------------------------


class Walk:
    """A store to which things happen in an order that a number decides."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.random = random.Random(seed)
        self.now = NOON
        self.count = 0
        self.removed = 0
        self.recent: dict[str, list[Entry]] = {"press": [], "herald": []}
        self.version = 1
        self._mirror()

    def _mirror(self) -> None:
        topics = tuple(
            a_definition(a_topic(id=name, limit=4, keep_days=days), version=f"v{self.version}")
            for name, days in (("seats", 20), ("moon", 0))
        )
        self.store.mirror((a_source(), HERALD), topics, now=self.now, host="wire.example")

    def step(self) -> None:
        self.now += self.random.choice((timedelta(hours=6), 3 * DAY, 15 * DAY))
        acts = (self.come, self.come, self.rule, self.retract, self.retopic, self.edit, self.prune)
        self.random.choice(acts)()
        self._judge()

    def come(self) -> None:
        """Let a source show new entries; those before its last five are no longer shown."""
        name = self.random.choice(sorted(self.recent))
        for _ in range(self.random.randint(1, 4)):
            self.count += 1
            self.recent[name] += numbered(self.count, published=self.now - self._age())
        self.recent[name] = self.recent[name][-5:]
        self.store.save_polls([a_poll(*self.recent[name], source_id=name)], now=self.now)

    def _age(self) -> timedelta:
        return self.random.choice((timedelta(0), 90 * DAY))

    def _any(self) -> int | None:
        known = sorted(each.id for each in self.store.entries(limit=9999))
        return self.random.choice(known) if known else None

    def rule(self) -> None:
        number = self._any()
        topic = self.random.choice(("seats", "moon"))
        held = [each.entry_id for each, _ in self.store.rulings(topic)]
        if held and self.random.random() < 0.7:
            self.store.release(topic, self.random.choice(held), now=self.now)
        elif number is not None:
            stand = self.random.choice(list(Stand))
            self.store.rule(Ruling(topic, number, stand, "ada", "It is so.", self.now))

    def retract(self) -> None:
        number = self._any()
        if number is not None:
            found = self.store.entry(number)
            feed = replace(a_feed(), retractions=(Retraction(found.entry.uid, self.now),))
            self.store.save_feed(found.source_id, feed, now=self.now)

    def retopic(self) -> None:
        self.version += 1
        self._mirror()

    def edit(self) -> None:
        for name, shown in sorted(self.recent.items()):
            self.count += 1
            shown[:] = (
                replace(each, fingerprint=f"{each.uid}.{self.count}", updated=self.now)
                for each in shown
            )
            self.store.save_polls([a_poll(*shown, source_id=name)], now=self.now)

    def _judge(self) -> None:
        """Settle, some into the story of another, and judge; now and then only one topic."""
        found = sorted(self.store.unsettled(self.now, limit=99), key=lambda each: each.id)
        known = [each.id for each in self.store.entries(limit=9999) if each.story == each.id]
        for each in found:
            story = self.random.choice(known) if known and self.random.random() < 0.3 else each.id
            self.store.settle([Settled(each.id, story=each.story or story)], [])
        salt = self.random.randrange(7)
        for topic in ("seats", "moon") if self.random.random() < 0.9 else ("moon",):
            judge(
                self.store,
                topic_id=topic,
                score=lambda each: (0.9, 0.46, 0.1)[(each.id + salt) % 3],
                now=self.now,
            )

    def prune(self) -> None:
        before = documents(self.store)
        self.removed += sum(each.count for each in pruned(self.store, keep_days=10, now=self.now))
        assert documents(self.store) == before
        assert self.store.check() == ()


def documents(store: Store) -> dict[tuple[str, Format, int], bytes]:
    """Return every document of every topic."""
    publisher = Publisher(store, Site(base_url="https://wire.example", version="1"))
    return {
        (each.id, form, page): publisher.topic(each.id, form, page=page).body
        for each in publisher.topics()
        for form in (Format.ATOM, Format.JSON)
        for page in range(each.pages + 1)
    }


@pytest.mark.parametrize("seed", range(4))
def test_no_document_is_another_for_what_was_removed(
    empty_file: Path, tmp_path: Path, seed: int
) -> None:
    """In any order of polls, verdicts, rulings and retractions, each document stays byte for byte."""
    path = tmp_path / "wire.sqlite"
    shutil.copy(empty_file, path)
    with closing(Store.open(f"sqlite:///{path}")) as store:
        walk = Walk(store, seed)
        for _ in range(40):
            walk.step()
        walk.now += 60 * DAY
        walk.prune()
        assert walk.removed > 5
