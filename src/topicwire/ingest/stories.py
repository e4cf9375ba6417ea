"""One story told by several sources: how texts are sketched, and which tell the same.

A sketch holds every eighth of the hashes of a text's word sequences (FracMinHash), so that an
excerpt's sketch is found within that of the whole, whatever their lengths. The only user of
rapidfuzz.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from rapidfuzz import fuzz

from topicwire.ingest import digests
from topicwire.model.article import Kin
from topicwire.model.judging import StoredEntry

WINDOW = timedelta(days=14)  # between two entries that tell the same story
TITLE_WINDOW = timedelta(days=3)  # where it is told by their titles
SEQUENCE = 4  # words of a sequence
KINDS = 8  # of hashes, told by their last three bits: of text, title and id
TEXT, TITLE, ID = range(3)
MOST_HASHES = 400
FEWEST_SHARED = 6  # hashes of text: some fifty words

CONTAINED = 0.6  # share of the shorter text's hashes that the longer one has
ALIKE_AT_HOME = 0.9  # share of the longer text, for two of one source, which may quote itself
TOUCHED = 0.2  # where the titles are alike as well
ALIKE = 90  # of 100, of two titles
TELLING_WORDS = 4
TELLING_LENGTH = 3  # letters
SAME_WORDS, SAME_PAGE = 3.0, 2.0  # likenesses above any that is measured
SHORT = 600  # characters of a text that is no more than a summary

WORD = re.compile(r"\w+")
NUMBER = re.compile(r"\d+")
ABSOLUTE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{1,20}:\S{6,}")


def sketch(
    title: str, text: str, *, uid: str = "", furniture: Sequence[tuple[int, int]] = ()
) -> tuple[int, ...]:
    """Return the hashes by which an entry that tells the same story is found.

    They fit a signed 64-bit integer. An id counts when it is an absolute IRI.
    """
    words = WORD.findall(_own(text, furniture).casefold())
    texts = {h for h in _hashes(words, SEQUENCE) if h % KINDS == TEXT}
    titles = {h - h % KINDS + TITLE for h in _hashes(_telling(title), 2)}
    ids = {digests.number(uid) // KINDS * KINDS + ID} if ABSOLUTE.fullmatch(uid) else set()
    chosen = (*sorted(texts)[:MOST_HASHES], *sorted(titles)[:50], *ids)
    return tuple(each - (1 << 64) if each >= 1 << 63 else each for each in chosen)


def text_hashes(sketched: Sequence[int]) -> int:
    """Return how many hashes of a sketch are of the text."""
    return sum(1 for each in sketched if each % KINDS == TEXT)


def story(entry: StoredEntry, sketched: Sequence[int], kin: Sequence[Kin]) -> int | None:
    """Return the story that the entry tells too, None when it is the first to tell it.

    The most alike counts, among equals the earliest. Readers know an entry by its id, whenever it
    was published: a source that gives no dates may be found long after another.
    """
    hashes = text_hashes(sketched)
    found = [
        (likeness, -each.published.timestamp(), each.story)
        for each in kin
        if (abs(entry.published - each.published) <= WINDOW or _has_same_id(entry, each))
        and (likeness := _likeness(entry, hashes, each)) > 0
    ]
    return max(found)[2] if found else None


def _likeness(entry: StoredEntry, hashes: int, other: Kin) -> float:
    """Return how alike two entries are, 0 when they do not tell the same story."""
    if entry.entry.likeness is not None and entry.entry.likeness == other.likeness:
        return SAME_WORDS
    if entry.source_id == other.source_id:
        alike = other.shared / max(hashes, other.hashes, FEWEST_SHARED)
        return alike if alike >= ALIKE_AT_HOME else 0
    contained = _containment(hashes, other)
    if _is_same_page(entry, other):
        return SAME_PAGE
    if contained >= CONTAINED:
        return contained
    return TOUCHED if _is_told_alike(entry, other, contained) else 0


def _is_same_page(entry: StoredEntry, other: Kin) -> bool:
    """Whether two sources name the same page, or the same entry by its id."""
    own = entry.entry
    has_page = own.url_key is not None and own.url_key == other.url_key
    return has_page or _has_same_id(entry, other)


def _has_same_id(entry: StoredEntry, other: Kin) -> bool:
    """Whether two entries have one id, also beyond their sources."""
    uid = entry.entry.uid
    return uid == other.uid and ABSOLUTE.fullmatch(uid) is not None


def _is_told_alike(entry: StoredEntry, other: Kin, contained: float) -> bool:
    """Whether the titles say the same, and the texts nothing against it."""
    is_short = min(len(entry.text), other.length) < SHORT
    is_close = abs(entry.published - other.published) <= TITLE_WINDOW
    has_reason = is_close and (is_short or contained >= TOUCHED)
    return has_reason and _are_alike(entry.entry.title, other.title)


def _containment(hashes: int, other: Kin) -> float:
    fewer = min(hashes, other.hashes)
    return other.shared / fewer if fewer and other.shared >= FEWEST_SHARED else 0.0


def _are_alike(title: str, other: str) -> bool:
    """Whether two titles say the same in other words: a number in one must be in the other."""
    words = _telling(title), _telling(other)
    if min(map(len, words)) < TELLING_WORDS:
        return False
    if set(NUMBER.findall(title)) != set(NUMBER.findall(other)):
        return False
    ratio = fuzz.token_set_ratio(" ".join(words[0]), " ".join(words[1]))
    return ratio >= ALIKE


def _telling(title: str) -> list[str]:
    """Return the words of a title that tell it from others."""
    return [
        word
        for word in WORD.findall(title.casefold())
        if len(word) >= TELLING_LENGTH or not word.isascii()
    ]


def _own(text: str, furniture: Sequence[tuple[int, int]]) -> str:
    """Return the text without its furniture."""
    if not furniture:
        return text
    parts, place = [], 0
    for start, end in sorted(furniture):
        parts.append(text[place:start])
        place = max(place, end)
    return " ".join((*parts, text[place:]))


def _hashes(words: Sequence[str], length: int) -> Iterator[int]:
    for each in zip(*(words[shift:] for shift in range(length)), strict=False):
        yield digests.number(" ".join(each))
