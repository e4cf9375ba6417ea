"""What `topicwire doctor` looks at: each check gives findings that say what mends them."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from topicwire.cli.door import Door, clock
from topicwire.config import PREFIX, Settings, origin, unknown_names
from topicwire.errors import TopicwireError

if TYPE_CHECKING:
    from topicwire.curate.consult import Reader

LITTLE_SPACE = 500_000_000  # bytes
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it works, what was seen, and what would mend or better it."""

    ok: bool
    what: str
    mend: str = ""


def findings(door: Door) -> tuple[Finding, ...]:
    """Look at everything; a check that cannot run is itself a finding."""
    settings = door.settings()
    return (
        *_settings(settings),
        *_catalogue(door),
        *_database(door),
        *_meaning(settings),
        *_second_reader(door),
        *_disk(settings),
    )


def settings_table(settings: Settings, config: Path | None) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, value, origin and help of every setting."""
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = ", ".join(value) if isinstance(value, tuple) else str(value)
        yield PREFIX + name.upper(), shown, origin(name, config), field.description or ""


def _settings(settings: Settings) -> Iterator[Finding]:
    for name in unknown_names():
        yield Finding(ok=True, what=f"{name} is no setting", mend="Unset it, or correct its name.")
    if settings.contact:
        yield Finding(ok=True, what=f"publishers can reach you at {settings.contact}")
    else:
        yield Finding(
            ok=True,
            what="publishers who see the requests cannot tell whose they are",
            mend=f"Set {PREFIX}CONTACT to a web page or e-mail address of yours.",
        )
    host = urlsplit(settings.public_url).hostname
    listens_publicly = settings.address[0] not in LOOPBACK
    if listens_publicly and not settings.base_url:
        yield Finding(
            ok=False,
            what=f"feeds name {settings.public_url} as their address",
            mend=f"Set {PREFIX}BASE_URL to the address that readers use.",
        )
    else:
        yield Finding(ok=True, what=f"feeds name {host} as their host")


def _catalogue(door: Door) -> Iterator[Finding]:
    from topicwire.curate.define import definitions
    from topicwire.world.catalogue import load

    root = door.settings().catalogue
    try:
        catalogue = load(root)
        definitions(catalogue)
    except TopicwireError as error:
        yield Finding(ok=False, what=f"the catalogue {root} is wrong", mend=str(error))
        return
    count = f"{len(catalogue.sources)} sources and {len(catalogue.topics)} topics"
    yield Finding(ok=True, what=f"the catalogue {root} holds {count}")


def _database(door: Door) -> Iterator[Finding]:
    try:
        with door.app() as app:
            plan = app.plan()
            latest = max(
                (p.state.last_poll for p in app.store.sources() if p.state.last_poll), default=None
            )
    except TopicwireError as error:
        yield Finding(ok=False, what="the database cannot be used", mend=str(error))
        return
    yield Finding(ok=True, what="the database answers and has this version's schema")
    if plan:
        yield Finding(
            ok=True,
            what=f"the catalogue differs from the database in {len(plan)} places",
            mend="Run `topicwire apply`; `topicwire apply --dry-run` shows what would change.",
        )
    if latest is not None and latest > clock() + timedelta(minutes=10):
        yield Finding(
            ok=False,
            what=f"the clock is behind the last poll, which was at {latest.isoformat()}",
            mend="Set the clock; sources are not polled until it has caught up.",
        )


def _meaning(settings: Settings) -> Iterator[Finding]:
    from topicwire.curate.run import meaning

    if not settings.similarity:
        yield Finding(ok=True, what="texts are judged by their words alone, as the settings say")
        return
    try:
        found = meaning()
    except ImportError as error:
        what = f"the model of meaning is broken: {error}"
        yield Finding(ok=False, what=what, mend="Install topicwire[similarity] again.")
        return
    if found is None:
        mend = 'To judge by meaning too: pip install "topicwire[similarity]".'
        yield Finding(ok=True, what="texts are judged by their words alone", mend=mend)
    else:
        yield Finding(ok=True, what=f"texts are compared by meaning ({found.name})")


def _second_reader(door: Door) -> Iterator[Finding]:
    settings = door.settings()
    try:
        with door.app() as app:
            wanted = [one.id for one in app.catalogue().topics if one.second_reader]
            reader = app.second_reader
    except TopicwireError:
        return  # the checks above have said it
    if reader is not None:
        yield from _key(settings)
        yield _asked(reader)
    elif wanted:
        yield Finding(
            ok=True,
            what=f"{', '.join(wanted)} may ask a second reader, and none is set",
            mend=f"Set {PREFIX}SECOND_READER_URL; docs/second-reader.md says how.",
        )


def _key(settings: Settings) -> Iterator[Finding]:
    parts = urlsplit(settings.second_reader_url)
    is_open = parts.scheme == "http" and parts.hostname not in LOOPBACK
    if is_open and settings.second_reader_key.get_secret_value():
        yield Finding(
            ok=True,
            what=f"the second reader's key goes to {parts.hostname} without encryption",
            mend=f"Write {PREFIX}SECOND_READER_URL with https://.",
        )


def _asked(reader: "Reader") -> Finding:
    """Ask the second reader one small question."""
    from topicwire.curate import second

    name = f"the second reader {reader.model}"
    said, error = reader.says(second.TRIAL)
    if error is not None:
        return Finding(
            ok=False,
            what=f"{name} does not answer: {error}",
            mend=f"Start its server, or unset {PREFIX}SECOND_READER_URL; feeds go on without it.",
        )
    if second.read(said)[0] is None:
        return Finding(
            ok=False,
            what=f"{name} answers, but not in the form it is asked for",
            mend="Take a model that follows instructions; such answers are not used.",
        )
    return Finding(ok=True, what=f"{name} answers")


def _disk(settings: Settings) -> Iterator[Finding]:
    _, _, path = settings.database_url.partition("sqlite:///")
    folder = next((p for p in Path(path or ".").resolve().parents if p.is_dir()), Path("/"))
    free = shutil.disk_usage(folder).free
    yield Finding(
        ok=free >= LITTLE_SPACE,
        what=f"{free / 1e9:.1f} GB are free in {folder}",
        mend="" if free >= LITTLE_SPACE else "Make room; a full disk stops all polling.",
    )
    yield Finding(ok=True, what=f"Python {sys.version.split()[0]}")
