"""`topicwire completion`: the script by which a shell completes commands, options and ids."""

import click
from click.shell_completion import get_completion_class

from topicwire.cli.door import examples

SHELLS = ("bash", "zsh", "fish")
EXAMPLES = examples(
    """echo 'eval "$(topicwire completion bash)"' >> ~/.bashrc""",
    """echo 'eval "$(topicwire completion zsh)"' >> ~/.zshrc""",
    "topicwire completion fish > ~/.config/fish/completions/topicwire.fish",
)


@click.command(epilog=EXAMPLES)
@click.argument("shell", metavar="SHELL", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that lets SHELL complete commands and ids.

    SHELL is bash, zsh or fish. It completes commands, options, formats and the ids of topics and sources. A new shell has it.
    """
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"{shell} cannot be completed here.")
    click.echo(made(context.find_root().command, {}, "topicwire", "_TOPICWIRE_COMPLETE").source())
