"""`topicwire topic test`: do the examples come out right."""

from typing import TYPE_CHECKING

import click

from topicwire.cli.door import Door, json_option, pass_door
from topicwire.cli.terminal import as_json, say

if TYPE_CHECKING:
    from topicwire.curate.evaluate import Outcome


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


def _outcome(outcome: "Outcome") -> dict[str, object]:
    return {
        "title": outcome.example.title,
        "expect": outcome.example.expect,
        "accepted": outcome.verdict.accepted,
        "score": outcome.verdict.score,
    }
