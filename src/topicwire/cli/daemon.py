"""`topicwire run | schedule | work | serve`: the daemon's roles, together or one process each."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

import click

from topicwire.cli.door import Door, examples, pass_door
from topicwire.cli.terminal import is_quiet
from topicwire.errors import StoreError
from topicwire.world import supervisor
from topicwire.world.machine import collect_seldom

if TYPE_CHECKING:
    from topicwire.app import App

EXAMPLES = examples(
    "topicwire run",
    "TOPICWIRE_LISTEN=127.0.0.1:9000 TOPICWIRE_LOG=json topicwire run",
    "topicwire --quiet run     # logs only what is wrong",
)

SCHEMA = 30.0  # seconds between two looks at whether the schema is still this program's

Role = Callable[["App", asyncio.Event], Awaitable[None]]


@click.command(epilog=EXAMPLES)
@pass_door
def run(door: Door) -> None:
    """Do everything in one process: schedule, work and serve."""
    roles = (_schedule, _work, _serve) if door.settings().is_shared else (_schedule, _serve)
    _start(door, *roles)


@click.command()
@pass_door
def schedule(door: Door) -> None:
    """Poll the sources as they fall due and judge what they bring, until stopped."""
    _start(door, _schedule)


@click.command()
@pass_door
def work(door: Door) -> None:
    """Do what schedulers on a shared PostgreSQL hand out, until stopped."""
    _start(door, _work)


@click.command()
@pass_door
def serve(door: Door) -> None:
    """Serve the topic feeds and pages over HTTP, until stopped."""
    _start(door, _serve)


def _start(door: Door, *roles: Role) -> None:
    import uvloop

    from topicwire import observe
    from topicwire.config import host_and_port

    settings = door.settings()
    observe.configure(settings.log, is_quiet=is_quiet())
    with door.app() as app, contextlib.ExitStack() as stack:
        if _serve in roles:
            from topicwire.serve.server import check_free

            check_free(*settings.address)
        if _schedule in roles:
            from topicwire.schedule.leading import mirror

            if not settings.is_shared:
                stack.enter_context(app.lead())
                mirror(app)
            elif not app.store.topic_states():  # a new database: whoever comes first fills it
                mirror(app)
        if _work in roles or (_schedule in roles and settings.is_shared):
            app.demanded_engine().open()
        if _work in roles or (_schedule in roles and not settings.is_shared):
            app.load()
        if settings.metrics_listen:
            stack.enter_context(app.metrics.served(*host_and_port(settings.metrics_listen)))
        if gap := app.clock_gap():
            log = observe.logger(role=click.get_current_context().command.name)
            log.warning("clock.differs", seconds=round(gap.total_seconds()))
        collect_seldom()
        uvloop.run(_until_stopped(app, roles))


async def _until_stopped(app: "App", roles: tuple[Role, ...]) -> None:
    """Run the roles side by side until a signal comes, or one of them fails.

    Raises:
        StoreError: the database has another schema now.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as group:
        group.create_task(_beat(stop))
        minding = group.create_task(_other_schema(app.settings.database_url, stop))
        for role in roles:
            group.create_task(_stopping_all(role(app, stop), stop))
        if _serve not in roles:  # which says itself when it listens
            supervisor.tell("READY=1")
    found = minding.result()
    if found is not None:
        raise StoreError(
            f"the database was migrated to schema {found} while this process ran; start it anew, "
            "with the program that migrated it"
        )


async def _other_schema(url: str, stop: asyncio.Event) -> str | None:
    """Stop once the schema is not that of this program any more, and return it; else None."""
    from topicwire.store.migrate import head, revision

    ours = head()  # now: an upgrade lays other migrations beside a program that runs
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), SCHEMA)
            break
        with contextlib.suppress(StoreError):  # it is told where the work is
            found = await asyncio.to_thread(revision, url)
            if found not in {None, ours}:
                stop.set()
                return found
    return None


async def _beat(stop: asyncio.Event) -> None:
    """Tell the supervisor that the event loop turns, as often as it wants to hear it."""
    patience = supervisor.patience()
    while not stop.is_set():
        supervisor.tell("WATCHDOG=1")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), patience and patience / 3)
    supervisor.tell("STOPPING=1")


async def _stopping_all(role: Awaitable[None], stop: asyncio.Event) -> None:
    try:
        await role
    finally:
        stop.set()


async def _schedule(app: "App", stop: asyncio.Event) -> None:
    from topicwire.schedule.clock import Schedule
    from topicwire.schedule.leading import lead

    await (lead(app, stop) if app.settings.is_shared else Schedule(app).run(stop))


async def _work(app: "App", stop: asyncio.Event) -> None:
    from topicwire.work import Work

    await Work(app).run(stop)


async def _serve(app: "App", stop: asyncio.Event) -> None:
    from topicwire import observe
    from topicwire.serve.application import application
    from topicwire.serve.server import serve as listen

    host, port = app.settings.address
    site = application(
        app.publisher,
        base_url=app.settings.public_url,
        unready=app.unready,
        callbacks=app.callbacks,
        readers=app.readers,
        hub_url=app.hub_url,
        hub=app.hub,
        overview=app.overview,
        rate_limit=app.settings.rate_limit,
        trusted_proxies=app.settings.trusted_proxies,
        metrics=None if app.settings.metrics_listen else app.metrics,
        counted=app.metrics,
    )
    observe.logger(role="serve").info("serve.started", address=f"http://{app.settings.listen}/")
    ready = partial(supervisor.tell, "READY=1")
    await listen(site, host=host, port=port, stop=stop, listening=ready)
