"""All that `topicwire doctor` looks at: each check gives findings that say what mends them."""

from collections.abc import Iterator
from datetime import timedelta

from topicwire.cli.doctor.daemon import daemon_found
from topicwire.cli.doctor.finding import Finding, wrong_clock
from topicwire.cli.doctor.judging import meaning_found, second_reader
from topicwire.cli.doctor.machine import machine_found
from topicwire.cli.doctor.network import network_found
from topicwire.cli.doctor.settings import settings_found
from topicwire.cli.door import Door, clock
from topicwire.errors import TopicwireError
from topicwire.words import counted


def findings(door: Door) -> tuple[Finding, ...]:
    """Look at everything; a check that cannot run is itself a finding."""
    settings = door.settings()
    return (
        *settings_found(settings),
        *_catalogue(door),
        *_database(door),
        *_difference(door),
        *daemon_found(door),
        *network_found(door),
        *meaning_found(settings),
        *second_reader(door),
        *machine_found(settings),
    )


def _catalogue(door: Door) -> Iterator[Finding]:
    from topicwire.curate.define import definitions
    from topicwire.world.catalogue import load

    root = door.settings().catalogue
    try:
        catalogue = load(root)
        definitions(catalogue)
    except TopicwireError as error:
        yield Finding(ok=False, what=f"the catalogue {root} is wrong", mend=str(error))
        return
    sources, topics = counted(len(catalogue.sources), "source"), len(catalogue.topics)
    what = f"the catalogue {root} holds {sources} and {counted(topics, 'topic')}"
    yield Finding(ok=True, what=what)


def _database(door: Door) -> Iterator[Finding]:
    try:
        with door.app() as app:
            gap = app.clock_gap()
            latest = max(
                (p.state.last_poll for p in app.store.sources() if p.state.last_poll), default=None
            )
    except TopicwireError as error:
        yield Finding(ok=False, what="the database cannot be used", mend=str(error))
        return
    yield Finding(ok=True, what="the database answers and has this version's schema")
    if gap:
        yield wrong_clock(gap, whose="the database")
    if latest is not None and latest > clock() + timedelta(minutes=10):
        yield Finding(
            ok=False,
            what=f"the clock is behind the last poll, which was at {latest.isoformat()}",
            mend="Set the clock: `sudo timedatectl set-ntp true`. A daemon then asks its"
            " sources as if their last poll had been now.",
        )


def _difference(door: Door) -> Iterator[Finding]:
    try:
        with door.app() as app:
            plan = app.plan()
    except TopicwireError:
        return  # catalogue, database and model of meaning have checks of their own
    if plan:
        yield Finding(
            ok=True,
            what=f"the catalogue differs from the database in {counted(len(plan), 'place')}",
            mend="Run `topicwire apply`; `topicwire apply --dry-run` shows what would change.",
        )
