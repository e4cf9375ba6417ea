"""Runs migrations: on the connection given by `topicwire.store.migrate`, else on `-x url=…`."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, TypeDecorator

from topicwire.store.dialects.named import named
from topicwire.store.tables import metadata


def plain_type(kind: str, item: object, _: Any) -> str | Literal[False]:
    """Write our types as what they are in the database: a migration must not change with them."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{type(item.impl).__name__}()"
    return False


def run(connection: Connection) -> None:
    """Run the migrations in the transaction that the connection is in."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=plain_type,
        render_as_batch=True,  # SQLite alters a table by copying it
        transactional_ddl=True,  # true of SQLite too, once its transactions begin explicitly
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    url = context.get_x_argument(as_dictionary=True)["url"]
    engine = named(url).migrating()
    with engine.begin() as opened:
        run(opened)
    engine.dispose()
