"""`topicwire topic`: the noun, with the verbs of the modules beside."""

import click

from topicwire.cli.topic import edit, label, proof, rulings

VERBS = (
    edit.list_,
    edit.show,
    edit.add,
    edit.edit,
    edit.remove,
    proof.test,
    proof.explain,
    proof.backtest,
    rulings.pin,
    rulings.veto,
    rulings.release,
    rulings.rulings,
    label.label,
    label.labels,
)


@click.group(commands=VERBS)
def topic() -> None:
    """List, show, edit, test, explain, label and rule the topics."""
