"""`topicwire errand`: what waits for workers, what they do, and what they could not do."""

import click

from topicwire.cli.door import Door, json_of, pass_door
from topicwire.cli.terminal import as_json, note, say, table
from topicwire.cli.verbs import Verbs
from topicwire.words import counted

SHOWN = 5  # names of an errand


@click.group(cls=Verbs)
def errand() -> None:
    """Look at what workers do, and try again what failed."""


@errand.command("list")
@json_of("[{key, act, stage, names, tries}]")
@pass_door
def list_(door: Door, *, wants_json: bool) -> None:
    """List what waits for a worker, is being done, or was set aside."""
    with door.app() as app:
        taken = app.demanded_engine().taken()
    if wants_json:
        as_json(
            [
                {
                    "key": each.errand.key,
                    "act": each.errand.act,
                    "stage": each.stage,
                    "names": each.errand.names,
                    "tries": each.tries,
                }
                for each in taken
            ]
        )
        return
    say(f"{counted(len(taken), 'errand')}." if taken else "Nothing waits for a worker.")
    rows = [
        (each.errand.key, each.stage.value, each.tries, _shown(each.errand.names)) for each in taken
    ]
    table(("errand", "stage", "failed", "for"), rows)


@errand.command()
@click.argument("key", required=False)
@json_of("[{key, act, names}]")
@pass_door
def retry(door: Door, key: str | None, *, wants_json: bool) -> None:
    """Have tried once more what was set aside: all of it, or the errand KEY."""
    with door.app() as app:
        tried = app.try_again(key)
        app.watch()
    if wants_json:
        as_json([{"key": e.key, "act": e.act, "names": e.names} for e in tried])
        return
    note(f"{counted(len(tried), 'errand')} will be tried once more.")


def _shown(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
