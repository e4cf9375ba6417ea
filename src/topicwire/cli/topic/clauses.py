"""An explanation as lines for people and as JSON for programs."""

from collections.abc import Iterator

import click

from topicwire.cli.terminal import is_plain
from topicwire.curate.explain import Clause, Explanation
from topicwire.curate.place import Place
from topicwire.model.judging import Verdict

DEEPEST = 6  # levels of the tree that are shown to people
LONGEST = 90  # characters of a clause in one line
BEFORE, AFTER = 40, 80  # characters of a sentence that are shown around a match
MANY = 3  # parts of an OR that are shown although they do not hold, when none does


def clause_lines(
    clause: Clause, depth: int = 0, *, everything: bool = False
) -> Iterator[tuple[str, Clause | None]]:
    """Yield the tree line by line, each with the clause that it is about, if it is about one.

    Branches of an OR that do not hold are counted in one line, unless `everything` is asked for.
    """
    mark = "yes" if clause.holds else "no "
    text = clause.text if len(clause.text) <= LONGEST else clause.text[: LONGEST - 1] + "…"
    shown = clause if everything else _unweighted(clause)
    yield f"{'  ' * depth}{mark} {text}", shown
    if clause.holds and clause.text.startswith("NOT ") and not everything:
        return  # nothing that is not wanted is there
    if shown.parts and (everything or depth < DEEPEST):
        parts, folded = (shown.parts, 0) if everything else _folded(shown)
        for part in parts:
            yield from clause_lines(part, depth + 1, everything=everything)
        if folded:
            yield f"{'  ' * (depth + 1)}no  and {folded} others that do not hold", None
        return
    for place in shown.places:
        times = f", {place.count} times" if place.count > 1 else ""
        yield f"{'  ' * (depth + 2)}in the {place.zone}{times}: {sentence(place)}", None


def sentence(place: Place) -> str:
    """Return the sentence of a place, cut around its first match, with what matched marked.

    It is coloured on a terminal, and stands in [brackets] elsewhere.
    """
    first = place.spans[0] if place.spans else (0, 0)
    start = _word_start(place.sentence, max(0, first[0] - BEFORE))
    end = min(len(place.sentence), first[1] + AFTER)
    if end < len(place.sentence):
        end = max(first[1], place.sentence.rfind(" ", 0, end))
    parts, at = ["… " if start else ""], start
    for begin, stop in place.spans:
        if stop <= end:
            parts += [place.sentence[at:begin], _marked(place.sentence[begin:stop])]
            at = stop
    parts += [place.sentence[at:end], " …" if end < len(place.sentence) else ""]
    return "".join(parts)


def reasons(verdict: Verdict) -> str:
    """Say in one line what spoke for an entry, strongest first.

    A query may ask for a source or a language alone, of which no word tells.
    """
    said = "; ".join(
        f"{each.matched} in the {each.zone}{f' ({each.count})' if each.count > 1 else ''}"
        for each in verdict.reasons
    )
    return said or "no word of its text; the clauses below say by what"


def explanation_json(explanation: Explanation) -> dict[str, object]:
    """Return the explanation as plain values."""
    verdict, near = explanation.verdict, explanation.near
    return {
        "accepted": verdict.accepted,
        "score": verdict.score,
        "min_score": explanation.min_score,
        "by_words": explanation.by_words,
        "reasons": [
            {
                "clause": each.clause,
                "matched": each.matched,
                "zone": each.zone,
                "count": each.count,
            }
            for each in verdict.reasons
        ],
        "nearest": explanation.nearest and explanation.nearest.text,
        "lack": explanation.lack or None,
        "near": near and {"sentence": near.sentence, "spans": near.spans},
        "clauses": _clause(explanation.clauses),
    }


def _unweighted(clause: Clause) -> Clause:
    """Return what a weight is put to: it holds alike, and need not be shown a second time."""
    while len(clause.parts) == 1 and clause.text.removeprefix("(").startswith(
        (f"{clause.parts[0].text}^", f"{clause.parts[0].text})^")
    ):
        clause = clause.parts[0]
    return clause


def _folded(clause: Clause) -> tuple[tuple[Clause, ...], int]:
    """Return the parts that are shown, and how many others are only counted."""
    if not clause.is_either:
        return clause.parts, 0
    nearest = sorted((p for p in clause.parts if not p.holds), key=lambda part: part.missing)
    kept = [p for p in clause.parts if p.holds] or nearest[:MANY]
    folded = len(clause.parts) - len(kept)
    return (clause.parts, 0) if folded == 1 else (tuple(kept), folded)


def _word_start(text: str, start: int) -> int:
    """Return where the first whole word from a place on begins."""
    return 0 if start == 0 else text.find(" ", start - 1) + 1


def _marked(words: str) -> str:
    return f"[{words}]" if is_plain() else click.style(words, fg="yellow", bold=True)


def _clause(clause: Clause) -> dict[str, object]:
    return {
        "clause": clause.text,
        "holds": clause.holds,
        "missing": clause.missing,
        "matched": [
            {
                "words": place.matched,
                "zone": place.zone,
                "count": place.count,
                "sentence": place.sentence,
                "spans": place.spans,
            }
            for place in clause.places
        ],
        "parts": [_clause(part) for part in clause.parts],
    }
