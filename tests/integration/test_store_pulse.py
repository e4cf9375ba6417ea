"""Tests of the pulse of the database: whether anything was written, without reading it."""

from contextlib import closing
from pathlib import Path

from builders import NOON, an_entry
from stores import fill
from topicwire.store.store import Store


def open_store(path: Path) -> Store:
    """Open the database at a path."""
    return Store.open(f"sqlite:///{path}", create=True)


def test_nothing_written_is_the_same_pulse(store: Store) -> None:
    """S29: reading does not change it, however often."""
    fill(store, an_entry())
    first = store.pulse()
    store.topic_states()
    assert [store.pulse() for _ in range(3)] == [first] * 3


def test_whoever_writes_changes_the_pulse(store: Store, database_url: str) -> None:
    """Another process as well as this one."""
    pulses = [store.pulse()]
    fill(store)
    pulses.append(store.pulse())
    with closing(Store.open(database_url)) as other:
        fill(other, an_entry(), now=NOON)
    pulses.append(store.pulse())
    assert len(set(pulses)) == 3


def test_another_file_in_its_place_is_another_pulse(tmp_path: Path) -> None:
    """A backup that was restored is looked at, though it may count as far as the file before."""
    store = open_store(tmp_path / "w.sqlite")
    before = store.pulse()
    open_store(tmp_path / "backup.sqlite").close()
    (tmp_path / "backup.sqlite").replace(tmp_path / "w.sqlite")
    assert store.pulse() != before
    store.close()
