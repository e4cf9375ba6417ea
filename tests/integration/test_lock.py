"""The lock between processes."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from topicwire.errors import BusyError, StoreError
from topicwire.world.lock import Lock
from users import unprivileged

HOLDER = """
import sys, time
from pathlib import Path
from topicwire.world.lock import Lock

with Lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_second_holder_is_told_who_holds_it(tmp_path: Path) -> None:
    """The refusal names the process and says what to do."""
    path = tmp_path / "topicwire.sqlite.lock"
    with Lock(path), pytest.raises(BusyError) as caught, Lock(path):
        pass
    assert f"another topicwire daemon (process {os.getpid()}) already works on" in str(caught.value)
    assert str(path) in str(caught.value)
    assert "stop it first" in str(caught.value)


def test_lock_is_free_after_use(tmp_path: Path) -> None:
    """Leaving the lock frees it and forgets the holder."""
    path = tmp_path / "lock"
    lock = Lock(path)
    with lock:
        assert path.read_text() == f"{os.getpid()}\n"
    assert path.read_text() == ""
    with lock, Lock(tmp_path / "another"):
        pass


def test_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    """A crash needs no cleaning up."""
    path = tmp_path / "lock"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BusyError, match=f"process {holder.pid}"), Lock(path):
            pass
        holder.send_signal(signal.SIGKILL)
    assert Lock(path).holder() is None
    with Lock(path):
        assert path.read_text() == f"{os.getpid()}\n"


def test_lock_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """A folder that is not there is the operator's to correct."""
    with pytest.raises(StoreError, match="cannot be opened: No such file"), Lock(tmp_path / "a/b"):
        pass


def test_the_holder_is_known(tmp_path: Path) -> None:
    """Who asks without taking the lock learns which process holds it, if one does."""
    lock = Lock(tmp_path / "db.lock")
    before = lock.holder()
    with lock:
        during = lock.holder()

    assert (before, during, lock.holder()) == (None, str(os.getpid()), None)


def test_a_full_disk_takes_nobody_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number in it is for people alone, and needs room that there may not be."""

    def write(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", write)
    path = tmp_path / "db.lock"
    path.write_text("1\n")

    with Lock(path) as lock:
        assert lock.holder() == "unknown"
        with pytest.raises(BusyError, match="process unknown"), Lock(path):
            pass
    assert lock.holder() is None


def test_a_disk_without_room_for_the_file_is_said_to_be_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may write in the folder is not told to see to it."""

    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    lock = Lock(tmp_path / "db.lock")
    monkeypatch.setattr(os, "open", refuse)

    with pytest.raises(StoreError, match="No space left on device; make room on the disk"), lock:
        pass


def test_a_number_that_was_left_behind_is_no_holder(tmp_path: Path) -> None:
    """After a power cut, or in a container, the number of who was killed is soon another's."""
    path = tmp_path / "db.lock"
    path.write_text(f"{os.getppid()}\n")

    assert Lock(path).holder() is None


def test_a_holder_that_has_not_said_its_number_is_one(tmp_path: Path) -> None:
    """Whether anybody holds the lock is not a matter of what the file says."""
    path = tmp_path / "db.lock"
    with Lock(path):
        path.write_text("")

        assert Lock(path).holder() == "unknown"


def test_who_asks_for_the_holder_is_in_nobodys_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A daemon that starts in that very moment is not told that another works already."""
    path = tmp_path / "db.lock"
    path.touch()
    with path.open("rb") as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        monkeypatch.setattr(time, "sleep", lambda _: fcntl.flock(asking, fcntl.LOCK_UN))
        with Lock(path) as lock:
            assert lock.holder() == str(os.getpid())


def test_a_lock_that_may_not_be_read_has_no_known_holder(tmp_path: Path) -> None:
    """Who may not look is told nothing, and is not stopped by it."""
    path = tmp_path / "db.lock"
    with Lock(path):
        path.chmod(0)

        with unprivileged():
            assert Lock(path).holder() is None
