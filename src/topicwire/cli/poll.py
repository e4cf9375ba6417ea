"""`topicwire poll`: one turn now, with a progress bar."""

from contextlib import closing
from typing import TYPE_CHECKING

import click

from topicwire.cli.apply import keep_up
from topicwire.cli.complete import source_ids
from topicwire.cli.door import Door, examples, json_of, once, pass_door
from topicwire.cli.terminal import as_json, note, progress, say
from topicwire.cli.topic.second import consulted_today
from topicwire.errors import BusyError, TopicwireError
from topicwire.words import counted

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.model.judging import Consulted, Placed
    from topicwire.model.wire import Polled, PollOutcome


PAUSED = "it is paused, and a daemon asks no such source; see `topicwire source resume`"
POLLED = "{polls, topics, not_asked, second_reader, handed_over}"
EXAMPLES = examples(
    "topicwire poll              # all that are due",
    "topicwire poll esa nasa     # these, if they may be asked again already",
    "topicwire --quiet poll      # for cron: says only what went wrong",
)


@click.command(epilog=EXAMPLES)
@click.argument(
    "sources", nargs=-1, metavar="[SOURCE]...", callback=once, shell_complete=source_ids
)
@click.option("--force", is_flag=True, help="Fetch anew, without asking whether it changed.")
@json_of(POLLED)
@pass_door
def poll(door: Door, sources: tuple[str, ...], *, force: bool, wants_json: bool) -> None:
    """Poll SOURCEs, or all that are due, and judge what they bring."""
    if force and not sources:
        raise click.UsageError("--force needs the sources that it is meant for.")
    with door.app() as app:
        try:
            with app.lead():
                keep_up(app)
                polled, objections = _askable(app, sources, force=force)
                outcomes, placed = _turn(app, polled, force=force)
                consulted = _consult(app)
        except BusyError:
            handed_over, objections = _hand_over(app, sources, force=force)
            if wants_json:
                as_json(_told([], [], objections, [], handed_over=handed_over))
            return
    if wants_json:
        as_json(_told(outcomes, placed, objections, consulted))
    else:
        if outcomes or not objections:
            _report(outcomes, placed)
        _tell(objections)
        _tell_consulted(consulted)
    if sources and any(each.error for each in outcomes):
        raise SystemExit(1)


def _askable(
    app: "App", ids: tuple[str, ...], *, force: bool
) -> tuple[list["Polled"], dict[str, str]]:
    """Return the sources that may be asked now, and by id why others may not."""
    if not ids:
        return list(app.store.due(app.clock(), with_new=True)), {}
    named = app.store.polled(ids)
    found = {each.source.id: app.objection(each, force=force) for each in named}
    objections = {name: why for name, why in found.items() if why is not None}
    return [each for each in named if each.source.id not in objections], objections


def _tell(objections: dict[str, str]) -> None:
    for name, why in objections.items():
        note(f"{name} was not asked: {why}.")


def _turn(
    app: "App", polled: list["Polled"], *, force: bool
) -> tuple[list["PollOutcome"], list["Placed"]]:
    outcomes = []
    with (
        progress("Polling", len(polled)) as advance,
        closing(app.ingest(polled, force=force)) as arriving,
    ):
        for outcome in arriving:
            outcomes.append(outcome)
            advance(1, outcome.source_id)
    return outcomes, list(_judge(app))


def _judge(app: "App") -> list["Placed"]:
    placed = []
    while list(app.backfill()):
        pass
    for _ in app.complete():
        pass
    app.settle()
    with progress("Judging", app.unjudged()) as advance, closing(app.curate()) as arriving:
        for each in arriving:
            placed.append(each)
            advance(each.judged, each.topic_id)
    return placed


def _consult(app: "App") -> list["Consulted"]:
    """Ask the second reader, after all that needs none is done."""
    left = sum(max(0, budget - used) for _, used, budget in consulted_today(app))
    if not left:
        return list(app.consult())  # what is kept already may still decide
    consulted = []
    with progress("Asking the second reader", left) as advance:
        for each in app.consult():
            consulted.append(each)
            advance(1, each.topic_id)
    return consulted


