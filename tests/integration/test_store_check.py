"""Checking: a sound database has nothing wrong, and each way of being wrong is found."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from builders import NOON, a_source, a_topic, an_entry
from commands import Run
from stores import a_definition, a_poll, fill, judge
from topicwire.model.article import Settled
from topicwire.model.judging import Label, LabelledBy, Ruling, Stand
from topicwire.store.rules import RULES
from topicwire.store.store import Store

HOUR = timedelta(hours=1)

# What is damaged, by the check that finds it: statements that the program would never make.
DAMAGES = {
    "entries.twice": "DROP INDEX ux_entries_source_uid; UPDATE entries SET uid = '1' WHERE uid = '2'",
    "entries.seq": "DROP INDEX ux_entries_seq; UPDATE entries SET seq = 1 WHERE id = 2",
    "entries.counter": "UPDATE entries SET seq = 9999 WHERE uid = '2'",
    "entries.story": (
        "UPDATE entries SET story = 999 WHERE uid = '2';"
        "UPDATE placements SET story = 999 WHERE entry_id = (SELECT id FROM entries WHERE uid = '2')"
    ),
    "sources.entries": "UPDATE sources SET entries = entries + 1 WHERE id = 'press'",
    "aliases.source": "INSERT INTO aliases VALUES ('herald', 'x', 1)",
    "aliases.stored": "INSERT INTO aliases VALUES ('press', '1', 2)",
    "articles.source": "INSERT INTO articles VALUES (1, 'herald', NULL, 1, 200, NULL)",
    "topics.judged": "UPDATE topics SET judged_seq = 9999",
    "topics.model": "UPDATE topics SET model = 7",
    "topics.shadow": "UPDATE topics SET shadow = 7",
    "placements.story": "UPDATE placements SET story = NULL WHERE entry_id = 2",
    "placements.carrier": (
        "UPDATE placements SET is_behind = 1, page = NULL WHERE page = 0 AND entry_id = 9"
    ),
    "placements.behind": "UPDATE placements SET page = 0 WHERE is_behind",
    "placements.page": "UPDATE placements SET page = 99 WHERE page = 0",
    "departures.page": "UPDATE departures SET page = 99",
    "departures.published": "INSERT INTO departures VALUES ('seats', 2, 5, 5, 1)",
    "placements.cause": "DELETE FROM verdicts WHERE entry_id = 2",
    "placements.vetoed": "INSERT INTO rulings VALUES ('seats', 2, 'veto', 'ada', 'So.', 5)",
    "placements.retracted": "UPDATE entries SET retracted = 5 WHERE id = 2",
    "archive.pages": "UPDATE topics SET pages = pages + 1",
    "references": "INSERT INTO labels VALUES ('seats', 999, 1, 'ada', 'editor', 5)",
}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database in which much has happened, to be copied."""
    path = tmp_path_factory.mktemp("busy") / "wire.sqlite"
    with closing(Store.open(f"sqlite:///{path}", create=True)) as store:
        live(store)
        store.housekeeping(NOON)
    return path


def live(store: Store) -> None:
    """Let entries come, tell one story twice, leave, be pinned and be labelled."""
    sources = a_source(), a_source(id="herald", url="https://herald.example/feed")
    for n in range(1, 10):
        some = an_entry(uid=f"{n}", title=f"{n}", published=NOON + n * HOUR, url_key=f"{n}")
        definitions = (a_definition(a_topic(limit=4)),)
        fill(store, some, sources=sources, definitions=definitions, now=NOON + n * HOUR)
        judge(store, score=lambda each: 0.3 if each.id == 4 else 0.9, now=NOON + n * HOUR)
    now = NOON + 20 * HOUR
    renamed = an_entry(uid="new-9", title="9", url_key="9", published=NOON + 9 * HOUR)
    store.save_polls([a_poll(renamed), a_poll(an_entry(uid="h1"), source_id="herald")], now=now)
    twin = next(each for each in store.unsettled(now, limit=9) if each.source_id == "herald")
    store.settle([Settled(twin.id, story=5)], [])
    judge(store, now=now)
    store.rule(Ruling("seats", 6, Stand.VETO, "ada", "It is so.", now))
    store.rule(Ruling("seats", 4, Stand.PIN, "ada", "It is so.", now))
    store.label([Label("seats", 4, True, "ada", LabelledBy.EDITOR, now)])


