"""`topicwire db`: the database's schema, its backups, and what is kept in it."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from topicwire.cli.door import Door, clock, json_option, pass_door
from topicwire.cli.terminal import PATIENCE, as_json, progress, say, table

if TYPE_CHECKING:
    from topicwire.model.report import Finding, Pruned
    from topicwire.store.store import Store

VERIFYING = "looking whether it is whole"


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@pass_door
def migrate(door: Door) -> None:
    """Bring the database to the schema of this version."""
    from topicwire.store.migrate import head, migrate, revision

    url = door.settings().database_url
    before = revision(url)
    migrate(url)
    if before == head():
        say(f"The database is already at schema {head()}.")
    else:
        say(f"The database is now at schema {head()} (before: {before or 'empty'}).")


@db.command()
@click.argument("target", metavar="[FILE|FOLDER]", type=click.Path(path_type=Path), required=False)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="Keep the newest N backups in the folder; remove the older ones.",
)
@json_option
@pass_door
def backup(door: Door, target: Path | None, *, keep: int | None, wants_json: bool) -> None:
    """Copy the database, also while a daemon runs; by default into backups/ beside it.

    In a folder the copy is called by the time. Nothing that is there is written over.
    """
    from topicwire.store.backups import backup

    if keep and target is not None and not target.is_dir():
        raise click.UsageError("--keep is for a folder of backups; name one, or no FILE.")
    url = door.settings().database_url
    with _steps("Backing up", last=VERIFYING) as step:
        made = backup(url, target, now=clock(), progress=step, keep=keep or 0)
    if wants_json:
        as_json(asdict(made))
        return
    size = _size(made.size)
    say(f"Made {made.path}: {size}, {made.entries} entries, schema {made.schema}; found whole.")
    for each in made.removed:
        say(f"Removed {each}.")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Set the database aside that is there; do not ask.")
@json_option
@pass_door
def restore(door: Door, file: Path, *, replace: bool, wants_json: bool) -> None:
    """Put the backup FILE in the place of the database, which is set aside and not lost.

    FILE is only read, and must be whole. An older schema is migrated. No daemon may run.
    """
    from topicwire.store import dialect
    from topicwire.store.backups import restore
    from topicwire.world.lock import Lock

    url = door.settings().database_url
    path = dialect.database_path(url)
    dialect.prepare_folder(path)
    with Lock(dialect.lock_path(path)):
        if path.exists() and not replace:
            _ask(path, file)
        with _steps("Restoring", last=VERIFYING) as step:
            done = restore(url, file, now=clock(), progress=step)
    if wants_json:
        as_json(asdict(done) | {"path": str(path)})
        return
    say(f"Restored {path} from {file}: {done.entries} entries.")
    if done.aside:
        say(f"The database of before is {done.aside}; remove it when you need it no more.")
    say(
        "Next: `topicwire apply`, so that it knows the catalogue as it is now, and start the "
        "daemon. A `topicwire serve` that runs goes on with the restored database by itself."
    )


def _ask(path: Path, file: Path) -> None:
    """Ask whether the database may be set aside.

    Raises:
        Abort: it may not, or nobody is there to say so.
    """
    if not sys.stdin.isatty():
        raise click.UsageError(f"There is a database {path} already: --replace sets it aside.")
    click.confirm(f"Set {path} aside and put {file} in its place?", abort=True, err=True)


@db.command()
@click.option("--quick", is_flag=True, help="Do not hold the indexes against their tables.")
@json_option
@pass_door
def check(door: Door, *, quick: bool, wants_json: bool) -> None:
    """Look for what cannot be so in the database: damage, and rows that contradict each other."""
    with _store(door) as store:
        found = store.check(quick=quick)
        entries = store.counts().entries
    if wants_json:
        as_json({"ok": not found, "entries": entries, "findings": [asdict(each) for each in found]})
    elif found:
        say(f"{len(found)} things are wrong in the database.", trouble=True)
        for each in found:
            _print_finding(each)
    else:
        say(f"The database is sound: {entries} entries.")
    if found:
        raise SystemExit(1)


def _print_finding(found: "Finding") -> None:
    say(f"{found.count} {found.what} ({found.check}):", trouble=True)
    for row in found.rows:
        say(f"  {row}")
    if found.count > len(found.rows):
        say(f"  and {found.count - len(found.rows)} more")
    say(f"  {found.remedy}")


@db.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option("--vacuum", is_flag=True, help="Then make the file smaller; no daemon may run.")
@json_option
@pass_door
def prune(door: Door, *, dry_run: bool, vacuum: bool, wants_json: bool) -> None:
    """Remove what is older than keep_days says and nobody needs any more, as happens every night."""
    if dry_run and vacuum:
        raise click.UsageError("--dry-run changes nothing; leave out --vacuum.")
    keep_days = door.settings().keep_days
    with _store(door) as store, _alone(store) if vacuum else nullcontext():
        now = clock()
        wanted = store.prunable(now, keep_days=keep_days)
        total = sum(each.count for each in wanted)
        done = wanted if dry_run else _pruned(store, keep_days, total)
        if vacuum:
            store.compact()
        unread = store.unread_sources(keep_days=keep_days)
    if wants_json:
        as_json({"removed": [asdict(each) for each in done], "dry_run": dry_run, "unread": unread})
        return
    _print_pruned(done, dry_run=dry_run)
    if unread:
        say(f"{len(unread)} sources keep everything until their feeds change: {', '.join(unread)}")


def _pruned(store: "Store", keep_days: int, total: int) -> tuple["Pruned", ...]:
    """Remove it, and return what was removed of each source and topic."""
    from topicwire.model.report import Pruned

    removed: Counter[tuple[str, str]] = Counter()
    with closing(store.prune(clock(), keep_days=keep_days)) as batches, _steps("Pruning") as step:
        for each in batches:
            removed[each.kind, each.id] += each.count
            step(removed.total(), total)
    return tuple(Pruned(*key, count) for key, count in removed.items() if count)


def _print_pruned(done: Iterable["Pruned"], *, dry_run: bool) -> None:
    rows = [(each.kind, each.id, each.count) for each in done]
    entries = sum(count for kind, _, count in rows if kind == "source")
    verdicts = sum(count for kind, _, count in rows if kind == "topic")
    would = "Would remove" if dry_run else "Removed"
    if not rows:
        say("Nothing is to be removed.")
        return
    say(
        f"{would} {entries} entries of sources, {verdicts} verdicts of topics on what they refused."
    )
    table(("kind", "id", "removed"), rows)


@contextmanager
def _store(door: Door) -> Iterator["Store"]:
    """Open the database, which is not made where there is none."""
    from topicwire.store.store import Store

    with closing(Store.open(door.settings().database_url)) as store:
        yield store


def _alone(store: "Store") -> ExitStack:
    """Return a context in which no daemon works on the database."""
    from topicwire.world.lock import Lock

    held = ExitStack()
    held.enter_context(Lock(store.lock_path))
    return held


@contextmanager
def _steps(title: str, *, last: str = "") -> Iterator[Callable[[int, int], None]]:
    """Give what is told how far the work is, of how much; shown once that has taken a second."""
    began = time.monotonic()
    with ExitStack() as shown:
        advance: Callable[..., None] | None = None
        seen = 0

        def step(done: int, total: int) -> None:
            nonlocal advance, seen
            if advance is None and time.monotonic() - began >= PATIENCE:
                advance = shown.enter_context(progress(title, total))
            if advance is not None:
                advance(done - seen, now="" if done < total else last)
                seen = done

        yield step


def _size(count: int) -> str:
    """Say a number of bytes as people do."""
    size = float(count)
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:  # noqa: PLR2004 (the step between units)
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
