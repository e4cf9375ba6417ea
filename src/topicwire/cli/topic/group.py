"""`topicwire topic`: the noun, with the verbs of the modules beside."""

import click

from topicwire.cli.topic import backtest, diff, edit, explain, lint, proof

VERBS = (
    edit.list_,
    edit.show,
    edit.add,
    edit.edit,
    edit.remove,
    proof.test,
    explain.explain,
    diff.diff,
    lint.lint,
    backtest.backtest,
)


@click.group(commands=VERBS)
def topic() -> None:
    """List, show, edit, test, explain, label and rule the topics."""