def _tell_consulted(consulted: list["Consulted"]) -> None:
    answers = [each for each in consulted if each.answer is not None]
    if answers:
        moved = sum(each.is_moved for each in answers)
        said = f"The second reader had a say in {counted(len(answers), 'verdict')}"
        note(f"{said}; {counted(moved, 'entry')} moved.")
    for each in consulted:
        if each.error is not None:
            say(
                f"{each.topic_id}: the second reader failed: {each.error}; "
                "the verdicts stand without it",
                trouble=True,
            )


def _told(
    outcomes: list["PollOutcome"],
    placed: list["Placed"],
    objections: dict[str, str],
    consulted: list["Consulted"],
    *,
    handed_over: list[str] | None = None,
) -> dict[str, object]:
    """Return what a poll brought as JSON has it.

    `handed_over` are the sources that a running daemon was asked to poll, None where it was not.
    """
    return {
        "polls": [_poll(each) for each in outcomes],
        "topics": [_topic(p) for p in placed],
        "not_asked": objections,
        "second_reader": _second_reader(consulted),
        "handed_over": handed_over,
    }


def _second_reader(consulted: list["Consulted"]) -> dict[str, object]:
    return {
        "answers": sum(each.answer is not None for each in consulted),
        "moved": sum(each.is_moved for each in consulted),
        "error": next((each.error for each in consulted if each.error is not None), None),
    }


def _hand_over(
    app: "App", sources: tuple[str, ...], *, force: bool
) -> tuple[list[str], dict[str, str]]:
    """Let the daemon that works on this database poll the sources within its next second.

    Returns those that it will poll, and by id why others may not be asked.
    """
    if force:
        raise TopicwireError(
            "a daemon works on this database, and only one process may poll; "
            "stop the daemon to use --force, or leave --force out"
        )
    if not sources:
        note("A daemon works on this database and polls what is due; see `topicwire status`.")
        return [], {}
    polled, objections = _askable(app, sources, force=False)
    objections |= {each.source.id: PAUSED for each in polled if each.source.paused}
    names = [each.source.id for each in polled if not each.source.paused]
    app.store.ask_poll(names, now=app.clock())
    if names:
        note(f"The running daemon polls {', '.join(names)} now; see `topicwire status`.")
    _tell(objections)
    return names, objections


def _report(outcomes: list["PollOutcome"], placed: list["Placed"]) -> None:
    failed = [each for each in outcomes if each.error]
    new = sum(each.new for each in outcomes)
    revised = sum(each.revised for each in outcomes)
    answered = len(outcomes) - len(failed)
    entries = counted(new, "new entry")
    note(f"{answered} of {len(outcomes)} sources answered: {entries}, {revised} revised.")
    for topic in sorted({each.topic_id for each in placed}):
        mine = [each for each in placed if each.topic_id == topic]
        entered, left = sum(e.entered for e in mine), sum(e.left for e in mine)
        if entered or left:
            note(f"{topic}: {entered} entered, {left} left.")
    for unjudged in placed:
        if unjudged.error:
            say(f"{unjudged.topic_id}: {unjudged.error}", trouble=True)
        if unjudged.note:
            say(f"The rule decides: {unjudged.note}", trouble=True)
    for each in failed:
        say(f"{each.source_id}: {each.error}", trouble=True)


def _poll(outcome: "PollOutcome") -> dict[str, object]:
    return {
        "source": outcome.source_id,
        "health": outcome.health,
        "http_status": outcome.http_status,
        "new": outcome.new,
        "revised": outcome.revised,
        "error": outcome.error,
        "seconds": round(outcome.elapsed, 3),
    }


def _topic(placed: "Placed") -> dict[str, object]:
    return {
        "topic": placed.topic_id,
        "judged": placed.judged,
        "entered": placed.entered,
        "left": placed.left,
        "edition": placed.edition,
    }
