"""This machine: room on its disk, what this user may read and write, and its versions."""

import os
import pwd
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from topicwire.cli.doctor.finding import Finding
from topicwire.config import Settings
from topicwire.errors import StoreError
from topicwire.store.dialects.named import named
from topicwire.world.machine import free_space

LITTLE_SPACE = 500_000_000  # bytes
# What SQLite keeps beside the database while it is in use, and our locks.
BESIDE = ("", "-wal", "-shm", ".lock", ".hosts")


def machine_found(settings: Settings) -> Iterator[Finding]:
    """Look at the disk, at the rights of this user, and at the versions below us."""
    path = _file(settings)
    for what, place in (("the database", path), ("the static site", settings.site)):
        if place is not None:
            yield _space(what, place)
    if path is not None:
        yield from _file_rights(path)
    yield from _site_rights(settings.site)
    yield Finding(ok=True, what=f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}")


def _file(settings: Settings) -> Path | None:
    """Return the file of the database, None where a server keeps it or the URL names none."""
    try:
        return named(settings.database_url).path
    except StoreError:
        return None  # the check of the database has said it


def _space(what: str, place: Path) -> Finding:
    free = free_space(place)
    return Finding(
        ok=free >= LITTLE_SPACE,
        what=f"{free / 1e9:.1f} GB are free for {what}, in {place.parent}",
        mend=""
        if free >= LITTLE_SPACE
        else "Make room: `topicwire db prune` after setting TOPICWIRE_KEEP_DAYS, or move it to a"
        " larger disk. A full disk stops all polling; nothing that is stored is lost.",
    )


def _file_rights(path: Path) -> Iterator[Finding]:
    user = _user()
    files = [each for name in BESIDE if (each := path.with_name(path.name + name)).exists()]
    closed = [each for each in files if not _may(each, os.R_OK | os.W_OK)]
    for each in closed:
        yield Finding(
            ok=False,
            what=f"{user} may not write {each}",
            mend=f"Perhaps another user ran topicwire: `sudo chown {user} {each}`.",
        )
    folder = next((each for each in path.parents if each.is_dir()), path.parent)
    if not _may(folder, os.W_OK | os.X_OK):
        mend = f"`sudo chown {user} {folder}`, for SQLite keeps its log beside the database."
        yield Finding(ok=False, what=f"{user} may not write in {folder}", mend=mend)
    elif not closed:
        yield Finding(ok=True, what=f"{user} may read and write the database in {folder}")


def _site_rights(site: Path | None) -> Iterator[Finding]:
    user = _user()
    if site is not None and site.is_dir() and not _may(site, os.W_OK | os.X_OK):
        mend = f"`sudo chown -R {user} {site}`"
        yield Finding(ok=False, what=f"{user} may not write in {site}", mend=mend)


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # as in a container whose user has no name
        return str(os.geteuid())


def _may(path: Path, rights: int) -> bool:
    """Whether the user as whom we act, not the one who started us, has the rights."""
    return os.access(path, rights, effective_ids=os.access in os.supports_effective_ids)
