"""The schema that all migrations give, as SQL: `python -m topicwire.store.schema > db/schema.sql`."""

import re
import sys

from alembic import command
from sqlalchemy import Connection, create_engine, text

from topicwire.store.migrate import settings

QUOTED_TABLE = re.compile(r'CREATE TABLE "(\w+)"')


def dump(connection: Connection) -> str:
    """Return the statements that make the tables and indexes in the database, in order of name."""
    found = connection.execute(
        text(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name"
        )
    )
    return "".join(f"{_tidied(sql)};\n" for sql in found.scalars())


def _tidied(sql: str) -> str:
    """Return a statement without the quotes and tabs that SQLite puts in when it alters tables."""
    sql = QUOTED_TABLE.sub(r"CREATE TABLE \1", sql)
    return "\n".join(line.rstrip() for line in sql.replace("\t", "  ").splitlines())


def migrated() -> str:
    """Return the schema of a new database after all migrations."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        command.upgrade(settings(connection), "head")
        return dump(connection)


if __name__ == "__main__":
    sys.stdout.write(migrated())
