"""`topicwire topic train|models|promote|demote`: what a topic learns from labels."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from topicwire.cli.complete import topic_ids
from topicwire.cli.door import Door, clock, json_of, pass_door
from topicwire.cli.terminal import as_json, note, progress, say, table, watched
from topicwire.words import ago

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.curate.judge import Judge
    from topicwire.curate.train import Lesson, Lessons
    from topicwire.model.catalogue import Topic
    from topicwire.model.judging import Learned, StandingTopic

decided_json = json_of("{topic, model}; model is null where the rule decides")

MARGIN = 0.02  # of F1, by which a model must be better than the rule to be promoted unasked


@click.command()
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@click.option(
    "--labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Labelled texts beside the stored labels: one JSON object a line, as for backtest.",
)
@json_of("{topic, model, rule, learned}")
@pass_door
def train(door: Door, name: str, *, labels: Path | None, wants_json: bool) -> None:
    """Learn TOPIC from its labels; the model is heard in shadow until it is promoted."""
    from topicwire.curate.learned import digest

    _check_learner()
    with door.app() as app:
        standing = app.store.standing(name)
        judging = app.appoint_standing(standing).judge.by_rule()
        lessons = list(_lessons(app, name, judging, labels))
        learned = _trained(app, judging, lessons, standing.topic)
        number = app.store.keep_model(
            name,
            version=standing.defined,
            figures={
                "rule": asdict(learned.rule),
                "learned": asdict(learned.learned),
                "shown": [digest(each.example) for each in lessons],
            },
            weights=learned.model.as_json(),
            now=app.clock(),
        )
        (kept, *_) = app.store.models(name)
    if wants_json:
        as_json({"topic": name, "model": number} | _compared(kept.figures))
        return
    better = _gain(kept.figures)
    verdict = "better" if better >= MARGIN else "not better"
    say(
        f"Model {number} of {name} is {verdict} than the rule: F1 {better:+.3f} on labels it was not shown."
    )
    _print_figures(kept.figures)
    say(
        f"It is heard in shadow; let it decide with `topicwire topic promote {name}`."
        if better >= MARGIN
        else "It is heard in shadow. Label more: `topicwire topic suggest` says what teaches most."
    )


@click.command()
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@json_of("[{model, role, trained, version, objection, rule, learned}]")
@pass_door
def models(door: Door, name: str, *, wants_json: bool) -> None:
    """List what TOPIC has learned, and who decides."""
    from topicwire.curate.appoint import objection

    with door.app() as app:
        standing = app.store.standing(name)
        found = app.store.models(name)
        meaning = app.meaning
    roles = {standing.model: "decides", standing.shadow: "in shadow"}
    objections = {
        each.number: said
        for each in found
        if each.number in roles and (said := objection(each, standing.topic, meaning=meaning))
    }
    if wants_json:
        as_json(
            [
                {
                    "model": each.number,
                    "role": roles.get(each.number, "retired"),
                    "trained": each.trained,
                    "version": each.version,
                    "objection": objections.get(each.number),
                }
                | _compared(each.figures)
                for each in found
            ]
        )
        return
    by_rule = standing.model == 0 or standing.model in objections
    say("The rule decides." if by_rule else f"Model {standing.model} decides.")
    for said in objections.values():
        say(said, trouble=True)
    now = clock()
    table(
        ("model", "role", "trained", "labels", "F1", "rule's F1"),
        (
            (
                each.number,
                roles.get(each.number, "retired"),
                ago(each.trained, now),
                _figure(each.figures, "learned", "n"),
                f"{_figure(each.figures, 'learned', 'f1'):.3f}",
                f"{_figure(each.figures, 'rule', 'f1'):.3f}",
            )
            for each in found
        ),
    )


@click.command()
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@click.argument("number", metavar="[MODEL]", type=click.IntRange(1, 1_000_000), required=False)
@click.option(
    "--despite-figures", is_flag=True, help="Also when it is not known to be better than the rule."
)
@decided_json
@pass_door
def promote(
    door: Door, name: str, number: int | None, *, despite_figures: bool, wants_json: bool
) -> None:
    """Let MODEL, the one in shadow unless you name it, decide for TOPIC in the rule's place."""
    from topicwire.errors import ModelError

    with door.app() as app:
        standing = app.store.standing(name)
        chosen = number or standing.shadow
        if not chosen:
            raise ModelError(f"{name} has no model in shadow; `topicwire topic train {name}`")
        model = app.store.model(name, chosen)
        gain = _gain(model.figures)
        if gain < MARGIN and not despite_figures:
            raise ModelError(
                f"model {chosen} of {name} is no better than the rule: F1 {gain:+.3f}, where "
                f"{MARGIN:+.2f} is asked; label more, or say --despite-figures"
            )
        if model.version != standing.defined and not despite_figures:
            raise ModelError(
                f"{name} was changed since it learned model {chosen}, whose figures say nothing "
                f"now; `topicwire topic train {name}` again, or say --despite-figures"
            )
        wrong = _flipped(app, standing, model)
        if wrong and not despite_figures:
            raise ModelError(
                f"by model {chosen} of {name} examples come out wrong: {wrong}; "
                "label what is like them and train again, or say --despite-figures"
            )
        said = _let_decide(app, standing, chosen)
    note(said)
    if wants_json:
        as_json({"topic": name, "model": chosen})


