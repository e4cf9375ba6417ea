"""ACT 2, store to store: judge what is unjudged, and place what belongs."""

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from topicwire.curate.index import Index
from topicwire.curate.score import Judge, judge
from topicwire.curate.text import raw, read
from topicwire.errors import ParseError, QueryError, SlowError
from topicwire.model import Concept, Placed, Source, StandingTopic, StoredEntry, Topic, Verdict
from topicwire.store.store import Store
from topicwire.world.workers import Workers

BATCH = 500  # entries judged in one transaction
SHARED = 200  # so many are worth a worker's help,
MAX_CARRIED = 50  # if it has not to be told of more topics than that

# A standing topic judges many turns: its query is read, and its terms are stemmed, only once.
_judge = lru_cache(maxsize=20_000)(judge)


def curate(
    store: Store,
    *,
    clock: Callable[[], datetime],
    batch: int = BATCH,
    workers: Workers | None = None,
) -> Generator[Placed]:
    """Judge every entry that a topic has not judged; yield what came of each batch, once stored.

    Topics that are equally far go together: an entry is read once for all of them, and judged
    only by those that the index names. Those that are behind take turns with the others until
    they meet. A topic whose query cannot be read does not stop the others: it is yielded once,
    with its error. `apply` refuses such queries, so another version of this program wrote it.
    """
    sources = {polled.source.id: polled.source for polled in store.sources(removed=True)}
    parties: dict[int, list[StandingTopic]] = {}  # by the seq up to which they have judged
    for standing in store.standing_topics():
        try:
            _judge(standing.topic, standing.concepts)
        except QueryError as error:
            yield Placed(standing.topic.id, 0, 0, 0, standing.edition, error=str(error))
            continue
        is_current = standing.judged_version == standing.version
        start = standing.judged_seq if is_current else 0
        parties.setdefault(start, []).append(standing)
    while parties:
        for start in sorted(parties):
            party = parties.pop(start)
            entries = store.settled_after(start, limit=batch)
            if not entries:
                continue
            placed = _placed(store, party, entries, sources, workers=workers, now=clock)
            yield from (each for each in placed if each.judged)
            # A topic that changed meanwhile is left to the next turn, which judges it anew.
            going = [each for each, came in zip(party, placed, strict=True) if came.judged]
            if going:
                parties.setdefault(entries[-1].seq, []).extend(going)


def _placed(
    store: Store,
    party: Sequence[StandingTopic],
    entries: Sequence[StoredEntry],
    sources: Mapping[str, Source],
    *,
    workers: Workers | None,
    now: Callable[[], datetime],
) -> tuple[Placed, ...]:
    """Judge the entries by all topics of a party, and store that in one transaction."""
    topics = tuple((each.topic, each.concepts) for each in party)
    found = _in_two(workers, Judging(topics, entries, sources))
    verdicts: dict[str, list[Verdict]] = {}
    for number, verdict in found:
        verdicts.setdefault(party[number].topic.id, []).append(verdict)
    return store.place_all(
        party,
        verdicts,
        judged={stored.id: stored.revision for stored in entries},
        through=entries[-1].seq,
        now=now(),
    )


class Judging(NamedTuple):
    """Entries to be judged by some topics, each with its concepts."""

    topics: tuple[tuple[Topic, tuple[Concept, ...]], ...]
    entries: Sequence[StoredEntry]
    sources: Mapping[str, Source]


def _in_two(workers: Workers | None, whole: Judging) -> list[tuple[int, Verdict]]:
    """Return the verdicts; of many entries half are judged by a worker at the same time."""
    if workers is None or len(whole.entries) < SHARED or len(whole.topics) > MAX_CARRIED:
        return verdicts_on(whole)
    middle = len(whole.entries) // 2
    other = whole._replace(entries=whole.entries[middle:])
    future = workers.submit(verdicts_on, other)
    mine = verdicts_on(whole._replace(entries=whole.entries[:middle]))
    try:
        return mine + future.result()
    except (ParseError, SlowError):  # the worker died or was stopped: nothing depends on it
        return mine + verdicts_on(other)


def verdicts_on(given: Judging) -> list[tuple[int, Verdict]]:
    """Return the verdicts of the topics that may accept an entry, by number of the topic.

    What its source has taken back belongs nowhere.
    """
    judges = tuple(_judge(topic, concepts) for topic, concepts in given.topics)
    index = _index(judges)
    verdicts: list[tuple[int, Verdict]] = []
    for stored in given.entries:
        found = () if stored.retracted is not None else index.candidates(raw(stored))
        if found:
            reading = read(stored, given.sources.get(stored.source_id))
            verdicts.extend(
                (
                    number,
                    judges[number].verdict(reading, entry_id=stored.id, revision=stored.revision),
                )
                for number in found
            )
    return verdicts


@lru_cache(maxsize=4)
def _index(judges: tuple[Judge, ...]) -> Index:
    """Return the index of the judges' queries."""
    return Index([each.matcher.node for each in judges])
