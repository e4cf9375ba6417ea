"""A cable that is cut: each end notices by itself that the other one is gone, and lets go."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from threading import Event, Thread

import pytest

from cable import Cable, cable, is_allowed
from postgres import Server, needs_postgres, server
from topicwire.cable import PATIENCE
from topicwire.errors import StoreError
from topicwire.store.database import Database
from topicwire.store.dialects.named import named
from topicwire.store.dialects.postgres import WRITERS

pytestmark = needs_postgres

SOON = PATIENCE + 10  # seconds; both ends count from when they last heard of each other
WRITES = f"""
import psycopg, sys
with psycopg.connect(sys.argv[1]) as there:
    there.execute("SET lock_timeout = '{SOON}s'")
    there.execute("SELECT pg_advisory_xact_lock({WRITERS})")
"""


@pytest.fixture
def wire() -> Iterator[Cable]:
    """Give a cable to another host."""
    if not is_allowed():
        pytest.skip("no network may be made here: that takes root, and iproute2 (make clients)")
    with cable() as laid:
        yield laid


@pytest.fixture
def far(wire: Cable) -> Iterator[Server]:
    """Give a PostgreSQL on that host."""
    with server(wire) as running:
        yield running


def test_a_writer_who_is_cut_off_fails_and_holds_up_nobody(wire: Cable, far: Server) -> None:
    """A statement under way ends soon, and the server lets the next one write."""
    url = far.url(far.create())
    began, is_cut, failures = Event(), Event(), list[StoreError]()

    def write() -> None:
        with closing(Database(named(url))) as database:
            try:
                with database.writing() as connection:
                    began.set()
                    is_cut.wait()
                    connection.exec_driver_sql("SELECT 1")
            except StoreError as error:
                failures.append(error)

    writer = Thread(target=write, daemon=True)
    writer.start()
    assert began.wait(SOON)

    with wire.cut():
        is_cut.set()
        since = time.monotonic()
        another = (*wire.there, sys.executable, "-c", WRITES, url)
        subprocess.run(another, check=True, timeout=SOON * 2)
        writer.join(max(0, SOON - (time.monotonic() - since)))

        assert not writer.is_alive()
    assert len(failures) == 1


def test_who_waits_for_a_server_that_is_cut_off_is_told(wire: Cable, far: Server) -> None:
    """A question that is asked after the cut is answered by an error, and the next one in time."""
    url = far.url(far.create())
    with closing(Database(named(url))) as database:
        with database.reading() as connection:
            connection.exec_driver_sql("SELECT 1")

        with wire.cut():
            since = time.monotonic()
            with pytest.raises(StoreError), database.reading() as connection:
                connection.exec_driver_sql("SELECT 1")
            assert time.monotonic() - since < SOON * 2

        with database.reading() as connection:
            assert connection.exec_driver_sql("SELECT 2").scalar_one() == 2
