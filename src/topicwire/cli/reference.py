"""The reference of the command line, made from the commands' own help: docs/cli.md.

`python -m topicwire.cli.reference` prints it; `make docs` writes it.
"""

from collections.abc import Iterator

import click

from topicwire.cli.main import topicwire

HEAD = """\
# The command line

Made from the commands' own help by `make docs`. Every command says the same with `--help`.

The exit code is 0 for success, 1 for failure, 2 for wrong usage, 130 when you stop it. Results go to standard output; what is wrong, questions and progress go to standard error.

* **`--json`** prints one value of the shape that the command's help names: `[{id, title}]` is a list of objects with these keys, `…` stands for further ones. Keys may be added, never
  renamed or removed within a major version. Times are in ISO 8601. What is wrong is said as text on standard error, and by the exit code.
* **`--quiet`**, before the command, leaves out what was done and how far it is: edits, `apply`, `poll`, `build`, `db` and the like say nothing when all went well. Listings, documents, findings,
  figures and the addresses of a new token are results and always said; so is what is wrong. `run`, `schedule` and `serve` log warnings and errors alone.
* **Columns** are cut to the width of a terminal; through a pipe every letter comes. Colours are shown on terminals that know them (`TERM` is not `dumb`), and nowhere where `NO_COLOR` is set.
* **Completion** of commands, options, formats and ids: `topicwire completion bash`, `zsh` or `fish` prints the script.

Settings are in the environment or a file (`--config`); `topicwire doctor` lists them all.
"""


def reference() -> str:
    """Return the reference as Markdown."""
    return "\n".join((HEAD, *_of(topicwire, click.Context(topicwire, info_name="topicwire"))))


def _of(command: click.Command, context: click.Context) -> Iterator[str]:
    """Yield the section of a command, then those of the commands in it."""
    usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
    yield f"{'#' * (2 + (context.parent is not None))} {context.command_path}\n"
    yield f"```\n{usage}\n```\n"
    yield f"{_paragraphs(command.help or '')}\n"
    yield from _options(command, context)
    if command.epilog:
        yield "```console\n" + "\n".join(_examples(command.epilog)) + "\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _of(inner, click.Context(inner, info_name=name, parent=context))


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    records = [
        record
        for option in command.get_params(context)
        if isinstance(option, click.Option)
        and "--help" not in option.opts
        and (record := option.get_help_record(context))
    ]
    if records:
        yield "| option | |\n| --- | --- |"
        for names, said in records:
            yield f"| `{_cell(names)}` | {_cell(said)} |"
        yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _examples(epilog: str) -> Iterator[str]:
    return (f"$ {line.strip()}" for line in epilog.splitlines() if line.startswith("  "))


if __name__ == "__main__":
    click.echo(reference(), nl=False)
