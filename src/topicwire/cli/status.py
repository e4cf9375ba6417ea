"""`topicwire status` and `doctor`: what is wrong, and what to do about it."""

import click

from topicwire.cli.door import Door, clock, json_of, pass_door
from topicwire.cli.terminal import ago, as_json, say, table
from topicwire.cli.topic.second import consulted_today


@click.command()
@json_of("{sources, troubled, entries, bytes, unjudged, daemon, next_poll, topics, …}")
@pass_door
def status(door: Door, *, wants_json: bool) -> None:
    """Say in one line whether all is well, then what is not."""
    with door.app() as app:
        sources = app.store.sources()
        topics = app.store.summaries()
        unjudged = app.unjudged()
        next_due = app.store.next_due()
        counts = app.store.counts()
        leader = app.lead().holder()
        consulted = consulted_today(app)
    now = clock()
    troubled = [each for each in sources if each.state.failures]
    if wants_json:
        as_json(
            {
                "sources": len(sources),
                "troubled": [{"id": p.source.id, "error": p.state.error} for p in troubled],
                "entries": counts.entries,
                "bytes": counts.size,
                "unjudged": unjudged,
                "daemon": leader,
                "next_poll": next_due,
                "second_reader": [
                    {"topic": name, "answers": used, "budget": budget}
                    for name, used, budget in consulted
                ],
                "topics": [
                    {
                        "id": each.standing.topic.id,
                        "placements": each.total,
                        "edition": each.standing.edition,
                        "edition_time": each.standing.edition_time,
                    }
                    for each in topics
                ],
            }
        )
        return
    daemon = f"a daemon runs (process {leader})" if leader else "no daemon runs"
    head = (
        "All is well" if not troubled else f"{len(troubled)} of {len(sources)} sources in trouble"
    )
    say(
        f"{head}: {len(sources)} sources, {counts.entries} entries, {daemon}.",
        trouble=bool(troubled),
    )
    if next_due is not None:
        say(f"The next poll is due {'now' if next_due <= now else ago(next_due, now)}.")
    if unjudged:
        say(f"{unjudged} judgements are still to make; the daemon or `topicwire poll` makes them.")
    for name, used, budget in consulted:
        say(f"The second reader answered {used} of {budget} questions on {name} today.")
    for each in troubled:
        wait = ago(each.state.next_poll, now)
        say(f"{each.source.id}: {each.state.error}; next try {wait}", trouble=True)
    table(
        ("topic", "entries", "edition", "changed"),
        (
            (t.standing.topic.id, t.total, t.standing.edition, ago(t.standing.edition_time, now))
            for t in topics
        ),
    )


@click.command()
@json_of("{findings: [{ok, what, mend}], settings: [{name, value, origin, help}]}")
@pass_door
def doctor(door: Door, *, wants_json: bool) -> None:
    """Check settings, database, catalogue and surroundings; say what mends each."""
    from topicwire.cli.checks import findings, settings_table

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
        say(f"{wrong} things to mend." if wrong else "Nothing to mend.", trouble=bool(wrong))
        for each in found:
            word = "mend" if not each.ok else "may" if each.mend else "ok"
            say(f"{word:<5} {each.what}", trouble=not each.ok)
            if each.mend:
                say(f"      {each.mend}")
        say()
        table(("setting", "value", "from", "help"), settings_table(settings, door.config))
    if any(not each.ok for each in found):
        raise SystemExit(1)
