"""The daemon: whether one works, keeps its time, and can listen where it is to."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from topicwire.cli.doctor.finding import Finding
from topicwire.cli.door import Door
from topicwire.errors import ListenError, TopicwireError

if TYPE_CHECKING:
    from topicwire.model.status import Fleet, Status


def daemon_found(door: Door) -> Iterator[Finding]:
    """Look at the daemon of the database, and at who has the address when it does not serve."""
    try:
        with door.app() as app:
            leader = app.leader()
            seen = app.status()
            answers = app.ask(f"http://{app.settings.listen}/livez").body.strip() == b"alive"
    except TopicwireError:
        return  # what is wrong with the database is said already
    yield _daemon(leader, seen)
    if seen.fleet is not None:
        yield _workers(seen.fleet, is_led=leader is not None)
    for each in seen.lasting:
        what = f"{each.name or 'the network'}: {each.what}"
        yield Finding(ok=False, what=what, mend=" ".join(filter(None, (each.cause, each.mend))))
    if answers:
        yield Finding(ok=True, what=f"a server answers at {door.settings().listen}")
    else:
        yield from _address(door)


def _workers(fleet: "Fleet", *, is_led: bool) -> Finding:
    return Finding(
        ok=fleet.workers > 0 or not is_led,  # where nothing runs they are not what is wrong
        what=f"workers that live: {fleet.workers}; errands that wait for them: {fleet.waiting},"
        f" under way: {fleet.doing}",
        mend="" if fleet.workers else "Start some, on any host: `topicwire work`.",
    )


def _daemon(leader: str | None, seen: "Status") -> Finding:
    if leader is None:
        mend = "Start it: `topicwire run`; `topicwire poll` makes one turn by hand."
        return Finding(ok=True, what="no daemon works on this database", mend=mend)
    if seen.late is not None:
        mend = f"See its log; then stop it (`kill {leader}`) and start it again: `topicwire run`."
        if seen.fleet is not None:
            mend = "See its log, and those of the workers; another takes over from one that ends."
        what = f"the daemon (process {leader}) is late. {seen.late}"
        return Finding(ok=False, what=what, mend=mend)
    return Finding(ok=True, what=f"the daemon (process {leader}) keeps its time")


def _address(door: Door) -> Iterator[Finding]:
    from topicwire.serve.server import check_free

    try:
        check_free(*door.settings().address)
    except ListenError as error:
        yield Finding(ok=False, what="the server could not start", mend=str(error))
