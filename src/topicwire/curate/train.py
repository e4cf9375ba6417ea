"""Training: a model from labelled entries, and how it does on those that it was not shown."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from topicwire.curate.evaluate import Figures, Outcome, figures
from topicwire.curate.judge import Judge
from topicwire.curate.learned import ACCEPTS, Evidence, Model, digest, log_odds, squashed
from topicwire.curate.text import Reading
from topicwire.errors import ModelError
from topicwire.model.catalogue import Example
from topicwire.model.judging import Verdict
from topicwire.words import counted

LEAST = 8  # stories labelled either way without which nothing is learned
FOLDS = 10
STRENGTH = 10.0  # how much the labels weigh against small weights (C of the logistic regression)
KEPT = 6_000  # traits that are kept, those of the greatest weight
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Lesson:
    """One labelled entry: what a model is given of it, and what the rule says of it.

    Entries of the same `group` tell the same story, and are never learned from to judge one another.
    What is not `is_heard` has nothing that the query asks for: no judge ever lets it in.
    """

    evidence: Evidence
    example: Example
    rule: Verdict
    group: str
    is_heard: bool = True


@dataclass(frozen=True, slots=True)
class Lessons:
    """A model, with how it and the rule do on the labels: each was judged by what others taught."""

    model: Model
    learned: Figures
    rule: Figures


def lesson(judge: Judge, reading: Reading, example: Example, *, group: str = "") -> Lesson:
    """Return a labelled text as a lesson; without a `group` it is alone in its own."""
    return Lesson(
        evidence=judge.evidence(reading),
        example=example,
        rule=judge.by_rule().verdict(reading),
        group=group or digest(example),
        is_heard=judge.hears(reading),
    )


def train(
    lessons: Sequence[Lesson],
    *,
    examples: Sequence[Lesson] = (),
    embedder: str,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Lessons:
    """Learn from the lessons; `told` hears how many of the fits are done.

    The figures are of `FOLDS` fits, each judging the tenth of the labels that it was not shown.
    The topic's own `examples` are always shown, and never judged.

    Raises:
        ModelError: there are too few labels of either kind, or they have nothing in common.
    """
    _check(lessons)
    course = _course((*lessons, *examples))
    given = range(len(lessons), len(lessons) + len(examples))
    decisions: dict[int, float] = {}
    for number, fold in enumerate(_folds(lessons)):
        told(number, FOLDS + 1)
        shown = [place for place in range(len(lessons)) if place not in fold]
        fitted = _fit(course, (*shown, *given), embedder)
        decisions |= {place: fitted.decision(lessons[place].evidence) for place in fold}
    told(FOLDS, FOLDS + 1)
    decided = [decisions[place] for place in range(len(lessons))]
    slope, shift = _calibration(decided, lessons)
    whole = _fit(course, range(len(lessons) + len(examples)), embedder)
    model = replace(whole, slope=slope, shift=shift)
    judged = tuple(
        Outcome(
            each.example, _verdict(squashed(slope * decision + shift) if each.is_heard else 0.0)
        )
        for each, decision in zip(lessons, decided, strict=True)
    )
    ruled = tuple(Outcome(each.example, each.rule) for each in lessons)
    return Lessons(model=model, learned=figures(judged), rule=figures(ruled))


def _check(lessons: Sequence[Lesson]) -> None:
    yes = {each.group for each in lessons if each.example.expect}
    no = {each.group for each in lessons if not each.example.expect}
    if min(len(yes), len(no)) < LEAST:  # fewer, and a tenth might have all of a kind
        raise ModelError(
            f"there are labels of {counted(len(yes), 'story')} that say yes and of {len(no)} that say no; "
            f"label at least {LEAST} of each with `topicwire topic label`, "
            "or give a file of labels with --labels"
        )


def _folds(lessons: Sequence[Lesson]) -> Iterator[frozenset[int]]:
    """Yield the places of each tenth: both kinds spread evenly, groups kept together, no chance."""
    groups: dict[str, list[int]] = {}
    for place, each in enumerate(lessons):
        groups.setdefault(each.group, []).append(place)
    ordered = sorted(
        groups.values(),
        key=lambda places: (
            not any(lessons[place].example.expect for place in places),
            sha256(lessons[places[0]].group.encode("utf-8", "backslashreplace")).hexdigest(),
        ),
    )
    for fold in range(FOLDS):
        yield frozenset(place for places in ordered[fold::FOLDS] for place in places)


@dataclass(frozen=True, slots=True)
class _Course:
    """The lessons as a table, a row each, with the names of its columns."""

    table: Any  # a sparse matrix of scipy's
    names: tuple[str, ...]
    expected: tuple[bool, ...]
    numbers: int  # how many of them are given beside the traits,
    meaning: int  # and how many components of vectors


def _course(lessons: Sequence[Lesson]) -> _Course:
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform(dict(_row(each.evidence)) for each in lessons)
    return _Course(
        table=table,
        names=tuple(vectorizer.feature_names_),
        expected=tuple(each.example.expect for each in lessons),
        numbers=len(lessons[0].evidence.numbers),
        meaning=max(len(each.evidence.meaning()) for each in lessons),
    )


def _fit(course: _Course, shown: Sequence[int], embedder: str) -> Model:
    """Return the model of the lessons at these places, not calibrated yet."""
    # Both kinds weigh the same however many there are of each; the calibration sets that right.
    regression = LogisticRegression(
        C=STRENGTH,
        class_weight="balanced",
        solver="liblinear",
        dual=True,
        max_iter=5_000,
        random_state=0,
    )
    table = course.table[list(shown)]
    table.indices = table.indices.astype("i4")  # liblinear takes no others
    table.indptr = table.indptr.astype("i4")
    regression.fit(table, [course.expected[place] for place in shown])
    weights = dict(zip(course.names, regression.coef_[0].tolist(), strict=True))
    return _model(weights, float(regression.intercept_[0]), course, embedder)


def _row(evidence: Evidence) -> Iterator[tuple[str, float]]:
    yield from evidence.traits.items()
    yield from ((f"#{number}", value) for number, value in enumerate(evidence.scaled()))
    yield from ((f"~{number}", value) for number, value in enumerate(evidence.meaning()))


def _model(weights: Mapping[str, float], bias: float, course: _Course, embedder: str) -> Model:
    traits = {name: each for name, each in weights.items() if name[0] not in "#~"}
    kept = sorted(traits, key=lambda name: (-abs(traits[name]), name))[:KEPT]
    return Model(
        traits={name: round(traits[name], DIGITS) for name in sorted(kept)},
        numbers=tuple(round(weights[f"#{n}"], DIGITS) for n in range(course.numbers)),
        meaning=tuple(round(weights[f"~{n}"], DIGITS) for n in range(course.meaning)),
        bias=round(bias, DIGITS),
        slope=1.0,
        shift=0.0,
        embedder=embedder if course.meaning else "",
    )


def _calibration(decisions: Sequence[float], lessons: Sequence[Lesson]) -> tuple[float, float]:
    """Return the line that makes probabilities of decisions, moved so that 0.5 accepts best.

    Best is where F1 would be greatest if the probabilities were true (not where it happened to
    be on these labels, which a single one of them could move).
    """
    expected = [each.example.expect for each in lessons]
    fitted = LogisticRegression(C=1.0).fit([[each] for each in decisions], expected)
    slope, shift = float(fitted.coef_[0][0]), float(fitted.intercept_[0])
    if slope <= 0:  # what was learned from some of the labels is wrong of the others
        raise ModelError(
            "these labels teach nothing: what most of them say does not hold for the rest; "
            "look at them with `topicwire topic labels`, and label more"
        )
    chances = sorted((squashed(slope * each + shift) for each in decisions), reverse=True)
    return round(slope, DIGITS), round(shift - log_odds(_best_chance(chances)), DIGITS)


def _best_chance(chances: Sequence[float]) -> float:
    """Return the chance from which on accepting gives the greatest expected F1."""
    belong = sum(chances)
    best, at, right = 0.0, 0.5, 0.0
    for count, chance in enumerate(chances, 1):
        right += chance
        value = 2 * right / (count + belong)
        if value > best:
            best, at = value, chance
    return at


def _verdict(score: float) -> Verdict:
    return Verdict(0, 0, accepted=score >= ACCEPTS, score=round(score, 6))
