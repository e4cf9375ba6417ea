"""`topicwire db`: the database's schema."""

import click

from topicwire.cli.door import Door, pass_door
from topicwire.cli.terminal import say


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@pass_door
def migrate(door: Door) -> None:
    """Bring the database to the schema of this version."""
    from topicwire.store.migrate import head, migrate, revision

    url = door.settings().database_url
    before = revision(url)
    migrate(url)
    if before == head():
        say(f"The database is already at schema {head()}.")
    else:
        say(f"The database is now at schema {head()} (before: {before or 'empty'}).")
