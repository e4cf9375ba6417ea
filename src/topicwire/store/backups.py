"""Backups of the database, and putting one back."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import bindparam, select, update

from topicwire.errors import StoreError
from topicwire.model.report import Backup, Restored
from topicwire.store import copies, migrate
from topicwire.store.copies import Progress
from topicwire.store.database import Database
from topicwire.store.dialects.named import file_named
from topicwire.store.dialects.sqlite import FAILURES, Sqlite, reason_of
from topicwire.store.tables import topics
from topicwire.store.topics import soonest_after

FOLDER = "backups"  # beside the database
STAMP = "%Y%m%dT%H%M%SZ"
NAMES = "topicwire-*.sqlite"
NAMED = re.compile(r"topicwire-\d{8}T\d{6}Z\.sqlite")

_RENEW = (
    update(topics)
    .where(topics.c.id == bindparam("which"))
    .values(
        edition=bindparam("new"), edition_time=bindparam("at", type_=topics.c.edition_time.type)
    )
)
_EDITIONS = select(topics.c.id, topics.c.feed_id, topics.c.edition, topics.c.edition_time)

Edition = tuple[int, datetime]  # its number and its time


def backup(
    url: str, target: Path | None, *, now: datetime, progress: Progress, keep: int = 0
) -> Backup:
    """Copy the database at `url` while others use it, also one of an older schema.

    The target is a file that does not exist yet, or a folder, by default one beside the database,
    in which the copy is called by the time. Of those the newest `keep` stay, 0: all.

    Raises:
        StoreError: there is no database, the target is there already, or the copy is not whole.
        BusyError: another process writes the same backup.
    """
    path = file_named(url).path
    found = migrate.revision(url)
    migrate.refuse_newer(found, str(path))
    if found is None:
        raise StoreError(f"There is no database {path} to back up; see TOPICWIRE_DATABASE_URL.")
    made = _target(path, target, now=now)
    with _explained(f"The backup {made} cannot be made", made):
        made.parent.mkdir(parents=True, exist_ok=True)
        copies.remove_parts(made.parent, NAMES)
        with copies.part(made, mode=path.stat().st_mode & 0o777) as part:
            pages = copies.copy(path, part, is_live=True, progress=progress)
            waiting = partial(progress, pages, pages)
            content = copies.verified(part, called=made, waiting=waiting)
            _refuse_existing(made)
            part.replace(made)
            copies.sync(made.parent)
        removed = _outdated(made, keep=keep) if NAMED.fullmatch(made.name) else ()
        for each in removed:
            each.unlink(missing_ok=True)
    return Backup(
        path=str(made),
        size=made.stat().st_size,
        schema=content.schema,
        entries=content.entries,
        removed=tuple(map(str, removed)),
    )


def _target(path: Path, target: Path | None, *, now: datetime) -> Path:
    """Return the file that the copy goes into.

    Raises:
        StoreError: there is one already.
    """
    wanted = (target or path.parent / FOLDER).absolute()
    is_folder = target is None or wanted.is_dir()
    made = wanted / f"topicwire-{now:{STAMP}}.sqlite" if is_folder else wanted
    _refuse_existing(made)
    return made


def _refuse_existing(made: Path) -> None:
    if made.exists():
        raise StoreError(f"{made} is there already, and stays: name another file, or a folder.")


def _outdated(made: Path, *, keep: int) -> tuple[Path, ...]:
    """Return the backups beside the one that was made that are more than are to be kept."""
    others = (each for each in made.parent.iterdir() if NAMED.fullmatch(each.name))
    older = sorted((each for each in others if each != made), reverse=True)
    return tuple(older[keep - 1 :]) if keep else ()


def restore(url: str, backup: Path, *, now: datetime, progress: Progress) -> Restored:
    """Put a backup in the place of the database at `url`, migrated if it is of an older schema.

    The backup itself is only read. The database that was there goes on under a name with the
    time. Nobody may write it meanwhile: the caller holds its lock. Every topic has a new edition
    afterwards, so that no cache takes what it holds for what is there now.

    Raises:
        StoreError: the backup is missing, damaged or newer than this program; nothing is changed.
        BusyError: somebody reads or writes the database for too long.
    """
    database = file_named(url)
    path = database.path
    if not backup.is_file():
        raise StoreError(f"There is no backup {backup}: name the file of one.")
    if path.exists() and backup.samefile(path):
        raise StoreError(f"{backup} is the database itself: name the file of a backup.")
    database.prepare()
    aside = path.with_name(f"{path.name}.before-{now:{STAMP}}")
    _refuse_existing(aside)
    mode = (path if path.exists() else backup).stat().st_mode & 0o777
    with (
        _explained(f"The backup {backup} cannot be restored", path),
        copies.part(path, mode=mode) as part,
    ):
        pages = copies.copy(backup.absolute(), part, is_live=False, progress=progress)
        waiting = partial(progress, pages, pages)
        content = copies.verified(part, called=backup, waiting=waiting)
        migrate.refuse_newer(content.schema, str(backup))
        if content.schema != migrate.head():
            migrate.upgrade(Sqlite(part))
        _renew_editions(part, _editions(path), now=now)
        copies.make_single(part)
        was_there = path.exists()
        copies.put_in_place(part, path, aside=aside)
    return Restored(content.schema, content.entries, str(aside) if was_there else None)


def _editions(path: Path) -> Mapping[str, Edition]:
    """Return the editions in the database that is to be replaced, as far as it can be read.

    They are by the feed's id, which stays when a topic is renamed.
    """
    database = Database(Sqlite(path))
    try:
        with database.reading() as connection:
            found = connection.execute(_EDITIONS.order_by(topics.c.edition))
            return {row.feed_id: (row.edition, row.edition_time) for row in found}
    except StoreError:
        return {}
    finally:
        database.close()


def _renew_editions(path: Path, before: Mapping[str, Edition], *, now: datetime) -> None:
    """Give every topic an edition that none of its readers has seen, later than any that one has."""
    database = Database(Sqlite(path))
    try:
        with database.writing() as connection:
            found = connection.execute(_EDITIONS).all()
            values = []
            for row in found:
                known = before.get(row.feed_id, (0, row.edition_time))
                at = max(now, *(soonest_after(each) for each in (row.edition_time, known[1])))
                values.append({"which": row.id, "new": max(row.edition, known[0]) + 1, "at": at})
            if values:
                connection.execute(_RENEW, values)
    finally:
        database.close()


@contextmanager
def _explained(what: str, path: Path) -> Iterator[None]:
    try:
        yield
    except FAILURES as error:
        raise StoreError(f"{what}: {reason_of(error, path)}") from error
