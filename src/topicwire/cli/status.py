"""`topicwire status` and `doctor`: what is wrong, and what to do about it."""

from typing import TYPE_CHECKING

import click

from topicwire.cli.door import Door, json_of, pass_door
from topicwire.cli.terminal import as_json, say, table
from topicwire.cli.topic.second import consulted_today
from topicwire.words import ago, counted

if TYPE_CHECKING:
    from topicwire.model.status import Status


@click.command()
@json_of("{at, well, wrong, next_poll, unjudged, incidents, topics, sources, daemon, …}")
@pass_door
def status(door: Door, *, wants_json: bool) -> None:
    """Say in one line whether all is well, then what is not, and how the topics do."""
    from topicwire.publish.facts import facts

    with door.app() as app:
        seen = app.status()
        leader = app.leader()
        consulted = consulted_today(app)
    if wants_json:
        answers = [
            {"topic": name, "answers": used, "budget": budget} for name, used, budget in consulted
        ]
        daemon = int(leader) if leader and leader.isdecimal() else leader
        as_json(facts(seen) | {"daemon": daemon, "second_reader": answers})
        return
    _tell(seen, leader)
    for name, used, budget in consulted:
        say(f"The second reader answered {used} of {budget} questions on {name} today.")
    say()
    table(
        ("topic", "entries", "28 days", "just missed", "edition", "changed"),
        (
            (
                each.standing.topic.id,
                each.total,
                sum(each.daily),
                sum(each.misses),
                each.standing.edition,
                ago(each.standing.edition_time, seen.at),
            )
            for each in seen.topics
        ),
    )


def _tell(seen: "Status", leader: str | None) -> None:
    """Say whether all is well, how quickly it goes, and what is wrong, each with what mends it."""
    from topicwire.publish.status import condition, headline, pace

    where = "here" if seen.fleet is None else "anywhere"
    daemon = f"A daemon runs (process {leader})." if leader else f"No daemon runs {where}."
    say(f"{headline(seen)} {daemon}", trouble=bool(seen.wrong))
    say(pace(seen))
    if seen.late is not None:
        start = "topicwire run" if seen.fleet is None else "topicwire schedule`, `topicwire work"
        say(f"{seen.late} Start it: `{start}`.", trouble=True)
    for each in seen.lasting:
        say(f"{each.name or 'the network'}: {each.what}", trouble=True)
        for more in filter(None, (each.cause, each.mend)):
            say(f"    {more}")
    named = {each.name for each in seen.lasting}
    for source in seen.sources:
        polled = source.polled
        if polled.state.failures and polled.source.id not in named:
            again = ago(polled.state.next_poll, seen.at)
            say(f"{polled.source.id} {condition(source)}; next try {again}", trouble=True)


@click.command()
@json_of("{findings: [{ok, what, mend}], settings: [{name, value, origin, help}]}")
@pass_door
def doctor(door: Door, *, wants_json: bool) -> None:
    """Check settings, database, catalogue and surroundings; say what mends each."""
    from topicwire.cli.doctor.checks import findings
    from topicwire.cli.doctor.settings import settings_table

    settings = door.settings()
    found = findings(door)
    if wants_json:
        as_json(
            {
                "findings": [{"ok": f.ok, "what": f.what, "mend": f.mend} for f in found],
                "settings": [
                    {"name": name, "value": value, "origin": origin, "help": text}
                    for name, value, origin, text in settings_table(settings, door.config)
                ],
            }
        )
    else:
        wrong = sum(1 for each in found if not each.ok)
        say(
            f"{counted(wrong, 'thing')} to mend." if wrong else "Nothing to mend.",
            trouble=bool(wrong),
        )
        for each in found:
            word = "mend" if not each.ok else "may" if each.mend else "ok"
            say(f"{word:<5} {each.what}", trouble=not each.ok)
            if each.mend:
                say(f"      {each.mend}")
        say()
        table(("setting", "value", "from", "help"), settings_table(settings, door.config))
    if any(not each.ok for each in found):
        raise SystemExit(1)