@pytest.fixture
def database(busy: Path, tmp_path: Path) -> Path:
    """Return the path of a copy that a test may damage; it is the command line's too."""
    path = tmp_path / "wire.sqlite"
    path.write_bytes(busy.read_bytes())
    return path


def damage(path: Path, statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(statements)


@pytest.fixture
def checked(database: Path) -> Iterator[Store]:
    with closing(Store.open(f"sqlite:///{database}")) as store:
        yield store


def test_what_the_program_stores_is_sound(checked: Store) -> None:
    """Archive pages, stories, departures, rulings, labels and other ids break no rule."""
    assert checked.standing("seats").pages > 1
    assert checked.edition("seats").departures
    assert checked.check() == ()
    assert checked.check(quick=True) == ()


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found(database: Path, checked: Store, name: str) -> None:
    """Each rule finds the rows that break it, and nothing else does; it says what to do."""
    damage(database, DAMAGES[name])

    (found,) = checked.check()

    assert found.check == name
    assert found.count == len(found.rows) == 1 or found.count > 1
    assert found.remedy


def test_every_rule_is_shown_to_fire() -> None:
    """A rule that is added is damaged here, too."""
    assert {rule.check for rule in RULES} <= DAMAGES.keys()


def test_a_placement_that_its_verdict_refuses_is_found(database: Path, checked: Store) -> None:
    """An entry stays by a verdict that misses by a little, not by one that misses by much."""
    damage(database, "UPDATE verdicts SET accepted = 0, score = 0.46 WHERE entry_id = 2")
    assert checked.check() == ()

    damage(database, "UPDATE verdicts SET accepted = 0, score = 0.44 WHERE entry_id = 2")

    (found,) = checked.check()
    assert (found.check, found.rows) == ("placements.cause", ("topic seats, entry 2",))


@pytest.mark.parametrize("quick", [False, True], ids=["whole", "quick"])
def test_a_damaged_file_is_all_that_is_told(database: Path, *, quick: bool) -> None:
    """Where pages of the file are lost, nothing else in it can be trusted."""
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_entries_story'"
        (page,) = connection.execute(query).fetchone()
    content = bytearray(database.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = bytes(4096)
    database.write_bytes(content)

    with closing(Store.open(f"sqlite:///{database}")) as store:
        (found,) = store.check(quick=quick)

    assert found.check == "file"
    assert "restore" in found.remedy


def test_a_finding_names_the_first_rows(database: Path, run: Run) -> None:
    """The command says how many rows are wrong, which they are, and what to do; it fails."""
    assert run("db", "check").out == "The database is sound: 10 entries.\n"
    assert run("db", "check", "--json").json == {"ok": True, "entries": 10, "findings": []}
    damage(database, "UPDATE sources SET entries = 12 WHERE id = 'press'")

    said = run("db", "check")

    assert said.code == 1
    assert said.out.splitlines()[:3] == [
        "1 thing is wrong in the database.",
        "1 sources count other entries than are stored of them (sources.entries):",
        "  source press, counted 12, stored 9",
    ]
    found = run("db", "check", "--quick", "--json")
    assert (found.code, found.json["findings"][0]["check"]) == (1, "sources.entries")


def test_nothing_is_made_where_no_database_is(run: Run, tmp_path: Path) -> None:
    """To look for one does not make one."""
    said = run("db", "check")

    assert (said.code, (tmp_path / "wire.sqlite").exists()) == (1, False)
    assert "There is no database" in said.err
