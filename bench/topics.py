"""What it costs to judge an entry when many topics stand, beside FTS5 and a loop of expressions.

`python -m bench.topics [alone] [TOPICS]...`. Entries of a thousand words against topics of ten phrases of
one to three words, as `(4 phrases) AND (4 phrases) NOT (2 phrases)`. The language is made up: its
words are as frequent as those of a real one (Zipf), and inflected. Every entry that is measured
is new to the index, which has seen some others. All methods must find the same topics.

The first line is what the index costs: an entry taken apart into words, stemmed, all phrases
found in it, and every topic decided on but for the few that are then to be judged.

With `alone` the index is measured without the others, which take hours for a hundred thousand
topics, and with what it takes to build and to keep.
"""

import random
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from statistics import median

from bench.report import goal, machine, measured_with, show
from bench.shelf import resident

from topicwire.curate.index import Index
from topicwire.curate.judge import Judge, judge
from topicwire.curate.lookup import Lookup
from topicwire.curate.terms import term
from topicwire.curate.text import Raw, raw, read
from topicwire.curate.words import forms, keys, keys_of
from topicwire.model.catalogue import Topic
from topicwire.model.judging import StoredEntry
from topicwire.model.wire import Entry

WORDS = 1000
VOCABULARY = 40_000
PHRASES = 100_000
WARM = 300  # entries that the index has seen before
BATCH = 60  # entries of a round
ROUNDS = 5
SLOW = 3  # entries of a round for what takes long
GOALS = {100: 0.75, 1_000: 1.0, 10_000: 2.5}  # ms an entry, by number of topics
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SYLLABLES = ("bo", "ka", "lu", "mi", "to", "ra", "ve", "dul", "gan", "pro", "zi", "fo", "ter", "su")
ENDINGS = ("", "", "", "s", "ed", "ing")
Sets = list[frozenset[int]]  # the topics of each entry


@dataclass(frozen=True, slots=True)
class Wanted:
    """A topic: one phrase of each of the first two groups, and none of the last."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    none: tuple[str, ...]

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The phrases, group by group."""
        return self.one, self.other, self.none


class Language:
    """Words, phrases of them, and texts, the same each time; frequent ones come first."""

    def __init__(self) -> None:
        self._choose = random.Random(1)
        self._words = list(self._made_up())
        self._word_weights = _zipf(len(self._words))
        self._phrases = [self._phrase() for _ in range(PHRASES)]
        self._phrase_weights = _zipf(PHRASES)

    def _made_up(self) -> Iterator[str]:
        known: set[str] = set()
        while len(known) < VOCABULARY:
            parts = self._choose.choices(SYLLABLES, k=self._choose.choice((2, 3, 4)))
            word = "".join((*parts, self._choose.choice("kmbp")))
            if word not in known and all(keys(word + end, "en") == (word,) for end in ENDINGS):
                known.add(word)
                yield word

    def _phrase(self) -> str:
        """Return a phrase of words that are not the most frequent."""
        count = self._choose.choice((1, 2, 2, 3))
        return " ".join(self._words[int(300 * 120 ** self._choose.random())] for _ in range(count))

    def topics(self, count: int) -> list[Wanted]:
        """Return topics on phrases as frequent as they are in texts."""
        return [
            Wanted(tuple(found[:4]), tuple(found[4:8]), tuple(found[8:]))
            for found in (self._choose.sample(self._phrases, 10) for _ in range(count))
        ]

    def entry(self, number: int, subject: Wanted) -> StoredEntry:
        """Return an entry that says many things, a few of them on its subject."""
        on_subject = [self._choose.choice(subject.one), *self._choose.choices(subject.other, k=3)]
        if number % 3:  # most entries are on no topic, or by chance
            on_subject = []
        said = self._choose.choices(self._phrases, cum_weights=self._phrase_weights, k=100)
        alone = self._choose.choices(self._words, cum_weights=self._word_weights, k=WORDS)
        parts = [self._inflected(part) for part in [*on_subject, *said, *alone]]
        self._choose.shuffle(parts)
        text = " ".join(" ".join(parts).split(" ")[: WORDS - 8])
        entry = Entry(uid=str(number), title="A title of eight words is in it", text=_said(text))
        return StoredEntry(number, "bench", entry, number, 0, NOON, NOON)

    def _inflected(self, phrase: str) -> str:
        return " ".join(word + self._choose.choice(ENDINGS) for word in phrase.split(" "))


