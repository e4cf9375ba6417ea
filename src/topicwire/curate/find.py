"""Finding: where the terms and concepts of a query stand in a reading, all in one pass."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import re2

from topicwire.curate import words
from topicwire.curate.query import Exact, Named, Regex, Term, Words, clause
from topicwire.curate.text import Reading

Leaf = Words | Exact | Regex | Named


class Hit(NamedTuple):
    """The words from one place up to another that match a clause, by which of its members."""

    start: int
    end: int
    clause: str
    member: int = 0


class Slot(NamedTuple):
    """One word of a term: its keys or else its prefix, and for an exact term its spelling."""

    keys: tuple[str, ...]
    prefix: str
    exact: str


class _Sought(NamedTuple):
    """A term as it is looked up: its words, and the leaf and the member of a concept it is of."""

    slots: tuple[Slot, ...]
    leaf: int
    member: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The terms of all leaves of a query for texts of one language, by the key they begin with.

    By number of the leaf are `labels`, by which its hits are told, and the `patterns` of those
    that are expressions.
    """

    begun: Mapping[str, tuple[_Sought, ...]]
    prefixed: tuple[_Sought, ...]
    labels: tuple[str, ...]
    patterns: Mapping[int, Any]


def lexicon(leaves: Sequence[Leaf], lang: str) -> Lexicon:
    """Return the lexicon of the leaves for texts of a language."""
    begun: dict[str, list[_Sought]] = {}
    prefixed: list[_Sought] = []
    for number, leaf in enumerate(leaves):
        for member, term in terms(leaf, lang):
            sought = _Sought(slots_of(term, lang), number, member)
            if sought.slots[0].prefix:
                prefixed.append(sought)
            for key in sought.slots[0].keys:
                begun.setdefault(key, []).append(sought)
    return Lexicon(
        begun={key: tuple(terms) for key, terms in begun.items()},
        prefixed=tuple(prefixed),
        labels=tuple(
            f"@{leaf.concept}" if isinstance(leaf, Named) else clause(leaf) for leaf in leaves
        ),
        patterns={
            number: re2.compile(leaf.pattern)
            for number, leaf in enumerate(leaves)
            if isinstance(leaf, Regex)
        },
    )


def find(leaves: Sequence[Leaf], known: Lexicon, reading: Reading) -> list[list[Hit]]:
    """Return the hits of each leaf in the whole reading, in order."""
    found: list[set[Hit]] = [set() for _ in leaves]
    labels = known.labels
    for key in known.begun.keys() & reading.stems.keys():
        places = reading.stems[key]
        for slots, leaf, member in known.begun[key]:
            for start, end in _spans(slots, places, reading):
                found[leaf].add(Hit(start, end, labels[leaf], member))
    for slots, leaf, member in known.prefixed:
        for start, end in _spans(slots, _begun_by(slots[0].prefix, reading), reading):
            found[leaf].add(Hit(start, end, labels[leaf], member))
    for number, pattern in known.patterns.items():
        spans = _regex_spans(pattern, reading)
        found[number] = {Hit(start, end, labels[number]) for start, end in spans}
    return [
        _longest(hits) if isinstance(leaf, Named) else sorted(hits)
        for leaf, hits in zip(leaves, found, strict=True)
    ]


def terms(leaf: Leaf, lang: str) -> Iterator[tuple[int, Term]]:
    """Yield the terms of a leaf for texts of a language, each with the number of its member.

    A text of an unknown language (`lang` empty) may be of any.
    """
    if isinstance(leaf, Named):
        for number, member in enumerate(leaf.members):
            yield from ((number, term) for term in member.terms)
            for language, terms in member.terms_in:
                if lang in {language, ""}:
                    yield from ((number, term) for term in terms)
    elif not isinstance(leaf, Regex):
        yield 0, leaf


