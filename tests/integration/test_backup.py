"""Backup and restore: copies of one moment while others write, and nothing lost on the way back."""

import fcntl
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command

from builders import NOON, a_topic, an_entry
from commands import Run
from stores import a_definition, a_poll, fill, judge
from topicwire.cli.terminal import progress
from topicwire.errors import BusyError, StoreError
from topicwire.home import file_url
from topicwire.model.report import Backup
from topicwire.store import copies
from topicwire.store.backups import backup, restore
from topicwire.store.dialects.sqlite import Sqlite
from topicwire.store.migrate import head, settings
from topicwire.store.store import Store
from topicwire.world.lock import Lock

DAY = timedelta(days=1)


@pytest.fixture
def wire(tmp_path: Path, empty_file: Path) -> Path:
    """Return the path of a database with two entries, one of them only in the log."""
    path = tmp_path / "wire.sqlite"
    shutil.copy(empty_file, path)
    with closing(opened(path)) as store:
        bring(store, 1)
    return path


@pytest.fixture
def live(wire: Path) -> Iterator[Store]:
    """Give the store of a daemon that works on the database."""
    with closing(opened(wire)) as store:
        bring(store, 2)
        yield store


def opened(path: Path) -> Store:
    return Store.open(url(path))


def url(path: Path) -> str:
    return file_url(path)


def bring(store: Store, number: int) -> None:
    """Let an entry come, called by its number, and be published."""
    fill(store, an_entry(uid=f"{number}", title=f"{number}"), now=NOON + number * DAY)
    judge(store, now=NOON + number * DAY)


def titles(store: Store) -> list[str]:
    return sorted(each.entry.title for each in store.entries(limit=999))


def saved(path: Path, target: Path | None = None, *, day: int = 0, keep: int = 0) -> Backup:
    return backup(url(path), target, now=NOON + day * DAY, progress=silent, keep=keep)


def put_back(path: Path, made: str | Path, *, day: int = 50) -> str | None:
    done = restore(url(path), Path(made), now=NOON + day * DAY, progress=silent)
    return done.aside


def silent(done: int, total: int) -> None:
    assert 0 <= done <= total


