"""`topicwire init`: a new catalogue, from what somebody reads already."""

import shlex
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from topicwire.cli.begin import sources
from topicwire.cli.complete import starter_topics
from topicwire.cli.door import Door, clock, examples, json_of, pass_door
from topicwire.cli.terminal import as_json, is_for_programs, note, say
from topicwire.words import counted

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.config import Settings
    from topicwire.model.catalogue import Source

FIRST_TOPIC = "space-cooperation"
EXAMPLES = examples(
    "topicwire init",
    "topicwire init --from https://example.org/ --topic 'Wind power' --words 'wind farm, turbine'",
    "topicwire init ~/feeds --from subscriptions.opml --topic space-cooperation --yes",
)


@click.command(epilog=EXAMPLES)
@click.argument(
    "folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False)
)
@click.option(
    "--from",
    "places",
    multiple=True,
    metavar="WHERE",
    help="Where entries come from: the address of a page or a feed, a subscription list (OPML), "
    "`samples` (columns that come along) or `starter` (the sources that come along); repeatable.",
)
@click.option(
    "--topic",
    "title",
    shell_complete=starter_topics,
    help=f"The title of a first topic, or the id of one that comes along, such as {FIRST_TOPIC}.",
)
@click.option(
    "--words",
    help="Words and phrases of which the topic's columns hold one, with commas between; "
    "by default its title.",
)
@click.option("--yes", is_flag=True, help="Ask nothing: what is not said has its default.")
@json_of("{folder, files: [file], sources: [id], topic}")
@pass_door
def init(
    door: Door,
    folder: Path | None,
    *,
    places: tuple[str, ...],
    title: str | None,
    words: str | None,
    yes: bool,
    wants_json: bool,
) -> None:
    """Make a new catalogue of your own, and say what to type next.

    It is put into DIR, by default where it is looked for unless a setting says otherwise. What is
    not said by options is asked. Nothing is overwritten, and nothing written before you agree.
    """
    from topicwire.home import starter
    from topicwire.world import begin

    settings = door.settings()
    root = (folder or _default_folder(settings)).expanduser().absolute()
    begin.check_free(root)
    with ExitStack() as stack:
        found = _sources(cache(lambda: stack.enter_context(_trial(settings))), places, yes=yes)
    topic, files = _topic(title, words, yes=yes)
    files = begin.source_files(found, starter()) | files
    begin.check(files, starter())
    if not yes:
        _agree(root, files, topic)
    begin.begin(root, files)
    note(f"Wrote {counted(len(files), 'file')} to {root}.")
    if wants_json:
        ids = [each.id for each in found]
        as_json({"folder": str(root), "files": sorted(files), "sources": ids, "topic": topic})
    note("Type next:")
    now = door.settings()  # a catalogue of one's own is found once it is there
    for line in _next(root, now, has_samples=any(each.is_file for each in found)):
        note(f"  {line}")


def _default_folder(settings: "Settings") -> Path:
    from topicwire.home import is_ours, own_catalogue

    return own_catalogue() if is_ours(settings.catalogue) else settings.catalogue


@contextmanager
def _trial(settings: "Settings") -> "Iterator[App]":
    """Open a house over the starter catalogue with a database that goes with it."""
    from topicwire.app import App
    from topicwire.home import file_url, starter

    with TemporaryDirectory() as folder:
        url = file_url(Path(folder) / "trial.sqlite")
        trial = settings.model_copy(update={"database_url": url, "catalogue": starter()})
        with App.open(trial, clock=clock) as app:
            yield app


def _sources(house: sources.House, places: tuple[str, ...], *, yes: bool) -> "tuple[Source, ...]":
    if not places and not yes:
        return sources.merged(sources.asked(house))
    wanted = places or (sources.SAMPLES,)
    return sources.merged(
        tuple(one for where in wanted for one in sources.found(house, where, may_ask=not yes))
    )


def _topic(title: str | None, words: str | None, *, yes: bool) -> tuple[str, dict[str, str]]:
    """Return the id of the first topic and the files that it is made of."""
    from topicwire.curate.define import definitions
    from topicwire.home import starter
    from topicwire.model.catalogue import Topic
    from topicwire.world import begin
    from topicwire.world.catalogue import load

    if title is None:
        title = FIRST_TOPIC if yes else _asked("The title of a first topic", FIRST_TOPIC)
    known = {each.topic.id: each for each in definitions(load(starter()))}
    if title in known and words is None:
        return title, begin.starter_topic(starter(), known[title])
    if words is None:
        words = title if yes else _asked("Words or phrases, with commas between", title)
    query = begin.query_of(words)
    if not query:
        raise click.UsageError("Say at least one word that the topic's columns hold.")
    new = Topic(begin.id_of(title), title.strip(), f"Columns on {title.strip()}.", f"{query}\n")
    return new.id, begin.topic_file(new)


def _asked(question: str, default: str) -> str:
    return str(click.prompt(question, default=default, err=True))


def _agree(root: Path, files: dict[str, str], topic: str) -> None:
    """Show what will be written and ask whether to.

    Raises:
        click.Abort: it is not wanted.
    """
    if not is_for_programs():
        say(f"Into {root}:")
        for name in sorted(files):
            say(f"  {name}")
        say(f"The topic, topics/{topic}.toml:")
        for line in files[f"topics/{topic}.toml"].split("\n\n")[0].splitlines():
            say(f"  {line}")
    click.confirm("Write this?", default=True, abort=True, err=True)


def _next(root: Path, settings: "Settings", *, has_samples: bool) -> Iterator[str]:
    """Yield the two commands to type next, with the settings that are still to be made."""
    is_named = settings.catalogue.absolute() == root
    given = [] if is_named else [f"TOPICWIRE_CATALOGUE={shlex.quote(str(root))}"]
    given += ["TOPICWIRE_ALLOW_FILES=true"] if has_samples and not settings.allow_files else []
    for command in ("topicwire poll", "topicwire run"):
        yield " ".join((*given, command))
