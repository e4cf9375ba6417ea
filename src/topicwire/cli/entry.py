"""`topicwire entry`: what has been stored."""

from itertools import islice
from typing import TYPE_CHECKING

import click

from topicwire.cli.complete import source_ids, topic_ids
from topicwire.cli.door import Door, clock, examples, json_of, pass_door
from topicwire.cli.terminal import as_json, say, table
from topicwire.cli.verbs import Verbs
from topicwire.words import ago

if TYPE_CHECKING:
    from collections.abc import Sequence

    from topicwire.model.judging import StoredEntry

ENTRIES = "[{id, source, uid, title, url, authors, published, updated, first_seen, lang, …}]"
ENTRY = "{id, source, title, url, …, text, verdicts, rulings, labels}"

limit_option = click.option(
    "--limit",
    type=click.IntRange(1, 1_000_000),
    default=20,
    show_default=True,
    help="How many at most.",
)


@click.group(cls=Verbs)
def entry() -> None:
    """List, show and search the stored entries."""


@entry.command(
    name="list", epilog=examples("topicwire entry list --topic space-cooperation --limit 5")
)
@click.option("--source", shell_complete=source_ids, help="Only entries of this source.")
@click.option("--topic", shell_complete=topic_ids, help="Only entries placed in this topic.")
@limit_option
@json_of(ENTRIES)
@pass_door
def list_(
    door: Door, *, source: str | None, topic: str | None, limit: int, wants_json: bool
) -> None:
    """List the newest entries."""
    with door.app() as app:
        if source:
            app.store.polled((source,))  # says so when there is none of that name
        if topic:
            app.store.standing(topic)
        found = app.store.entries(source=source, topic=topic, limit=limit)
    _print(found, wants_json=wants_json)


@entry.command(
    epilog=examples(
        """topicwire entry search '"seat swap" OR rendezvous'""",
        "topicwire entry search '@space AND lang:fr'",
    )
)
@click.argument("query")
@limit_option
@json_of(ENTRIES)
@pass_door
def search(door: Door, query: str, *, limit: int, wants_json: bool) -> None:
    """Find entries by QUERY, in the language of topics; newest first."""
    from topicwire.cli.topic import desk

    with door.app() as app:
        found = tuple(islice(desk.search(app, query), limit))
    _print(found, wants_json=wants_json)


@entry.command()
@click.argument("number", metavar="ENTRY", type=int)
@json_of(ENTRY)
@pass_door
def show(door: Door, number: int, *, wants_json: bool) -> None:
    """Show the stored ENTRY and what the topics, editors and readers say of it."""
    from topicwire.cli.topic.spoken import spoken

    with door.app() as app:
        stored = app.store.entry(number)
        verdicts = app.store.verdicts_of(number)
        said = spoken(app, number)
    if wants_json:
        judged = [{"topic": t, "accepted": v.accepted, "score": v.score} for t, v in verdicts]
        as_json(_row(stored) | {"text": stored.entry.text, "verdicts": judged} | said.json())
        return
    say(stored.entry.title)
    say(f"{', '.join(stored.entry.authors) or 'no author'}, {stored.source_id}, {stored.published}")
    say(stored.entry.url or "no link")
    say()
    say(stored.entry.text)
    say()
    for topic, verdict in verdicts:
        word = "belongs to" if verdict.accepted else "is not in"
        say(f"It {word} {topic} (score {verdict.score:.2f}).")
    for line in said.lines(clock()):
        say(line)


def _print(found: "Sequence[StoredEntry]", *, wants_json: bool) -> None:
    if wants_json:
        as_json([_row(each) for each in found])
        return
    if not found:
        say("No entry found.")
        return
    now = clock()
    table(
        ("entry", "published", "source", "title"),
        ((e.id, ago(e.published, now), e.source_id, e.entry.title) for e in found),
    )


def _row(stored: "StoredEntry") -> dict[str, object]:
    entry = stored.entry
    return {
        "id": stored.id,
        "source": stored.source_id,
        "uid": entry.uid,
        "title": entry.title,
        "url": entry.url,
        "authors": entry.authors,
        "published": stored.published,
        "updated": stored.updated,
        "first_seen": stored.first_seen,
        "lang": entry.lang,
        "tags": entry.tags,
        "revision": stored.revision,
    }
