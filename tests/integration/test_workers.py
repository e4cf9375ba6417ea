"""Worker processes: what hostile input can do in them is bounded."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pebble import ProcessPool

from jobs import die, die_of, die_with_the_lock, fail, fill, refuse, sleep, spin, square, where
from topicwire.errors import ParseError, SlowError
from topicwire.world import workers as module
from topicwire.world.workers import Workers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="address space is bounded on Linux")

MEMORY = 1 << 29


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers(2, seconds=0.5, memory=MEMORY) as workers:
        yield workers


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_results_come_back(workers: Workers) -> None:
    """A job's result is its future's; many jobs share few processes."""
    futures = [workers.submit(square, number) for number in range(50)]
    assert [number * number for number in range(50)] == [each.result() for each in futures]
    assert len({workers.submit(where, None).result() for _ in range(20)}) <= 2


@pytest.mark.parametrize(("function", "job"), [(sleep, 60.0), (spin, None)], ids=["sleep", "spin"])
def test_job_past_its_time_is_killed_and_the_pool_goes_on(
    workers: Workers, function: object, job: object
) -> None:
    """P5, S8: a feed that takes too long to read is stopped, and no other feed notices."""
    began = time.monotonic()
    with pytest.raises(SlowError) as caught:
        workers.submit(function, job).result()  # type: ignore[arg-type]
    assert str(caught.value) == "reading the feed took longer than 0.5 s and was stopped"
    assert time.monotonic() - began < 5
    assert workers.submit(square, 7).result() == 49


def test_a_job_may_be_given_less_time(workers: Workers) -> None:
    """S9: a first look may be short, and never longer than what all jobs have."""
    with pytest.raises(SlowError, match=r"longer than 0\.1 s"):
        workers.submit(sleep, 60.0, seconds=0.1).result()
    with pytest.raises(SlowError, match=r"longer than 0\.5 s"):
        workers.submit(sleep, 60.0, seconds=90).result()


def test_a_job_that_the_kernel_stops_was_slow_too(workers: Workers) -> None:
    """S8: which of the clocks was quicker makes no difference: it is read once more, with more time."""
    with pytest.raises(SlowError, match=r"longer than 0\.5 s"):
        workers.submit(die_of, signal.SIGXCPU).result()
    with pytest.raises(ParseError, match=r"died \(exit code -9\)"):
        workers.submit(die_of, signal.SIGKILL).result()


def test_memory_is_bounded(workers: Workers) -> None:
    """S7: a feed that unfolds in memory fails alone."""
    with pytest.raises(ParseError, match="took too much memory"):
        workers.submit(fill, 4 * MEMORY).result()
    assert workers.submit(fill, 1000).result() == 1000


def test_death_of_a_worker_is_its_jobs_failure(workers: Workers) -> None:
    """S8: a crash inside a library takes one job with it; the pool replaces the process."""
    futures = [workers.submit(die, 3) for _ in range(5)]
    for future in futures:
        with pytest.raises(ParseError, match="died"):
            future.result(timeout=20)
    assert workers.submit(square, 7).result(timeout=20) == 49


def test_pool_whose_idle_processes_are_killed_starts_anew(workers: Workers) -> None:
    """An operator's kill, or the kernel's when memory is short, does not end polling."""
    os.kill(workers.submit(where, None).result(), signal.SIGKILL)
    time.sleep(0.5)
    assert workers.submit(square, 7).result(timeout=20) == 49


@pytest.mark.parametrize(
    ("function", "error"), [(refuse, ParseError), (fail, LookupError)], ids=["refused", "fault"]
)
def test_what_a_job_raises_its_future_raises(
    workers: Workers, function: object, error: type[Exception]
) -> None:
    """A refusal of the document stays a refusal; a fault of ours stays a fault."""
    with pytest.raises(error):
        workers.submit(function, "no feed").result()  # type: ignore[arg-type]


def test_cancelled_job_is_killed(workers: Workers) -> None:
    """Cancelling frees the worker at once."""
    pid = workers.submit(where, None).result()
    futures = [workers.submit(sleep, 60.0) for _ in range(2)]
    time.sleep(0.2)
    assert [future.cancel() for future in futures] == [True, True]
    with pytest.raises(CancelledError):
        futures[0].result()
    assert workers.submit(square, 7).result(timeout=20) == 49
    workers.close()
    assert not is_alive(pid)


def test_closing_kills_what_runs_and_leaves_no_worker() -> None:
    """Closing is prompt whatever a worker does, and whoever waits is told."""
    workers = Workers(2, seconds=60, memory=MEMORY)
    pids = {workers.submit(where, None).result() for _ in range(20)}
    future = workers.submit(spin, None)
    time.sleep(0.2)
    began = time.monotonic()
    workers.close()
    assert time.monotonic() - began < 5
    with pytest.raises(CancelledError):
        future.result(timeout=1)
    assert [pid for pid in pids if is_alive(pid)] == []
    workers.close()


def test_threads_that_begin_at_once_share_one_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """The acts of a daemon give their jobs from threads of their own; no process is left over."""
    begun: list[ProcessPool] = []

    def slow_to_begin(*given: Any, **named: Any) -> ProcessPool:
        time.sleep(0.1)
        begun.append(ProcessPool(*given, **named))
        return begun[-1]

    monkeypatch.setattr(module, "ProcessPool", slow_to_begin)
    with Workers(2, seconds=20) as workers, ThreadPoolExecutor(4) as threads:
        results = threads.map(lambda number: workers.submit(square, number).result(), range(4))
        assert list(results) == [0, 1, 4, 9]
    assert len(begun) == 1


def test_a_kill_at_the_wrong_moment_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that was killed with the pool's lock in its hands is not waited for for ever."""
    monkeypatch.setattr(module, "LOOK", 0.1)
    monkeypatch.setattr(module, "STUCK", 1.0)
    with Workers(2, seconds=2) as workers:
        assert workers.submit(square, 2).result() == 4
        with pytest.raises(ParseError):
            workers.submit(die_with_the_lock, None).result()
        with pytest.raises(ParseError, match="they start anew"):
            workers.submit(square, 3).result(timeout=30)
        assert workers.submit(square, 3).result(timeout=30) == 9


