"""Sessions with PostgreSQL beside the store's: for what lasts as long as its holder, no longer."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import psycopg

from topicwire import cable
from topicwire.errors import StoreError
from topicwire.world.machine import here

# A namespace of its own: all in it may be lost, and nothing of ours may have its names.
SCHEMA = "topicwire_engine"
_EACH = r"read\ committed"  # each statement reads what is there: who waited sees whom it waited for


def conninfo(url: str, *, role: str, search: str = SCHEMA, **options: str) -> str:
    """Return what psycopg is given to connect; `options` are settings of the server's session.

    What the URL says counts, but for these, and for the name by which others know who leads.
    """
    address = "postgresql:" + url.partition(":")[2]
    given = psycopg.conninfo.conninfo_to_dict(address)
    said = {"search_path": search, "default_transaction_isolation": _EACH} | options
    spoken = cable.options(str(given.get("options", "")), **said)
    named = {"application_name": f"topicwire {role} {here()}", "options": spoken}
    return psycopg.conninfo.make_conninfo("", **{**cable.OURS, **given, **named})


class Session:
    """A connection of its own, each statement a transaction; used by one thread at a time.

    What it holds is free again when it ends, of whatever kind the end.
    """

    def __init__(self, url: str, *, role: str, **options: str) -> None:
        self._conninfo = conninfo(url, role=role, **options)
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None

    @property
    def is_open(self) -> bool:
        """Whether the next statement is one of a session that is open, as far as is known."""
        return self._connection is not None

    def rows(
        self, query: LiteralString, values: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[tuple[Any, ...]]:
        """Return the rows that a statement gives; the first one opens the session.

        Raises:
            StoreError: the database cannot be reached, or refuses; the session is over.
        """
        try:
            if self._connection is None:
                self._connection = psycopg.connect(self._conninfo, autocommit=True)
            cursor = self._connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            self.close()
            raise unreachable(error) from error

    def close(self) -> None:
        """End the session; the next statement opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def unreachable(error: BaseException) -> StoreError:
    """Return in an operator's words that PostgreSQL cannot be used."""
    return StoreError(f"PostgreSQL cannot be used: {cable.reason(error)}")
