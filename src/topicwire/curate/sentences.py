"""Sentences and paragraphs: where they really begin and end."""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Sentence(NamedTuple):
    """A sentence: where it stands in the text, and the number of its paragraph from 0."""

    start: int
    end: int
    paragraph: int


# Every expression here is linear in the text, however hostile: hence the possessive repeats.
_BLANK_LINE = re.compile(r"\n[^\S\n]*+\n\s*+")
# A break begins with one of a few characters, which is what makes the search for it quick.
_BREAK = re.compile(
    r"""
    [.!?\u2026\u3002\uff01\uff1f\n] (?:
        (?<= [.!?\u2026] ) (?<! [.!?\u2026][.!?\u2026] )
        [.!?\u2026]*+ ["'\u201d\u2019\u00bb)\]]*+ (?= \s )
      | (?<= [\u3002\uff01\uff1f] ) [\u3002\uff01\uff1f]* [\u300d\u300f\u201d]*
      | (?<= \n ) (?= \s*+ (?: [-*\u2022\u00b7\u2013\u2014] | \d{1,2}[.)] ) \s )  # an item of a list
    )
    """,
    re.VERBOSE,
)
_MARKS = frozenset(".!?\u2026")
_BEFORE = re.compile(r"[^\s(\"'\u201c\u2018\u00ab]+\Z")
_ACRONYM = re.compile(r"(?:[^\W\d]\.)+[^\W\d]")
_NEXT = re.compile(r"\s*[^\w\s]*(\w*)")


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# An abbreviation of the first kind is always followed by what it belongs to. One of the second
# kind, an initial or an acronym may also end its sentence: a word that often opens one decides.
_TITLES = _listed(
    "mr mrs ms dr prof sen rep gov gen col lt sgt capt maj adm rev hon st mt ft vs cf e.g i.e "
    "mme mlle mm sr sra srta dra dott sig hr fr z.b d.h u.a bzw ca dipl ing "
    "им ул акад проф т.е см"
)
_ABBREVIATIONS = _listed(
    "inc ltd co corp jr sr etc a.m p.m no nos nr fig vol dept est approx jan feb mar apr jun jul "
    "aug sep sept oct nov dec г гг тыс млн млрд руб т.д т.п ст стр art"
)
_OPENERS = _listed(
    "a an and as at but by for he her his however i if in it its my on our she so that the their "
    "there these they this those to we what when while who why with you "
    "в и на но он она они по с это этот der die das es er sie und aber le la les il elle el los "
    "lo gli o os"
)


def sentences(text: str, *, lang: str = "") -> Iterator[Sentence]:
    """Yield the sentences of `text` in order; a blank line ends a paragraph."""
    for number, (first, end) in enumerate(_paragraphs(text)):
        start = first
        for found in _BREAK.finditer(text, start, end):
            if text[found.start()] in _MARKS and not _is_end(text, found, lang):
                continue
            if not text[start : found.end()].isspace():
                yield Sentence(start, found.end(), number)
                start = found.end()
        if not text[start:end].isspace() and start < end:
            yield Sentence(start, end, number)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each paragraph begins and ends."""
    start = 0
    for blank in _BLANK_LINE.finditer(text):
        if text[start : blank.start()].strip():
            yield start, blank.start()
        start = blank.end()
    if text[start:].strip():
        yield start, len(text)


def _is_end(text: str, found: re.Match[str], lang: str) -> bool:
    """Whether the mark ends its sentence, by the words on both sides of it."""
    following = _NEXT.match(text, found.end())
    after = following[1] if following else ""
    if after[:1].islower():
        return False
    if text[found.start()] != "." or text.startswith("..", found.start(), found.end()):
        return True
    behind = _BEFORE.search(text, max(0, found.start() - 20), found.start())
    before = behind[0].lower() if behind else ""
    if before in _TITLES:
        return False
    doubtful = (
        before in _ABBREVIATIONS
        or (len(before) == 1 and before.isalpha())
        or _ACRONYM.fullmatch(before) is not None
        or (lang == "de" and re.fullmatch(r"\d{1,2}", before) is not None)
    )
    return not doubtful or after.lower() in _OPENERS
