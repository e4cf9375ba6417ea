"""Leading: of several schedulers on one database one works, and the others stand by."""

import asyncio
import contextlib

from topicwire import observe
from topicwire.app import App
from topicwire.errors import StoreError, TopicwireError
from topicwire.schedule.clock import Schedule

LOOK = 2.0  # seconds between two looks at who leads


async def lead(app: App, stop: asyncio.Event) -> None:
    """Stand by until nobody leads, then lead until `stop` is set or the lead is lost, and so on."""
    log = observe.logger(role="schedule")
    said: str | None = None
    while not stop.is_set():
        try:
            is_ours = await asyncio.to_thread(app.leading.take)
            reason = None if is_ours else "another schedules"
        except StoreError as error:
            is_ours, reason = False, str(error)
        if is_ours:
            log.info("schedule.leads")
            await _lead(app, stop)
        elif reason != said:
            log.info("schedule.stands_by", why=reason)
        said = reason
        await _rest(stop)
    await asyncio.to_thread(app.leading.close)


async def _lead(app: App, stop: asyncio.Event) -> None:
    """Schedule as long as the lead is ours; who loses it hands out nothing more."""
    over = asyncio.Event()
    scheduling = asyncio.create_task(_schedule(app, over))
    try:
        while not (stop.is_set() or scheduling.done()):
            await asyncio.to_thread(app.leading.keep)
            await _rest(stop)
    except StoreError as error:
        observe.logger(role="schedule").warning("schedule.lost_the_lead", why=str(error))
    over.set()
    await scheduling


async def _schedule(app: App, over: asyncio.Event) -> None:
    log = observe.logger(role="schedule")
    try:
        await asyncio.to_thread(mirror, app)
    except TopicwireError as error:  # what was wanted before is wanted still
        log.error("mirror.failed", error=str(error))  # noqa: TRY400 (its words say all)
    try:
        await Schedule(app).run(over)
    except StoreError as error:  # it was away as it began: the next look tries again
        log.warning("schedule.lost_the_lead", why=str(error))


async def _rest(stop: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), LOOK)


def mirror(app: App) -> None:
    """Mirror the catalogue; a topic whose examples come out wrong stays as it stands.

    Raises:
        TopicwireError: the catalogue is wrong, or the database away.
    """
    _, flips = app.keep_up()
    log = observe.logger(role="schedule")
    for flip in flips:
        log.error("topic.held_back", topic=flip.topic_id, why=str(flip))
