"""`topicwire topic test`: do the examples come out right."""

from typing import TYPE_CHECKING

import click

from topicwire.cli.complete import topic_ids
from topicwire.cli.door import Door, json_of, once, pass_door
from topicwire.cli.terminal import as_json, say

if TYPE_CHECKING:
    from topicwire.curate.prove import Proof


@click.command()
@click.argument("names", nargs=-1, metavar="[TOPIC]...", callback=once, shell_complete=topic_ids)
@json_of("[{topic, example, title, expect, accepted, score}]")
@pass_door
def test(door: Door, names: tuple[str, ...], *, wants_json: bool) -> None:
    """Judge the examples of TOPICs, or of all; exit 1 when one comes out wrong."""
    from topicwire.cli.topic import desk

    with door.app() as app:
        topics = [desk.topic(app, name) for name in names] or app.catalogue().topics
        judged = [proof for topic in topics for proof in desk.proofs(app, topic)]
    wrong = [proof for proof in judged if not proof.outcome.is_right]
    if wants_json:
        as_json([_proof(each) for each in judged])
    else:
        right = len(judged) - len(wrong)
        say(f"{right} of {len(judged)} examples {'comes' if right == 1 else 'come'} out right.")
        for each in wrong:
            say(f"{each}.", trouble=True)
        for first in wrong[:1]:
            example = f"{first.topic_id} --example {first.number}"
            say(f"`topicwire topic explain {example}` shows why.")
    if wrong:
        raise SystemExit(1)


def _proof(proof: "Proof") -> dict[str, object]:
    outcome = proof.outcome
    return {
        "topic": proof.topic_id,
        "example": proof.number,
        "title": outcome.example.title,
        "expect": outcome.example.expect,
        "accepted": outcome.verdict.accepted,
        "score": outcome.verdict.score,
    }
