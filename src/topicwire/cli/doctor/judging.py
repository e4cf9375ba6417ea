"""Whether texts are compared by meaning, and whether a second reader answers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from topicwire.cli.doctor.finding import LOOPBACK, Finding
from topicwire.cli.door import Door, clock
from topicwire.config import PREFIX, Settings
from topicwire.errors import TopicwireError

if TYPE_CHECKING:
    from topicwire.curate.consult import Reader


def meaning_found(settings: Settings) -> Iterator[Finding]:
    """Look at the model of meaning."""
    from topicwire.curate.run import meaning

    if not settings.similarity:
        yield Finding(ok=True, what="texts are judged by their words alone, as the settings say")
        return
    try:
        found = meaning()
    except TopicwireError as error:
        yield Finding(ok=False, what="texts cannot be compared by meaning", mend=str(error))
        return
    if found is None:
        mend = 'To judge by meaning too: pip install "topicwire[similarity]".'
        yield Finding(ok=True, what="texts are judged by their words alone", mend=mend)
    else:
        yield Finding(ok=True, what=f"texts are compared by meaning ({found.name})")


def second_reader(door: Door) -> Iterator[Finding]:
    """Ask the second reader one small question, where there is one or a topic wants one."""
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
    said = reader.says(second.TRIAL, now=clock())
    if said.error is not None:
        return Finding(
            ok=False,
            what=f"{name} does not answer: {said.error}",
            mend=f"Start its server, or unset {PREFIX}SECOND_READER_URL; feeds go on without it.",
        )
    if second.read(said.text)[0] is None:
        return Finding(
            ok=False,
            what=f"{name} answers, but not in the form it is asked for",
            mend="Take a model that follows instructions; such answers are not used.",
        )
    return Finding(ok=True, what=f"{name} answers")
