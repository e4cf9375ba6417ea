"""`topicwire topic explain`: why an entry or a text is in a topic or not."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from topicwire.cli.complete import topic_ids
from topicwire.cli.door import Door, clock, examples, json_of, pass_door
from topicwire.cli.terminal import as_json, say
from topicwire.words import counted

if TYPE_CHECKING:
    from topicwire.cli.topic.spoken import Spoken
    from topicwire.curate.explain import Explanation
    from topicwire.model.catalogue import Example, Topic
    from topicwire.model.judging import Place

_LONGEST_TITLE = 200  # characters of a first line that may be a title


@click.command(
    epilog=examples(
        "topicwire topic explain space-cooperation 25",
        "topicwire topic explain space-cooperation column.txt",
        "topicwire topic explain space-cooperation --example 1",
    )
)
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@click.argument("subject", metavar="[ENTRY|FILE|-]", required=False)
@click.option("--example", type=click.IntRange(min=1), help="An example of the topic, from 1.")
@click.option("--title", help="The title of the text in FILE; by default its first line, if apart.")
@click.option("--lang", help="The language of the text in FILE, such as en.")
@click.option("--all", "everything", is_flag=True, help="Show every clause, however many fail.")
@json_of("{accepted, score, min_score, by_words, reasons, nearest, lack, clauses, …}")
@pass_door
def explain(
    door: Door,
    name: str,
    subject: str | None,
    *,
    example: int | None,
    title: str | None,
    lang: str | None,
    everything: bool,
    wants_json: bool,
) -> None:
    """Say why a stored ENTRY is in TOPIC or not, or the text or HTML in FILE, or on standard input (-)."""
    from topicwire.cli.topic import desk
    from topicwire.cli.topic.clauses import explanation_json
    from topicwire.cli.topic.spoken import spoken_of

    if (subject is None) == (example is None):
        raise click.UsageError("Name an ENTRY, a FILE or -, or an --example of the topic.")
    reader = ""
    with door.app() as app:
        if example is not None:
            given = _example(desk.topic(app, name), example)
            explanation = desk.explain_example(app, name, given)
        elif subject is not None and subject.isdecimal():
            explanation, reader = desk.explain_entry_twice(app, name, int(subject))
        else:
            explanation = desk.explain_example(app, name, _text(subject or "", title, lang))
        said = spoken_of(app, name, subject or "")
        is_entry = subject is not None and subject.isdecimal()
        place = app.store.place_of(name, int(subject)) if subject and is_entry else None
        days = desk.forgets_after(app, name, int(subject)) if subject and is_entry else 0
    if wants_json:
        found = explanation_json(explanation) | said.json()
        page = None if place is None else place.page
        as_json(
            found
            | {
                "second_reader": reader,
                "is_placed": place is not None,
                "page": page,
                "is_forgotten": days > 0,
            }
        )
    else:
        lines = (reader, _published(place, explanation, said), _forgotten(name, days))
        told = [line for line in lines if line]
        _report(name, explanation, said, told, everything=everything)


def _forgotten(name: str, days: int) -> str:
    """Say that what was held of the entry is no longer kept; empty where it is."""
    if not days:
        return ""
    return (
        f"{name} keeps verdicts on what it refused for {counted(days, 'day')}: "
        "this one is judged as of now."
    )


def _published(place: "Place | None", explanation: "Explanation", said: "Spoken") -> str:
    """Return where the entry stands, in words; empty where it does not."""
    if place is None:
        return ""
    if place.is_behind:
        where = "It stands behind another entry of its story"
    elif place.page is None:
        where = "It will be published when the topic has judged everything anew"
    else:
        page = f"on page {place.page} of the archive" if place.page else "in the current document"
        where = f"It is {page}"
    is_held = not explanation.verdict.accepted and not said.rulings
    return (
        f"{where}, and stays although it misses by a little: it stood there."
        if is_held
        else f"{where}."
    )


def _report(
    name: str, explanation: "Explanation", said: "Spoken", told: list[str], *, everything: bool
) -> None:
    from topicwire.cli.topic.clauses import clause_lines, reasons, sentence
    from topicwire.curate.prove import scored
    from topicwire.curate.second import has_decided

    verdict = explanation.verdict
    word = "belongs" if verdict.accepted else "does not belong"
    say(f"It {word} to {name}: {scored(verdict.score, explanation.min_score)}.")
    for line in (*said.lines(clock()), *told):
        say(line)
    if explanation.nearest is not None:
        say(f"The nearest clause that fails: {explanation.nearest.text}")
        say(f"What is missing: {explanation.lack}.")
        if explanation.near is not None:
            say(f"What comes nearest: {sentence(explanation.near)}")
    elif verdict.accepted or has_decided(verdict):
        say(f"By: {reasons(verdict)}.")
    else:
        is_enough = (explanation.by_words or 0) >= explanation.min_score
        why = "it opens with something else" if is_enough else "too little of the text is about it"
        say(f"The query matches, but {why}.")
        say(f"For it: {reasons(verdict)}.")
    if explanation.by_words is not None and not has_decided(verdict):
        say(_weighed(explanation.by_words, verdict.score))
    say()
    for line, clause in clause_lines(explanation.clauses, everything=everything):
        say(line, trouble=clause is not None and clause is explanation.nearest)


def _weighed(by_words: float, score: float) -> str:
    """Say what likeness made of the score of the words."""
    if f"{by_words:.2f}" == f"{score:.2f}":
        return "So say its words; how like the topic its title and opening are changes nothing."
    return f"Its words alone say {by_words:.2f}, how like the topic it opens makes it {score:.2f}."


def _example(topic: "Topic", number: int) -> "Example":
    from topicwire.errors import NotFoundError

    if number > len(topic.examples):
        examples = counted(len(topic.examples), "example")
        raise NotFoundError(f"topics/{topic.id}.toml has {examples}; there is no {number}")
    return topic.examples[number - 1]


def _text(name: str, title: str | None, lang: str | None) -> "Example":
    """Return the title and the text of a file, or of standard input for `-`."""
    from topicwire.errors import NotFoundError
    from topicwire.ingest.clean import text
    from topicwire.model.catalogue import Example

    try:
        if name == "-":
            content = sys.stdin.buffer.read().decode("utf-8-sig")
        else:
            content = Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
        raise NotFoundError(
            f"{name} is neither an entry's number nor a readable text file: {why}; "
            "`topicwire entry list` shows the numbers"
        ) from error
    if Path(name).suffix in {".html", ".htm"}:
        return Example(expect=True, title=title or "", text=text(content), lang=lang)
    found, body = (title, content) if title is not None else _parted(content)
    return Example(expect=True, title=found, text=body, lang=lang)


def _parted(content: str) -> tuple[str, str]:
    """Return the title and the text: a short first line is a title when a blank line follows."""
    first, _, rest = content.strip().partition("\n")
    following, _, _ = rest.partition("\n")
    is_title = rest and not following.strip() and len(first) <= _LONGEST_TITLE
    return (first.strip(), rest.strip()) if is_title else ("", content)
