"""`topicwire db`: the database's schema, its backups, and what is kept in it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from topicwire.cli.backup import backup, restore
from topicwire.cli.door import Door, clock, json_of, pass_door
from topicwire.cli.terminal import as_json, note, say, size_in_words, steps, table
from topicwire.cli.verbs import Verbs
from topicwire.words import be, counted

if TYPE_CHECKING:
    from topicwire.model.report import Finding, Pruned
    from topicwire.store.store import Store


@click.group(cls=Verbs)
def db() -> None:
    """Look after the database."""


@db.command()
@click.option(
    "--from", "origin", metavar="URL", help="Then copy everything of that database into it."
)
@json_of("{schema, before, copied}")
@pass_door
def migrate(door: Door, *, origin: str | None, wants_json: bool) -> None:
    """Bring the database to the schema of this version.

    With --from, as in `--from sqlite:///db/topicwire.sqlite`, an empty database takes over all
    that another holds. Each row is compared afterwards; the other database is only read. No
    daemon and no worker may run, unless nothing is to be done.
    """
    from topicwire.cli.alone import alone
    from topicwire.store.migrate import head, known, migrate, revision

    url = door.settings().database_url
    if origin is not None:
        from topicwire.store.transfer import check_origin

        check_origin(origin)
    before = revision(url)
    is_older = before in known()[:-1]
    with alone(url) if is_older else nullcontext():
        migrate(url)
        if door.settings().is_shared:
            from topicwire.world.engine.schema import prepare

            prepare(url)
    copied = {} if origin is None else _copied(origin, url)
    if wants_json:
        as_json({"schema": head(), "before": before, "copied": copied})
        return
    if origin is not None:
        tables = sum(1 for count in copied.values() if count)
        rows = counted(sum(copied.values()), "row")
        note(f"Copied {rows} of {counted(tables, 'table')}, and found each the same.")
        note("Next: start the daemon with this database, and keep the other until all is well.")
    elif before == head():
        note(f"The database is already at schema {head()}.")
    else:
        note(f"The database is now at schema {head()} (before: {before or 'empty'}).")


def _copied(origin: str, url: str) -> "Mapping[str, int]":
    """Copy everything of the database at `origin`; nobody may work on either meanwhile."""
    from topicwire.cli.alone import alone
    from topicwire.store.dialects.named import named
    from topicwire.store.transfer import transfer

    with ExitStack() as held:
        for each in {named(each).shown: each for each in (origin, url)}.values():
            held.enter_context(alone(each))
        with steps("Copying") as step:
            return transfer(origin, url, progress=step)


@db.command()
@click.option("--quick", is_flag=True, help="Do not hold the indexes against their tables.")
@json_of("{ok, entries, findings: [{check, what, count, rows, remedy}]}")
@pass_door
def check(door: Door, *, quick: bool, wants_json: bool) -> None:
    """Look for what cannot be so in the database: damage, and rows that contradict each other."""
    with _store(door) as store:
        found = store.check(quick=quick)
        entries = store.counts().entries
    if wants_json:
        as_json({"ok": not found, "entries": entries, "findings": [asdict(each) for each in found]})
    elif found:
        say(f"{counted(len(found), 'thing')} {be(len(found))} wrong in the database.", trouble=True)
        for each in found:
            _print_finding(each)
    else:
        say(f"The database is sound: {counted(entries, 'entry')}.")
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
@click.option(
    "--vacuum", is_flag=True, help="Then make it smaller; no daemon and no worker may run."
)
@json_of("{removed: [{kind, id, count}], dry_run, unread, size}")
@pass_door
def prune(door: Door, *, dry_run: bool, vacuum: bool, wants_json: bool) -> None:
    """Remove what is older than keep_days says and nobody needs any more, as happens every night."""
    if dry_run and vacuum:
        raise click.UsageError("--dry-run changes nothing; leave out --vacuum.")
    from topicwire.cli.alone import alone

    keep_days, url = door.settings().keep_days, door.settings().database_url
    with _store(door) as store, alone(url) if vacuum else nullcontext():
        now = clock()
        wanted = store.prunable(now, keep_days=keep_days)
        total = sum(each.count for each in wanted)
        done = wanted if dry_run else _pruned(store, keep_days, total)
        before = store.counts().size
        if vacuum:
            store.compact()
        after = store.counts().size
        unread = store.unread_sources(keep_days=keep_days)
    if wants_json:
        as_json(
            {
                "removed": [asdict(each) for each in done],
                "dry_run": dry_run,
                "unread": unread,
                "size": after,
            }
        )
        return
    _print_pruned(done, dry_run=dry_run)
    if not done and not keep_days:
        note("Everything is kept for ever unless keep_days says otherwise.")
    if vacuum:
        say(f"The database takes {size_in_words(after)} (before: {size_in_words(before)}).")
    if unread:
        sources = "1 source keeps" if len(unread) == 1 else f"{len(unread)} sources keep"
        say(f"{sources} everything until the feed changes: {', '.join(unread)}")


def _pruned(store: "Store", keep_days: int, total: int) -> tuple["Pruned", ...]:
    """Remove it, and return what was removed of each source and topic."""
    from topicwire.model.report import Pruned

    removed: Counter[tuple[str, str]] = Counter()
    with closing(store.prune(clock(), keep_days=keep_days)) as batches, steps("Pruning") as step:
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
        f"{would} {counted(entries, 'entry')} of sources, "
        f"{counted(verdicts, 'verdict')} of topics on what they refused."
    )
    table(("kind", "id", "removed"), rows)


@contextmanager
def _store(door: Door) -> Iterator["Store"]:
    """Open the database, which is not made where there is none."""
    from topicwire.store.store import Store

    with closing(Store.open(door.settings().database_url)) as store:
        yield store


for command in (backup, restore):
    db.add_command(command)
