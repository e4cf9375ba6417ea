"""`topicwire apply`: check the catalogue and mirror it into the database."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from topicwire.cli.door import Door, json_option, pass_door
from topicwire.cli.terminal import as_json, say

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.model import Change


@click.command()
@click.option("--dry-run", is_flag=True, help="Only print what would change.")
@json_option
@pass_door
def apply(door: Door, *, dry_run: bool, wants_json: bool) -> None:
    """Check the catalogue and mirror it into the database."""
    with door.app() as app:
        changes = app.plan() if dry_run else app.apply()
    if wants_json:
        as_json([{"verb": c.verb, "kind": c.kind, "id": c.id, "detail": c.detail} for c in changes])
        return
    print_changes(changes)
    if dry_run and changes:
        say("Nothing was changed; run `topicwire apply` to do it.")


def apply_now(app: "App", written: str) -> None:
    """Say what was written to the catalogue, apply it, and print what that changed."""
    say(written)
    print_changes(app.apply())


def print_changes(changes: Sequence["Change"]) -> None:
    """Print one line for each difference, or that there is none."""
    for change in changes:
        detail = f": {change.detail}" if change.detail else ""
        say(f"{change.verb:<7} {change.kind} {change.id}{detail}")
    if not changes:
        say("The database already holds what the catalogue says.")
