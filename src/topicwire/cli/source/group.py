"""`topicwire source`: the noun, with the verbs of the modules beside."""

import click

from topicwire.cli.source import edit, look, opml
from topicwire.cli.verbs import Verbs

VERBS = (
    look.list_,
    look.show,
    look.check,
    look.discover,
    edit.add,
    edit.edit,
    edit.pause,
    edit.resume,
    edit.remove,
    opml.import_,
    opml.export,
)


@click.group(cls=Verbs, commands=VERBS)
def source() -> None:
    """List, show and edit the sources."""
