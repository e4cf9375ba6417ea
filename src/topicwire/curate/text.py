"""The reading of an entry: its words with their zones, sentences and paragraphs, indexed once.

Furniture, addresses and repeated passages are set aside before anything is counted: what ingest
learned of the source, and what is told by what it says.
"""

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

from topicwire.curate import furniture, words
from topicwire.curate.sentences import Sentence, sentences
from topicwire.model.catalogue import Example, Source
from topicwire.model.judging import StoredEntry, Zone

LEAD_WORDS = 60  # the lead is made of the sentences that begin within so many words
LONG_SENTENCE = 100  # what has more words without an end is no sentence: it is cut
REPEATED_RUN = 8  # so many identical words in a row are a repeated passage
REPEATED_SENTENCE = 3  # and a sentence of so many that stood there before
MAX_LENGTH = 500_000  # characters of a text that are read: some 80,000 words
_PARTED = "\n\n"
_STRETCH = re.compile(rb"\x01{%d,}" % REPEATED_RUN)


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of an entry beside its text."""

    authors: str = ""
    source: str = ""
    tags: str = ""
    lang: str = ""
    url: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """An entry as it is judged.

    The place of a word is its number in the entry: the title's words come first, up to
    `text_start`, then the lead's up to `lead_end`, then the body's. By place are `spelled` (its
    form), `starts` and `ends` (offsets in `text`) and `sentence` (its number; the title is one).
    By sentence are `first` (the place of its first word, and one past the last) and `paragraph`.
    `stems` and `forms` give the places of a key and of a folded form, in order; `vocabulary` is
    the folded forms, sorted. `origin` is None for a text that comes without one.
    """

    lang: str
    text: str
    text_start: int
    lead_end: int
    spelled: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    sentence: Sequence[int]
    first: Sequence[int]
    paragraph: Sequence[int]
    stems: Mapping[str, Sequence[int]]
    forms: Mapping[str, Sequence[int]]
    vocabulary: Sequence[str]
    origin: Origin | None = None

    def surface(self, start: int, end: int) -> str:
        """Return the words from one place up to another as they are written."""
        return self.text[self.starts[start] : self.ends[end - 1]]

    def zone(self, place: int) -> Zone:
        """Return the zone of a place."""
        if place < self.text_start:
            return Zone.TITLE
        return Zone.LEAD if place < self.lead_end else Zone.BODY


def read(stored: StoredEntry, source: Source | None) -> Reading:
    """Return the reading of an entry that came from `source`."""
    entry = stored.entry
    named = (source.id, source.title) if source else (stored.source_id,)
    taken = (entry.origin.title,) if entry.origin else ()
    lang = words.language(stored.lang)
    origin = Origin(
        authors=_PARTED.join(entry.authors),
        source=_PARTED.join((*named, *taken)),
        tags=_PARTED.join(entry.tags),
        lang=(stored.lang or "").lower().replace("_", "-"),
        url=(entry.url or "").lower(),
        day=stored.published.date(),
    )
    return _reading(entry.title, own_text(stored), lang, origin)


def own_text(stored: StoredEntry) -> str:
    """Return the text of an entry without what its source puts into every one."""
    text, place = stored.text, 0
    parts = []
    for start, end in stored.furniture:
        parts.append(text[place:start])
        place = max(place, end)
    return " ".join((*parts, text[place:]))


class Raw(NamedTuple):
    """An entry before anything is set aside: its text and its language."""

    text: str
    lang: str


def raw(stored: StoredEntry) -> Raw:
    """Return the entry with all of its words.

    Whatever the reading keeps is among them: that is what makes an index of them safe.
    """
    title, text = _normal(stored.entry.title[:MAX_LENGTH]), _normal(own_text(stored)[:MAX_LENGTH])
    return Raw(title + _PARTED + text, words.language(stored.lang))


def read_example(example: Example) -> Reading:
    """Return the reading of a title and a text without a source."""
    return _reading(example.title, example.text, words.language(example.lang), None)


@lru_cache(maxsize=2_000)
def read_value(value: str, lang: str) -> Reading:
    """Return the reading of the value of a field: names of authors, a source, tags."""
    return _reading("", value, lang, None)


@dataclass(slots=True)
class _Written:
    """The words of an entry in order: as spelled, their offsets, and what they belong to."""

    spelled: list[str]
    starts: list[int]  # offsets
    ends: list[int]
    owners: list[int]  # the number of the raw sentence
    paragraphs: list[int]  # by number of the raw sentence

    def keep(self, kept: bytearray) -> None:
        """Leave out the words whose mark is 0."""
        self.spelled = list(compress(self.spelled, kept))
        self.starts = list(compress(self.starts, kept))
        self.ends = list(compress(self.ends, kept))
        self.owners = list(compress(self.owners, kept))


def _reading(title: str, text: str, lang: str, origin: Origin | None) -> Reading:
    title, text = _normal(title[:MAX_LENGTH]), _normal(text[:MAX_LENGTH])
    text_start = len(words.forms(title))
    parts = [Sentence(0, len(title), 0)]
    offset = len(title) + len(_PARTED)
    for start, end, paragraph in furniture.own(text, sentences(text, lang=lang)):
        parts.append(Sentence(start + offset, end + offset, paragraph + 1))
    whole = title + _PARTED + text
    written = _written(whole, parts)
    _set_repeats_aside(written, text_start)
    numbers, first = _numbered(written.owners)
    stems, forms = _index(written.spelled, lang)
    return Reading(
        lang=lang,
        text=whole,
        text_start=text_start,
        lead_end=_lead_end(first, text_start, len(numbers)),
        spelled=written.spelled,
        starts=array("i", written.starts),
        ends=array("i", written.ends),
        sentence=array("i", numbers),
        first=[*first, len(numbers)],
        paragraph=[written.paragraphs[written.owners[place]] for place in first],
        stems=stems,
        forms=forms,
        vocabulary=sorted(forms),
        origin=origin,
    )


def _normal(text: str) -> str:
    """Return the text with compatible characters made one (full-width letters, ligatures)."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _written(whole: str, parts: Iterable[Sentence]) -> _Written:
    """Return the words of all parts."""
    spelled: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    owners: list[int] = []
    paragraphs: list[int] = []
    for number, (start, end, paragraph) in enumerate(parts):
        paragraphs.append(paragraph)
        offset = start
        for piece in whole[start:end].split(" "):
            for word, begin, stop in words.spelled(piece):
                spelled.append(word)
                starts.append(offset + begin)
                ends.append(offset + stop)
            offset += len(piece) + 1
        owners.extend([number] * (len(spelled) - len(owners)))
    return _Written(spelled, starts, ends, owners, paragraphs)


