"""PostgreSQL: a server, whose writers queue for one advisory lock a database."""

from collections.abc import Hashable, Sequence
from contextlib import closing
from datetime import datetime
from importlib.util import find_spec
from typing import Any

from sqlalchemy import URL, Connection, Engine, String, Table, create_engine, event, func, select
from sqlalchemy.dialects.postgresql.base import PGDDLCompiler
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError
from sqlalchemy.schema import Column

from topicwire import cable
from topicwire.errors import StoreError
from topicwire.store.values import read_json, write_json
from topicwire.veil import veiled_database

READERS = 5  # connections kept open to read
PATIENCE = 60  # seconds that a writer waits for others
WRITERS = 0x746F70696377  # the advisory lock of those who write
TOO_LARGE = "54000"  # the state (SQLSTATE) of a value that no index can hold


class Postgres:
    """A Dialect: the PostgreSQL database that `url` names.

    Raises:
        StoreError: the library that speaks with it is not installed.
    """

    path = None

    def __init__(self, url: URL) -> None:
        if find_spec("psycopg") is None:
            raise StoreError(
                "PostgreSQL needs a library that is not installed: "
                'run `pip install "topicwire[postgres]"`.'
            )
        self._url = url.set(drivername="postgresql+psycopg")

    @property
    def failures(self) -> tuple[type[Exception], ...]:
        """What is raised when it cannot be used."""
        from psycopg import Error  # noqa: PLC0415 (an optional extra)

        return SQLAlchemyError, Error, OSError

    @property
    def url(self) -> URL:
        """Where the database is."""
        return self._url

    @property
    def shown(self) -> str:
        """What messages call the database."""
        return veiled_database(self._url.set(drivername="postgresql").render_as_string())

    def is_there(self) -> bool:
        """Whether there is something to ask: the server says the rest."""
        return True

    def prepare(self) -> None:
        """Do nothing: whoever runs the server makes its databases."""

    def reading(self) -> Engine:
        """Return an engine whose transactions only read, each as of one moment."""
        made = self._engine(connections=READERS, isolation_level="REPEATABLE READ")
        return made.execution_options(postgresql_readonly=True)

    def watching(self) -> Engine:
        """Return an engine of one connection, which notices what others write."""
        return self._engine(connections=1, isolation_level="AUTOCOMMIT")

    def writing(self) -> Engine:
        """Return an engine whose transactions hold the writers' lock from their beginning on.

        One connection: the threads of a process queue for it before they queue at the server.
        Each statement reads what those before in the queue have written, whatever the server is
        set to: what is of one moment would be of that before the wait.
        """
        engine = self._engine(connections=1, isolation_level="READ COMMITTED")

        @event.listens_for(engine, "begin")
        def queue(connection: Connection) -> None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")

        return engine

    def migrating(self) -> Engine:
        """Return an engine that alters the schema, alone."""
        engine = self.writing()
        engine.dialect.ddl_compiler = _Collating
        return engine

    def pulse(self, connection: Connection) -> Hashable:
        """Return what differs from an earlier pulse once another connection has written."""
        return str(connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar_one())

    def dangling(self, connection: Connection) -> list[str]:
        """Return nothing: the server lets no row refer to one that is not there."""
        del connection
        return []

    def damages(self, connection: Connection, *, quick: bool) -> list[str]:
        """Return nothing: the server's own tools look for damage (pg_amcheck)."""
        del connection, quick
        return []

    def time(self, connection: Connection) -> datetime:
        """Return what time the server has."""
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment

    def size(self, connection: Connection) -> int:
        """Return the bytes that the database takes on the server's disk."""
        asked = "SELECT pg_database_size(current_database())"
        return int(connection.exec_driver_sql(asked).scalar_one())

    def tidy(self, engine: Engine) -> None:
        """Let the query planner learn from the rows; the server keeps its log small itself."""
        _alone(engine, "ANALYZE")

    def compact(self, engine: Engine) -> None:
        """Write the tables anew without the room that removed rows have left in them."""
        _alone(engine, "VACUUM FULL ANALYZE")

    def renumber(self, connection: Connection, table: Table) -> None:
        """Let new rows be numbered after those that were put in with their numbers."""
        number = table.autoincrement_column
        if number is not None:
            sequence = func.pg_get_serial_sequence(table.name, number.name)
            last = func.max(number)
            connection.execute(
                select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None)))
            )

    def is_of_data(self, error: Exception) -> bool:
        """Whether not the database failed, but what it was given to keep."""
        state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
        return isinstance(error, DataError) or state == TOO_LARGE

    def reason(self, error: Exception) -> str:
        """Return why something failed, and what to do about it."""
        said = error.orig if isinstance(error, DBAPIError) else None
        return cable.reason(said or error)

    def _engine(self, *, connections: int, **options: Any) -> Engine:
        given = self._url.normalized_query
        said = cable.options(
            " ".join(given.get("options", ())), timezone="UTC", lock_timeout=f"{PATIENCE}s"
        )
        ours = {**cable.OURS, "application_name": "topicwire"}
        engine = create_engine(
            self._url,
            connect_args={n: ours[n] for n in ours if n not in given} | {"options": said},
            pool_size=connections,
            max_overflow=10 * (connections - 1),
            pool_timeout=PATIENCE,
            pool_pre_ping=True,  # the server may have been started anew
            json_deserializer=read_json,
            json_serializer=write_json,
            **options,
        )
        event.listen(engine, "connect", self._refuse_other_text)
        return engine

    def _refuse_other_text(self, connection: Any, record: Any) -> None:
        """Refuse a database that cannot hold every text."""
        del record
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            connection.close()
            raise StoreError(
                f"The database {self.shown} keeps text as {encoding}, and so cannot hold every text. "
                "Make another: `createdb --owner=USER --encoding=UTF8 --template=template0 NAME`."
            )


class _Collating(PGDDLCompiler):
    """Lets text be in the same order whatever the server's language is: that of SQLite."""

    def get_column_specification(self, column: Column[Any], **kw: Any) -> str:
        """Return how a column is declared."""
        said: str = super().get_column_specification(column, **kw)  # type: ignore[no-untyped-call]
        if not isinstance(column.type.dialect_impl(self.dialect), String):
            return said
        name, kind = said.split(" ", 2)[:2]
        return said.replace(f"{name} {kind}", f'{name} {kind} COLLATE "C"', 1)


def _alone(engine: Engine, *statements: Sequence[str] | str) -> None:
    """Run statements that no transaction may be around."""
    with closing(engine.raw_connection()) as connection:
        connection.driver_connection.autocommit = True  # type: ignore[union-attr]
        try:
            with closing(connection.cursor()) as cursor:
                for each in statements:
                    cursor.execute(each)
        finally:
            connection.driver_connection.autocommit = False  # type: ignore[union-attr]