def languages_of(leaves: Iterable[Leaf]) -> Iterator[str]:
    """Yield the languages for which leaves have terms of their own."""
    for leaf in leaves:
        if isinstance(leaf, Named):
            yield from (lang for member in leaf.members for lang, _ in member.terms_in)


def _longest(found: Iterable[Hit]) -> list[Hit]:
    """Return the hits in order, of those that overlap only the longest: South Korea, not Korea."""
    kept: list[Hit] = []
    for hit in sorted(found, key=lambda hit: (hit.start, -hit.end, hit.member)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.end - hit.start > kept[-1].end - kept[-1].start:
            kept[-1] = hit
    return kept


def slots_of(term: Term, lang: str) -> tuple[Slot, ...]:
    """Return the words of a term as they are looked up in a text of a language."""
    slots: list[Slot] = []
    for surface, _, end in words.tokens(term.text):
        word = words.form(surface)
        if term.text[end : end + 1] == "*":
            slots.append(Slot((), words.fold(word), ""))
        else:
            spelled = words.exact(surface) if isinstance(term, Exact) else ""
            slots.append(Slot(words.keys(word, lang), "", spelled))
    return tuple(slots)


def _begun_by(prefix: str, reading: Reading) -> list[int]:
    """Return the places of the words that begin with the prefix."""
    first = bisect_left(reading.vocabulary, prefix)
    last = bisect_left(reading.vocabulary, prefix + "\U0010ffff")
    return sorted(place for word in reading.vocabulary[first:last] for place in reading.forms[word])


def _spans(
    slots: tuple[Slot, ...], places: Collection[int], reading: Reading
) -> list[tuple[int, int]]:
    """Return the first place and the end of every match that begins at one of the places.

    They are in no order.
    """
    count = len(slots)
    first, rest = slots[0], slots[1:]
    if not rest and not first.exact:  # as most terms are
        return [(place, place + 1) for place in places]
    if rest and not rest[0].prefix:  # few of the others have their second word anywhere after it
        stems = reading.stems
        places = {at - 1 for key in rest[0].keys for at in stems.get(key, ())}.intersection(places)
    if not places or not all(_is_known(slot, reading) for slot in rest[1:]):
        return []
    return [
        (place, place + count)
        for place in places
        if (not first.exact or _fits(first, place, reading))
        and (not rest or _follow(rest, place + 1, reading))
    ]


def _is_known(slot: Slot, reading: Reading) -> bool:
    """Whether the reading can have the word at all: a quick look before the search."""
    return bool(slot.prefix) or not reading.stems.keys().isdisjoint(slot.keys)


def _follow(slots: tuple[Slot, ...], place: int, reading: Reading) -> bool:
    """Whether the words stand from the place on, in the same sentence as the word before it."""
    last = place + len(slots) - 1
    return (
        last < len(reading.spelled)
        and reading.sentence[place - 1] == reading.sentence[last]
        and all(_fits(slot, place + shift, reading) for shift, slot in enumerate(slots))
    )


def _fits(slot: Slot, place: int, reading: Reading) -> bool:
    word = reading.spelled[place]
    if slot.prefix:
        return words.fold(word).startswith(slot.prefix)
    if slot.exact and words.exact(reading.surface(place, place + 1)) != slot.exact:
        return False
    keys = words.keys(word, reading.lang)
    return keys[0] in slot.keys or any(key in slot.keys for key in keys[1:])


def _regex_spans(pattern: Any, reading: Reading) -> Iterator[tuple[int, int]]:
    """Yield the words that the matches touch, sentence by sentence."""
    for number in range(len(reading.paragraph)):
        start, end = reading.first[number], reading.first[number + 1]
        offset = reading.starts[start]
        for found in pattern.finditer(reading.text[offset : reading.ends[end - 1]]):
            begin = bisect_right(reading.ends, offset + found.start(), start, end)
            stop = bisect_left(reading.starts, offset + found.end(), start, end)
            if begin < stop:  # else it stands in an address, or is a sign between two words
                yield begin, stop
