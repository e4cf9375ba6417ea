"""`topicwire topic`: what is published, and why."""

import click


@click.group()
def topic() -> None:
    """List, show, edit, test and explain the topics."""
