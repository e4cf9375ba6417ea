"""`topicwire topic pin|veto|release|rulings`: what an editor decides, whatever the verdict."""

from getpass import getuser
from typing import TYPE_CHECKING

import click

from topicwire.cli.complete import topic_ids
from topicwire.cli.door import Door, clock, examples, json_of, pass_door
from topicwire.cli.terminal import as_json, note, say, table
from topicwire.words import ago

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.model.judging import Stand

who_option = click.option(
    "--who", default=getuser, show_default="your login name", help="Who says so."
)
_why_option = click.option(
    "--why", default="", help="The reason, in a few words; it must be given, and is kept."
)

ruled_json = json_of("{topic, entry, ruling, is_placed}")


@click.command(
    epilog=examples("topicwire topic pin space-cooperation 25 --why 'It names the treaty.'")
)
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@click.argument("entry", metavar="ENTRY", type=int)
@_why_option
@who_option
@ruled_json
@pass_door
def pin(door: Door, name: str, entry: int, *, why: str, who: str, wants_json: bool) -> None:
    """Put ENTRY into TOPIC and keep it there, whatever the topic's verdict."""
    from topicwire.model.judging import Stand

    _rule(door, name, entry, Stand.PIN, why=why, who=who, wants_json=wants_json)


@click.command()
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@click.argument("entry", metavar="ENTRY", type=int)
@_why_option
@who_option
@ruled_json
@pass_door
def veto(door: Door, name: str, entry: int, *, why: str, who: str, wants_json: bool) -> None:
    """Take ENTRY out of TOPIC and keep it out, whatever the topic's verdict."""
    from topicwire.model.judging import Stand

    _rule(door, name, entry, Stand.VETO, why=why, who=who, wants_json=wants_json)


@click.command()
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@click.argument("entry", metavar="ENTRY", type=int)
@ruled_json
@pass_door
def release(door: Door, name: str, entry: int, *, wants_json: bool) -> None:
    """Take back the pin or veto on ENTRY, so that TOPIC's verdict decides again."""
    with door.app() as app:
        app.store.release(name, entry, now=app.clock())
        _tell(app, name, entry, "released", ruling=None, wants_json=wants_json)


@click.command()
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@json_of("[{entry, title, ruling, who, why, made}]")
@pass_door
def rulings(door: Door, name: str, *, wants_json: bool) -> None:
    """List what editors have pinned and vetoed in TOPIC, the latest first."""
    with door.app() as app:
        found = app.store.rulings(name)
    if wants_json:
        as_json(
            [
                {
                    "entry": ruling.entry_id,
                    "title": stored.entry.title,
                    "ruling": ruling.stand.value,
                    "who": ruling.who,
                    "why": ruling.why,
                    "made": ruling.made,
                }
                for ruling, stored in found
            ]
        )
        return
    say(f"{len(found)} ruling{'' if len(found) == 1 else 's'} in {name}.")
    if found:
        now = clock()
        table(
            ("entry", "ruling", "who", "made", "why", "title"),
            (
                (r.entry_id, r.stand.value, r.who, ago(r.made, now), r.why, stored.entry.title)
                for r, stored in found
            ),
        )


def check_words(**given: str) -> None:
    """Refuse what says nothing, or more than one line.

    Raises:
        click.UsageError: naming the option.
    """
    for option, value in given.items():
        if not value.strip():
            raise click.UsageError(
                f'Say {option}: --{option} "…". It is kept, and shown by `topic explain`.'
            )
        if not value.isprintable():
            raise click.UsageError(f"--{option} holds more than one plain line.")


def _rule(
    door: Door, name: str, entry: int, stand: "Stand", *, why: str, who: str, wants_json: bool
) -> None:
    from topicwire.model.judging import Ruling

    check_words(why=why, who=who)
    with door.app() as app:
        app.store.rule(
            Ruling(
                topic_id=name,
                entry_id=entry,
                stand=stand,
                who=who.strip(),
                why=why.strip(),
                made=app.clock(),
            )
        )
        word = "pinned" if stand == "pin" else "vetoed"
        _tell(app, name, entry, word, ruling=stand.value, wants_json=wants_json)


def _tell(
    app: "App", name: str, entry: int, word: str, *, ruling: str | None, wants_json: bool
) -> None:
    note(f"Entry {entry} is {word}; {_outcome(app, name, entry)}.")
    if wants_json:
        is_placed = app.store.place_of(name, entry) is not None
        as_json({"topic": name, "entry": entry, "ruling": ruling, "is_placed": is_placed})


def _outcome(app: "App", name: str, entry: int) -> str:
    """Say where the entry stands now, and why not where one might expect it."""
    if app.store.place_of(name, entry):
        return f"it is in {name}"
    stored = app.store.entry(entry)
    if stored.retracted is not None:
        return f"its source took it back, so it is not in {name}"
    if stored.seq < 0:
        return f"it is not in {name}, and will be judged when it is ready"
    return f"it is not in {name}"