def _zipf(count: int) -> list[float]:
    return list(accumulate((rank + 3) ** -1.1 for rank in range(count)))


def _said(words: str) -> str:
    """Return the words as sentences, each with an opening that keeps it apart from the last."""
    pieces = words.split(" ")
    sentences = (" ".join(("The", *pieces[at : at + 19])) for at in range(0, len(pieces), 19))
    return " ".join(f"{sentence}." for sentence in sentences)


# ---- the methods -----------------------------------------------------------------------


class Ours:
    """The index; with the reading and the verdict of every candidate."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self.judges: list[Judge] = [judge(_topic(each), ()) for each in wanted]
        began = time.process_time()
        self.index = Index([each.matcher.node for each in self.judges])
        self.index.candidates(Raw("", "en"))
        self.build_ms = (time.process_time() - began) * 1000
        self.candidates = 0
        phrases = {phrase for each in wanted for group in each.groups[:2] for phrase in group}
        self._phrases = Lookup(enumerate(map(term, sorted(phrases))), "en")

    def taken_apart(self, entries: Sequence[StoredEntry]) -> None:
        """Only take the entries apart into words, and stem those."""
        for stored in entries:
            keys_of(forms(raw(stored).text), "en")

    def hits(self, entries: Sequence[StoredEntry]) -> int:
        """Return how many words and phrases of topics the entries hold, all in all."""
        return sum(len(self._phrases.found(raw(stored).text)[0]) for stored in entries)

    def found(self, entries: Sequence[StoredEntry]) -> list[list[int]]:
        """Return the candidates of each entry."""
        return [self.index.candidates(raw(stored)) for stored in entries]

    def judged(self, entries: Sequence[StoredEntry]) -> Sets:
        """Return the accepted topics of each entry."""
        return [frozenset(self._accepted(stored)) for stored in entries]

    def _accepted(self, stored: StoredEntry) -> Iterator[int]:
        found = self.index.candidates(raw(stored))
        self.candidates += len(found)
        if found:
            reading = read(stored, None)
            yield from (each for each in found if self.judges[each].verdict(reading).accepted)


def _topic(wanted: Wanted) -> Topic:
    one, other, none = (" OR ".join(f'"{each}"' for each in group) for group in wanted.groups)
    query = f"({one}) AND ({other}) NOT ({none})"
    return Topic(id="t", title="", description="", query=query, min_score=0.0)


class Expressions:
    """A compiled expression for each group of each topic, one after the other."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self._wanted = [tuple(map(_expression, each.groups)) for each in wanted]

    def judged(self, entries: Sequence[StoredEntry]) -> Sets:
        """Return the topics of each entry."""
        return [frozenset(self._found(stored.text)) for stored in entries]

    def _found(self, text: str) -> Iterator[int]:
        for number, (one, other, none) in enumerate(self._wanted):
            if one.search(text) and other.search(text) and not none.search(text):
                yield number


def _expression(phrases: Sequence[str]) -> re.Pattern[str]:
    words = (r"\s+".join(rf"{word}(?:s|ed|ing)?" for word in each.split()) for each in phrases)
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


