"""The `topicwire` command: its nouns and verbs, and the door through which errors leave."""

import sys
from pathlib import Path

import click

from topicwire.cli import (
    apply,
    backup,
    build,
    daemon,
    db,
    entry,
    feed,
    opml,
    poll,
    source,
    status,
    token,
)
from topicwire.cli.door import Door
from topicwire.cli.terminal import complain
from topicwire.cli.topic.group import topic


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="TOPICWIRE_CONFIG",
    help="A TOML file with settings; the environment wins over it.",
)
@click.version_option(package_name="topicwire", message="topicwire %(version)s")
@click.pass_context
def topicwire(context: click.Context, config: Path | None) -> None:
    """Read columns from any source and republish them as topic feeds."""
    context.obj = Door(config)


for command in (
    daemon.run,
    daemon.schedule,
    daemon.serve,
    poll.poll,
    apply.apply,
    source.source,
    topic,
    entry.entry,
    feed.feed,
    build.build,
    token.token,
    db.db,
    status.status,
    status.doctor,
):
    topicwire.add_command(command)
for command in (backup.backup, backup.restore):
    db.db.add_command(command)
for command in (opml.import_, opml.export):
    source.source.add_command(command)


def main() -> None:
    """Run the command line; the exit code is 0 for success, 1 for failure, 2 for wrong usage."""
    from topicwire.errors import TopicwireError

    try:
        sys.exit(topicwire.main(standalone_mode=False) or 0)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        complain("stopped")
        sys.exit(130)
    except TopicwireError as error:
        complain(str(error))
        sys.exit(1)
