"""`topicwire topic suggest`: which entries to label next."""

import click

from topicwire.cli.complete import topic_ids
from topicwire.cli.door import Door, json_of, pass_door
from topicwire.cli.terminal import as_json, say, table

LOOKED_AT = 1_000  # entries nearest to the border among which those to label are chosen


@click.command()
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@click.option(
    "--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="How many at most."
)
@json_of("[{entry, title, source, score, shadow, worth}]")
@pass_door
def suggest(door: Door, name: str, *, limit: int, wants_json: bool) -> None:
    """List the entries whose label would teach TOPIC most."""
    from topicwire.curate.suggest import suggestions

    with door.app() as app:
        least = app.store.standing(name).topic.min_score
        unsure = app.store.unsure(name, around=least, limit=LOOKED_AT)
    found = suggestions(unsure, min_score=least, limit=limit)
    if wants_json:
        as_json(
            [
                {
                    "entry": each.stored.id,
                    "title": each.stored.entry.title,
                    "source": each.stored.source_id,
                    "score": each.verdict.score,
                    "shadow": each.verdict.shadow,
                    "worth": round(each.worth, 3),
                }
                for each in found
            ]
        )
        return
    if not found:
        say(f"Nothing to label: no entry came near {name} yet.")
        return
    say(f"Label these: `topicwire topic label {name} {found[0].stored.id} yes` (or no).")
    table(
        ("entry", "score", "source", "title"),
        (
            (
                each.stored.id,
                f"{each.verdict.score:.2f}",
                each.stored.source_id,
                each.stored.entry.title,
            )
            for each in found
        ),
    )