PARENT = """
import os, sys, time
sys.path[:0] = {path!r}
from jobs import spin, where
from topicwire.world.workers import Workers

if __name__ == "__main__":
    workers = Workers(2, seconds=1)
    print(*{{workers.submit(where, None).result() for _ in range(20)}}, flush=True)
    workers.submit(spin, None)
    time.sleep(60)
"""


def test_death_of_the_parent_ends_the_workers(tmp_path: Path) -> None:
    """SIGTERM or SIGKILL of the daemon leaves no process behind, not even a busy one."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(path=sys.path))
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        time.sleep(0.3)
        parent.kill()
    assert pids
    deadline = time.monotonic() + 15
    while any(is_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [pid for pid in pids if is_alive(pid)] == []


GROUP = """
import os, signal, sys
sys.path[:0] = {path!r}
from jobs import sleep, square
from topicwire.world.workers import Workers

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it will end, but first see to what is read
    with Workers(1, seconds=20) as workers:
        print(workers.submit(square, 2).result())
        reading = workers.submit(sleep, 1.0)
        os.killpg(0, signal.SIGTERM)
        print(reading.result(), workers.submit(square, 3).result())
"""


def test_signal_to_all_of_a_service_is_not_for_the_workers(tmp_path: Path) -> None:
    """What is being read when the whole group is told to stop does not fail."""
    script = tmp_path / "parent.py"
    script.write_text(GROUP.format(path=sys.path))
    done = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    assert (done.returncode, done.stdout) == (0, "4\nNone 9\n"), done.stderr


HASTE = """
import os, signal, sys, threading
sys.path[:0] = {path!r}
from jobs import square
from topicwire.world.workers import Workers

if __name__ == "__main__":
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()  # while they start
    try:
        with Workers(2, seconds=20) as workers:
            workers.submit(square, 2).result()
    except KeyboardInterrupt:
        print("stopped")
"""


def test_an_end_while_they_start_is_quiet(tmp_path: Path) -> None:
    """Who types Ctrl-C at once sees no traceback of a process that was never needed."""
    script = tmp_path / "parent.py"
    script.write_text(HASTE.format(path=sys.path))
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "stopped\n", "")


@pytest.mark.parametrize(
    ("error", "is_told"),
    [
        pytest.param("FileNotFoundError(2, 'no lock')", False, id="a lock that is gone"),
        pytest.param("FileNotFoundError(2, 'no file', 'main.py')", True, id="a file"),
        pytest.param("ImportError('no module')", True, id="a module"),
    ],
)
def test_what_else_keeps_a_process_from_beginning_is_told(error: str, *, is_told: bool) -> None:
    """Only that its pool was closed meanwhile is no fault."""
    code = f"import topicwire.world.apart\nraise {error}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ("Traceback" in done.stderr) is is_told


def test_what_processes_need_is_loaded_before_the_first_job() -> None:
    """A daemon begins with it as it starts, so that its first feeds wait for less."""
    asked = (
        "from multiprocessing.forkserver import _forkserver\n"
        "from topicwire.world.workers import Workers\n"
        "Workers(1, seconds=9).prepare()\n"
        "print(_forkserver._forkserver_pid is not None)\n"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert done.stdout == "True\n"


def test_processes_load_nothing_that_could_be_shared() -> None:
    """What runs their jobs is imported here and in the fork server, and by none of them again."""
    asked = (
        "from topicwire.world.workers import Workers\n"
        "with Workers(2, seconds=9) as workers:\n"
        "    print(*[each.result() for each in [workers.submit(abs, -1) for _ in range(4)]])\n"
    )
    told = ("-X", "importtime")  # by all processes, each of its own imports
    done = subprocess.run(
        [sys.executable, *told, "-c", asked], capture_output=True, text=True, check=True
    )

    imported = Counter(line.rpartition("|")[2].strip() for line in done.stderr.splitlines())
    assert done.stdout == "1 1 1 1\n"
    assert (imported["pebble"], imported["topicwire.cli.main"]) == (2, 1)
