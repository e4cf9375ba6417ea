"""An explanation as lines for people and as JSON for programs."""

from collections.abc import Iterator

from topicwire.curate.explain import Clause, Explanation

DEEPEST = 6  # levels of the tree that are shown to people
LONGEST = 90  # characters of a clause in one line


def clause_lines(clause: Clause, depth: int = 0) -> Iterator[tuple[str, bool]]:
    """Yield the tree line by line, each with whether its clause holds."""
    mark = "yes" if clause.holds else "no "
    text = clause.text if len(clause.text) <= LONGEST else clause.text[: LONGEST - 1] + "…"
    yield f"{'  ' * depth}{mark} {text}", clause.holds
    if clause.parts and depth < DEEPEST:
        for part in clause.parts:
            yield from clause_lines(part, depth + 1)
        return
    for place in clause.places:
        times = f", {place.count} times" if place.count > 1 else ""
        yield f"{'  ' * (depth + 2)}{place.matched} in the {place.zone}{times}", True


def explanation_json(explanation: Explanation) -> dict[str, object]:
    """Return the explanation as plain values."""
    verdict = explanation.verdict
    return {
        "accepted": verdict.accepted,
        "score": verdict.score,
        "min_score": explanation.min_score,
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
        "clauses": _clause(explanation.clauses),
    }


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
            }
            for place in clause.places
        ],
        "parts": [_clause(part) for part in clause.parts],
    }
