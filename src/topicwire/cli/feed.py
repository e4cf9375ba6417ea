"""`topicwire feed`: the published documents."""

import click

from topicwire.cli.complete import topic_ids
from topicwire.cli.door import Door, examples, pass_door
from topicwire.cli.verbs import Verbs

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
