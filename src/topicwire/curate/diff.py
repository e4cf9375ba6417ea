"""The difference that a change of a topic makes: which entries come in and which go out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from topicwire.curate.judge import Judge
from topicwire.curate.text import read
from topicwire.model.catalogue import Source
from topicwire.model.judging import Held, Stand, StoredEntry

_NOTHING = Held(is_in=False)


@dataclass(frozen=True, slots=True)
class Moved:
    """An entry that comes in or goes out, with its score before, None if none was kept, and now."""

    entry_id: int
    source_id: str
    title: str
    published: str  # the day, as in 2026-11-02
    before: float | None
    score: float


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change makes of the archive, the latest published entries first.

    `entries` were judged and `stay` are in before and after. `ruled` counts those that the change
    would move, were it not for an editor's ruling.
    """

    entries: int
    stay: int
    entered: tuple[Moved, ...]
    left: tuple[Moved, ...]
    ruled: int


def difference(
    judge: Judge,
    archive: Iterable[StoredEntry],
    held: Mapping[int, Held],
    sources: Mapping[str, Source],
) -> Difference:
    """Return what comes in and goes out when `judge` judges what is held of the archive.

    Entries that are not ready to be judged are left out.
    """
    entries = stay = ruled = 0
    entered: list[Moved] = []
    left: list[Moved] = []
    for stored in archive:
        if stored.seq < 0:
            continue
        entries += 1
        before = held.get(stored.id, _NOTHING)
        score, accepted = _judged(judge, stored, sources)
        is_in = _is_in(stored, before, accepted=accepted)
        stay += is_in and before.is_in
        ruled += is_in == before.is_in != accepted and before.stand is not None
        if is_in != before.is_in:
            (entered if is_in else left).append(_moved(stored, before, score))
    return Difference(entries, stay, tuple(entered), tuple(left), ruled)


def _judged(judge: Judge, stored: StoredEntry, sources: Mapping[str, Source]) -> tuple[float, bool]:
    """Return the score and whether it is accepted; what was taken back belongs nowhere."""
    if stored.retracted is not None:
        return 0.0, False
    verdict = judge.verdict(read(stored, sources.get(stored.source_id)))
    return verdict.score, verdict.accepted


def _is_in(stored: StoredEntry, held: Held, *, accepted: bool) -> bool:
    """Return whether an entry will be in: a ruling goes before the verdict."""
    if held.stand is None or stored.retracted is not None:
        return accepted
    return held.stand is Stand.PIN


def _moved(stored: StoredEntry, before: Held, score: float) -> Moved:
    return Moved(
        entry_id=stored.id,
        source_id=stored.source_id,
        title=stored.entry.title,
        published=stored.published.date().isoformat(),
        before=before.score,
        score=score,
    )
