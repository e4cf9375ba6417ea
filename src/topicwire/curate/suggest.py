"""Suggesting: the entries whose label would teach a topic most."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from topicwire.curate.learned import ACCEPTS
from topicwire.model.judging import StoredEntry, Verdict

AT_ODDS = 0.5  # what it adds that the model in shadow and the judge do not agree
OF_ONE_SOURCE = 3  # one suggestion in so many may be of the same source, and one in any case


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry to label: what is held of it, and how much its label would teach (0 to 1.5)."""

    stored: StoredEntry
    verdict: Verdict
    worth: float


def suggestions(
    unsure: Sequence[tuple[StoredEntry, Verdict]], *, min_score: float, limit: int
) -> tuple[Suggestion, ...]:
    """Return the entries to label first: the least certain, of many sources, each story once."""
    ranked = sorted(
        (Suggestion(stored, verdict, worth(verdict, min_score)) for stored, verdict in unsure),
        key=lambda each: (-each.worth, each.stored.id),
    )
    sources: Counter[str] = Counter()
    stories: set[int] = set()
    chosen: list[Suggestion] = []
    most = max(1, limit // OF_ONE_SOURCE)
    for each in ranked:
        story = each.stored.story or each.stored.id
        if story not in stories and sources[each.stored.source_id] < most and len(chosen) < limit:
            chosen.append(each)
            stories.add(story)
            sources[each.stored.source_id] += 1
    return tuple(chosen)


def worth(verdict: Verdict, min_score: float) -> float:
    """Return how much a label would teach: most where the score is at the very border."""
    span = min_score if verdict.score < min_score else 1 - min_score
    certain = abs(verdict.score - min_score) / span if span else 0.0
    is_at_odds = verdict.shadow is not None and (verdict.shadow >= ACCEPTS) != verdict.accepted
    return 1 - min(1.0, certain) + AT_ODDS * is_at_odds
