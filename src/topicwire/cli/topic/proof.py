"""`topicwire topic test|explain|backtest`: is it right, and why."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from topicwire.cli.door import Door, clock, json_option, pass_door
from topicwire.cli.terminal import as_json, say, table

if TYPE_CHECKING:
    from topicwire.curate.evaluate import Figures, Outcome


@click.command()
@click.argument("names", nargs=-1, metavar="[TOPIC]...")
@json_option
@pass_door
def test(door: Door, names: tuple[str, ...], *, wants_json: bool) -> None:
    """Judge the examples of TOPICs, or of all; exit 1 when one comes out wrong."""
    from topicwire.cli.topic import desk

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


@click.command()
@click.argument("name", metavar="TOPIC")
@click.argument("subject", metavar="ENTRY|FILE")
@json_option
@pass_door
def explain(door: Door, name: str, subject: str, *, wants_json: bool) -> None:
    """Say why ENTRY, or the text or HTML in FILE, is in TOPIC or not."""
    from topicwire.cli.topic import desk
    from topicwire.cli.topic.clauses import clause_lines, explanation_json
    from topicwire.cli.topic.spoken import spoken_of

    with door.app() as app:
        explanation = (
            desk.explain_entry(app, name, int(subject))
            if subject.isdecimal()
            else desk.explain_text(app, name, _text_of(Path(subject)))
        )
        said = spoken_of(app, name, subject)
    if wants_json:
        as_json(explanation_json(explanation) | said.json())
        return
    verdict = explanation.verdict
    word = "belongs" if verdict.accepted else "does not belong"
    say(f"It {word} to {name}: score {verdict.score:.2f}, least {explanation.min_score:.2f}.")
    for line in said.lines(clock()):
        say(line)
    if explanation.nearest is not None:
        say(f"The nearest clause that fails: {explanation.nearest.text}")
    elif not verdict.accepted:
        say("The query matches, but too little of the text is about it.")
    for line, holds in clause_lines(explanation.clauses):
        say(line, trouble=not holds)


@click.command()
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
    from topicwire.cli.topic import desk
    from topicwire.cli.topic.labels import labelled

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
