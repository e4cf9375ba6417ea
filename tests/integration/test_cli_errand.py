"""`topicwire errand` and `work`: where there are workers, and where there are none."""

import os
from collections.abc import Iterator

import pytest

from commands import Run
from postgres import Server, needs_postgres
from topicwire.model.errand import Act, Errand
from topicwire.store.store import Store
from topicwire.world.engine.engine import Engine
from topicwire.world.engine.lead import alone


@pytest.mark.parametrize("arguments", [("errand", "list"), ("errand", "retry"), ("work",)])
def test_one_process_on_a_file_has_no_workers(run: Run, arguments: tuple[str, ...]) -> None:
    """It is said why, and what to do instead."""
    said = run(*arguments)

    assert said.code == 1
    assert "SQLite" in said.err


@pytest.fixture
def engine(postgres: Server, monkeypatch: pytest.MonkeyPatch, run: Run) -> Iterator[Engine]:
    """Give the engine of a database that the command line uses too."""
    del run  # it sets another database
    name = postgres.create()
    Store.open(postgres.url(name), create=True).close()
    monkeypatch.setenv("TOPICWIRE_DATABASE_URL", postgres.url(name))
    opened = Engine(postgres.url(name))
    yield opened
    opened.close()
    postgres.drop(name)


@needs_postgres
def test_what_workers_have_to_do_is_listed(engine: Engine, run: Run) -> None:
    """For people and for programs; what was not set aside is not tried again."""
    assert "Nothing waits for a worker." in run("errand", "list").out
    engine.hand(Errand(Act.POLL, ("press", "wire"), part="shard-3"))

    listed = run("errand", "list")
    assert "1 errand." in listed.out
    assert "poll:shard-3" in listed.out
    assert run("errand", "list", "--json").json == [
        {
            "key": "poll:shard-3",
            "act": "poll",
            "stage": "waiting",
            "names": ["press", "wire"],
            "tries": 0,
        }
    ]
    refused = run("errand", "retry", "poll:shard-3")
    assert refused.code == 1
    assert "nothing was" in refused.err


@needs_postgres
def test_doctor_and_status_say_that_no_worker_lives(engine: Engine, run: Run) -> None:
    """With the command that starts one; that none lives is a fault once somebody needs them."""
    engine.open()
    stopped = run("doctor").out
    with alone(os.environ["TOPICWIRE_DATABASE_URL"]):
        doctor, status = run("doctor").out, run("status").out

    assert "may   workers that live: 0" in stopped
    assert "mend  workers that live: 0" in doctor
    assert "topicwire work" in doctor
    assert "0 workers live" in status
    assert run("status", "--json").json["fleet"] == {
        "workers": 0,
        "leader": False,
        "waiting": 0,
        "doing": 0,
        "aside": 0,
    }
