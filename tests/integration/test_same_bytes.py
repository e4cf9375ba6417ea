"""One wire, two kinds of database: whatever is published has the same bytes."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from builders import NOON
from postgres import needs_postgres
from topicwire.app import App
from topicwire.config import Settings
from topicwire.model.document import Format
from topicwire.store.transfer import transfer

pytestmark = needs_postgres

DRAWN = re.compile(rb"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


@contextmanager
def an_app(url: str, catalogue: Path) -> Iterator[App]:
    """Give an app over the samples, at noon."""
    settings = Settings(
        database_url=url, catalogue=catalogue, allow_files=True, base_url="https://wire.example"
    )
    with App.open(settings, clock=lambda: NOON) as app:
        yield app


def live(app: App) -> None:
    """Let the wire do once what it does all day."""
    app.keep_up()
    due = app.store.due(app.clock(), with_new=True)
    for polled in sorted(
        due, key=lambda each: each.source.id
    ):  # of those due at once, any is first
        with closing(app.ingest([polled])) as outcomes:
            assert [each.error for each in outcomes] == [None]
    app.settle()
    list(app.curate())


def published(app: App) -> dict[tuple[str, str], tuple[bytes, str]]:
    """Return the bytes and validators of every document."""
    found = {
        (topic_id, form.value): app.publisher.topic(topic_id, form)
        for topic_id, _ in app.store.editions()
        for form in Format
    }
    return {key: (document.body, document.etag) for key, document in found.items()}


def without_chance(found: dict[tuple[str, str], tuple[bytes, str]]) -> dict[tuple[str, str], bytes]:
    """Return the bytes without the ids that each installation draws for itself."""
    return {key: DRAWN.sub(b"", body) for key, (body, _) in found.items()}


def test_both_kinds_publish_the_same_bytes(file_url: str, server_url: str, catalogue: Path) -> None:
    """Readers see no difference."""
    with an_app(file_url, catalogue) as app:
        live(app)
        of_file = without_chance(published(app))
        entries = app.store.counts().entries
    with an_app(server_url, catalogue) as app:
        live(app)
        of_server = without_chance(published(app))

    assert entries > 20
    assert of_server == of_file


def test_a_move_changes_no_byte(file_url: str, server_url: str, catalogue: Path) -> None:
    """O51: after a move no reader has to ask for anything anew."""
    with an_app(file_url, catalogue) as app:
        live(app)
        before = published(app)
    transfer(file_url, server_url, progress=lambda _done, _total: None)

    with an_app(server_url, catalogue) as app:
        assert published(app) == before