def _set_repeats_aside(written: _Written, text_start: int) -> None:
    """Leave out what the text says a second time: whole sentences and long runs of words."""
    spelled = written.spelled
    kept = bytearray(b"\1") * len(spelled)
    said: set[tuple[str, ...]] = set()
    for start, end in _stretches(written.owners, text_start):
        sentence = tuple(spelled[start:end])
        if sentence in said and end - start >= REPEATED_SENTENCE:
            kept[start:end] = bytes(end - start)
        said.add(sentence)
    seen: dict[tuple[str, ...], int] = {}
    for start, end in _said_again(spelled, text_start):
        for place in range(start, end - REPEATED_RUN + 1):
            run = tuple(spelled[place : place + REPEATED_RUN])
            if seen.setdefault(run, place) <= place - REPEATED_RUN:
                kept[place : place + REPEATED_RUN] = bytes(REPEATED_RUN)
    if not all(kept):
        written.keep(kept)


def _said_again(spelled: Sequence[str], begin: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches long enough for a repeated run in which every word is said twice."""
    text = spelled[begin:]
    counts = Counter(text)
    marks = bytes(counts[word] > 1 for word in text)
    for found in _STRETCH.finditer(marks):
        yield begin + found.start(), begin + found.end()


def _stretches(owners: Sequence[int], begin: int) -> Iterator[tuple[int, int]]:
    """Yield the first place and the end of each sentence from the place `begin` on."""
    while begin < len(owners):
        end = bisect_right(owners, owners[begin], begin)
        yield begin, end
        begin = end


def _numbered(owners: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return the number of each word's sentence, and the first place of each sentence."""
    numbers: list[int] = []
    first: list[int] = []
    for start, end in _stretches(owners, 0):
        for place in range(start, end, LONG_SENTENCE):
            numbers.extend([len(first)] * (min(place + LONG_SENTENCE, end) - place))
            first.append(place)
    return numbers, first


def _lead_end(first: Sequence[int], text_start: int, end: int) -> int:
    """Return the place up to which the lead goes."""
    return next((place for place in first if place >= text_start + LEAD_WORDS), end)


def _index(spelled: Sequence[str], lang: str) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Return the places of every stem, and of every folded form."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(spelled):
        places[word].append(place)
    stems: dict[str, list[int]] = {}
    known = words.keys_of(places.keys(), lang)
    for word, where in places.items():
        for key in known[word]:
            before = stems.get(key)
            stems[key] = where if before is None else sorted(before + where)
    return stems, _folded(dict(places))


def _folded(places: dict[str, list[int]]) -> dict[str, list[int]]:
    """Return the places by folded form; most texts have no word with an accent."""
    accented = [word for word in places if not word.isascii()]
    if not accented:
        return places
    forms = {word: where for word, where in places.items() if word.isascii()}
    for word in accented:
        folded = words.fold(word)
        forms[folded] = sorted(forms.get(folded, []) + places[word])
    return forms
