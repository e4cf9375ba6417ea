"""Other processes in tests of the engine: what they do until they are killed."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from topicwire.model.errand import Errand
from topicwire.world.engine import engine, turnstile
from topicwire.world.engine.lead import Lead
from topicwire.world.engine.turnstile import Turnstile

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 30.0  # seconds that anything may take


@contextmanager
def process(name: str, *arguments: object) -> Iterator["subprocess.Popen[str]"]:
    """Have another process do one of the functions below, and be killed at the end."""
    said = ", ".join(map(repr, arguments))
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}"}
    command = (sys.executable, "-c", f"import crew; crew.{name}({said})")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as running:
        try:
            yield running
        finally:
            running.kill()


def line(running: "subprocess.Popen[str]") -> str:
    """Return the next line that a process says."""
    assert running.stdout is not None
    return running.stdout.readline().strip()


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


# ---- what other processes do -----------------------------------------------------------


def say(what: object) -> None:
    """Say something to the test."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def work(url: str, seconds: float) -> None:
    """Do errands, each for so long, and say what is begun."""

    def do(errand: Errand) -> None:
        say(errand.key)
        time.sleep(seconds)

    engine.BEAT, engine.SILENT = 0.2, 1.0
    asyncio.run(engine.Engine(url).work(do, stop=asyncio.Event(), set_aside=lambda *_: None))


def hold_the_lead(url: str) -> None:
    """Take the lead, say so, and hold it."""
    lead = Lead(url)
    say(lead.take())
    time.sleep(60)


def hold_a_turn(url: str, host: str) -> None:
    """Take a host's turn, say so, and hold it."""

    turnstile.LEASE, turnstile.RENEW = 0.6, 0.1

    async def hold() -> None:
        async with Turnstile(url).turn(host, spacing=0):
            say("held")
            await asyncio.sleep(60)

    asyncio.run(hold())


def do_everything(url: str, catalogue: str) -> None:
    """Work on the store, as `topicwire work` does."""
    from topicwire.app import App  # noqa: PLC0415 (a second that the others need not wait)
    from topicwire.config import Settings  # noqa: PLC0415
    from topicwire.work import Work  # noqa: PLC0415

    turnstile.LEASE, turnstile.RENEW = 1.0, 0.2
    engine.BEAT = 0.3
    settings = Settings(
        database_url=url,
        catalogue=Path(catalogue),
        allow_private=("127.0.0.0/8",),
        workers=1,
        similarity=False,
    )
    with App.open(settings, clock=lambda: datetime.now(UTC)) as app:  # noqa: TID251 (a daemon)
        say("ready")
        asyncio.run(Work(app).run(asyncio.Event()))
