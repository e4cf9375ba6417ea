"""Every command says by its own help what it does, what it takes, and what it prints."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from topicwire.cli.main import SECTIONS, topicwire


def commands(command: click.Command, context: click.Context) -> Iterator[click.Context]:
    """Yield a context for every command below a command, itself included."""
    yield context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from commands(inner, click.Context(inner, info_name=name, parent=context))


ALL = tuple(commands(topicwire, click.Context(topicwire, info_name="topicwire")))
PRINTS_NO_VALUE = {  # a document, a script, logs, or a group of commands
    *("run", "schedule", "work", "serve", "source export", "feed show", "completion", "unit"),
}
EXAMPLES = [
    line.strip()
    for each in ALL
    for line in (each.command.epilog or "").splitlines()
    if line.startswith("  ")
]


def test_the_list_of_commands_says_what_each_says_of_itself() -> None:
    """The lines stand in a table, so that help imports no command; they are the commands' own."""
    context = click.Context(topicwire)
    for section in SECTIONS.values():
        for name, place in section.items():
            command = topicwire.get_command(context, name)
            assert command is not None
            assert place.line == command.get_short_help_str(200), name


def test_every_command_and_option_has_a_help() -> None:
    """Nothing has to be guessed."""
    silent = [each.command_path for each in ALL if not each.command.help]
    silent += [
        f"{each.command_path} {option.opts[0]}"
        for each in ALL
        for option in each.command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert silent == []


def test_every_command_that_prints_a_value_prints_it_for_programs_too() -> None:
    """Where a person reads rows or what was done, a program gets JSON."""
    without = {
        each.command_path.removeprefix("topicwire ")
        for each in ALL
        if not isinstance(each.command, click.Group)
        and not any(option.name == "wants_json" for option in each.command.params)
    }
    assert without == PRINTS_NO_VALUE


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_can_be_typed(line: str) -> None:
    """The examples name commands and options that there are."""
    typed = re.search(r"topicwire [^|)]*", line.partition("     #")[0])
    assert typed is not None
    words = shlex.split(typed[0].rstrip('"'), comments=True)[1:]

    command: click.Command = topicwire
    context = click.Context(command, info_name="topicwire")
    while isinstance(command, click.Group):
        _, rest, _ = command.make_parser(context).parse_args(words)
        name, command_found, words = command.resolve_command(context, rest)
        assert command_found is not None
        command = command_found
        context = click.Context(command, info_name=name, parent=context)
    if ">" in words:
        words = words[: words.index(">")]
    _, left, _ = command.make_parser(context).parse_args(words)
    assert left == []


def test_a_slip_of_the_pen_is_answered_by_what_was_meant() -> None:
    """A command or an option that is not there names the nearest one."""
    for words, meant in (
        ("aply", "apply"),
        ("source sow", "show"),
        ("apply --dryrun", "--dry-run"),
    ):
        with pytest.raises(click.UsageError) as error:
            topicwire.main(words.split(), standalone_mode=False)
        assert f"Did you mean '{meant}'?" in error.value.format_message()
