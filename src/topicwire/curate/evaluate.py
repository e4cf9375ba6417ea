"""Evaluating: a topic's own examples, and its figures on labelled texts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from topicwire.curate.judge import Judge
from topicwire.curate.text import read_example
from topicwire.curate.words import language
from topicwire.model.catalogue import Example
from topicwire.model.judging import Verdict

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the judge says of an example, with what is known of it: its source, its kind."""

    example: Example
    verdict: Verdict
    source: str = ""
    kind: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the judge agrees with the editor."""
        return self.verdict.accepted == self.example.expect

    @property
    def lang(self) -> str:
        """The language of the text, empty when nobody says."""
        return language(self.example.lang)


@dataclass(frozen=True, slots=True)
class Figures:
    """How a topic does on labelled texts: counts, and measures in 0..1.

    A measure whose denominator is 0 is 0. `average_precision` is the mean, over the texts that
    belong, of the precision among all that score no less; it needs no `min_score`.
    """

    n: int
    tp: int
    fp: int
    fn: int
    tn: int
    precision: float
    recall: float
    f1: float
    average_precision: float


def outcomes(judge: Judge, examples: Iterable[Example]) -> tuple[Outcome, ...]:
    """Return what the judge says of each example, in order."""
    return tuple(Outcome(example, judge.verdict(read_example(example))) for example in examples)


def backtest(judge: Judge, labelled: Iterable[Example]) -> Figures:
    """Return how a judge does on labelled texts."""
    return figures(outcomes(judge, labelled))


def figures(judged: Sequence[Outcome]) -> Figures:
    """Return the figures of judged examples."""
    tp = sum(one.verdict.accepted and one.example.expect for one in judged)
    fp = sum(one.verdict.accepted and not one.example.expect for one in judged)
    fn = sum(not one.verdict.accepted and one.example.expect for one in judged)
    return Figures(
        n=len(judged),
        tp=tp,
        fp=fp,
        fn=fn,
        tn=len(judged) - tp - fp - fn,
        precision=_ratio(tp, tp + fp),
        recall=_ratio(tp, tp + fn),
        f1=_ratio(2 * tp, 2 * tp + fp + fn),
        average_precision=_average_precision(judged),
    )


def groups(judged: Iterable[Outcome], key: Callable[[Outcome], str]) -> dict[str, Figures]:
    """Return the figures of each group of judged texts, the largest first."""
    members: dict[str, list[Outcome]] = {}
    for one in judged:
        members.setdefault(key(one) or UNKNOWN, []).append(one)
    by_size = sorted(members.items(), key=lambda item: (-len(item[1]), item[0]))
    return {name: figures(group) for name, group in by_size}


def errors(judged: Iterable[Outcome], min_score: float) -> tuple[Outcome, ...]:
    """Return those that come out wrong, the worst first: by how far the score is off."""
    wrong = [one for one in judged if not one.is_right]
    return tuple(sorted(wrong, key=lambda one: -abs(one.verdict.score - min_score)))


def _average_precision(judged: Sequence[Outcome]) -> float:
    """Return the average precision; texts of the same score come in together."""
    ranked = sorted(judged, key=lambda one: -one.verdict.score)
    seen = right = 0
    total = 0.0
    for _, tied in groupby(ranked, key=lambda one: one.verdict.score):
        expected = [one.example.expect for one in tied]
        seen += len(expected)
        right += sum(expected)
        total += sum(expected) * right / seen
    return _ratio(total, right)


def _ratio(part: float, total: float) -> float:
    return part / total if total else 0.0
