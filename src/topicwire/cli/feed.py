"""`topicwire feed`: the published documents."""

import sys

import click

from topicwire.cli.door import Door, pass_door

FORMATS = ("atom", "rss", "json", "html")


@click.group()
def feed() -> None:
    """Look at the documents that readers receive."""


@feed.command()
@click.argument("topic")
@click.option("--format", "form", type=click.Choice(FORMATS), default="atom", show_default=True)
@pass_door
def show(door: Door, topic: str, form: str) -> None:
    """Print TOPIC's current document, byte for byte as it is served."""
    from topicwire.model.document import Format

    with door.app() as app:
        document = app.publisher.topic(topic, Format(form))
    sys.stdout.buffer.write(document.body)
    sys.stdout.buffer.flush()
