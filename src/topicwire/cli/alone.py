"""Working alone on a database: what daemons and workers must not see half done."""

from collections.abc import Iterator
from contextlib import contextmanager

from topicwire.cli.door import clock
from topicwire.errors import BusyError
from topicwire.store import migrate
from topicwire.store.dialects.named import named
from topicwire.store.dialects.sqlite import lock_path
from topicwire.world.lock import Lock


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Let no daemon and no worker work on the database at `url`, of whichever schema.

    Raises:
        BusyError: one does.
        StoreError: the database is away, or its lock cannot be written.
    """
    path = named(url).path
    if path is not None:
        with Lock(lock_path(path)):
            yield
        return
    from topicwire.world.engine import lead

    with lead.alone(url):
        _refuse_workers(url)
        yield


def _refuse_workers(url: str) -> None:
    """Refuse a database on which workers do what a scheduler has handed out.

    Raises:
        BusyError: some live, or were killed a moment ago.
    """
    from topicwire.crew import ALIVE
    from topicwire.watch.run.status import WORKER

    working = migrate.beats(url, WORKER, since=clock() - ALIVE)
    if working:
        raise BusyError(
            f"workers ({', '.join(working)}) work on the database {named(url).shown}; stop them "
            f"first (one that was killed counts for {ALIVE.seconds} seconds more)"
        )
