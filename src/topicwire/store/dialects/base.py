"""What every kind of database is asked, each in its own way."""

from collections.abc import Hashable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, Table

from topicwire.errors import StoreError


class Dialect(Protocol):
    """A database of one kind, and all that is not the same for all kinds.

    `shown` is what messages call it, without a password. `path` is its file, None where it is
    reached over a network.
    """

    @property
    def shown(self) -> str:
        """What messages call the database."""

    @property
    def path(self) -> Path | None:
        """Its file, None where a server keeps it."""

    @property
    def failures(self) -> tuple[type[Exception], ...]:
        """What is raised when it cannot be used."""

    def is_there(self) -> bool:
        """Whether there is something to connect to; a server says so when it is asked."""

    def prepare(self) -> None:
        """Make what must be there before the database can be made.

        Raises:
            StoreError: it cannot be made.
        """

    def reading(self) -> Engine:
        """Return an engine whose transactions only read, each as of one moment."""

    def writing(self) -> Engine:
        """Return an engine whose transactions are the only ones that write while they last.

        Without that, what a transaction read may be outdated when it writes.
        """

    def watching(self) -> Engine:
        """Return an engine of one connection, which notices what others write."""

    def migrating(self) -> Engine:
        """Return an engine that alters the schema, alone; the database is made if it can be."""

    def pulse(self, connection: Connection) -> Hashable:
        """Return what differs from an earlier pulse once another connection has written."""

    def dangling(self, connection: Connection) -> list[str]:
        """Return the rows that refer to a row that is not there."""

    def damages(self, connection: Connection, *, quick: bool) -> list[str]:
        """Return what is damaged; a `quick` look leaves out whether indexes are right."""

    def time(self, connection: Connection) -> datetime | None:
        """Return what time it is where the database is, None where that is this host."""

    def size(self, connection: Connection) -> int:
        """Return the bytes that the database takes on disk."""

    def tidy(self, engine: Engine) -> None:
        """Let the query planner learn from the rows, and keep the log small."""

    def compact(self, engine: Engine) -> None:
        """Give the room that removed rows have left back to the disk."""

    def renumber(self, connection: Connection, table: Table) -> None:
        """Let new rows be numbered after those that were put in with their numbers."""

    def is_of_data(self, error: Exception) -> bool:
        """Whether not the database failed, but what it was given to keep."""

    def reason(self, error: Exception) -> str:
        """Return why something failed, and what to do about it."""


def explained(error: Exception, dialect: Dialect) -> StoreError:
    """Return what went wrong with the database, and what to do about it."""
    return StoreError(f"The database {dialect.shown} cannot be used: {dialect.reason(error)}")
