import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread

import pytest

from builders import NOON, a_shape, a_source, a_standing, a_stored, an_entry, an_incident
from stores import a_feed, a_poll, fill
from topicwire.errors import StoreError
from topicwire.model.article import ArticleOutcome, FullPage, Memory, RobotsFile, Settled
from topicwire.model.document import Format
from topicwire.model.hub import Intent, Mode, Subscriber
from topicwire.model.judging import Answer, Label, LabelledBy, Ruling, Stand, Token, Verdict
from topicwire.model.push import Delivery, PushState, Subscription
from topicwire.model.watch import Counted, Work
from topicwire.store.answers import Asked
from topicwire.store.dialects.sqlite import Sqlite
from topicwire.store.migrate import head, migrate, revision
from topicwire.store.store import Store
from users import shared_folder, unprivileged


@pytest.fixture
def database_url(file_url: str) -> str:
    """Return the URL of a file: what is looked at here is SQLite's own."""
    return file_url


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def test_a_new_database_is_made_with_its_folder(tmp_path: Path) -> None:
    """A newcomer needs no step before the first run, not even a folder."""
    url = f"sqlite:///{tmp_path / 'not' / 'there yet' / 'wire.sqlite'}"

    with closing(Store.open(url, create=True)) as store:
        assert store.editions() == ()
    assert revision(url) == head()


def test_what_was_stored_is_there_after_reopening(database_url: str) -> None:
    """Closing and opening again loses nothing."""
    with closing(Store.open(database_url, create=True)) as store:
        fill(store)
    with closing(Store.open(database_url)) as store:
        assert store.editions() == (("seats", 1),)


def test_a_missing_database_is_not_made_unasked(database_url: str) -> None:
    """A mistyped address is told, not turned into an empty database."""
    with pytest.raises(StoreError, match="run `topicwire db migrate` to make it"):
        Store.open(database_url)

    assert not file_of(database_url).exists()


def test_a_file_that_is_no_database_is_refused_untouched(database_url: str) -> None:
    """A mistyped address never harms the file it names."""
    file_of(database_url).write_text("Dear diary, today I named the wrong file. " * 99)
    before = file_of(database_url).read_bytes()

    with pytest.raises(StoreError, match="Name another file"):
        Store.open(database_url, create=True)

    assert before == file_of(database_url).read_bytes()


def test_the_database_of_another_program_is_refused(database_url: str) -> None:
    """Tables that are not ours are neither used nor added to."""
    with closing(sqlite3.connect(file_of(database_url))) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")

    with pytest.raises(StoreError, match="holds something other than Topicwire's tables"):
        Store.open(database_url, create=True)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A path through a file is told with the folder's name."""
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match=re.escape(f"The folder {tmp_path / 'file'}")):
        Store.open(f"sqlite:///{tmp_path / 'file' / 'wire.sqlite'}", create=True)


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    """A path that names a folder is told as one that cannot be opened."""
    with pytest.raises(StoreError, match="unable to open database file"):
        Store.open(f"sqlite:///{tmp_path}", create=True)


@pytest.mark.parametrize("name", ["file", "folder"])
def test_what_may_not_be_read_is_told(name: str) -> None:
    """A database of another user, or in a closed folder, is told as one that may not be read."""
    with shared_folder() as folder:
        path = folder / "wire.sqlite"
        migrate(f"sqlite:///{path}")
        closed = path if name == "file" else folder
        closed.chmod(0)

        with unprivileged(), pytest.raises(StoreError, match="this user may read and write it"):
            Store.open(f"sqlite:///{path}", create=True)
        closed.chmod(0o700)


def set_revision(url: str, number: str) -> None:
    with closing(sqlite3.connect(file_of(url))) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (number,))


def test_a_newer_schema_is_refused(database_url: str) -> None:
    """An older program does not touch what a newer one has migrated."""
    migrate(database_url)
    set_revision(database_url, "9999")

    with pytest.raises(StoreError, match="at schema 9999, newer than"):
        Store.open(database_url, create=True)
    with pytest.raises(StoreError, match="install the newer Topicwire"):
        migrate(database_url)


