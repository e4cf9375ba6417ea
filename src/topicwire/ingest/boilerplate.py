"""Furniture learned from a source: what stands word for word in several of its columns.

Disclaimers, author bios, newsletter boxes and lists of links repeat from column to column, while
what a column says does not. A text is taken as sentences; one that is found in enough of a
source's latest entries is its site's, not its author's.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from topicwire.model.article import Block, Furnishing, Memory, Recent

REMEMBERED = 40  # latest entries of a source
ENOUGH = 3  # columns that a sentence must stand in
ENOUGH_AT_EDGE = 2  # where it stands at the beginning or the end of each
EDGE = 3  # sentences at either end
LONG = 40  # characters of a sentence that two columns do not share by chance
FEWEST_WORDS = 4  # of a sentence within a paragraph; a line of its own may have fewer
MOST_BLOCKS = 120  # of an entry: those of its beginning and of its end
LONGEST_WORDS = 300  # characters of a furnishing that are kept to be shown
SAME = 0.1  # share of its own text below which one column is another one posted again

SENTENCE_END = re.compile(
    r"[.!?\u2026][\"'\u201d\u2019\u00bb)\]]*\s+(?=[^\W_a-z]|[\"'\u201c\u00ab(])|[\u3002\uff01\uff1f]"
)
WORD = re.compile(r"\w+")
DIGITS = re.compile(r"\d+")

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What a source's new entries taught: its memory, and the furniture of entries by id.

    `spans` has the new entries, and those remembered whose furniture is another than before.
    """

    memory: Memory
    spans: Mapping[int, Spans]


def learn(memory: Memory, given: Mapping[int, tuple[str, str]], *, now: datetime) -> Learned:
    """Return what a source's entries, new or changed, add to what is known of it.

    `given` has title and text by entry.
    """
    texts = {entry_id: text for entry_id, (_, text) in given.items()}
    kept = tuple(each for each in memory.recent if each.entry_id not in texts)
    new = tuple(
        Recent(entry_id, _digest(WORD.findall(title.casefold())), blocks(text))
        for entry_id, (title, text) in given.items()
    )
    recent = (*kept, *new)[-REMEMBERED:]
    before = {each.digest: each for each in memory.furniture}
    standing = _entries_by_digest(recent)
    digests = set(_repeated(recent, standing)) | (before.keys() & standing.keys())
    furniture = tuple(
        _furnishing(digest, standing[digest], before.get(digest), texts, new, now=now)
        for digest in sorted(digests)
    )
    spans = {each.entry_id: _spans(each, digests) for each in new}
    fresh = digests - before.keys()
    for each in kept:
        if any(block.digest in fresh for block in each.blocks):
            spans[each.entry_id] = _spans(each, digests)
    return Learned(Memory(memory.source_id, recent, furniture), spans)


def blocks(text: str) -> tuple[Block, ...]:
    """Return the sentences of a text as blocks, in order: at most those of both its ends."""
    found = list(_blocks(text))
    half = MOST_BLOCKS // 2
    return tuple(found if len(found) <= MOST_BLOCKS else found[:half] + found[-half:])


def _blocks(text: str) -> Iterator[Block]:
    for start, end in _lines(text):
        for begin, stop in _sentences(text, start, end):
            words = WORD.findall(text[begin:stop].casefold())
            if len(words) >= FEWEST_WORDS or (words and (begin, stop) == (start, end)):
                yield Block(_digest(words), begin, stop)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in SENTENCE_END.finditer(text, start, end):
        yield start, found.end()
        start = found.end()
    if start < end:
        yield start, end


def _digest(words: Sequence[str]) -> str:
    """Return the digest of words, numbers being alike: a counter makes no other sentence."""
    same = DIGITS.sub("0", " ".join(words))
    return blake2b(same.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _entries_by_digest(recent: Iterable[Recent]) -> dict[str, list[Recent]]:
    found: dict[str, list[Recent]] = defaultdict(list)
    for each in recent:
        for digest in {block.digest for block in each.blocks}:
            found[digest].append(each)
    return found


def _repeated(recent: Sequence[Recent], standing: Mapping[str, Sequence[Recent]]) -> Iterator[str]:
    """Yield the digests that stand in enough columns; one posted again is no other column."""
    shared = {digest for digest, entries in standing.items() if len(entries) >= ENOUGH_AT_EDGE}
    if not shared:
        return
    stories = _stories(recent, shared)
    for digest in shared:
        entries = standing[digest]
        if len({stories[each.entry_id] for each in entries}) >= ENOUGH:
            yield digest
            continue
        at_edge = {stories[each.entry_id] for each in entries if _is_at_edge(each, digest)}
        if len(at_edge) >= ENOUGH_AT_EDGE:
            yield digest


def _stories(recent: Sequence[Recent], shared: set[str]) -> dict[int, int]:
    """Return for each entry the first one that it is, posted again; itself when there is none.

    That is one with its title, or with the same sentences and hardly a word of its own.
    """
    by_title: dict[str, int] = {}
    by_text: dict[frozenset[str], int] = {}
    found: dict[int, int] = {}
    for each in recent:
        story = by_title.setdefault(each.title, each.entry_id)
        if _own_share(each, shared) < SAME:
            common = frozenset(block.digest for block in each.blocks) & shared
            story = by_text.setdefault(common, story)
        found[each.entry_id] = story
    return found


def _own_share(entry: Recent, shared: set[str]) -> float:
    """Return which share of its text no other entry has."""
    length = sum(block.end - block.start for block in entry.blocks)
    own = sum(block.end - block.start for block in entry.blocks if block.digest not in shared)
    return own / length if length else 1.0


def _is_at_edge(entry: Recent, digest: str) -> bool:
    edge = (*entry.blocks[:EDGE], *entry.blocks[-EDGE:])
    return any(each.digest == digest and each.end - each.start >= LONG for each in edge)


def _furnishing(
    digest: str,
    entries: Sequence[Recent],
    before: Furnishing | None,
    texts: Mapping[int, str],
    new: Sequence[Recent],
    *,
    now: datetime,
) -> Furnishing:
    shown = next(
        (
            texts[each.entry_id][block.start : block.end]
            for each in new
            for block in each.blocks
            if block.digest == digest
        ),
        None,
    )
    words = " ".join((shown or (before.words if before else "")).split())[:LONGEST_WORDS]
    last = now if shown is not None or before is None else before.last_seen
    return Furnishing(digest=digest, words=words, count=len(entries), last_seen=last)


def _spans(entry: Recent, digests: set[str]) -> Spans:
    """Return the ranges of an entry's text that are furniture."""
    return tuple((each.start, each.end) for each in entry.blocks if each.digest in digests)
