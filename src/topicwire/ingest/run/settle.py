"""Settling: what has come is told from its furniture, and from what was told before."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from topicwire.ingest import boilerplate, stories
from topicwire.ingest.boilerplate import Spans
from topicwire.model.article import Kin, Memory, Ready, Settled
from topicwire.model.judging import StoredEntry
from topicwire.model.road import Mark, Step
from topicwire.store.store import Store

BATCH = 200  # entries settled in one transaction


def settle(
    store: Store, *, clock: Callable[[], datetime], stopping: Callable[[], bool] = lambda: False
) -> Generator[Ready]:
    """Make every entry that can be ready to be judged; yield each batch once it is stored.

    What is settled twice, because the first time was interrupted, is settled as the first time.
    """
    while batch := store.unsettled(began := clock(), limit=BATCH):
        _settle(store, batch, now=clock())
        marks = tuple(Mark(each.id, each.revision, each.revised) for each in batch)
        yield Ready(marks, Step("settle", began, clock()))
        if len(batch) < BATCH or stopping():
            return


def _settle(store: Store, batch: tuple[StoredEntry, ...], *, now: datetime) -> None:
    in_order = sorted(batch, key=lambda each: (each.published, each.id))
    memories, spans = _learned(store, in_order, now=now)
    sketched = {
        each.id: stories.sketch(
            each.entry.title, each.text, uid=each.entry.uid, furniture=spans[each.id]
        )
        for each in in_order
    }
    told = _told(store, in_order, sketched)
    ids = set(sketched)
    again = [Settled(number, spans[number]) for number in sorted(spans.keys() - ids)]
    settled = [Settled(each.id, spans[each.id], story=told[each.id]) for each in in_order]
    store.settle([*again, *settled], memories)


def _learned(
    store: Store, batch: list[StoredEntry], *, now: datetime
) -> tuple[list[Memory], dict[int, Spans]]:
    """Return the sources' memories with the batch in them, and the furniture found by it."""
    known = store.memories({each.source_id for each in batch})
    memories: list[Memory] = []
    spans: dict[int, Spans] = {}
    for source_id, entries in _by_source(batch):
        given = {each.id: (each.entry.title, each.text) for each in entries}
        learned = boilerplate.learn(known[source_id], given, now=now)
        memories.append(learned.memory)
        spans |= learned.spans
    return memories, spans


def _by_source(batch: list[StoredEntry]) -> Iterator[tuple[str, list[StoredEntry]]]:
    for source_id, entries in groupby(
        sorted(batch, key=lambda each: each.source_id), key=lambda each: each.source_id
    ):
        yield source_id, list(entries)


def _told(
    store: Store, batch: list[StoredEntry], sketched: dict[int, tuple[int, ...]]
) -> dict[int, int]:
    """Return the story of each entry, for good; the earlier of a batch are kin of the later."""
    told: dict[int, int] = {}
    waiting = set(sketched)
    for entry, kin in zip(batch, store.kin(batch, sketched), strict=True):
        waiting.discard(entry.id)
        known = [_with_story(each, told) for each in kin if each.entry_id not in waiting]
        found = entry.story or stories.story(entry, sketched[entry.id], known)
        told[entry.id] = found or entry.id
    return told


def _with_story(kin: Kin, told: dict[int, int]) -> Kin:
    return replace(kin, story=told.get(kin.entry_id, kin.story))
