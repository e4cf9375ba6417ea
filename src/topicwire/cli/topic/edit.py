"""`topicwire topic list|show|add|edit|remove`: what is published."""

import click

from topicwire.cli.apply import apply_now, written_json
from topicwire.cli.complete import topic_ids
from topicwire.cli.door import Door, clock, examples, json_of, pass_door
from topicwire.cli.terminal import as_json, say, table
from topicwire.words import ago, counted


@click.command(name="list")
@json_of("[{id, title, placements, edition, edition_time, version}]")
@pass_door
def list_(door: Door, *, wants_json: bool) -> None:
    """List the topics that are published."""
    with door.app() as app:
        summaries = app.store.summaries()
    if wants_json:
        as_json(
            [
                {
                    "id": each.standing.topic.id,
                    "title": each.standing.topic.title,
                    "placements": each.total,
                    "edition": each.standing.edition,
                    "edition_time": each.standing.edition_time,
                    "version": each.standing.version,
                }
                for each in summaries
            ]
        )
        return
    now = clock()
    say(f"{counted(len(summaries), 'topic')}.")
    table(
        ("topic", "entries", "changed", "title"),
        (
            (
                each.standing.topic.id,
                each.total,
                ago(each.standing.edition_time, now),
                each.standing.topic.title,
            )
            for each in summaries
        ),
    )


@click.command()
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@json_of("{id, title, description, query, min_score, edition, placements, unjudged, …}")
@pass_door
def show(door: Door, name: str, *, wants_json: bool) -> None:
    """Say what TOPIC wants and how far it has judged."""
    with door.app() as app:
        standing = app.store.standing(name)
        placements = app.store.placements_count(name)
        unjudged = app.store.unjudged_count(standing)
        url = app.settings.public_url
    wanted = standing.topic
    if wants_json:
        as_json(
            {
                "id": wanted.id,
                "title": wanted.title,
                "description": wanted.description,
                "query": wanted.query,
                "about": wanted.about,
                "not_about": wanted.not_about,
                "min_score": wanted.min_score,
                "limit": wanted.limit,
                "show_reason": wanted.show_reason,
                "private": wanted.private,
                "formerly": wanted.formerly,
                "concepts": [each.id for each in standing.concepts],
                "version": standing.version,
                "edition": standing.edition,
                "placements": placements,
                "archive_pages": standing.pages,
                "unjudged": unjudged,
            }
        )
        return
    say(f"{wanted.title} ({wanted.id})")
    say(wanted.description)
    say()
    say(wanted.query.strip())
    say()
    say(f"  concepts   {', '.join(f'@{each.id}' for each in standing.concepts) or 'none'}")
    say(f"  min score  {wanted.min_score}")
    say(f"  entries    {placements}, edition {standing.edition}, archive pages {standing.pages}")
    say(f"  unjudged   {unjudged}")
    said = ", for those with a token: `topicwire token add`" if wanted.private else ""
    say(f"  feed       {url}/topics/{wanted.id}.atom{said}")


@click.command(
    epilog=examples(
        """topicwire topic add seat-swaps --title 'Seat swaps' --query '"seat swap" OR cosmonaut'"""
    )
)
@click.argument("name", metavar="TOPIC")
@click.option("--title", required=True, help="The title that readers see.")
@click.option("--description", default="", help="One sentence that says what is in it.")
@click.option("--query", required=True, help="What an entry must hold; see docs/topics.md.")
@click.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="The least score of an entry that belongs.",
)
@written_json
@pass_door
def add(
    door: Door,
    name: str,
    *,
    title: str,
    description: str,
    query: str,
    min_score: float,
    wants_json: bool,
) -> None:
    """Add TOPIC to the catalogue and apply it."""
    from topicwire.cli.topic import desk
    from topicwire.model.catalogue import Topic
    from topicwire.world.edit import add_topic

    new = Topic(
        id=name, title=title, description=description or title, query=query, min_score=min_score
    )
    with door.app() as app:
        desk.judge_of(app, new)
        path = add_topic(app.own_catalogue, new)
        apply_now(app, path, f"Wrote {path}.", wants_json=wants_json)


@click.command()
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@click.option("--title", help="The title that readers see.")
@click.option("--description", help="One sentence that says what is in it.")
@click.option("--query", help="What an entry must hold; see docs/topics.md.")
@click.option(
    "--min-score", type=click.FloatRange(0, 1), help="The least score of an entry that belongs."
)
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    help="Most entries in the current document; the rest is in the archive.",
)
@click.option(
    "--show-reason/--hide-reason", default=None, help="Whether each entry says why it is there."
)
@click.option(
    "--despite-examples", is_flag=True, help="Do so also when its examples come out wrong."
)
@written_json
@pass_door
def edit(
    door: Door, /, name: str, *, despite_examples: bool, wants_json: bool, **given: object
) -> None:
    """Change TOPIC in the catalogue and apply it; a new query judges the whole archive anew."""
    from dataclasses import replace

    from topicwire.cli.topic import desk
    from topicwire.world.edit import edit

    changes = {key: value for key, value in given.items() if value is not None}
    if not changes:
        raise click.UsageError("Say what to change, for example --min-score 0.6.")
    with door.app() as app:
        changed = replace(desk.topic(app, name), **changes)  # type: ignore[arg-type]  # click checked them
        desk.check(app, changed, with_examples=not despite_examples)
        path = edit(app.own_catalogue, "topic", name, changes)
        despite = [name] if despite_examples else ()
        apply_now(app, path, f"Wrote {path}.", wants_json=wants_json, despite=despite)


@click.command()
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@written_json
@pass_door
def remove(door: Door, name: str, *, wants_json: bool) -> None:
    """Take TOPIC out of the catalogue; its feed is no longer served."""
    from topicwire.world.edit import remove

    with door.app() as app:
        path = remove(app.own_catalogue, "topic", name)
        said = f"Removed {path}; what was placed in it is kept."
        apply_now(app, path, said, wants_json=wants_json)
