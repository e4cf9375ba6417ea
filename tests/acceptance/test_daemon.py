"""The daemon's life: stopped in the middle, started twice, killed, and its address taken."""

import re
import signal
import socket
import time

import pytest

from acceptance.columns import OTHERS, TOGETHER
from acceptance.origin import Origin
from acceptance.wire import TOPIC, Wire, wait_until

FEW = len(TOGETHER) + len(OTHERS)  # columns of all feeds but the slow one
ALL = FEW + 2


def test_a_stop_in_the_middle_of_a_turn_is_prompt_and_loses_nothing(
    wire: Wire, origin: Origin
) -> None:
    """SIGTERM while an origin does not answer: what came is stored, the rest is still due."""
    wire.add(slow=origin.url("slow"))
    with wire.daemon() as daemon:
        wait_until(lambda: origin.slow_asked.is_set() and wire.count_entries() == FEW)
        began = time.monotonic()
        assert daemon.end(signal.SIGTERM) == 0
        assert time.monotonic() - began < 10
        assert "Traceback" not in daemon.log
    origin.released.set()
    with wire.daemon():
        wait_until(lambda: wire.count_entries() == ALL)
    assert len(origin.requests("rss20")) == 1


def test_a_killed_daemon_loses_nothing(wire: Wire, origin: Origin) -> None:
    """kill -9 in the middle of a turn: the next start goes on where it stood."""
    wire.add(slow=origin.url("slow"))
    with wire.daemon() as daemon:
        wait_until(lambda: origin.slow_asked.is_set() and wire.count_entries() == FEW)
        daemon.end(signal.SIGKILL)
    before = wire.rows("SELECT id, uid, first_seen FROM entries ORDER BY id")
    origin.released.set()
    with wire.daemon():
        wait_until(lambda: wire.count_entries() == ALL)
        wait_until(lambda: wire.json("status")["unjudged"] == 0)
        after = wire.rows("SELECT id, uid, first_seen FROM entries ORDER BY id")
        assert after[: len(before)] == before
        feed = wire.get(f"/topics/{TOPIC}.atom")[2].decode()
    assert all(column.title in feed for column in TOGETHER)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped_says_so_and_leaves_nothing_behind(
    wire: Wire, origin: Origin, number: signal.Signals
) -> None:
    """A `poll` in the middle of a turn: no traceback, no warning; what was saved is there."""
    wire.add(slow=origin.url("slow"))
    assert wire.run("apply").code == 0
    ended = wire.stopped("poll", number=number, once=origin.slow_asked.is_set)
    assert (ended.code, ended.err.splitlines()[-1:]) == (130, ["topicwire: stopped"])
    assert not {"Traceback", "Warning", "resource_tracker"} & set(re.findall(r"\w+", ended.err))
    origin.released.set()
    assert wire.run("poll").code == 0
    assert wire.count_entries() == ALL


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)  # a server has a leader instead
def test_a_second_daemon_is_refused_and_disturbs_nobody(wire: Wire) -> None:
    """One process polls for a database; another is told which one, and ends."""
    with wire.daemon() as daemon:
        refused = wire.run("schedule")
        assert refused.code == 1
        assert "already works" in refused.err
        assert "Traceback" not in refused.err
        assert wire.get("/livez")[0] == 200
        assert daemon.is_running()


def test_a_poll_beside_the_daemon_is_left_to_the_daemon(wire: Wire, origin: Origin) -> None:
    """F19, K10: never do two processes poll one source, nor one too early for somebody's wish."""
    with wire.daemon():
        wait_until(lambda: wire.count_entries() == FEW)
        early = wire.run("poll", "atom10")
        assert early.code == 0
        assert "atom10 was not asked: it was asked " in early.out
        assert "use --force" in early.out
        wire.add(late=origin.url("atom10"))
        assert wire.run("apply").code == 0
        wait_until(lambda: len(origin.requests("atom10")) == 2)


def test_a_taken_address_is_said_plainly(wire: Wire) -> None:
    """The message names the address and the setting; nothing is polled before that."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", wire.port))
        taken.listen()
        refused = wire.run("run")
    assert refused.code == 1
    assert f"127.0.0.1:{wire.port} is already in use" in refused.err
    assert "TOPICWIRE_LISTEN" in refused.err
    assert "Traceback" not in refused.err
