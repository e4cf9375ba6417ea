"""`topicwire apply`: check the catalogue and mirror it into the database."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from topicwire.cli.door import Door, examples, json_of, pass_door
from topicwire.cli.terminal import as_json, complain, note, say

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.curate.prove import Proof
    from topicwire.model.report import Change


EXAMPLES = examples(
    "topicwire apply --dry-run      # what would change",
    "topicwire apply                # do it",
)

written_json = json_of("{file, changes: [{verb, kind, id, detail}], held_back: [topic]}")


@click.command(epilog=EXAMPLES)
@click.option("--dry-run", is_flag=True, help="Only print what would change.")
@click.option(
    "--despite-examples", is_flag=True, help="Apply also topics whose examples come out wrong."
)
@json_of("[{verb, kind, id, detail}]")
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
        as_json([row(each) for each in changes])
    else:
        print_changes(changes, tell=say if dry_run else note)
    for flip in flips:
        complain(str(flip))
    if flips:
        complain("`topicwire apply` would change nothing before these examples come out right")
        raise SystemExit(1)
    if dry_run and changes:
        note("Nothing was changed; run `topicwire apply` to do it.")


def apply_now(
    app: "App", file: Path, said: str, *, wants_json: bool, despite: Collection[str] = ()
) -> None:
    """Say what was done to a file of the catalogue, apply it, and print what that changed."""
    note(said)
    changes, held_back = keep_up(app, despite=despite)
    print_changes(changes)
    if wants_json:
        rows = [row(each) for each in changes]
        as_json({"file": str(file), "changes": rows, "held_back": held_back})


def keep_up(
    app: "App", *, despite: Collection[str] = ()
) -> tuple[Sequence["Change"], Sequence[str]]:
    """Mirror the catalogue, and complain of what stays as it stands; return both."""
    changes, flips = app.keep_up(despite=despite)
    for flip in flips:
        complain(str(flip))
    held_back = tuple(dict.fromkeys(flip.topic_id for flip in flips))
    for name in held_back:
        complain(f"{name} was not applied; see `topicwire topic test {name}`")
    return changes, held_back


def print_changes(changes: Sequence["Change"], *, tell: Callable[[str], None] = note) -> None:
    """Print one line for each difference, or that there is none."""
    for change in changes:
        detail = f": {change.detail}" if change.detail else ""
        tell(f"{change.verb:<7} {change.kind} {change.id}{detail}")
    if not changes:
        tell("The database already holds what the catalogue says.")


def row(change: "Change") -> dict[str, str]:
    """Return a difference as JSON has it."""
    return {"verb": change.verb, "kind": change.kind, "id": change.id, "detail": change.detail}