@click.command()
@click.argument("name", metavar="TOPIC", shell_complete=topic_ids)
@decided_json
@pass_door
def demote(door: Door, name: str, *, wants_json: bool) -> None:
    """Let the rule decide for TOPIC again; what was learned is kept."""
    with door.app() as app:
        said = _let_decide(app, app.store.standing(name), 0)
    note(said)
    if wants_json:
        as_json({"topic": name, "model": None})


def _let_decide(app: "App", standing: "StandingTopic", number: int) -> str:
    """Let a model decide, 0: the rule, and return what is to be said of it.

    Where it decides already nothing changes: what is heard in shadow goes on being heard.
    """
    name, who = standing.topic.id, f"Model {number}" if number else "The rule"
    if standing.model == number:
        return f"{who} decides for {name} already."
    app.store.promote(name, number)
    return f"{who} decides for {name} from now on; its archive is judged anew at the next turn."


def _lessons(app: "App", name: str, judging: "Judge", path: Path | None) -> "Iterator[Lesson]":
    """Yield the stored labels, then those of a file, as lessons."""
    from topicwire.cli.topic import desk
    from topicwire.cli.topic.labels import labelled
    from topicwire.curate.text import read, read_example
    from topicwire.curate.train import lesson
    from topicwire.model.catalogue import Example

    known = desk.sources(app)
    stored_labels = app.store.labels(name)
    for label, stored in watched(stored_labels, "Reading", len(stored_labels)):
        if stored.retracted is None:
            example = Example(label.expect, stored.entry.title, stored.text, stored.lang)
            reading = read(stored, known.get(stored.source_id))
            yield lesson(judging, reading, example, group=f"story {stored.story or stored.id}")
    given = [each for each in labelled(path) if not each.is_borderline] if path else []
    for each in watched(given, "Reading", len(given)):
        yield lesson(judging, read_example(each.example), each.example, group=each.group)


def _check_learner() -> None:
    """Say what to install when what learns is not there.

    Raises:
        ModelError: scikit-learn is not installed.
    """
    from topicwire.errors import ModelError

    try:
        import topicwire.curate.train  # noqa: F401
    except ModuleNotFoundError as error:
        raise ModelError(
            "learning needs scikit-learn, which is not installed; "
            "`pip install 'topicwire[learn]'` brings it"
        ) from error


def _trained(app: "App", judging: "Judge", lessons: "list[Lesson]", topic: "Topic") -> "Lessons":
    from topicwire.curate.text import read_example
    from topicwire.curate.train import FOLDS, lesson, train

    embedder = app.meaning.name if app.meaning and judging.likeness else ""
    examples = [lesson(judging, read_example(each), each) for each in topic.examples]
    with progress("Learning", FOLDS + 1) as advance:
        return train(
            lessons,
            examples=examples,
            embedder=embedder,
            told=lambda done, _all: advance(1 if done else 0),
        )


def _flipped(app: "App", standing: "StandingTopic", model: "Learned") -> str:
    """Say which of a topic's own examples come out wrong by a model."""
    from topicwire.curate.appoint import Post, appoint
    from topicwire.curate.evaluate import outcomes
    from topicwire.curate.prove import named

    post = Post(standing.topic, standing.concepts, model)
    judging = appoint(post, meaning=app.meaning).judge
    judged = outcomes(judging, standing.topic.examples)
    return ", ".join(named(each.example) for each in judged if not each.is_right)


def _compared(figures: Mapping[str, object]) -> dict[str, object]:
    """Return the figures of the rule and the model, without what the model was shown."""
    return {who: figures[who] for who in ("rule", "learned")}


def _figure(figures: Mapping[str, object], who: str, what: str) -> float:
    found = figures[who]
    return found[what] if isinstance(found, Mapping) else 0.0


def _gain(figures: Mapping[str, object]) -> float:
    """Return by how much the model's F1 is above the rule's, to the last digit that is shown."""
    return round(_figure(figures, "learned", "f1") - _figure(figures, "rule", "f1"), 3)


def _print_figures(figures: Mapping[str, object]) -> None:
    names = ("precision", "recall", "f1", "average_precision")
    table(
        ("", *(each.replace("_", " ") for each in names)),
        (
            (who, *(f"{_figure(figures, who, each):.3f}" for each in names))
            for who in ("rule", "learned")
        ),
    )
