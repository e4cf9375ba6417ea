"""`topicwire topic diff`: what a changed topic would do to the archive, before it is applied."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from topicwire.cli.complete import topic_ids
from topicwire.cli.door import Door, examples, json_of, pass_door
from topicwire.cli.terminal import as_json, say, table, watched
from topicwire.words import be, counted

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.curate.diff import Difference, Moved
    from topicwire.model.catalogue import Topic
    from topicwire.model.judging import StandingTopic


@click.command(
    epilog=examples(
        "topicwire topic diff space-cooperation             # as its file is now",
        "topicwire topic diff space-cooperation draft.toml",
    )
)
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Rows of a table."
)
@json_of("{topic, entries, entered, left, stay, …}")
@pass_door
def diff(door: Door, name: str, file: Path | None, *, limit: int, wants_json: bool) -> None:
    """Say what comes into TOPIC, and what goes out, when it is as the catalogue or FILE has it.

    What stands in the database is compared with what would be judged; nothing is written.
    """
    from topicwire.cli.topic import desk
    from topicwire.world.catalogue import topic_in

    with door.app() as app:
        wanted = replace(topic_in(file), id=name) if file else desk.topic(app, name)
        standing = next((t for t in app.store.standing_topics() if t.topic.id == name), None)
        found = _difference(app, wanted)
        unjudged = app.store.unjudged_count(standing) if standing else 0
    if wants_json:
        as_json(_json(name, found, standing, unjudged))
        return
    say(
        f"{name}: {len(found.entered)} of {found.entries} entries would come in, "
        f"{len(found.left)} would go out, {found.stay} stay."
    )
    for note in _notes(found, standing, unjudged):
        say(note)
    _table("comes in", found.entered, limit)
    _table("goes out", found.left, limit)


def _difference(app: "App", wanted: "Topic") -> "Difference":
    from topicwire.cli.topic import desk
    from topicwire.curate.diff import difference

    judging = desk.judge_of(app, wanted)
    held = app.store.held(wanted.id)
    archive = watched(app.store.archive(), "Judging", app.store.counts().entries)
    return difference(judging, archive, held, desk.sources(app))


def _notes(found: "Difference", standing: "StandingTopic | None", unjudged: int) -> tuple[str, ...]:
    """Return what has to be known to read the counts rightly."""
    notes = []
    if standing is None:
        notes.append("It does not stand in the database yet: all that belongs would come in.")
    if unjudged:
        notes.append(
            f"{counted(unjudged, 'entry')} {be(unjudged)} still to be judged by what stands: "
            "some of these changes are due without any change of the topic. "
            "`topicwire poll` judges them."
        )
    if found.ruled:
        notes.append(f"{found.ruled} more would move, but an editor has pinned or vetoed them.")
    return tuple(notes)


def _table(head: str, moved: "Sequence[Moved]", limit: int) -> None:
    if not moved:
        return
    say()
    table(
        (head, "before", "score", "published", "source", "title"),
        (
            (
                each.entry_id,
                "none" if each.before is None else f"{each.before:.2f}",
                f"{each.score:.2f}",
                each.published,
                each.source_id,
                each.title,
            )
            for each in moved[:limit]
        ),
    )
    if len(moved) > limit:
        say(f"and {len(moved) - limit} more; see them with --limit {len(moved)}")


def _json(
    name: str, found: "Difference", standing: "StandingTopic | None", unjudged: int
) -> dict[str, object]:
    return {
        "topic": name,
        "stands": standing is not None,
        "entries": found.entries,
        "stay": found.stay,
        "ruled": found.ruled,
        "unjudged": unjudged,
        "entered": [asdict(each) for each in found.entered],
        "left": [asdict(each) for each in found.left],
    }
