"""`topicwire topic test|explain|backtest`: is it right, and why."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from topicwire.cli.door import Door, json_option, pass_door
from topicwire.cli.terminal import as_json, say, table
from topicwire.cli.topic.second import second_reader_option

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
    from topicwire.curate.second import has_decided

    reader = ""
    with door.app() as app:
        if subject.isdecimal():
            explanation, reader = desk.explain_entry_twice(app, name, int(subject))
        else:
            explanation = desk.explain_text(app, name, _text_of(Path(subject)))
    if wants_json:
        as_json(explanation_json(explanation) | {"second_reader": reader})
        return
    verdict = explanation.verdict
    word = "belongs" if verdict.accepted else "does not belong"
    say(f"It {word} to {name}: score {verdict.score:.2f}, least {explanation.min_score:.2f}.")
    if explanation.nearest is not None:
        say(f"The nearest clause that fails: {explanation.nearest.text}")
    elif not verdict.accepted and not has_decided(verdict):
        say("The query matches, but too little of the text is about it.")
    if reader:
        say(reader)
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
@second_reader_option
@json_option
@pass_door
def backtest(door: Door, name: str, labels: Path, *, with_reader: bool, wants_json: bool) -> None:
    """Measure TOPIC, as the catalogue has it, on labelled texts."""
    from topicwire.cli.topic import desk, second
    from topicwire.cli.topic.labels import labelled
    from topicwire.curate.evaluate import figures

    with door.app() as app:
        judged = desk.judged(app, name, labelled(labels))
        again = second.read_again(app, desk.topic(app, name), judged) if with_reader else None
    if wants_json:
        found = _figures(name, figures(judged))
        if again is not None:
            found["second_reader"] = _figures(name, figures(again.outcomes)) | second.counts(again)
        as_json(found)
        return
    _say_figures(name, figures(judged))
    if again is not None:
        _say_figures(f"{name} with the second reader", figures(again.outcomes))
        for line in second.told(again):
            say(line, trouble=bool(again.failed))


def _say_figures(name: str, figures: "Figures") -> None:
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