def files(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


# ---- backup ----------------------------------------------------------------------------


def test_a_backup_is_one_file_that_is_called_by_the_time(live: Store, wire: Path) -> None:
    """It holds what is in the log, too, and lies in a folder beside the database."""
    made = saved(wire)

    path = wire.parent / "backups" / "topicwire-20261102T120000Z.sqlite"
    assert (Path(made.path), made.entries, made.schema) == (path, 2, head())
    assert made.size == path.stat().st_size
    assert files(path.parent) == {path.name}
    with closing(opened(path)) as store:
        assert titles(store) == titles(live)
        assert store.check() == ()


def test_a_backup_is_of_one_moment_while_others_write(live: Store, wire: Path) -> None:
    """A writer that never rests neither waits for the copy nor makes it begin again."""
    for number in range(100, 140):
        live.save_polls([a_poll(an_entry(uid=f"{number}", text="word " * 9000))], now=NOON)
    ready, done = threading.Event(), threading.Event()

    def write() -> None:
        with closing(opened(wire)) as store:
            for number in range(1000, 9000):
                store.save_polls([a_poll(an_entry(uid=f"{number}"))], now=NOON)
                ready.set()
                if done.is_set():
                    return

    writer = threading.Thread(target=write)
    writer.start()
    ready.wait()
    steps: list[int] = []
    try:
        made = backup(url(wire), None, now=NOON, progress=lambda at, _: steps.append(at))
        written = live.counts().entries
    finally:
        done.set()
        writer.join()

    assert steps == sorted(steps)
    assert written > made.entries
    with closing(opened(Path(made.path))) as store:
        assert store.check() == ()


def test_nothing_is_written_over(wire: Path) -> None:
    """A file that is there stays, by its own name or by the time."""
    there = wire.parent / "mine.sqlite"
    there.write_text("mine")

    with pytest.raises(StoreError, match=r"mine\.sqlite is there already"):
        saved(wire, there)
    saved(wire)
    with pytest.raises(StoreError, match="is there already"):
        saved(wire)

    assert there.read_text() == "mine"


def test_the_newest_backups_are_kept_and_no_other_file_is_touched(wire: Path) -> None:
    """Only what is called like a backup is ever removed, and never the one that was just made."""
    folder = wire.parent / "backups"
    folder.mkdir()
    (folder / "topicwire-notes.sqlite").touch()
    (folder / "topicwire-20990101T000000Z.sqlite").touch()  # of a clock that was wrong
    for day in range(4):
        made = saved(wire, folder, day=day, keep=2)

    assert files(folder) == {
        "topicwire-notes.sqlite",
        "topicwire-20990101T000000Z.sqlite",
        "topicwire-20261105T120000Z.sqlite",
    }
    assert [Path(each).name for each in made.removed] == ["topicwire-20261104T120000Z.sqlite"]


def test_a_damaged_database_gives_no_backup(wire: Path) -> None:
    """A copy that is not whole never has the name of a backup."""
    damage(wire)

    with pytest.raises(StoreError, match=r"topicwire-.*\.sqlite is damaged"):
        saved(wire)

    assert files(wire.parent / "backups") == set()


def damage(path: Path) -> None:
    """Lose a page of an index."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_entries_story'"
        (page,) = connection.execute(query).fetchone()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = bytes(4096)
    path.write_bytes(content)


def test_what_a_killed_backup_left_is_cleared_away(wire: Path) -> None:
    """A part that a living process writes is left alone; it may be of the same backup."""
    folder = wire.parent / "backups"
    folder.mkdir()
    dead, alive = (folder / f".topicwire-2026110{day}T120000Z.sqlite.part" for day in (2, 3))
    dead.write_text("half")
    with alive.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)

        saved(wire, day=5)
        with pytest.raises(BusyError, match="Another process is writing"):
            saved(wire, day=1)

    assert alive.exists()
    assert not dead.exists()


@pytest.mark.parametrize("folder", ["plain", "p%41q", "p?q#r s"])
def test_an_older_schema_is_backed_up_as_it_is(tmp_path: Path, folder: str) -> None:
    """Before a migration is when a backup is wanted; restored, it is migrated, and stays itself."""
    path = tmp_path / folder / "wire.sqlite"
    path.parent.mkdir()
    engine = Sqlite(path).migrating()
    with engine.begin() as connection:
        command.upgrade(settings(connection), "0004")
    engine.dispose()
    made = saved(path)
    assert made.schema == "0004"
    before = Path(made.path).read_bytes()

    put_back(path, made.path)

    with closing(opened(path)) as store:
        assert store.check() == ()
    assert Path(made.path).read_bytes() == before
    assert files(Path(made.path).parent) == {Path(made.path).name}


# ---- restore ---------------------------------------------------------------------------


def test_a_restored_database_holds_what_the_backup_did(live: Store, wire: Path) -> None:
    """The one that was there goes aside with all it held; who had it open goes on with the new."""
    made = saved(wire)
    bring(live, 3)
    pulse = live.pulse()

    aside = put_back(wire, made.path)

    assert titles(live) == ["1", "2"]
    assert live.pulse() != pulse
    assert live.check() == ()
    assert aside == f"{wire}.before-20261222T120000Z"
    with closing(opened(Path(aside))) as store:
        assert titles(store) == ["1", "2", "3"]


def test_nothing_else_is_left_where_nobody_had_it_open(wire: Path) -> None:
    """Beside the database of before lies no log of it."""
    made = saved(wire)

    put_back(wire, made.path)

    assert files(wire.parent) == {wire.name, "wire.sqlite.before-20261222T120000Z", "backups"}


def test_a_database_that_somebody_reads_all_the_time_stays(
    wire: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in its log cannot be moved into the file then; nothing is changed."""
    made = saved(wire)
    monkeypatch.setattr(copies, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(wire, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entries").fetchone()
        with closing(opened(wire)) as store:
            bring(store, 2)

        with pytest.raises(BusyError, match="Somebody reads the database"):
            put_back(wire, made.path)

    with closing(opened(wire)) as store:
        assert titles(store) == ["1", "2"]


def test_every_topic_has_a_new_edition(live: Store, wire: Path) -> None:
    """An edition never stands for two contents, whatever was published since the backup."""
    made = saved(wire)
    bring(live, 3)
    ((_, last),) = live.editions()

    put_back(wire, made.path, day=60)

    standing = live.standing("seats")
    assert standing.edition == last + 1
    assert standing.edition_time == NOON + 60 * DAY


def test_the_new_edition_is_later_than_any_that_a_reader_has_seen(live: Store, wire: Path) -> None:
    """Also by a clock that was set back, and of a topic that has been renamed since the backup."""
    made = saved(wire)
    renamed = (a_definition(a_topic(id="crews", formerly=("seats",))),)
    fill(live, definitions=renamed, now=NOON + 70 * DAY)
    before = live.standing("crews")

    put_back(wire, made.path, day=60)

    after = live.standing("seats")
    assert after.edition == before.edition + 1
    assert after.edition_time == before.edition_time + timedelta(seconds=1)


def test_the_log_of_before_is_not_taken_for_that_of_the_new_file(live: Store, wire: Path) -> None:
    """Others that had the old file open close it late, and take nothing from the new one."""
    made = saved(wire)
    late = opened(wire)
    assert titles(late) == ["1", "2"]
    put_back(wire, made.path)
    bring(live, 4)

    late.close()

    bring(live, 5)
    live.close()
    with closing(opened(wire)) as store:
        assert titles(store) == ["1", "2", "4", "5"]
        assert store.check() == ()


def test_a_log_without_its_database_is_set_aside(wire: Path) -> None:
    """Where the file was lost, SQLite would apply its log to the backup."""
    made = saved(wire)
    log = wire.with_name(f"{wire.name}-wal")
    log.write_bytes(b"of another file")
    wire.unlink()

    assert put_back(wire, made.path) is None

    assert not log.exists()
    with closing(opened(wire)) as store:
        assert titles(store) == ["1"]


def test_a_damaged_database_is_set_aside_as_it_is(wire: Path) -> None:
    """What is there need not be readable."""
    made = saved(wire)
    wire.write_bytes(b"not a database at all, but long enough" * 999)

    aside = put_back(wire, made.path)

    assert aside is not None
    assert Path(aside).read_bytes().startswith(b"not a database")
    with closing(opened(wire)) as store:
        assert titles(store) == ["1"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (damage, "is damaged"),
        (lambda path: path.write_bytes(b"nothing of the sort" * 999), "cannot be restored"),
        (Path.unlink, "There is no backup"),
        (lambda path: alter(path, "DROP TABLE alembic_version"), "no database of Topicwire"),
        (lambda path: alter(path, "UPDATE alembic_version SET version_num = '9999'"), "newer than"),
        (
            lambda path: alter(path, "INSERT INTO labels VALUES ('x', 9, 1, 'a', 'editor', 5)"),
            "refer to rows that are not there",
        ),
    ],
    ids=["damaged", "no database", "missing", "something else", "newer", "dangling"],
)
def test_what_cannot_be_restored_changes_nothing(
    live: Store, wire: Path, spoil: object, words: str
) -> None:
    """The backup is looked at before anything is touched."""
    made = Path(saved(wire).path)
    spoil(made)  # type: ignore[operator]
    before = files(wire.parent)

    with pytest.raises(StoreError, match=words):
        put_back(wire, made)

    assert files(wire.parent) == before
    assert titles(live) == ["1", "2"]


def alter(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_the_database_is_no_backup_of_itself(wire: Path) -> None:
    """It would be set aside from itself."""
    with pytest.raises(StoreError, match="is the database itself"):
        put_back(wire, wire)


# ---- killed ----------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from topicwire.store import backups, copies

die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
url, where, made = sys.argv[1:]
if where in ("verified", "put_in_place", "_move_beside", "make_single", "sync"):
    setattr(copies, where, die)
progress = die if where == "progress" else lambda *_: None
now = datetime(2026, 12, 1, tzinfo=UTC)
if made:
    backups.restore(url, Path(made), now=now, progress=progress)
else:
    backups.backup(url, None, now=now, progress=progress)
"""


def kill(wire: Path, where: str, made: str = "") -> None:
    """Run a backup, or a restore of what was made, that is killed in one of its steps."""
    line = (sys.executable, "-c", KILLED, url(wire), where, made)
    assert subprocess.run(line, check=False).returncode == -signal.SIGKILL


@pytest.mark.parametrize("where", ["progress", "verified"])
def test_a_killed_backup_is_none(wire: Path, where: str) -> None:
    """Half a copy never has the name of a backup, and the next one clears it away."""
    kill(wire, where)
    folder = wire.parent / "backups"
    assert files(folder) == {".topicwire-20261201T000000Z.sqlite.part"}

    made = saved(wire)

    assert files(folder) == {Path(made.path).name}


@pytest.mark.parametrize("where", ["progress", "put_in_place", "_move_beside", "sync"])
def test_a_killed_restore_leaves_a_whole_database(wire: Path, where: str) -> None:
    """Either the one of before or the restored one; to restore again then works."""
    made = saved(wire)
    with closing(opened(wire)) as store:
        bring(store, 2)

    kill(wire, where, made.path)

    with closing(opened(wire)) as store:
        assert titles(store) == ["1", "2"]
        assert store.check() == ()
    put_back(wire, made.path)
    with closing(opened(wire)) as store:
        assert titles(store) == ["1"]
        assert store.check() == ()
    assert not [name for name in files(wire.parent) if name.endswith(".part")]


def test_a_database_of_two_names_is_one(wire: Path, tmp_path: Path) -> None:
    """By whichever name it is reached, one process alone works on it, and it is what is restored."""
    other = tmp_path / "elsewhere" / "other.sqlite"
    other.parent.mkdir()
    other.symlink_to(wire)
    made = saved(other).path
    with closing(opened(other)) as store:
        assert store.lock_path == wire.with_name("wire.sqlite.lock")
        bring(store, 2)

    aside = put_back(other, made)

    assert other.is_symlink()
    assert aside is not None
    assert Path(aside).parent == wire.parent
    with closing(opened(wire)) as store:
        assert titles(store) == ["1"]


# ---- the command line ------------------------------------------------------------------


def test_the_commands_say_what_they_did(polled: Run, tmp_path: Path) -> None:
    """A backup says what it holds; restoring asks first, keeps what was there, says what is next."""
    said = polled("db", "backup", "--keep", "1")
    (made,) = (tmp_path / "backups").iterdir()
    assert said.out.startswith(f"Made {made}: ")
    assert "entries, schema" in said.out
    asked = polled("db", "restore", str(made))
    assert (asked.code, "--replace sets it aside" in asked.err) == (2, True)

    done = polled("db", "restore", "--replace", str(made))

    assert done.code == 0
    assert "The database of before is" in done.out
    assert "topicwire apply" in done.out
    as_json = polled("db", "backup", "--json", str(tmp_path / "x.sqlite")).json
    assert as_json["path"] == str(tmp_path / "x.sqlite")
    assert as_json["entries"] > 0
    assert polled("db", "check").code == 0


def test_a_running_daemon_stops_a_restore(polled: Run, tmp_path: Path) -> None:
    """Who polls would write into the database that was set aside."""
    made = tmp_path / "x.sqlite"
    polled("db", "backup", str(made))
    with Lock(tmp_path / "wire.sqlite.lock"):
        said = polled("db", "restore", "--replace", str(made))
        vacuumed = polled("db", "prune", "--vacuum")

    assert (said.code, vacuumed.code) == (1, 1)
    assert "already works on this database" in said.err


def test_keep_is_for_folders(polled: Run, tmp_path: Path) -> None:
    """Beside a file of any name nothing is removed."""
    said = polled("db", "backup", "--keep", "2", str(tmp_path / "x.sqlite"))

    assert said.code == 2
    assert not (tmp_path / "x.sqlite").exists()


def test_pruning_says_what_goes(
    polled: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By default nothing goes; what would go can be seen first, and the file made smaller."""
    assert polled("db", "prune").out.startswith("Nothing is to be removed.\nEverything is kept")
    with closing(opened(tmp_path / "wire.sqlite")) as store:
        held = {each.id for each in store.entries(topic="space-cooperation", limit=99)}
    alter(tmp_path / "wire.sqlite", "UPDATE sources SET shown = '[]'")
    alter(tmp_path / "wire.sqlite", "UPDATE entries SET first_seen = 5")
    monkeypatch.setenv("TOPICWIRE_KEEP_DAYS", "30")

    would = polled("db", "prune", "--dry-run", "--json").json
    said = polled("db", "prune", "--vacuum", "--json").json

    assert would["removed"] == said["removed"] != []
    with closing(opened(tmp_path / "wire.sqlite")) as store:
        assert {each.id for each in store.entries(topic="space-cooperation", limit=99)} == held
        assert store.check() == ()


def test_progress_is_shown_on_what_takes_long(
    polled: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a second has passed, people see how far it is."""
    shown: list[str] = []

    def seen(title: str, total: int) -> AbstractContextManager[Callable[..., None]]:
        shown.append(title)
        return progress(title, total)

    monkeypatch.setattr("topicwire.cli.terminal.progress", seen)
    assert polled("db", "backup").code == 0
    assert shown == []
    monkeypatch.setattr("topicwire.cli.terminal.PATIENCE", 0.0)

    assert polled("db", "backup", str(tmp_path / "other.sqlite")).code == 0

    assert shown == ["Backing up"]
