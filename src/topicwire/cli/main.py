"""The `topicwire` command: its nouns and verbs, and the door through which errors leave."""

import signal
import sys
from pathlib import Path

import click

from topicwire.cli.door import Door
from topicwire.cli.lazy import Lazy, Place
from topicwire.cli.terminal import complain, drop_output, is_of_output, make_printable

SECTIONS = {
    "Begin": {
        "init": Place(
            "begin.init:init", "Make a new catalogue of your own, and say what to type next."
        ),
        "completion": Place(
            "completion:completion", "Print the script that lets SHELL complete commands and ids."
        ),
        "doctor": Place(
            "status:doctor",
            "Check settings, database, catalogue and surroundings; say what mends each.",
        ),
    },
    "What you want": {
        "source": Place("source.group:source", "List, show and edit the sources."),
        "topic": Place(
            "topic.group:topic", "List, show, edit, test, explain, label and rule the topics."
        ),
        "apply": Place(
            "apply:apply",
            "Check the catalogue, its changed topics by their examples, and mirror it into the database.",
        ),
    },
    "What happens": {
        "poll": Place("poll:poll", "Poll SOURCEs, or all that are due, and judge what they bring."),
        "run": Place("daemon:run", "Do everything in one process: schedule, work and serve."),
        "schedule": Place(
            "daemon:schedule",
            "Poll the sources as they fall due and judge what they bring, until stopped.",
        ),
        "work": Place(
            "daemon:work", "Do what schedulers on a shared PostgreSQL hand out, until stopped."
        ),
        "serve": Place("daemon:serve", "Serve the topic feeds and pages over HTTP, until stopped."),
        "build": Place(
            "build:build", "Write the public site into DIR, for any host of static files."
        ),
    },
    "What there is": {
        "status": Place(
            "status:status",
            "Say in one line whether all is well, then what is not, and how the topics do.",
        ),
        "entry": Place("entry:entry", "List, show and search the stored entries."),
        "feed": Place("feed:feed", "Look at the documents that readers receive."),
    },
    "Upkeep": {
        "db": Place("db:db", "Look after the database."),
        "errand": Place("errand:errand", "Look at what workers do, and try again what failed."),
        "token": Place("token:token", "Add, list and revoke the tokens of readers' own feeds."),
        "unit": Place("unit:unit", "Print a systemd unit that runs this installation for good."),
    },
}


class Nouns(Lazy):
    """All commands."""

    sections = SECTIONS


@click.group(
    cls=Nouns, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="TOPICWIRE_CONFIG",
    help="A TOML file with settings; the environment wins over it.",
)
@click.option(
    "-q",
    "--quiet",
    is_flag=True,
    help="Say only what is asked for, and what is wrong: a change that worked says nothing.",
)
@click.version_option(package_name="topicwire", message="topicwire %(version)s")
@click.pass_context
def topicwire(context: click.Context, /, config: Path | None, **_: bool) -> None:
    """Read columns from any source and republish them as topic feeds."""
    context.obj = Door(config)  # terminal.py itself asks for --quiet


def main() -> None:
    """Run the command line; the exit code is 0 for success, 1 for failure, 2 for wrong usage."""
    from topicwire.errors import TopicwireError

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as with Ctrl-C, all is put away
    make_printable()
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
    except OSError as error:
        if not is_of_output(error):
            raise
        drop_output()
        complain(f"the output cannot be written: {error.strerror}")
        sys.exit(1)
