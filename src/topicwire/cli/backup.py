"""`topicwire db backup` and `db restore`."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from topicwire.cli.door import Door, clock, json_of, pass_door
from topicwire.cli.terminal import as_json, note, size_in_words, steps
from topicwire.words import counted

VERIFYING = "looking whether it is whole"


@click.command()
@click.argument("target", metavar="[FILE|FOLDER]", type=click.Path(path_type=Path), required=False)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="Keep the newest N backups in the folder; remove the older ones.",
)
@json_of("{path, size, entries, schema, removed}")
@pass_door
def backup(door: Door, target: Path | None, *, keep: int | None, wants_json: bool) -> None:
    """Copy the database, also while a daemon runs; by default into backups/ beside it.

    In a folder the copy is called by the time. Nothing that is there is written over.
    """
    from topicwire.store.backups import backup

    if keep and target is not None and not target.is_dir():
        raise click.UsageError("--keep is for a folder of backups; name one, or no FILE.")
    url = door.settings().database_url
    with steps("Backing up", last=VERIFYING) as step:
        made = backup(url, target, now=clock(), progress=step, keep=keep or 0)
    if wants_json:
        as_json(asdict(made))
        return
    size = size_in_words(made.size)
    entries = counted(made.entries, "entry")
    note(f"Made {made.path}: {size}, {entries}, schema {made.schema}; found whole.")
    for each in made.removed:
        note(f"Removed {each}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Set the database aside that is there; do not ask.")
@json_of("{path, schema, entries, aside}")
@pass_door
def restore(door: Door, file: Path, *, replace: bool, wants_json: bool) -> None:
    """Put the backup FILE in the place of the database, which is set aside and not lost.

    FILE is only read, and must be whole. An older schema is migrated. No daemon may run.
    """
    from topicwire.store.backups import restore
    from topicwire.store.dialects.named import file_named
    from topicwire.store.dialects.sqlite import lock_path
    from topicwire.world.lock import Lock

    url = door.settings().database_url
    database = file_named(url)
    database.prepare()
    path = database.path
    with Lock(lock_path(path)):
        if path.exists() and not replace:
            _ask(path, file)
        with steps("Restoring", last=VERIFYING) as step:
            done = restore(url, file, now=clock(), progress=step)
    if wants_json:
        as_json(asdict(done) | {"path": str(path)})
        return
    note(f"Restored {path} from {file}: {counted(done.entries, 'entry')}.")
    if done.aside:
        note(f"The database of before is {done.aside}; remove it when you need it no more.")
    note("Next: `topicwire apply`, so that it knows the catalogue of today; then start the daemon.")
    note("A `topicwire serve` that runs goes on with the restored database by itself.")


def _ask(path: Path, file: Path) -> None:
    """Ask whether the database may be set aside.

    Raises:
        Abort: it may not, or nobody is there to say so.
    """
    if not sys.stdin.isatty():
        raise click.UsageError(f"There is a database {path} already: --replace sets it aside.")
    click.confirm(f"Set {path} aside and put {file} in its place?", abort=True, err=True)
