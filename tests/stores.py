"""What tests of the store say often: polls that bring entries, and verdicts on them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from builders import NOON, a_source, a_state, a_topic
from topicwire.model.article import Settled
from topicwire.model.catalogue import Concept, Definition, Source, Topic
from topicwire.model.judging import Placed, Reason, StoredEntry, Verdict, Zone
from topicwire.model.wire import Entry, Feed, Health, Poll, PollOutcome
from topicwire.store.store import Store

REASON = Reason(clause="nasa", matched="NASA", zone=Zone.TITLE, count=2)


def a_feed(*entries: Entry, title: str = "The Press") -> Feed:
    """Return a feed of these entries."""
    return Feed(format="rss20", title=title, entries=entries)


def a_poll(*entries: Entry, source_id: str = "press", **state: object) -> Poll:
    """Return a successful poll that brought these entries."""
    values = {"health": Health.OK} | state
    return Poll(source_id=source_id, state=a_state(**values), feed=a_feed(*entries))


def a_definition(
    topic: Topic | None = None, *, concepts: tuple[Concept, ...] = (), version: str = "v1"
) -> Definition:
    """Return the definition of an ordinary topic."""
    return Definition(topic=topic or a_topic(), concepts=concepts, version=version)


def fill(
    store: Store,
    *entries: Entry,
    now: datetime = NOON,
    sources: tuple[Source, ...] = (),
    definitions: tuple[Definition, ...] | None = None,
) -> tuple[PollOutcome, ...]:
    """Mirror an ordinary source and topic, and save a poll that brought these entries, if any."""
    wanted = definitions if definitions is not None else (a_definition(),)
    store.mirror(sources or (a_source(),), wanted, now=now, host="wire.example")
    outcomes = store.save_polls([a_poll(*entries)] if entries else [], now=now)
    settle(store, now=now)
    return outcomes


def settle(store: Store, *, now: datetime = NOON) -> None:
    """Make everything ready to be judged, each entry with a story of its own."""
    while found := store.unsettled(now, limit=500):
        in_order = sorted(found, key=lambda each: (each.published, each.id))
        store.settle([Settled(each.id, story=each.story or each.id) for each in in_order], [])


def a_verdict(stored: StoredEntry, *, score: float = 0.9, accepted: bool | None = None) -> Verdict:
    """Return a verdict on the entry, by default accepted when the score is 0.5 or more."""
    return Verdict(
        entry_id=stored.id,
        revision=stored.revision,
        accepted=score >= 0.5 if accepted is None else accepted,
        score=score,
        reasons=(REASON,),
    )


def judge(
    store: Store,
    *,
    score: Callable[[StoredEntry], float] = lambda _: 0.9,
    topic_id: str = "seats",
    now: datetime = NOON,
    limit: int = 500,
) -> list[Placed]:
    """Judge all that is unjudged, in batches; return what each of them changed."""
    settle(store, now=now)
    standing = store.standing(topic_id)
    placed = []
    while found := store.unjudged(standing, limit=limit):
        verdicts = [a_verdict(each, score=score(each)) for each in found]
        placed.append(store.place(standing, verdicts, through=found[-1].seq, now=now))
    return placed


def titles(found: Sequence[StoredEntry]) -> list[str]:
    """Return the titles of the entries."""
    return [each.entry.title for each in found]
