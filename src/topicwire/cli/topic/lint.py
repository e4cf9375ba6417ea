"""`topicwire topic lint`: what in a topic does not do what it says, with counts over the archive."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from topicwire.cli.complete import topic_ids
from topicwire.cli.door import Door, json_of, once, pass_door
from topicwire.cli.terminal import as_json, say, watched

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.curate.concepts import Finding
    from topicwire.curate.text import Reading


@click.command()
@click.argument("names", nargs=-1, metavar="[TOPIC]...", callback=once, shell_complete=topic_ids)
@click.option(
    "--labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also count the texts of a file of labels, as `backtest` reads it.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 when there is anything to look at.")
@json_of("{texts, findings: [{kind, file, line, column, subject, says, mend, count, …}]}")
@pass_door
def lint(
    door: Door, names: tuple[str, ...], *, labels: Path | None, strict: bool, wants_json: bool
) -> None:
    """Look for what in TOPICs, or in all, matches nothing, nearly everything, or nothing more.

    Terms are counted over the stored entries; what only the form of a query tells is told anyway.
    """
    from topicwire.cli.topic import desk
    from topicwire.curate.concepts import ConceptLint
    from topicwire.curate.lint import Lint

    with door.app() as app:
        catalogue = app.catalogue()
        topics = [desk.topic(app, n) for n in names] if names else list(catalogue.topics)
        lints = [Lint(topic, catalogue.concepts) for topic in topics]
        named = (concept for each in lints for concept in each.concepts)
        lenses: list[Lint | ConceptLint] = [*lints, ConceptLint(named)]
        texts = 0
        for reading in _readings(app, labels):
            texts += 1
            for lens in lenses:
                lens.look(reading)
    found = tuple(finding for lens in lenses for finding in lens.findings())
    if wants_json:
        as_json({"texts": texts, "findings": [_finding(each) for each in found]})
    else:
        _report(len(topics), found, texts)
    if strict and found:
        raise SystemExit(1)


def _readings(app: "App", labels: Path | None) -> "Iterator[Reading]":
    from topicwire.cli.topic import desk
    from topicwire.cli.topic.labels import labelled
    from topicwire.curate.text import read, read_example

    sources = desk.sources(app)
    for stored in watched(app.store.archive(), "Counting", app.store.counts().entries):
        yield read(stored, sources.get(stored.source_id))
    for one in labelled(labels) if labels else ():
        yield read_example(one.example)


def _report(topics: int, found: "Sequence[Finding]", texts: int) -> None:
    from topicwire.curate.concepts import ENOUGH

    what = "is 1 thing" if len(found) == 1 else f"are {len(found)} things"
    where = "1 topic" if topics == 1 else f"{topics} topics"
    say(f"There {what} to look at in {where}, by {texts} texts.")
    if texts < ENOUGH:
        say(f"Terms are counted only from {ENOUGH} texts on; `topicwire poll` brings some.")
    for file, group in groupby(sorted(found, key=_file), key=_file):
        say()
        say(file[1])
        by_kind = sorted(group, key=lambda each: each.kind)
        for mend, alike in groupby(by_kind, key=lambda each: each.mend):
            for each in alike:
                place = "{}:{}  ".format(*each.place) if each.place else ""
                subject = f"{_short(each.subject)} " if each.subject else ""
                say(f"  {place}{subject}{each.says}.")
            say(f"      {mend}")


def _file(finding: "Finding") -> tuple[bool, str]:
    return (finding.file.startswith("concepts/"), finding.file)


def _short(clause: str) -> str:
    longest = 60
    return clause if len(clause) <= longest else clause[: longest - 1] + "…"


def _finding(finding: "Finding") -> dict[str, object]:
    line, column = finding.place or (None, None)
    return {
        "kind": finding.kind,
        "file": finding.file,
        "line": line,
        "column": column,
        "subject": finding.subject,
        "says": finding.says,
        "mend": finding.mend,
        "count": finding.count,
        "texts": finding.texts,
        "terms": list(finding.terms),
    }
