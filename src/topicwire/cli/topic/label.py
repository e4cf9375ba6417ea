"""`topicwire topic label|labels`: what people say of entries, to measure a topic and to learn from."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from topicwire.cli.complete import topic_ids
from topicwire.cli.door import Door, clock, examples, json_of, pass_door
from topicwire.cli.terminal import as_json, note, say, table
from topicwire.cli.topic.rulings import check_words, who_option
from topicwire.words import ago

if TYPE_CHECKING:
    from topicwire.model.judging import Label, StoredEntry

ANSWERS = {"yes": True, "no": False}


@click.command(epilog=examples("topicwire topic label space-cooperation 12 13 yes"))
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@click.argument("words", nargs=-1, required=True, metavar="ENTRY... yes|no")
@click.option("--remove", is_flag=True, help="Forget what was said of the entries.")
@who_option
@json_of("{topic, entries: [number], expect, count}")
@pass_door
def label(
    door: Door, name: str, words: tuple[str, ...], *, remove: bool, who: str, wants_json: bool
) -> None:
    """Say whether each ENTRY is on TOPIC; the last word counts.

    Labels measure the topic and teach it; they move no entry (`topic pin` and `veto` do).
    """
    if remove:
        numbers = _numbers(words)
        with door.app() as app:
            count = app.store.remove_labels(name, numbers)
        note(f"{_labels(count)} of {name} removed.")
        if wants_json:
            as_json(_given(name, numbers, expect=None, count=count))
        return
    *given, answer = words
    if answer not in ANSWERS:
        raise click.UsageError(
            f"End with yes or no, for example: topicwire topic label {name} 12 13 yes"
        )
    numbers = _numbers(given)
    check_words(who=who)
    expect = ANSWERS[answer]
    _give(door, name, numbers, expect=expect, who=who.strip())
    if wants_json:
        as_json(_given(name, numbers, expect=expect, count=len(set(numbers))))


@click.command()
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@click.option(
    "--export",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write title, text, expect and lang of each to FILE, a line each, as backtest reads them.",
    metavar="FILE.jsonl",
)
@json_of("[{entry, title, expect, who, by, made}]")
@pass_door
def labels(door: Door, name: str, *, path: Path | None, wants_json: bool) -> None:
    """List the labels of TOPIC, in the order they were given."""
    with door.app() as app:
        found = app.store.labels(name)
    if path is not None:
        _export(path, found)
    if wants_json:
        as_json([_row(*each) for each in found])
        return
    on_topic = sum(1 for each, _ in found if each.expect)
    written = "" if path is None else f" Wrote them to {path}."
    say(
        f"{_labels(len(found))} of {name}: {on_topic} on topic, {len(found) - on_topic} not.{written}"
    )
    if found and path is None:
        now = clock()
        table(
            ("entry", "on topic", "who", "by", "given", "title"),
            (
                (
                    each.entry_id,
                    "yes" if each.expect else "no",
                    each.who,
                    each.by.value,
                    ago(each.made, now),
                    stored.entry.title,
                )
                for each, stored in found
            ),
        )


def _numbers(words: Iterable[str]) -> tuple[int, ...]:
    given = tuple(words)
    wrong = [word for word in given if not word.isdecimal()]
    if wrong:
        raise click.UsageError(f"{wrong[0]!r} is no entry's number; see `topicwire entry list`.")
    if not given:
        raise click.UsageError("Name at least one entry by its number.")
    return tuple(int(word) for word in given)


def _give(door: Door, name: str, numbers: tuple[int, ...], *, expect: bool, who: str) -> None:
    from topicwire.model.judging import Label, LabelledBy

    with door.app() as app:
        made = app.clock()
        app.store.label(
            [
                Label(
                    topic_id=name,
                    entry_id=number,
                    expect=expect,
                    who=who,
                    by=LabelledBy.EDITOR,
                    made=made,
                )
                for number in dict.fromkeys(numbers)
            ]
        )
    count = len(set(numbers))
    noun = "entry is" if count == 1 else "entries are"
    note(f"{count} {noun} labelled {'on topic' if expect else 'not on topic'} in {name}.")


def _given(
    name: str, numbers: tuple[int, ...], *, expect: bool | None, count: int
) -> dict[str, object]:
    """Return what was given as JSON has it; `expect` is None where labels were removed."""
    entries = list(dict.fromkeys(numbers))
    return {"topic": name, "entries": entries, "expect": expect, "count": count}


def _labels(count: int) -> str:
    return f"{count} label{'' if count == 1 else 's'}"


def _line(found: "tuple[Label, StoredEntry]") -> str:
    """Return a label as a line of a file that `topic backtest --labels` reads."""
    given, stored = found
    values: dict[str, object] = {
        "title": stored.entry.title,
        "text": stored.text,
        "expect": given.expect,
    }
    if stored.lang:
        values["lang"] = stored.lang
    return json.dumps(values, ensure_ascii=False) + "\n"


def _export(path: Path, found: "Iterable[tuple[Label, StoredEntry]]") -> None:
    from topicwire.errors import ConfigError

    try:
        path.write_text("".join(map(_line, found)), encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}; name another file"
        ) from error


def _row(given: "Label", stored: "StoredEntry") -> dict[str, object]:
    return {
        "entry": given.entry_id,
        "title": stored.entry.title,
        "expect": given.expect,
        "who": given.who,
        "by": given.by.value,
        "made": given.made,
    }
