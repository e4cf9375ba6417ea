"""`topicwire db`: the database's schema."""

import click

from topicwire.cli.door import Door, json_of, pass_door
from topicwire.cli.terminal import as_json, note
from topicwire.cli.verbs import Verbs


@click.group(cls=Verbs)
def db() -> None:
    """Look after the database."""


@db.command()
@json_of("{schema, before}")
@pass_door
def migrate(door: Door, *, wants_json: bool) -> None:
    """Bring the database to the schema of this version."""
    from topicwire.store.migrate import head, migrate, revision

    url = door.settings().database_url
    before = revision(url)
    migrate(url)
    if wants_json:
        as_json({"schema": head(), "before": before})
    elif before == head():
        note(f"The database is already at schema {head()}.")
    else:
        note(f"The database is now at schema {head()} (before: {before or 'empty'}).")
