"""ACT 2, store to store: judge what is unjudged, and place what belongs."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from topicwire.curate import second
from topicwire.curate.appoint import Appointed
from topicwire.curate.index import Index
from topicwire.curate.score import Judge
from topicwire.curate.text import raw, read
from topicwire.errors import QueryError
from topicwire.model import Placed, Source, StandingTopic, StoredEntry, Topic, Verdict
from topicwire.store.store import Store

BATCH = 500  # entries judged in one transaction

Appoint = Callable[[StandingTopic], Appointed]


class _Ready(NamedTuple):
    """A topic with its judge."""

    standing: StandingTopic
    judging: Judge


def curate(
    store: Store,
    *,
    appoint: Appoint,
    clock: Callable[[], datetime],
    reader: str | None = None,
    batch: int = BATCH,
) -> Generator[Placed]:
    """Judge every entry that a topic has not judged; yield what came of each batch, once stored.

    Topics that are equally far go together: an entry is read once for all of them, and judged
    only by those that the index names. Those that are behind take turns with the others until
    they meet. A topic whose query cannot be read does not stop the others: it is yielded once,
    with its error. `apply` refuses such queries, so another version of this program wrote it.
    `appoint` gives the judge of a topic; it should keep it, as a topic judges many turns. `reader`
    names the second reader whose kept answers decide where a score is uncertain.
    """
    sources = {polled.source.id: polled.source for polled in store.sources(removed=True)}
    parties: dict[int, list[_Ready]] = {}  # by the seq up to which they have judged
    for standing in store.standing_topics():
        try:
            appointed = appoint(standing)
        except QueryError as error:
            yield Placed(standing.topic.id, 0, 0, 0, standing.edition, error=str(error))
            continue
        for note in appointed.notes:
            yield Placed(standing.topic.id, 0, 0, 0, standing.edition, note=note)
        is_current = standing.judged_version == standing.version
        start = standing.judged_seq if is_current else 0
        parties.setdefault(start, []).append(_Ready(standing, appointed.judge))
    while parties:
        for start in sorted(parties):
            party = parties.pop(start)
            entries = store.settled_after(start, limit=batch)
            if not entries:
                continue
            placed = _placed(store, party, entries, sources, reader=reader, now=clock)
            yield from (each for each in placed if each.judged)
            # A topic that changed meanwhile is left to the next turn, which judges it anew.
            going = [each for each, came in zip(party, placed, strict=True) if came.judged]
            if going:
                parties.setdefault(entries[-1].seq, []).extend(going)


def _placed(
    store: Store,
    party: Sequence[_Ready],
    entries: Sequence[StoredEntry],
    sources: Mapping[str, Source],
    *,
    reader: str | None,
    now: Callable[[], datetime],
) -> tuple[Placed, ...]:
    """Judge the entries by all topics of a party, and store that in one transaction."""
    verdicts: dict[str, list[Verdict]] = {}
    judges = tuple(each.judging for each in party)
    for stored in entries:
        for number, verdict in _verdicts(judges, stored, sources.get(stored.source_id)):
            verdicts.setdefault(party[number].standing.topic.id, []).append(verdict)
    for each in party:
        topic = each.standing.topic
        if reader and topic.second_reader and topic.id in verdicts:
            verdicts[topic.id] = _read_again(store, topic, verdicts[topic.id], entries, reader)
    return store.place_all(
        [each.standing for each in party],
        verdicts,
        judged={stored.id: stored.revision for stored in entries},
        through=entries[-1].seq,
        now=now(),
    )


def _verdicts(
    judges: tuple[Judge, ...], stored: StoredEntry, source: Source | None
) -> Iterable[tuple[int, Verdict]]:
    """Yield the verdicts on an entry of the judges that may accept it, by number of the judge.

    What its source has taken back belongs nowhere.
    """
    if stored.retracted is not None:
        return
    found = _index(judges).candidates(raw(stored))
    if found:
        reading = read(stored, source)
        for number in found:
            yield (
                number,
                judges[number].verdict(reading, entry_id=stored.id, revision=stored.revision),
            )


def _read_again(
    store: Store,
    topic: Topic,
    verdicts: Sequence[Verdict],
    entries: Sequence[StoredEntry],
    reader: str,
) -> list[Verdict]:
    """Return the verdicts as a second reader's kept answers decide them; nothing is asked here."""
    prints = {each.id: each.entry.fingerprint for each in entries}
    asked = (prints[each.entry_id] for each in verdicts if second.is_uncertain(each, topic))
    kept = store.answers(topic.id, second.version(topic), reader, asked)
    return [second.decided(each, kept.get(prints[each.entry_id]), topic) for each in verdicts]


@lru_cache(maxsize=4)
def _index(judges: tuple[Judge, ...]) -> Index:
    """Return the index of the judges' queries; what was learned may see more than a query asks."""
    learned = (n for n, each in enumerate(judges) if each.model or each.shadow)
    return Index([each.matcher.node for each in judges], wide=learned)
