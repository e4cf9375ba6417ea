"""The engine's own tables, which hold nothing that is not found again in the store's.

So a new version of the engine needs no migration of what waits: its tables are made anew.
"""

from contextlib import closing
from importlib.metadata import version

import psycopg
from procrastinate.schema import SchemaManager

from topicwire.errors import StoreError
from topicwire.world.engine import turnstile
from topicwire.world.engine.session import SCHEMA, Session, conninfo, unreachable

_SETTLED = "SELECT obj_description(to_regnamespace(%s), 'pg_namespace')"


def wanted() -> str:
    """Return what the tables have to be for this program."""
    major, minor, *_ = version("procrastinate").split(".")
    return f"procrastinate {major}.{minor}, turns 1"


def prepare(url: str) -> bool:
    """Make the engine's tables, anew when they are another version's; whether that was needed.

    What waits is forgotten then, and found again in the store. No worker may be working.

    Raises:
        StoreError: the database is away, or does not let us.
    """
    try:
        with psycopg.connect(conninfo(url, role="migrate")) as connection:
            # Who asks what is there, and makes it, keeps out another who is about to.
            connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (SCHEMA,))
            if connection.execute(_SETTLED, (SCHEMA,)).fetchone() == (wanted(),):
                return False
            connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
            connection.execute(f"CREATE SCHEMA {SCHEMA}")
            connection.execute(SchemaManager.get_schema())
            connection.execute(turnstile.TABLE)
            connection.execute(f"COMMENT ON SCHEMA {SCHEMA} IS '{wanted()}'")
    except psycopg.Error as error:
        raise unreachable(error) from error
    return True


def check(url: str) -> None:
    """Make sure that the engine's tables are what this program needs; make them where there are none.

    Raises:
        StoreError: they are another version's, or the database is away.
    """
    with closing(Session(url, role="engine")) as session:
        ((found,),) = session.rows(_SETTLED, (SCHEMA,))
    if found is None:
        prepare(url)
    elif found != wanted():
        raise StoreError(
            f"the engine's tables are those of {found}, and this program needs {wanted()}; "
            "stop all processes of Topicwire and run `topicwire db migrate`"
        )
