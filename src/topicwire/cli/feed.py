"""`topicwire feed`: the published documents."""

from typing import TYPE_CHECKING

import click

from topicwire.cli.complete import topic_ids
from topicwire.cli.door import Door, clock, examples, json_of, pass_door
from topicwire.cli.terminal import as_json, say, table
from topicwire.cli.verbs import Verbs
from topicwire.words import ago, be, counted

if TYPE_CHECKING:
    from datetime import datetime

    from topicwire.model.hub import Subscriber

FORMATS = ("atom", "rss", "json", "html")


@click.group(cls=Verbs)
def feed() -> None:
    """Look at the documents that readers receive."""


@feed.command(epilog=examples("topicwire feed show space-cooperation --format rss"))
@click.argument("topic", shell_complete=topic_ids)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="atom",
    show_default=True,
    help="The format of the document.",
)
@click.option("--page", type=click.IntRange(min=1), help="A page of the archive; 1 is the oldest.")
@pass_door
def show(door: Door, topic: str, form: str, page: int | None) -> None:
    """Print TOPIC's current document or a page of its archive, byte for byte as it is served."""
    from topicwire.model.document import Format

    with door.app() as app:
        document = app.publisher.topic(topic, Format(form), page=page or 0)
    click.echo(document.body, nl=False)


@feed.command(epilog=examples("topicwire feed subscribers space-cooperation"))
@click.argument("topic", shell_complete=topic_ids)
@json_of("{edition, subscribers: [{host, format, lease_until, edition, failures, error, due}]}")
@pass_door
def subscribers(door: Door, topic: str, *, wants_json: bool) -> None:
    """List who is told of TOPIC's new editions by push, and what came of telling them.

    Of a callback only the host is shown: who knows the whole address can write to it.
    """
    with door.app() as app:
        edition = app.store.standing(topic).edition
        found = app.store.subscribers(topic)
    if wants_json:
        as_json({"edition": edition, "subscribers": [_as_json(each) for each in found]})
        return
    if not found:
        say(f"Nobody has subscribed to {topic} by push.")
        return
    told = sum(each.edition >= edition for each in found)
    who = counted(len(found), "subscriber")
    say(f"{told} of {who} of {topic} {be(told)} told of all there is: edition {edition:,}.")
    now = clock()
    table(
        ("host", "format", "until", "told of", "state"),
        (
            (
                each.host,
                each.format.value,
                "it is a hub" if each.lease_until is None else ago(each.lease_until, now),
                f"{each.edition:,}" if each.edition else "nothing yet",
                _state(each, edition, now),
            )
            for each in found
        ),
    )


def _state(given: "Subscriber", edition: int, now: "datetime") -> str:
    if given.edition >= edition:
        return "told"
    if not given.failures:
        return "waits"
    times = counted(given.failures, "time")
    return f"failed {times}: {given.error}; again {ago(given.due, now)}"


def _as_json(given: "Subscriber") -> dict[str, object]:
    return {
        "host": given.host,
        "format": given.format.value,
        "lease_until": given.lease_until,
        "edition": given.edition,
        "failures": given.failures,
        "error": given.error,
        "due": given.due,
    }
