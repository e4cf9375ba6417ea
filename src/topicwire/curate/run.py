"""ACT 2, store to store: judge what is unjudged, topic by topic, and place what belongs."""

from collections.abc import Callable, Generator, Mapping
from datetime import datetime
from functools import lru_cache

from topicwire.curate.score import Judge, judge
from topicwire.curate.text import Reading, read
from topicwire.errors import QueryError
from topicwire.model import Placed, Source, StandingTopic, StoredEntry, Verdict
from topicwire.store.store import Store

BATCH = 500  # entries judged in one transaction

# A standing topic judges many turns: its query is read, and its terms are stemmed, only once.
_judge = lru_cache(maxsize=1024)(judge)


def curate(store: Store, *, clock: Callable[[], datetime], batch: int = BATCH) -> Generator[Placed]:
    """Judge every entry that a topic has not judged; yield each batch once it is stored.

    The topics take turns, batch by batch, so that those that are equally far share the readings.
    A topic whose query cannot be read does not stop the others: it is yielded once, with its
    error. `apply` refuses such queries, so another version of this program wrote it.
    """
    sources = {polled.source.id: polled.source for polled in store.sources(removed=True)}
    readings = Readings(sources, most=batch)
    turns: list[Generator[Placed]] = []
    for standing in store.standing_topics():
        try:
            judging = _judge(standing.topic, standing.concepts)
        except QueryError as error:
            yield Placed(standing.topic.id, 0, 0, 0, standing.edition, error=str(error))
            continue
        turns.append(_judged(store, standing, judging, readings, clock=clock, batch=batch))
    while turns:
        for turn in tuple(turns):
            placed = next(turn, None)
            if placed is None:
                turns.remove(turn)
            else:
                yield placed


class Readings:
    """The readings of the `most` entries that were read last, so that topics share them."""

    def __init__(self, sources: Mapping[str, Source], *, most: int) -> None:
        self._sources = sources
        self._most = most
        self._kept: dict[int, Reading] = {}  # by seq, which a revision changes

    def of(self, stored: StoredEntry) -> Reading:
        """Return the reading of an entry."""
        found = self._kept.get(stored.seq)
        if found is None:
            found = read(stored, self._sources.get(stored.source_id))
            if len(self._kept) >= self._most:
                del self._kept[next(iter(self._kept))]
            self._kept[stored.seq] = found
        return found


def _judged(
    store: Store,
    standing: StandingTopic,
    judging: Judge,
    readings: Readings,
    *,
    clock: Callable[[], datetime],
    batch: int,
) -> Generator[Placed]:
    """Judge the entries of one topic; yield each batch once it is stored."""
    while entries := store.unjudged(standing, limit=batch):
        verdicts = tuple(_verdict(judging, stored, readings) for stored in entries)
        placed = store.place(standing, verdicts, through=entries[-1].seq, now=clock())
        if not placed.judged:  # the topic changed meanwhile: the next turn judges it anew
            return
        yield placed


def _verdict(judging: Judge, stored: StoredEntry, readings: Readings) -> Verdict:
    """Return the verdict on an entry; what its source has taken back belongs nowhere."""
    if stored.retracted is not None:
        return Verdict(stored.id, stored.revision, accepted=False, score=0.0)
    return judging.verdict(readings.of(stored), entry_id=stored.id, revision=stored.revision)
