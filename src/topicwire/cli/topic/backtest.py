"""`topicwire topic backtest`: how good a topic is, measured on labelled texts."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from topicwire.cli.complete import topic_ids
from topicwire.cli.door import Door, examples, json_of, pass_door
from topicwire.cli.terminal import as_json, complain, say, table
from topicwire.cli.topic.second import second_reader_option
from topicwire.words import counted

if TYPE_CHECKING:
    from topicwire.curate.evaluate import Figures, Outcome
    from topicwire.curate.intervals import Intervals

MEASURES = ("precision", "recall", "f1", "average_precision")
GROUPINGS = ("lang", "source", "kind")


@click.command(
    epilog=examples(
        "topicwire topic backtest space-cooperation --labels labelled.jsonl --errors",
    )
)
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@click.option(
    "--labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="One JSON object a line: title, text or html, expect, and perhaps lang, source, kind; "
    "by default the labels that were given to stored entries.",
)
@click.option(
    "--by", multiple=True, type=click.Choice(GROUPINGS), help="Also measure group by group."
)
@click.option("--intervals", is_flag=True, help="With --json: add the 95 % intervals.")
@click.option("--errors", is_flag=True, help="List what comes out wrong, the worst first.")
@second_reader_option
@json_of("{topic, n, tp, fp, fn, tn, precision, recall, f1, average_precision, …}")
@pass_door
def backtest(
    door: Door,
    name: str,
    *,
    labels: Path | None,
    by: tuple[str, ...],
    intervals: bool,
    errors: bool,
    with_reader: bool,
    wants_json: bool,
) -> None:
    """Measure TOPIC, as the catalogue has it, on labelled texts."""
    from topicwire.cli.topic import desk, second
    from topicwire.curate.evaluate import errors as errors_of
    from topicwire.curate.evaluate import figures as figures_of
    from topicwire.curate.evaluate import groups

    with door.app() as app:
        min_score = desk.topic(app, name).min_score
        judged, borderline = (
            desk.judged_file(app, name, labels) if labels else desk.judged_labels(app, name)
        )
        told = desk.remembered(app, name, judged)
        again = second.read_again(app, desk.topic(app, name), judged) if with_reader else None
    figures = figures_of(judged)
    grouped = {grouping: groups(judged, _key(grouping)) for grouping in dict.fromkeys(by)}
    wrong = errors_of(judged, min_score) if errors else ()
    if told:
        complain(told)
    if borderline and wants_json:
        complain(f"left out as borderline: {borderline}")
    if wants_json:
        found = figures_json(name, figures)
        found |= {"intervals": _intervals(figures)} if intervals else {}
        found |= {"groups": {key: _groups(of) for key, of in grouped.items()}} if by else {}
        if again is not None:
            reread = figures_json(name, figures_of(again.outcomes)) | second.counts(again)
            found["second_reader"] = reread
        found |= {"errors": [_error(one) for one in wrong]} if errors else {}
        as_json(found)
        return
    _report(name, figures, borderline)
    if again is not None:
        say()
        _report(f"{name} with the second reader", figures_of(again.outcomes), borderline)
        for line in second.told(again):
            say(line, trouble=bool(again.failed))
    for grouping, of in grouped.items():
        say()
        _group_table(grouping, of)
    if errors:
        _error_table(wrong, figures.n)


def figures_json(name: str, figures: "Figures") -> dict[str, object]:
    """Return the figures under the names that programs rely on, and no others."""
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


def _key(grouping: str) -> Callable[["Outcome"], str]:
    return lambda one: str(getattr(one, grouping))


def _report(name: str, figures: "Figures", borderline: int) -> None:
    from topicwire.curate.intervals import intervals

    belong = figures.tp + figures.fn
    left_out = f"; left out as borderline: {borderline}" if borderline else ""
    say(
        f"{name} on {counted(figures.n, 'text')}, "
        f"of which {belong} {'belongs' if belong == 1 else 'belong'}: precision "
        f"{figures.precision:.3f}, recall {figures.recall:.3f}, F1 {figures.f1:.3f}{left_out}."
    )
    say()
    reach = intervals(figures)
    rows = [
        (
            {"f1": "F1"}.get(measure, measure.replace("_", " ")),
            f"{getattr(figures, measure):.3f}",
            _span(reach, measure),
        )
        for measure in MEASURES
    ]
    table(("measure", "value", "95 % interval"), rows)
    say()
    table(
        ("", "belongs", "does not"),
        (("accepted", figures.tp, figures.fp), ("refused", figures.fn, figures.tn)),
    )


def _span(reach: "Intervals", measure: str) -> str:
    low, high = getattr(reach, measure)
    return f"{low:.3f} to {high:.3f}"


def _group_table(grouping: str, of: dict[str, "Figures"]) -> None:
    from topicwire.curate.intervals import intervals

    rows = [
        (
            group,
            each.n,
            each.tp + each.fn,
            f"{each.precision:.2f}",
            f"{each.recall:.2f}",
            f"{each.f1:.2f}",
            _span(intervals(each), "f1"),
        )
        for group, each in of.items()
    ]
    table((grouping, "texts", "belong", "precision", "recall", "F1", "95 % interval of F1"), rows)


def _error_table(wrong: Sequence["Outcome"], n: int) -> None:
    from topicwire.curate.prove import named

    say()
    say(f"Wrong: {len(wrong)} of {n}.")
    rows = [
        (
            "missed" if one.example.expect else "let in",
            f"{one.verdict.score:.2f}",
            one.verdict.entry_id or "",
            one.source,
            named(one.example),
        )
        for one in wrong
    ]
    if rows:
        table(("", "score", "entry", "source", "text"), rows)


def _intervals(figures: "Figures") -> dict[str, object]:
    from topicwire.curate.intervals import intervals

    found = intervals(figures)
    return {measure: list(getattr(found, measure)) for measure in MEASURES}


def _groups(of: dict[str, "Figures"]) -> dict[str, object]:
    """Return the figures of each group with their intervals: a small group says little."""
    return {
        group: {
            "n": each.n,
            "positives": each.tp + each.fn,
            "precision": each.precision,
            "recall": each.recall,
            "f1": each.f1,
            "intervals": _intervals(each),
        }
        for group, each in of.items()
    }


def _error(one: "Outcome") -> dict[str, object]:
    return {
        "title": one.example.title,
        "entry": one.verdict.entry_id or None,
        "source": one.source,
        "kind": one.kind,
        "lang": one.lang,
        "expect": one.example.expect,
        "score": one.verdict.score,
    }
