"""A group of commands that its help lists as they were given, each with its whole first sentence."""

import click

LONGEST = 200  # characters of a sentence


class Verbs(click.Group):
    """The verbs of a noun."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (the library's signature)
        """Return the names, in the order in which they were given."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write a line for each command."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, each.get_short_help_str(LONGEST)) for name, each in self.commands.items()]
            )
