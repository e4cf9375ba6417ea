"""`topicwire run | schedule | serve`: the daemon's roles, together or one process each."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import click

from topicwire.cli.door import Door, pass_door

if TYPE_CHECKING:
    from topicwire.app import App

Role = Callable[["App", asyncio.Event], Awaitable[None]]


@click.command()
@pass_door
def run(door: Door) -> None:
    """Do everything in one process: schedule and serve."""
    _start(door, _schedule, _serve)


@click.command()
@pass_door
def schedule(door: Door) -> None:
    """Poll the sources as they fall due and judge what they bring, until stopped."""
    _start(door, _schedule)


@click.command()
@pass_door
def serve(door: Door) -> None:
    """Serve the topic feeds and pages over HTTP, until stopped."""
    _start(door, _serve)


def _start(door: Door, *roles: Role) -> None:
    import uvloop

    from topicwire import observe

    settings = door.settings()
    observe.configure(settings.log)
    with door.app() as app, contextlib.ExitStack() as stack:
        if _serve in roles:
            from topicwire.serve.server import check_free

            check_free(*settings.address)
        if _schedule in roles:
            stack.enter_context(app.lead())
            _mirror(app)
        uvloop.run(_until_stopped(app, roles))


def _mirror(app: "App") -> None:
    """Mirror the catalogue; a topic whose examples come out wrong stays as it stands."""
    from topicwire import observe

    _, flips = app.keep_up()
    log = observe.logger(role="schedule")
    for flip in flips:
        log.error("topic.held_back", topic=flip.topic_id, why=str(flip))


async def _until_stopped(app: "App", roles: tuple[Role, ...]) -> None:
    """Run the roles side by side until a signal comes, or one of them fails."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as group:
        for role in roles:
            group.create_task(_stopping_all(role(app, stop), stop))


async def _stopping_all(role: Awaitable[None], stop: asyncio.Event) -> None:
    try:
        await role
    finally:
        stop.set()


async def _schedule(app: "App", stop: asyncio.Event) -> None:
    from topicwire.schedule.clock import Schedule

    await Schedule(app).run(stop)


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
    )
    observe.logger(role="serve").info("serve.started", address=f"http://{app.settings.listen}/")
    await listen(site, host=host, port=port, stop=stop)
