"""The daemon: whether one works, keeps its time, and can listen where it is to."""

from collections.abc import Iterator

from topicwire.cli.doctor.finding import Finding
from topicwire.cli.door import Door
from topicwire.errors import ListenError, TopicwireError


def daemon_found(door: Door) -> Iterator[Finding]:
    """Look at the daemon of the database, and at the address when none has it."""
    from topicwire.serve.server import check_free

    try:
        with door.app() as app:
            leader = app.lead().holder()
            seen = app.status()
    except TopicwireError:
        return  # what is wrong with the database is said already
    if leader is None:
        mend = "Start it: `topicwire run`; `topicwire poll` makes one turn by hand."
        yield Finding(ok=True, what="no daemon works on this database", mend=mend)
    elif seen.late is not None:
        mend = f"See its log; then stop it (`kill {leader}`) and start it again: `topicwire run`."
        yield Finding(
            ok=False, what=f"the daemon (process {leader}) is late. {seen.late}", mend=mend
        )
    else:
        yield Finding(ok=True, what=f"the daemon (process {leader}) keeps its time")
    for each in seen.lasting:
        what = f"{each.name or 'the network'}: {each.what}"
        yield Finding(ok=False, what=what, mend=" ".join(filter(None, (each.cause, each.mend))))
    if leader is None:
        try:
            check_free(*door.settings().address)
        except ListenError as error:
            yield Finding(ok=False, what="the server could not start", mend=str(error))