def test_an_older_schema_is_not_migrated_unasked(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changing the schema of a database that is in use is for the operator to say."""
    migrate(database_url)
    now = head()
    monkeypatch.setattr("topicwire.store.migrate.known", lambda: (now, "9999"))

    with pytest.raises(
        StoreError,
        match=f"is at schema {now}, this program needs 9999: run `topicwire db migrate`",
    ):
        Store.open(database_url, create=True)


def test_processes_that_start_together_make_one_database(database_url: str) -> None:
    """The scheduler and the server may be started at the same moment on an empty disk."""
    together = Barrier(4)
    failures: list[Exception] = []

    def start() -> None:
        together.wait()
        try:
            Store.open(database_url, create=True).close()
        except Exception as error:  # noqa: BLE001 (whatever it is, the test shows it)
            failures.append(error)

    threads = [Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert revision(database_url) == head()


def test_a_new_file_is_opened_by_several_at_once(tmp_path: Path) -> None:
    """Each turns it to WAL, and SQLite fails all but one without waiting: in one of ten files."""
    failures: list[Exception] = []

    def start(path: Path, together: Barrier) -> None:
        engine = Sqlite(path).migrating()
        together.wait()
        try:
            engine.connect().close()
        except Exception as error:  # noqa: BLE001 (whatever it is, the test shows it)
            failures.append(error)
        finally:
            engine.dispose()

    for number in range(100):
        given = (tmp_path / str(number), Barrier(4))
        threads = [Thread(target=start, args=given) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert failures == []


A_SUBSCRIPTION = Subscription("t", "press", "h", "u", PushState.PENDING, NOON)
A_RULING = Ruling("seats", 1, Stand.PIN, "ada", "So it is.", NOON)
A_LABEL = Label("seats", 1, expect=True, who="ada", by=LabelledBy.EDITOR, made=NOON)
A_TOKEN = Token("d1", "ada", NOON)
ASKED = Asked("q", "m", 0.35, 0.65)
AN_ANSWER = Answer("seats", "f1", "q", "m", NOON, belongs=True, reason="It is on it.")
AN_INTENT = Intent(
    "seats",
    Format.ATOM,
    "https://reader.example/cb",
    "reader.example",
    Mode.SUBSCRIBE,
    9,
    NOON,
    NOON,
)
A_SUBSCRIBER = Subscriber(
    1, "seats", Format.ATOM, "https://reader.example/cb", "reader.example", 1, NOON
)
METHODS: dict[str, Callable[[Store], object]] = {
    "plan": lambda store: store.plan((), ()),
    "mirror": lambda store: store.mirror((a_source(),), (), now=NOON, host="wire.example"),
    "due": lambda store: store.due(NOON),
    "next_due": lambda store: store.next_due(),
    "due_addresses": lambda store: store.due_addresses(NOON),
    "waiting": lambda store: store.waiting(NOON),
    "left_by_topic": lambda store: store.left_by_topic(),
    "clear_beats": lambda store: store.clear_beats("work", before=NOON),
    "beats": lambda store: store.beats("work", since=NOON),
    "postpone": lambda store: store.postpone(("press",), until=NOON),
    "bring_forward": lambda store: store.bring_forward("press", to=NOON, last_poll=NOON),
    "still_due": lambda store: store.still_due(("press",), NOON),
    "spread_overdue": lambda store: store.spread_overdue(NOON, window=9),
    "spread": lambda store: store.spread(("press",), NOON, window=9),
    "turn_back": lambda store: store.turn_back(NOON),
    "polled": lambda store: store.polled(("press",)),
    "sources": lambda store: store.sources(),
    "ask_poll": lambda store: store.ask_poll(("press",), now=NOON),
    "save_polls": lambda store: store.save_polls([a_poll(an_entry())], now=NOON),
    "save_feed": lambda store: store.save_feed("press", a_feed(an_entry()), now=NOON),
    "articles_due": lambda store: store.articles_due(NOON, limit=9),
    "save_articles": lambda store: store.save_articles([ArticleOutcome(1, "press", FullPage("t"))]),
    "article_counts": lambda store: store.article_counts("press"),
    "robots": lambda store: store.robots(("https://press.example",)),
    "keep_robots": lambda store: store.keep_robots([RobotsFile("https://a.example", NOON, 200)]),
    "pushable": lambda store: store.pushable(),
    "subscription": lambda store: store.subscription("t"),
    "save_subscription": lambda store: store.save_subscription(A_SUBSCRIPTION),
    "end_leases": lambda store: store.end_leases(NOON),
    "excuse": lambda store: store.excuse("press"),
    "receive": lambda store: store.receive(A_SUBSCRIPTION, Delivery(0, "press", NOON, None, b"")),
    "deliveries": lambda store: store.deliveries(limit=9),
    "delivered": lambda store: store.delivered(1),
    "backfilling": lambda store: store.backfilling(),
    "save_backfill": lambda store: store.save_backfill("press", None, older=None, now=NOON),
    "put_off_backfill": lambda store: store.put_off_backfill("press"),
    "unsettled": lambda store: store.unsettled(NOON, limit=9),
    "outlines": lambda store: store.outlines(("press",)),
    "memories": lambda store: store.memories(("press",)),
    "kin": lambda store: store.kin([a_stored()], {1: (1, 2)}),
    "settle": lambda store: store.settle([Settled(1)], [Memory("press")]),
    "standing_topics": lambda store: store.standing_topics(),
    "standing": lambda store: store.standing("seats"),
    "sources_of": lambda store: store.sources_of({"press"}),
    "has_unjudged": lambda store: store.has_unjudged(),
    "unjudged": lambda store: store.unjudged(a_standing(), limit=1),
    "settled_after": lambda store: store.settled_after(0, limit=1),
    "left_count": lambda store: store.left_count(),
    "unjudged_count": lambda store: store.unjudged_count(a_standing()),
    "place": lambda store: store.place(
        a_standing(), [Verdict(1, 0, accepted=True, score=1.0)], through=1, now=NOON
    ),
    "rule": lambda store: store.rule(A_RULING),
    "release": lambda store: store.release("seats", 1, now=NOON),
    "rulings": lambda store: store.rulings("seats"),
    "rulings_of": lambda store: store.rulings_of(1),
    "label": lambda store: store.label([A_LABEL]),
    "remove_labels": lambda store: store.remove_labels("seats", (1,)),
    "labels": lambda store: store.labels("seats"),
    "labels_of": lambda store: store.labels_of(1),
    "add_token": lambda store: store.add_token(A_TOKEN),
    "tokens": lambda store: store.tokens(),
    "revoke_token": lambda store: store.revoke_token("ada", now=NOON),
    "token": lambda store: store.token("d1"),
    "admitted": lambda store: store.admitted("d1", "seats"),
    "note_use": lambda store: store.note_use(A_TOKEN, client="", now=NOON),
    "place_all": lambda store: store.place_all([a_standing()], {}, judged={}, through=1, now=NOON),
    "uncertain": lambda store: store.uncertain(a_standing(), ASKED, limit=1),
    "undecided": lambda store: store.undecided(a_standing(), ASKED),
    "answers": lambda store: store.answers("seats", "v1", "m", ("f1",)),
    "asked_since": lambda store: store.asked_since("seats", NOON),
    "save_answer": lambda store: store.save_answer(
        a_standing(), 1, AN_ANSWER, lambda verdict: verdict, now=NOON
    ),
    "unsure": lambda store: store.unsure("seats", around=0.5, limit=1),
    "models": lambda store: store.models("seats"),
    "model": lambda store: store.model("seats", 1),
    "keep_model": lambda store: store.keep_model(
        "seats", version="v1", figures={}, weights={}, now=NOON
    ),
    "promote": lambda store: store.promote("seats", 1),
    "held": lambda store: store.held("seats"),
    "editions": lambda store: store.editions(),
    "pulse": lambda store: store.pulse(),
    "topic_states": lambda store: store.topic_states(),
    "edition": lambda store: store.edition("seats"),
    "place_of": lambda store: store.place_of("seats", 1),
    "hub_load": lambda store: store.hub_load("seats", Format.ATOM, host="reader.example"),
    "ask": lambda store: store.ask(AN_INTENT),
    "claim_intents": lambda store: store.claim_intents(NOON, until=NOON, limit=1),
    "verified": lambda store: store.verified(AN_INTENT, now=NOON, until=NOON),
    "put_off": lambda store: store.put_off(AN_INTENT, None),
    "entered": lambda store: store.entered("seats", since=NOON, limit=1),
    "figures": lambda store: store.figures(),
    "enlist": lambda store: store.enlist("https://hub.example/", host="hub.example", now=NOON),
    "claim_behind": lambda store: store.claim_behind(NOON, until=NOON, limit=1),
    "told": lambda store: store.told([A_SUBSCRIBER]),
    "release_claims": lambda store: store.release_claims(NOON),
    "subscribers": lambda store: store.subscribers("seats"),
    "summaries": lambda store: store.summaries(),
    "placements_count": lambda store: store.placements_count("seats"),
    "entry": lambda store: store.entry(1),
    "entries": lambda store: store.entries(limit=1),
    "archive": lambda store: list(store.archive()),
    "verdicts_of": lambda store: store.verdicts_of(1),
    "clock_gap": lambda store: store.clock_gap(NOON),
    "counts": lambda store: store.counts(),
    "housekeeping": lambda store: store.housekeeping(NOON),
    "tallies": lambda store: store.tallies(Counted.ENTRIES, days=7, until=NOON.date()),
    "incidents": lambda store: store.incidents(limit=1),
    "lasting": lambda store: store.lasting(),
    "save_incidents": lambda store: store.save_incidents([an_incident()], [], now=NOON),
    "shapes": lambda store: store.shapes(),
    "accept_shapes": lambda store: store.accept_shapes({"press": a_shape()}, [], now=NOON),
    "shares": lambda store: store.shares("seats", until=NOON),
    "totals": lambda store: store.totals(),
    "beat": lambda store: store.beat("schedule", Work(), now=NOON),
    "last_beat": lambda store: store.last_beat("schedule"),
    "hours": lambda store: store.hours(NOON),
    "lags": lambda store: store.lags(since=NOON, limit=1),
    "prunable": lambda store: store.prunable(NOON, keep_days=1),
    "prune": lambda store: list(store.prune(NOON, keep_days=1)),
    "unread_sources": lambda store: store.unread_sources(keep_days=1),
    "compact": lambda store: store.compact(),
    "check": lambda store: store.check(),
}


def test_every_method_is_tried() -> None:
    """A method added to the store is added to the tests of its failures too."""
    public = {name for name in dir(Store) if name[0] != "_" and callable(getattr(Store, name))}

    assert public - {"close", "open"} == set(METHODS)


@pytest.mark.parametrize("name", METHODS)
def test_a_database_that_was_deleted_is_told(store: Store, database_url: str, name: str) -> None:
    """A method never works on in a file that is no longer there, and names it."""
    fill(store, an_entry())
    METHODS["summaries"](store)
    file_of(database_url).unlink()

    with pytest.raises(StoreError, match=r"topicwire\.sqlite cannot be used: unable to open"):
        METHODS[name](store)


@pytest.mark.parametrize(
    "name", sorted(METHODS.keys() - {"clock_gap"})
)  # which asks a server alone
def test_a_database_that_was_damaged_is_told(store: Store, database_url: str, name: str) -> None:
    """Whatever the database driver raises reaches the caller as a StoreError."""
    fill(store, an_entry())
    store.housekeeping(NOON)
    store.close()
    file_of(database_url).write_bytes(b"not a database at all, but long enough" * 999)

    with pytest.raises(StoreError, match=r"topicwire\.sqlite cannot be used: "):
        METHODS[name](store)


def test_a_restored_backup_is_used_at_once(store: Store, database_url: str) -> None:
    """A file put in place of the database is opened, although connections were open."""
    fill(store)
    store.housekeeping(NOON)
    backup = file_of(database_url).with_name("backup.sqlite")
    shutil.copy(file_of(database_url), backup)
    store.mirror((), (), now=NOON, host="wire.example")
    store.housekeeping(NOON)
    assert store.editions() == ()

    backup.replace(file_of(database_url))

    assert store.editions() == (("seats", 1),)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1)],
    ids=["write-ahead log", "synchronous normal", "foreign keys"],
)
def test_writing_is_safe_and_quick(store: Store, pragma: str, value: object) -> None:
    """Readers go on while one writes, commits cost no full sync, and no row refers to nothing."""
    with store._database.writing() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_the_lock_lies_beside_the_database(store: Store, database_url: str) -> None:
    """Processes that share a database share the lock."""
    assert store.lock_path == file_of(f"{database_url}.lock")
