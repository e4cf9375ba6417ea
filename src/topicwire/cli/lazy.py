"""A group whose commands are imported when they are wanted, so that its help is there at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

import click


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command is, as `module:name` below this package, and what it does in one line."""

    where: str
    line: str


class Lazy(click.Group):
    """A group of commands that are listed by section, none of which is imported for that."""

    sections: Mapping[str, Mapping[str, Place]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (the library's signature)
        """Return the names, in the order of the sections."""
        return [name for section in self.sections.values() for name in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return a command, None when there is none of that name."""
        place = next((s[cmd_name] for s in self.sections.values() if cmd_name in s), None)
        if place is None:
            return None
        module, _, name = place.where.partition(":")
        command = getattr(import_module(f"topicwire.cli.{module}"), name)
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant; click would offer none of those not yet imported.

        Raises:
            click.NoSuchCommand: there is none of that name; it offers the nearest ones.
        """
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            names = self.list_commands(ctx)
            raise click.NoSuchCommand(error.command_name, None, names, ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections with a line for each command."""
        widest = max(map(len, self.list_commands(ctx)))
        for title, section in self.sections.items():
            with formatter.section(title):
                rows = [(name.ljust(widest), place.line) for name, place in section.items()]
                formatter.write_dl(rows)
