"""The lead: of all processes that could, one alone decides when what is done."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from topicwire.cable import PATIENCE
from topicwire.errors import BusyError
from topicwire.world.engine.session import Session

_KEY = 0x746F706963_6C64  # "topicld": nobody else's in this database

_TAKE = "SELECT pg_try_advisory_lock(%s)"
_LEADER = """
    SELECT activity.application_name
    FROM pg_locks AS held JOIN pg_stat_activity AS activity USING (pid)
    WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
      AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (held.classid::bigint << 32 | held.objid::bigint) = %s
"""


class Lead:
    """A lock of the database, held by a session of its own; used by one thread at a time.

    The server ends a session that says nothing for a while, so that also a holder that hangs, or
    whose cable was cut, is followed by another.
    """

    def __init__(self, url: str, *, silence: int | None = None) -> None:
        """Prepare to lead; who says nothing for `silence` seconds loses the lead, 0: nobody does."""
        self._session = Session(
            url,
            role="schedule",
            idle_session_timeout=f"{PATIENCE if silence is None else silence}s",
            statement_timeout=f"{PATIENCE}s",
        )

    def take(self) -> bool:
        """Take the lead if nobody has it; whether it is ours now.

        Raises:
            StoreError: the database is away.
        """
        ((is_ours,),) = self._session.rows(_TAKE, (_KEY,))
        return bool(is_ours)

    def keep(self) -> None:
        """Show the server that the holder lives, several times in `PATIENCE` seconds.

        Raises:
            StoreError: the session has ended, and with it the lead.
        """
        self._session.rows("SELECT 1")

    def close(self) -> None:
        """Give the lead back, if it is held."""
        self._session.close()


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Have the lead within, so that no scheduler hands out anything.

    Raises:
        BusyError: one does.
        StoreError: the database is away.
    """
    with closing(Lead(url, silence=0)) as lead:
        if not lead.take():
            raise BusyError(
                f"another topicwire daemon (process {leader(url) or 'unknown'}) already works on "
                "this database; stop it first, or leave it to its work"
            )
        yield


def leader(url: str) -> str | None:
    """Return who has the lead, as host:process, None when nobody does.

    Raises:
        StoreError: the database is away.
    """
    with closing(Session(url, role="look")) as session:
        found = session.rows(_LEADER, (_KEY,))
    return found[0][0].rpartition(" ")[2] if found else None