class FullText:
    """A table of SQLite's FTS5 for some entries at a time, and a query for each topic."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self._queries = list(map(self._query, wanted))

    @staticmethod
    def _query(wanted: Wanted) -> str:
        one, other, none = (" OR ".join(f'"{each}"' for each in group) for group in wanted.groups)
        return f"(({one}) AND ({other})) NOT ({none})"

    def judged(self, entries: Sequence[StoredEntry]) -> Sets:
        """Return the topics of each entry, all entries in one table."""
        found: list[set[int]] = [set() for _ in entries]
        with closing(sqlite3.connect(":memory:")) as database:
            database.execute("create virtual table e using fts5(text, tokenize='porter ascii')")
            rows = ((row, stored.text) for row, stored in enumerate(entries))
            database.executemany("insert into e(rowid, text) values (?, ?)", rows)
            for number, query in enumerate(self._queries):
                for (row,) in database.execute("select rowid from e where e match ?", (query,)):
                    found[row].add(number)
        return list(map(frozenset, found))

    def judged_singly(self, entries: Sequence[StoredEntry]) -> Sets:
        """Return the topics of each entry, each in a table of its own, as it comes."""
        return [self.judged([stored])[0] for stored in entries]


# ---- measuring -------------------------------------------------------------------------


def main(counts: Sequence[int]) -> None:
    language = Language()
    for count in counts:
        measure(language, count)
    machine("ahocorasick_rs", "pystemmer")
    measured_with(f"SQLite {sqlite3.sqlite_version}")


def measure(language: Language, count: int) -> None:
    wanted = language.topics(count)
    ours, texts, loop = Ours(wanted), FullText(wanted), Expressions(wanted)
    batches = iter(lambda: made(language, wanted, BATCH), None)
    cold = timed(ours.found, next(batches))
    ours.judged(made(language, wanted, WARM))
    ours.candidates = 0
    accepted = hits = 0
    times: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        batch = next(batches)
        few = batch[:SLOW]
        # None may profit from what another learned of these very words: the index goes first.
        times.setdefault("index: all in all", []).append(timed(ours.found, batch))
        again = next(batches)
        times.setdefault("with readings and verdicts", []).append(timed(ours.judged, again))
        times.setdefault("(words and stems alone)", []).append(
            timed(ours.taken_apart, next(batches))
        )
        times.setdefault(f"FTS5, {BATCH} entries", []).append(timed(texts.judged, batch))
        times.setdefault("FTS5, one entry", []).append(timed(texts.judged_singly, few))
        times.setdefault("expressions", []).append(timed(loop.judged, few))
        accepted += sum(map(len, check(few, batch, ours, texts, loop)))
        hits += ours.hits(batch)
    best = median(times["index: all in all"])
    rows = [(name, median(ms), max(ms), median(ms) / best) for name, ms in times.items()]
    per_entry = BATCH * ROUNDS
    show(
        f"{count:,} topics, entries of {WORDS} words; one has {hits / per_entry:.0f} words and phrases "
        f"of topics, {ours.candidates / per_entry / 2:.1f} candidates, {accepted / per_entry:.1f} "
        f"accepted; index built in {ours.build_ms:,.0f} ms; the first {BATCH} entries it saw took "
        f"{cold:.2f} ms each",
        ("ms an entry", "median", "worst", "times ours"),
        rows,
    )
    if count in GOALS:
        most = GOALS[count]
        goal(f"{count:,} topics: within {most} ms an entry, in the median", is_met=best <= most)


def alone(language: Language, counts: Sequence[int]) -> None:
    """Show what the index and the judges of so many topics take, and nothing beside them."""
    rows = []
    for count in counts:
        wanted = language.topics(count)
        memory, began = resident(), time.process_time()
        ours = Ours(wanted)
        built, memory = time.process_time() - began, resident() - memory
        ours.judged(made(language, wanted, WARM))
        ours.candidates = 0
        batches = [made(language, wanted, BATCH) for _ in range(2 * ROUNDS)]
        found = median(timed(ours.found, batch) for batch in batches[:ROUNDS])
        judged = median(timed(ours.judged, batch) for batch in batches[ROUNDS:])
        per_entry = ours.candidates / BATCH / ROUNDS
        rows.append((f"{count:,}", built, ours.build_ms / 1000, memory, found, judged, per_entry))
    show(
        f"The index alone, entries of {WORDS} words",
        ("topics", "build s", "index s", "MB", "found ms", "judged ms", "candidates"),
        rows,
    )


def made(language: Language, wanted: Sequence[Wanted], count: int) -> list[StoredEntry]:
    return [language.entry(number, wanted[number % len(wanted)]) for number in range(count)]


def timed(
    method: Callable[[Sequence[StoredEntry]], object], entries: Sequence[StoredEntry]
) -> float:
    """Return the milliseconds an entry takes."""
    began = time.process_time()
    method(entries)
    return (time.process_time() - began) / len(entries) * 1000


def check(
    few: Sequence[StoredEntry],
    batch: Sequence[StoredEntry],
    ours: Ours,
    texts: FullText,
    loop: Expressions,
) -> Sets:
    """Return the topics of each entry of a batch, on which all methods must agree."""
    found = ours.judged(batch)
    if found != texts.judged(batch) or found[: len(few)] != loop.judged(few):
        raise SystemExit("The methods do not find the same topics.")
    return found


if __name__ == "__main__":
    if sys.argv[1:2] == ["alone"]:
        alone(Language(), [int(count) for count in sys.argv[2:]])
        machine("ahocorasick_rs", "pystemmer")
    else:
        main([int(count) for count in sys.argv[1:]] or [100, 1_000, 10_000])
