"""`topicwire topic`: the noun, with the verbs of the modules beside."""

import click

from topicwire.cli.topic import (
    backtest,
    diff,
    edit,
    explain,
    label,
    learn,
    lint,
    proof,
    rulings,
    suggest,
)
from topicwire.cli.verbs import Verbs

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
    rulings.pin,
    rulings.veto,
    rulings.release,
    rulings.rulings,
    label.label,
    label.labels,
    learn.train,
    learn.models,
    learn.promote,
    learn.demote,
    suggest.suggest,
)


@click.group(cls=Verbs, commands=VERBS)
def topic() -> None:
    """List, show, edit, test, explain, label and rule the topics."""
