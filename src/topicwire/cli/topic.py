"""`topicwire topic`: what is published, and why."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from topicwire.cli.apply import apply_now
from topicwire.cli.door import Door, clock, json_option, pass_door
from topicwire.cli.terminal import ago, as_json, say, table

if TYPE_CHECKING:
    from topicwire.curate.evaluate import Figures, Outcome


@click.group()
def topic() -> None:
    """List, show, edit, test and explain the topics."""


@topic.command(name="list")
@json_option
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
    say(f"{len(summaries)} topics.")
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


@topic.command()
@click.argument("name", metavar="TOPIC")
@json_option
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
                "concepts": [each.id for each in standing.concepts],
                "version": standing.version,
                "edition": standing.edition,
                "placements": placements,
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
    say(f"  entries    {placements}, edition {standing.edition}")
    say(f"  unjudged   {unjudged}")
    say(f"  feed       {url}/topics/{wanted.id}.atom")


@topic.command()
@click.argument("name", metavar="TOPIC")
@click.option("--title", required=True, help="The title that readers see.")
@click.option("--description", default="", help="One sentence that says what is in it.")
@click.option("--query", required=True, help="What an entry must hold; see docs/topics.md.")
@click.option("--min-score", type=click.FloatRange(0, 1), default=0.5, show_default=True)
@pass_door
def add(
    door: Door, name: str, *, title: str, description: str, query: str, min_score: float
) -> None:
    """Add TOPIC to the catalogue and apply it."""
    from topicwire.cli import desk
    from topicwire.model import Topic
    from topicwire.world.edit import add_topic

    new = Topic(
        id=name, title=title, description=description or title, query=query, min_score=min_score
    )
    with door.app() as app:
        desk.judge_of(app, new)
        path = add_topic(app.settings.catalogue, new)
        apply_now(app, f"Wrote {path}.")


@topic.command()
@click.argument("name", metavar="TOPIC")
@click.option("--title")
@click.option("--description")
@click.option("--query")
@click.option("--min-score", type=click.FloatRange(0, 1))
@click.option("--limit", type=click.IntRange(1, 1000))
@pass_door
def edit(door: Door, /, name: str, **given: object) -> None:
    """Change TOPIC in the catalogue and apply it; the whole archive is judged anew."""
    from dataclasses import replace

    from topicwire.cli import desk
    from topicwire.world.edit import edit

    changes = {key: value for key, value in given.items() if value is not None}
    if not changes:
        raise click.UsageError("Say what to change, for example --min-score 0.6.")
    with door.app() as app:
        desk.judge_of(app, replace(desk.topic(app, name), **changes))  # type: ignore[arg-type]  # click checked them
        path = edit(app.settings.catalogue, "topic", name, changes)
        apply_now(app, f"Wrote {path}.")


@topic.command()
@click.argument("name", metavar="TOPIC")
@pass_door
def remove(door: Door, name: str) -> None:
    """Take TOPIC out of the catalogue; its feed is no longer served."""
    from topicwire.world.edit import remove

    with door.app() as app:
        path = remove(app.settings.catalogue, "topic", name)
        apply_now(app, f"Removed {path}; what was placed in it is kept.")


@topic.command()
@click.argument("names", nargs=-1, metavar="[TOPIC]...")
@json_option
@pass_door
def test(door: Door, names: tuple[str, ...], *, wants_json: bool) -> None:
    """Judge the examples of TOPICs, or of all; exit 1 when one comes out wrong."""
    from topicwire.cli import desk

    with door.app() as app:
        wanted = names or tuple(each.id for each in app.catalogue().topics)
        judged = [(name, outcome) for name in wanted for outcome in desk.outcomes(app, name)]
    wrong = [(name, outcome) for name, outcome in judged if not outcome.is_right]
    if wants_json:
        as_json([{"topic": name} | _outcome(outcome) for name, outcome in judged])
    else:
        say(f"{len(judged) - len(wrong)} of {len(judged)} examples come out right.")
        for name, outcome in wrong:
            verb = (
                "should be in but is not" if outcome.example.expect else "is in but should not be"
            )
            score = f"(score {outcome.verdict.score:.2f})"
            say(f"{name}: {outcome.example.title!r} {verb} {score}", trouble=True)
    if wrong:
        raise SystemExit(1)


@topic.command()
@click.argument("name", metavar="TOPIC")
@click.argument("subject", metavar="ENTRY|FILE")
@json_option
@pass_door
def explain(door: Door, name: str, subject: str, *, wants_json: bool) -> None:
    """Say why ENTRY, or the text or HTML in FILE, is in TOPIC or not."""
    from topicwire.cli import desk
    from topicwire.cli.clauses import clause_lines, explanation_json

    with door.app() as app:
        explanation = (
            desk.explain_entry(app, name, int(subject))
            if subject.isdecimal()
            else desk.explain_text(app, name, _text_of(Path(subject)))
        )
    if wants_json:
        as_json(explanation_json(explanation))
        return
    verdict = explanation.verdict
    word = "belongs" if verdict.accepted else "does not belong"
    say(f"It {word} to {name}: score {verdict.score:.2f}, least {explanation.min_score:.2f}.")
    if explanation.nearest is not None:
        say(f"The nearest clause that fails: {explanation.nearest.text}")
    elif not verdict.accepted:
        say("The query matches, but too little of the text is about it.")
    for line, holds in clause_lines(explanation.clauses):
        say(line, trouble=not holds)


@topic.command()
@click.argument("name", metavar="TOPIC")
@click.option(
    "--labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="One JSON object a line: title, text or html, expect, and perhaps lang.",
)
@json_option
@pass_door
def backtest(door: Door, name: str, labels: Path, *, wants_json: bool) -> None:
    """Measure TOPIC, as the catalogue has it, on labelled texts."""
    from topicwire.cli import desk
    from topicwire.cli.labels import labelled

    with door.app() as app:
        figures = desk.backtest(app, name, labelled(labels))
    if wants_json:
        as_json(_figures(name, figures))
        return
    say(
        f"{name} on {figures.n} texts: precision {figures.precision:.3f}, "
        f"recall {figures.recall:.3f}, F1 {figures.f1:.3f}, "
        f"average precision {figures.average_precision:.3f}."
    )
    table(
        ("", "belongs", "does not"),
        (("accepted", figures.tp, figures.fp), ("refused", figures.fn, figures.tn)),
    )


def _text_of(path: Path) -> str:
    from topicwire.errors import NotFoundError
    from topicwire.ingest.clean import text

    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotFoundError(
            f"{path} is neither an entry's number nor a readable text file: {error}; "
            "`topicwire entry list` shows the numbers"
        ) from error
    return text(content) if path.suffix in {".html", ".htm"} else content


def _outcome(outcome: "Outcome") -> dict[str, object]:
    return {
        "title": outcome.example.title,
        "expect": outcome.example.expect,
        "accepted": outcome.verdict.accepted,
        "score": outcome.verdict.score,
    }


def _figures(name: str, figures: "Figures") -> dict[str, object]:
    return {
        "topic": name,
        "n": figures.n,
        "tp": figures.tp,
        "fp": figures.fp,
        "fn": figures.fn,
        "tn": figures.tn,
        "precision": figures.precision,
        "recall": figures.recall,
        "f1": figures.f1,
        "average_precision": figures.average_precision,
    }
