"""`topicwire apply`: check the catalogue and mirror it into the database."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import click

from topicwire.cli.door import Door, json_option, pass_door
from topicwire.cli.terminal import as_json, complain, say

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.curate.prove import Proof
    from topicwire.model.report import Change


@click.command()
@click.option("--dry-run", is_flag=True, help="Only print what would change.")
@click.option(
    "--despite-examples", is_flag=True, help="Apply also topics whose examples come out wrong."
)
@json_option
@pass_door
def apply(door: Door, *, dry_run: bool, despite_examples: bool, wants_json: bool) -> None:
    """Check the catalogue, its changed topics by their examples, and mirror it into the database."""
    flips: tuple[Proof, ...] = ()
    with door.app() as app:
        if dry_run:
            changes = app.plan()
            flips = () if despite_examples else app.flips()
        else:
            changes = app.apply(despite_examples=despite_examples)
    if wants_json:
        as_json([{"verb": c.verb, "kind": c.kind, "id": c.id, "detail": c.detail} for c in changes])
    else:
        print_changes(changes)
    for flip in flips:
        complain(str(flip))
    if flips:
        complain("`topicwire apply` would change nothing before these examples come out right")
        raise SystemExit(1)
    if dry_run and changes and not wants_json:
        say("Nothing was changed; run `topicwire apply` to do it.")


def apply_now(app: "App", written: str, *, despite: Collection[str] = ()) -> None:
    """Say what was written to the catalogue, apply it, and print what that changed."""
    say(written)
    print_changes(keep_up(app, despite=despite))


def keep_up(app: "App", *, despite: Collection[str] = ()) -> Sequence["Change"]:
    """Mirror the catalogue, and complain of what stays as it stands; return what changed."""
    changes, flips = app.keep_up(despite=despite)
    for flip in flips:
        complain(str(flip))
    for name in dict.fromkeys(flip.topic_id for flip in flips):
        complain(f"{name} was not applied; see `topicwire topic test {name}`")
    return changes


def print_changes(changes: Sequence["Change"]) -> None:
    """Print one line for each difference, or that there is none."""
    for change in changes:
        detail = f": {change.detail}" if change.detail else ""
        say(f"{change.verb:<7} {change.kind} {change.id}{detail}")
    if not changes:
        say("The database already holds what the catalogue says.")
